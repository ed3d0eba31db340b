"""The portable export: every table in every format, nobody's name, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from makers import NOW, a_customer, an_interaction, redactions, understood

from voc.errors import InputError
from voc.exporting import COLUMNS, columns_of, export_to
from voc.store import Store

WORDS = "Ici Zoé Martin au 0612345678 : la facture est fausse."


@pytest.fixture
def filled(store: Store) -> Store:
    store.customers.save(
        [a_customer("C1", name="Zoé Martin", city="=HYPERLINK(1)", segment="pro", phones=["+33612345678"])], now=NOW
    )
    understood(
        store, an_interaction(1, text=WORDS), customer="C1", topics=["billing.double_charge"], text=WORDS,
        redacted=redactions(WORDS, "Zoé Martin") + redactions(WORDS, "0612345678", kind="PHONE"),
        redacted_text="Ici [PERSON] au [PHONE] : la facture est fausse.",
    )  # fmt: skip
    understood(store, an_interaction(2), text="=cmd|' /C calc'!A0")
    understood(store, an_interaction(3), text="Mon mot de passe 1234", redacted_text=None)
    return store


def everything(target: Path) -> bytes:
    files = [target] if target.is_file() else sorted(target.iterdir())
    return b"".join(path.read_bytes() for path in files)


def test_a_database_opens_with_tables_keys_and_search(filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "insights.db"
    rows = export_to(filled, target)
    assert {k: rows[k] for k in ("customers", "interactions", "signals")} == {
        "customers": 1, "interactions": 3, "signals": 2,
    }  # fmt: skip
    assert rows["topics"] > 10
    with closing(sqlite3.connect(target)) as connection:
        for table in COLUMNS:
            assert [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] == list(columns_of(table))
        assert connection.execute("SELECT topic, effort FROM interactions WHERE topic IS NOT NULL").fetchall()
        found = connection.execute(
            "SELECT rowid FROM interactions_fts WHERE interactions_fts MATCH 'facture'"
        ).fetchall()
        assert len(found) == 1
        (words,) = connection.execute("SELECT words FROM signals WHERE kind = 'topic'").fetchone()
        assert words == "Ici [PERSON] au [PHONE] : la facture est fausse."
        assert connection.execute("SELECT count(*) FROM interactions WHERE text IS NULL").fetchone() == (1,)


def test_a_link_from_one_table_to_another_scans_none(filled: Store, tmp_path: Path) -> None:
    export_to(filled, tmp_path / "out.db")
    with closing(sqlite3.connect(tmp_path / "out.db")) as connection:
        for table, column in (("signals", "interaction_id"), ("interactions", "customer_id")):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} = 'i'").fetchall()
            assert "USING INDEX" in plan[0][3]


@pytest.mark.parametrize(("name", "form"), [("a.db", None), ("a", "parquet"), ("a", "csv"), ("a", "sqlite")])
def test_nobodys_name_number_or_unredacted_word_is_in_it(
    filled: Store, tmp_path: Path, name: str, form: str | None
) -> None:
    export_to(filled, tmp_path / name, form=form)
    content = everything(tmp_path / name)
    for secret in ("Martin", "612345678", "passe 1234"):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("posts.csv:12", "csv:12"),
        ("appel Zoé Martin.wav", "wav"),
        ("Zoé.Martin", "file"),
        ("Zoé Martin", "file"),
        ("Zoé: Martin.eml", "eml"),
        ("mails.mbox:3", "mbox:3"),
        ("a.Zoé Martin le 12", "file"),
    ],
)
def test_a_source_keeps_its_kind_and_row_and_no_name(store: Store, tmp_path: Path, source: str, shown: str) -> None:
    understood(store, an_interaction(1, source=source))
    export_to(store, tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT source FROM interactions").fetchone() == (shown,)


def test_parquet_has_the_same_rows_with_types(filled: Store, tmp_path: Path) -> None:
    rows = export_to(filled, tmp_path / "tables", form="parquet")
    for name, count in rows.items():
        table = pq.read_table(tmp_path / "tables" / f"{name}.parquet")
        assert table.num_rows == count
        assert table.column_names == list(columns_of(name))
    scores = pq.read_table(tmp_path / "tables" / "interactions.parquet")["sentiment_score"]
    assert str(scores.type) == "double"


def test_a_formula_is_inert_in_a_spreadsheet(filled: Store, tmp_path: Path) -> None:
    export_to(filled, tmp_path / "tables", form="csv")
    with (tmp_path / "tables" / "interactions.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert "'=cmd|' /C calc'!A0" in texts
    with (tmp_path / "tables" / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["city"] for row in csv.DictReader(file)] == ["'=HYPERLINK(1)"]
    for path in (tmp_path / "tables").iterdir():
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in {"=", "@", "+", "\t"}]


def test_an_empty_store_is_an_export_too(store: Store, tmp_path: Path) -> None:
    for name, form in (("a.db", None), ("p", "parquet"), ("c", "csv")):
        assert export_to(store, tmp_path / name, form=form)["interactions"] == 0


def test_what_cannot_be_written_is_one_line(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export_to(filled, tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text() == "mine"
    with pytest.raises(InputError, match="say --format"):
        export_to(filled, tmp_path / "what.xyz")
    for form in ("sqlite", "csv", "parquet"):
        with pytest.raises(InputError, match="cannot be written"):
            export_to(filled, tmp_path / "there.db" / "x", form=form)
