"""Who contacts Alizé Télécom when, about what and where: the flat background and the planted stories."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from customers import Person

WEEKS = range(37, 47)
YEAR = 2026

BACKGROUND = {
    "billing": 3,
    "delivery": 4,
    "outage": 2,
    "slow": 3,
    "coverage": 3,
    "cancellation": 4,
    "advisor": 4,
    "waiting": 3,
    "price": 4,
    "app": 3,
    "contract": 3,
    "moving": 6,
    "technician": 3,
    "store": 1,
    "roaming": 3,
    "portability": 3,
    "pressure": 2,
    "praise": 4,
}
"""Contacts a week by topic, the same every week: nothing here may look like news."""

CHANNELS = {"social": 13, "survey": 10, "review": 9, "email": 11, "complaint": 5, "chat": 6, "call": 4}
"""Contacts with words a week by channel; they add up to the background."""

EMPTY_SURVEYS = 5
"""Survey answers a week with a score and no words."""

LINKABLE = {"email": 0.86, "call": 0.85, "social": 0.5, "complaint": 0.9, "survey": 0.8, "review": 0.4, "chat": 0.8}
"""Share of each channel whose customer an exact identifier names."""

IMPOSSIBLE = {
    ("praise", "complaint"),
    ("praise", "call"),
    ("store", "call"),
    ("praise", "chat"),
    ("store", "chat"),
    ("advisor", "call"),
    ("waiting", "chat"),
}
"""Pairs people do not write: nobody files a complaint to say thank you."""

Slot = tuple[str, int]  # channel, how many
STORIES: dict[str, dict[str, Any]] = {
    "double_charge": {
        "file": "plant_double_charge",
        "topic": "billing",
        "polarity": "negative",
        "weeks": {
            45: {"social": 2, "email": 1, "call": 1},
            46: {"call": 3, "email": 7, "social": 7, "complaint": 4},
        },
        "from": {45: date(2026, 11, 5)},
    },
    "outage_nantes": {
        "file": "plant_outage_nantes",
        "topic": "outage",
        "polarity": "negative",
        "weeks": {46: {"social": 6, "call": 3, "email": 2, "chat": 4}},
        "from": {46: date(2026, 11, 11)},
        "to": {46: date(2026, 11, 13)},
        "first_day": date(2026, 11, 11),
    },
    "store_part_dieu": {
        "file": "plant_store_praise",
        "topic": "store",
        "polarity": "positive",
        "weeks": {
            43: {"review": 1},
            44: {"review": 1, "social": 1},
            45: {"review": 2, "survey": 1, "social": 1},
            46: {"review": 10, "survey": 4, "social": 3},
        },
    },
}
PRESSED = "vasseur"
PRESSED_WEEK = 44


@dataclass
class Contact:
    """One interaction to be written."""

    week: int
    topic: str
    file: str
    language: str
    channel: str
    moment: datetime
    plant: str | None = None
    polarity: str | None = None
    person: Person | None = None
    """Who it really is."""
    linked_by: str | None = None
    """Which identifier in the export names them: ``address``, ``caller``, ``handle``, ``column``, ``contract``."""
    external_id: str = ""
    source: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    """The fields of its export, filled by the writer."""


def _moment(rng: random.Random, week: int, first: date | None = None, last: date | None = None) -> datetime:
    monday = date.fromisocalendar(YEAR, week, 1)
    first, last = first or monday, last or monday + timedelta(days=6)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    day = rng.choices(days, [1.0 if d.weekday() < 5 else 0.5 for d in days])[0]
    hour = rng.choices(range(6, 22), [1, 2, 4, 6, 6, 5, 5, 4, 4, 5, 5, 6, 6, 5, 3, 2])[0]
    return datetime.combine(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), tzinfo=UTC)


def _background(rng: random.Random) -> list[Contact]:
    contacts = []
    topics = list(BACKGROUND)
    turn = dict.fromkeys(topics, 0)
    for number, topic in enumerate(topics):
        turn[topic] = number  # so that not every topic has its English contact in the same week
    for week in WEEKS:
        counts = dict(BACKGROUND)
        for _ in range(3):  # a little unevenness, of a kind no test may take for a change
            more, fewer = rng.sample([t for t in topics if BACKGROUND[t] >= 3], 2)
            if counts[more] == BACKGROUND[more] and counts[fewer] == BACKGROUND[fewer]:
                counts[more] += 1
                counts[fewer] -= 1
        slots = [channel for channel, n in CHANNELS.items() for _ in range(n)]
        wanted = [topic for topic, n in counts.items() for _ in range(n)]
        rng.shuffle(slots)
        while any((t, c) in IMPOSSIBLE for t, c in zip(wanted, slots, strict=True)):
            for i, pair in enumerate(zip(wanted, slots, strict=True)):
                if pair in IMPOSSIBLE:
                    j = rng.randrange(len(slots))
                    slots[i], slots[j] = slots[j], slots[i]
        for topic, channel in zip(wanted, slots, strict=True):
            turn[topic] += 1
            language = "en" if turn[topic] % 3 == 0 else "fr"
            plant = "moving_fibre" if topic == "moving" else None
            contacts.append(Contact(week, topic, topic, language, channel, _moment(rng, week), plant=plant))
        for number in range(EMPTY_SURVEYS):
            language = "en" if (number + week) % 3 == 0 else "fr"
            contacts.append(Contact(week, "none", "", language, "survey", _moment(rng, week), polarity="empty"))
    return contacts


def _stories(rng: random.Random) -> list[Contact]:
    contacts = []
    for key, story in STORIES.items():
        number = 0
        for week, slots in story["weeks"].items():
            first, last = story.get("from", {}).get(week), story.get("to", {}).get(week)
            for channel in [channel for channel, n in slots.items() for _ in range(n)]:
                number += 1
                moment = _moment(rng, week, first, last)
                file = story["file"]
                if moment.date() == story.get("first_day"):
                    file += "_first_day"
                    moment = moment.replace(hour=8 + moment.hour // 2)
                contacts.append(
                    Contact(
                        week,
                        story["topic"],
                        file,
                        "en" if number % 4 == 0 else "fr",
                        channel,
                        moment,
                        plant=key,
                        polarity=story["polarity"],
                    )
                )
    return contacts


def _fits(contact: Contact, person: Person) -> bool:
    if person.key is not None or person.language != contact.language:
        return False
    if contact.plant == "outage_nantes":
        return person.city == "Nantes" and person.has_fibre
    if contact.plant == "moving_fibre":
        return person.moved is not None
    if contact.plant == "store_part_dieu":
        return person.postcode[:2] == "69"
    if person.moved is not None:
        return False
    if contact.topic in {"coverage", "roaming", "portability"}:
        return person.has_mobile
    if contact.topic in {"slow", "technician", "delivery"}:
        return not person.product.startswith("Mobile")
    if contact.topic == "outage":
        return not person.product.startswith("Mobile") and person.city != "Nantes"
    return True


def _carries(contact: Contact, person: Person, by: str) -> bool:
    if by == "address":
        return person.email is not None
    if by == "caller":
        return person.phone is not None and not person.shares_phone
    if by == "handle":
        return person.handle is not None
    return True


def _way(rng: random.Random, channel: str) -> str:
    """Which identifier a linkable contact of this channel carries."""
    ways = {
        "email": ["address"] * 8 + ["contract"],
        "call": ["caller"] * 3 + ["contract"],
        "chat": ["column"] * 2 + ["contract", "address"],
        "social": ["handle"],
        "review": ["address"],
    }
    return rng.choice(ways.get(channel, ["column"]))


def assign(rng: random.Random, contacts: list[Contact], base: list[Person]) -> None:
    """Give each contact its person and decide how (or whether) the export names them."""
    due = dict.fromkeys(LINKABLE, 0.0)
    seen: dict[str, int] = {}
    for contact in sorted(contacts, key=lambda c: c.moment):
        if contact.person is not None:
            continue
        due[contact.channel] += LINKABLE[contact.channel]
        by = None
        if due[contact.channel] >= 1:
            due[contact.channel] -= 1
            by = _way(rng, contact.channel)
        people = [p for p in base if _fits(contact, p) and (by is None or _carries(contact, p, by))]
        if not people:  # nobody of that language lives there: somebody of the other language writes
            contact.language = "fr" if contact.language == "en" else "en"
            people = [p for p in base if _fits(contact, p) and (by is None or _carries(contact, p, by))]
        fewest = min(seen.get(p.id, 0) for p in people)
        pool = people if rng.random() < 0.35 else [p for p in people if seen.get(p.id, 0) == fewest]
        contact.person, contact.linked_by = rng.choice(pool), by
        seen[contact.person.id] = seen.get(contact.person.id, 0) + 1


def pressed_contacts(rng: random.Random, base: list[Person]) -> list[Contact]:
    """The two things the over-solicited customer writes at the end of that week."""
    person = next(p for p in base if p.key == PRESSED)
    saturday = date.fromisocalendar(YEAR, PRESSED_WEEK, 6)
    return [
        Contact(
            PRESSED_WEEK,
            "pressure",
            "plant_pressure",
            "fr",
            channel,
            _moment(rng, PRESSED_WEEK, day, day),
            plant="contact_pressure",
            polarity="negative",
            person=person,
            linked_by=by,
        )
        for channel, by, day in (
            ("email", "address", saturday),
            ("complaint", "column", saturday + timedelta(days=1)),
        )
    ]


def contacts(rng: random.Random, base: list[Person]) -> list[Contact]:
    """Everything that comes in over the ten weeks except the recordings, by time."""
    found = _background(rng) + _stories(rng) + pressed_contacts(rng, base)
    assign(rng, found, base)
    return sorted(found, key=lambda c: (c.moment, c.channel, c.topic))


def solicitations(rng: random.Random, base: list[Person], campaigns: list[str]) -> list[dict[str, Any]]:
    """What the marketing department sent: at most two a week to anybody but the one it pressed."""
    events = []
    for week in WEEKS:
        for person in base:
            if person.key == PRESSED and week == PRESSED_WEEK:
                continue
            for _ in range(rng.choices([0, 1, 2], [80, 16, 4])[0]):
                kind = rng.choice(["email", "email", "sms", "call"])
                events.append((_moment(rng, week), person.id, kind, rng.choice(campaigns)))
    person = next(p for p in base if p.key == PRESSED)
    monday = date.fromisocalendar(YEAR, PRESSED_WEEK, 1)
    for day, kind, hour in (
        (0, "email", 8),
        (1, "sms", 16),
        (2, "call", 17),
        (3, "email", 8),
        (3, "call", 18),
        (4, "sms", 11),
    ):
        at = datetime.combine(monday + timedelta(days=day), time(hour, 12 + 5 * day), tzinfo=UTC)
        events.append((at, person.id, kind, "Black Week TV"))
    events.sort()
    return [
        {
            "event_id": f"EV-{n:05d}",
            "at": at.isoformat().replace("+00:00", "Z"),
            "customer_id": who,
            "type": f"marketing_{kind}",
            "campaign": what,
        }
        for n, (at, who, kind, what) in enumerate(events, start=1)
    ]
