"""The words of interactions whose customer has changed: that customer's names masked, and shown again by undo.

Each event keeps the places it wants masked, beside what the analysis itself had masked. What a text shows is the
analysis' masks and those of every event in force, so events can be taken back in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, select, update

from voc.records import Analysis, Redaction
from voc.store import schema
from voc.store.batches import parts
from voc.store.identity_events import Change
from voc.store.identity_groups import names
from voc.store.identity_tables import identity_change, identity_event

if TYPE_CHECKING:
    from voc.store.analyses import Findings

Place = tuple[str, int, int]
"""Type, begin and end of a mask."""


class Masking(Protocol):
    """How names are masked in a text (voc.privacy.masking does it)."""

    def mask(self, analysis: Analysis, names: Sequence[str | None]) -> Analysis:
        """The analysis with each of ``names`` masked besides what is masked already."""

    def remask(self, analysis: Analysis, redacted: Sequence[Redaction]) -> Analysis:
        """The analysis with these masks and no others."""


def mask_names_of(connection: Connection, findings: Findings, ids: Sequence[str], masking: Masking) -> list[Change]:
    """Mask the names of the customer each interaction now belongs to; returns what the event is to keep of it."""
    i = schema.interaction
    changes: list[Change] = []
    for part in parts(list(ids)):
        owners = select(i.c.id, i.c.customer_id).where(i.c.id.in_(part), i.c.customer_id.is_not(None))
        owner = {row[0]: row[1] for row in connection.execute(owners)}
        known = names(connection, sorted(set(owner.values())))
        for text in _texts(connection, sorted(owner)):
            their_names = known.get(owner[text.analysis.id], ())
            after = masking.mask(text.base(masking), their_names)
            found = {_place(one) for one in after.redacted} - text.found
            if not found:
                continue
            if not text.exact(masking):  # its masks cannot be told apart: masked for good, closed rather than open
                _rewrite(connection, findings, text.document, masking.mask(text.analysis, their_names))
                continue
            shown = text.with_masks(text.of_events | found, masking)
            kept = {"analysed": text.analysed, "places": sorted(found)}
            changes.append(Change("words", interaction_id=text.analysis.id, after=kept))
            _rewrite(connection, findings, text.document, shown)
    return changes


def show_again(
    connection: Connection, findings: Findings, ids: Iterable[str], masking: Masking, *, without: int
) -> None:
    """Show these texts as they are without one event's masks.

    An analysis made since that event has looked for names itself: what it masked stays masked.
    """
    wanted = sorted(set(ids))
    rest = _of_events(connection, wanted, without=without)
    for text in _texts(connection, wanted):
        if text.exact(masking):
            shown = text.with_masks(rest.get((text.analysis.id, text.analysed), set()), masking)
            _rewrite(connection, findings, text.document, shown)


class _Text:
    """A stored analysis, with the masks it came with apart from those of events."""

    def __init__(self, document: dict[str, Any], analysed: str, of_events: set[Place]) -> None:
        self.document = document
        self.analysed = analysed
        self.of_events = of_events
        self.analysis = Analysis.model_validate(document)
        self.own = tuple(one for one in self.analysis.redacted if _place(one) not in of_events)
        self.found = {_place(one) for one in self.own}

    def base(self, masking: Masking) -> Analysis:
        return masking.remask(self.analysis, self.own) if self.of_events else self.analysis

    def exact(self, masking: Masking) -> bool:
        return masking.remask(self.analysis, self.analysis.redacted).redacted_text == self.analysis.redacted_text

    def with_masks(self, places: set[Place], masking: Masking) -> Analysis:
        """With the masks of events beside its own; where two overlap (``Jean``, ``Jean-Baptiste``) the longer one."""
        chosen = list(self.own)
        for kind, begin, end in sorted(places, key=lambda one: (one[1] - one[2], one)):
            if all(end <= one.begin or begin >= one.end for one in chosen):
                chosen.append(Redaction(type=kind, begin=begin, end=end))
        if len(chosen) == len(self.own):
            return masking.remask(self.analysis, self.own)
        return masking.remask(self.analysis, sorted(chosen, key=lambda one: one.begin))


def _texts(connection: Connection, ids: Sequence[str]) -> list[_Text]:
    a = schema.analysis.c
    of_events = _of_events(connection, ids)
    found: list[_Text] = []
    for part in parts(list(ids)):
        rows = connection.execute(
            select(a.interaction_id, a.document, a.created_at)
            .where(a.interaction_id.in_(part))
            .order_by(a.interaction_id)
        )
        for row in rows:
            analysed = row.created_at.isoformat()
            found.append(_Text(row.document, analysed, of_events.get((row.interaction_id, analysed), set())))
    return found


def _of_events(
    connection: Connection, ids: Sequence[str], *, without: int | None = None
) -> dict[tuple[str, str], set[Place]]:
    """(interaction, moment of its analysis) → the masks of the events in force."""
    c, e = identity_change.c, identity_event.c
    found: dict[tuple[str, str], set[Place]] = {}
    for part in parts(list(ids)):
        statement = (
            select(c.interaction_id, c.after)
            .join(identity_event, e.id == c.event_id)
            .where(c.interaction_id.in_(part), c.kind == "words", e.undone_at.is_(None))
        )
        if without is not None:
            statement = statement.where(e.id != without)
        for row in connection.execute(statement):
            places = {(kind, begin, end) for kind, begin, end in row.after["places"]}
            found.setdefault((row.interaction_id, row.after["analysed"]), set()).update(places)
    return found


def _rewrite(connection: Connection, findings: Findings, document: dict[str, Any], analysis: Analysis) -> None:
    """Change the masks of a stored analysis and leave every other byte of it alone."""
    as_stored = {(one["type"], one["begin"], one["end"]): one for one in document["redacted"]}
    masks = [as_stored.get(_place(one)) or one.model_dump(mode="json") for one in analysis.redacted]
    masked = {"redacted": masks, "redacted_text": analysis.redacted_text}
    a = schema.analysis
    connection.execute(update(a).where(a.c.interaction_id == analysis.id).values(document=document | masked))
    findings.index_again(connection, analysis)


def _place(one: Redaction) -> Place:
    return (one.type, one.begin, one.end)
