"""Each identifier has one spelling, and fillers are nobody's."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.identifiers import (
    normalise_email,
    normalise_handle,
    normalise_name,
    normalise_phone,
    normalise_reference,
)


@pytest.mark.parametrize(
    "written",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "33612345678",
        "612345678",
        "612345678.0",
        "tel:+33-6-12-34-56-78",
        "０６１２３４５６７８",
    ],
)
def test_a_phone_number_has_one_spelling(written: str) -> None:
    assert normalise_phone(written) == "+33612345678"


def test_overseas_france_is_dialled_like_a_national_number() -> None:
    assert normalise_phone("0692 12 34 56") == "+262692123456"
    assert normalise_phone("0690 12 34 56") == "+590690123456"


def test_other_regions_follow_the_setting() -> None:
    assert normalise_phone("(202) 555-0123", "US") == "+12025550123"


@pytest.mark.parametrize("written", ["", "0000000000", "3900", "n/a", "bonjour", "06 12", "12/03/2024", "9" * 200])
def test_what_is_not_a_phone_number_is_none(written: str) -> None:
    assert normalise_phone(written) is None


def test_the_regulators_fictional_range_is_a_number() -> None:
    assert normalise_phone("06 39 98 12 34") == "+33639981234"


def test_an_unassigned_range_counts_only_where_a_phone_number_is_expected() -> None:
    assert normalise_phone("0795 123 456", "FR") is None or normalise_phone("0795 123 456", "FR") == "+33795123456"
    assert normalise_phone("0639 12 34 56") is None
    assert normalise_phone("0639 12 34 56", unassigned=True) == "+33639123456"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  Jeanne.Dupont@Example.FR ", "jeanne.dupont@example.fr"),
        ("Jeanne <jeanne@example.fr>", "jeanne@example.fr"),
        ("mailto:a+b@x.co", "a+b@x.co"),
        ("jeanne@", None),
        ("jeanne@example", None),
        ("a..b@example.fr", None),
        ("", None),
    ],
)
def test_email(written: str, expected: str | None) -> None:
    assert normalise_email(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("AZ-12 345", "AZ12345"),
        ("az12345", "AZ12345"),
        ("n° 0012345", "0012345"),
        ("#4521", "4521"),
        ("12345.0", "12345"),
        ("000000", None),
        ("néant", None),
        ("A1", None),
        ("Numéro AB-123", "AB123"),
        ("NUMERO AB 123", "AB123"),
    ],
)
def test_reference(written: str, expected: str | None) -> None:
    assert normalise_reference(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("12", "12"), ("A-1", "A1"), ("N/A", None), ("000", None), ("", None)]
)
def test_a_reference_in_its_own_column_may_be_short(written: str, expected: str | None) -> None:
    assert normalise_reference(written, known=True) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("@Jeanne_D", "jeanne_d"), ("https://x.com/Jeanne_D?s=20", "jeanne_d"), ("jeanne", "jeanne"), ("@", None)],
)
def test_handle(written: str, expected: str | None) -> None:
    assert normalise_handle(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("  Mme  Jeanne   DUPONT", "Jeanne DUPONT"), ("N/A", None), ("a@b.fr", None), ("12", None)],
)
def test_name(written: str, expected: str | None) -> None:
    assert normalise_name(written) == expected


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_the_short_cut_for_french_numbers_agrees_with_the_library(value: str) -> None:
    number = phonenumbers.parse(value, "FR")
    ours = normalise_phone(value)
    if ours is not None and ours.startswith("+33") and "63998" not in ours:
        assert phonenumbers.is_valid_number(number)
        assert ours == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.text(max_size=60))
def test_normal_forms_are_stable_and_nothing_raises(value: str) -> None:
    for normalise in (normalise_phone, normalise_email, normalise_reference, normalise_handle, normalise_name):
        once = normalise(value)
        if once is not None and normalise is not normalise_name:
            assert normalise(once) == once
