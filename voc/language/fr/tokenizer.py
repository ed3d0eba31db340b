"""French split into words without spaCy's French tokenizer, whose pattern takes three seconds to compile."""

from __future__ import annotations

NAME = "voc_fr"


def register() -> str:
    """Make the splitting known to spaCy, once a process; returns the name it is known by.

    Splitting at apostrophes is all that recognising names needs.
    """
    import spacy
    from spacy.lang.char_classes import ALPHA
    from spacy.lang.punctuation import TOKENIZER_INFIXES
    from spacy.language import BaseDefaults, Language

    if NAME in spacy.registry.languages:
        return NAME

    class Defaults(BaseDefaults):  # type: ignore[misc]
        infixes = [*TOKENIZER_INFIXES, rf"(?<=[{ALPHA}]['’])(?=[{ALPHA}])"]  # noqa: RUF012

    class ElidingFrench(Language):  # type: ignore[misc]
        lang = NAME

    ElidingFrench.Defaults = Defaults
    spacy.registry.languages.register(NAME, func=ElidingFrench)
    return NAME
