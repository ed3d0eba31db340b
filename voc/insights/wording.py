"""Titles of a digest's items and its notes in words, kept in every language or told in one."""

from __future__ import annotations

from collections.abc import Mapping

from voc.errors import InputError
from voc.insights.labels import topic_label
from voc.locales import InterfaceLanguage, interface_languages, listed_languages
from voc.locales.words import words


def checked(language: str) -> InterfaceLanguage:
    """``language`` if the digest speaks it.

    Raises:
        InputError: it does not.
    """
    if language in interface_languages():
        return language
    raise InputError(f"language={language} is not spoken here; use {listed_languages('or')}.")


def titles(topic: str, direction: str, pace: str, tone: str | None, *, new: bool) -> dict[str, str]:
    """Title of a change by language: ``Store: praise climbing week after week``."""
    is_new = new and direction == "rise"
    found = {}
    for language in interface_languages():
        t = words(language)
        move = t("digest_moves.new" if is_new else f"digest_moves.{direction}_{pace}")
        said = f"{t(f'digest_moves.{tone}')} {move}" if tone and not new else move
        found[language] = f"{topic_label(topic, language)}{t.colon} {said}"
    return found


def emerging_titles(labels: Mapping[str, str], *, early: bool) -> dict[str, str]:
    """Title by language of what emerged and no topic tells: ``Compteur communicant : signe précoce``."""
    key = "digest_moves.early_sign" if early else "digest_moves.emerged"
    return {one: f"{labels[one]}{words(one).colon} {words(one)(key)}" for one in interface_languages()}


def note(code: str, language: str) -> str:
    """A note of a digest (``few_interactions:12``) as a sentence; an unknown code is shown as it is."""
    name, _, value = code.partition(":")
    t = words(language)
    counted = {"n": int(value)} if value.isdecimal() else {}
    try:
        return t(f"digest_notes.{name}", what=value, **counted)
    except KeyError:  # a note of another release, or a number that is none
        return code
