"""Transcripts written out as text: told from running text by lines that name a speaker and a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from voc.intake import read
from voc.intake.transcript_text import is_transcript_text, parse_transcript_text
from voc.records import Rejected

SHAPES = {
    "name and time above": "Karim  0:01\nBonjour.\n\nClaire  0:05\nMa ligne est coupée.\n",
    "time in brackets": "Karim (00:01):\nBonjour.\n\nClaire (00:05):\nMa ligne est coupée.\n",
    "time first": "[00:00:01] Karim: Bonjour.\n[00:00:05] Claire: Ma ligne est coupée.\n",
    "time above the name": "00:00:01.000 - Karim\nBonjour.\n00:00:05.000 - Claire\nMa ligne est coupée.\n",
    "name in brackets": "[Karim] 00:00:01\nBonjour.\n\n[Claire] 00:00:05\nMa ligne est coupée.\n",
    "a range above the name": (
        "00:00:01.000 --> 00:00:04.100\nKarim\nBonjour.\n\n0:0:5.0 --> 0:0:8.25\nClaire\nMa ligne est coupée.\n"
    ),
    "under a title": "Point client\n3 novembre\n\nKarim [00:01]: Bonjour.\nClaire [00:05]: Ma ligne est coupée.\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_transcript_is_read_however_it_writes_speaker_and_time(shape: str) -> None:
    assert is_transcript_text(SHAPES[shape])
    turns = parse_transcript_text(SHAPES[shape])
    assert [(turn.speaker, turn.begin_ms, turn.text) for turn in turns] == [
        ("Karim", 1000, "Bonjour."),
        ("Claire", 5000, "Ma ligne est coupée."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\nrendez-vous mardi 10:30\nrendez-vous jeudi 11:30\nMerci.",
        "Ouvert de 9:00 à 18:00\nFermé le lundi",
        "Claire 0:05",
        "Nom: Claire\nAvis: trop cher\n\nNom: Paul\nAvis: parfait\n",
        "10:30\nObjet: ma ligne\nDate: mardi\nNom: Lebreton\nMerci.",
        "Karim 9:30\nClaire 8:15\nAwa 7:00\nrien de plus n'est dit ici",
    ],
)
def test_running_text_with_times_in_it_is_no_transcript(text: str) -> None:
    assert not is_transcript_text(text)


def test_running_text_is_refused_as_before(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Bonjour, je vous écris au sujet de ma ligne.\nElle est coupée.\n", "utf-8")
    (found,) = read(path)
    assert isinstance(found, Rejected)
    assert found.code == "is_running_text"
