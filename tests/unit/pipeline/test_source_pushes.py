"""What is pushed: signed as each tool signs, kept at once, read or fetched by a run, each thing once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from other_servers import Pages, http_server

from voc.errors import ForbiddenError, InputError
from voc.pipeline import import_customers, ingestion
from voc.pipeline.erasing import erase_customers
from voc.pipeline.ingestion import Intake
from voc.pipeline.source_pushes import keep, received
from voc.settings import Settings
from voc.sources import Push
from voc.store import Filters, Store
from voc.store.source_runs import SourceRun

RunSource = Callable[..., SourceRun]
KEY = b"s3cret"
SECRETS = {"secret": "env:VOC_SOURCE_HOOK"}
URL = "https://voc.example/v1/sources/x/hook"
TICKET = json.dumps({"id": 7, "subject": "Facture", "description": "Prélevée deux fois", "created_at": "2026-11-09"})


@pytest.fixture(autouse=True)
def secret(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_SOURCE_HOOK", KEY.decode())


@pytest.fixture
def send(store: Store, settings: Settings, reception: Intake) -> Callable[..., int]:
    def push(name: str, body: bytes | str, **more: Any) -> int:
        row = store.sources.get(name)
        assert row is not None
        data = body.encode() if isinstance(body, str) else body
        given = {"headers": signed(data), "url": URL} | more
        things = received(store, settings, row, Push(body=data, **given))
        return sum(keep(store, reception, row, one) for one in things)

    return push


def digest(message: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(KEY, message, algorithm).digest()


def signed(body: bytes, kind: str = "application/json") -> dict[str, str]:
    return {"x-signature": digest(body).hex(), "content-type": kind}


def test_a_ticket_is_kept_at_once_and_read_by_the_run(
    store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    run_source("webhook", {}, secrets=SECRETS)
    assert send("webhook", TICKET) == 1
    assert store.interactions.count(Filters()) == 0
    assert store.source_items.counts() == {"webhook": {"reading": 1}}
    assert send("webhook", TICKET) == 0  # tools send again what was not answered in time
    run_source("webhook", {})
    assert store.interactions.count(Filters()) == 1
    assert store.source_items.counts() == {"webhook": {"taken": 1}}


def test_what_was_kept_is_read_although_its_run_was_lost(
    store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    run_source("webhook", {}, secrets=SECRETS)
    send("webhook", TICKET)
    now = datetime.now(UTC)
    assert store.source_runs.due(now=now + timedelta(seconds=5)) == []
    [run] = store.source_runs.due(now=now + timedelta(minutes=5))
    assert run.source_id == "webhook"


def test_entries_are_taken_from_where_they_are(store: Store, run_source: RunSource, send: Callable[..., int]) -> None:
    run_source("webhook", {"items": "event.tickets"}, secrets=SECRETS)
    rows = [{"id": n, "message": f"Demande {n}", "date": "2026-11-09"} for n in range(3)]
    assert send("webhook", json.dumps({"event": {"tickets": rows}})) == 1
    assert send("webhook", json.dumps({"event": {"ping": True}})) == 0
    run_source("webhook", {})
    assert store.interactions.count(Filters()) == 3


def at(when: datetime) -> str:
    return str(int(when.timestamp()))


FORM = urlencode({"CallSid": "CA1", "Text": "Bonjour"}).encode()
BODY = TICKET.encode()
SCHEMES = ("hmac-sha256", "hmac-sha1", "token", "token-inside", "zendesk", "typeform", "intercom", "slack", "twilio")


def sent_by(scheme: str, now: datetime) -> tuple[bytes, dict[str, str]]:
    """What a tool sends at a moment: the body and its headers."""
    return {
        "hmac-sha256": (BODY, {"x-signature": f"sha256={digest(BODY).hex()}"}),
        "hmac-sha1": (BODY, {"x-signature": base64.b64encode(digest(BODY, "sha1")).decode()}),
        "token": (BODY, {"x-signature": "Bearer s3cret"}),
        "token-inside": (json.dumps({"token": "s3cret", "text": "Bonjour"}).encode(), {}),
        "zendesk": (
            BODY,
            {
                "x-zendesk-webhook-signature-timestamp": now.isoformat(),
                "x-zendesk-webhook-signature": base64.b64encode(digest(now.isoformat().encode() + BODY)).decode(),
            },
        ),
        "typeform": (BODY, {"typeform-signature": "sha256=" + base64.b64encode(digest(BODY)).decode()}),
        "intercom": (BODY, {"x-hub-signature": f"sha1={digest(BODY, 'sha1').hex()}"}),
        "slack": (
            BODY,
            {
                "x-slack-request-timestamp": at(now),
                "x-slack-signature": "v0=" + digest(f"v0:{at(now)}:".encode() + BODY).hex(),
            },
        ),
        "twilio": (
            FORM,
            {
                "x-twilio-signature": base64.b64encode(digest(f"{URL}CallSidCA1TextBonjour".encode(), "sha1")).decode(),
                "content-type": "application/x-www-form-urlencoded",
            },
        ),
    }[scheme]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_tool_is_known_by_its_signature(
    scheme: str, store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    now = datetime.now(UTC)
    body, headers = sent_by(scheme, now)
    run_source("webhook", {"signature": scheme}, secrets=SECRETS)
    assert send("webhook", body, headers=headers) == 1
    for name in headers:
        if "signature" in name and "timestamp" not in name:
            for wrong in ("", "x", headers[name][:-2], headers[name] + "x", "é"):
                with pytest.raises(ForbiddenError):
                    send("webhook", body, headers=headers | {name: wrong})
    tampered = body.replace(b"s3cret", b"other").replace(b"Bonjour", b"Au revoir").replace(b"deux", b"trois")
    if scheme != "token":
        with pytest.raises(ForbiddenError):
            send("webhook", tampered, headers=headers)


def test_a_request_that_was_signed_long_ago_is_refused(
    store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    for scheme in ("zendesk", "slack"):
        now = datetime.now(UTC)
        body, headers = sent_by(scheme, now)
        store.sources.remove("webhook")
        run_source("webhook", {"signature": scheme}, secrets=SECRETS)
        with pytest.raises(ForbiddenError):
            send("webhook", body, headers=headers, at=now + timedelta(minutes=10))


def test_twilio_signs_the_address_of_json(store: Store, run_source: RunSource, send: Callable[..., int]) -> None:
    run_source("webhook", {"signature": "twilio", "public_url": "https://front.example/hook"}, secrets=SECRETS)
    query = f"bodySHA256={hashlib.sha256(BODY).hexdigest()}"
    right = base64.b64encode(digest(f"https://front.example/hook?{query}".encode(), "sha1")).decode()
    headers = {"x-twilio-signature": right, "content-type": "application/json"}
    assert send("webhook", BODY, headers=headers, url=f"{URL}?{query}") == 1
    with pytest.raises(ForbiddenError):
        send("webhook", BODY + b" ", headers=headers, url=f"{URL}?{query}")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_cannot_be_understood_is_refused(
    body: bytes, store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    run_source("webhook", {}, secrets=SECRETS)
    with pytest.raises(InputError):
        send("webhook", body)
    assert store.source_items.counts() == {}


# --- recordings that are ready --------------------------------------------------------------------------------------


@pytest.fixture
def pages(local_machines: Settings) -> Iterator[Pages]:
    with http_server() as made:
        yield made


def test_a_recording_that_is_ready_is_fetched_with_what_is_told_of_it(
    store: Store, run_source: RunSource, send: Callable[..., int], pages: Pages, recording: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("VOC_SOURCE_TOKEN", "opens")
    pages.give("/calls/77", recording().read_bytes(), Content_Type="audio/x-wav")
    options = {"recording": "data.recording", "auth": "bearer", "recordings_at": pages.url}
    run_source("webhook", options, secrets=SECRETS | {"token": "env:VOC_SOURCE_TOKEN"})
    call = {"call_id": "77", "caller": "+33612345678", "started_at": "2026-11-09T10:00:00Z", "comments": [1]}
    told = {"event": "call.ended", "data": call | {"recording": f"{pages.url}/calls/77"}}
    assert send("webhook", json.dumps({"event": "call.ringing", "data": call})) == 0
    assert send("webhook", json.dumps(told)) == 1
    told["data"]["recording"] += "?signed=anew"  # type: ignore[index]
    assert send("webhook", json.dumps(told)) == 0
    run = run_source("webhook", {})
    assert (run.taken, run.accepted, run.reason) == (1, 1, None)
    assert pages.asked[0][1]["authorization"] == "Bearer opens"
    [row] = store.interactions.page(Filters(), limit=5).items
    record = store.interactions.records([row.id])[0]
    assert (record.external_id, record.recording is not None) == ("77", True)
    assert any(one.value == "+33612345678" for one in record.identifiers)


def test_what_opens_recordings_goes_to_their_server_alone(
    run_source: RunSource, send: Callable[..., int], pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of a recording is told by others, a customer's attachment may be one."""
    monkeypatch.setenv("VOC_SOURCE_TOKEN", "opens")
    options = {"recording": "url", "auth": "bearer"}
    with pytest.raises(InputError):
        run_source("webhook", options, secrets=SECRETS)
    secrets = SECRETS | {"token": "env:VOC_SOURCE_TOKEN"}
    run_source("webhook", options | {"recordings_at": "https://pbx.example"}, secrets=secrets)
    assert send("webhook", json.dumps({"url": f"{pages.url}/mine.wav"})) == 1
    run_source("webhook", {})
    assert pages.asked
    assert all("authorization" not in headers for _, headers in pages.asked)


def test_a_recording_that_is_late_is_tried_again_then_set_aside_and_tried_by_hand(
    store: Store, settings: Settings, run_source: RunSource, send: Callable[..., int], pages: Pages, recording: Any
) -> None:
    pages.give("/calls/77", "", status=500)
    run_source("webhook", {"recording": "url"}, secrets=SECRETS)
    send("webhook", json.dumps({"url": f"{pages.url}/calls/77", "call_id": "77"}))
    for expected in ("waiting", "waiting", "refused"):
        run = run_source("webhook", {})
        assert run.status == "done"
        assert store.source_items.counts() == {"webhook": {expected: 1}}
    [item] = store.source_items.of("webhook", ("refused",))
    assert (item.attempts, item.code) == (3, "source_unreachable")
    pages.give("/calls/77", recording().read_bytes())
    store.source_items.try_again("webhook", [item.id], now=datetime.now(UTC))
    assert run_source("webhook", {}).taken == 1
    assert store.source_items.counts() == {"webhook": {"taken": 1}}


def test_no_address_inside_the_company_is_fetched(
    store: Store, run_source: RunSource, send: Callable[..., int], settings: Settings
) -> None:
    run_source("webhook", {"recording": "url"}, secrets=SECRETS)
    send("webhook", json.dumps({"url": "http://169.254.169.254/latest/meta-data/iam"}))
    run_source("webhook", {})
    [item] = store.source_items.of("webhook", ("waiting",))
    assert item.code == "outbound_private"
    with pytest.raises(InputError):
        send("webhook", json.dumps({"url": "file:///etc/passwd"}))


# --- the feedback form ----------------------------------------------------------------------------------------------

ASKED = {"question": "Recommanderiez-vous ?", "consent": "J'accepte que mon avis soit gardé un an.", "email": True}


def answer(**fields: str) -> dict[str, Any]:
    return {"body": urlencode(fields).encode(), "headers": {"referer": "https://shop.example/merci?order=12345"}}


def test_an_answer_with_consent_becomes_an_interaction(
    store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    run_source("form", ASKED)
    given = answer(score="3", text="Livraison trop lente", email="a@example.com", consent="yes", token="a" * 32)
    assert send("form", **given) == 1
    assert send("form", **given) == 0  # the back button
    run_source("form", {})
    [row] = store.interactions.page(Filters(), limit=5).items
    record = store.interactions.records([row.id])[0]
    assert (record.text, record.nps) == ("Livraison trop lente", 3)
    assert record.attributes["consent"] == ASKED["consent"]
    assert record.attributes["page"] == "https://shop.example/merci"
    assert [one.value for one in record.identifiers if one.type == "email"] == ["a@example.com"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Sans accord"},
        {"text": "Sans accord", "consent": "no"},
        {"consent": "yes"},
        {"consent": "yes", "score": "11"},
        {"consent": "yes", "score": "-1"},
        {"consent": "yes", "score": "٣x"},
    ],
)
def test_nothing_is_taken_without_a_yes_or_an_answer(
    fields: dict[str, str], store: Store, run_source: RunSource, send: Callable[..., int]
) -> None:
    run_source("form", ASKED)
    with pytest.raises(InputError):
        send("form", **answer(**fields))


def test_what_programs_fill_in_is_thrown_away(store: Store, run_source: RunSource, send: Callable[..., int]) -> None:
    run_source("form", ASKED)
    assert send("form", **answer(text="Buy now", consent="yes", website="http://spam.example")) == 0


@pytest.mark.parametrize(
    "sites", ["https://www.example.com/path", "javascript:alert(1)", "https://a.example; script-src *"]
)
def test_sites_are_origins(sites: str, run_source: RunSource) -> None:
    with pytest.raises(InputError):
        run_source("form", ASKED | {"sites": sites})


@pytest.mark.parametrize("options", [{}, {"recording": "url"}, {"items": "rows"}])
def test_the_token_inside_is_not_kept(
    options: dict[str, Any], store: Store, settings: Settings, run_source: RunSource, send: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whoever may read what came, or a backup of it, could have sent in the other side's name."""
    monkeypatch.setenv("VOC_SOURCE_HOOK", "tell-nobody-of-it")
    run_source("webhook", options | {"signature": "token-inside"}, secrets=SECRETS)
    rows = [{"id": 1, "message": "Bonjour", "date": "2026-11-09"}]
    body = {"token": "tell-nobody-of-it", "url": "http://10.0.0.9/a.wav", "message": "Bonjour", "rows": rows}
    assert send("webhook", json.dumps(body)) == 1
    run_source("webhook", {})
    left = b"".join(one.read_bytes() for one in settings.home.rglob("*") if one.is_file())
    assert b"tell-nobody" not in left


# --- people's rights ------------------------------------------------------------------------------------------------


def test_nothing_that_waits_outlives_the_erasure_of_whom_it_speaks(
    store: Store, settings: Settings, tmp_path: Path, run_source: RunSource, send: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    base = tmp_path / "base.csv"
    base.write_text("id;nom;prénom;email\nC1;Quatrebarbes;Zéphyrine;zeph.q@example.com\n", encoding="utf-8")
    import_customers(store, base)
    run_source("webhook", {"recording": "url"}, secrets=SECRETS)
    told = {"url": "http://10.0.0.9/zeph.q@example.com.wav", "caller_name": "Zéphyrine Quatrebarbes"}
    assert send("webhook", json.dumps(told)) == 1
    run_source("form", ASKED)
    assert send("form", **answer(text="Rappelez zeph.q@example.com", consent="yes")) == 1
    erase_customers(store, settings, ["C1"], actor="test")
    left = b"".join(one.read_bytes() for one in settings.home.rglob("*") if one.is_file())
    assert b"zeph.q" not in left
    assert b"Quatrebarbes" not in left
    monkeypatch.setattr(ingestion, "is_alive", lambda *_, **__: True)  # no run waits for a reader that never was
    for name in ("webhook", "form"):  # and what is left of it harms no run
        assert run_source(name, {}).status == "done"
    assert store.interactions.count(Filters()) == 0
    assert store.source_items.counts()["form"] == {"refused": 1}
