"""The real speaker encoder on two voices of which every second is known: the two channels of a call, mixed down."""

from __future__ import annotations

import numpy as np
import pytest

from voc.evaluation.diarization import diarization_errors
from voc.resources import resource
from voc.speech.decode import SAMPLE_RATE, Audio, decode
from voc.speech.diarization import Diarization, diarize, load_speaker_models
from voc.speech.voice_activity import speech_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def call(name: str) -> Audio:
    return decode(resource("samples", "calls", f"{name}.ogg"))


def told(audio: Audio, *, speakers: int | None = None) -> Diarization:
    return diarize(audio, speech_in(audio, 0), using=load_speaker_models(threads=1), speakers=speakers)


def spans(found: Diarization) -> dict[str, list[tuple[float, float]]]:
    out: dict[str, list[tuple[float, float]]] = {}
    for one in found.stretches:
        out.setdefault(str(one.speaker), []).append((one.begin / SAMPLE_RATE, one.end / SAMPLE_RATE))
    return out


@pytest.mark.parametrize("name", ["call-0001", "call-0006"])
def test_two_voices_on_one_line_are_told_apart(name: str) -> None:
    audio = call(name)
    channels = {
        str(channel): [(begin / SAMPLE_RATE, end / SAMPLE_RATE) for begin, end in speech_in(audio, channel)]
        for channel in (0, 1)
    }
    found = told(audio.mixed_down())
    assert found.speakers == 2
    assert found.confidence > 0.9
    errors = diarization_errors(channels, spans(found))
    assert errors.confused_s / errors.speech_s < 0.02


@pytest.mark.parametrize("channel", [0, 1])
def test_one_voice_is_one(channel: int) -> None:
    audio = call("call-0001")
    assert told(Audio(pcm=np.ascontiguousarray(audio.pcm[:, [channel]]))).speakers == 1


def test_the_number_of_people_can_be_given() -> None:
    mono = call("call-0001").mixed_down()
    assert told(mono, speakers=1).speakers == 1
    assert told(mono, speakers=3).speakers <= 3


def test_the_same_call_three_times_over_has_the_same_two_people() -> None:
    once = call("call-0006").mixed_down()
    thrice = Audio(pcm=np.concatenate([once.pcm] * 3))
    short, long = told(once), told(thrice)
    assert short.speakers == long.speakers == 2
    talk = [[one.end - one.begin for one in found.stretches if one.speaker == 0] for found in (short, long)]
    assert sum(talk[1]) == pytest.approx(3 * sum(talk[0]), rel=0.03)


def test_silence_has_no_speakers() -> None:
    assert told(Audio(pcm=np.zeros((SAMPLE_RATE, 1), dtype=np.int16))).speakers == 0
