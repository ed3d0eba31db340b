"""Calls through the running service: the masked copy is made by itself, and OpenAI's own client gets its transcript."""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from service import Server, rows, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

CALLS = Path(__file__).parents[2] / "samples" / "calls"
PATIENCE_S = 240
SECONDS = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("calls")
    running = Server(folder / "home", folder / "server.log")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of a sample call, as MP3."""
    import av

    target = tmp_path_factory.mktemp("sound") / "excerpt.mp3"
    with av.open(str(CALLS / "call-0002.ogg")) as source, av.open(str(target), "w") as written:
        stream = written.add_stream("libmp3lame", rate=16_000, layout="stereo")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=16_000)
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > SECONDS:
                break
            for out in resampler.resample(frame):
                written.mux(stream.encode(out))
        written.mux(stream.encode(None))
    return target


def fetch(server: Server, path: str, key: str) -> tuple[int, bytes]:
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_openais_client_transcribes_and_nothing_is_kept(server: Server, excerpt: Path) -> None:
    client = openai.OpenAI(api_key="none-needed-here", base_url=f"{server.url}/v1", max_retries=0)
    # On a machine without keys the address is enough; a wrong key is refused all the same.
    with pytest.raises(openai.AuthenticationError), excerpt.open("rb") as file:
        client.audio.transcriptions.create(file=file, model="whisper-1")
    key = voc("keys", "create", "tests", "--role", "analyst", home=server.home).stdout.split()[-1]
    reader = voc("keys", "create", "readers", "--role", "reader", home=server.home).stdout.split()[-1]
    client = openai.OpenAI(api_key=key, base_url=f"{server.url}/v1", max_retries=0, timeout=PATIENCE_S)
    with excerpt.open("rb") as file:
        found = client.audio.transcriptions.create(
            file=file, model="whisper-1", response_format="verbose_json", timestamp_granularities=["word", "segment"]
        )
    assert found.language == "english"
    assert found.duration == pytest.approx(SECONDS, abs=0.5)
    assert "customer service" in found.text.lower()
    assert found.words
    assert found.segments
    assert all(0 <= word.start <= word.end <= SECONDS + 1 for word in found.words)
    with pytest.raises(openai.BadRequestError, match=r"notes\.mp3"):
        client.audio.transcriptions.create(file=("notes.mp3", io.BytesIO(b"no sound at all" * 99)), model="whisper-1")
    assert rows(server.home, "SELECT count(*) FROM asked_transcription") == [(0,)]
    assert [one for one in (server.home / "blobs").rglob("*") if one.is_file()] == []

    # The same store, now with keys: a recording gets its copy by itself, and that is what a reader hears.
    body = (CALLS / "call-0007.ogg").read_bytes()
    request = urllib.request.Request(
        f"{server.url}/v1/uploads?filename=call-0007.ogg&channel=call",
        data=body,
        headers={"Authorization": f"Bearer {key}"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202
    deadline = time.monotonic() + PATIENCE_S
    while rows(server.home, "SELECT status FROM masked_audio") != [("ready",)]:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.5)
    ((call, duration),) = rows(server.home, "SELECT id, duration_ms FROM interaction")
    assert fetch(server, f"/v1/interactions/{call}/audio", key) == (200, body)
    status, masked = fetch(server, f"/v1/interactions/{call}/audio", reader)
    assert (status, masked[:4]) == (200, b"fLaC")
    assert fetch(server, f"/v1/interactions/{call}/audio?copy=original", reader)[0] == 403

    import av

    with av.open(io.BytesIO(masked)) as copy:
        seconds = sum(frame.samples for frame in copy.decode(audio=0)) / 16_000
    assert seconds * 1000 == pytest.approx(duration, abs=20)
    status, subtitles = fetch(server, f"/v1/interactions/{call}/transcript?format=vtt", reader)
    assert status == 200
    assert subtitles.startswith(b"WEBVTT")
    assert "█".encode() in subtitles  # the agent says his name
