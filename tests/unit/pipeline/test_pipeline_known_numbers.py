"""Numbers of the customer base are masked wherever they stand, whichever came first: the text or the customer."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers import a_customer, an_interaction, understood
from sqlalchemy import text as sql

from voc.exporting import export_to
from voc.pipeline import import_customers
from voc.pipeline.ingestion import Intake
from voc.pipeline.known_numbers import settle_masks
from voc.records import Recording
from voc.settings import Settings
from voc.store import Filters, Store, migrations, open_store

Work = Callable[[], None]
Table = Callable[..., Path]
BASE = """customer_id;nom;contrat;mobile;loyalty card;handle;network
C10026;Zéphyrine Quatrebarbes;40429299;06 39 98 11 77;FID 77 12 09;zeph_q9;x
7-41 022;Gaston Quinquempoix;AZ-99 182 73;+44 7700 900123;;;
"""
SAID = (
    "oui le 40429299 voilà", "c'est 40, 42, 92, 99.", "le c 10026", "C10026-40429299", "AZ9918273 merci",
    "quarante, quarante-deux, quatre-vingt-douze, quatre-vingt-dix-neuf", "rappel 639981177", "0044 (0)7700 900123",
    "fid771209", "@zeph_q9 bonjour", "dossier 741022", "7-41 022 ?",
)  # fmt: skip
VALUES = (
    *("40429299", "40, 42, 92, 99", "10026", "9918273", "quarante", "639981177", "900123", "771209", "zeph_q9"),
    *("741022", "41 022"),
)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.csv"
    path.write_text(BASE, encoding="utf-8")
    return path


def shown(store: Store, tmp_path: Path, name: str) -> str:
    """Everything of these texts that is shown, listed, found and exported."""
    ids = store.interactions.all_ids(Filters())
    analyses = store.findings.analyses(ids)
    rows = [store.interactions.get(one) for one in ids]
    target = tmp_path / name
    export_to(store, target, form="csv")
    with store.database.read() as connection:
        table = "interaction_fts"
        indexed = [row[0] for row in connection.execute(sql(f"SELECT body FROM {table}"))]
    return "\n".join(
        [one.redacted_text or "" for one in analyses.values()]
        + [row.snippet or "" for row in rows if row]
        + [(target / "interactions.csv").read_text()]
        + indexed
    )


def test_in_texts_that_come_after_the_customers(
    reception: Intake, store: Store, work: Work, table: Table, base: Path, tmp_path: Path
) -> None:
    import_customers(store, base)
    reception.receive_path(table(*SAID))
    work()
    words = shown(store, tmp_path, "after")
    assert [value for value in VALUES if value in words] == []
    assert "voilà" in words and "merci" in words


def test_in_texts_that_were_there_before_the_customers(
    reception: Intake, store: Store, work: Work, table: Table, base: Path, tmp_path: Path
) -> None:
    reception.receive_path(table(*SAID))
    work()
    assert "40429299" in shown(store, tmp_path, "before")
    import_customers(store, base)
    words = shown(store, tmp_path, "after")
    assert [value for value in VALUES if value in words] == []
    assert store.search.words("40429299") == []
    assert not store.known_numbers.owed()


def test_an_import_cut_off_before_the_texts_leaves_them_to_the_next_worker(
    reception: Intake, store: Store, settings: Settings, work: Work, table: Table, base: Path,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    reception.receive_path(table(*SAID))
    work()
    with monkeypatch.context() as patched:
        patched.setattr(
            "voc.pipeline.customer_import.settle_masks", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            import_customers(store, base)
    assert store.known_numbers.owed()
    assert settle_masks(store, settings) > 0
    assert not store.known_numbers.owed()
    words = shown(store, tmp_path, "after")
    assert [value for value in VALUES if value in words] == []


def test_an_import_while_a_text_is_being_understood(
    reception: Intake, store: Store, work: Work, table: Table, base: Path,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    save = store.findings.save_analyses

    def import_first(*given: object, **named: object) -> None:
        monkeypatch.setattr(store.findings, "save_analyses", save)
        import_customers(store, base)
        save(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store.findings, "save_analyses", import_first)
    reception.receive_path(table(*SAID))
    work()
    words = shown(store, tmp_path, "after")
    assert [value for value in VALUES if value in words] == []


def test_the_same_base_again_owes_nothing(store: Store, base: Path) -> None:
    import_customers(store, base)
    before = store.known_numbers.state()
    import_customers(store, base)
    assert store.known_numbers.state() == before
    assert not store.known_numbers.owed()


def test_a_masked_recording_is_made_again_when_its_words_get_a_mask(store: Store, settings: Settings) -> None:
    key, _ = store.blobs.put(io.BytesIO(b"RIFF"))
    call = an_interaction(1, channel="call", text=None, recording=Recording(filename="a.wav", sha256=key))
    understood(store, call, text="oui le 40429299", redacted=())
    store.customers.save([a_customer("C1", contracts=["40429299"])], now=datetime.now(UTC))
    settle_masks(store, settings)
    copy = store.masked_audio.get(call.id)
    assert copy is not None and copy.status == "pending"


def test_a_store_of_an_older_version_is_put_right_by_the_next_worker(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    store.customers.save([a_customer("C1", contracts=["40429299"])], now=datetime.now(UTC))
    understood(store, an_interaction(1, text="oui le 40429299"), text="oui le 40429299", redacted=())
    names = [step.why for step in migrations.STEPS]
    before = 1 + names.index("numbers of the customer base are masked wherever they stand")
    with store.database.begin() as connection:
        for statement in (
            "DROP INDEX identifier_plain", "ALTER TABLE identifier DROP COLUMN plain",
            "DELETE FROM meta WHERE key = 'number_masks'",
        ):  # fmt: skip
            connection.execute(sql(statement))
        connection.execute(sql("UPDATE meta SET value = :v WHERE key = 'schema_version'"), {"v": str(before)})
    with closing(open_store(settings)) as again:
        assert again.known_numbers.owed()
        assert settle_masks(again, settings) == 1
        assert "40429299" not in shown(again, tmp_path, "after")


def test_masks_carry_the_pseudonym_of_the_number(store: Store, settings: Settings) -> None:
    store.customers.save([a_customer("C1", contracts=["40429299"])], now=datetime.now(UTC))
    one = understood(store, an_interaction(1, text="x"), text="le 40 42 92 99, le 40429299", redacted=())
    settle_masks(store, settings.model_copy(update={"pseudonym_salt": "salt"}))
    words = store.findings.analyses([one.id])[one.id].redacted_text or ""
    first, second = (part.partition("]")[0] for part in words.split("[CONTRACT ")[1:])
    assert first == second


@pytest.mark.integration
def test_on_postgresql_too(settings: Settings, postgresql: str) -> None:
    there = settings.model_copy(update={"database_url": postgresql})
    with closing(open_store(there)) as store:
        one = understood(store, an_interaction(1, text="x"), text="le 40 42 92 99, le 40429299", redacted=())
        closed = understood(store, an_interaction(2, text="x"), text="le 40429299", redacted_text=None)
        store.customers.save([a_customer("C1", contracts=["40429299"])], now=datetime.now(UTC))
        assert store.known_numbers.owed()
        assert settle_masks(store, there) == 1
        assert not store.known_numbers.owed()
        found = store.findings.analyses([one.id, closed.id])
        assert found[one.id].redacted_text == "le [CONTRACT], le [CONTRACT]"
        assert found[closed.id].redacted_text is None
        assert store.search.words("40429299") == []
