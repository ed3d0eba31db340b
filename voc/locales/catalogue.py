"""The texts of one language: ``section.name`` → text, or → its plural forms by the name CLDR gives them (one, other …).

A test checks that every file has the same keys and blanks, and that nothing asks for a key there is not.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from voc.locales import files, interface_languages

Text = str | dict[str, str]

_PLURALS = frozenset(("zero", "one", "two", "few", "many", "other"))
_SPACE = re.compile(r"(?<=«) | (?=[:;?!»%])")


@cache
def catalogue(language: str) -> dict[str, Text]:
    """Every text of ``language``, by key.

    Raises:
        KeyError: readers are not spoken to in that language.
    """
    with files()[language].open("rb") as source:
        content = tomllib.load(source)
    found = dict(_flat("", content))
    # A language that sets a space before its colon sets one inside its quotes and before all high punctuation; it must
    # not break a line.
    if str(found["signs.colon"]) != ":":
        return {key: _unbroken(text) for key, text in found.items()}
    return found


def spoken(key: str) -> dict[str, str]:
    """One text in every language that readers are spoken to in, for what is declared or kept in all of them."""
    return {language: str(catalogue(language)[key]) for language in interface_languages()}


def spoken_under(section: str) -> dict[str, dict[str, str]]:
    """Name → language → text of everything below a section, as :func:`spoken`."""
    names = [
        key.removeprefix(f"{section}.") for key in catalogue(interface_languages()[0]) if key.startswith(f"{section}.")
    ]
    return {name: spoken(f"{section}.{name}") for name in names}


def _flat(prefix: str, content: dict[str, Any]) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    for name, value in content.items():
        if isinstance(value, dict) and not value.keys() <= _PLURALS:
            found += _flat(f"{prefix}{name}.", value)
        else:
            found.append((f"{prefix}{name}", value))
    return found


def _unbroken(text: Text) -> Text:
    if isinstance(text, dict):
        return {form: _SPACE.sub("\u00a0", one) for form, one in text.items()}
    return _SPACE.sub("\u00a0", text)
