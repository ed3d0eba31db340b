"""Rules, trackers, shared links and people named in comments, through HTTP and the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from receivers import mail_server
from reviewed_weeks import KEY, MONDAY, OTHER, fill
from starlette.testclient import TestClient

from voc.pipeline.outgoing import send_due
from voc.service.mentions import is_team_address
from voc.store import Store

HTML = {"accept": "text/html"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def reviewed(app: FastAPI, store: Store) -> Store:
    fill(store)
    set_clock(app, MONDAY)
    return store


def settle(app: FastAPI, **settings: Any) -> None:
    service = app.state.service
    app.state.service = replace(service, settings=service.settings.model_copy(update=settings))


# --- links -------------------------------------------------------------------------------------------------------


def test_a_link_shows_what_a_reader_sees_until_it_expires(app: FastAPI, keyed: Keyed, reviewed: Store) -> None:
    analyst = keyed("analyst")
    made = analyst.post("/v1/shares", json={"week": "2026-W46", "days": 3, "language": "en"}).json()
    path = urlsplit(made["url"]).path
    nobody = TestClient(app, base_url="https://voc.example")
    page = nobody.get(path)
    assert page.status_code == 200 and "Double charge" in page.text
    assert "form-action 'none'" in page.headers["content-security-policy"] and "<script" not in page.text
    assert nobody.get("/digest/2026-W46", follow_redirects=False).status_code in {303, 401}, "nothing else opens"
    assert nobody.get("/v1/digests/2026-W46").status_code == 401
    assert nobody.get(path + "x").status_code == 404
    set_clock(app, MONDAY + timedelta(days=3))
    over = nobody.get(path)
    assert (over.status_code, "Double charge" in over.text) == (404, False)
    assert analyst.get("/v1/shares").json()["items"] == []


def test_a_link_is_taken_back_and_ends_with_the_key_that_made_it(app: FastAPI, keyed: Keyed, reviewed: Store) -> None:
    analyst, admin = keyed("analyst"), keyed("admin")
    nobody = TestClient(app, base_url="https://voc.example")
    first, second = (analyst.post("/v1/shares", json={"week": "2026-W46"}).json() for _ in range(2))
    assert analyst.delete(f"/v1/shares/{first['link']['id']}").status_code == 204
    assert nobody.get(urlsplit(first["url"]).path).status_code == 404
    assert nobody.get(urlsplit(second["url"]).path).status_code == 200
    own = next(one["id"] for one in admin.get("/v1/keys").json() if one["role"] == "analyst")
    admin.delete(f"/v1/keys/{own}")
    assert nobody.get(urlsplit(second["url"]).path).status_code == 404
    acts = [one["action"] for one in admin.get("/v1/audit").json()]
    assert acts.count("share.open") == 1 and "share.end" in acts


def test_a_link_to_one_finding_shows_that_one(app: FastAPI, client: TestClient, reviewed: Store) -> None:
    made = client.post("/v1/shares", json={"week": "2026-W46", "finding": OTHER, "language": "en"}).json()
    page = TestClient(app, base_url="https://x.example").get(urlsplit(made["url"]).path).text
    assert "Network" in page and "Double charge" not in page and "Volumes" not in page
    missing = client.post("/v1/shares", json={"week": "2026-W46", "finding": "topic:x:rise"})
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_finding")
    assert client.post("/v1/shares", json={"week": "2026-W46", "days": 91}).status_code == 422


# --- rules and trackers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"owner": "Sam"}, "rule_fits_everything"),
        ({"owner": "Sam", "topic": "no.such"}, "no_such_topic"),
        ({"owner": "eve@evil.example", "topic": "billing"}, "not_of_the_team"),
        ({"owner": " ", "topic": "billing"}, "field_missing"),
        ({"owner": "Sam", "topic": "billing", "tracker": 9}, "no_such_tracker"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(client: TestClient, reviewed: Store, rule: Any, code: str) -> None:
    refused = client.post("/v1/assignment-rules", json=rule)
    assert refused.json()["code"] == code and refused.status_code in {404, 422}


def test_a_tracker_s_secret_is_shown_once_or_never(app: FastAPI, keyed: Keyed, reviewed: Store) -> None:
    settle(app, outbound_allow="127.0.0.1")
    admin, analyst = keyed("admin"), keyed("analyst")
    hook = {"name": "Ours", "kind": "webhook", "url": "http://127.0.0.1:1/hook?key=verysecret"}
    assert analyst.post("/v1/trackers", json=hook).status_code == 403
    made = admin.post("/v1/trackers", json=hook).json()
    assert made["secret"].startswith("whsec_")
    jira = {"name": "J", "kind": "jira", "url": "http://127.0.0.1:1", "secret": "a@b.c:tok", "project": "CX"}
    assert admin.post("/v1/trackers", json=jira).json()["secret"] is None
    listed = analyst.get("/v1/trackers").text + analyst.get("/handover", headers=HTML).text
    assert "whsec_" not in listed and "verysecret" not in listed and "tok" not in analyst.get("/v1/trackers").text
    refused = admin.post("/v1/trackers", json=jira | {"project": ""})
    assert (refused.status_code, refused.json()["code"]) == (422, "field_missing")
    settle(app, outbound_allow="")
    assert admin.post("/v1/trackers", json=hook).json()["code"] == "outbound_private"


def test_a_finding_is_handed_over_once(app: FastAPI, client: TestClient, reviewed: Store) -> None:
    settle(app, outbound_allow="127.0.0.1")
    number = client.post("/v1/trackers", json={"name": "T", "kind": "webhook", "url": "http://127.0.0.1:1"}).json()
    tracker = {"tracker": number["tracker"]["id"]}
    path = f"/v1/findings/{quote(KEY, safe='')}/tickets"
    assert client.post(path, json=tracker).status_code == 404, "nobody decided about it yet"
    client.post("/v1/digests/2026-W46/review", json={"item": KEY, "action": "acknowledge"})
    first, second = client.post(path, json=tracker).json(), client.post(path, json=tracker).json()
    assert first["id"] == second["id"] and first["state"] == "due"
    assert client.get(path).json()["items"] == []
    page = client.get(f"/findings/{KEY}", headers=HTML | {"accept-language": "en"}).text
    assert "To T" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_keeps_rules_trackers_and_links(
    app: FastAPI, client: TestClient, reviewed: Store, language: str
) -> None:
    settle(app, outbound_allow="127.0.0.1")
    speaks = HTML | {"accept-language": language}
    page = client.get("/handover", headers=speaks).text
    token = {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0]}
    page = client.post("/handover/rules", data=token | {"topic": "billing", "owner": HOSTILE}, headers=speaks).text
    assert HOSTILE not in page and len(reviewed.assignment_rules.all()) == 1
    hook = {"name": "T", "kind": "webhook", "url": "http://127.0.0.1:1/x"}
    assert "whsec_" in client.post("/handover/trackers", data=token | hook, headers=speaks).text
    page = client.post("/handover/shares", data=token | {"week": "2026-W46", "days": "2"}, headers=speaks).text
    assert "/shared/" in page
    for what in ("rules", "trackers", "shares"):
        assert client.post(f"/handover/{what}/1/remove", data=token, headers=speaks).status_code == 200
    assert reviewed.assignment_rules.all() == reviewed.trackers.all() == []
    assert client.post("/handover/keys/1/remove", data=token, headers=speaks).status_code == 404
    assert client.post("/handover/rules", data={"csrf": "x"}, headers=speaks).status_code == 403


# --- people named ------------------------------------------------------------------------------------------------


def test_who_is_named_in_a_comment_gets_a_mail_and_only_colleagues_can_be(
    app: FastAPI, client: TestClient, reviewed: Store
) -> None:
    settle(app, own_addresses="example.com", mail_from="voc@example.com")
    said = {"item": KEY, "action": "comment", "comment": "@lea.martin@example.com see this, Ana Lopez wrote twice"}
    made = client.post("/v1/digests/2026-W46/review", json=said)
    assert made.status_code == 200, made.text
    text = made.json()["history"][0]["text"]
    assert text.startswith("@lea.martin see this") and "example.com" not in text
    outside = client.post("/v1/digests/2026-W46/review", json=said | {"comment": "@eve@evil.example look"})
    assert (outside.status_code, outside.json()["code"]) == (422, "not_of_the_team")
    with mail_server() as box:
        settle(app, smtp_url=f"smtp://127.0.0.1:{box.port}")
        assert [one.state for one in send_due(reviewed, app.state.service.settings, now=MONDAY)] == ["sent"]
        (mail,) = box.mails
    assert mail["To"] == "lea.martin@example.com" and "Double" in mail["Subject"]


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("Lea@Example.com", True),
        ("lea@fr.example.com", True),
        ("eve@evil.example,x@example.com", False),
        ("eve@evil.example\nBcc:x@example.com", False),
        ("<eve@evil.example>x@example.com", False),
        ('"eve@evil.example"@example.com', False),
        ("eve@evil.example;x@example.com", False),
        ("@example.com", False),
        ("x@notexample.com", False),
    ],
)
def test_two_addresses_in_one_are_nobody_of_the_team(written: str, ours: bool, app: FastAPI) -> None:
    """A finding assigned to `eve@evil.example,x@example.com` was sent to Eve."""
    settle(app, own_addresses="example.com")
    assert is_team_address(app.state.service, written) is ours


def test_a_comment_taken_back_before_it_left_is_not_sent(app: FastAPI, client: TestClient, reviewed: Store) -> None:
    settle(app, own_addresses="example.com", mail_from="voc@example.com", smtp_url="smtp://127.0.0.1:1")
    said = {"item": KEY, "action": "comment", "comment": "@lea@example.com x"}
    number = client.post("/v1/digests/2026-W46/review", json=said).json()["history"][0]["id"]
    client.post("/v1/digests/2026-W46/review", json={"item": KEY, "action": "undo", "decision": number})
    assert [one.state for one in send_due(reviewed, app.state.service.settings, now=MONDAY)] == ["nothing"]
