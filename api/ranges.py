"""HTTP range requests (RFC 9110 § 14) over one blob."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"^bytes=\s*(\d*)\s*-\s*(\d*)\s*$", re.ASCII)
_DIGITS_MAX = 19
"""More digits than any file size has: an over-long number is a mistake or an attack."""


@dataclass(frozen=True)
class Span:
    """Bytes ``first``…``last`` of a representation, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):  # noqa: N818 - the word of RFC 9110
    """The range is well-formed and lies outside the representation: 416."""


def wanted(header: str | None, size: int) -> Span | None:
    """The span a ``Range`` header asks for, or ``None`` for the whole.

    A header that is malformed, of another unit, or lists several ranges is ignored, as RFC 9110 allows: the whole
    is always a correct answer.

    Raises:
        Unsatisfiable: no byte of the range exists.
    """
    found = _SINGLE.match(header) if header else None
    if found is None:
        return None
    first, last = found.groups()
    if (not first and not last) or max(len(first), len(last)) > _DIGITS_MAX:
        return None
    if not first:  # the last so many bytes
        count = min(int(last), size)
        if count == 0:
            raise Unsatisfiable
        return Span(size - count, size - 1)
    begin = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < begin:
        return None
    if begin >= size:
        raise Unsatisfiable
    return Span(begin, end)


def etag_matches(header: str | None, etag: str) -> bool:
    """Whether ``If-None-Match`` names this (strong) entity tag; weak comparison, as RFC 9110 § 13.1.2 asks."""
    if not header:
        return False
    if header.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == etag for one in header.split(","))
