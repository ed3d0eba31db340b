"""Transcripts as Word documents: Microsoft Teams and Google Meet give theirs so; other documents are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from voc.intake import limits, read
from voc.records import Interaction, Rejected

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HELLO = "Alizé Télécom bonjour, Karim à votre écoute."
DOWN = "Bonjour, ma ligne est coupée depuis mardi & personne ne me rappelle."
SORRY = "Je suis désolé, je regarde votre dossier tout de suite."
CALL = [("agent", "Karim Benali", HELLO), ("customer", "Claire Lebreton", DOWN), ("agent", "Karim Benali", SORRY)]


def document(path: Path, paragraphs: list[str], *, before: str = "") -> Path:
    """A Word document of these paragraphs; a line break in one is one there."""
    body = "".join(
        "<w:p><w:pPr/>"
        + "<w:r><w:br/></w:r>".join(
            f"<w:r><w:t xml:space='preserve'>{escape(line)}</w:t></w:r>" for line in one.split("\n")
        )
        + "</w:p>"
        for one in paragraphs
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{before}<w:document xmlns:w="{NAMESPACE}"><w:body>{body}</w:body></w:document>',
        )
    return path


SHAPES = {
    # Teams since 2023 (public transcripts): title, date, length, who started it, then a name and a time above the words
    "Teams": [
        *("Point client-Meeting Transcript", "November 3, 2026, 10:00AM", "27m 42s"),
        *("Karim Benali started transcription", f"Karim Benali   0:03\n{HELLO}"),
        *(f"Claire Lebreton   0:09\n{DOWN}", f"Karim Benali   0:14\n{SORRY}", "Karim Benali stopped transcription"),
    ],
    # Teams before: both times, the name and the words, a paragraph each
    "Teams, older": [
        *("3 novembre 2026", "0:0:3.0 --> 0:0:6.100", "Karim Benali", HELLO, "", "0:0:9.0 --> 0:0:12.9"),
        *("Claire Lebreton", DOWN, "", "00:00:14.000 --> 00:00:16.000", "Karim Benali", SORRY),
    ],
    # Google Meet: a time on a line of its own every five minutes
    "Meet": [
        *("Point client (2026-11-03 10:00 GMT+1) - Transcript", "Attendees", "Karim Benali, Claire Lebreton"),
        *("Transcript", "00:00:03", f"Karim Benali: {HELLO}", f"Claire Lebreton: {DOWN}", "00:05:00"),
        *(f"Karim Benali: {SORRY}", "Transcription ended after 00:07:12"),
        "This editable transcript was computer generated and might contain errors. People can also change the text.",
    ],
}
BEGINS = {"Teams": [3000, 9000, 14000], "Teams, older": [3000, 9000, 14000], "Meet": [3000, None, 300000]}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_transcript_is_read(tmp_path: Path, shape: str) -> None:
    (found,) = read(document(tmp_path / "Point client.docx", SHAPES[shape]))
    assert isinstance(found, Interaction)
    assert [(turn.participant_role, turn.speaker, turn.text) for turn in found.turns] == CALL
    assert [turn.begin_ms for turn in found.turns] == BEGINS[shape]
    assert found.channel == "call"
    assert found.occurred_at is not None
    assert f"{found.occurred_at:%Y-%m-%d}" == "2026-11-03"


def test_a_letter_is_refused(tmp_path: Path) -> None:
    (found,) = read(document(tmp_path / "lettre.docx", ["Madame,", "Je vous écris au sujet de ma ligne.", "Claire"]))
    assert isinstance(found, Rejected)
    assert found.code == "is_word"


def test_a_document_that_is_made_to_harm_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    (found,) = read(document(tmp_path / "a.docx", SHAPES["Teams"], before=entities))
    assert isinstance(found, Rejected)
    assert found.code == "damaged_document"
    monkeypatch.setattr(limits, "TRANSCRIPT_BYTES", 100)
    (large,) = read(document(tmp_path / "b.docx", SHAPES["Teams"]))
    assert isinstance(large, Rejected)
    assert "at most" in large.reason
