"""Who sends is counted by network address, what is open to everybody more closely, and nobody fills the memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from makers import NOW

from voc.service import pushes
from voc.service.pushes import TooManyError, count, count_sender, network_of
from voc.store.sources import SourceRow


class Row:
    def __init__(self, id: str, per_minute: int | None = None) -> None:
        self.id, self.per_minute = id, per_minute


@pytest.fixture(autouse=True)
def nobody_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "_lately", {})


def row(name: str = "a", per_minute: int | None = None) -> SourceRow:
    return cast(SourceRow, Row(name, per_minute))


def sent(times: int, sender: str, *, of: SourceRow, is_open: bool = False, now: datetime = NOW) -> int:
    """How many of so many were let through."""
    let = 0
    for _ in range(times):
        try:
            count_sender(of, sender, is_open=is_open, now=now)
        except TooManyError:
            continue
        let += 1
    return let


def test_each_sender_has_its_own_room() -> None:
    assert sent(5, "203.0.113.1", of=row(per_minute=3)) == 3
    assert sent(5, "203.0.113.2", of=row(per_minute=3)) == 3
    assert sent(5, "203.0.113.1", of=row("b", per_minute=3)) == 3
    count(row(per_minute=3), now=NOW)  # nobody of them has used the source's
    assert sent(1, "203.0.113.1", of=row(per_minute=3), now=NOW + timedelta(seconds=61)) == 1


def test_what_is_open_to_everybody_takes_less_from_one_address() -> None:
    assert sent(100, "203.0.113.1", of=row(), is_open=True) == pushes.OPEN_PER_MINUTE
    assert sent(100, "203.0.113.1", of=row("b", per_minute=5), is_open=True) == 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.1", "203.0.113.1"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "?"),
        ("", "?"),
    ],
)
def test_an_address_is_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_senders_without_end_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "MOST_SENDERS", 50)
    now = datetime(2026, 11, 30, tzinfo=UTC)
    for n in range(300):
        sent(1, f"203.0.{n // 200}.{n % 200}", of=row(), now=now)
    assert len(pushes._lately) <= 51
    assert sent(1, "198.51.100.1", of=row(), now=now + timedelta(minutes=2)) == 1  # the silent are forgotten
    assert len(pushes._lately) < 5
