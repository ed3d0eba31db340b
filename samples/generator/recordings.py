"""The written calls: a head of ``key: value`` lines, ``---``, then turns with pauses and overlaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from customers import Person
from exports import zulu
from plan import Contact


@dataclass
class Said:
    """One turn: who, what, and how long after (or, negative, before) the end of the turn before it begins."""

    role: str
    text: str
    gap_s: float = 0.35


@dataclass
class Call:
    """One recording to be read aloud."""

    id: str
    head: dict[str, str]
    turns: list[Said] = field(default_factory=list)

    @property
    def started_at(self) -> datetime:
        return datetime.fromisoformat(self.head["started_at"].replace("Z", "+00:00")).astimezone(UTC)

    @property
    def stereo(self) -> bool:
        return self.head["layout"] == "stereo"

    @property
    def voices(self) -> dict[str, str]:
        return dict(pair.split() for pair in self.head["voices"].split(", "))  # type: ignore[misc]


def read(path: Path) -> Call:
    """Parse one script; a line that is none of the known forms is an error that names it."""
    head_text, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    head = dict(line.split(": ", 1) for line in head_text.splitlines())
    call, gap = Call(path.stem, head), 0.6
    for number, line in enumerate(body.splitlines(), start=head_text.count("\n") + 3):
        if timing := re.fullmatch(r"\[(pause|overlap) ([\d.]+)\]", line):
            gap = float(timing[2]) * (1 if timing[1] == "pause" else -1)
        elif turn := re.fullmatch(r"(agent|customer): (.+)", line):
            call.turns.append(Said(turn[1], turn[2], gap))
            gap = 0.35
        else:
            raise ValueError(f"{path.name}:{number}: expected 'agent: …', 'customer: …', '[pause s]' or '[overlap s]'.")
    return call


def write_script(call: Call, folder: Path) -> None:
    """The words of the call without its head or timing: the reference that recognition is measured against."""
    text = "".join(f"{turn.role}: {turn.text}\n" for turn in call.turns)
    (folder / f"{call.id}.txt").write_text(text, encoding="utf-8")


def _person(call: Call, base: list[Person]) -> Person | None:
    return next((p for p in base if p.key == call.head["customer"]), None)


def sidecar_row(call: Call, base: list[Person]) -> list[Any]:
    """The recording's row of ``calls.csv``; a mono file has no role per channel."""
    person = _person(call, base)
    caller = person.phone if person and call.head["linked_by"] == "caller" else None
    roles = "agent|customer" if call.stereo else None
    agent = re.search(r"\b(?:Thomas|Nadia|Mélanie|Élise|Bruno|Karen)\b", call.turns[0].text)
    return [
        f"{call.id}.ogg",
        call.id,
        zulu(call.started_at),
        caller,
        agent[0] if agent else None,
        call.head["language"],
        roles,
        None,
    ]


def as_contact(call: Call, base: list[Person]) -> Contact:
    """The recording as one of the planned contacts, for the truth file."""
    topic, linked = call.head["topic"], call.head["linked_by"]
    contact = Contact(
        week=call.started_at.isocalendar().week,
        topic=topic,
        file=topic,
        language=call.head["language"],
        channel="call",
        moment=call.started_at,
        plant=call.head.get("plant"),
        polarity={"store": "positive", "roaming": "neutral"}.get(topic, "negative"),
        person=_person(call, base),
        linked_by=None if linked == "none" else linked,
    )
    contact.external_id, contact.source = call.id, f"calls/{call.id}.ogg"
    return contact
