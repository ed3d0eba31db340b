"""Sources in both databases: runs begun once, things entered once, the cursor never ahead of what is kept."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from makers import NOW

from voc.records import Rejected, UploadOptions
from voc.store import Store
from voc.store.source_items import Came
from voc.store.sources import SourceRow


def row(source_id: str = "s1", **more: Any) -> SourceRow:
    given: dict[str, Any] = {
        "id": source_id, "kind": "folder", "name": source_id.upper(), "options": {"path": "/srv"}, "secrets": {},
        "channel": None, "mapping": {"text": "mot"}, "roles": ("agent", "customer"), "every_seconds": 60,
        "per_minute": None, "backfill_per_minute": None, "created_at": NOW, "created_by": "cli", "next_at": NOW,
    }  # fmt: skip
    return SourceRow(**(given | more))


def upload(store: Store, upload_id: str, came: Came | None, key: str | None = None) -> bool:
    return store.uploads.add(
        upload_id=upload_id, filename="a.csv", sha256="x", size_bytes=1, blob=None, options=UploadOptions(),
        idempotency_key=key, now=NOW, came=came,
    )  # fmt: skip


def came(key: str = "k1", **more: Any) -> Came:
    return Came("s1", key, "a.csv", **more)


def test_a_source_is_kept_as_it_is(store: Store) -> None:
    assert store.sources.add(row())
    assert store.sources.get("s1") == row()
    assert store.sources.named("S1") == row()
    assert not store.sources.add(row("s2", name="S1"))
    assert store.sources.change("s1", {"name": "Calls"})
    assert store.sources.add(row("s2", name="S1"))
    assert not store.sources.change("s2", {"name": "Calls"})
    assert [one.name for one in store.sources.all()] == ["Calls", "S1"]


def test_what_came_and_the_cursor_are_kept_in_one_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.sources.add(row())
    assert upload(store, "u1", came(cursor={"uid": 7}, locator={"path": "a.csv"}), key="i1")
    found = store.sources.get("s1")
    assert found is not None
    assert found.cursor == {"uid": 7}
    [item] = store.source_items.of("s1", ("reading",))
    assert (item.upload_id, item.locator) == ("u1", {"path": "a.csv"})
    # The same thing again: the first upload stands, the cursor stays.
    assert not upload(store, "u2", came("k2", cursor={"uid": 9}), key="i1")
    assert store.source_items.known("s1", ["k1", "k2"]) == {"k1"}
    found = store.sources.get("s1")
    assert found is not None
    assert found.cursor == {"uid": 7}

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("voc.store.uploads.keep_came", fails)
    with pytest.raises(RuntimeError):
        upload(store, "u3", came("k3", cursor={"uid": 11}))
    assert store.uploads.get("u3") is None


def test_what_comes_of_a_source_that_was_removed_stays(store: Store) -> None:
    assert upload(store, "u1", came())
    assert store.uploads.get("u1") is not None
    assert store.source_items.counts() == {}


def test_a_run_is_begun_once_whoever_looks(store: Store) -> None:
    for n in range(5):
        store.sources.add(row(f"s{n}"))
    begun: list[str] = []

    def look() -> None:
        begun.extend(one.source_id for one in store.source_runs.due(now=NOW + timedelta(seconds=1)))

    workers = [threading.Thread(target=look) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(begun) == [f"s{n}" for n in range(5)]
    assert store.source_runs.due(now=NOW + timedelta(hours=1)) == []  # one at a time
    first = store.source_runs.open()[0]
    store.source_runs.end(first.id, now=NOW, failure=Rejected(source="S", reason="no"), next_at=NOW)
    assert [one.source_id for one in store.source_runs.due(now=NOW)] == [first.source_id]
    failed = store.sources.get(first.source_id)
    assert failed is not None
    assert failed.failures == 1


def test_a_run_says_what_came_of_it(store: Store) -> None:
    store.sources.add(row())
    run = store.source_runs.ask("s1", asked_by="me", now=NOW)
    assert run is not None
    assert store.source_runs.start(run.id, now=NOW) is not None
    for n, key in enumerate(("k1", "k2")):
        upload(store, f"u{n}", came(key, run_id=run.id))
        store.uploads.finish_reading(f"u{n}", accepted=3, duplicate=1, rejected=2)
    store.source_items.settle("s1", "k1", now=NOW)
    store.source_items.settle("s1", "k2", now=NOW, problem=Rejected(source="a", reason="bad", code="damaged"))
    ended = store.source_runs.get(run.id)
    assert ended is not None
    assert (ended.taken, ended.refused, ended.accepted, ended.duplicate, ended.rejected) == (1, 1, 6, 2, 4)
    assert store.source_runs.last()["s1"].taken == 1
    [refused] = store.source_items.of("s1", ("refused",))
    assert refused.name == "a.csv"
    [taken] = store.source_items.of("s1", ("taken",))
    assert (taken.name, taken.locator) == (None, None)  # what is in is known by its hash alone


def test_a_thing_is_tried_some_times_then_refused(store: Store) -> None:
    store.sources.add(row())
    why = Rejected(source="a", reason="late", code="source_unreachable")
    assert store.source_items.wait("s1", "k", name="a", locator={"url": "u"}, now=NOW)
    assert not store.source_items.wait("s1", "k", name="a", locator={"url": "u"}, now=NOW)
    assert store.source_items.wait("s1", "k", name="a", locator={}, now=NOW, problem=why)
    assert store.source_items.wait("s1", "k", name="a", locator={}, now=NOW, problem=why, refused=True)
    assert not store.source_items.wait("s1", "k", name="a", locator={}, now=NOW, problem=why)
    [one] = store.source_items.of("s1", ("refused",))
    assert (one.attempts, one.locator, one.code) == (2, {"url": "u"}, "source_unreachable")
    assert store.source_items.try_again("s1", [one.id], now=NOW) == 1
    assert store.source_items.counts() == {"s1": {"waiting": 1}}


def test_what_was_pushed_and_left_is_due(store: Store) -> None:
    store.sources.add(row(every_seconds=None, next_at=None))
    upload(store, "u1", came())
    assert store.source_runs.due(now=NOW + timedelta(seconds=10)) == []
    assert len(store.source_runs.due(now=NOW + timedelta(seconds=31))) == 1


def test_a_source_that_is_removed_takes_its_runs_and_things_with_it(store: Store) -> None:
    store.sources.add(row())
    store.source_runs.ask("s1", asked_by="me", now=NOW)
    upload(store, "u1", came())
    assert store.sources.remove("s1")
    assert (store.source_runs.open(), store.source_items.counts()) == ([], {})
    assert store.uploads.get("u1") is not None
