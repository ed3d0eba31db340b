"""Whose turns are whose: the roles of the speakers of a ready transcript or a chat.

A role is taken from what is surest: what the person who sends the file says (``--roles "Karim Benali=agent"``), what
the transcript says of its participants, the agents and brands of the settings, then the words. Where nothing settles
it the role stays unknown, and the speakers are kept apart by their labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voc.identifiers import names_somebody
from voc.intake.column_names import fold_header
from voc.intake.own_side import is_own_person
from voc.intake.roles import role_of
from voc.intake.tables import as_text
from voc.language.role_formulas import AGENT, CUSTOMER, agent_and_customer, brand_points, role_points
from voc.records import Turn
from voc.settings import settings

_IDS = ("participantid", "participant_id", "speakerid", "speaker_id", "userid", "user_id", "id", "connectionid")
_ROLES = ("participantrole", "participant_role", "participantpurpose", "purpose", "affiliation", "role", "type", "kind")
_NAMES = ("displayname", "display_name", "name", "full_name", "fullname", "username", "participantname", "speakername")
_LABELS = ("matched_speaker_display_name",)
"""Fields that hold the label under which one speaks, where it is no id."""
_LISTS = ("participants", "parties", "speakers", "members", "users", "attendees", "calendar_invitees", "speakerinfo")
_FLAGS = (("is_rep", AGENT, CUSTOMER), ("is_external", CUSTOMER, AGENT), ("isinternal", AGENT, CUSTOMER))
"""Fields that say of a participant whose side they are on: its role where true, and where false."""


@dataclass(frozen=True)
class Participant:
    """What a transcript says of one who speaks in it; ``fields`` are its own, in lower case."""

    key: str
    role: str | None
    name: str
    fields: Mapping[str, Any]


def participants_of(document: Mapping[str, Any]) -> list[Participant]:
    """The participants that a JSON document lists, wherever one of the usual names stands at its top."""
    found: list[Participant] = []
    for name, listed in document.items():
        if str(name).lower() not in _LISTS or not isinstance(listed, list):
            continue
        for one in listed:
            if not isinstance(one, dict):
                continue
            fields = {str(key).lower(): value for key, value in one.items()}
            key = next((as_text(fields[k]) for k in (*_LABELS, *_IDS) if isinstance(fields.get(k), str | int)), "")
            role = next((r for k in _ROLES if isinstance(fields.get(k), str) and (r := role_of(fields[k]))), None)
            role = role or next(
                (yes if fields[k] else no for k, yes, no in _FLAGS if isinstance(fields.get(k), bool)), None
            )
            called = next((fields[k] for k in _NAMES if isinstance(fields.get(k), str)), "")
            found.append(Participant(key, role, called, fields))
    return found


def named_roles(roles: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Roles of channels in order, and roles of speakers by folded name, which are written ``Karim Benali=agent``."""
    channels = tuple(one for one in roles if "=" not in one)
    pairs = (one.rpartition("=") for one in roles if "=" in one)
    return channels, {fold_header(name): (role_of(role) or role.strip().lower()) for name, _, role in pairs}


def with_roles(turns: Sequence[Turn], *, given: Mapping[str, str] | None = None, customers: str = "") -> list[Turn]:
    """The turns with the roles of their speakers, as far as anything settles them.

    Args:
        turns: with ``speaker`` or ``channel_tag``, and a role where the transcript said one.
        given: role by folded label, which whoever sends the file says.
        customers: a name the file is called by: the person the chat was held with.
    """
    keys = [turn.speaker or (str(turn.channel_tag) if turn.channel_tag is not None else "") for turn in turns]
    said: dict[str, list[str]] = {}
    roles: dict[str, str] = {}
    for key, turn in zip(keys, turns, strict=True):
        said.setdefault(key, []).append(turn.text)
        if turn.participant_role and key not in roles:
            roles[key] = turn.participant_role
    given = given or {}
    for key in said:
        if role := given.get(fold_header(key)) or roles.get(key) or _role_of_label(key, customers):
            roles[key] = role
    labelled = {key: texts for key, texts in said.items() if key}
    if len(labelled) == 2 and len(roles) < 2 and len(said.get("", ())) * 2 < len(turns):
        roles |= _other_role(labelled, roles)
    return [
        turn if not (role := _role(turn, key, roles, given)) or role == turn.participant_role
        else turn.model_copy(update={"participant_role": role})
        for key, turn in zip(keys, turns, strict=True)
    ]  # fmt: skip


def _role(turn: Turn, key: str, roles: Mapping[str, str], given: Mapping[str, str]) -> str | None:
    """A turn's role: as whoever sends the file says, else as it says itself, else that of its label."""
    return given.get(fold_header(key)) or turn.participant_role or (roles.get(key) if key else None)


def _role_of_label(label: str, customers: str) -> str | None:
    if not label:
        return None
    if is_own_person(label):
        return AGENT
    if role := role_of(label):
        return role
    folded = fold_header(label)
    if customers and names_somebody(label) and folded in fold_header(customers):
        return CUSTOMER
    return None


def _other_role(said: Mapping[str, list[str]], roles: Mapping[str, str]) -> dict[str, str]:
    """Of two speakers: the other's role where one is known, else both where their words leave no doubt."""
    first, second = said
    if roles:
        known = next(iter(roles))
        opposite = {AGENT: CUSTOMER, CUSTOMER: AGENT}.get(roles[known])
        return {second if known == first else first: opposite} if opposite else {}
    brands = [brand for brand in settings().brands.split(",") if brand.strip()]
    points = {key: role_points(" ".join(texts)) + brand_points(texts[0], brands) for key, texts in said.items()}
    found = agent_and_customer(points)
    return {found[0]: AGENT, found[1]: CUSTOMER} if found else {}
