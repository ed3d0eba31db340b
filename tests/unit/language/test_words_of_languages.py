"""Courtesies, irony, invented phrases and announced numbers are written as they are looked for, in every language."""

from __future__ import annotations

import re

import pytest

from voc.events import CHANNELS, EventFamily
from voc.language import Language, languages
from voc.language.folding import bare, fold
from voc.privacy import id_numbers, sensitive_attributes
from voc.records import Channel
from voc.rights.consent import PURPOSES
from voc.speech.hallucination_filter import is_known_phrase

EACH = pytest.mark.parametrize("one", languages(), ids=lambda one: one.code)


@EACH
def test_words_are_folded_and_patterns_stand_alone(one: Language) -> None:
    for words in (one.meaning.courtesy, one.meaning.empty):
        assert {fold(word) for word in words} == words
    kinds = one.announced.values()
    for pattern in (*one.subtitles, one.often_invented, one.meaning.rhetorical, one.meaning.marks, *kinds):
        assert re.compile(pattern).groups == 0, pattern  # numbers of groups are those of whoever uses them
        assert pattern == fold(pattern)


@EACH
def test_every_kind_of_number_that_is_announced_is_looked_for(one: Language) -> None:
    assert one.announced.keys() <= id_numbers.ANNOUNCED_KINDS


@EACH
def test_sensitive_words_are_of_groups_that_are_there_and_folded(one: Language) -> None:
    assert one.attributes.sensitive.keys() <= set(sensitive_attributes.GROUPS)
    listed = [*one.attributes.sensitive.values(), one.attributes.situation, one.attributes.value]
    words = [word for words in listed for word in words.split("|") if word]
    assert [word for word in words if bare(word, keep="*") != word] == []


@EACH
def test_words_are_listed_under_what_is_looked_for(one: Language) -> None:
    assert one.events.families.keys() == {*EventFamily} - {"other"}
    assert one.events.channels.keys() <= set(CHANNELS)
    assert one.consent.purposes.keys() == set(PURPOSES)
    assert one.channels.names.keys() <= set(Channel) >= one.channels.headers.keys()


@pytest.mark.parametrize(
    ("name", "group"),
    [
        *(
            ("Âge", "age"),
            ("age", "age"),
            ("message", None),
            ("pays_de_naissance", "origin"),
            ("countryOfBirth", "origin"),
        ),
        *(("partition", None), ("Parti", "politics"), ("médical", "health"), ("medicalNotes", "health")),
    ],
)
def test_a_sensitive_word_is_whole_or_a_beginning_as_it_is_written(name: str, group: str | None) -> None:
    assert sensitive_attributes.group_of(name) == group


def test_a_number_is_announced_in_either_language() -> None:
    for text in ("Mon permis de conduire : 12AB34567", "My driving licence: 12AB34567"):
        assert [text[found.begin : found.end].strip() for found in id_numbers.PAPERS.find(text, None)] == ["12AB34567"]


def test_subtitles_of_either_language_are_known() -> None:
    for text in ("Abonnez-vous à la chaîne !", "Merci d'avoir regardé cette vidéo", "Thanks for watching", "[Music]"):
        assert is_known_phrase(text), bare(text)
