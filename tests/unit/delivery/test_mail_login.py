"""The password of the mail server: sent over TLS, or to this machine, and nowhere else."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest

from voc.delivery import mail
from voc.delivery.outcomes import TryLater
from voc.settings import Settings


class PlainServer(smtplib.SMTP):
    """A server that offers no STARTTLS, or one that somebody between made look like it."""

    peer: Any = ("192.0.2.7", 25)
    logins: list[str] = []  # noqa: RUF012 - one list for all, which each test begins anew

    def __init__(self, *_: Any, **__: Any) -> None:
        self.sock = self  # type: ignore[assignment]
        self.esmtp_features = {"auth": "PLAIN"}
        self.does_esmtp = True

    def getpeername(self) -> Any:
        return self.peer

    def ehlo(self, name: str = "") -> tuple[int, bytes]:
        return 250, b"ok"

    def login(self, user: str, password: str, **_: Any) -> tuple[int, bytes]:
        self.logins.append(password)
        return 235, b"ok"

    def quit(self) -> tuple[int, bytes]:
        return 221, b"bye"

    def close(self) -> None:
        pass


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> type[PlainServer]:
    monkeypatch.setattr(smtplib, "SMTP", PlainServer)
    monkeypatch.setattr(PlainServer, "logins", [])
    return PlainServer


def test_a_password_is_not_sent_in_the_open(plain: type[PlainServer], settings: Settings) -> None:
    chosen = settings.model_copy(update={"smtp_url": "smtp://voc:s3cret@mail.example"})
    with pytest.raises(TryLater, match="no_tls"), mail._connected(chosen):
        pass
    assert plain.logins == []


@pytest.mark.parametrize("peer", [("127.0.0.1", 25), ("::1", 25, 0, 0)])
def test_this_machine_may_have_it(
    peer: Any, plain: type[PlainServer], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "peer", peer)
    chosen = settings.model_copy(update={"smtp_url": "smtp://voc:s3cret@mail.example"})
    with mail._connected(chosen):
        assert plain.logins == ["s3cret"]


def test_a_server_without_a_password_needs_no_tls(plain: type[PlainServer], settings: Settings) -> None:
    with mail._connected(settings.model_copy(update={"smtp_url": "smtp://relay.example:25"})):
        assert plain.logins == []
