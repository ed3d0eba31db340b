"""What a language is to this project: one description each, in a folder of its own.

``voc/language/fr`` and ``voc/language/en`` are the built-in ones; a package of somebody else's gives another by an
entry point of the group ``voc.languages``. Everything has a default: what a language leaves out is not read in it, and
`skipped` says so. Words and patterns are written folded (:func:`voc.language.folding.fold`): lower case, no accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Language:
    """One language that texts are read in.

    Attributes:
        code: ISO 639-1, ``fr``.
        names: what the language is called, by language of the reader, in lower case (``{"fr": "français"}``).
        rank: place among the languages, lowest first: whose rules are read first where a text's language is unknown.
        fallback: whether its labels stand in where a label in the reader's language is missing; one language is.
        names_model: package of the spaCy pipeline that finds names of people and gives lemmas; ``""``: none.
        names_tokenizer: module whose ``register()`` gives spaCy another splitting into words and returns its name,
            like :mod:`voc.language.fr.tokenizer`; ``""``: spaCy's own.
        taught: whether the sentence encoder and its heads were taught in it, so that sentiment counts.
        heard: whether speech is transcribed in it; a passage is told apart between two such languages.
        regions: regions of national phone numbers beside the one in the settings (ISO 3166), the likelier first.
        spoken_phones: how many digits a phone number said in it has, with the region it is of (``""``: the settings').
        empty_lemmas: lemmas that every customer writes, whatever they write of: they name no theme.
        everyday: everyday phrases about anything at all, half of them things, half turns of phrase, none about what
            customers write of: an encoder puts all texts into one corner of its space, and what a text says shows only
            seen from the middle of these.
        rules: folder of patterns that it adds to the rule books and topic packs, see :mod:`voc.language.added_rules`.
        texts: file of the texts that readers see in it (like ``voc/locales/en.toml``), where it brings one.
        spellings: folded words that an export calls it by, beside its code (``francais``, ``fra``).
    """

    code: str
    names: Mapping[str, str]
    rank: int = 100
    fallback: bool = False
    names_model: str = ""
    names_tokenizer: str = ""
    taught: bool = False
    heard: bool = False
    regions: tuple[str, ...] = ()
    spoken_phones: tuple[tuple[int, str], ...] = ((10, ""),)
    empty_lemmas: frozenset[str] = frozenset()
    everyday: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    rules: Path | None = None
    texts: Path | None = None
