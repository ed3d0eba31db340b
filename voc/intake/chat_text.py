"""Chats as running text: WhatsApp's, as its Android and iOS apps write it in every language, and Zoom's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from voc.intake.dates import is_month_first, parse_moment
from voc.intake.encodings import clean
from voc.language.chat_words import ChatWords
from voc.language.registry import alternatives


def _any(of: Callable[[ChatWords], str]) -> str:
    return alternatives(lambda one: of(one.chats))


_STAMP = re.compile(
    rf"[\u200e\u200f]?\[?(?P<day>\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}),?(?: (?:{_any(lambda words: words.at)}))? "
    r"(?P<clock>\d{1,2} ?[:.h] ?\d{2}(?:[:.]\d{2})?(?: ?[ap]\.? ?m\.?)?)(?:\] | - )",
    re.IGNORECASE,
)
_MEETING = re.compile(
    rf"(?P<clock>\d{{1,2}}:\d{{2}}:\d{{2}})\s+(?:{_any(lambda words: words.sent_by)})\s+(?P<who>\S.{{0,79}}?)"
    rf"(?:\s+(?:{_any(lambda words: words.sent_to)})\s+(?P<to>\S.{{0,79}}?))?\s*:\s*(?P<text>.*)",
    re.IGNORECASE,
)
"""A line of the chat that Zoom saves beside a meeting; the words stand behind it, or in the lines below."""
_SENDER = re.compile(r"(?P<who>[^:\n]{1,80}?) ?: (?P<text>.*)", re.DOTALL)
_POINTS = re.compile(r"(?<=\d)\.(?=\d)")
_SPACES = str.maketrans("\u202f\u00a0", "  ")
MEDIA = re.compile(
    rf"[\u200e\u200f]?(?:<[^<>\n]{{0,120}}(?:{_any(lambda words: words.omitted)})[^<>\n]{{0,120}}>"
    rf"|(?:{_any(lambda words: words.media)})\s(?:{_any(lambda words: words.media_omitted)})"
    rf"|(?:{_any(lambda words: words.deleted)})\.?"
    rf"|(?:{_any(lambda words: words.missed)}).{{0,60}}"
    rf"|(?:{_any(lambda words: words.waiting)}).{{0,120}}|null)",
    re.IGNORECASE | re.DOTALL,
)
ACTED = re.compile(rf"(?:{_any(lambda words: words.acted)})\s?\.?", re.IGNORECASE)
"""What Messenger and Instagram write as a message where nobody wrote one."""
_SYSTEM = re.compile(rf"[\u200e\u200f]?(?:{_any(lambda words: words.encrypted)}).{{0,400}}", re.IGNORECASE | re.DOTALL)
_ATTACHED = re.compile(
    rf"[\u200e\u200f]?(?:\S{{1,80}}\.\w{{2,5}} \((?:{_any(lambda words: words.attached)})\)"
    r"|(?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{4}\.\w{2,5} \([^()\n]{2,40}\)"
    r"|<[^<>:\n]{2,30} ?: ?[^<>\n]{1,120}\.\w{2,5}>)\s*",
    re.IGNORECASE,
)
"""The file of a picture or a document, which its words stand beside or below."""
_LEFT_OUT = re.compile(r"<[^<>\n:/]{3,60}>")
"""What the Android app writes for a picture that was left out, in any language: a phrase in angle brackets alone."""
_APP_MARK = "\u200e"
"""The iOS app puts it before what it writes itself, in any language."""
_APP_TAIL = re.compile(r"\s*\u200e<[^<>\n]{3,80}>\s*$")
_EDITED = re.compile(rf"\s*[\u200e\u200f]?<(?:{_any(lambda words: words.edited)})>\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    at: datetime | None
    who: str
    text: str


def is_chat_text(text: str) -> bool:
    """Tell a chat written out line by line: the first line and others begin with a moment."""
    lines = [line.translate(_SPACES) for line in text.splitlines()[:200] if line.strip()]
    if lines and _MEETING.match(lines[0]):
        return True
    stamped = [line for line in lines if _STAMP.match(line)]
    return bool(lines) and bool(_STAMP.match(lines[0])) and (
        any(_SENDER.match(line[match.end() :]) for line in stamped if (match := _STAMP.match(line)))
    )  # fmt: skip


def parse_chat(text: str) -> list[Message]:
    """The messages of a WhatsApp export, or of a meeting; notices of the app and media that were left out are none."""
    if _MEETING.match(text.lstrip("\ufeff \t\r\n")[:300].translate(_SPACES)):
        return _parse_meeting(text)
    entries: list[tuple[str, list[str]]] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        head = line[:80].translate(_SPACES)
        if match := _STAMP.match(head):
            entries.append((f"{match['day']} {_POINTS.sub(':', match['clock'])}", [line[match.end() :]]))
        elif entries:
            entries[-1][1].append(line)
    month_first = is_month_first([stamp for stamp, _ in entries])
    found: list[Message] = []
    for stamp, lines in entries:
        match = _SENDER.fullmatch("\n".join(lines).strip().translate(_SPACES))
        if match is None:
            continue
        words = _own_words(match["text"])
        if words and not MEDIA.fullmatch(words) and not _SYSTEM.fullmatch(words):
            who = match["who"].strip("\u200e\u200f\u202a\u202c~ ")
            found.append(Message(parse_moment(stamp, month_first=month_first), who, words))
    return found


def _own_words(written: str) -> str:
    """What somebody wrote themselves: beside a picture too; empty where the app wrote it all."""
    text = _ATTACHED.sub("", _APP_TAIL.sub("", _EDITED.sub("", written)))
    if text.startswith(_APP_MARK) or _LEFT_OUT.fullmatch(text.strip()):
        return ""
    return clean(text).strip("\u200e\u200f \n")


def _parse_meeting(text: str) -> list[Message]:
    """The messages of a meeting's chat: the file says the time of day alone, so they have no moment."""
    entries: list[tuple[str, list[str]]] = []
    for line in text.lstrip("\ufeff").splitlines():
        if match := _MEETING.match(line.translate(_SPACES)):
            entries.append((match["who"].strip(), [match["text"]]))
        elif entries:
            entries[-1][1].append(line)
    spoken = ((who, clean("\n".join(part.strip() for part in lines)).strip()) for who, lines in entries)
    return [Message(None, who, words) for who, words in spoken if words]
