"""A title stands once, in its language, and is known wherever a name is looked for."""

from __future__ import annotations

import pytest

from voc.identifiers import normalise_name
from voc.intake.email.marks import CIVILITY_NAME
from voc.linking.linkage_fields import split_name
from voc.privacy.names import is_introduced
from voc.privacy.personal_data_matcher import MASK, Traces
from voc.privacy.quasi_identifiers import QuasiIdentifiers
from voc.records import Customer

TITLES = ("Monsieur", "Mademoiselle", "Maître", "Mme", "M.", "Miss", "Mrs", "Ms.", "Dr")


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_no_part_of_a_name(title: str) -> None:
    assert normalise_name(f"{title} Anne Zolner") == "Anne Zolner"
    assert split_name(f"{title} Zolner") == (None, "zolner"), "a lone name behind a title is a surname"
    assert CIVILITY_NAME.match(f"{title} Zolner"), "and the line of a signature"
    assert is_introduced(f"{title} Zolner", len(title) + 1)


@pytest.mark.parametrize("title", [*TITLES, "M"])
def test_a_surname_behind_a_title_is_a_trace_of_its_bearer(title: str) -> None:
    found = Traces(Customer(id="C1", last_name="Zolner")).blotted(f"chez {title} Zolner, Zolner")
    assert found == f"chez {MASK * len(title)} {MASK * 6}, Zolner"


def strict(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.begin : one.end]) for one in QuasiIdentifiers().find(text, None)]


@pytest.mark.parametrize(
    ("text", "age"), [("âgée de 41 ans", "41 ans"), ("41 years old", "41 years old"), ("à l'âge de 41, oui", "41")]
)
def test_an_age_is_told_in_every_language(text: str, age: str) -> None:
    assert strict(text) == [("AGE", age)]


def test_a_date_is_told_in_every_language() -> None:
    assert strict("le 1er août 2024, on the 2nd of May, 12 sep 2024") == [
        *(("DATE", "1er août 2024"), ("DATE", "2nd of May"), ("DATE", "12 sep 2024")),
    ]


def test_a_word_that_ends_like_one_is_no_age() -> None:
    assert strict("à l'étage 12, un message 3, réengagé 24 mois") == []
