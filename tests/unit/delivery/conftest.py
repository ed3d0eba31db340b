"""A store with six weeks of it, subscribers, and servers that get what is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from receivers import Mailbox, Receiver, mail_server, web_server
from reviewed_weeks import MONDAY, fill

from voc.records.subscriptions import Subscription
from voc.settings import Settings
from voc.store import Store

Subscribe = Callable[..., Subscription]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with web_server() as kept:
        yield kept


@pytest.fixture
def sending(settings: Settings, mailbox: Mailbox) -> Settings:
    """Settings with a mail server, and loopback allowed."""
    return settings.model_copy(
        update={
            "smtp_url": f"smtp://127.0.0.1:{mailbox.port}",
            "mail_from": "Voix des clients <voc@example.com>",
            "public_url": "https://voc.example.com/",
            "outbound_allow": "127.0.0.1",
        }
    )


@pytest.fixture
def weeks(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def subscribe(weeks: Store) -> Subscribe:
    def add(**values: Any) -> Subscription:
        given: dict[str, Any] = {
            "name": "Direction", "kind": "mail", "target": "lea@example.com", "language": "fr", "day": 1,
            "topics": (), "segments": (), "view": None, "only_with_findings": False, "paused": False,
            "created_by": "local", "created_at": MONDAY, "unsubscribed_at": None,
        }  # fmt: skip
        return weeks.subscriptions.add(**(given | values))

    return add
