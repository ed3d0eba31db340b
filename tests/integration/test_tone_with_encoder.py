"""Tone with the real encoder: it rides on the transcription, hears a raised voice, and says where it hears none."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voc import models
from voc.resources import resource
from voc.settings import Settings
from voc.speech.decode import Audio, decode
from voc.speech.encoder_pooling import VoiceStates, as_array
from voc.speech.model_cache import Recogniser
from voc.speech.tone import NO_ROLES, OFF, OTHER_MODEL, TONE_NAME, ToneHead, load_head
from voc.speech.transcribe import Transcriber, fingerprint
from voc.speech.transcript import Transcript
from voc.speech.voice_activity import speech_in, windows_over
from voc.speech.whisper import WindowReader

pytestmark = [pytest.mark.integration, pytest.mark.slow]

RATE = 16_000
CALL = resource("samples", "calls", "call-0001.ogg")


def write(path: Path, sound: NDArray[np.float32]) -> Path:
    pcm = (sound.clip(-1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(pcm.tobytes())
    return path


def customer(seconds: float = 30) -> NDArray[np.float32]:
    """What the customer of a sample call says first, alone on a line."""
    audio = decode(CALL)
    return audio.samples(1, 0, int(seconds * RATE))


def raised(sound: NDArray[np.float32], by: float = 1.33, louder: float = 4) -> NDArray[np.float32]:
    """The same voice twelve decibels louder, a third faster and higher."""
    at = np.arange(0, len(sound) - 1, by)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32) * louder


def activations(transcript: Transcript) -> list[float]:
    return [turn.tone.activation for turn in transcript.turns if turn.tone]


@pytest.fixture(scope="module")
def call() -> Transcript:
    return Transcriber(threads=2).transcribe(CALL)


def test_the_customers_turns_have_a_tone_and_nobody_elses(settings: Settings, call: Transcript) -> None:
    theirs = [turn for turn in call.turns if turn.participant_role == "customer"]
    assert sum(turn.tone is not None for turn in theirs) >= 3
    assert all(turn.tone is None for turn in call.turns if turn.participant_role != "customer")
    for turn in theirs:
        if turn.tone:
            assert 0 <= turn.tone.activation <= 1
            assert 0 <= turn.tone.tension <= 1
            assert turn.tone.relative
            assert turn.tone.pitch_hz is not None
            assert 150 < turn.tone.pitch_hz < 350  # a woman
    assert call.models["tone"] == TONE_NAME
    assert not any(one.feature == "tone" for one in call.skipped)


def test_hearing_tone_changes_no_word(settings: Settings, call: Transcript) -> None:
    without = Transcriber(threads=2, given=settings.model_copy(update={"tone": "off"})).transcribe(CALL)
    assert [turn.model_copy(update={"tone": None}) for turn in call.turns] == list(without.turns)
    assert [one.reason for one in without.skipped if one.feature == "tone"] == [OFF]
    assert "tone" not in without.models


def test_a_louder_and_faster_copy_sounds_more_stirred(settings: Settings, tmp_path: Path) -> None:
    transcriber = Transcriber(threads=2)
    calm = transcriber.transcribe(write(tmp_path / "calm.wav", customer()), roles=("customer",), language="fr")
    loud = transcriber.transcribe(write(tmp_path / "loud.wav", raised(customer())), roles=("customer",), language="fr")
    assert np.mean(activations(loud)) > np.mean(activations(calm))


def test_raised_after_a_calm_beginning_the_reasons_say_how(settings: Settings, tmp_path: Path) -> None:
    # Raised so far that every processor still makes out its words: without words there is no tone.
    afterwards = raised(customer(38), by=1.25, louder=3)
    sound = np.concatenate([customer(46), np.zeros(3 * RATE, dtype=np.float32), afterwards])
    found = Transcriber(threads=2).transcribe(write(tmp_path / "both.wav", sound), roles=("customer",), language="fr")
    last = [turn for turn in found.turns if turn.tone and (turn.begin_ms or 0) > 47_000]
    assert last
    assert {"louder", "higher"} <= set(last[0].tone.reasons if last[0].tone else ())


def test_without_roles_the_voice_is_nobodys_and_it_is_said(settings: Settings, tmp_path: Path) -> None:
    found = Transcriber(threads=2).transcribe(write(tmp_path / "mono.wav", customer(8)), language="fr")
    assert all(turn.participant_role != "customer" for turn in found.turns)
    assert activations(found) == []
    assert [one.reason for one in found.skipped if one.feature == "tone"] == [NO_ROLES]


def test_another_model_transcribes_and_the_voice_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    """Whisper base with one byte more is, for all anybody can tell, another model."""
    folder = tmp_path / "whisper-other"
    shutil.copytree(models.path("whisper-base"), folder)
    with (folder / "model.bin").open("ab") as file:
        file.write(b"\0")
    assert fingerprint(folder) != load_head().encoder
    path = write(tmp_path / "call.wav", customer(8))
    found = Transcriber(model=str(folder), threads=2).transcribe(path, roles=("customer",), language="fr")
    assert found.turns
    assert activations(found) == []
    assert [one.reason for one in found.skipped if one.feature == "tone"] == [OTHER_MODEL]


def test_the_weights_that_ship_read_the_default_model() -> None:
    assert load_head().encoder == fingerprint(models.path("whisper-base"))
    assert load_head().weights.shape == (512, 2)


def test_a_slice_of_a_window_scores_like_the_stretch_alone() -> None:
    """Ten seconds of a voice in a window of about 27, and in a window of their own."""
    head, audio = load_head(), decode(CALL)
    with Recogniser(models.path("whisper-base"), threads=2, device="cpu").lent() as model:
        reader = WindowReader(model)
        spoken = speech_in(audio, 1)
        windows = windows_over(spoken, channel=1, frames=audio.frames)
        whole = max(windows, key=lambda one: one.seconds)
        begin, end = whole.begin + 2 * RATE, whole.begin + 12 * RATE
        inside = [(max(a, begin), min(b, end)) for a, b in spoken if a < end and b > begin]
        slice_ = _scores(head, reader, audio, [whole], inside)
        alone = Audio(audio.pcm[begin:end, 1:2])
        [own] = [type(whole)(0, 0, alone.frames)]
        by_itself = _scores(head, reader, alone, [own], [(a - begin, b - begin) for a, b in inside], channel=0)
    # In log odds, which a score is once calibrated: clips of EmoDB differ from each other by 3.5 on average.
    assert np.abs((slice_ - by_itself) * head.calibration[:, 0]).max() < 2.0


def _scores(
    head: ToneHead, reader: WindowReader, audio: Audio, windows: list, speech: list, *, channel: int = 1
) -> NDArray[np.float32]:
    states = VoiceStates(head.weights)
    states(windows, as_array(reader._encode(audio, windows)))
    return head.scores(states.mean(channel, speech)[0])
