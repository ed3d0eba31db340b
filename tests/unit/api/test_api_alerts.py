"""Alerts through HTTP and the page: set, shown without secrets, tried, changed, removed; who may what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from receivers import Receiver, web_server
from reviewed_weeks import MONDAY, fill
from starlette.testclient import TestClient

from voc.delivery.webhooks import is_genuine
from voc.store import Store

HTML = {"accept": "text/html"}
RULE = {"name": "Network", "query": "topic=network", "threshold": 3, "period": "week"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def receiver(app: FastAPI, store: Store) -> Iterator[Receiver]:
    fill(store)
    with web_server() as kept:
        service = app.state.service
        settings = service.settings.model_copy(update={"outbound_allow": "127.0.0.1"})
        app.state.service = replace(service, settings=settings)
        set_clock(app, MONDAY)
        yield kept


def test_an_alert_from_its_setting_to_its_end(client: TestClient, receiver: Receiver, store: Store) -> None:
    hook = {"kind": "webhook", "address": f"{receiver.url}/hook"}
    made = client.post("/v1/alerts", json=RULE | {"targets": [hook]})
    assert made.status_code == 201, made.text
    (secret,), number = made.json()["secrets"], made.json()["rule"]["id"]
    assert secret not in client.get("/v1/alerts").text + client.get(f"/v1/alerts/{number}").text
    assert made.json()["rule"]["targets"][0]["address"] == "127.0.0.1/…"
    rang = client.post(f"/v1/alerts/{number}/test").json()
    assert (rang["test"], rang["n"]) == (True, 20)
    (got,) = receiver.requests
    assert is_genuine(secret, got.headers, got.body, now=MONDAY) and got.json["data"]["test"] is True
    assert client.get("/v1/alerts/fired").json()["items"] == [rang]
    shown = client.get(f"/v1/alerts/{number}").json()["targets"]
    again = client.patch(
        f"/v1/alerts/{number}", json={"threshold": 5, "targets": [{"kind": "webhook", "address": shown[0]["address"]}]}
    ).json()
    assert again["secrets"] == [] and again["rule"]["threshold"] == 5, "a target that stays keeps its secret"
    kept = store.alert_rules.one(number)
    assert kept is not None and (kept.targets[0].secret, kept.targets[0].address) == (secret, f"{receiver.url}/hook")
    assert client.delete(f"/v1/alerts/{number}").status_code == 204
    assert client.get("/v1/alerts/fired").json()["items"] == []
    acts = [one["action"] for one in client.get("/v1/audit").json()]
    assert acts == [f"alert.{one}" for one in ("remove", "change", "try", "create")]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"threshold": None}, "field_missing"),
        ({"kind": "words", "words": " , "}, "field_missing"),
        ({"query": "from=soon&week=2026-W46&topic=network&cursor=x"}, None),  # an alert has a period of its own
        ({"query": "sentiment=nonsense"}, "invalid_input"),
        ({"query": "effort=heavy"}, "invalid_input"),
        ({"query": "channel=pigeon"}, "not_one_of"),
        ({"query": "tpic=network"}, "no_such_filter"),
        ({"metric": "happiness"}, "no_such_metric"),
        ({"condition": "weird"}, "not_one_of"),
        ({"targets": [{"kind": "webhook", "address": "http://169.254.169.254/"}]}, "outbound_private"),
        ({"targets": [{"kind": "webhook", "address": "file:///etc/passwd"}]}, "outbound_url"),
        ({"targets": [{"kind": "mail", "address": "x"}]}, "not_an_address"),
        ({"cool_down_hours": -1}, "field_too_low"),
        ({"name": ""}, "field_missing"),
    ],
)
def test_what_does_not_fit_is_named(client: TestClient, rule: dict[str, Any], code: str | None) -> None:
    answer = client.post("/v1/alerts", json=RULE | rule)
    if code is None:
        assert answer.status_code == 201 and "from" not in answer.json()["rule"]["query"]
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


def test_two_rooms_that_look_alike_are_not_mixed_up(client: TestClient, store: Store) -> None:
    rooms = [{"kind": "slack", "address": f"https://hooks.slack.com/services/{one}"} for one in ("A", "B")]
    number = client.post("/v1/alerts", json=RULE | {"targets": rooms}).json()["rule"]["id"]
    alike = {"kind": "slack", "address": "hooks.slack.com/…"}
    refused = client.patch(f"/v1/alerts/{number}", json={"targets": [alike]})
    assert (refused.status_code, refused.json()["code"]) == (422, "several_addresses")
    client.patch(f"/v1/alerts/{number}", json={"targets": [rooms[1]]})
    kept = store.alert_rules.one(number)
    assert kept is not None and [one.address[-1] for one in kept.targets] == ["B"]


def test_a_reader_sees_what_rang_and_neither_rules_nor_addresses(keyed: Keyed, receiver: Receiver) -> None:
    analyst, reader = keyed("analyst"), keyed("reader")
    number = analyst.post("/v1/alerts", json=RULE).json()["rule"]["id"]
    analyst.post(f"/v1/alerts/{number}/test")
    analyst.post(f"/v1/alerts/{number}/test")
    assert len(reader.get("/v1/alerts/fired").json()["items"]) == 2
    first = reader.get("/v1/alerts/fired?limit=1").json()
    rest = reader.get(f"/v1/alerts/fired?limit=1&cursor={first['next_cursor']}").json()
    assert first["items"][0]["id"] > rest["items"][0]["id"]
    for path in ("/v1/alerts", f"/v1/alerts/{number}"):
        assert reader.get(path).status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_sets_tries_pauses_and_removes(
    client: TestClient, receiver: Receiver, store: Store, language: str
) -> None:
    speaks = HTML | {"accept-language": language}
    page = client.get("/alerts?query=topic%3Dnetwork", headers=speaks).text
    assert 'value="topic=network"' in page
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    form = {
        "csrf": token, "name": HOSTILE, "kind": "metric", "metric": "share", "condition": "above", "threshold": "12,5",
        "period": "week", "query": "topic=network", "severity": "critical", "least_n": "5", "cool_down_hours": "48",
        "target": "webhook", "address": f"{receiver.url}/hook",
    }  # fmt: skip
    page = client.post("/alerts", data=form, headers=speaks).text
    assert HOSTILE not in page and "whsec_" in page
    (rule,) = store.alert_rules.all()
    assert (rule.threshold, rule.cool_down_hours, rule.targets[0].language) == (0.125, 48, language)
    assert "whsec_" not in client.get("/alerts", headers=speaks).text
    for action in ("test", "pause", "resume"):
        page = client.post(f"/alerts/{rule.id}/{action}", data={"csrf": token}, headers=speaks).text
    assert {"fr": "part des interactions 21", "en": "share of interactions 21"}[language] in page
    assert len(receiver.requests) == 1
    client.post(f"/alerts/{rule.id}/remove", data={"csrf": token}, headers=speaks)
    assert store.alert_rules.all() == []
    assert client.post("/alerts", data=form | {"kind": "x"}, headers=speaks).status_code == 422
    assert client.post("/alerts", data=form | {"csrf": "x"}, headers=speaks).status_code == 403


def test_a_rule_is_changed_in_the_page_and_goes_where_it_went(
    client: TestClient, receiver: Receiver, store: Store
) -> None:
    made = {"name": "Network", "metric": "share", "query": "topic=network", "threshold": 0.125, "least_n": 7,
            "cool_down_hours": 48, "period": "week", "severity": "critical",
            "targets": [{"kind": "webhook", "address": f"{receiver.url}/hook"}]}  # fmt: skip
    number = client.post("/v1/alerts", json=made).json()["rule"]["id"]
    (before,) = store.alert_rules.all()
    page = client.get(f"/alerts?edit={number}", headers=HTML).text
    form = page.partition(f'action="/alerts/{number}" class="line"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    chosen = {
        name: re.findall(r'<option value="([^"]*)" selected', body)[0]
        for name, body in re.findall(r'<select name="(\w+)">(.*?)</select>', form)
    }
    assert (fields["threshold"], fields["least_n"], fields["query"]) == ("12.5", "7", "topic=network")
    assert chosen | {"metric": "share", "period": "week", "severity": "critical"} == chosen
    client.post(f"/alerts/{number}", data=fields | chosen, headers=HTML)
    assert store.alert_rules.all() == [before], "what is not changed stays as it was"
    client.post(f"/alerts/{number}", data=fields | chosen | {"name": HOSTILE, "threshold": "20"}, headers=HTML)
    (after,) = store.alert_rules.all()
    assert (after.name, after.threshold, after.targets) == (HOSTILE, 0.2, before.targets)
    assert HOSTILE not in client.get(f"/alerts?edit={number}", headers=HTML).text
    assert client.get("/alerts?edit=999", headers=HTML).status_code == 404
    assert client.post(f"/alerts/{number}", data=fields | chosen | {"csrf": "x"}, headers=HTML).status_code == 403
