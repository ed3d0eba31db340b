"""Texts read by the small spaCy models: one reading a text, shared by everything that asks for names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from voc.language.registry import language as language_of
from voc.language.registry import languages
from voc.language.small_products import undivided
from voc.privacy.name_lists import is_lower, truecase

_UNUSED = ["morphologizer", "parser", "attribute_ruler", "lemmatizer", "tagger", "senter"]
"""Parts of the pipelines that name recognition does not read: leaving them out makes it four times quicker."""


@lru_cache(maxsize=8)
def load_names(language: str) -> Any:
    """Load the name recogniser of a language (spaCy, CPU, only the layers it needs), once per process.

    Raises:
        ImportError, OSError: the model's package is missing or damaged.
    """
    import importlib
    import warnings

    import spacy
    from thinc.api import use_ops

    # Products of matrices this small take numpy a third of the time they take the library thinc brings along.
    with warnings.catch_warnings(), _without_plugins(), use_ops("numpy", use_blis=False):
        warnings.simplefilter("ignore")  # a patch release of spaCy newer than the model's is not the reader's concern
        described = language_of(language)
        if described.names_tokenizer:
            own = importlib.import_module(described.names_tokenizer).register()
            return spacy.load(described.names_model, exclude=[*_UNUSED, "tokenizer"], config={"nlp": {"lang": own}})
        return spacy.load(described.names_model, exclude=_UNUSED)


def named_codes() -> tuple[str, ...]:
    """The languages there is a model of names for."""
    return tuple(one.code for one in languages() if one.names_model)


def language_read(document: Any) -> str:
    """The language whose model read a document."""
    named = str(document.lang_).rpartition("_")[2]
    return next(code for code in named_codes() if code == named)


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
    """Read texts with the model of their language; where it has none with all of them.

    Args:
        texts: what is read, as :func:`readable` gives it.
        languages: language of each.
        all_of_them: read also texts without a capital, in which the models find no name.

    Returns:
        The spaCy documents of each text: none, one, or one of each model.

    Raises:
        Exception: whatever loading or running the model raises; the caller closes the texts.
    """
    found: list[list[Any]] = [[] for _ in texts]
    codes = named_codes()
    for code in codes:
        chosen = [
            index
            for index, language in enumerate(languages)
            if (language == code or language not in codes) and (all_of_them or any(c.isupper() for c in texts[index]))
        ]
        if chosen:
            model = load_names(code)
            with undivided():
                for index, document in zip(chosen, model.pipe([texts[i] for i in chosen], batch_size=64), strict=True):
                    found[index].append(document)
    return found
