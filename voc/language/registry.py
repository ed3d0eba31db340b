"""Which languages are read: the folders beside this file, and those that other packages bring.

A package adds a language by an entry point of the group ``voc.languages`` that names its
:class:`voc.language.description.Language`. Nothing in voc has to know it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from voc.errors import SettingsError
from voc.extensions import extensions, not_a
from voc.language.description import Language

GROUP = "voc.languages"
MOST_HEARD = 2


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """Every language that is read, by rank.

    Raises:
        SettingsError: one cannot be loaded, two have one code, or more than two ask to be heard.
    """
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py"))
    found = {one: import_module(f"voc.language.{one}").LANGUAGE for one in folders}
    for point, one in extensions(GROUP, "language"):
        if not isinstance(one, Language):
            raise not_a(point, "language", "voc.language.Language")
        if one.code in found:
            raise SettingsError(f"the language {one.code} is there already; remove the package of {point.value}.")
        found[one.code] = one
    heard = [one.code for one in found.values() if one.heard]
    if len(heard) > MOST_HEARD:
        raise SettingsError(
            f"the languages {', '.join(heard)} ask to be heard: speech is told apart between two; leave `heard` out."
        )
    return tuple(sorted(found.values(), key=lambda one: (one.rank, one.code)))


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """The code of every language that is read, by rank."""
    return tuple(one.code for one in languages())


def heard() -> tuple[str, ...]:
    """The languages that speech is transcribed in."""
    return tuple(one.code for one in languages() if one.heard)


def listed(word: str, *, names: bool = False) -> str:
    """The codes (or English names) of the languages as a message lists them: ``fr and en``, ``French and English``."""
    *most, last = [one.names.get(FALLBACK, one.code) if names else one.code for one in languages()]
    return f" {word} ".join([", ".join(most), last] if most else [last])


def read_as(code: str | None) -> tuple[str, ...]:
    """In which languages a text of language ``code`` is read by rules: its own, all where that is none of them."""
    return (code,) if code in codes() else codes()


def language(code: str) -> Language:
    """The language of that code.

    Raises:
        KeyError: it is not read here.
    """
    return {one.code: one for one in languages()}[code]


def alternatives(of: Callable[[Language], str]) -> str:
    """What a pattern over texts of any language takes from each, as alternatives: ``mais|pourtant|but|yet``.

    A language without any leaves none behind; without any at all the pattern finds nothing.
    """
    return "|".join(one for one in map(of, languages()) if one) or r"(?!)"


def words_of(of: Callable[[Language], str], *more: str) -> tuple[str, ...]:
    """The words that each language lists separated by ``|``, each once; ``more`` are words of none of them."""
    written = (word for one in languages() for word in of(one).split("|"))
    return tuple(dict.fromkeys(word for word in (*written, *more) if word))


def everyday_phrases() -> list[tuple[str, str]]:
    """(code, phrase): the everyday phrases of every language that the encoder was taught in."""
    return [(one.code, phrase) for one in languages() if one.taught for phrase in one.everyday]


FIRST: str = languages()[0].code
"""What a document is written in where nobody said, and how an unclear passage is heard."""
FALLBACK: str = next(one.code for one in languages() if one.fallback)
"""Whose label stands in for one that is missing."""

if TYPE_CHECKING:
    LanguageCode = str
else:
    LanguageCode = Literal[codes()]
"""The code of a language that is read, checked where data come in."""


def forget() -> None:
    """Look again which languages are installed (tests do)."""
    languages.cache_clear()
    codes.cache_clear()
