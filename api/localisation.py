"""In which language whoever asks is answered; what is said, and how, is the business of :mod:`voc.locales`."""

from __future__ import annotations

from voc.language.registry import FALLBACK
from voc.locales import InterfaceLanguage as Language
from voc.locales import interface_languages
from voc.locales.catalogue import catalogue
from voc.locales.words import Words, words

__all__ = ["LANGUAGES", "Language", "Words", "catalogue", "chosen_language", "words"]

LANGUAGES: tuple[Language, ...] = interface_languages()


def chosen_language(*, cookie: str | None, setting: str, accepted: str | None) -> Language:
    """Language of a page: what the reader chose, then the setting, then the browser's, then the fallback."""
    if cookie in LANGUAGES:
        return cookie
    if setting in LANGUAGES:
        return setting
    return _accepted(accepted or "")


def _accepted(header: str) -> Language:
    """The best of ``Accept-Language`` that we speak (RFC 9110 § 12.5.4)."""
    best: tuple[float, Language] = (0.0, FALLBACK)
    for part in header.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            weight = float(parameters.partition("q=")[2]) if "q=" in parameters else 1.0
        except ValueError:
            weight = 0.0
        if name in LANGUAGES and weight > best[0]:
            best = (weight, name)
    return best[1]
