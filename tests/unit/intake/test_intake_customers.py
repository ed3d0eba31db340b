"""CRM exports: one customer a row, identifiers in one spelling, French and English headers alike."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from voc.errors import InputError
from voc.intake import read_customers
from voc.records import Customer, Identifier, Rejected


def customers(path: Path, **options: object) -> list[Customer]:
    found = list(read_customers(path, **options))  # type: ignore[arg-type]
    assert all(isinstance(item, Customer) for item in found), found
    return [item for item in found if isinstance(item, Customer)]


FRENCH = (
    "ID client;Civilité;Prénom;Nom;E-mail;Téléphone fixe;Mobile;N° contrat;Twitter;Ville;Code postal;Segment;Client depuis;Langue;Offre\n"
    "AZ-00012;Mme;Jeanne;Lefèvre; J.Lefevre@Example.FR ;01 45 67 89 01;06 12 34 56 78;CT-1001 / CT-1002;@Jeanne_D;Nîmes;30000;Premium;03/02/2019;Français;Fibre\n"
    "AZ-00013;M.;Paul;Martin;paul@example.fr|p.martin@example.fr;;612345679;;;Brest;29200;;;fr;\n"
)


def test_a_french_export(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(FRENCH, encoding="cp1252")
    jeanne, paul = customers(path)
    assert jeanne == Customer(
        id="AZ-00012",
        name="Jeanne Lefèvre",
        first_name="Jeanne",
        last_name="Lefèvre",
        language="fr",
        city="Nîmes",
        postcode="30000",
        segment="Premium",
        since=datetime(2019, 2, 3, tzinfo=UTC),
        identifiers=(
            Identifier(type="customer", value="AZ00012", verified=True),
            Identifier(type="phone", value="+33612345678", verified=True),
            Identifier(type="phone", value="+33145678901", verified=True),
            Identifier(type="email", value="j.lefevre@example.fr", verified=True),
            Identifier(type="contract", value="CT1001", verified=True),
            Identifier(type="contract", value="CT1002", verified=True),
            Identifier(type="handle", value="jeanne_d", verified=True, network="twitter"),
            Identifier(type="name", value="Jeanne Lefèvre", verified=True),
        ),
        attributes={"Civilité": "Mme", "product": "Fibre"},
    )
    assert [item.value for item in paul.identifiers] == [
        "AZ00013",
        "+33612345679",
        "paul@example.fr",
        "p.martin@example.fr",
        "Paul Martin",
    ]


def test_formats_agree(tmp_path: Path) -> None:
    rows = [
        {
            "customer_id": "C-1001",
            "first_name": "Jo",
            "last_name": "Lee",
            "email": "jo@example.com",
            "phone": "+44 7700 900123",
            "since": "2020-05-01",
        },
        {"customer_id": "C-1002", "first_name": "Al", "last_name": "Fox", "email": None, "phone": None, "since": None},
    ]
    (tmp_path / "c.json").write_text(json.dumps({"customers": rows}))
    (tmp_path / "c.ndjson").write_text("\n".join(map(json.dumps, rows)))
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    workbook.save(tmp_path / "c.xlsx")
    reference = customers(tmp_path / "c.json")
    assert reference[0].since == datetime(2020, 5, 1, tzinfo=UTC)
    assert [item.type for item in reference[0].identifiers] == ["customer", "phone", "email", "name"]
    assert customers(tmp_path / "c.ndjson") == reference
    assert customers(tmp_path / "c.xlsx") == reference


def test_rows_without_an_id_are_refused_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("id;nom\nA-1;Un\n;Deux\nN/A;Trois\nA-1;Quatre\nA-2;Cinq\n")
    found = list(read_customers(path))
    assert [item.id for item in found if isinstance(item, Customer)] == ["A-1", "A-2"]
    assert [(item.source, item.reason.split(";")[0]) for item in found if isinstance(item, Rejected)] == [
        ("c.csv:3", "no customer id in column 'id'"),
        ("c.csv:4", "no customer id in column 'id'"),
        ("c.csv:5", "customer id 'A-1' is already used on row 2"),
    ]


def test_a_given_mapping_wins(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("Dossier;Joindre;Autre\nD-77;0612345678;0712345678\n")
    (found,) = customers(path, mapping={"id": "Dossier", "phone": "Joindre+Autre"})
    assert [item.value for item in found.identifiers] == ["D77", "+33612345678", "+33712345678"]


def test_no_column_of_ids(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("prénom;ville\nJeanne;Nîmes\n")
    with pytest.raises(InputError, match=r"c\.csv: no column of customer ids among prénom, ville; .*--map id=COLUMN"):
        next(read_customers(path))
    with pytest.raises(InputError, match="there is no column 'Code'"):
        next(read_customers(path, mapping={"id": "Code"}))


def test_overseas_numbers(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("id;téléphone\nA-1;0692123456\n")
    assert customers(path)[0].identifiers[1].value == "+262692123456"
