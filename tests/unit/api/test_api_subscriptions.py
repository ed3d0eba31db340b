"""Subscriptions, saved views and notes through HTTP and the pages: who may what, what is refused, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from api_seed import HOSTILE, set_clock
from fastapi import FastAPI
from receivers import Mailbox, mail_server
from reviewed_weeks import MONDAY, fill
from starlette.testclient import TestClient

from voc.locales.words import words
from voc.store import Store

HTML = {"accept": "text/html"}
WISH = {"name": "Direction", "target": "lea@example.com", "language": "fr"}
Keyed = Callable[[str | None], TestClient]


@pytest.fixture
def mailbox(app: FastAPI) -> Iterator[Mailbox]:
    with mail_server() as box:
        service = app.state.service
        settings = service.settings.model_copy(
            update={"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "voc@example.com"}
        )
        app.state.service = replace(service, settings=settings)
        yield box


def test_a_subscription_from_its_making_to_its_end(
    app: FastAPI, client: TestClient, store: Store, mailbox: Mailbox
) -> None:
    fill(store)
    set_clock(app, MONDAY)
    made = client.post("/v1/subscriptions", json=WISH | {"topics": ["billing"]})
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    sent = client.post(f"/v1/subscriptions/{number}/test").json()
    assert (sent["state"], sent["about"]["week"]) == ("sent", "2026-W46")
    changed = client.patch(f"/v1/subscriptions/{number}", json={"day": 3, "paused": True}).json()
    assert (changed["day"], changed["paused"], changed["topics"]) == (3, True, ["billing"])
    link = mailbox.mails[0]["List-Unsubscribe"].strip("<>")
    path = "/unsubscribe/" + link.rpartition("/")[2]
    nobody = TestClient(app, base_url="https://mail.example")
    assert nobody.get(path).status_code == 200 and client.get(f"/v1/subscriptions/{number}").json()["paused"]
    assert client.get(f"/v1/subscriptions/{number}").json()["unsubscribed_at"] is None, "looking ends nothing"
    assert nobody.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.get(f"/v1/subscriptions/{number}").json()["unsubscribed_at"] is not None
    assert client.patch(f"/v1/subscriptions/{number}", json={"paused": False}).status_code == 409
    assert client.post(f"/v1/subscriptions/{number}/test").status_code == 409
    assert nobody.post("/unsubscribe/MQ.forged").status_code == 404
    assert client.delete(f"/v1/subscriptions/{number}").status_code == 204
    assert client.get(f"/v1/subscriptions/{number}").status_code == 404
    acts = [one["action"] for one in client.get("/v1/audit").json()]
    assert acts == [f"subscription.{one}" for one in ("remove", "end", "change", "try", "create")]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"target": "lea"}, "not_an_address"),
        ({"target": "lea@example.com\r\nBcc: eve@example.com"}, "not_an_address"),
        ({"target": "a@b.c,eve@example.com"}, "not_an_address"),
        ({"target": "Léa <lea@example.com>"}, "not_an_address"),
        ({"name": " "}, "field_missing"),
        ({"topics": ["no.such"]}, "no_such_topic"),
        ({"view": 99}, "no_such_view"),
        ({"kind": "slack", "target": "http://169.254.169.254/latest"}, "outbound_private"),
        ({"kind": "slack", "target": "ftp://example.com"}, "outbound_url"),
        ({"who": "me"}, "field_unknown"),
    ],
)
def test_what_does_not_fit_is_named(client: TestClient, wish: dict[str, str], code: str) -> None:
    refused = client.post("/v1/subscriptions", json=WISH | wish)
    assert refused.json()["code"] == code, refused.text
    assert refused.status_code in {404, 422}


def test_the_address_of_a_room_is_shown_to_nobody(client: TestClient, store: Store) -> None:
    target = "https://hooks.slack.com/services/T0/B0/verysecret"
    made = client.post("/v1/subscriptions", json=WISH | {"kind": "slack", "target": target}).json()
    assert made["target"] == "hooks.slack.com/…"
    assert "verysecret" not in client.get("/v1/subscriptions").text + client.get("/subscriptions", headers=HTML).text
    client.patch(f"/v1/subscriptions/{made['id']}", json={"name": "Room"})
    kept = store.subscriptions.one(made["id"])
    assert kept is not None and (kept.target, kept.name) == (target, "Room")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_subscribes_pauses_sends_and_removes(
    app: FastAPI, client: TestClient, store: Store, mailbox: Mailbox, language: str
) -> None:
    fill(store)
    set_clock(app, MONDAY)
    speaks = HTML | {"accept-language": language}
    page = client.get("/subscriptions", headers=speaks).text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "kind": "mail", "target": "lea@example.com", "language": language, "day": "2"}
    page = client.post("/subscriptions", data=form | {"name": HOSTILE, "segments": " Pro, "}, headers=speaks).text
    assert HOSTILE not in page and "Pro" in page
    (one,) = store.subscriptions.all()
    assert (one.day, one.segments, one.language) == (2, ("Pro",), language)
    for action in ("test", "pause", "resume", "remove"):
        page = client.post(f"/subscriptions/{one.id}/{action}", data={"csrf": token}, headers=speaks).text
    assert store.subscriptions.all() == [] and len(mailbox.mails) == 1
    assert {"fr": "Synthèse, envoyée à l’essai S46", "en": "Digest, sent to try W46"}[language] in page
    assert client.post("/subscriptions", data=form | {"csrf": "x"}, headers=speaks).status_code == 403


def test_what_failed_is_sent_again_by_hand(app: FastAPI, client: TestClient, store: Store, mailbox: Mailbox) -> None:
    fill(store)
    set_clock(app, MONDAY)
    client.post("/v1/subscriptions", json=WISH)
    mailbox.refuse = ["550 no"]
    assert client.post("/v1/subscriptions/1/test").json()["error"] == "smtp:550"
    page = client.get("/subscriptions", headers=HTML | {"accept-language": "en"}).text
    assert "the mail server answered 550" in page
    (failed,) = client.get("/v1/deliveries").json()["items"]
    assert client.post(f"/v1/deliveries/{failed['id']}/again").json()["state"] == "due"
    assert client.post(f"/v1/deliveries/{failed['id']}/again").status_code == 409


# --- views and notes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_an_alert_sent_is_listed_beside_the_digests(
    client: TestClient, mailbox: Mailbox, store: Store, language: str
) -> None:
    """Whatever else was sent has no week, and the page said nothing but 500."""
    assert mailbox.port and store.deliveries.latest() == []
    rule = {
        "name": "Réseau",
        "threshold": 3,
        "period": "week",
        "targets": [{"kind": "mail", "address": "s@example.com"}],
    }
    number = client.post("/v1/alerts", json=rule).json()["rule"]["id"]
    client.post(f"/v1/alerts/{number}/test")
    page = client.get("/subscriptions", headers=HTML | {"accept-language": language})
    assert page.status_code == 200
    assert words(language)("delivery_what.alert") in page.text


def test_a_view_is_its_makers_until_it_is_shared(keyed: Keyed) -> None:
    reader, analyst = keyed("reader"), keyed("analyst")
    made = reader.post("/v1/views", json={"name": "Nantes", "query": "city=Nantes&cursor=x&by=week"})
    assert made.status_code == 201, made.text
    assert made.json()["href"] == "/interactions?city=Nantes&by=week"
    number = made.json()["id"]
    assert analyst.get(f"/v1/views/{number}").status_code == 404
    assert reader.patch(f"/v1/views/{number}", json={"shared": True}).status_code == 403
    shared = analyst.post("/v1/views", json={"name": "Fibre", "query": "topic=network", "shared": True}).json()["id"]
    assert [one["name"] for one in reader.get("/v1/views").json()["items"]] == ["Fibre", "Nantes"]
    assert reader.delete(f"/v1/views/{shared}").status_code == 403
    assert reader.patch(f"/v1/views/{number}", json={"name": "Nantes 2"}).json()["name"] == "Nantes 2"
    assert reader.delete(f"/v1/views/{number}").status_code == 204


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({"path": "/settings/keys"}, "page_without_filters"),
        ({"path": "https://evil.example"}, "page_without_filters"),
        ({"query": "from=soon"}, "invalid_input"),
        ({"name": ""}, "field_missing"),
        ({"query": "q=" + "a" * 1990 + "é" * 5}, "field_too_long"),
    ],
)
def test_a_view_that_cannot_open_is_not_saved(client: TestClient, view: dict[str, str], code: str) -> None:
    refused = client.post("/v1/views", json={"name": "x", "query": ""} | view)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


def test_a_note_is_masked_kept_and_taken_away(keyed: Keyed) -> None:
    analyst, reader = keyed("analyst"), keyed("reader")
    made = analyst.post("/v1/annotations", json={"day": "2026-11-09", "text": "9.4.0 released by Léa Martin"}).json()
    assert made["text"] == "9.4.0 released by [PERSON]"
    assert reader.get("/v1/annotations?from=2026-11-09&to=2026-11-09").json()["items"] == [made]
    assert reader.get("/v1/annotations?from=2026-11-10").json()["items"] == []
    assert reader.delete(f"/v1/annotations/{made['id']}").status_code == 403
    assert analyst.delete(f"/v1/annotations/{made['id']}").status_code == 204
    assert analyst.delete(f"/v1/annotations/{made['id']}").status_code == 404
