"""Exports written by a worker, lists with their analyses, and a copy of the customers that stays the same."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from api_seed import NOW
from makers import a_customer
from sqlalchemy import update
from starlette.testclient import TestClient

from voc.pipeline.export_writing import write_due
from voc.store import Store
from voc.store.customer_marks import customer_mark

Keyed = Callable[[str | None], TestClient]


def asked(client: TestClient, **wish: Any) -> dict[str, Any]:
    answer = client.post("/v1/exports", json=wish)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def read(form: str, content: bytes) -> list[dict[str, Any]]:
    if form == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


@pytest.mark.parametrize("form", ["parquet", "ndjson", "csv"])
def test_a_file_has_what_the_filters_leave_without_names_or_numbers(
    client: TestClient, store: Store, ids: dict[str, str], form: str
) -> None:
    job = asked(client, format=form, query="channel=email&limit=3")
    assert (job["state"], job["query"], job["file"]) == ("asked", "channel=email", None)
    assert client.get(f"/v1/exports/{job['id']}/file").status_code == 409
    (done,) = write_due(store)
    assert (done.state, done.rows) == ("done", client.get("/v1/insights/volumes?channel=email").json()["n"])
    job = client.get(f"/v1/exports/{job['id']}").json()
    answer = client.get(job["file"])
    assert answer.headers["content-length"] == str(job["size"]) == str(len(answer.content))
    rows = read(form, answer.content)
    assert len(rows) == done.rows and {one["channel"] for one in rows} == {"email"}
    listed = client.get("/v1/interactions?channel=email").json()["items"]
    assert {one["id"] for one in rows} == {one["id"] for one in listed}
    assert "06 12 34 56 78" not in str(rows) and "+33612345678" not in str(rows)


def test_signals_are_a_table_of_their_own(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    asked(client, table="signals", format="ndjson")
    (done,) = write_due(store)
    rows = read("ndjson", client.get(f"/v1/exports/{done.id}/file").content)
    assert rows and {"interaction_id", "kind", "label"} <= rows[0].keys()


def test_an_export_is_of_whoever_asked_and_each_fetch_is_a_line(
    keyed: Keyed, store: Store, ids: dict[str, str]
) -> None:
    reader, analyst, admin = keyed("reader"), keyed("analyst"), keyed("admin")
    number = asked(reader, format="csv")["id"]
    write_due(store)
    assert analyst.get(f"/v1/exports/{number}/file").status_code == 404
    assert analyst.get("/v1/exports").json()["items"] == []
    assert [one["id"] for one in admin.get("/v1/exports").json()["items"]] == [number]
    assert reader.get(f"/v1/exports/{number}/file").status_code == 200
    acts = [one["action"] for one in admin.get("/v1/audit").json()]
    assert acts == ["exports.fetch", "exports.ask"]


@pytest.mark.parametrize("query", ["chanel=email", "channel=pigeon", "from=soon", "effort=heavy"])
def test_a_filter_that_is_none_is_refused(client: TestClient, ids: dict[str, str], query: str) -> None:
    assert client.post("/v1/exports", json={"query": query}).status_code == 422


def test_nobody_fills_the_queue(client: TestClient, ids: dict[str, str]) -> None:
    for _ in range(5):
        asked(client)
    refused = client.post("/v1/exports", json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many")


def test_a_file_goes_after_a_day(client: TestClient, store: Store, ids: dict[str, str]) -> None:
    asked(client, format="csv")
    (done,) = write_due(store)
    assert done.blob is not None and store.blobs.exists(done.blob)
    assert write_due(store, now=datetime.now(UTC) + timedelta(hours=23)) == []
    assert client.get(f"/v1/exports/{done.id}/file").status_code == 200
    write_due(store, now=datetime.now(UTC) + timedelta(hours=25))
    assert client.get(f"/v1/exports/{done.id}/file").status_code == 410
    assert not store.blobs.exists(done.blob)


def test_a_file_that_holds_an_erased_customer_goes_with_them(
    client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    asked(client, format="csv")
    asked(client, format="ndjson")
    done = write_due(store)[0]
    begun = asked(client, format="csv")["id"]
    held = store.export_jobs.claim(by="elsewhere/1/-", now=NOW, is_alive=lambda *_: True)
    assert held is not None
    assert client.delete("/v1/customers/C001").status_code == 200
    assert client.get(f"/v1/exports/{done.id}/file").status_code == 410
    assert not store.export_jobs.done(begun, by="elsewhere/1/-", now=NOW, blob="x"), "begun before: written anew"
    again = write_due(store)
    assert [one.id for one in again] == [begun]
    assert b"C001" not in client.get(f"/v1/exports/{begun}/file").content


def test_what_a_dead_worker_had_begun_is_written_by_the_next(
    client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    number = asked(client)["id"]
    store.export_jobs.claim(by="elsewhere/1/-", now=NOW, is_alive=lambda *_: False)
    assert [(one.id, one.state) for one in write_due(store)] == [(number, "done")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_asks_waits_and_fetches(client: TestClient, store: Store, ids: dict[str, str], language: str) -> None:
    speaks = {"accept": "text/html", "accept-language": language}
    listed = client.get("/interactions?channel=email&status=done", headers=speaks).text
    address = listed.partition('href="/exports?query=')[2].partition('"')[0]
    page = client.get(f"/exports?query={address}", headers=speaks).text
    assert 'value="channel=email&amp;status=done"' in page
    token = {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0]}
    wish = token | {"table": "interactions", "form": "ndjson", "query": "channel=email&status=done"}
    page = client.post("/exports", data=wish, headers=speaks).text
    assert {"fr": "en attente", "en": "waiting"}[language] in page
    write_due(store)
    page = client.get("/exports", headers=speaks).text
    assert "/v1/exports/1/file" in page and client.get("/v1/exports/1/file").status_code == 200
    assert client.post("/exports", data=wish | {"form": "exe"}, headers=speaks).status_code == 422
    assert client.post("/exports", data=wish | {"csrf": "x"}, headers=speaks).status_code == 403


# --- expand ------------------------------------------------------------------------------------------------------


def test_a_list_gives_full_records_as_far_as_the_key_may_see_them(keyed: Keyed, ids: dict[str, str]) -> None:
    analyst, reader = keyed("analyst"), keyed("reader")
    plain = reader.get("/v1/interactions?limit=100").json()["items"]
    assert all("analysis" not in one for one in plain)
    for client in (analyst, reader):
        full = {one["id"]: one for one in client.get("/v1/interactions?expand=analysis&limit=100").json()["items"]}
        assert full.keys() == {one["id"] for one in plain}
        alone = client.get(f"/v1/interactions/{ids['call']}").json()
        assert full[ids["call"]]["analysis"] == alone["analysis"]
    refused = reader.get("/v1/interactions?expand=analysis&limit=500")
    assert (refused.status_code, refused.json()["code"]) == (422, "expand_limit")
    synced = reader.get("/v1/interactions?expand=analysis&updated_since=0&limit=2").json()
    assert "expand=analysis" in synced["next"] and "analysis" in synced["items"][0]


# --- customers elsewhere -----------------------------------------------------------------------------------------


def test_a_copy_of_the_customers_ends_with_what_the_base_has(client: TestClient, store: Store) -> None:
    draw, rows, cursor = random.Random(5), dict[str, Any](), "0"
    names = [f"C{number}" for number in range(30)]

    def catch_up() -> None:
        nonlocal cursor
        more = True
        while more:
            found = client.get("/v1/customers", params={"updated_since": cursor, "limit": 4}).json()
            rows.update((one["id"], one) for one in found["items"])
            for one in found["deleted"]:
                rows.pop(one, None)
            cursor, more = found["next_cursor"], found["next"] is not None

    for step in range(25):
        some = draw.sample(names, 3)
        store.customers.save([a_customer(one, name=f"{one} {step}") for one in some], now=NOW)
        if step % 6 == 5:
            there = [one for one in names if store.customers.get(one) is not None and one not in some]
            store.erasing.forget([], customer_id=there[0])
        if step % 3 == 0:
            catch_up()
    merged = client.post("/v1/links/merge", json={"customer_ids": some[:2]})
    catch_up()
    live = store.customers.leading(names)
    assert rows.keys() == live.keys()
    assert {one: row["name"] for one, row in rows.items()} == {one: record.name for one, record in live.items()}
    assert merged.status_code in {200, 201}, merged.text
    assert len(rows) < sum(store.customers.get(one) is not None for one in names), "a merged record speaks for nobody"


def test_a_copy_that_slept_too_long_is_told_so(client: TestClient, store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    cursor = client.get("/v1/customers?updated_since=0").json()["next_cursor"]
    store.erasing.forget([], customer_id="C2")
    with store.database.begin() as connection:
        connection.execute(update(customer_mark).values(at=NOW - timedelta(days=3)))
    assert store.customer_marks.prune(now=NOW) >= 1
    answer = client.get("/v1/customers", params={"updated_since": cursor})
    assert (answer.status_code, answer.json()["code"]) == (410, "sync_too_old")
    refused = client.get("/v1/customers?updated_since=0&segment=Pro")
    assert (refused.status_code, refused.json()["code"]) == (422, "sync_takes_no_filter")
    assert client.get("/v1/customers?updated_since=soon").status_code == 422
