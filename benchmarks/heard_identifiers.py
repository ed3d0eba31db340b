"""How surely a number was heard right, by the confidence of the words it was read from.

    python benchmarks/heard_identifiers.py [--numbers 23]

Phone and contract numbers drawn at random are said in French and English by the voices of the sample calls
(``samples/generator/speak.py``, which needs ``espeak-ng``) over a telephone line with more and more noise, transcribed
with the model in force, and looked for as in any call. What is found is right or another's; the table says how many of
each a threshold of the lowest word's confidence lets through. ``SURELY_HEARD`` of ``voc/records/interactions.py`` was
chosen by it; to be run again whenever the recogniser changes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples" / "generator"))

import speak

from voc.language.conversation import placed_turns
from voc.language.word_alignment import heard_confidence
from voc.privacy.identifiers import find_mentions
from voc.records import Channel, Interaction
from voc.speech.transcribe import Transcriber

VOICES = ("jm_kumo", "jf_gongitsune", "jf_tebukuro", "jf_nezumi")
NOISES_DB = (None, 15.0, 8.0, 3.0)
"""Signal-to-noise ratios added to the line's own −62 dBFS: none, a street, a car, a crowd."""
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Said:
    """One number said: the sentence, and the identifier that should be found in it."""

    sentence: str
    language: str
    kind: str
    value: str


def drawn(count: int, seed: int = 12) -> Iterator[Said]:
    """``count`` numbers of each kind and language."""
    dice = random.Random(seed)
    for _ in range(count):
        digits = f"0{dice.choice('67')}" + "".join(str(dice.randrange(10)) for _ in range(8))
        pairs = " ".join(digits[at : at + 2] for at in range(0, 10, 2))
        if digits[1] == "7":
            digits, pairs = digits[:2] + "8" + digits[3:], pairs[:3] + "8" + pairs[4:]
        yield Said(f"Mon numéro de téléphone est le {pairs}.", "fr", "phone", "+33" + digits[1:])
        groups = [f"{dice.randrange(10, 100)}" for _ in range(4)]
        yield Said(f"C'est pour le contrat numéro {', '.join(groups)}.", "fr", "contract", "".join(groups))
        local = f"7{dice.choice('45789')}" + "".join(str(dice.randrange(10)) for _ in range(8))
        yield Said(f"My phone number is 0 {' '.join(local)}.", "en", "phone", "+44" + local)
        single = [str(dice.randrange(1, 10)) for _ in range(8)]
        yield Said(f"My contract number is {' '.join(single)}.", "en", "contract", "".join(single))


def on_the_line(speaker: speak.Speaker, said: Said, *, voice: str, noise_db: float | None, seed: int) -> np.ndarray:
    """Float32 [1, n] at 8 kHz: the sentence over a telephone line, with noise at ``noise_db`` below the voice."""
    audio = speaker.say(said.sentence, language=said.language, voice=voice, speed=speak.SPEED[said.language])
    silence = np.zeros(speak.KOKORO_HZ // 2, np.float32)
    rng = np.random.default_rng(seed)
    narrow = speak.telephone(np.concatenate([silence, audio, silence]), role="customer", rng=rng)
    if noise_db is not None:
        narrow = narrow + rng.standard_normal(narrow.size) * 10 ** ((speak.LEVEL_DBFS["customer"] - noise_db) / 20)
    return np.asarray(narrow, np.float32)[None]


def measure(count: int) -> list[tuple[Said, float | None, str, float | None]]:
    """For each number said: the noise, what became of it (``right``, ``wrong``, ``none``), and how surely it is."""
    speaker = speak.Speaker(speak.voices_folder())
    transcriber = Transcriber()
    found: list[tuple[Said, float | None, str, float | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.ogg"
        for number, said in enumerate(drawn(count)):
            voice, noise = VOICES[number // 4 % len(VOICES)], NOISES_DB[number // 16 % len(NOISES_DB)]
            speak.write_opus(path, on_the_line(speaker, said, voice=voice, noise_db=noise, seed=number))
            heard = transcriber.transcribe(path, roles=("customer",), language=said.language)
            one = Interaction(id="i", channel=Channel.CALL, source="", content_hash="", turns=heard.turns)
            text, turns = placed_turns(one)
            region = "FR" if said.language == "fr" else "GB"
            mentions = [m for m in find_mentions(text, language=said.language, region=region) if m.kind == said.kind]
            if not mentions:
                found.append((said, noise, "none", None))
                print("none", noise, said.value, text, flush=True)
            for mention in mentions:
                outcome = "right" if mention.value == said.value else "wrong"
                sure = heard_confidence(turns, mention.begin, mention.end)
                found.append((said, noise, outcome, sure))
                print(outcome, noise, said.value, mention.value, sure, text, flush=True)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=23, help="numbers of each of the four kinds")
    found = measure(parser.parse_args().numbers)
    right = [sure for _, _, outcome, sure in found if outcome == "right" and sure is not None]
    wrong = [sure for _, _, outcome, sure in found if outcome == "wrong" and sure is not None]
    print(f"\n{len(right)} right, {len(wrong)} wrong, {sum(one[2] == 'none' for one in found)} not found\n")
    print("| lowest confidence from | right kept | wrong kept | right among kept |\n|--:|--:|--:|--:|")
    for limit in THRESHOLDS:
        good, bad = sum(one >= limit for one in right), sum(one >= limit for one in wrong)
        share = good / (good + bad) if good + bad else 1.0
        print(f"| {limit:.1f} | {good}/{len(right)} | {bad}/{len(wrong)} | {share:.2f} |")


if __name__ == "__main__":
    main()
