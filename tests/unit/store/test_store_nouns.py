"""The smaller nouns: uploads, customers, keys, digests, workers, tables for exports."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from makers import NOW, a_customer, an_interaction, understood
from sqlalchemy import select

from voc.errors import StoreError
from voc.records import Customer, Digest, Identifier, Rejected, UploadOptions
from voc.store import Store, schema
from voc.store.workers import WorkerRow

# --- uploads -----------------------------------------------------------------------------------------------------


def upload(store: Store, upload_id: str = "u1", **fields: Any) -> bool:
    given: dict[str, Any] = {
        "filename": "rows.csv", "sha256": "ab" * 32, "size_bytes": 10, "blob": "ab" * 32, "options": UploadOptions(),
        "idempotency_key": None, "now": NOW,
    }  # fmt: skip
    return store.uploads.add(upload_id=upload_id, **(given | fields))


def test_an_upload_moves_from_received_to_queued_and_finishes_with_its_work(store: Store) -> None:
    assert upload(store)
    assert [one.id for one in store.uploads.unread()] == ["u1"]
    rows = [an_interaction(n) for n in (1, 2)]
    store.interactions.add(rows, upload_id="u1", work_id="w", received_at=NOW)
    store.uploads.reject("u1", [Rejected(source="rows.csv:3", reason="no text; fill it in.")])
    store.uploads.finish_reading("u1", accepted=2, duplicate=0, rejected=1)
    progress = store.uploads.progress("u1")
    assert progress is not None
    assert not progress.finished
    assert progress.upload.status == store.uploads.recent()[0].status == "queued"
    assert progress.statuses == {"queued": 2}
    assert progress.interaction_ids == [one.id for one in rows]
    assert progress.rejections == [Rejected(source="rows.csv:3", reason="no text; fill it in.")]
    understood(store, rows[0])
    store.interactions.fail([rows[1].id], "rows.csv:2: no.")
    progress = store.uploads.progress("u1")
    assert progress is not None and progress.finished
    got = store.uploads.get("u1")
    assert got is not None
    assert progress.upload.status == store.uploads.recent()[0].status == got.status == "done"
    assert store.interactions.failures(["u1"]) == [("rows.csv:2", "rows.csv:2: no.")]
    assert store.uploads.unread() == []


def test_a_second_upload_of_the_same_rows_has_them_as_duplicates(store: Store) -> None:
    for upload_id in ("u1", "u2"):
        upload(store, upload_id)
        store.interactions.add([an_interaction(1)], upload_id=upload_id, work_id=upload_id, received_at=NOW)
    assert store.uploads.item_counts("u1") == (1, 0)
    assert store.uploads.item_counts("u2") == (0, 1)
    # reading the first one again after a crash changes nothing of it
    store.interactions.add([an_interaction(1)], upload_id="u1", work_id="again", received_at=NOW)
    assert store.uploads.item_counts("u1") == (1, 0)


def test_an_upload_with_nothing_usable_failed(store: Store) -> None:
    upload(store)
    error = Rejected(source="a.csv", reason="no such column", code="no_such_column", parameters={"column": "a"})
    store.uploads.finish_reading("u1", accepted=0, duplicate=0, rejected=1, error=error)
    found = store.uploads.get("u1")
    assert found is not None and (found.status, found.error) == ("failed", "no such column")
    assert found.refusal == error.model_copy(update={"source": found.filename})
    progress = store.uploads.progress("u1")
    assert progress is not None and progress.finished
    assert store.uploads.progress("u0") is None
    assert store.uploads.get("u0") is None


def test_one_idempotency_key_is_one_upload_also_when_sent_at_once(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: upload(store, f"u{n}", idempotency_key="k"), range(4)))
    assert sorted(done) == [False, False, False, True]
    found = store.uploads.by_idempotency_key("k")
    assert found is not None and found.id == f"u{done.index(True)}"
    assert store.uploads.by_idempotency_key("other") is None


def test_uploads_are_listed_newest_first_and_may_be_large(store: Store) -> None:
    upload(store, "old", now=NOW - timedelta(days=1))
    upload(store, "new", size_bytes=5_000_000_000)  # a PostgreSQL INTEGER ends at 2 GB
    assert [one.id for one in store.uploads.recent()] == ["new", "old"]
    assert store.uploads.recent(limit=1)[0].size_bytes == 5_000_000_000


def test_a_blob_is_dropped_by_one_upload_and_kept_by_another(store: Store) -> None:
    upload(store, "u1")
    upload(store, "u2")
    gone: list[str] = []
    store.uploads.let_go("u1", gone.append)
    assert gone == []  # the other upload still keeps them
    store.uploads.let_go("u2", gone.append)
    store.uploads.let_go("u2", gone.append)
    assert gone == ["ab" * 32]


# --- customers ---------------------------------------------------------------------------------------------------


def test_a_customer_comes_back_as_it_was_saved(store: Store) -> None:
    one = Customer(
        id="C1", name="Zoé Martin", first_name="Zoé", last_name="Martin", language="fr", city="Évry", postcode="91000",
        segment="pro", since=datetime(2020, 2, 29, tzinfo=UTC), attributes={"offre": "5G"},
        identifiers=(Identifier(type="phone", value="+33612345678", verified=True),),
    )  # fmt: skip
    assert store.customers.save([one], now=NOW) == (1, 0)
    found = store.customers.get("C1")
    assert found is not None
    own = Identifier(type="customer", value="C1", verified=True)
    assert found == one.model_copy(update={"identifiers": (*one.identifiers, own)})
    assert store.customers.get("C2") is None


def test_saving_again_updates_and_drops_identifiers_that_are_gone(store: Store) -> None:
    store.customers.save([a_customer("C1", city="Lyon", phones=["+331"]), a_customer("C2")], now=NOW)
    assert store.customers.save([a_customer("C1", city="Nice", phones=["+332"]), a_customer("C3")], now=NOW) == (1, 1)
    assert store.customers.count() == 3
    owners = store.customers.owners([Identifier(type="phone", value=v) for v in ("+331", "+332")])
    assert owners == {("phone", "+332"): [("C1", "")]}
    found = store.customers.get("C1")
    assert found is not None and found.city == "Nice"


def test_a_base_that_names_an_id_twice_means_its_last_line(store: Store) -> None:
    assert store.customers.save([a_customer("C1", city="Lyon"), a_customer("C1", city="Nice")], now=NOW) == (1, 0)
    found = store.customers.get("C1")
    assert found is not None and found.city == "Nice"


def test_many_customers_are_saved_and_looked_up_at_once(store: Store) -> None:
    store.customers.save([a_customer(f"C{n}", phones=[f"+33{n:09d}"]) for n in range(1300)], now=NOW)
    owners = store.customers.owners([Identifier(type="phone", value=f"+33{n:09d}") for n in range(1300)])
    assert owners == {("phone", f"+33{n:09d}"): [(f"C{n}", "")] for n in range(1300)}
    assert store.customers.owners([]) == {}


def test_customers_are_found_by_name_id_and_identifier(store: Store) -> None:
    store.customers.save(
        [
            a_customer("C1", first_name="Zoé", last_name="Martin", segment="pro", phones=["+33612345678"]),
            a_customer("C2", name="Bob 100% O'Neil"),
        ],
        now=NOW,
    )
    understood(store, an_interaction(1), customer="C2", score=-0.9)
    understood(store, an_interaction(2), customer="C2")

    def found(query: str, **more: Any) -> list[str]:
        return [one.id for one in store.customers.search(query, **more)]

    assert found("") == ["C2", "C1"]  # the one heard last comes first
    assert found("martin") == found("C1") == found("+33612345678") == found("", segment="pro") == ["C1"]
    assert found("0%") == found("o'neil") == ["C2"]
    assert found("%") == ["C2"]
    assert found("_") == []
    assert found("", limit=1, offset=1) == ["C1"]
    row = store.customers.search("Bob")[0]
    assert (row.interactions, row.negative) == (2, 1)
    assert row.last_at == an_interaction(2).occurred_at
    assert store.customers.segments() == ["pro"]


def test_every_name_of_a_customer_is_known_for_masking(store: Store) -> None:
    store.customers.save([a_customer("C1", name="Zoé Martin"), a_customer("C2", first_name="Bo")], now=NOW)
    names = store.customers.names(["C1", "C2", "C3"])
    assert set(names) == {"C1", "C2"}
    assert "Zoé Martin" in names["C1"]
    assert "Bo" in names["C2"]


# --- keys and the trail ------------------------------------------------------------------------------------------


def test_only_the_hash_of_a_key_is_stored(store: Store) -> None:
    key, secret = store.access.create_key("dashboards", "reader", now=NOW)
    with store.database.read() as connection:
        (row,) = connection.execute(select(schema.api_key)).all()
    assert secret not in repr(row)
    assert row.hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(key)
    assert len(secret) > 40


def test_a_key_opens_until_it_is_revoked(store: Store) -> None:
    assert not store.access.any_live()
    key, secret = store.access.create_key("dashboards", "analyst", now=NOW)
    assert store.access.any_live()
    found = store.access.check(secret, now=NOW)
    assert found is not None and (found.id, found.role) == (key.id, "analyst")
    assert store.access.by_id(key.id) is not None
    assert store.access.check(secret + "x", now=NOW) is None
    assert store.access.check("", now=NOW) is None
    assert store.access.revoke(key.id, now=NOW)
    assert not store.access.revoke(key.id, now=NOW)
    assert store.access.check(secret, now=NOW) is None
    assert store.access.by_id(key.id) is None
    assert not store.access.any_live()
    (listed,) = store.access.listing()
    assert listed.revoked_at == NOW


def test_a_key_opens_although_the_disk_is_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = store.access.create_key("me", "reader", now=NOW)

    def full() -> Any:
        raise StoreError("The disk that holds the database is full; free some space and retry.")

    monkeypatch.setattr(store.database, "begin", full)
    opened = store.access.check(secret, now=NOW)
    assert opened is not None and opened.id == key.id


def test_the_last_use_of_a_key_is_written_once_a_minute(store: Store) -> None:
    _, secret = store.access.create_key("k", "reader", now=NOW)
    for seconds, shown in ((0, 0), (30, 0), (90, 90)):
        store.access.check(secret, now=NOW + timedelta(seconds=seconds))
        assert store.access.listing()[0].last_used_at == NOW + timedelta(seconds=shown)


def test_the_trail_says_who_did_what_newest_first(store: Store) -> None:
    store.access.record(actor="cli", action="key.create", target="k1", now=NOW, detail={"role": "admin"})
    store.access.record(actor="k1", action="customer.read", target=None, now=NOW)
    trail = store.access.trail()
    assert [(one.actor, one.action, one.target) for one in trail] == [
        ("k1", "customer.read", None), ("cli", "key.create", "k1"),
    ]  # fmt: skip
    assert trail[1].detail == {"role": "admin"}
    assert len(store.access.trail(limit=1)) == 1


# --- digests and workers -----------------------------------------------------------------------------------------


def test_the_last_digest_made_of_a_week_is_kept(store: Store) -> None:
    def made(week: str, n: int) -> Digest:
        return Digest(week=week, begins=NOW, ends=NOW + timedelta(days=7), created_at=NOW, n=n, n_baseline=0)

    for week, n in (("2026-W45", 1), ("2026-W46", 2), ("2026-W46", 3)):
        store.digests.save(made(week, n))
    assert store.digests.weeks() == ["2026-W46", "2026-W45"]
    assert store.digests.get("2026-W46") == made("2026-W46", 3)
    assert store.digests.get("2026-W01") is None


def test_a_worker_announces_itself_beats_and_leaves(store: Store) -> None:
    worker = WorkerRow(id="host/1/2", host="host", pid=1, started_at=NOW, heartbeat_at=NOW)
    store.workers.announce(worker)
    store.workers.announce(worker)
    later = NOW + timedelta(seconds=5)
    store.workers.announce(replace(worker, heartbeat_at=later))
    assert [(one.started_at, one.heartbeat_at) for one in store.workers.all()] == [(NOW, later)]
    store.workers.forget(worker.id)
    store.workers.forget(worker.id)
    assert store.workers.all() == []


# --- tables for exports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_tables_give_every_row_once_and_nobodys_name(store: Store, batch: int) -> None:
    store.customers.save(
        [a_customer(f"C{n}", name="Zoé Martin", city="Lyon", phones=["+33612345678"]) for n in range(3)], now=NOW
    )
    for number in range(5):
        understood(store, an_interaction(number), customer="C1", topics=["billing"])

    customers = [row for part in store.tables.customers(batch=batch) for row in part]
    interactions = [row for part in store.tables.interactions(batch=batch) for row in part]
    signals = [row for part in store.tables.signals(batch=batch) for row in part]
    assert [row["id"] for row in customers] == ["C0", "C1", "C2"]
    assert [row["interactions"] for row in customers] == [0, 5, 0]
    assert sorted(row["id"] for row in interactions) == sorted(an_interaction(n).id for n in range(5))
    assert len({row["id"] for row in signals}) == len(signals) == 10
    everything = repr(customers + interactions + signals)
    assert "Martin" not in everything
    assert "612345678" not in everything
