"""Retention: how long recordings and words are kept, by channel, and taking out what is older."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from voc.errors import SettingsError
from voc.records import Channel, Record
from voc.settings import Settings
from voc.store import Store

Kept = Literal["audio", "text"]
ANY = "*"
BATCH = 500

_RULE = re.compile(r"(?P<channel>\*|[a-z]+)\s*=\s*(?P<days>\d{1,6})")


class Expiry(Record):
    """What is too old on one channel: ``n`` interactions whose ``audio`` or ``text`` is from before ``before``."""

    channel: str
    kept: Kept
    days: int
    before: datetime
    n: int


def rules(setting: str, *, name: str) -> dict[str, int]:
    """Days by channel of ``call=90, *=365``; ``*`` is every channel not named.

    Raises:
        SettingsError: a rule is not of that form, or names no channel.
    """
    found: dict[str, int] = {}
    for rule in (one.strip() for one in setting.split(",")):
        if not rule:
            continue
        match = _RULE.fullmatch(rule)
        if match is None or (match["channel"] != ANY and match["channel"] not in list(Channel)):
            known = ", ".join(Channel)
            raise SettingsError(f"VOC_{name.upper()}: '{rule}' is no rule; write call=90 or *=365 (channels: {known}).")
        found[match["channel"]] = int(match["days"])
    return found


def days_for(channel: str, found: Mapping[str, int]) -> int | None:
    """Days the rules give a channel; ``None``: for ever."""
    return found.get(channel, found.get(ANY))


def expiries(store: Store, settings: Settings, *, now: datetime) -> list[Expiry]:
    """What is due today, by channel, words and recordings apart; rules with nothing due are named with 0.

    Raises:
        SettingsError: a rule cannot be understood.
    """
    kinds: tuple[tuple[Kept, str], ...] = (("audio", settings.retention_audio), ("text", settings.retention_text))
    found: list[Expiry] = []
    for kept, setting in kinds:
        known = rules(setting, name=f"retention_{kept}")
        for channel in Channel:
            days = days_for(channel, known)
            if days is None or (kept == "audio" and not channel.description.spoken):
                continue
            before = now - timedelta(days=days)
            n = len(store.erasing.older(channel, before, kept=kept))
            found.append(Expiry(channel=str(channel), kept=kept, days=days, before=before, n=n))
    return found


def expire(store: Store, due: Expiry) -> int:
    """Take out what one :class:`Expiry` names; returns from how many interactions.

    Recordings: the bytes go, the words stay. Words: what was said, the recording and the link to the customer go, what
    was counted stays under a new id, so that a figure of last year is still last year's figure.
    """
    ids = store.erasing.older(due.channel, due.before, kept=due.kept)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        recordings = store.erasing.recordings_of(part) + store.masked_audio.blobs_of(part)
        if due.kept == "text":
            store.anonymising.copy(part)
            for upload, _, _ in store.erasing.kept_uploads(part):
                store.uploads.let_go(upload, store.blobs.delete)
            store.erasing.forget(part)
        else:
            store.erasing.let_go_of_recordings(part)
        for key in recordings:
            store.uploads.let_go_of_bytes(key, store.blobs.delete)
    return len(ids)
