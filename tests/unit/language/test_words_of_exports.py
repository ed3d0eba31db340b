"""Words of exports, mails and names: each language's own, and what is made of all of them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from voc.intake.column_names import FIELDS
from voc.intake.mapping import _STATED_SCALE
from voc.language import languages
from voc.language.folding import fold
from voc.language.name_sounds import in_one_order
from voc.language.yes_and_no import NO, YES

READ_FOLDED = {"classes", "states", "answer_marks", "nothing"}
"""Words of cells that are compared with their accents."""


def test_words_of_cells_are_written_as_they_are_compared() -> None:
    wrong = [
        (one.code, each.name)
        for one in languages()
        for each in fields(one.cells)
        if each.name not in READ_FOLDED and isinstance(words := getattr(one.cells, each.name), str)
        if fold(words) != words
    ]
    assert wrong == []


def test_yes_and_no_are_two_things_in_every_language_at_once() -> None:
    assert {"yes", "oui", "1"} <= YES
    assert NO.isdisjoint(YES)


def test_names_of_tools_keep_their_place_among_those_of_a_language() -> None:
    ranked = [FIELDS["id"].index(name) for name in ("response id", "token", "response token", "recommendationid")]
    assert ranked == sorted(ranked)


def test_what_says_when_a_record_was_changed_goes_after_when_it_was_written_in_every_language() -> None:
    changed = FIELDS["date"].index("last modified")
    assert all(
        FIELDS["date"].index(name) < changed for name in ("created date", "depose le", "saisi le", "zeitstempel")
    )


@pytest.mark.parametrize(
    "header", ["Satisfaction 0 à 10", "Satisfaction 0 to 10", "Satisfaction sur 10", "CSAT (out of 10)"]
)
def test_a_header_states_its_scale_in_every_language(header: str) -> None:
    from voc.language.folding import without_accents

    found = _STATED_SCALE.search(without_accents(header))
    assert found is not None
    assert "10" in found.groups()


def test_spellings_of_several_languages_keep_the_order_of_each() -> None:
    assert in_one_order([[("ph", "f"), ("c", "k")], [("wr", "r"), ("ph", "f"), ("h", ""), ("c", "k")]]) == (
        *(("wr", "r"), ("ph", "f"), ("h", ""), ("c", "k")),
    )


def test_languages_that_replace_spellings_in_opposite_order_are_told() -> None:
    with pytest.raises(ValueError, match="opposite order"):
        in_one_order([[("ph", "f"), ("h", "")], [("h", ""), ("ph", "f")]])
