"""How much is sent to a source: more than it takes a minute is refused, so that nobody can flood the service.

Each sender is counted before it is known whether it may send, the source only after: who may not send cannot use up
the room of who may.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import deque
from datetime import datetime, timedelta

from voc.errors import VocError
from voc.store.sources import SourceRow

USUAL_PER_MINUTE = 600
"""Requests a minute that a source takes where nobody said how many; each process counts its own."""
OPEN_PER_MINUTE = 60
"""Requests a minute from one network address to what is open to everybody; several people may share one."""
MOST_SENDERS = 20_000
"""Senders remembered at once; when there are more, those nobody has room for share one count."""
WINDOW = timedelta(minutes=1)

_lock = threading.Lock()
_lately: dict[tuple[str, str], deque[datetime]] = {}


class TooManyError(VocError):
    """More came than is taken; ``seconds`` until there is room again."""

    CODE = "too_many_requests"

    def __init__(self, *, seconds: int) -> None:
        super().__init__(f"Too much came within a minute; send it again in {seconds} s.", seconds=seconds)
        self.seconds = seconds


def count_sender(row: SourceRow, sender: str, *, is_open: bool, now: datetime) -> None:
    """Count one request of a network address to a source, before it is looked at.

    Args:
        is_open: whether anybody may send, so that nothing but the address tells one sender from another.

    Raises:
        TooManyError: it is one too many.
    """
    most = row.per_minute or USUAL_PER_MINUTE
    _count((row.id, network_of(sender)), min(most, OPEN_PER_MINUTE) if is_open else most, now=now)


def count(row: SourceRow, *, now: datetime) -> None:
    """Count one request to a source by somebody who may send.

    Raises:
        TooManyError: it is one too many.
    """
    _count((row.id, ""), row.per_minute or USUAL_PER_MINUTE, now=now)


def network_of(address: str) -> str:
    """The network that one sender has: an IPv4 address, the first 64 bits of an IPv6 one; ``?`` where it is neither."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped is not None else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _count(who: tuple[str, str], most: int, *, now: datetime) -> None:
    with _lock:
        if who not in _lately and len(_lately) >= MOST_SENDERS:
            _forget_the_silent(now)
            if len(_lately) >= MOST_SENDERS and who[1]:
                who = (who[0], "?")
        lately = _lately.setdefault(who, deque())
        while lately and lately[0] <= now - WINDOW:
            lately.popleft()
        if len(lately) >= most:
            raise TooManyError(seconds=max(1, round((lately[0] + WINDOW - now).total_seconds())))
        lately.append(now)


def _forget_the_silent(now: datetime) -> None:
    for who in [who for who, lately in _lately.items() if not lately or lately[-1] <= now - WINDOW]:
        del _lately[who]
