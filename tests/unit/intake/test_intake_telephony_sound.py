"""Sound as telephone systems write it: without a header, with a header too short, with a track a person."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from sounds import packed

from voc.containers import undeclared_bytes
from voc.errors import InputError
from voc.intake.file_kinds import Kind
from voc.intake.file_type import sniff
from voc.intake.recordings import probe
from voc.speech.decode import decode

RATE = 8000
SECONDS = 2


def tone(rate: int, hertz: float = 440.0, seconds: float = SECONDS) -> np.ndarray:
    return (np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate) * 8000).astype(np.int16)


def as_codec(codec: str, sound: np.ndarray, rate: int) -> bytes:
    """What an encoder of FFmpeg makes of mono sound, without a container."""
    context = av.CodecContext.create(codec, "w")
    context.sample_rate, context.layout, context.format = rate, "mono", "s16"
    frame = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    return b"".join(bytes(packet) for packet in (*context.encode(frame), *context.encode(None)))


def loudest_hertz(path: Path, name: str | None = None) -> float:
    audio = decode(path, name=name)
    assert audio.channels == 1
    sound = audio.samples(0)
    return float(np.abs(np.fft.rfft(sound)).argmax()) * 16_000 / len(sound)


RAW = {
    "a.ulaw": lambda: as_codec("pcm_mulaw", tone(RATE), RATE),
    "a.pcmu": lambda: as_codec("pcm_mulaw", tone(RATE), RATE),
    "a.alaw": lambda: as_codec("pcm_alaw", tone(RATE), RATE),
    "a.g722": lambda: as_codec("adpcm_g722", tone(16_000), 16_000),
    "a.sln": lambda: tone(RATE).tobytes(),
    "a.sln16": lambda: tone(16_000).tobytes(),
    "a.sln48": lambda: tone(48_000).tobytes(),
    "a.raw": lambda: tone(RATE).tobytes(),
    "A.ULAW": lambda: as_codec("pcm_mulaw", tone(RATE), RATE),
}


@pytest.mark.parametrize("name", RAW)
def test_sound_without_a_header_is_read_by_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(RAW[name]())
    assert sniff(path) is Kind.RECORDING
    duration, channels, _ = probe(path, name=name)
    assert (round((duration or 0) / 1000, 1), channels) == (SECONDS, 1)
    # A wrong rate or codec would move the tone or drown it.
    assert loudest_hertz(path) == pytest.approx(440, abs=2)


def test_the_name_counts_where_the_path_has_none(tmp_path: Path) -> None:
    # The store keeps files under their hash.
    path = tmp_path / "3d0719777f54"
    path.write_bytes(RAW["a.ulaw"]())
    assert loudest_hertz(path, name="a.ulaw") == pytest.approx(440, abs=2)


def test_what_the_name_assumes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(tone(RATE).tobytes())
    assert ["8 kHz" in one.reason for one in decode(path).skipped] == [True]


def test_a_wav_under_a_name_of_raw_sound_is_a_wav(tmp_path: Path) -> None:
    path = tmp_path / "a.ulaw"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(tone(16_000).tobytes())
    assert loudest_hertz(path) == pytest.approx(440, abs=2)


def test_sphere_files_are_read(tmp_path: Path) -> None:
    lines = ["NIST_1A", "   1024", "channel_count -i 1", f"sample_count -i {RATE * SECONDS}", f"sample_rate -i {RATE}"]
    lines += ["sample_n_bytes -i 2", "sample_byte_format -s2 01", "sample_coding -s3 pcm", "end_head"]
    path = tmp_path / "a.sph"
    path.write_bytes("\n".join([*lines, ""]).encode().ljust(1024) + tone(RATE).tobytes())
    assert sniff(path) is Kind.RECORDING
    assert loudest_hertz(path) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("name", ["a.pcm", "a.vox"])
def test_an_unknown_rate_is_refused_with_the_names_that_say_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(tone(RATE).tobytes())
    with pytest.raises(InputError) as raised:
        sniff(path)
    assert raised.value.code == "unknown_raw_sound"
    assert ".sln16" in str(raised.value)
    assert "CSV" not in str(raised.value)


def test_raw_sound_of_another_codec_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(np.random.default_rng(1).integers(0, 256, 32_000, dtype=np.uint8).tobytes())
    with pytest.raises(InputError) as raised:
        probe(path, name="a.raw")
    assert raised.value.code == "unknown_raw_sound"


def test_text_named_like_sound_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.ulaw"
    path.write_text("Madame, Monsieur,\n" * 40)
    with pytest.raises(InputError) as raised:
        sniff(path)
    assert raised.value.code == "text_not_audio"


def wav(path: Path, *, declared: int, sound: np.ndarray, rest: bytes = b"") -> Path:
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + declared, b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    path.write_bytes(head + struct.pack("<4sI", b"data", declared) + sound.tobytes() + rest)
    return path


def test_sound_behind_a_header_that_is_too_short_is_read_and_told(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", declared=RATE, sound=tone(RATE))
    assert undeclared_bytes(path) == 2 * RATE * SECONDS - RATE
    audio = decode(path)
    assert audio.duration_ms == 1000 * SECONDS
    assert [(one.feature, "header" in one.reason) for one in audio.skipped] == [("recording", True)]
    assert probe(path, name="a.wav")[0] == 1000 * SECONDS


@pytest.mark.parametrize(
    "rest", [b"", b"LIST" + struct.pack("<I", 4) + b"INFO", b"id3 " + struct.pack("<I", 5) + b"12345\0", b"\0" * 900]
)
def test_tags_and_padding_behind_the_sound_are_no_sound(rest: bytes, tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", declared=2 * RATE * SECONDS, sound=tone(RATE), rest=rest)
    assert undeclared_bytes(path) == 0
    assert decode(path).duration_ms == 1000 * SECONDS


@pytest.mark.parametrize(("rate", "read_s"), [(RATE, 2 * SECONDS), (2 * RATE, SECONDS)])
def test_a_recording_behind_another_one_is_read_on_if_it_is_of_the_same_format(
    rate: int, read_s: int, tmp_path: Path
) -> None:
    path = wav(tmp_path / "a.wav", declared=2 * RATE * SECONDS, sound=tone(RATE))
    second = bytearray(path.read_bytes())
    second[24:28] = struct.pack("<I", rate)
    path.write_bytes(path.read_bytes() + second)
    audio = decode(path)
    assert audio.duration_ms == pytest.approx(1000 * read_s, abs=5)
    assert ["header" in one.reason for one in audio.skipped] == [True] * (read_s // SECONDS - 1)


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_an_ogg_without_its_last_page_is_said_to_be_cut_short(kept: float, tmp_path: Path) -> None:
    path = packed(tmp_path / "a.ogg", "libopus", np.sin(np.arange(5 * 16_000) / 6), rate=48_000)
    assert decode(path).skipped == ()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    [told] = decode(path).skipped
    assert (told.feature, "cut short" in told.reason) == ("recording", True)


def tracks(path: Path, sounds: list[np.ndarray], *, layout: str = "mono") -> Path:
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=16_000, layout=layout) for _ in sounds]
        for stream, sound in zip(streams, sounds, strict=True):
            many = 2 if layout == "stereo" else 1
            frame = av.AudioFrame.from_ndarray(np.repeat(sound, many)[None, :], format="s16", layout=layout)
            frame.sample_rate, frame.pts = 16_000, 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_tracks_are_channels(layout: str, tmp_path: Path) -> None:
    path = tracks(tmp_path / "a.mka", [tone(16_000, 300), tone(16_000, 700, seconds=1)], layout=layout)
    audio = decode(path)
    assert audio.channels == 2
    assert audio.skipped == ()
    assert probe(path, name="a.mka")[1] == 2
    peaks = [float(np.abs(np.fft.rfft(audio.samples(at, 0, 16_000))).argmax()) for at in range(2)]
    assert peaks == pytest.approx([300, 700], abs=3)
    assert not audio.samples(1, 17_000).any()


def test_more_tracks_than_people_are_refused(tmp_path: Path) -> None:
    path = tracks(tmp_path / "a.mka", [tone(16_000, 300)] * 9)
    with pytest.raises(InputError, match="9 channels"):
        decode(path)
