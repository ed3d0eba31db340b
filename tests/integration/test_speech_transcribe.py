"""The real recogniser: nothing is invented where nobody speaks, and what is said gets its words, times and roles."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sounds import RATE, write

from voc import models
from voc.errors import InputError, ModelError
from voc.evaluation.speech import edits, fold
from voc.resources import resource
from voc.settings import Settings
from voc.speech.decode import decode
from voc.speech.model_cache import recogniser
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript
from voc.speech.voice_activity import speech_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def music(seconds: int) -> NDArray[np.float64]:
    """Hold music: chords with a beat, changing every half second."""
    at = np.arange(seconds * RATE) / RATE
    chords = [(261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7)]
    sound = np.zeros_like(at)
    for index, chord in enumerate(chords):
        on = (at * 2).astype(int) % len(chords) == index
        sound[on] = sum(np.sin(2 * np.pi * note * at[on]) + 0.4 * np.sin(4 * np.pi * note * at[on]) for note in chord)
    return 0.08 * sound * np.exp(-3 * (at % 0.5))


def silence(seconds: int) -> NDArray[np.float64]:
    return np.zeros(seconds * RATE)


def noise(seconds: int, level: float) -> NDArray[np.float64]:
    return np.random.default_rng(7).normal(0, level, seconds * RATE)


def ring(seconds: int) -> NDArray[np.float64]:
    at = np.arange(seconds * RATE) / RATE
    return 0.3 * np.sin(2 * np.pi * 440 * at) * (at % 5 < 1.5)


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber(threads=2)


@pytest.mark.parametrize(
    "sound",
    [silence(60), noise(60, 0.1), noise(60, 0.001), ring(60), music(60)],
    ids=["silence", "white noise", "line noise", "ring tone", "music"],
)
def test_nothing_is_invented_where_nobody_speaks(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, sound: NDArray[np.float64]
) -> None:
    found = transcriber.transcribe(write(tmp_path / "call.wav", sound), language="fr")
    assert found.turns == ()
    assert found.duration_ms == 60_000
    assert found.conversation.non_talk is not None
    assert found.conversation.non_talk.total_ms == 60_000


def test_the_weights_are_not_needed_to_find_that_nobody_speaks(settings: Settings, tmp_path: Path) -> None:
    absent = Transcriber(model=str(tmp_path / "no" / "such" / "model"))
    found = absent.transcribe(write(tmp_path / "call.wav", silence(3), silence(3)))
    assert (found.turns, found.language, found.language_confidence) == ((), None, None)
    assert [one.feature for one in found.skipped] == ["roles", "tone"]
    with pytest.raises(ModelError, match="VOC_WHISPER_MODEL"):
        absent.transcribe(resource("samples", "calls", "call-0001.ogg"))


@pytest.fixture(scope="module")
def french(transcriber: Transcriber) -> Transcript:
    return transcriber.transcribe(resource("samples", "calls", "call-0001.ogg"))


def scripted(name: str) -> list[tuple[str, str]]:
    lines = resource("samples", "scripts", f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(role, text) for role, _, text in (line.partition(": ") for line in lines) if text]


def test_a_stereo_call_gives_both_sides_their_words(settings: Settings, french: Transcript) -> None:
    assert (french.language, french.channels) == ("fr", 2)
    assert (french.language_confidence or 0) > 0.9
    assert french.roles == ("agent", "customer")
    assert french.roles_from == "words"
    for role in ("agent", "customer"):
        expected = fold(" ".join(text for who, text in scripted("call-0001") if who == role), "fr")
        found = fold(" ".join(turn.text for turn in french.turns if turn.participant_role == role), "fr")
        assert sum(edits(expected, found)) / len(expected) < 0.4


def test_times_are_ordered_and_inside_their_turn(settings: Settings, french: Transcript) -> None:
    assert [turn.index for turn in french.turns] == list(range(len(french.turns)))
    begins = [turn.begin_ms or 0 for turn in french.turns]
    assert begins == sorted(begins)
    for turn in french.turns:
        edges = [edge for word in turn.words for edge in (word.begin_ms, word.end_ms)]
        assert edges == sorted(edges)
        assert (turn.begin_ms, turn.end_ms) == (edges[0], edges[-1])
        assert edges[-1] <= french.duration_ms
        assert turn.text == " ".join(word.text for word in turn.words)
        assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in turn.words)


def test_the_clock_of_a_call_is_complete(settings: Settings, french: Transcript) -> None:
    call = french.conversation
    assert set(call.talk_time_ms) == {"agent", "customer"}
    assert all(3000 < talk < french.duration_ms for talk in call.talk_time_ms.values())
    assert all(90 < pace < 330 for pace in call.words_per_minute.values())
    assert all(len(seconds) == -(-french.duration_ms // 1000) for seconds in call.loudness.values())
    assert call.overtalk_ms is not None
    assert call.overtalk_ms < 3000


def test_a_transcript_survives_its_checkpoint(settings: Settings, french: Transcript) -> None:
    assert Transcript.model_validate_json(french.model_dump_json()) == french


def test_given_roles_are_kept_and_must_fit(settings: Settings, transcriber: Transcriber, french: Transcript) -> None:
    path = resource("samples", "calls", "call-0001.ogg")
    with pytest.raises(InputError, match="2 channels but 3 roles"):
        transcriber.transcribe(path, roles=("agent", "customer", "customer"))
    with pytest.raises(InputError, match="language 'de'"):
        transcriber.transcribe(path, language="de")


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float64]:
    """The first 20 s of a call, both sides on one line: of 15 s the second voice says too little to be told apart."""
    return (
        decode(resource("samples", "calls", "call-0001.ogg")).mixed_down().samples(0, 0, 20 * RATE).astype(np.float64)
    )


def test_mono_has_its_speakers_told_apart(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, french: Transcript, opening: NDArray[np.float64]
) -> None:
    found = transcriber.transcribe(write(tmp_path / "mono.wav", opening))
    assert found.channels == 1
    assert {turn.channel_tag for turn in found.turns} == {1}
    assert found.conversation.voices == 2
    assert found.models["voices"].startswith("pyannote-segmentation@")
    assert "overtalk" in {one.feature for one in found.skipped}
    # The channels of the same call tell whose each second is: one voice a role, in every turn.
    pairs = set()
    for turn in found.turns:
        shares = {
            role: sum(max(0, min(end, turn.end_ms or 0) - max(begin, turn.begin_ms or 0)) for begin, end in spans)
            for role, spans in french.talk.items()
        }
        pairs.add((max(shares, key=lambda role: shares[role]), turn.participant_role))
    assert len(pairs) == len({voice for _, voice in pairs}) == 2
    call = found.conversation
    assert call.overtalk_ms is not None  # estimated, and said to be
    parts = (call.talk_ms, call.overtalk_ms, call.silence_ms, call.other_ms)
    assert sum(part or 0 for part in parts) == found.duration_ms


def test_voices_the_words_do_not_name_are_numbered(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, opening: NDArray[np.float64]
) -> None:
    agent, customer = sentences("call-0001", 0), sentences("call-0001", 1)
    path = spliced(tmp_path / "call.wav", agent[3], customer[3], agent[5], customer[6], agent[6], customer[8])
    found = transcriber.transcribe(path, language="fr")
    if found.roles_from is None:
        assert [turn.participant_role for turn in found.turns][:2] == ["speaker_1", "speaker_2"]
        assert {"roles", "overtalk"} <= {one.feature for one in found.skipped}
        assert set(found.conversation.talk_time_ms) == {"speaker_1", "speaker_2"}
    told = Transcriber(threads=2, given=settings.model_copy(update={"speakers": "1"})).transcribe(path, language="fr")
    assert told.conversation.voices == 1


def test_mono_mixed_up_to_stereo_is_not_doubled(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, opening: NDArray[np.float64]
) -> None:
    alone = transcriber.transcribe(write(tmp_path / "mono.wav", opening), language="fr")
    doubled = transcriber.transcribe(
        write(tmp_path / "stereo.wav", opening, opening), roles=("agent", "customer"), language="fr"
    )
    assert doubled.channels == 1
    assert sum(len(turn.words) for turn in doubled.turns) == pytest.approx(
        sum(len(turn.words) for turn in alone.turns), abs=2
    )
    assert {"channels", "overtalk"} <= {one.feature for one in doubled.skipped}


def test_one_role_says_that_one_person_speaks(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, opening: NDArray[np.float64]
) -> None:
    found = transcriber.transcribe(write(tmp_path / "voicemail.wav", opening), roles=("customer",), language="fr")
    assert {turn.participant_role for turn in found.turns} == {"customer"}
    assert (found.language, found.language_confidence) == ("fr", None)
    assert found.conversation.talk_time_ms["customer"] > 5000
    assert found.skipped == ()


def test_crosstalk_is_counted_once(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, opening: NDArray[np.float64]
) -> None:
    # Delayed and filtered, as a headset hears it: too unlike for the test of equal channels.
    leak = 0.05 * np.convolve(np.concatenate([np.zeros(400), opening[:-400]]), np.ones(8) / 8, mode="same")
    found = transcriber.transcribe(write(tmp_path / "leak.wav", opening, leak + noise(20, 0.0005)), language="fr")
    words = {tag: sum(len(turn.words) for turn in found.turns if turn.channel_tag == tag) for tag in (1, 2)}
    assert words[1] > 10
    assert words[2] <= 3
    assert "crosstalk" in {one.feature for one in found.skipped}


def test_progress_reaches_the_end(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, opening: NDArray[np.float64]
) -> None:
    shares: list[float] = []
    transcriber.transcribe(write(tmp_path / "mono.wav", opening), language="fr", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def spliced(path: Path, *parts: NDArray[np.float64]) -> Path:
    """Stretches of speech on one line, with pauses of 0.7 s."""
    pause = noise(1, 0.0003)[: int(0.7 * RATE)]
    return write(path, np.concatenate([piece for part in parts for piece in (part, pause)]))


def sentences(name: str, channel: int) -> list[NDArray[np.float64]]:
    audio = decode(resource("samples", "calls", f"{name}.ogg"))
    return [
        audio.samples(channel, max(0, begin - 1600), end + 1600).astype(np.float64)
        for begin, end in speech_in(audio, channel)
    ]


def test_an_english_passage_of_a_french_recording_is_read_in_english(
    settings: Settings, transcriber: Transcriber, tmp_path: Path
) -> None:
    french, english = sentences("call-0001", 1), sentences("call-0006", 1)
    path = spliced(tmp_path / "mixed.wav", *french[2:9], *english[3:8], english[14], *french[12:15])
    found = transcriber.transcribe(path, roles=("customer",))
    assert found.language == "fr"
    read = {code: " ".join(turn.text for turn in found.turns if turn.language == code).lower() for code in ("fr", "en")}
    assert "shopping center" in read["en"]
    assert "thank you" in read["en"]
    assert "application" in read["fr"]
    assert "fois" in read["fr"]
    alone = transcriber.transcribe(spliced(tmp_path / "french.wav", *french[2:9]), roles=("customer",))
    assert {turn.language for turn in alone.turns} == {"fr"}


def test_names_are_spelled_as_the_company_spells_them_and_not_written_where_nobody_says_them(
    settings: Settings, tmp_path: Path
) -> None:
    names = "Alizé Télécom, Fibre Zéphyr, Belleville"
    expecting = Transcriber(threads=2, given=settings.model_copy(update={"hotwords": names}))
    assert expecting.transcribe(write(tmp_path / "nobody.wav", music(20) + noise(20, 0.01)), language="fr").turns == ()
    path = spliced(tmp_path / "call.wav", *sentences("call-0001", 1)[2:9])
    text = fold(" ".join(turn.text for turn in expecting.transcribe(path, roles=("customer",)).turns), "fr")
    assert not set(text) & set(fold(names, "fr"))
    assert len(text) > 20


def test_a_call_that_goes_on_in_the_other_language_is_read_in_both(
    settings: Settings, transcriber: Transcriber, tmp_path: Path
) -> None:
    both = [decode(resource("samples", "calls", f"call-000{number}.ogg")) for number in (5, 2)]
    sides = [
        np.concatenate([both[0].samples(side, 0, 36 * RATE), both[1].samples(side, 25 * RATE, 72 * RATE)])
        for side in (0, 1)
    ]
    found = transcriber.transcribe(write(tmp_path / "call.wav", *(side.astype(np.float64) for side in sides)))
    # The agent's French was once read as English: a few of its stretches, alone, sounded like neither.
    assert {turn.language for turn in found.turns if (turn.end_ms or 0) < 34_000} == {"fr"}
    assert {turn.language for turn in found.turns if (turn.begin_ms or 0) > 37_000} == {"en"}
    said = " ".join(turn.text for turn in found.turns if turn.participant_role == "agent").lower()
    assert "proposer une remise" in said
    assert "duplicate" in said


@pytest.mark.parametrize("roles", [(), ("agent", "customer")])
def test_music_is_in_no_language_and_roles_for_one_channel_are_not_lost_without_a_word(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, roles: tuple[str, ...]
) -> None:
    found = transcriber.transcribe(write(tmp_path / "music.wav", music(30)), roles=roles)
    assert (found.turns, found.language, found.language_confidence) == ((), None, None)
    told = [one.reason for one in found.skipped if "2 roles were given for one channel" in one.reason]
    assert len(told) == len(roles) // 2


def test_speech_is_found_after_the_border_of_a_block_as_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    audio = decode(resource("samples", "calls", "call-0001.ogg"))
    whole = speech_in(audio, 0)
    monkeypatch.setattr("voc.speech.voice_activity._BLOCK_S", 9)
    found = speech_in(audio, 0)
    both = sum(max(0, min(b, d) - max(a, c)) for a, b in whole for c, d in found)
    assert both > 0.97 * sum(b - a for a, b in whole)
    assert all(a < b <= c < d for (a, b), (c, d) in itertools.pairwise(found))


def test_a_model_leaves_memory_when_it_is_idle_and_comes_back(settings: Settings, tmp_path: Path) -> None:
    quick = settings.model_copy(update={"model_idle_minutes": 3 / 60})
    transcriber = Transcriber(threads=1, given=quick)
    path = spliced(tmp_path / "call.wav", sentences("call-0006", 1)[14])
    first = transcriber.transcribe(path, language="en")
    kept = recogniser(
        models.ensure("whisper-base"), threads=1, device=quick.device, idle_s=60 * quick.model_idle_minutes
    )
    assert kept.loaded
    deadline = time.monotonic() + 30
    while kept.loaded and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not kept.loaded
    assert transcriber.transcribe(path, language="en").turns == first.turns


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is read from Linux's /proc")
def test_memory_does_not_grow_with_the_number_of_lengths_of_windows() -> None:
    # An hour of calls once took 230 MB more than a minute: a compiled convolution was kept for every length.
    reads = """
import os, sys
from pathlib import Path
import numpy as np
from voc.speech.model_cache import recogniser

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20

with recogniser(Path(sys.argv[1]), threads=2, device="cpu").lent() as model:
    model.encode(np.zeros((1, 80, 700), dtype=np.float32))
    before = held()
    for frames in range(100, 700, 4):
        model.encode(np.zeros((1, 80, frames), dtype=np.float32))
    print(held() - before)
"""
    found = subprocess.run(
        [sys.executable, "-c", reads, str(models.ensure("whisper-base"))], capture_output=True, text=True, check=True
    )
    assert int(found.stdout) < 40


@pytest.mark.parametrize("usual", ["fr", "en"])
def test_a_word_or_two_are_in_the_usual_language_and_half_a_minute_is_in_its_own(
    settings: Settings, transcriber: Transcriber, tmp_path: Path, usual: str
) -> None:
    said = decode(resource("samples", "calls", "call-0001.ogg")).samples(1, 0, 30 * RATE).astype(np.float64)
    begin = speech_in(decode(write(tmp_path / "call.wav", said)), 0)[0][0]
    word = write(tmp_path / "word.wav", said[max(0, begin - RATE // 4) : begin + RATE])
    assert transcriber.transcribe(word, usual_language=usual).language == usual
    assert transcriber.transcribe(tmp_path / "call.wav", usual_language=usual).language == "fr"
