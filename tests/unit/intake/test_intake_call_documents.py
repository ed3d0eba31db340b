"""Side files that say ends and people as objects: RingCentral, Genesys Cloud, Aircall, Amazon Connect, Dialpad."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import pytest

from voc.intake import read, side_files, walk
from voc.records import Interaction

CUSTOMER, COMPANY = "+33612345678", "+33199004531"

# RingCentral developer guide, "Call log": a record of GET …/call-log.
RINGCENTRAL: dict[str, Any] = {
    "uri": "https://platform.ringcentral.com/restapi/v1.0/account/1/call-log/Abc",
    "id": "AbcDEF123456",
    "sessionId": "4503991004",
    "startTime": "2026-11-03T10:15:00.000Z",
    "duration": 42,
    "type": "Voice",
    "direction": "Inbound",
    "result": "Accepted",
    "from": {"phoneNumber": CUSTOMER, "name": "LEA MARTIN", "location": "Paris"},
    "to": {"phoneNumber": COMPANY, "name": "Nadia Benali", "extensionId": "2"},
    "recording": {"id": "401547458008", "contentUri": "https://media.ringcentral.com/x"},
    "billing": {"costIncluded": 0},
}
OUTBOUND = RINGCENTRAL | {"direction": "Outbound", "from": RINGCENTRAL["to"], "to": RINGCENTRAL["from"]}

# Genesys Cloud resource center, "Conversation detail": participants by purpose.
CONVERSATION: dict[str, Any] = {
    "conversationId": "6f8f2bb2-1d6e-4e0b-a1d5-8fd1f2a1c001",
    "conversationStart": "2026-11-03T10:15:00.000Z",
    "startTime": "2026-11-03T10:15:00.000Z",
    "participants": [
        {"purpose": "acd", "participantName": "Queue Paris"},
        {
            "purpose": "external",
            "participantName": "Paris, FR",
            "sessions": [{"ani": f"tel:{CUSTOMER}", "dnis": f"tel:{COMPANY}", "direction": "inbound"}],
        },
        {"purpose": "agent", "participantName": "Nadia Benali", "sessions": [{"direction": "inbound"}]},
    ],
}

# Genesys Cloud developer center, "Recording": metadata of a recording.
RECORDING: dict[str, Any] = {
    "id": "d1c5f6b2-0f77-4f7e-9a19-0e4f7f3e9a55",
    "conversationId": "6f8f2bb2-1d6e-4e0b-a1d5-8fd1f2a1c001",
    "startTime": "2026-11-03T10:15:00.000Z",
    "media": "audio",
    "initialDirection": "OUTBOUND",
    "fromAddress": f"tel:{COMPANY}",
    "toAddress": f"tel:{CUSTOMER}",
    "users": [{"id": "u-1", "name": "Nadia Benali"}],
}

# Aircall, webhook call.ended: raw_digits is the other end, whoever called.
AIRCALL: dict[str, Any] = {
    "resource": "call",
    "event": "call.ended",
    "timestamp": 1793700300,
    "token": "45XXYYZZa08",
    "data": {
        "id": 812345,
        "direction": "outbound",
        "status": "done",
        "started_at": 1793700900,
        "duration": 300,
        "raw_digits": "+33 6 12 34 56 78",
        "user": {"id": 456, "name": "Nadia Benali", "email": "nadia@alize.example"},
        "contact": {
            "first_name": "Léa",
            "last_name": "Martin",
            "emails": [{"value": "lea@example.com"}],
        },
        "number": {"id": 789, "name": "Support", "digits": "+33 1 99 00 45 31"},
        "tags": [],
    },
}

# Amazon Connect administrator guide, "Contact records data model".
CONNECT: dict[str, Any] = {
    "Agent": {"Username": "Nadia Benali", "AgentInteractionDuration": 200},
    "Attributes": {},
    "Channel": "VOICE",
    "ContactId": "1f9b8c7d-1111-4222-8333-444455556666",
    "CustomerEndpoint": {"Address": CUSTOMER, "Type": "TELEPHONE_NUMBER"},
    "InitiationMethod": "OUTBOUND",
    "InitiationTimestamp": "2026-11-03T10:15:00Z",
    "DisconnectTimestamp": "2026-11-03T10:20:00Z",
    "Queue": {"Name": "Support"},
    "SystemEndpoint": {"Address": COMPANY, "Type": "TELEPHONE_NUMBER"},
}

# Dialpad developer guide, call events.
DIALPAD: dict[str, Any] = {
    "call_id": 5222,
    "direction": "inbound",
    "date_started": 1793700900000,
    "contact": {"phone": CUSTOMER, "name": "Léa Martin", "type": "shared"},
    "target": {"name": "Support", "phone": COMPANY, "type": "department"},
    "user": {"name": "Nadia Benali"},
    "external_number": CUSTOMER,
    "internal_number": COMPANY,
}


def call(folder: Path, side: dict[str, Any], name: str = "call.json") -> Interaction:
    with wave.open(str(folder / "call.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\1" * 8000)
    (folder / name).write_text(json.dumps(side), encoding="utf-8")
    [found] = read(folder / "call.wav")
    assert isinstance(found, Interaction)
    return found


@pytest.mark.parametrize(
    ("side", "external_id", "thread_id", "name"),
    [
        (RINGCENTRAL, "AbcDEF123456", None, True),
        (OUTBOUND, "AbcDEF123456", None, True),
        (CONVERSATION, CONVERSATION["conversationId"], None, False),
        (RECORDING, RECORDING["id"], RECORDING["conversationId"], False),
        (AIRCALL, "812345", None, True),
        (CONNECT, CONNECT["ContactId"], None, False),
        (DIALPAD, "5222", None, True),
    ],
    ids=[
        *("RingCentral inbound", "RingCentral outbound", "Genesys conversation", "Genesys recording"),
        *("Aircall webhook", "Amazon Connect contact record", "Dialpad"),
    ],
)
def test_the_customer_is_who_is_no_part_of_the_company(
    side: dict[str, Any], external_id: str, thread_id: str | None, name: bool, tmp_path: Path
) -> None:
    found = call(tmp_path, side)
    assert found.occurred_at is not None
    assert f"{found.occurred_at:%Y-%m-%d %H:%M}" == "2026-11-03 10:15"
    assert [(one.value, one.verified) for one in found.identifiers if one.type == "phone"] == [(CUSTOMER, True)]
    assert any(one.type == "name" for one in found.identifiers) is name
    assert (found.external_id, found.thread_id) == (external_id, thread_id)
    assert found.attributes["agent"] == "Nadia Benali"
    assert not any(value.startswith(("{", "[")) for value in found.attributes.values())


@pytest.mark.parametrize("name", ["call.json", "call_metadata.json", "call.metadata.json", "call.wav.json"])
def test_a_side_file_is_found_under_the_names_that_exports_give(name: str, tmp_path: Path) -> None:
    assert call(tmp_path, RINGCENTRAL, name).external_id == "AbcDEF123456"
    assert [one.name for one in side_files(tmp_path / "call.wav")] == [name]
    assert list(walk(tmp_path)) == [tmp_path / "call.wav"]  # it is no export of its own


@pytest.mark.parametrize(
    "side", [{"from": {}, "to": []}, {"participants": [1, None, {}]}, {"users": "Nadia"}, {"from": None}]
)
def test_what_is_not_as_it_should_be_harms_nothing(side: dict[str, Any], tmp_path: Path) -> None:
    assert call(tmp_path, side).identifiers == ()
