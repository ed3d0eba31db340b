"""What programs write for programs is never a customer's words: JSON in cells, names of files, addresses."""

from __future__ import annotations

import csv
import json
import shutil
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.intake import read, read_folder
from voc.intake.tables import is_structure
from voc.records import Channel, Interaction, Rejected, Remark

COMMENTS = json.dumps([{"id": 1, "body": "Bonjour, ma box clignote rouge.", "public": True}], ensure_ascii=False)


def table(path: Path, *rows: dict[str, Any]) -> list[Interaction | Rejected]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return list(read(path))


@pytest.mark.parametrize("header", ["comments", "commentaire", "details", "payload"])
def test_a_cell_of_json_is_nobodys_words(tmp_path: Path, header: str) -> None:
    found = table(tmp_path / "t.csv", *({"id": f"T-1000{n}", header: COMMENTS} for n in range(3)))
    assert [one for one in found if isinstance(one, Interaction)] == []
    assert found and all(isinstance(one, Rejected) for one in found)


def test_the_column_beside_it_is(tmp_path: Path) -> None:
    found = table(
        tmp_path / "t.csv",
        *({"id": f"T-1000{n}", "comments": COMMENTS, "description": f"Ma ligne {n} est coupée."} for n in range(3)),
    )
    assert [one.text for one in found if isinstance(one, Interaction)] == [
        f"Ma ligne {n} est coupée." for n in range(3)
    ]


def test_one_row_of_json_among_words_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [{"id": f"T-1000{n}", "commentaire": f"Ma ligne {n} est coupée depuis mardi."} for n in range(3)]
    kept = table(path, *rows, {"id": "T-10009", "commentaire": '{"error": "timeout"}'})
    assert [getattr(one, "text", None) for one in kept[:3]] == [row["commentaire"] for row in rows]
    (refused,) = (one for one in kept[3:] if not isinstance(one, Remark))
    assert isinstance(refused, Rejected) and "1 row(s)" in refused.reason


def test_not_even_where_a_person_maps_it_nor_in_a_title(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table(path, *({"id": f"T-1000{n}", "payload": COMMENTS, "titre": "[1, 2]", "note": "4"} for n in range(3)))
    *kept, _ = read(path, mapping={"text": "payload", "title": "titre", "rating": "note"})
    for one in kept:
        assert isinstance(one, Interaction)
        assert (one.text, one.subject, one.rating) == (None, None, 4)


def test_nor_in_nested_json_nor_in_a_turn(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{"id": f"T-1000{n}", "text": {"body": [{"a": n}]}, "note": 3} for n in range(3)]))
    assert [one.text for one in read(path) if isinstance(one, Interaction)] == [None] * 3
    turns = [{"role": "customer", "text": '{"type": "typing"}'}, {"role": "agent", "text": "Je regarde."}]
    path.write_text(json.dumps({"turns": turns}))
    (call,) = read(path)
    assert isinstance(call, Interaction)
    assert [turn.text for turn in call.turns] == ["Je regarde."]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_what_json_writes_as_object_or_list_is_a_structure(value: Any) -> None:
    assert is_structure(f" {json.dumps(value)}\n") is isinstance(value, dict | list)


@pytest.mark.parametrize(
    "words", ["[Edited] Très bien !", "{prénom}, merci", "[...]", "(ok) [sic]", "", "[" * 5000 + "]" * 5000]
)
def test_words_in_brackets_are_words(words: str) -> None:
    assert is_structure(words) is False


# --- an index of recordings --------------------------------------------------------------------------------------

INDEX = {
    "CALL ID": "300000001234567",
    "TIMESTAMP": "Tue, 03 Nov 2026 10:15:00",
    "AGENT": "nadia@alize.fr",
    "AGENT NAME": "Nadia Martin",
    "ANI": "0612345678",
    "CUSTOMER NAME": "Jean Dupont",
    "CALL TIME": "00:00:50",
}
NAME = "6125551212 by nadia@alize.fr @ 10_15_00 AM.wav"


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "calls" / NAME
    path.parent.mkdir()
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(250)) * 64)
    return path


@pytest.mark.parametrize("header", ["RECORDINGS", "Recording", "Link", "Fichier son"])
@pytest.mark.parametrize("name", ["recordings.csv", "five9-export.csv"])
def test_an_index_is_its_recordings_and_no_survey(sound: Path, header: str, name: str) -> None:
    found = table(sound.parent / name, INDEX | {header: NAME})
    (call,) = found
    assert isinstance(call, Interaction), call
    assert call.channel is Channel.CALL and call.recording is not None and call.text is None
    assert call.external_id == "300000001234567"
    assert {(one.type, one.value) for one in call.identifiers} == {("phone", "+33612345678"), ("name", "Jean Dupont")}
    assert call.attributes["agent"] == "Nadia Martin"
    assert call.occurred_at is not None and call.occurred_at.isoformat() == "2026-11-03T10:15:00+00:00"
    assert list(read_folder(sound.parent)) == [call]


def test_an_index_alone_names_what_is_missing(tmp_path: Path) -> None:
    found = table(tmp_path / "recordings.csv", INDEX | {"RECORDINGS": NAME})
    assert [type(one) for one in found] == [Rejected]
    assert "there is no recording" in found[0].reason  # type: ignore[union-attr]


def test_a_survey_about_a_recording_keeps_its_words(sound: Path) -> None:
    rows = [{"fichier": NAME, "commentaire": f"Très bon accueil, réponse {n} claire.", "note": "5"} for n in range(3)]
    found = table(sound.parent / "avis.csv", *rows)
    assert [one.text for one in found if isinstance(one, Interaction)] == [row["commentaire"] for row in rows]


def test_the_shared_case(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "five9"
    shutil.copytree(shared_data / "recordings" / "36-five9", folder)
    (call,) = read_folder(folder)
    assert isinstance(call, Interaction) and call.recording is not None
    assert ("name", "Jean Dupont") in {(one.type, one.value) for one in call.identifiers}
