"""How SQLite means to answer: the questions that once walked every topic for each interaction (287 s for a page)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from voc.store import Filters, Store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.interactions.page(Filters(topic="none")),
        lambda store: store.interactions.page(Filters(topic="billing.refund")),
    ],
)
def test_topics_of_one_interaction_are_looked_up_by_it(sqlite_store: Store, ask: Callable[[Store], object]) -> None:
    asked: list[tuple[str, object]] = []

    @event.listens_for(sqlite_store.database.engine, "before_cursor_execute")
    def remember(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    ask(sqlite_store)
    event.remove(sqlite_store.database.engine, "before_cursor_execute", remember)
    plans = []
    with sqlite_store.database.read() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT") and "EXISTS (SELECT" in statement:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
                plans += [row[3] for row in rows if "signal" in row[3]]
    assert plans
    assert all("interaction_id=? AND kind=?" in plan for plan in plans), plans
    sqlite_store.close()
