"""When two rows are the same interaction: by the id that the source gives, else by who said what when.

An export is saved again with other separators, other dates, a column more, a reply filled in: none of that makes a
second interaction. What counts is read from the row first (the moment, the score), so that it is the same in whatever
way it was written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from voc.intake.spilling_map import SpillingMap
from voc.language.folding import fold, single_spaced
from voc.records import Channel, interaction_id

SHORTEST_ID = 4
"""Characters of an id that tells one message of a moment from another."""


def is_strong_id(value: str) -> bool:
    """Tell an id that is unique beyond its own system (a tweet's, a ticket's ``RC-20417``) from a short number."""
    if value.isdigit():
        return len(value) >= 7
    return len(value) >= 5 and any(c.isdigit() for c in value)


def counts_rows(values: Iterable[str]) -> bool:
    """Whether a column of ids only numbers the rows of its own file: 1, 2, 3 …, in whatever order."""
    numbers = [int(value) for value in values if value.isdigit() and len(value) < 10]
    return bool(numbers) and min(numbers) <= 10 and max(numbers) - min(numbers) < 1.5 * len(numbers) + 5


class RowIdentity:
    """Ids of the rows of one file; remembers what it has seen of them, in bounded memory.

    Args:
        trusted: whether a person said which column holds the ids, so that they are believed as they are.
        counter: whether the ids only number the rows.
    """

    def __init__(self, *, trusted: bool, counter: bool) -> None:
        self.trusted = trusted
        self.counter = counter and not trusted
        self.contents: SpillingMap[int] = SpillingMap()
        self.ids: SpillingMap[str] = SpillingMap()

    def of(
        self, channel: Channel, external: str, content: str, moment: datetime | None
    ) -> tuple[str, str, str | None, str | None]:
        """Interaction id, content hash, external id and thread of a row.

        A short number is no id beyond its own system, so it counts together with the moment. An id that comes back
        with other content names something else than the message: it becomes the thread.
        """
        thread = None
        if self.counter:
            external = ""
        if external and not self.trusted:
            known = self.ids.get(external)
            if known is None:
                self.ids.keep(external, content)
            elif known != content:
                external, thread = "", external
        if external and (self.trusted or is_strong_id(external)):
            return interaction_id(channel, external_id=external, content_hash=content), content, external, thread
        if len(external) >= SHORTEST_ID and moment is not None:
            key = _hash([external, _minute(moment)])
            return interaction_id(channel, external_id=None, content_hash=key), content, external, thread
        times = (self.contents.get(content) or 0) + 1
        self.contents.keep(content, times)
        hashed = content if times == 1 else f"{content}-{times}"
        return interaction_id(channel, external_id=None, content_hash=hashed), hashed, external or None, thread


def content_of(
    *,
    title: str | None,
    text: str | None,
    moment: datetime | None,
    scores: Iterable[float | None],
    author: str,
    rest: str,
) -> str:
    """Hash (128 bits, hexadecimal) of who said what when, whatever the file it stands in.

    ``rest`` is what else tells rows apart where a table has neither dates nor authors.
    """
    above = single_spaced(fold(title)) if title else ""
    said = single_spaced(fold(text)) if text else ""
    if said.startswith(above):
        above = ""  # the title stands above the text already
    scored = ["" if score is None else f"{score:g}" for score in scores]
    return _hash([above, said, _minute(moment), *scored, author.casefold(), rest])


def _minute(moment: datetime | None) -> str:
    """A moment to the minute: spreadsheets show no seconds, and save what they show."""
    return moment.isoformat(" ", "minutes")[:16] if moment is not None else ""


def _hash(parts: Iterable[str]) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()
