"""Every recording becomes 16 kHz samples, and every file that is none gets one line that says so."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from voc.errors import InputError
from voc.speech import decode as module
from voc.speech.decode import SAMPLE_RATE, decode


def tone(seconds: float, *, rate: int = 8000, hertz: float = 440.0, level: float = 0.3) -> NDArray[np.int16]:
    at = np.arange(int(seconds * rate)) / rate
    return (level * 32767 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def write(
    path: Path, channels: list[NDArray[np.int16]], *, codec: str, rate: int = 8000, form: str | None = None
) -> Path:
    layout = {1: "mono", 2: "stereo"}.get(len(channels), f"{len(channels)}c")
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate, frame_size=size)
        frame = av.AudioFrame.from_ndarray(np.stack(channels, axis=1).reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


FORMATS = [
    ("wav", "pcm_s16le", 8000),
    ("wav", "pcm_u8", 8000),
    ("wav", "pcm_alaw", 8000),
    ("wav", "pcm_mulaw", 8000),
    ("mp3", "libmp3lame", 16000),
    ("m4a", "aac", 16000),
    ("ogg", "libopus", 48000),
    ("opus", "libopus", 48000),
    ("webm", "libopus", 48000),
    ("flac", "flac", 44100),
]


@pytest.mark.parametrize(("suffix", "codec", "rate"), FORMATS)
def test_formats_keep_both_channels_apart_and_their_length(tmp_path: Path, suffix: str, codec: str, rate: int) -> None:
    left, right = tone(3, rate=rate), tone(3, rate=rate, hertz=880, level=0.05)
    audio = decode(write(tmp_path / f"call.{suffix}", [left, right], codec=codec, rate=rate))
    assert audio.channels == 2
    assert audio.duration_ms == pytest.approx(3000, abs=120)
    assert audio.skipped == ()
    middle = audio.samples(0, SAMPLE_RATE, 2 * SAMPLE_RATE)
    assert middle.dtype == np.float32
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.15)
    assert audio.loudness(1)[1] == pytest.approx(20 * np.log10(0.05 / np.sqrt(2)), abs=1.5)
    assert not audio.channels_agree()


def test_a_long_recording_is_mapped_from_disk_and_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "call.wav", [tone(4), tone(4, hertz=200)], codec="pcm_s16le")
    in_memory = decode(path)
    monkeypatch.setattr(module, "SPOOL_BYTES", 1000)
    mapped = decode(path)
    assert mapped.spool is not None
    assert mapped.mixed_down().spool is not None
    assert np.array_equal(in_memory.pcm, mapped.pcm)


def test_mono_that_was_mixed_up_to_stereo_is_noticed_even_after_a_lossy_codec(tmp_path: Path) -> None:
    noise = (np.random.default_rng(1).normal(0, 3000, 48000 * 3)).astype(np.int16)
    quieter = (noise * 0.7).astype(np.int16)
    assert decode(write(tmp_path / "a.wav", [noise, noise], codec="pcm_s16le", rate=48000)).channels_agree()
    assert decode(write(tmp_path / "b.mp3", [noise, quieter], codec="libmp3lame", rate=48000)).channels_agree()


def test_a_channel_that_is_the_other_one_inverted_does_not_cancel_it_out(tmp_path: Path) -> None:
    noise = (np.random.default_rng(1).normal(0, 3000, 16000)).astype(np.int16)
    audio = decode(write(tmp_path / "a.wav", [-(noise // 2), noise], codec="pcm_s16le", rate=16000))
    assert audio.channels_agree()
    assert np.array_equal(audio.loudest().pcm[:, 0], noise)


def test_mixed_down_is_the_mean_of_the_channels(tmp_path: Path) -> None:
    audio = decode(
        write(tmp_path / "a.wav", [tone(1, rate=16000), tone(1, rate=16000) * 0], codec="pcm_s16le", rate=16000)
    )
    mono = audio.mixed_down()
    assert mono.channels == 1
    assert np.allclose(mono.samples(0), audio.samples(0) / 2, atol=1e-4)
    assert audio.is_silent(1)
    assert not audio.is_silent(0)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        decode(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    return message


def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path) -> None:
    empty, text, playlist = tmp_path / "empty.wav", tmp_path / "notes.wav", tmp_path / "list.mp3"
    empty.touch()
    text.write_text("Bonjour, ceci n'est pas un enregistrement.\n" * 50)
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/hostname\n#EXT-X-ENDLIST\n")
    assert "empty" in refused(empty)
    assert "not a recording" in refused(text)
    assert "not a recording" in refused(playlist)
    assert "no such recording" in refused(tmp_path / "missing.wav")
    assert "folder" in refused(tmp_path)


def test_zero_seconds_of_sound_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "zero.wav", [tone(1)], codec="pcm_s16le")
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(b"data") + 8])
    assert "0 s" in refused(path)


def test_a_picture_is_refused_for_want_of_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8))
        container.mux([*stream.encode(frame), *stream.encode(None)])
    assert "holds no sound" in refused(path)


def test_more_than_eight_channels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "room.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((9, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(9 * 2 * 800))
    assert "9 channels" in refused(path)


def test_a_file_cut_short_gives_what_decodes_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "cut.wav", [tone(10)], codec="pcm_s16le")
    path.write_bytes(path.read_bytes()[: 44 + 8000 * 2 * 4])
    audio = decode(path)
    assert audio.duration_ms == pytest.approx(4000, abs=50)
    flac = write(tmp_path / "cut.flac", [tone(10)], codec="flac")
    flac.write_bytes(flac.read_bytes()[: len(flac.read_bytes()) // 2])
    audio = decode(flac)
    assert 1000 < audio.duration_ms < 9000
    assert [one.feature for one in audio.skipped] == ["recording"]
    assert "cut short" in audio.skipped[0].reason


def test_a_truncated_mp3_gives_what_decodes(tmp_path: Path) -> None:
    path = write(tmp_path / "cut.mp3", [tone(10, rate=16000)], codec="libmp3lame", rate=16000)
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) * 2 // 5 + 17])
    assert 3000 < decode(path).duration_ms < 5000


def test_damaged_stretches_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = write(tmp_path / "scratched.mp3", [tone(10, rate=16000)], codec="libmp3lame", rate=16000)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 900] = bytes(900)
    path.write_bytes(bytes(data))
    assert decode(path).duration_ms > 8000


def test_silence_that_was_not_sent_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "dtx.mka"
    sound = tone(1, rate=16000)
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=16000, layout="mono")
        for begin in (0, 3):
            frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = 16000, begin * 16000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    audio = decode(path)
    assert audio.duration_ms == pytest.approx(4000, abs=60)
    assert audio.loudness(0)[2] < -90
    assert audio.loudness(0)[3] > -30


def test_an_endless_recording_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voc.containers.MAX_HOURS", 1 / 3600)
    assert "longer than" in refused(write(tmp_path / "long.wav", [tone(3)], codec="pcm_s16le"))


def test_hours_times_channels_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voc.containers.MAX_CHANNEL_HOURS", 4 / 3600)
    assert decode(write(tmp_path / "mono.wav", [tone(3)], codec="pcm_s16le")).channels == 1
    reason = refused(write(tmp_path / "stereo.wav", [tone(3), tone(3)], codec="pcm_s16le"))
    assert "with 2 channels" in reason
