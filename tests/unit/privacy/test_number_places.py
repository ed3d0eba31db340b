"""Whatever the sentence, a number of the base is among the stretches that are compared with the base."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.identifiers import lookup_key
from voc.privacy.number_places import key_of, number_places
from voc.privacy.number_shapes import AMOUNT, DATE


def keys(text: str, language: str | None = None) -> dict[str, str]:
    return {one.key: text[one.begin : one.end] for one in number_places(text, language)}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("le 40429299.", "40429299"), ("le 40, 42, 92, 99.", "40429299"), ("4 0 4 2 9 2 9 9", "40429299"),
        ("40.42-92/99", "40429299"), ("contrat40429299", "40429299"), ("n°C10026", "C10026"), ("c-10 026", "C10026"),
        ("C 10026 est", "C10026"), ("AZ 99 182 73", "AZ9918273"), ("az9918273", "AZ9918273"), ("C042 ?", "C042"),
        ("4042 92 99", "40429299"), ("４０４２９２９９", "40429299"), ("٤٠٤٢٩٢٩٩", "40429299"),
        ("3f2a9c1e-77b0-4a11-9c1e-77b04a110000", "3F2A9C1E77B04A119C1E77B04A110000"),
        ("40 42\u202f92\u00a099", "40429299"), ("(06) 12-34-56-78", "0612345678"), ("A-B-1-2-3-4-5", "AB12345"),
    ],
)  # fmt: skip
def test_however_it_is_written(text: str, key: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("fr", "c'est quarante, quarante-deux, quatre-vingt-douze, quatre-vingt-dix-neuf", "40429299"),
        ("en", "four oh four two nine two double nine", "40429299"),
        ("fr", "C, un zéro zéro deux six", "C10026"),
        (None, "A Z nine nine one eight two seven three", "AZ9918273"),
    ],
)
def test_however_it_is_said(language: str | None, text: str, key: str) -> None:
    assert key in keys(text, language)


@pytest.mark.parametrize("text", ["en 2024, 3 fois", "le 12/03/2024", "99,99 euros", "12, 345", "demain matin"])
def test_what_counts_something_is_no_number_of_anybody(text: str) -> None:
    assert keys(text, "fr") == {}


def test_accounts_are_compared_as_accounts() -> None:
    (place,) = (one for one in number_places("merci @Claire.L-92 !", None) if one.account)
    assert (place.key, place.begin, place.end) == ("claire.l-92", 6, 18)


IDENTIFIERS = st.from_regex(r"(?:[A-Z]{0,3}-?[0-9]{5,12}|[0-9]{2,4}(?:[-/ ][0-9]{3,5}){1,3})", fullmatch=True)


@given(
    IDENTIFIERS.filter(lambda one: sum(map(str.isdigit, one)) >= 6),
    st.text(" \n.,;:?!abcdeéàœ", max_size=20),
    st.text(" \n.,;:?!abcdeéàœ", max_size=20),
)
def test_a_number_of_the_base_is_found_in_any_sentence(value: str, before: str, after: str) -> None:
    found = {one.key for one in number_places(f"{before} : {value} ; {after}", "fr")}
    if not (AMOUNT.fullmatch(value) or DATE.fullmatch(value)):
        assert lookup_key("contract", value) in found


@given(st.text(max_size=60))
def test_places_lie_in_the_text_and_have_their_key(text: str) -> None:
    for one in number_places(text, None):
        assert 0 <= one.begin < one.end <= len(text)
        assert one.account or one.key == key_of(one.key)
