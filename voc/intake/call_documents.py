"""What telephony systems write beside a recording when it is no flat list of names: ends and people as objects.

A webhook wraps the call in ``data`` (Aircall). RingCentral's call log has ``from`` and ``to`` as objects with a number
and a name; Genesys Cloud's conversations list their participants by purpose, its recordings' metadata say
``fromAddress``, ``toAddress`` and ``users``; Amazon Connect's contact records have ``CustomerEndpoint``, Dialpad's
calls a ``contact``. Here each becomes the flat names that :func:`voc.intake.telephony.call_of` knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voc.intake.column_names import fold_header

CUSTOMER_PURPOSES = frozenset(("customer", "external"))
AGENT_PURPOSES = frozenset(("agent", "user"))
"""Genesys Cloud: who a participant is; the others are queues, flows, voicemail."""

_RENAMED = {
    **{"from address": "from", "to address": "to", "initial direction": "direction", "recording id": "id"},
    **{"raw digits": "external number", "initiation method": "direction", "initiation timestamp": "date"},
    "date started": "date",
}
_WRAPPERS = ("data", "payload", "call")
_OF_A_CALL = frozenset(("direction", "from", "raw digits", "started at", "start time", "call id", "duration"))
_CUSTOMERS, _AGENTS = ("contact", "customer", "customer endpoint"), ("agent", "user", "owner")
"""Objects that say who the customer is, and who answered."""


def flattened(document: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a call by flat names; what is nested and not known is left out: JSON is nobody's words."""
    document = _unwrapped(document)
    fields = {_RENAMED.get(fold_header(name), name): value for name, value in document.items()}
    named = {fold_header(name): name for name in fields}
    told: dict[str, Any] = {}
    if isinstance(people := fields.get(named.get("participants", "")), list):
        told |= _of_participants(people)
    if isinstance(users := fields.get(named.get("users", "")), list):
        names = [str(one["name"]) for one in users if isinstance(one, dict) and one.get("name")]
        told |= {"agent": names[-1]} if names else {}  # who had the call at its end
    told |= _of_people({name: value for name, key in named.items() if isinstance(value := fields[key], dict)})
    ends = {end: value for end in ("from", "to") if isinstance(value := fields.get(named.get(end, "")), dict)}
    if ends:
        told |= _of_ends(ends, outbound="out" in str(fields.get(named.get("direction", ""), "")).lower())
    if "conversation id" in named and "id" not in named:
        told["id"] = fields[named["conversation id"]]
    numbers = {end: number for end, value in ends.items() if (number := _number_of(value))}
    flat = {name: value for name, value in fields.items() if not _is_nested(value)}
    return {**told, **flat, **numbers}


def _unwrapped(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The call itself, where a webhook says around it what happened to it."""
    named = {fold_header(name): value for name, value in document.items()}
    inside = (named[name] for name in _WRAPPERS if isinstance(named.get(name), dict))
    found = next((one for one in inside if len(_OF_A_CALL & {fold_header(key) for key in one}) > 1), None)
    return found if found is not None and not named.keys() & {"from", "to"} else document


def _of_people(objects: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Name, address and number of the customer, and the agent's name, where each is an object of its own."""
    told: dict[str, Any] = {}
    for key in _CUSTOMERS:
        who = {fold_header(name): value for name, value in objects.get(key, {}).items()}
        parts = " ".join(str(who[part]) for part in ("first name", "last name") if who.get(part))
        mails = [one.get("value") for one in who.get("emails") or () if isinstance(one, dict)]
        found = {
            "name": who.get("name") or parts,
            "email": who.get("email") or next(iter(mails), None),
            "external number": who.get("phone") or who.get("address"),
        }
        told |= {name: value for name, value in found.items() if isinstance(value, str) and value.strip()}
    for key in _AGENTS:
        who = {fold_header(name): value for name, value in objects.get(key, {}).items()}
        if isinstance(called := who.get("name") or who.get("username"), str):
            told.setdefault("agent", called)
    return told


def thread_of(document: Mapping[str, Any]) -> str | None:
    """The conversation that a recording is a piece of, where the document names both."""
    named = {fold_header(name): value for name, value in document.items()}
    thread = named.get("conversation id")
    own = named.get("recording id") or named.get("id")
    return str(thread)[:200] if thread and own and own != thread else None


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value))


def _number_of(end: Mapping[str, Any]) -> str | None:
    named = {fold_header(name): value for name, value in end.items()}
    found = (named.get(name) for name in ("phone number", "number", "phone", "extension number"))
    return next((str(one) for one in found if one), None)


def _of_ends(ends: Mapping[str, Mapping[str, Any]], *, outbound: bool) -> dict[str, Any]:
    """Whose names the two ends have: the customer's is the one called where the company called."""
    customer, company = ("to", "from") if outbound else ("from", "to")
    names = {"name": ends.get(customer, {}).get("name"), "agent": ends.get(company, {}).get("name")}
    return {name: value for name, value in names.items() if isinstance(value, str) and value.strip()}


def _of_participants(people: list[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for one in people:
        if not isinstance(one, dict):
            continue
        purpose = str(one.get("purpose", "")).lower()
        if purpose in AGENT_PURPOSES:
            told.setdefault("agent", one.get("participantName") or one.get("name"))
        elif purpose in CUSTOMER_PURPOSES:
            sessions = [each for each in one.get("sessions") or () if isinstance(each, dict)]
            for each in (*sessions, one):
                for name, meant in (("ani", "from"), ("dnis", "to"), ("direction", "direction")):
                    if isinstance(each.get(name), str):
                        told.setdefault(meant, each[name])
    return {name: value for name, value in told.items() if value}
