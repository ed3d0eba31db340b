"""The weekly review through HTTP: decided on Monday, followed the week after, closed, and every step on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from openpyxl import load_workbook
from reviewed_weeks import KEY, MONDAY, OTHER, fill
from starlette.testclient import TestClient

from voc.events import Event, EventFamily
from voc.store import Store

HTML = {"accept": "text/html"}
A_WEEK = timedelta(days=7)


@pytest.fixture
def reviewed_store(store: Store) -> Store:
    fill(store)
    return store


def decide(client: TestClient, action: str, *, week: int = 46, item: str = KEY, **fields: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/digests/2026-W{week}/review", json={"item": item, "action": action, **fields})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_assigned_on_monday_followed_the_week_after_and_closed(
    app: FastAPI, client: TestClient, reviewed_store: Store
) -> None:
    set_clock(app, MONDAY)
    first = client.get("/v1/digests/2026-W46").json()
    assert {one["key"] for one in first["rises"]} >= {KEY, OTHER}
    assert first["followed"] == [] and first["rises"][0]["review"] is None
    made = decide(client, "assign", owner="Sam", due="2026-11-20")
    assert made["finding"]["review"]["status"] == "assigned"
    assert made["finding"]["follow_up"] is None, "no later week is over yet"
    decide(client, "acknowledge", item=OTHER)
    decide(client, "comment", comment="Léa Martin wrote twice about it")
    again = client.get("/v1/digests/2026-W46").json()
    assert {one["key"]: one["review"]["status"] for one in again["rises"] if one["review"]} == {
        KEY: "assigned",
        OTHER: "acknowledged",
    }

    set_clock(app, MONDAY + A_WEEK)
    second = client.get("/v1/digests/2026-W47").json()
    moved = {one["key"]: one for one in second["followed"]}
    assert moved[KEY]["review"]["owner"] == "Sam"
    assert moved[KEY]["follow_up"]["verdict"] == "back_to_usual"
    assert moved[KEY]["follow_up"]["before_decision"] is False
    assert moved[OTHER]["follow_up"]["verdict"] == "unchanged"
    for form, said in (("md", "Assigned to Sam, due 20 Nov 2026"), ("text", "No longer told apart"), ("html", "Sam")):
        assert said in client.get(f"/v1/digests/2026-W47?format={form}&language=en").text
    assert "Ne se distingue plus" in client.get("/v1/digests/2026-W47?format=md&language=fr").text

    closed = decide(client, "close", week=47, reason="fixed in billing")
    assert [one["action"] for one in closed["history"]] == ["close", "comment", "assign"]
    assert closed["history"][1]["text"] == "[PERSON] wrote twice about it"
    assert [one["key"] for one in client.get("/v1/findings?status=closed").json()["items"]] == [KEY]
    (row,) = csv.DictReader(io.StringIO(client.get("/v1/findings?owner=Sam&format=csv").text))
    assert (row["key"], row["review.status"], row["follow_up.verdict"]) == (KEY, "closed", "back_to_usual")
    told = client.get("/v1/digests/2026-W47").json()["followed"]
    assert {one["key"]: one["review"]["status"] for one in told} == {KEY: "closed", OTHER: "acknowledged"}
    acts = [one["action"] for one in client.get("/v1/audit").json()]
    assert acts == ["finding.close", "finding.comment", "finding.acknowledge", "finding.assign"]
    assert "Martin" not in str(client.get("/v1/audit").json())


def test_a_decision_is_taken_back_and_stays_on_record(client: TestClient, app: FastAPI, reviewed_store: Store) -> None:
    set_clock(app, MONDAY)
    decide(client, "acknowledge")
    last = decide(client, "dismiss", reason="known outage")["history"][0]["id"]
    ranked = client.get("/v1/digests/2026-W46").json()["rises"]
    assert ranked[-1]["key"] == KEY and ranked[-1]["review"]["status"] == "dismissed"
    done = client.post("/v1/digests/2026-W46/review", json={"item": KEY, "action": "assign", "owner": "Sam"})
    assert (done.status_code, done.json()["code"]) == (409, "finding_done")
    undone = decide(client, "undo", decision=last)
    assert undone["finding"]["review"]["status"] == "acknowledged"
    assert undone["history"][0]["undone_by"] == "local"
    twice = client.post("/v1/digests/2026-W46/review", json={"item": KEY, "action": "undo", "decision": last})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_undone")
    other = client.post("/v1/digests/2026-W46/review", json={"item": OTHER, "action": "undo", "decision": last})
    assert other.status_code == 404


def test_two_findings_become_one(client: TestClient, app: FastAPI, reviewed_store: Store) -> None:
    set_clock(app, MONDAY)
    decide(client, "merge", into=OTHER)
    assert client.get(f"/v1/findings/{KEY}").json()["finding"]["review"]["into"] == OTHER
    round_again = {"item": OTHER, "action": "merge", "into": KEY}
    refused = client.post("/v1/digests/2026-W46/review", json=round_again)
    assert (refused.status_code, refused.json()["code"]) == (422, "merged_with_itself")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action": "assign"}, "field_missing"),
        ({"action": "dismiss", "reason": "  "}, "field_missing"),
        ({"action": "merge"}, "field_missing"),
        ({"action": "undo"}, "field_missing"),
        ({"action": "assign", "owner": "S" * 101}, "field_too_long"),
        ({"action": "explode"}, "not_one_of"),
        ({"action": "acknowledge", "who": "me"}, "field_unknown"),
    ],
)
def test_what_is_missing_is_named(
    client: TestClient, app: FastAPI, reviewed_store: Store, body: dict[str, str], code: str
) -> None:
    set_clock(app, MONDAY)
    refused = client.post("/v1/digests/2026-W46/review", json={"item": KEY} | body)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


def test_nothing_is_decided_about_what_no_digest_found(client: TestClient, app: FastAPI, reviewed_store: Store) -> None:
    set_clock(app, MONDAY)
    for week, item, code in (
        (46, "topic:price:rise", "no_such_finding"),
        (30, KEY, "empty_week"),
    ):
        refused = client.post(f"/v1/digests/2026-W{week}/review", json={"item": item, "action": "acknowledge"})
        assert (refused.status_code, refused.json()["code"]) == (404, code)
    assert client.get("/v1/findings/topic:price:rise").status_code == 404
    assert client.get("/v1/findings").json() == {"items": [], "next_cursor": None}


def test_a_finding_of_another_kind_is_decided_about_and_said_not_to_be_counted(
    client: TestClient, app: FastAPI, reviewed_store: Store
) -> None:
    set_clock(app, MONDAY)
    client.get("/v1/digests/2026-W46")
    kept = reviewed_store.digests.get("2026-W46")
    assert kept is not None
    odd = kept.rises[0].model_copy(update={"key": "emerging:word:5G/4G", "labels": {"en": "5G appears"}})
    reviewed_store.digests.save(kept.model_copy(update={"rises": (*kept.rises, odd)}))
    decide(client, "assign", item=odd.key, owner="Sam")
    assert client.get("/v1/findings/emerging:word:5G%2F4G").json()["finding"]["follow_up"] is None
    page = client.get("/findings", headers=HTML | {"accept-language": "en"}).text
    assert "Nothing about this finding is counted" in page
    assert client.get("/findings/emerging%3Aword%3A5G%2F4G", headers=HTML).status_code == 200
    answer = client.get("/v1/findings/emerging:word:5G%2F4G/customers?week=2026-W46")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_finding")


def test_the_customers_behind_a_finding_who_may_be_told(
    client: TestClient, app: FastAPI, reviewed_store: Store
) -> None:
    set_clock(app, MONDAY)
    sent = [
        (
            Event(id=f"e{n}", family=EventFamily.SENT, type="newsletter", at=MONDAY - timedelta(hours=n + 1)),
            "C4",
        )
        for n in range(12)
    ]  # fmt: skip
    reviewed_store.events.save(sent, now=MONDAY)
    path = f"/v1/findings/{KEY}/customers?week=2026-W46"
    found = {one["customer_id"]: one for one in client.get(path).json()["items"]}
    held = {who: one["held_back"] for who, one in found.items()}
    assert held == {"C1": None, "C2": None, "C3": "consent", "C4": "pressure"}
    assert found["C1"]["contacts"] == 2
    listed = client.get("/v1" + found["C1"]["href"]).json()["items"]
    assert len(listed) == 2
    as_csv = client.get(path, headers={"accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert sorted(one["customer_id"] for one in rows) == ["C1", "C2"], "who is held back is in no file"
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    book = load_workbook(io.BytesIO(client.get(path + "&format=xlsx").content))
    assert sorted(row[0] for row in book.active.iter_rows(min_row=2, values_only=True)) == ["C1", "C2"]
    acts = [one["action"] for one in client.get("/v1/audit").json()]
    assert acts == ["finding.customers.file", "finding.customers.file", "finding.customers"]


def test_a_reader_sees_what_was_decided_and_neither_decides_nor_sees_customers(
    app: FastAPI, keyed: Callable[[str | None], TestClient], reviewed_store: Store
) -> None:
    set_clock(app, MONDAY)
    decide(keyed("analyst"), "assign", owner="Sam")
    reader = keyed("reader")
    assert reader.get(f"/v1/findings/{KEY}").json()["finding"]["review"]["owner"] == "Sam"
    answer = reader.post("/v1/digests/2026-W46/review", json={"item": KEY, "action": "close"})
    assert answer.status_code == 403
    assert reader.get(f"/v1/findings/{KEY}/customers?week=2026-W46").status_code == 403
    page = reader.get("/findings", headers=HTML).text
    assert "Sam" in page and "<textarea" not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_decide_without_a_script(
    client: TestClient, app: FastAPI, reviewed_store: Store, language: str
) -> None:
    set_clock(app, MONDAY)
    speaks = HTML | {"accept-language": language}
    page = client.get("/digest/2026-W46", headers=speaks).text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "finding": KEY, "week": "2026-W46", "back": "/findings"}
    sent = client.post(
        "/findings", data=form | {"action": "assign", "owner": HOSTILE, "due": "2026-11-20"}, headers=speaks
    )
    assert sent.url.path == "/findings" and sent.status_code == 200
    assert HOSTILE not in sent.text and "&lt;script&gt;" in sent.text
    refused = client.post("/findings", data=form | {"action": "assign", "owner": "x", "due": "soon"}, headers=speaks)
    assert refused.status_code == 422
    assert client.post("/findings", data=form | {"action": "close", "csrf": "x"}, headers=speaks).status_code == 403
    set_clock(app, MONDAY + A_WEEK)
    later = client.get("/digest/2026-W47", headers=speaks).text
    assert {"fr": "ne se distingue plus des semaines", "en": "no longer told apart"}[language] in later
    history = client.get(f"/findings/{KEY}", headers=speaks).text
    assert {"fr": "en retard, prévu le", "en": "overdue since"}[language] in history
    number = history.partition('name="decision" value="')[2].partition('"')[0]
    undone = client.post("/findings", data=form | {"action": "undo", "decision": number}, headers=speaks)
    assert {"fr": "à décider", "en": "to be decided"}[language] in undone.text
    customers = client.get(f"/findings/{KEY}/customers?week=2026-W46", headers=speaks).text
    assert "Ana Lopez" in customers and HOSTILE not in customers


def test_a_comment_goes_without_the_person_who_is_erased(
    client: TestClient, app: FastAPI, reviewed_store: Store
) -> None:
    """What the recognisers missed when it was written still goes when the person does."""
    set_clock(app, MONDAY)
    decide(client, "comment", comment="Ana Lopez asked for a refund")
    assert client.delete("/v1/customers/C1").status_code == 200
    (step,) = client.get(f"/v1/findings/{KEY}").json()["history"]
    assert "Lopez" not in step["text"] and step["text"].endswith("asked for a refund")
