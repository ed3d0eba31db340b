"""Recordings: every container a telephone system writes is probed, and what telephony knows of a call comes with it."""

from __future__ import annotations

import json
import math
import struct
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voc.intake import read, read_folder
from voc.records import Channel, Identifier, Interaction, Rejected

av = pytest.importorskip("av")
numpy = pytest.importorskip("numpy")

CODECS = {
    "g711a.wav": ("pcm_alaw", "wav", 8000),
    "g711u.wav": ("pcm_mulaw", "wav", 8000),
    "pcm8.wav": ("pcm_u8", "wav", 8000),
    "pcm16.wav": ("pcm_s16le", "wav", 8000),
    "pcm24.wav": ("pcm_s24le", "wav", 16000),
    "pcm32.wav": ("pcm_s32le", "wav", 16000),
    "float.wav": ("pcm_f32le", "wav", 16000),
    "call.mp3": ("libmp3lame", "mp3", 16000),
    "call.m4a": ("aac", "ipod", 16000),
    "call.aac": ("aac", "adts", 16000),
    "call.opus": ("libopus", "ogg", 48000),
    "call.ogg": ("libopus", "ogg", 16000),
    "call.flac": ("flac", "flac", 16000),
    "call.webm": ("libopus", "webm", 48000),
    "call.amr": ("libopencore_amrnb", "amr", 8000),
}


def encode(path: Path, codec: str, container: str, rate: int, *, seconds: float = 1.5, layout: str = "mono") -> Path:
    """Write a tone with the given codec."""
    count = int(rate * seconds)
    samples = (numpy.sin(2 * math.pi * 440 * numpy.arange(count) / rate) * 12000).astype(numpy.int16)
    channels = 2 if layout == "stereo" else 1
    frame = av.AudioFrame.from_ndarray(numpy.repeat(samples, channels)[None], format="s16", layout=layout)
    frame.sample_rate = rate
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        wanted = stream.codec_context
        wanted.open()
        resampler = av.AudioResampler(
            format=wanted.format, layout=wanted.layout, rate=rate, frame_size=wanted.frame_size or 0
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path


def wav(path: Path, *, channels: int = 1, seconds: float = 1.0, level: int = 900) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<h", level) * int(seconds * 8000) * channels)
    return path


def the_call(path: Path, **options: object) -> Interaction:
    (found,) = read(path, **options)  # type: ignore[arg-type]
    assert isinstance(found, Interaction), found
    return found


@pytest.mark.parametrize("filename", CODECS)
def test_containers_and_codecs(tmp_path: Path, filename: str) -> None:
    codec, container, rate = CODECS[filename]
    try:
        path = encode(tmp_path / filename, codec, container, rate)
    except (av.FFmpegError, ValueError) as error:
        pytest.skip(f"this build cannot write {codec}: {error}")
    call = the_call(path)
    assert call.channel is Channel.CALL
    assert call.recording is not None
    assert call.recording.channels in {1, 2}
    assert call.recording.duration_ms == pytest.approx(1500, abs=150)
    assert call.recording.size_bytes == path.stat().st_size
    assert call.recording.sha256 == call.content_hash
    assert call.text is None
    assert call.turns == ()


def test_stereo_with_roles(tmp_path: Path) -> None:
    call = the_call(wav(tmp_path / "call.wav", channels=2), roles=("agent", "customer"))
    assert call.recording is not None
    assert call.recording.channels == 2
    assert call.recording.roles == ("agent", "customer")


def test_the_extension_does_not_decide(tmp_path: Path) -> None:
    path = wav(tmp_path / "call.wav").rename(tmp_path / "recording.bin")
    assert the_call(path).recording is not None


def test_the_same_bytes_are_the_same_call(tmp_path: Path) -> None:
    one = wav(tmp_path / "one.wav")
    two = tmp_path / "two.wav"
    two.write_bytes(one.read_bytes())
    assert the_call(one).id == the_call(two).id
    assert the_call(wav(tmp_path / "three.wav", level=901)).id != the_call(one).id


@pytest.mark.parametrize(
    ("filename", "moment"),
    [
        ("20261109_101200.wav", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("call-2026-11-09T10-12-30Z.wav", datetime(2026, 11, 9, 10, 12, 30, tzinfo=UTC)),
        ("appel_2026-11-09.wav", datetime(2026, 11, 9, tzinfo=UTC)),
        ("0612345678_20261109101200_in.wav", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("call-0003.wav", None),
        ("99999999.wav", None),
    ],
)
def test_the_moment_is_in_the_name_or_unknown(tmp_path: Path, filename: str, moment: datetime | None) -> None:
    assert the_call(wav(tmp_path / filename)).occurred_at == moment


def test_a_sidecar_of_the_same_stem(tmp_path: Path) -> None:
    wav(tmp_path / "call-0003.wav", channels=2)
    (tmp_path / "call-0003.json").write_text(
        json.dumps(
            {
                "call_id": "C-100045",
                "caller_number": "06 12 34 56 78",
                "started_at": "2026-11-09T10:12:00+01:00",
                "customer_id": "AZ-00012",
                "agent": "A12",
                "direction": "inbound",
                "roles": ["conseiller", "client"],
                "language": "fr-FR",
                "nps": 3,
            }
        )
    )
    (call,) = read_folder(tmp_path)
    assert isinstance(call, Interaction)
    assert call.external_id == "C-100045"
    assert call.occurred_at == datetime(2026, 11, 9, 9, 12, tzinfo=UTC)
    assert call.identifiers == (
        Identifier(type="phone", value="+33612345678", verified=True),
        Identifier(type="customer", value="AZ00012", verified=True),
    )
    assert call.recording is not None
    assert call.recording.roles == ("agent", "customer")
    assert (call.language, call.nps) == ("fr", 3)
    assert call.attributes == {"agent": "A12", "direction": "inbound"}


@pytest.mark.parametrize("table", ["calls.csv", "metadata.csv", "appels.csv"])
def test_a_table_of_calls_in_the_folder(tmp_path: Path, table: str) -> None:
    for number in range(3):
        wav(tmp_path / f"call-{number}.wav", level=100 + number)
    (tmp_path / table).write_text(
        "Fichier;Numéro appelant;Date appel;Id appel;Agent;Note NPS;Ville\n"
        "call-0.wav;0612345670;09/11/2026 10:12;CALL-9000;A1;9;Nîmes\n"
        "audio\\call-1.wav;0612345671;10/11/2026 11:00;CALL-9001;A2;;Brest\n"
    )
    calls = list(read_folder(tmp_path))
    assert all(isinstance(call, Interaction) for call in calls)
    first, second, third = calls
    assert isinstance(first, Interaction)
    assert isinstance(second, Interaction)
    assert isinstance(third, Interaction)
    assert first.identifiers == (Identifier(type="phone", value="+33612345670", verified=True),)
    assert first.occurred_at == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)
    assert (first.external_id, first.nps, first.attributes) == ("CALL-9000", 9, {"agent": "A1", "city": "Nîmes"})
    assert second.external_id == "CALL-9001"
    assert third.identifiers == ()


def test_reading_the_table_itself_reads_the_recordings_it_names(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav")
    (tmp_path / "calls.csv").write_text("filename,caller_number\na.wav,0612345678\nb.wav,0612345679\n")
    call, missing = read(tmp_path / "calls.csv")
    assert isinstance(call, Interaction)
    assert call.identifiers[0].value == "+33612345678"
    assert missing == Rejected(
        source="calls.csv:3",
        reason="there is no recording b.wav beside the table.",
        code="no_recording",
        parameters={"recording": "b.wav"},
    )


def test_pieces_of_one_call_stay_apart(tmp_path: Path) -> None:
    """A transferred call is several recordings under one call id: it is their thread, not their id."""
    for number in range(2):
        wav(tmp_path / f"part-{number}.wav", level=100 + number)
    (tmp_path / "calls.csv").write_text("filename,call_id\npart-0.wav,CALL-1\npart-1.wav,CALL-1\n")
    calls = [call for call in read_folder(tmp_path) if isinstance(call, Interaction)]
    assert len({call.id for call in calls}) == 2
    assert {call.thread_id for call in calls} == {"CALL-1"}


def test_a_broken_sidecar_does_not_cost_the_call(tmp_path: Path) -> None:
    wav(tmp_path / "call.wav")
    (tmp_path / "call.json").write_text("{not json")
    assert the_call(tmp_path / "call.wav").identifiers == ()


def test_a_video_with_sound_is_a_recording_and_one_without_is_not(tmp_path: Path) -> None:
    path = tmp_path / "screen.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            file.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        file.mux(stream.encode(None))
    (found,) = read(path)
    assert found == Rejected(source="screen.mp4", reason="a video without sound; give the recording itself.")


def test_a_streamed_wav_with_an_unfinished_header_is_accepted(tmp_path: Path) -> None:
    path = wav(tmp_path / "call.wav")
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(raw))
    assert the_call(path).recording is not None


# --- what a header claims ----------------------------------------------------------------------------------------


def claims(path: Path, seconds: int, *, rate: int = 8000, channels: int = 1, sound: int = 4000) -> Path:
    """A WAV whose header announces ``seconds``, with half a second of sound in it; in a file as long as it says."""
    length = seconds * rate * channels
    fmt = struct.pack("<HHIIHH", 6, channels, rate, rate * channels, channels, 8)  # A-law: a byte a sample
    head = b"RIFF" + struct.pack("<I", min(length + 36, 0xFFFFFFFF)) + b"WAVEfmt " + struct.pack("<I", 16) + fmt
    path.write_bytes(head + b"data" + struct.pack("<I", length) + b"\x55" * sound)
    with path.open("r+b") as file:
        file.truncate(len(head) + 8 + length)  # sparse: it takes no room
    return path


@pytest.mark.parametrize(
    ("hours", "channels", "reason"),
    [(13, 1, "longer than 12 hours"), (40, 1, "longer than 12 hours"), (7, 4, "longer than 6 hours with 4 channels")],
)
def test_what_is_longer_than_any_conversation_is_refused_at_once(
    tmp_path: Path, hours: int, channels: int, reason: str
) -> None:
    (found,) = read(claims(tmp_path / "long.wav", hours * 3600, channels=channels))
    assert isinstance(found, Rejected)
    assert reason in found.reason


@pytest.mark.parametrize(("hours", "channels"), [(12, 2), (3, 8), (1, 1)])
def test_a_long_conversation_is_read(tmp_path: Path, hours: int, channels: int) -> None:
    found = the_call(claims(tmp_path / "long.wav", hours * 3600, channels=channels))
    assert found.recording is not None
    assert found.recording.duration_ms == hours * 3_600_000


def test_a_length_that_cannot_be_in_the_file_is_not_believed(tmp_path: Path) -> None:
    path = encode(tmp_path / "call.flac", "flac", "flac", 16000, seconds=1.5)
    data = bytearray(path.read_bytes())
    assert data[:4] == b"fLaC"
    samples = 100 * 3600 * 16000  # STREAMINFO: 36 bits, the last 4 of byte 21 and bytes 22 to 25
    data[21] = data[21] & 0xF0 | samples >> 32
    data[22:26] = (samples & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(bytes(data))
    found = the_call(path)
    assert found.recording is not None
    assert found.recording.duration_ms == pytest.approx(1500, abs=100)


def test_a_recording_is_opened_in_one_way_wherever_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A playlist in a recording's clothes would make FFmpeg open other files."""
    from voc.speech.decode import decode

    path = wav(tmp_path / "call.wav")
    real, seen = av.open, []

    def spy(file: str, *arguments: object, **options: object) -> object:
        seen.append((file, options.get("options")))
        return real(file, *arguments, **options)

    monkeypatch.setattr(av, "open", spy)
    the_call(path)
    decode(path)
    (probed, decoded) = seen
    assert probed == decoded
    assert probed[1]["protocol_whitelist"] == "file"
    assert not set(probed[1]["format_whitelist"].split(",")) & {"concat", "hls", "sdp", "dash", "concatf", "imf"}


def test_a_playlist_behind_a_tag_opens_no_other_file(tmp_path: Path) -> None:
    wav(tmp_path / "secret.wav", seconds=2.0)
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x00"
    for name, listed in (("a.mp3", b"ffconcat version 1.0\nfile secret.wav\n"), ("b.mp3", b"#EXTM3U\nsecret.wav\n")):
        (tmp_path / name).write_bytes(tag + listed * 50)
        (found,) = read(tmp_path / name)
        assert isinstance(found, Rejected)


def test_a_name_with_a_colon_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wav(tmp_path / "http:call.wav")
    monkeypatch.chdir(tmp_path)
    assert the_call(Path("http:call.wav")).recording is not None
