"""Identifiers of readers get the spelling by which they link."""

from __future__ import annotations

import pytest

from voc.intake.identifier_spelling import normalised
from voc.records import Identifier, IdentifierType


@pytest.mark.parametrize(
    ("kind", "written", "spelled"),
    [
        ("phone", "06 12 34 56 78", "+33612345678"),
        ("phone", "+44 7700 900123", "+447700900123"),
        ("phone", "N/A", None),
        ("email", "Anna <Anna@Example.org>", "anna@example.org"),
        ("email", "anna", None),
        ("order", "AZ-12 345", "AZ12345"),
        ("contract", "0000", None),
        ("loyalty", "F 77", "F77"),
        ("customer", "crm-0042", "CRM0042"),
        ("customer", "c-" * 30, "c-" * 30),  # longer than a reference: as the base holds it
        ("customer", " " * 60, None),
        ("handle", "@Anna_M", "anna_m"),
        ("name", "Mme Anna  Martin", "Anna Martin"),
    ],
)
def test_each_type_has_one_spelling(kind: IdentifierType, written: str, spelled: str | None) -> None:
    given = Identifier(type=kind, value=written, verified=True)
    found = normalised(given, region="FR")
    assert (found and found.value) == spelled
    assert found is None or (found.verified and normalised(found, region="FR") == found)
