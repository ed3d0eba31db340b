"""A copy that follows what changes ends with exactly what the store has, whatever went on meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from api_seed import NOW
from makers import a_customer, an_analysis, an_interaction, anonymous, linked
from sqlalchemy import update
from starlette.testclient import TestClient

from voc.store import Store
from voc.store.analyses import Analysed
from voc.store.corrections import Label
from voc.store.fact_changes import fact_change


class Copy:
    """A client elsewhere: rows by id, and how far it has read."""

    def __init__(self, client: TestClient, *, limit: int) -> None:
        self.client, self.limit = client, limit
        self.rows: dict[str, Any] = {}
        self.cursor = "0"

    def page(self) -> bool:
        answer = self.client.get("/v1/interactions", params={"updated_since": self.cursor, "limit": self.limit})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        self.rows.update((one["id"], one) for one in found["items"])
        for one in found["deleted"]:
            self.rows.pop(one, None)
        self.cursor = found["next_cursor"]
        return found["next"] is not None

    def catch_up(self) -> None:
        while self.page():
            pass


def content(client: TestClient) -> dict[str, Any]:
    listed = client.get("/v1/interactions?limit=500").json()["items"]
    return {one["id"]: one | {"customer_name": None} for one in listed}


def test_a_copy_ends_with_what_the_store_has(client: TestClient, store: Store) -> None:
    draw = random.Random(7)
    store.customers.save([a_customer("C1", name="Ana"), a_customer("C2", name="Tom")], now=NOW)
    rows = [an_interaction(number) for number in range(60)]
    store.interactions.add(rows[:30], upload_id=None, work_id="w", received_at=NOW)
    copy = Copy(client, limit=7)
    for step in range(60):
        some = draw.sample(rows[:30] if step < 30 else rows, 3)
        match draw.randrange(6):
            case 0:
                store.interactions.add(some, upload_id=None, work_id="w", received_at=NOW)
            case 1:
                there = [one for one in some if store.interactions.get(one.id)]
                found = [
                    Analysed(an_analysis(one, topics=("network",), score=draw.uniform(-1, 1)), None) for one in there
                ]
                links = [linked(one, draw.choice(["C1", "C2"])) if step % 2 else anonymous(one) for one in there]
                store.findings.save_analyses(found, links, now=NOW)
            case 2:
                store.erasing.forget([some[0].id])
            case 3:
                read = [one.id for one in some if store.findings.analysis(one.id) is not None]
                for one in read[:1]:
                    label = Label("topic", draw.choice(["billing", "app"]))
                    store.corrections.correct(one, [label], actor="a", reason=None, now=NOW)
            case 4:
                store.customers.save([a_customer("C1", name=draw.choice(["Ana", "Anna"]), city="Nantes")], now=NOW)
            case _:
                copy.page()
    copy.catch_up()
    assert copy.rows == content(client)
    assert copy.rows, "something was left to compare"
    before = copy.cursor
    copy.catch_up()
    assert copy.cursor == before, "nothing changed: nothing to read"


def test_a_moment_is_where_to_begin_too(client: TestClient, store: Store) -> None:
    rows = [an_interaction(number) for number in range(3)]
    store.interactions.add(rows[:2], upload_id=None, work_id="w", received_at=NOW)
    ago = {"at": datetime.now(UTC) - timedelta(hours=2)}
    with store.database.begin() as connection:
        connection.execute(update(fact_change).values(**ago))
    store.interactions.add(rows[2:], upload_id=None, work_id="w", received_at=NOW)
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    found = client.get("/v1/interactions", params={"updated_since": since}).json()
    assert [one["id"] for one in found["items"]] == [rows[2].id]


def test_a_copy_that_slept_too_long_begins_anew(client: TestClient, store: Store) -> None:
    rows = [an_interaction(number) for number in range(4)]
    store.interactions.add(rows, upload_id=None, work_id="w", received_at=NOW)
    copy = Copy(client, limit=2)
    copy.page()
    asleep = copy.cursor
    copy.catch_up()
    store.erasing.forget([rows[0].id])
    store.facts.prune(now=datetime.now(UTC) + timedelta(days=2))
    refused = client.get("/v1/interactions", params={"updated_since": asleep})
    assert (refused.status_code, refused.json()["code"]) == (410, "sync_too_old")
    anew = Copy(client, limit=1)
    anew.catch_up()
    assert anew.rows == content(client)


def test_a_store_from_before_changes_were_written_down_is_copied_whole(client: TestClient, store: Store) -> None:
    store.interactions.add([an_interaction(1)], upload_id=None, work_id="w", received_at=NOW)
    with store.database.begin() as connection:
        connection.execute(fact_change.delete())
    copy = Copy(client, limit=10)
    copy.catch_up()
    assert copy.rows == content(client) and len(copy.rows) == 1


def test_filters_and_nonsense_are_refused(client: TestClient) -> None:
    for query, code in (
        ("updated_since=0&channel=email", "sync_takes_no_filter"),
        ("updated_since=soon", "no_such_cursor"),
    ):
        refused = client.get(f"/v1/interactions?{query}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_reader_s_copy_is_masked_like_their_list(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    reader = keyed("reader")
    copied = {one["id"]: one for one in reader.get("/v1/interactions?updated_since=0&limit=500").json()["items"]}
    assert copied == content(reader)
