"""Recordings that cannot be used: each a reason in one line through ``voc analyse``, and the good ones go through."""

from __future__ import annotations

import json
import os
import random
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from service import voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

TONE = (np.sin(np.arange(16_000 * 4) / 20) * 8000).astype(np.int16)


def encoded(path: Path, codec: str, *, rate: int = 16_000, channels: int = 1, sound: np.ndarray = TONE) -> Path:
    """A recording in any codec."""
    with av.open(str(path), "w") as container:
        layout = {1: "mono", 8: "7.1"}[channels]
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.repeat(sound, channels)[None, :], format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format.name, layout, rate, frame_size=stream.frame_size or 1024)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def video(path: Path, *, sound: bool) -> Path:
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for at in range(20):
            image = av.VideoFrame.from_ndarray(np.full((64, 64, 3), at * 10, dtype=np.uint8), format="rgb24")
            container.mux(picture.encode(image))
        container.mux(picture.encode(None))
        if audio is not None:
            for begin in range(0, 16_000 * 2, 1024):
                piece = (TONE[begin : begin + 1024] / 32768).astype(np.float32)
                frame = av.AudioFrame.from_ndarray(piece[None, :], format="fltp", layout="mono")
                frame.sample_rate, frame.pts = 16_000, begin
                container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


def protected(path: Path) -> Path:
    """An m4a whose sound is declared encrypted, as shops sell it: the sample entry is called ``drms``."""
    content = bytearray(encoded(path, "aac").read_bytes())
    at = content.index(b"mp4a")
    content[at : at + 4] = b"drms"
    noise = random.Random(4)
    begin = content.index(b"mdat") + 4
    size = struct.unpack(">I", content[begin - 8 : begin - 4])[0]
    for place in range(begin + 64, begin + size - 8):
        content[place] = noise.randrange(256)
    path.write_bytes(content)
    return path


def one_sample(path: Path) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(b"\1\1")
    return path


def damaged(path: Path) -> Path:
    content = bytearray(encoded(path, "libmp3lame").read_bytes())
    content[: len(content)] = random.Random(5).randbytes(len(content))
    path.write_bytes(content)
    return path


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "corrupt.mp3": (damaged, ""),
    "one-sample.wav": (one_sample, "0.00 s long"),
    "protected.m4a": (protected, "protected"),
    "silent-film.mp4": (lambda path: video(path, sound=False), "video without sound"),
    "letter.wav": (lambda path: path.write_text("Madame, Monsieur,\n" * 40), "not audio"),
    "nothing.flac": (lambda path: path.write_bytes(b""), "empty"),
    "list.m3u8": (lambda path: path.write_text("#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"), ""),
    "list.mp3": (lambda path: path.write_text("#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n"), ""),
    "concat.wav": (lambda path: path.write_text("ffconcat version 1.0\nfile /etc/hostname\n"), ""),
    "dangling.wav": (lambda path: path.symlink_to(path.parent / "nowhere.wav"), ""),
    "loop.wav": (lambda path: path.symlink_to(path), ""),
    "device.wav": (lambda path: path.symlink_to("/dev/zero"), ""),
}
"""What gives nothing, with a word its reason must hold."""

READ: dict[str, Callable[[Path], object]] = {
    "good.wav": lambda path: encoded(path, "pcm_s16le"),
    "really-flac.mp3": lambda path: encoded(path.with_suffix(".flac"), "flac").rename(path),
    "film.mp4": lambda path: video(path, sound=True),
    "studio.wav": lambda path: encoded(path, "pcm_s16le", rate=96_000, channels=8, sound=np.tile(TONE, 6)),
    "cut-off.mp3": lambda path: path.write_bytes(
        encoded(path.with_name("whole.mp3"), "libmp3lame", sound=np.tile(TONE, 5)).read_bytes()[:30_000]
    ),
}
"""What is read, whatever its name."""


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    for name, (make, _) in REFUSED.items():
        make(folder / name)
    for name, make in READ.items():
        make(folder / name)
    (folder / "whole.mp3").unlink()
    os.mkfifo(folder / "pipe.wav")
    return folder


def test_each_is_one_line_and_the_others_go_on(inbox: Path, tmp_path: Path) -> None:
    names = [*REFUSED, "pipe.wav", *READ]
    done = voc("analyse", *(str(inbox / name) for name in names), home=tmp_path / "home", check=False, timeout=200)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    failed: dict[str, str] = {}
    for line in done.stderr.splitlines():
        if line.startswith("failed: "):
            source, _, reason = line.removeprefix("failed: ").partition(": ")
            failed[Path(source).name] = reason
    assert set(failed) == {*REFUSED, "pipe.wav"}, done.stderr
    for name, (_, word) in REFUSED.items():
        assert word in failed[name].lower(), (name, failed[name])
        assert 10 < len(failed[name]) < 250, (name, failed[name])
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["source"] for one in found] == list(READ)
    lengths = {one["source"]: one["conversation"]["duration_ms"] for one in found}
    assert lengths["good.wav"] == 4000
    assert lengths["really-flac.mp3"] == 4000
    assert lengths["studio.wav"] == 4000
    assert 1800 < lengths["film.mp4"] < 2200
    assert all(one["text"] == "" for one in found)
