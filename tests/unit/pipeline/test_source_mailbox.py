"""Mailboxes, by two real servers: every message once by its UID, whatever is read, moved or attached."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from other_servers import PASSWORD, USER, Running, dovecot, dovecot_server, http_server, pymap_server

from voc.settings import Settings
from voc.sources import mailbox
from voc.store import Filters, Store
from voc.store.source_runs import SourceRun

pytestmark = pytest.mark.integration  # a real IMAP server

RunSource = Callable[..., SourceRun]
SECRETS = {"password": "env:VOC_SOURCE_MAIL"}


@pytest.fixture(
    params=[
        "pymap",
        pytest.param("dovecot", marks=pytest.mark.skipif(dovecot() is None, reason="no dovecot on this system")),
    ]
)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    with pymap_server(tmp_path / "imap") if request.param == "pymap" else dovecot_server() as running:
        yield running


@pytest.fixture
def options(server: Running, local_machines: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("VOC_SOURCE_MAIL", PASSWORD)
    return {"host": "127.0.0.1", "port": server.port, "security": "none", "user": USER}


@contextmanager
def box(server: Running) -> Iterator[imaplib.IMAP4]:
    client = imaplib.IMAP4("127.0.0.1", server.port)
    client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
    yield client
    client.logout()


def message(n: int, text: str = "Ma facture est fausse, que faire ?", attached: bytes | None = None) -> bytes:
    made = EmailMessage()
    made["From"] = f"client{n}@example.com"
    made["To"] = "service@company.example"
    made["Subject"] = f"Demande {n}"
    made["Date"] = "Mon, 09 Nov 2026 10:12:00 +0100"
    made["Message-ID"] = f"<m{n}@example.com>"
    made.set_content(f"Bonjour,\n\n{text} ({n})\nFrom lundi on je suis absent.\n")
    if attached is not None:
        made.add_attachment(attached, maintype="text", subtype="csv", filename="réponses.csv")
    return made.as_bytes()


def put(server: Running, *messages: bytes, folder: str = "INBOX") -> None:
    with box(server) as client:
        for one in messages:
            status, _ = client.append(folder, "", imaplib.Time2Internaldate(time.time()), one)
            assert status == "OK"


def test_each_message_comes_once(
    store: Store, server: Running, options: dict[str, Any], run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "AT_ONCE", 2)
    put(server, *(message(n) for n in range(5)))
    run = run_source("imap", options, secrets=SECRETS)
    assert (run.status, run.taken, run.accepted, run.reason) == ("done", 3, 5, None)  # two, two and one
    assert run_source("imap", options).taken == 0
    put(server, message(5))
    again = run_source("imap", options)
    assert (again.taken, again.accepted, again.duplicate) == (1, 1, 0)
    ids = [one.id for one in store.interactions.page(Filters(), limit=20).items]
    words = [one.text or "" for one in store.interactions.records(ids)]
    assert len(words) == 6
    assert all("From lundi" in one and ">From" not in one for one in words)
    with box(server) as client:
        client.select("INBOX", readonly=True)
        assert client.uid("SEARCH", "SEEN")[1] in ([b""], [None])  # nothing was marked


def test_a_mailbox_that_was_made_anew_gives_nothing_twice(
    store: Store, server: Running, options: dict[str, Any], run_source: RunSource
) -> None:
    """Another UIDVALIDITY: UIDs mean other messages; those that are known are told by their own ids."""
    put(server, message(1), message(2))
    run_source("imap", options, secrets=SECRETS)
    row = store.sources.get("imap")
    assert row is not None
    store.sources.advance("imap", {"validity": 1, "uid": row.cursor["uid"]})
    run = run_source("imap", options)
    assert (run.accepted, store.interactions.count(Filters())) == (0, 2)


def test_what_is_attached_is_taken_where_that_is_wanted(
    store: Store, server: Running, options: dict[str, Any], run_source: RunSource
) -> None:
    table = "id;message;date\nx1;Très déçue;2026-11-09\nx2;Parfait;2026-11-09\n".encode()
    put(server, message(1, attached=table), message(2))
    run = run_source("imap", options | {"take": "attachments"}, secrets=SECRETS)
    assert (run.status, run.taken, run.accepted) == ("done", 1, 2)
    assert run_source("imap", options).taken == 0


def test_messages_may_be_marked_or_moved(server: Running, options: dict[str, Any], run_source: RunSource) -> None:
    put(server, message(1))
    with box(server) as client:
        client.create("Lues")
    run = run_source("imap", options | {"after": "move", "moved_to": "Lues"}, secrets=SECRETS)
    assert (run.taken, run.reason) == (1, None)
    with box(server) as client:
        assert client.select("INBOX", readonly=True)[1] == [b"0"]
        assert client.select("Lues", readonly=True)[1] == [b"1"]


def test_messages_may_be_marked_as_read(server: Running, options: dict[str, Any], run_source: RunSource) -> None:
    put(server, message(1))
    assert run_source("imap", options | {"after": "seen"}, secrets=SECRETS).taken == 1
    with box(server) as client:
        client.select("INBOX", readonly=True)
        assert client.uid("SEARCH", "SEEN")[1][0] not in (b"", None)


def test_folders_of_any_name(server: Running, options: dict[str, Any], run_source: RunSource) -> None:
    with box(server) as client:
        client.create('"R&AOk-clamations & co"'.replace("& co", "&- co"))
    put(server, message(1), folder='"R&AOk-clamations &- co"')
    run = run_source("imap", options | {"folder": "Réclamations & co"}, secrets=SECRETS)
    assert (run.taken, run.reason) == (1, None)
    missing = run_source("imap", options)
    assert missing.status == "done"


def test_a_folder_that_is_not_there_and_a_wrong_password_are_said(
    server: Running, options: dict[str, Any], run_source: RunSource, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_source("imap", options | {"folder": "Nulle part"}, secrets=SECRETS)
    assert (run.status, run.code) == ("failed", "source_folder_missing")
    monkeypatch.setenv("VOC_SOURCE_MAIL", "wrong-password")
    run = run_source("imap", options)
    assert (run.status, run.code) == ("failed", "source_credentials")
    assert "wrong-password" not in str(run)


def test_a_new_message_is_told_of_while_the_run_waits(
    store: Store, server: Running, options: dict[str, Any], run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LONGEST_IDLE_SECONDS", 8.0)
    put(server, message(1))
    later = threading.Timer(2.0, put, (server, message(2)))
    later.start()
    run = run_source("imap", options | {"wait": "idle"}, secrets=SECRETS)
    later.join()
    assert (run.taken, run.accepted) == (2, 2)


@pytest.mark.skipif(dovecot() is None, reason="no dovecot on this system: pymap's tokens are its own")
def test_a_mailbox_opens_with_a_token_that_is_renewed(
    tmp_path: Path, local_machines: Settings, run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_SOURCE_REFRESH", "lasting")
    with http_server() as pages, dovecot_server(introspection=f"{pages.url}/who") as server:
        pages.give("/token", {"access_token": "for-now", "expires_in": 60})
        pages.give("/who", {"active": True, "user": USER, "username": USER}, Content_Type="application/json")
        put(server, message(1))
        options = {
            "host": "127.0.0.1", "port": server.port, "security": "none", "user": USER, "auth": "oauth2",
            "token_url": f"{pages.url}/token", "client_id": "c1",
        }  # fmt: skip
        run = run_source("imap", options, secrets={"refresh_token": "env:VOC_SOURCE_REFRESH"})
        assert (run.status, run.taken, run.reason) == ("done", 1, None)
        assert b"grant_type=refresh_token&refresh_token=lasting&client_id=c1" in pages.bodies
        pages.give("/token", {"error": "invalid_grant"}, status=400)
        assert run_source("imap", options).code == "source_unreachable"
