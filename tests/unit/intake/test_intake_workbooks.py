"""Workbooks: read by content and by the rows there are, whatever numbers they declare."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from voc import intake
from voc.intake import limits
from voc.records import Customer, Interaction, Rejected, Remark

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = {"A": "id", "B": "commentaire"}


def a_cell(column: str, row: int | None, text: str) -> str:
    place = "" if row is None else f' r="{column}{row}"'
    blank = "<c/>" * (ord(column) - ord("A")) if row is None else ""
    return f'{blank}<c{place} t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(
    path: Path, rows: Iterable[tuple[int | None, dict[str, str]]], *, extra: dict[str, str] | None = None
) -> Path:
    """A workbook with exactly these rows: a number, or none, and cells by column."""
    body = "".join(
        ("<row>" if number is None else f'<row r="{number}">')
        + "".join(a_cell(column, number, text) for column, text in cells.items())
        + "</row>"
        for number, cells in rows
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}sheet.main+xml"/>'
            + (f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}sharedStrings+xml"/>' if extra else "")
            + f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}worksheet+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Avis" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def texts(found: Iterable[Any]) -> list[tuple[str, str | None]]:
    return [(one.source, one.text) for one in found if isinstance(one, Interaction)]


def test_a_stray_cell_in_the_last_row_costs_nothing(tmp_path: Path) -> None:
    last = limits.XLSX_ROWS
    rows = [(1, HEADER), (2, {"B": "Bonjour la facture"}), (7, {"B": "Merci beaucoup"}), (last, {"B": "égaré ici"})]
    path = workbook(tmp_path / "avis.xlsx", rows)
    began = time.process_time()
    found = texts(intake.read(path))
    assert time.process_time() - began < 5
    assert found == [
        ("avis.xlsx:2", "Bonjour la facture"),
        ("avis.xlsx:7", "Merci beaucoup"),
        (f"avis.xlsx:{last}", "égaré ici"),
    ]


@pytest.mark.parametrize("number", [limits.XLSX_ROWS + 1, 4_000_000_000, 10**30])
def test_a_row_below_the_last_there_is_is_refused(tmp_path: Path, number: int) -> None:
    assert path_size(workbook(tmp_path / "a.xlsx", [(1, HEADER), (number, {"B": "x"})])) < 2_000
    many = [(n, {"A": f"A-1000{n}", "B": f"La facture {n} est fausse."}) for n in range(2, 80)]
    path = workbook(tmp_path / "avis.xlsx", [(1, HEADER), *many, (number, {})])
    began = time.process_time()
    *kept, refused, _ = intake.read(path)
    assert time.process_time() - began < 5
    assert isinstance(refused, Rejected)
    assert f"a row is numbered {number:,}" in refused.reason
    assert len(texts(kept)) == len(kept)
    (alone,) = intake.read(tmp_path / "a.xlsx")
    assert isinstance(alone, Rejected) and "a row is numbered" in alone.reason


def path_size(path: Path) -> int:
    return path.stat().st_size


def test_customers_and_events_are_guarded_by_the_same(tmp_path: Path) -> None:
    rows = [(1, {"A": "id_client", "B": "nom"}), (2, {"A": "C10001", "B": "Durand"}), (4_000_000_000, {"A": "x"})]
    path = workbook(tmp_path / "base.xlsx", rows)
    (refused,) = intake.read_customers(path)
    assert isinstance(refused, Rejected) and "a row is numbered" in refused.reason
    assert intake.holds_events(path) is False
    path = workbook(tmp_path / "good.xlsx", [*rows[:2], (1_000_000, {"A": "C10002", "B": "Lefevre"})])
    assert [one.id for one in intake.read_customers(path) if isinstance(one, Customer)] == ["C10001", "C10002"]


def test_columns_are_bounded_and_a_stray_cell_far_right_is_left(tmp_path: Path) -> None:
    rows = [(1, HEADER), (2, {"A": "A-10001", "B": "Bonjour la facture", "XFD": "égaré"})]
    assert texts(intake.read(workbook(tmp_path / "avis.xlsx", rows))) == [("avis.xlsx:2", "Bonjour la facture")]
    letters = [
        a + b + c for a in ["", *"ABCD"] for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]
    wide = [(1, {column: f"c {column}" for column in letters}), (2, {"A": "x"})]
    (refused,) = intake.read(workbook(tmp_path / "wide.xlsx", wide))
    assert isinstance(refused, Rejected) and "columns" in refused.reason


def test_rows_without_numbers_and_rows_out_of_order_are_read(tmp_path: Path) -> None:
    rows: list[tuple[int | None, dict[str, str]]] = [(None, {"A": "commentaire"}), (None, {"A": "Bonjour la facture"})]
    path = workbook(tmp_path / "plain.xlsx", rows)
    assert [text for _, text in texts(intake.read(path))] == ["Bonjour la facture"]
    path = workbook(
        tmp_path / "mixed.xlsx", [(1, HEADER), (9, {"B": "Merci beaucoup"}), (5, {"B": "Bonjour la facture"})]
    )
    assert sorted(texts(intake.read(path))) == [
        ("mixed.xlsx:5", "Bonjour la facture"),
        ("mixed.xlsx:9", "Merci beaucoup"),
    ]


@pytest.mark.integration
def test_millions_of_empty_rows_end_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are there and empty cost what reading them costs: the reader has a time."""
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 1.0)
    monkeypatch.setattr(limits, "READER_CPU_SECONDS_PER_MB", 0.0)
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>' + "<row/>" * 900_000 + "</sheetData></worksheet>"
    path = tmp_path / "empty.xlsx"
    workbook(tmp_path / "model.xlsx", [])
    with zipfile.ZipFile(tmp_path / "model.xlsx") as model, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in model.namelist():
            archive.writestr(name, sheet if name.endswith("sheet1.xml") else model.read(name))
    assert path.stat().st_size < 100_000
    (refused,) = intake.isolated(intake.read, path, name="empty.xlsx")
    assert isinstance(refused, Rejected) and "was stopped" in refused.reason


@pytest.mark.integration
def test_strings_that_fill_the_memory_are_one_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READER_MEMORY_BYTES", 200 * 2**20)
    words = "".join(f"<si><t>{n:07} {'bonjour la facture ' * 80}</t></si>" for n in range(150_000))
    strings = f'<sst xmlns="{MAIN}">{words}</sst>'
    path = workbook(tmp_path / "strings.xlsx", [(1, HEADER)], extra={"xl/sharedStrings.xml": strings})
    (refused,) = intake.isolated(intake.read, path, name="strings.xlsx")
    assert isinstance(refused, Rejected)
    assert "of memory" in refused.reason


def saved(path: Path, sheets: dict[str, list[list[Any]]], *, merged: dict[str, list[str]] | None = None) -> Path:
    """A workbook as a spreadsheet program saves it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in (merged or {}).get(title, []):
            sheet.merge_cells(cells)
    book.save(path)
    return path


DAY = datetime(2026, 11, 3, 10, 12)


def test_groups_over_merged_cells_stand_above_the_columns(tmp_path: Path) -> None:
    rows = [
        ["Export des réclamations – novembre 2026"],
        ["Généré le 30/11/2026"],
        [],
        ["Dossier", None, "Client", None, "Conseiller", "Avis", None],
        ["N°", "Date", "Nom", "E-mail", "Nom", "Commentaire", "Note /5"],
        ["T-1", DAY, "Claire Lebreton", "claire@example.com", "Karim Benali", "Toujours en panne.", 1.5],
        ["T-2", DAY, "Daniel Whitfield", None, "Karim Benali", None, 4],
    ]
    merged = {"Avis": ["A1:G1", "A4:B4", "C4:D4", "F4:G4"]}
    first, second = intake.read(saved(tmp_path / "a.xlsx", {"Avis": rows}, merged=merged))
    assert isinstance(first, Interaction)
    assert isinstance(second, Interaction)
    assert (first.external_id, first.text, first.rating, first.author) == (
        "T-1",
        "Toujours en panne.",
        1.5,
        "Claire Lebreton",
    )
    assert str(first.occurred_at) == "2026-11-03 10:12:00+00:00"
    assert (second.text, second.rating) == (None, 4)


def test_a_sheet_of_explanations_stands_before_that_of_data(tmp_path: Path) -> None:
    sheets = {
        "Lisez-moi": [["Export NPS"], ["Contact : qualite@alize.example"]],
        "Données": [["Horodateur", "NPS", "Verbatim"], [DAY, 2, "Deux mois d'attente."]],
    }
    (found,) = intake.read(saved(tmp_path / "nps.xlsx", sheets))
    assert isinstance(found, Interaction)
    assert (found.nps, found.text) == (2, "Deux mois d'attente.")


def test_sheets_of_the_same_columns_are_one_table_and_others_are_named(tmp_path: Path) -> None:
    header = ["Date", "Commentaire", "Note /5"]
    sheets = {
        "Octobre": [header, [DAY, "Trop cher.", 2]],
        "Novembre": [header, [DAY, "Bien mieux.", 4], [DAY, None, 5]],
        "Paramètres": [["Clé", "Valeur"], ["langue", "fr"]],
    }
    *found, said = intake.read(saved(tmp_path / "avis.xlsx", sheets))
    assert [one.rating for one in found if isinstance(one, Interaction)] == [2, 4, 5]
    assert len({one.source for one in found}) == 3
    assert isinstance(said, Remark)
    assert (said.code, said.parameters) == ("sheets_not_read", {"sheets": "'Paramètres'"})


def test_what_a_formula_failed_to_give_is_nothing(tmp_path: Path) -> None:
    rows = [["Date", "Commentaire", "Note /5"], [DAY, "#N/A", "#DIV/0!"], [DAY, "Trop cher.", "3"]]
    found, said = intake.read(saved(tmp_path / "a.xlsx", {"Avis": rows}))
    assert isinstance(found, Interaction)
    assert (found.text, found.rating) == ("Trop cher.", 3)
    assert isinstance(said, Rejected)
    assert said.code == "empty_rows"
    (tmp_path / "a.csv").write_text("Date;Commentaire;Note /5\n03/11/2026;#NOM?;4\n", "utf-8")
    (kept,) = intake.read(tmp_path / "a.csv")
    assert isinstance(kept, Interaction)
    assert (kept.text, kept.rating) == (None, 4)
