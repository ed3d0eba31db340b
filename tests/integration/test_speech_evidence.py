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


@pytest.mark.parametrize("suffix", [".gsm", ".ulaw", ".sln"])
def test_telephone_sound_without_a_header_is_read(
    suffix: str, settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = sorted((shared_data / "recordings" / "01-raw-telephony").glob(f"*{suffix}"))
    if not found:
        pytest.skip(f"no {suffix} in {shared_data / 'recordings' / '01-raw-telephony'}")
    transcript = transcriber.transcribe(found[0])
    assert transcript.language == "fr"
    assert len(text(transcript).split()) > 10


def test_sound_behind_a_short_header_is_read_and_told(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "05-wav-header"))
    assert found.duration_ms == 15_000
    assert max(turn.begin_ms or 0 for turn in found.turns) > 10_000
    assert any("header" in one.reason for one in found.skipped)


def test_two_tracks_are_two_people(settings: Settings, transcriber: Transcriber, shared_data: Path) -> None:
    found = transcriber.transcribe(recording(shared_data, "07-two-tracks"))
    assert (found.channels, found.roles) == (2, ("agent", "customer"))


def test_strong_bleed_is_transcribed_once(settings: Settings, transcriber: Transcriber, shared_data: Path) -> None:
    found = transcriber.transcribe(recording(shared_data, "13-bleed"))
    assert found.roles == ("agent", "customer")
    assert text(found).lower().count("inadmissible") == 1
    assert (found.conversation.overtalk_ms or 0) < 5000
    assert any(one.feature == "crosstalk" for one in found.skipped)


def test_a_sentence_of_another_language_is_no_word_of_this_one(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "19-two-languages"))
    # "Bonjour, service client, je vous écoute." is read as French, or its time is told.
    opening = [turn for turn in found.turns if (turn.begin_ms or 0) < 2500]
    told = [one.reason for one in found.skipped if one.feature == "transcription" and "0:00.3" in one.reason]
    assert [turn.language for turn in opening] == (["fr"] if opening else [])
    assert len(opening) + len(told) == 1
    assert "I want a refund" in text(found)


def test_a_third_person_is_told_and_roles_are_no_longer_sure(
    settings: Settings, transcriber: Transcriber, shared_data: Path
) -> None:
    found = transcriber.transcribe(recording(shared_data, "20-three-people"))
    assert (found.conversation.roles_confidence or 0) <= 0.5
    assert any("third voice" in one.reason for one in found.skipped)


def test_a_singer_is_no_caller(settings: Settings, transcriber: Transcriber, shared_data: Path) -> None:
    found = transcriber.transcribe(recording(shared_data, "24-sung-hold-music"))
    assert found.turns == ()
    assert {one.kind for one in found.conversation.other} == {"sound"}
    assert any("music" in one.reason for one in found.skipped)
