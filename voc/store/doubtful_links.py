"""The step that opens again what earlier releases linked for sure on doubtful grounds.

Two kinds: a number that was heard with little confidence, and the company's own number on an outbound call, which was
taken for the customer's. What people decided stays, and every change is an event that can be taken back.

A step must do the same for ever: rules and numbers stand here as they were when it was written, and nothing is read but
the database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import phonenumbers
from sqlalchemy import Connection, Row, bindparam, select, update

from voc.store import schema
from voc.store.identity_events import Change, record_event
from voc.store.identity_tables import link_rejection

HEARD_FROM = 0.7
"""Lowest confidence of a word from which a number counted as heard when this step was written."""

BATCH = 500
"""Interactions looked at together: their analyses are the largest documents there are."""

_OUTBOUND = frozenset(("outbound", "outgoing", "out", "sortant", "sortante", "emis", "émis", "emise", "émise"))
_CALLERS = (
    *("caller_number", "caller", "ani", "from", "from_number", "caller_id", "callerid", "numero_appelant", "appelant"),
    "numero_de_l_appelant",
)
_CALLEES = (
    *("to", "to_number", "called", "called_number", "called_party", "callee", "callee_number", "dnis", "dst"),
    *("destination", "dialed_number", "dialled_number", "numero_appele", "appele", "destinataire"),
)
"""Names under which earlier releases kept the ends of a call they did not read."""

_AUTOMATIC = ("exact_identifier", "score")
_FIELDS = {"phone": "phone", "email": "email", "contract": "reference", "order": "reference", "loyalty": "reference"}
"""Types of identifiers and the fields their weights stand under."""

_COLUMNS = tuple(
    schema.link.c[name]
    for name in ("interaction_id", "record_id", "method", "evidence", "created_at", "probability", "candidates")
)


@dataclass
class _Side:
    """What became of the number of an outbound call: the company's ``wrong``, and the customer's, if it is known."""

    wrong: str
    right: str | None
    sure: bool


@dataclass
class _Doubts:
    """Why a link is opened: the doubtful parts of its evidence by position, and whose it may be besides."""

    reason: str
    evidence: dict[int, dict[str, Any]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def reopen_doubtful_links(connection: Connection) -> None:
    """Set the customer's end of outbound calls right, and put to review what rests on doubtful identifiers alone."""
    sides = _turn_outbound_calls(connection)
    now = datetime.now(UTC)
    ids = connection.execute(
        select(schema.link.c.interaction_id)
        .where(schema.link.c.method.in_(_AUTOMATIC), schema.link.c.record_id.is_not(None))
        .order_by(schema.link.c.interaction_id)
    )
    for part in _parts(list(ids.scalars())):
        rows = connection.execute(select(*_COLUMNS).where(schema.link.c.interaction_id.in_(part))).all()
        heard = [row.interaction_id for row in rows if row.method == "score" or _of_words(row.evidence)]
        documents = _documents(connection, heard)
        opened = []
        for row in sorted(rows, key=lambda one: str(one.interaction_id)):
            doubts = _doubts(connection, row, documents.get(row.interaction_id), sides.get(row.interaction_id))
            if doubts is not None:
                opened.append((row, doubts))
        _open(connection, opened, now)


# --- outbound calls ----------------------------------------------------------------------------------------------


def _turn_outbound_calls(connection: Connection) -> dict[str, _Side]:
    """Put the number that was called in place of the company's; returns what was done, by interaction."""
    i = schema.interaction
    ids = list(connection.execute(select(i.c.id).where(i.c.channel == "call").order_by(i.c.id)).scalars())
    found: dict[str, _Side] = {}
    for part in _parts(ids):
        changed = []
        for row in connection.execute(select(i.c.id, i.c.record).where(i.c.id.in_(part))).all():
            side = _side(row.record)
            if side is not None:
                found[row.id] = side
                changed.append({"key": row.id, "value": _turned(row.record, side)})
        if changed:
            connection.execute(
                update(i).where(i.c.id == bindparam("key")).values(record=bindparam("value", type_=i.c.record.type)),
                changed,
            )
    return found


def _side(record: Mapping[str, Any]) -> _Side | None:
    attributes = record.get("attributes") or {}
    words = set(re.split(r"[^\w]+|_", str(attributes.get("direction") or "").lower()))
    phones = [one["value"] for one in record.get("identifiers") or () if one["type"] == "phone" and one.get("verified")]
    if not words & _OUTBOUND or len(phones) != 1:
        return None
    (phone,) = phones
    callers = _numbers(attributes, _CALLERS, phone)
    callees = _numbers(attributes, _CALLEES, phone)
    if phone in callees or (callers and phone not in callers):
        return None  # it was the customer's own column that was read
    forwarded = "dial" in words  # the second leg of a call: either end may be the customer
    return _Side(phone, callees[0] if callees else None, sure=bool(callees) and not forwarded)


def _numbers(attributes: Mapping[str, str], names: Iterable[str], like: str) -> list[str]:
    """The numbers under these names in E.164; one without a country code is of the country of ``like``."""
    found = []
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(like, None))
    except phonenumbers.NumberParseException:
        region = None
    for name in names:
        written = str(attributes.get(name) or "")
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number) and len(str(number.national_number)) > 6:
            found.append(str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)))
    return found


def _turned(record: Mapping[str, Any], side: _Side) -> dict[str, Any]:
    """The interaction with its customer's number: the other end, or both in doubt where nothing says which."""
    identifiers: list[dict[str, Any]] = []
    for one in record.get("identifiers") or ():
        if one["type"] != "phone" or one["value"] != side.wrong:
            identifiers.append(one)
        elif side.sure:
            identifiers.append({**one, "value": side.right})
        else:
            doubtful = {**one, "verified": False, "side_unknown": True}
            identifiers.append(doubtful)
            if side.right is not None:
                identifiers.append({**doubtful, "value": side.right})
    return {**record, "identifiers": identifiers}


# --- what a link rests on ----------------------------------------------------------------------------------------


def _doubts(
    connection: Connection, row: Row[Any], document: Mapping[str, Any] | None, side: _Side | None
) -> _Doubts | None:
    """Why the link of ``row`` may not stand, or ``None``."""
    if row.method == "score":
        return _doubts_of_weights(row, document or {}, side)
    doubts = _Doubts("")
    for position, one in enumerate(row.evidence or ()):
        if (
            side is not None
            and one["found_in"] == "metadata"
            and (one["identifier"], one["value"])
            == (
                "phone",
                side.wrong,
            )
        ):
            doubts.reason = "call_side"
            doubts.evidence[position] = {"doubt": "side_unknown", "verified": False}
        elif one["found_in"] == "text" and document is not None:
            confidence = _confidence(document, one.get("begin"), one.get("end"))
            if confidence is not None and confidence < HEARD_FROM:
                doubts.reason = doubts.reason or "heard_unsurely"
                doubts.evidence[position] = {"doubt": "heard_unsurely", "confidence": confidence}
    if not doubts.evidence:
        return None
    sure = [one for position, one in enumerate(row.evidence) if position not in doubts.evidence]
    if sure and len(_owners(connection, sure)) == 1:
        return None
    if side is not None and side.right is not None:
        theirs = _owners(connection, [{"identifier": "phone", "value": side.right}])
        if theirs == _roots(connection, {row.record_id}):
            return None  # whom the number that was called names is whom it is linked to
        doubts.others = sorted(theirs)
    return doubts


def _doubts_of_weights(row: Row[Any], document: Mapping[str, Any], side: _Side | None) -> _Doubts | None:
    """A link by weight rests on what is doubtful where it is no likelier than not without it."""
    best = next((one for one in row.candidates or () if one["customer_id"] == row.record_id), None)
    if best is None:
        return None
    doubtful: dict[str, dict[str, Any]] = {}
    if side is not None:
        doubtful["phone"] = {
            "identifier": "phone", "value": side.wrong, "found_in": "metadata", "doubt": "side_unknown",
        }  # fmt: skip
    for one in document.get("identifiers") or ():
        confidence = _confidence(document, one.get("begin"), one.get("end"))
        if one["type"] in _FIELDS and confidence is not None and confidence < HEARD_FROM:
            doubtful.setdefault(
                _FIELDS[one["type"]],
                {
                    "identifier": one["type"], "value": one["value"], "found_in": "text", "begin": one["begin"],
                    "end": one["end"], "doubt": "heard_unsurely", "confidence": confidence,
                },
            )  # fmt: skip
    helped = [part for part in best.get("fields") or () if part["field"] in doubtful and part["bits"] > 0]
    if not helped or best["bits"] - sum(part["bits"] for part in helped) > 0:
        return None
    reason = "call_side" if side is not None else "heard_unsurely"
    return _Doubts(reason, {n: doubtful[part["field"]] for n, part in enumerate(helped)})


def _confidence(document: Mapping[str, Any], begin: int | None, end: int | None) -> float | None:
    """The lowest confidence of the words in characters ``begin``…``end`` of the analysed text."""
    if begin is None or end is None:
        return None
    sure: list[float] = []
    for turn in document.get("turns") or ():
        first, last = turn.get("begin"), turn.get("end")
        if first is None or last is None or first >= end or last <= begin:
            continue
        position, inside, elsewhere = 0, [], []
        for word in turn.get("words") or ():
            said = word["text"].strip()
            at = turn["text"].find(said, position) if said else -1
            if at < 0:
                elsewhere.append(word)
                continue
            position = at + len(said)
            if first + at < end and first + position > begin:
                inside.append(word)
        # Words that are not found in the text may stand anywhere, also here.
        chosen = inside or elsewhere or turn.get("words") or ()
        sure += [word["confidence"] for word in chosen if word.get("confidence") is not None]
    return min(sure, default=None)


# --- writing -----------------------------------------------------------------------------------------------------


def _open(connection: Connection, opened: Sequence[tuple[Row[Any], _Doubts]], now: datetime) -> None:
    """Put these links to review, each kind as one event."""
    changes: dict[str, list[Change]] = {}
    parties: dict[str, set[str]] = {}
    for row, doubts in opened:
        values = _values(connection, row, doubts, now)
        kept = {name: value for name, value in values.items() if name not in ("leading_id", "uncertainty")}
        changes.setdefault(doubts.reason, []).append(Change.of_link(row, kept))
        parties.setdefault(doubts.reason, set()).update([row.record_id, *doubts.others])
        connection.execute(
            update(schema.link)
            .where(schema.link.c.interaction_id == row.interaction_id)
            .values(**values, customer_id=None)
        )
        connection.execute(
            update(schema.interaction).where(schema.interaction.c.id == row.interaction_id).values(customer_id=None)
        )
    for reason, several in changes.items():
        record_event(
            connection, actor="voc", action="automatic", reason=reason, now=now, changes=several,
            parties=parties[reason],
        )  # fmt: skip


def _values(connection: Connection, row: Row[Any], doubts: _Doubts, now: datetime) -> dict[str, Any]:
    """The link as it waits for a person: all candidates at even odds, unless they were weighed."""
    evidence = list(row.evidence or [])
    if row.method == "score":
        evidence = list(doubts.evidence.values())
    else:
        evidence = [{**one, **doubts.evidence.get(position, {})} for position, one in enumerate(evidence)]
    candidates = row.candidates
    if not candidates:
        who = list(dict.fromkeys([*doubts.others, *_roots(connection, {row.record_id})]))
        candidates = [{"customer_id": one, "bits": 0.0, "probability": 1 / (len(who) + 1), "fields": []} for one in who]
    refused = set(
        connection.execute(
            select(link_rejection.c.customer_id).where(link_rejection.c.interaction_id == row.interaction_id)
        ).scalars()
    )
    left = [one for one in candidates if one["customer_id"] not in refused]
    best = max(left, key=lambda one: one["probability"], default=None)
    return {
        "record_id": None,
        "method": "review",
        "evidence": evidence,
        "created_at": now,
        "probability": None,
        "candidates": candidates,
        "leading_id": next(iter(_roots(connection, {best["customer_id"]})), None) if best else None,
        "uncertainty": _entropy(best["probability"]) if best else None,
    }


def _entropy(p: float) -> float:
    return 0.0 if p in {0.0, 1.0} else -p * math.log2(p) - (1 - p) * math.log2(1 - p)


# --- reading -----------------------------------------------------------------------------------------------------


def _of_words(evidence: Iterable[Mapping[str, Any]] | None) -> bool:
    return any(one.get("found_in") == "text" for one in evidence or ())


def _documents(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    a = schema.analysis.c
    if not ids:
        return {}
    return {
        row.interaction_id: row.document
        for row in connection.execute(select(a.interaction_id, a.document).where(a.interaction_id.in_(ids)))
    }


def _owners(connection: Connection, evidence: Sequence[Mapping[str, Any]]) -> set[str]:
    """The people all of these identifiers belong to."""
    i = schema.identifier.c
    named = [
        _roots(
            connection,
            connection.execute(
                select(i.customer_id).where(i.type == one["identifier"], i.value == one["value"])
            ).scalars(),
        )
        for one in evidence
    ]
    known = [one for one in named if one]
    return set.intersection(*known) if known else set()


def _roots(connection: Connection, ids: Iterable[str]) -> set[str]:
    c = schema.customer.c
    wanted = list(ids)
    rows = connection.execute(select(c.id, c.merged_into).where(c.id.in_(wanted)))
    return {row.merged_into or row.id for row in rows}


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
