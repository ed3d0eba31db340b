"""The real recogniser on recordings that were misread: words really said stay, words never said do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voc.settings import Settings
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber(threads=2)


def recording(shared_data: Path, folder: str) -> Path:
    found = sorted(path for path in (shared_data / "recordings" / folder).glob("*") if path.suffix != ".txt")
    if not found:
        pytest.skip(f"no recording in {shared_data / 'recordings' / folder}")
    return found[0]


def text(found: Transcript) -> str:
    return " ".join(turn.text for turn in found.turns)


def test_a_sentence_really_said_is_kept_whatever_it_begins_like(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "23-known-phrase"))
    assert "votre dossier" in text(found)
    assert "abonner" in text(found)


def test_german_gives_no_words_and_its_time(settings: Settings, transcriber: Transcriber, shared_data: Path) -> None:
    found = transcriber.transcribe(recording(shared_data, "43-third-language"))
    assert (found.turns, found.language, found.language_confidence) == ((), "de", None)
    assert any(one.feature == "language" and "German (de)" in one.reason for one in found.skipped)
    assert {one.kind for one in found.conversation.other} == {"speech"}
    assert (found.conversation.other_ms or 0) > 10_000


def test_no_letters_of_other_scripts_and_no_loop(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "44-foreign-glyphs"))
    assert not re.search("[\u0370-\u1cff\u2e80-\uffff]", text(found))
    assert "inadmissible" in text(found)
    assert not any(turn.text.count("dit qu") > 2 or turn.text.count("l'automne") > 2 for turn in found.turns)


def test_a_sentence_after_long_noise_is_read_or_told(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "40-lost-speech"))
    last = [turn for turn in found.turns if (turn.begin_ms or 0) > 32_000]
    lost = [one for one in found.conversation.other if one.end_ms > 33_000]
    assert [one for one in lost if one.kind == "sound"] == []
    assert "allez bien" in " ".join(turn.text for turn in last)


def test_bonjour_is_said_once_and_in_french(settings: Settings, transcriber: Transcriber, shared_data: Path) -> None:
    found = transcriber.transcribe(recording(shared_data, "21-very-short"))
    words = [word for turn in found.turns for word in turn.words]
    assert found.language == "fr"
    assert [word.text.strip(" .!").lower() for word in words] == ["bonjour"]
    assert all(word.end_ms - word.begin_ms > 20 for word in words)


def test_a_quiet_line_keeps_what_the_customer_asks(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "12-levels"))
    assert "remboursé" in text(found)
    assert "je veux" in text(found).lower()
