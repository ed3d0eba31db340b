"""Every text a reader sees, a file for each language they are told in: ``fr.toml``, ``en.toml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from voc.language.registry import languages

FOLDER = Path(__file__).parent


def files() -> dict[str, Path]:
    """Code of a language → the file of its texts, languages that are read first and in their order."""
    here = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    read = {one.code: one.texts or here.get(one.code) for one in languages()}
    return {code: path for code, path in {**read, **here}.items() if path is not None}


@lru_cache(maxsize=1)
def interface_languages() -> tuple[str, ...]:
    """The languages that readers are spoken to in: pages, digest, mails, exports, commands."""
    return tuple(files())


def listed_languages(word: str) -> str:
    """The codes as a message names them: ``fr and en``."""
    return f" {word} ".join(interface_languages())


if TYPE_CHECKING:
    InterfaceLanguage = str
else:
    InterfaceLanguage = Literal[interface_languages()]
"""The code of a language that readers are spoken to in, checked where data come in."""


def forget() -> None:
    """Look again which languages there are (tests do)."""
    interface_languages.cache_clear()
