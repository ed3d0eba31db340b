"""Bytes to text: what is clean is left as it is, and one look at a row tells it of all its cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voc.intake.encodings import clean, is_clean

PIECES = st.sampled_from(
    ("a", "é", "e", "\u0301", "Ã", "©", "â", "€", "\u0099", "™", "ð", "Ÿ", "\x07", "\n", "\u00a0", "\ufeff", "\ud800")
)


@given(st.lists(st.text(PIECES, max_size=4) | st.text(max_size=3), max_size=6))
def test_cells_of_a_clean_row_are_clean(cells: list[str]) -> None:
    if is_clean("".join(cells)):
        assert [clean(cell) for cell in cells] == cells


@given(st.text(PIECES, max_size=8))
def test_a_text_that_changes_is_not_clean(text: str) -> None:
    assert clean(text) == text or not is_clean(text)


def test_usual_rows_are_clean() -> None:
    assert is_clean("2026-11-09 10:12La box de l’été – déçu, 12 € !\nMerci 😀")
    assert not is_clean("trÃ¨s dÃ©Ã§u")
    assert not is_clean("e\u0301te\u0301")
