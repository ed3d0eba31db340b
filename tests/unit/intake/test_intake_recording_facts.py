"""Names, side files and tables of calls as telephone systems write them: what is known of each shared recording."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from voc.intake import read_folder
from voc.records import Interaction

Set = Callable[..., None]
JEAN, OTHER, COMPANY = "+33612345678", "+33698765432", "+33199004531"


@pytest.fixture
def calls(shared_data: Path, tmp_path: Path, set_to: Set) -> Callable[[str], dict[str, Interaction]]:
    """The calls of a folder by their names; nothing in it is refused."""

    def read(folder: str) -> dict[str, Interaction]:
        set_to(time_zone="Europe/Paris")
        copied = tmp_path / folder
        shutil.copytree(shared_data / "recordings" / folder, copied)
        found = list(read_folder(copied))
        assert all(isinstance(one, Interaction) for one in found), found
        return {one.source: one for one in found if isinstance(one, Interaction)}

    return read


def phones(call: Interaction) -> list[tuple[str, bool]]:
    return [(one.value, one.verified) for one in call.identifiers if one.type == "phone"]


def test_names_say_when_and_who(calls: Callable[[str], dict[str, Interaction]]) -> None:
    found = calls("30-filename-metadata")
    assert len(found) == 5
    assert {str(one.occurred_at) for one in found.values()} == {"2026-11-03 09:15:00+00:00"}
    whatsapp = found.pop("WhatsApp Audio 2026-11-03 at 10.15.00.ogg")
    assert phones(whatsapp) == []
    assert [phones(one) for one in found.values()] == [[(JEAN, True)]] * 4
    assert found["20261103-101500_0612345678_agent12.wav"].attributes["agent"] == "12"
    asterisk = found["external-1001-0612345678-20261103-101500-1793700900.123.wav"]
    assert (asterisk.attributes["direction"], asterisk.external_id) == ("inbound", "1793700900.123")


def test_names_of_raw_sound_say_it_too(calls: Callable[[str], dict[str, Interaction]]) -> None:
    found = calls("01-raw-telephony")
    assert len(found) == 3
    ulaw = found["external-1001-0612345678-20261103-101500-1793700900.123.ulaw"]
    assert (phones(ulaw), str(ulaw.occurred_at)) == ([(JEAN, True)], "2026-11-03 09:15:00+00:00")


def test_who_was_called_is_the_customer(calls: Callable[[str], dict[str, Interaction]]) -> None:
    found = calls("33-outbound-sidecar")
    assert {name: phones(one) for name, one in found.items()} == {
        "out1.wav": [(JEAN, True)],
        "out2.wav": [(OTHER, True)],
    }
    assert all(one.attributes["direction"].startswith("outbound") for one in found.values())
    assert all(value != COMPANY for one in found.values() for value, _ in phones(one))


def test_rows_of_a_cdr_are_their_recordings(calls: Callable[[str], dict[str, Interaction]]) -> None:
    found = calls("35-cdr-as-calls")
    assert {
        one.external_id: (phones(one), one.attributes["direction"], str(one.occurred_at)) for one in found.values()
    } == {
        "1793700900.123": ([(JEAN, True)], "inbound", "2026-11-03 09:15:00+00:00"),
        "1793704500.125": ([(OTHER, True)], "outbound", "2026-11-03 10:15:00+00:00"),
    }


def test_an_index_is_its_recording(calls: Callable[[str], dict[str, Interaction]]) -> None:
    (call,) = calls("36-five9").values()
    assert call.recording is not None
    assert {(one.type, one.value) for one in call.identifiers} == {("phone", JEAN), ("name", "Jean Dupont")}
    assert call.attributes["agent"] == "Nadia Martin"
