"""How SQLite means to answer what the customer's page and the figures of contact ask: by an index of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from makers import NOW, a_customer, an_interaction, understood
from sqlalchemy import event

from voc.store import Store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    opened.customers.save([a_customer("C1")], now=NOW)
    understood(opened, an_interaction(1), customer="C1", topics=("app.bug",))
    yield opened
    opened.close()


def plans(store: Store, ask: Callable[[Store], object]) -> list[str]:
    asked: list[tuple[str, object]] = []

    @event.listens_for(store.database.engine, "before_cursor_execute")
    def remember(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    ask(store)
    event.remove(store.database.engine, "before_cursor_execute", remember)
    found: list[str] = []
    with store.database.read() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
                found += [row[3] for row in rows]
    assert found
    return found


def test_one_customers_events_are_found_by_customer(sqlite_store: Store) -> None:
    for ask in (
        lambda store: store.events.of_customer("C1"),
        lambda store: store.events.totals("C1"),
        lambda store: store.pressure.sent(NOW, NOW, customer_id="C1"),
    ):
        found = [plan for plan in plans(sqlite_store, ask) if " event " in plan]
        assert found and all("event_customer (customer_id=?" in plan for plan in found), found


def test_pressure_reads_an_index_alone_and_no_whole_interaction(sqlite_store: Store) -> None:
    sent = plans(sqlite_store, lambda store: store.pressure.sent(NOW, NOW))
    assert any("COVERING INDEX event_family" in plan for plan in sent), sent


def test_look_alikes_read_indexes_alone(sqlite_store: Store) -> None:
    found = plans(sqlite_store, lambda store: (store.behaviour.interactions(), store.behaviour.topics()))
    for table in ("interaction", "signal"):
        lines = [plan for plan in found if f" {table} " in plan]
        assert lines and all("COVERING INDEX" in plan for plan in lines), found
