"""A mapping that was saved is used for every later table of its header, and it is said; a mapping given goes first."""

from __future__ import annotations

from pathlib import Path

from makers import NOW

from voc.intake.column_reading import header_of
from voc.pipeline.ingestion import Intake
from voc.records import Channel
from voc.store import Filters, Store
from voc.store.saved_mappings import SavedMapping

HEADER = ("ref", "colonne a", "colonne b", "jour")


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "export.csv"
    path.write_text("\n".join([";".join(HEADER), *rows]) + "\n", encoding="utf-8")
    return path


def saved(store: Store, **mapping: str) -> None:
    store.saved_mappings.save(
        SavedMapping("Export du lundi", header_of(HEADER), mapping, Channel.COMPLAINT, saved_at=NOW, saved_by="cli")
    )


def test_it_is_used_and_said(store: Store, reception: Intake, tmp_path: Path) -> None:
    saved(store, text="colonne b")
    found = reception.receive_path(table(tmp_path, "R-10001;Une remarque interne;Le colis est cassé;2026-11-09"))
    assert [one.code for one in found.remarks if one.code == "saved_mapping_used"] == ["saved_mapping_used"]
    [row] = store.interactions.page(Filters(), limit=5).items
    record = store.interactions.records([row.id])[0]
    assert (record.text, record.channel) == ("Le colis est cassé", Channel.COMPLAINT)


def test_what_is_given_goes_first(store: Store, reception: Intake, tmp_path: Path) -> None:
    saved(store, text="colonne b")
    path = table(tmp_path, "R-10001;Une remarque interne;Le colis est cassé;2026-11-09")
    found = reception.receive_path(path, mapping={"text": "colonne a"})
    assert [one for one in found.remarks if one.code == "saved_mapping_used"] == []
    [row] = store.interactions.page(Filters(), limit=5).items
    assert store.interactions.records([row.id])[0].text == "Une remarque interne"


def test_other_files_are_read_as_before(store: Store, reception: Intake, tmp_path: Path) -> None:
    saved(store, text="colonne b")
    mail = tmp_path / "mail.eml"
    mail.write_text("From: a@example.com\nSubject: x\nDate: Mon, 09 Nov 2026 10:00:00 +0100\n\nBonjour, rien reçu.\n")
    assert reception.receive_path(mail).upload.accepted == 1
