"""What the names of recordings say of their calls: presets of telephone systems, and a pattern of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voc.errors import SettingsError
from voc.intake.recording_names import facts_in_name
from voc.intake.recordings import _with_its_name
from voc.intake.telephony import Call, call_of

Set = Callable[..., None]

NAMES: dict[str, dict[str, str]] = {
    "external-1001-0612345678-20261103-101500-1793700900.123.wav": {
        "extension": "1001", "caller number": "0612345678", "direction": "inbound", "call id": "1793700900.123",
        "date": "2026-11-03T10:15:00",
    },
    "out-0698765432-1001-20261103-111500-1793704500.125.wav": {
        "extension": "1001", "to number": "0698765432", "direction": "outbound", "call id": "1793704500.125",
        "date": "2026-11-03T11:15:00",
    },
    "[Karim Benali]_101-0612345678_20261103101500(42).wav": {
        "agent": "Karim Benali", "extension": "101", "caller number": "0612345678", "call id": "42",
        "date": "2026-11-03T10:15:00",
    },
    "6125551212 by nadia@alize.example @ 10_15_00 AM.wav": {
        "caller number": "6125551212", "agent": "nadia@alize.example",
    },
    "1f9b8c7d-1111-4222-8333-444455556666_20261103T10:15_UTC.wav": {
        "call id": "1f9b8c7d-1111-4222-8333-444455556666", "zone": "UTC", "date": "2026-11-03T10:15:00Z",
    },
    "3a0e7c1e-1111-4222-8333-444455556666.opus": {"call id": "3a0e7c1e-1111-4222-8333-444455556666"},
    "WhatsApp Audio 2026-11-03 at 10.15.00.ogg": {"date": "2026-11-03T10:15:00"},
    "20261103-101500_0612345678_agent12.wav": {
        "caller number": "0612345678", "agent": "12", "date": "2026-11-03T10:15:00",
    },
    "in-0199004531-0612345678-20261103-101500-1793700900.12.wav": {
        "caller number": "0612345678", "direction": "inbound", "call id": "1793700900.12",
        "date": "2026-11-03T10:15:00",
    },
    "Call recording +33612345678_261103_101500.m4a": {
        "customer number phone": "+33612345678", "date": "2026-11-03T10:15:00",
    },
    "Enregistrement d'appel Claire_261103_101500.m4a": {"date": "2026-11-03T10:15:00"},
    "phone_20261103-101500_0612345678.wav": {"caller number": "0612345678", "date": "2026-11-03T10:15:00"},
    "20261103T101500+0100_33612345678.wav": {
        "caller number": "33612345678", "zone": "+0100", "date": "2026-11-03T10:15:00+0100",
    },
    "03-11-2026_10h15_0612345678.wav": {"caller number": "0612345678", "date": "2026-11-03T10:15:00"},
    "entretien avec Claire.wav": {},
    "call-0003.ogg": {},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_what_its_system_wrote_into_it(name: str) -> None:
    assert {key: value for key, value in facts_in_name(name).items() if key != "zone"} == {
        key: value for key, value in NAMES[name].items() if key != "zone"
    }


def test_who_is_called_is_the_customer_of_an_outbound_call(set_to: Set) -> None:
    set_to(own_numbers="0199004531")
    inbound = call_of(facts_in_name("external-1001-0612345678-20261103-101500-1793700900.123.wav"))
    outbound = call_of(facts_in_name("out-0698765432-1001-20261103-111500-1793704500.125.wav"))
    assert [one.value for one in inbound.identifiers] == ["+33612345678"]
    assert [one.value for one in outbound.identifiers] == ["+33698765432"]
    assert outbound.attributes["direction"] == "outbound"


def test_a_zone_in_the_name_is_kept_and_a_missing_one_is_that_of_the_settings(set_to: Set) -> None:
    set_to(time_zone="Europe/Paris")
    hours = [
        call_of(facts_in_name(name)).occurred_at
        for name in ("20261103T101500+0300_33612345678.wav", "20261103-101500_0612345678_agent12.wav")
    ]
    assert [at.hour if at else None for at in hours] == [7, 9]


def test_a_pattern_of_ones_own_goes_first(set_to: Set, tmp_path: Path) -> None:
    pattern = r"(?P<customer>C\d+)~(?P<agent>\w+)~(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    set_to(recording_names=pattern)
    assert facts_in_name("C10017~karim~20261103.wav") == {
        "customer id": "C10017", "agent": "karim", "date": "2026-11-03",
    }  # fmt: skip
    listed = tmp_path / "names.txt"
    listed.write_text(f"# ours\n{pattern}\n", "utf-8")
    set_to(recording_names=str(listed))
    assert facts_in_name("C10017~karim~20261103.wav")["customer id"] == "C10017"


@pytest.mark.parametrize("written", ["(?P<agent>[", "/nowhere/names.txt"])
def test_a_pattern_that_is_none_is_said(set_to: Set, written: str) -> None:
    set_to(recording_names=written)
    with pytest.raises(SettingsError, match="VOC_RECORDING_NAMES"):
        facts_in_name("call.wav")


def test_what_stands_beside_a_recording_goes_before_its_name() -> None:
    told = Call(external_id="CA01", attributes={"agent": "Nadia"})
    call = _with_its_name(told, "20261103-101500_0612345678_agent12.wav")
    assert (call.external_id, call.attributes["agent"]) == ("CA01", "Nadia")
    assert [one.value for one in call.identifiers] == ["+33612345678"]
