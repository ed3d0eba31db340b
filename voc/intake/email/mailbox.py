"""Mailboxes cut into their messages: one message in memory at a time, and blocks of lines looked at rather than lines.

Most lines of a mailbox are those of attachments, so a line between messages is searched for as bytes are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from voc.intake import limits

_BLOCK_BYTES = 2**20
_BLANK = frozenset((b"\n", b"\r\n"))
_BLANK_LINES = re.compile(rb"(?:\r?\n)*")
_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_FROM_WHEN = re.compile(rb"From \S+.{0,40}\b\d{1,2}:\d{2}:\d{2}\b.{0,40}\b(?:19|20)\d{2}\b")
_HEADER = re.compile(rb"[!-9;-~]{1,76}:")


def messages_in(path: Path) -> Iterator[bytes | None]:
    """Cut at the lines between messages; ``None`` for a message larger than :data:`limits.EMAIL_BYTES`."""
    message = _Message()
    blank = True
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            block += stream.readline(limits.LINE_BYTES)
            begin = 0
            for place in _places_of_from(block):
                end = _line_end(block, place)
                if end == len(block):
                    block += stream.readline(limits.LINE_BYTES)
                above = blank if not place else block[block.rfind(b"\n", 0, place - 1) + 1 : place] in _BLANK
                message.add(block[begin:place])
                begin = place
                if message.begun and not (above and _is_between(block[place:end], block[end : _line_end(block, end)])):
                    continue
                if message.begun:
                    yield message.whole()
                message, begin = _Message(begun=True), end
            message.add(block[begin:])
            blank = block[block.rfind(b"\n", 0, -1) + 1 :] in _BLANK
    if message.begun:
        yield message.whole()


class _Message:
    """The lines of a message as they come; ``begun`` without any where the line above it was met."""

    def __init__(self, *, begun: bool = False) -> None:
        self.begun = begun
        self.lines: list[bytes] = []
        self.size = 0

    def add(self, lines: bytes) -> None:
        """Take in whole lines; blank ones above the first message are none of it."""
        if not self.begun and (match := _BLANK_LINES.match(lines)):
            lines = lines[match.end() :]
        if not lines:
            return
        self.begun = True
        self.size += len(lines)
        if self.size > limits.EMAIL_BYTES:
            self.lines.clear()
        else:
            self.lines.append(_QUOTED_FROM.sub(b"", lines) if b">From " in lines else lines)

    def whole(self) -> bytes | None:
        """The message, ``None`` where it is too large."""
        return b"".join(self.lines) if self.size <= limits.EMAIL_BYTES else None


def _places_of_from(block: bytes) -> Iterator[int]:
    """Where the lines begin that begin with "From "."""
    if block.startswith(b"From "):
        yield 0
    place = 0
    while (place := block.find(b"\nFrom ", place) + 1) > 0:
        yield place


def _line_end(block: bytes, at: int) -> int:
    """Where the line that begins at ``at`` ends, its line feed included."""
    return block.find(b"\n", at) + 1 or len(block)


def _is_between(line: bytes, following: bytes) -> bool:
    """Whether a line that begins with "From " parts two messages: it says when, or only who, or a header follows.

    Programs should write a sentence that begins so as ">From", and not all do (RFC 4155, appendix A).
    """
    return bool(_FROM_WHEN.match(line) or _HEADER.match(following)) or len(line.split()) < 3
