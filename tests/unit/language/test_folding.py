"""Spellings of one word are one word, and every place in a folded text is a place in its source."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.folding import Folded, bare, fold, open_ligatures, single_spaced

LETTERS = st.text(
    st.characters(min_codepoint=1, max_codepoint=0x24F) | st.sampled_from("œŒæßẞ’ﬁ\u0301\u0308\u00adéÉςσſıİŉǰ…"),
    max_size=30,
)


@pytest.mark.parametrize(
    "spellings",
    [
        ("écœurée", "écoeurée", "ÉCŒURÉE", "ECOEUREE", "e\u0301cœure\u0301e"),
        ("œufs cassés", "oeufs cassés", "ŒUFS CASSÉS"),
        ("Strauß", "Strauss", "STRAUẞ", "STRAUSS"),
        ("ŒUVRE d’Été", "oeuvre d'été", "Œuvre d'Ete"),
        ("curriculum vitæ", "curriculum vitae", "CURRICULUM VITÆ"),
        ("rembour\u00adsement", "remboursement"),
        ("ﬁnance", "finance"),
    ],
)
def test_spellings_of_one_word_are_one(spellings: tuple[str, ...]) -> None:
    assert len({fold(one) for one in spellings}) == 1


@given(LETTERS)
def test_folding_twice_is_folding_once_and_case_never_matters(text: str) -> None:
    assert fold(fold(text)) == fold(text) == fold(text.upper())


@given(LETTERS)
def test_an_opened_text_folds_letter_by_letter(text: str) -> None:
    assert open_ligatures(open_ligatures(text)) == open_ligatures(text)
    assert len(fold(open_ligatures(text))) == len(open_ligatures(text))


@given(LETTERS)
def test_every_folded_letter_knows_where_it_came_from(text: str) -> None:
    folded = Folded(text)
    for place, letter in enumerate(folded.text):
        begin, end = folded.original(place, place + 1)
        assert 0 <= begin < end <= len(text)
        assert letter in fold(text[begin:end])


@given(LETTERS, st.data())
def test_longer_stretches_hold_what_shorter_ones_hold(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    begin, end = sorted(data.draw(st.integers(0, len(folded.text))) for _ in range(2))
    first, last = folded.original(begin, end) if begin < end else (0, 0)
    assert folded.text[begin:end] in fold(text[first:last])


def test_a_letter_taken_apart_is_taken_whole() -> None:
    folded = Folded("ma sœur")
    assert folded.text == "ma soeur"
    assert folded.original(4, 5) == (4, 5)  # the o
    assert folded.original(5, 6) == (4, 5)  # the e
    assert folded.original(3, 8) == (3, 7)


def test_bare_keeps_letters_digits_and_what_is_asked_for() -> None:
    assert bare("  L’Œuvre – n° 4 ★★ ", keep="★") == "l oeuvre n 4 ★★"


def test_accents_are_taken_off_in_one_place() -> None:
    """Normal forms of identifiers, of digits, of files and of scripts are other rules than the folding of words."""
    repository = Path(__file__).resolve().parents[3]
    others = {
        *("voc/language/folding.py", "voc/identifiers.py"),
        *("voc/privacy/number_places.py", "voc/intake/encodings.py", "voc/speech/hallucination_filter.py"),
    }
    speaking = {
        str(path.relative_to(repository))
        for room in ("voc", "api")
        for path in (repository / room).rglob("*.py")
        if "unicodedata.normalize" in path.read_text(encoding="utf-8")
    }
    assert speaking == others


@given(st.text(st.characters(codec=None), max_size=60) | LETTERS)
def test_a_text_folds_as_its_letters_do_one_by_one(text: str) -> None:
    """However many signs beyond ASCII it has: texts of few are folded in another way than texts of many."""
    opened = open_ligatures(text)
    assert fold(text) == "".join(fold(letter) for letter in opened)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(" \t\n\x1c\x85\u00a0\u2028"), max_size=20))
def test_words_stand_apart_by_one_space(text: str) -> None:
    assert single_spaced(text) == " ".join(text.split())
