"""Recordings of the kinds people have (third languages, bleed, levels, codecs …), made here: what each must give.

Each input says where its sound is from and how it was made; what is right was written down before it was heard. Judged
are loss, invention, language, channels and what is told, not wording: the base model gets a third of some voices wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from sounds import (
    RATE,
    Sound,
    chords,
    gain,
    joined,
    keys,
    late,
    level,
    muffled,
    over,
    packed,
    pink,
    recorded,
    ringing,
    sample_call,
    silence,
    sung,
    with_losses,
    write,
)

from voc.evaluation.speech import edits, fold
from voc.evaluation.tone_sets import telephone
from voc.settings import Settings
from voc.speech.transcribe import Transcriber
from voc.speech.transcript import Transcript

pytestmark = [pytest.mark.integration, pytest.mark.slow]

VOICE_DBFS = -24.0


@dataclass(frozen=True)
class Speech:
    """The folder of shared speech (``transcripts.csv`` and the sets beside it)."""

    folder: Path

    def prompt(self, name: str, begin_s: float = 0.0, end_s: float | None = None) -> Sound:
        """A French recording of ``french/`` (Asterisk's prompts, CC-BY-SA-3.0; others Apache-2.0)."""
        return level(recorded(self.folder / "french" / f"{name}.flac", begin_s, end_s), VOICE_DBFS)

    def script(self, reader: str, begin_s: float, end_s: float | None = None) -> Sound:
        """A stretch of the English call script read aloud (``call_script_en/``)."""
        return level(recorded(self.folder / "call_script_en" / f"{reader}.flac", begin_s, end_s), VOICE_DBFS)

    def german(self, *names: str) -> list[Sound]:
        """Sentences of EmoDB (``emodb/``, CC0-1.0)."""
        return [level(recorded(self.folder / "emodb" / f"{name}.flac"), VOICE_DBFS) for name in names]

    def italian(self, actor: str) -> list[Sound]:
        """Five neutral sentences of EMOVO (``emovo/``)."""
        names = (f"neu-{actor}-{sentence}" for sentence in ("b1", "b2", "l1", "l2", "l3"))
        return [level(recorded(self.folder / "emovo" / f"{name}.flac"), VOICE_DBFS) for name in names]

    def far(self, *names: str) -> Sound:
        """Far-field meetings of ``conversations/`` over each other."""
        return np.sum([level(recorded(self.folder / "conversations" / f"{name}.flac"), -26) for name in names], axis=0)


@lru_cache(maxsize=1)
def references(folder: Path) -> dict[str, str]:
    """What is said in each recording of ``french/``, by its name."""
    with (folder / "transcripts.csv").open(encoding="utf-8", newline="") as file:
        return {Path(row["path"]).stem: row["reference"] for row in csv.DictReader(file) if row["language"] == "fr"}


@dataclass(frozen=True)
class Input:
    """A recording and what it must give."""

    source: str
    """Set and files, and what was done to them."""
    made: Callable[[Speech, Path], Path]
    prompts: tuple[str, ...] = ()
    """Recordings of ``french/`` that must be heard, in order."""
    fr: str = ""
    """What else must be heard in French,"""
    en: str = ""
    """and in English; nothing else may be: added words are errors as missing ones are."""
    error: float = 0.35
    """Words wrong, missing or added at most, of those of a language."""
    told: tuple[str, ...] = ()
    """What ``skipped`` must say,"""
    untold: tuple[str, ...] = ()
    """and must not."""
    other: frozenset[str] = frozenset()
    """Kinds of what is heard outside words; speech that gave none may be told beside them, by :attr:`error`."""
    channels: int = 1
    usual: str | None = None


def mono(number: int, begin_s: float, end_s: float) -> Sound:
    """Both sides of a sample call on one line."""
    return level(np.sum(sample_call(number, begin_s, end_s), axis=0), -22)


def on_a_telephone(sound: Sound) -> Sound:
    return telephone(sound.astype(np.float32)).astype(np.float64)


def side_by_side(first: Sound, second: Sound) -> tuple[Sound, Sound]:
    """A channel each, the second speaking when the first is done."""
    return np.concatenate([first, silence(len(second) / RATE)])[: len(first) + len(second)], np.concatenate(
        [np.zeros(len(first)), second]
    )


def echoing(number: int, seconds: float) -> tuple[Sound, Sound]:
    agent, customer = sample_call(number, 0, seconds)
    return agent + gain(late(muffled(customer), 0.35), -4), customer


def bleeding(number: int, seconds: float) -> tuple[Sound, Sound]:
    agent, customer = sample_call(number, 0, seconds)
    return agent + gain(late(customer, 0.04), -8), customer + gain(late(agent, 0.04), -8)


def appended(first: Path, second: Path) -> Path:
    first.write_bytes(first.read_bytes() + second.read_bytes())
    return first


def cut(path: Path, begin: float, end: float) -> Path:
    """A file without its beginning and end, at odd places."""
    data = path.read_bytes()
    path.write_bytes(data[int(begin * len(data)) + 11 * (begin > 0) : int(end * len(data)) + 37])
    return path


HELLO = "Hello, thank you for calling customer support. My name is Alex and I will help you today."
DAMAGED = (
    "I'm calling about an order that arrived damaged. The package was delivered yesterday but the screen is cracked."
)
TWICE = (
    "Good afternoon, customer service, Nadia speaking. How can I help you? Hi, yes, I have a problem with my payment. "
    "I paid my bill once in the app and my bank shows two payments. I see. Two payments on the same day?"
)
BRUNO = "Customer service, this is Bruno, how can I help? Hello Bruno. I am not calling about a problem, actually."
NANTES = "Service client, bonjour. Mélanie à l'appareil. Bonjour madame. Je vous appelle de Nantes."
FIBRE = "Nous n'avons plus de fibre depuis hier matin. Plus rien du tout."
MOVED = (
    "Service client, bonjour. Bruno à l'appareil. Bonjour. Je vous appelle pour la troisième fois. Nous avons déménagé "
    "il y a un mois, et la fibre n'est toujours pas transférée. À quelle adresse avez-vous emménagé ?"
)

INPUTS: dict[str, Input] = {
    "German sentences in a French announcement": Input(
        source="french: vm-savefolder, dir-nomatch; emodb: four neutral sentences of actor 03 between them",
        made=lambda of, to: write(to, joined(
            of.prompt("vm-savefolder"), *of.german("03a01Nc", "03a02Nc", "03a04Nc", "03a05Nd"),
            of.prompt("dir-nomatch"))),
        prompts=("vm-savefolder", "dir-nomatch"), told=("German (de) is spoken",), other=frozenset({"speech"}),
    ),
    "an Italian customer on the telephone": Input(
        source="call_script_en: yzriga 0–8 s; emovo: actor m1, five sentences, on a second channel; both G.711",
        made=lambda of, to: write(to, *map(on_a_telephone, side_by_side(
            joined(of.script("yzriga", 0, 8)), joined(*of.italian("m1"))))),
        en=HELLO, told=("Italian (it) is spoken",), other=frozenset({"speech"}), channels=2,
    ),
    "Italian that reads nearly as well in French": Input(
        source="call_script_en: yzriga 0–8 s; emovo: actor m3, five sentences, on a second channel",
        made=lambda of, to: write(to, *side_by_side(joined(of.script("yzriga", 0, 8)), joined(*of.italian("m3")))),
        en=HELLO, told=("Italian (it) is spoken",), other=frozenset({"speech"}), channels=2,
    ),
    "an English call with a French beginning and end": Input(
        source="french: leopard_test_fr, cheetah_test_fr; call_script_en: tatiana-nrs 0–14 s between them",
        made=lambda of, to: write(to, joined(
            of.prompt("leopard_test_fr"), of.script("tatiana-nrs", 0, 14), of.prompt("cheetah_test_fr"))),
        prompts=("leopard_test_fr", "cheetah_test_fr"), en=f"{HELLO} {DAMAGED}", untold=("0:08", "0:09"),
    ),
    "a French passage of an English reader's line": Input(
        source="call_script_en: yzriga 0–8 and 12–16 s; french: fr-FR_Broadband_sample2 between them",
        made=lambda of, to: write(to, joined(
            of.script("yzriga", 0, 8), of.prompt("fr-FR_Broadband_sample2"), of.script("yzriga", 12, 16))),
        prompts=("fr-FR_Broadband_sample2",), en=f"{HELLO} yesterday, but the screen is cracked.", error=0.45,
    ),
    "thanks and nothing else, of an English caller": Input(
        source="call_script_en: tatiana-nrs from 34.5 s, the last words",
        made=lambda of, to: write(to, joined(of.script("tatiana-nrs", 34.5))), en="Thank you.", usual="en",
    ),
    "a French queue's announcement 34 dB too faint": Input(
        source="french: vm-tempgreeting2, vm-savefolder, gain −34 dB",
        made=lambda of, to: write(to, gain(joined(of.prompt("vm-tempgreeting2"), of.prompt("vm-savefolder")), -34)),
        prompts=("vm-tempgreeting2", "vm-savefolder"),
    ),
    "one side 30 dB fainter than the other": Input(
        source="sample call 6, 0–12 s, the customer's channel −30 dB",
        made=lambda _, to: write(to, sample_call(6, 0, 12)[0], gain(sample_call(6, 0, 12)[1], -30)),
        en=f"{BRUNO} I would like to say thank you to one of your shops. Oh, that is nice.", channels=2,
    ),
    "an echo of 350 ms at -4 dB": Input(
        source="sample call 2, 0–15 s; the customer below 1.8 kHz, 350 ms late and 4 dB down on the agent's channel",
        made=lambda _, to: write(to, *echoing(2, 15)), en=TWICE, told=("heard faintly on another channel",), channels=2,
    ),
    "two rooms that hear each other": Input(
        source="sample call 4, 0–16 s; each side 40 ms late and 8 dB down on the other's channel",
        made=lambda _, to: write(to, *bleeding(4, 16)), fr=MOVED, error=0.5,
        told=("heard faintly on another channel",), channels=2,
    ),
    "a track a person in MP4": Input(
        source="sample call 2, 0–15 s, two AAC tracks of 32 kbit/s",
        made=lambda _, to: packed(to.with_suffix(".mp4"), "aac", *sample_call(2, 0, 15), bit_rate=32_000),
        en=TWICE, channels=2,
    ),
    "three readers on one line": Input(
        source="call_script_en: tatiana-nrs 0–8, riadh-lab-ux 14–22, Rougee1 12–20, tatiana-nrs 8–14 s",
        made=lambda of, to: write(to, joined(
            of.script("tatiana-nrs", 0, 8), of.script("riadh-lab-ux", 14, 22), of.script("Rougee1", 12, 20),
            of.script("tatiana-nrs", 8, 14))),
        en=f"{HELLO} I'm calling about an order. The package was delivered yesterday but the screen is cracked. I "
        "would like a refund. I would like a refund as soon as possible. The order number is AX19735. You can reach me "
        "at john dot smith. that arrived damaged. The package was delivered yesterday but the screen is cracked.",
        error=0.45, told=("a third voice is heard",),
    ),
    "a WAV behind a WAV": Input(
        source="french: tt-allbusy and invalid, a file each, one written behind the other with its header",
        made=lambda of, to: appended(
            write(to, joined(of.prompt("tt-allbusy"))), write(to.with_name("b.wav"), joined(of.prompt("invalid")))),
        prompts=("tt-allbusy", "invalid"), told=("header declares less sound",),
    ),
    "an Ogg that ends in the middle": Input(
        source="sample call 3, 0–14 s, mono Opus, cut after 0.8 of its bytes",
        made=lambda _, to: cut(packed(to.with_suffix(".ogg"), "libopus", mono(3, 0, 14), rate=48_000), 0, 0.8),
        fr=f"{NANTES} {FIBRE}", error=0.5, told=("its end is missing",),
    ),
    "an MP3 without its beginning": Input(
        source="sample call 3, 0–11 s, mono MP3 of 32 kbit/s, its first 0.4 missing",
        made=lambda _, to: cut(packed(to.with_suffix(".mp3"), "libmp3lame", mono(3, 0, 11), bit_rate=32_000), 0.4, 1),
        fr=f"Je vous appelle de Nantes. {FIBRE}", error=0.5,
    ),
    "a farewell really said after a pause": Input(
        source="french: demo-nomatch, three seconds of silence, demo-thanks (\"Merci d'avoir essayé …\")",
        made=lambda of, to: write(to, joined(of.prompt("demo-nomatch"), silence(3), of.prompt("demo-thanks"))),
        prompts=("demo-nomatch", "demo-thanks"),
    ),
    "a sentence after twenty seconds of a street": Input(
        source="french: tt-allbusy, 20 s of pink noise at −26 dBFS, vm-sorry",
        made=lambda of, to: write(to, joined(of.prompt("tt-allbusy"), pink(20, -26), of.prompt("vm-sorry"))),
        prompts=("tt-allbusy", "vm-sorry"), other=frozenset({"sound"}),
    ),
    "sung hold music": Input(
        source="french: vm-options, its resonances over pulses at the pitch of a melody, with chords 3 dB below",
        made=lambda of, to: write(to, over(np.concatenate([silence(2), sung(
            of.prompt("vm-options", 0, 8), (261.6, 293.7, 329.6, 392.0, 329.6, 293.7)), silence(2)]), chords(5), 3)),
        told=("music",), other=frozenset({"sound"}),
    ),
    "talk over hold music": Input(
        source="sample call 6, 0–7 s, mono, over chords 15 dB below",
        made=lambda _, to: write(to, over(mono(6, 0, 7), chords(4), 15)), en=BRUNO, untold=("music",),
    ),
    "ringing, music, then the call": Input(
        source="440 Hz rings, chords for 8 s, then sample call 6, 0–7 s, mono",
        made=lambda _, to: write(to, np.concatenate([ringing(2), chords(8), silence(1), mono(6, 0, 7)])),
        en=BRUNO,
        other=frozenset({"ringing", "sound"}),
    ),
    "an announcement that comes again": Input(
        source="french: queue-periodic-announce three times, 2.2 s apart",
        made=lambda of, to: write(to, joined(*[of.prompt("queue-periodic-announce")] * 3, pause_s=2.2)),
        prompts=("queue-periodic-announce",) * 3, untold=("repetition",),
    ),
    "packets lost": Input(
        source="sample call 4, 3–16 s, the customer's channel alone, 60 ms of every 500 silent",
        made=lambda _, to: write(to, with_losses(sample_call(4, 3, 13.4)[1])),
        fr="Bonjour. Je vous appelle pour la troisième fois. Nous avons déménagé il y a un mois, et la fibre n'est "
        "toujours pas transférée.", error=0.45,
    ),
    "a mobile telephone at its least": Input(
        source="french: ss-noservice, vm-tempgreeting2 as AMR of 4.75 kbit/s",
        made=lambda of, to: packed(to.with_suffix(".amr"), "libopencore_amrnb", joined(
            of.prompt("ss-noservice"), of.prompt("vm-tempgreeting2")), rate=8000, bit_rate=4750),
        prompts=("ss-noservice", "vm-tempgreeting2"),
    ),
    "A-law without a header": Input(
        source="french: vm-savefolder, invalid as raw G.711 A-law under the name .al",
        made=lambda of, to: packed(to.with_suffix(".al"), "pcm_alaw", joined(
            of.prompt("vm-savefolder"), of.prompt("invalid")), rate=8000),
        prompts=("vm-savefolder", "invalid"),
    ),
    "keys pressed between prompts": Input(
        source="french: vm-tocallnum, sorry; the keys 4072 and 2436# (DTMF) between them, no digits of anybody's",
        made=lambda of, to: write(to, joined(
            of.prompt("vm-tocallnum"), keys("4072"), keys("2436#"), of.prompt("sorry"))),
        prompts=("vm-tocallnum", "sorry"), other=frozenset({"sound"}),
    ),
    "a room full of others": Input(
        source="french: tt-allbusy, invalid over conversations: tst00 and trn08 together, 12 dB below",
        made=lambda of, to: write(to, over(joined(of.prompt("tt-allbusy"), of.prompt("invalid")), of.far(
            "tst00", "trn08"), 12)),
        prompts=("tt-allbusy", "invalid"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def speech(shared_data: Path) -> Speech:
    if not (shared_data / "speech" / "transcripts.csv").is_file():
        pytest.skip(f"no speech in {shared_data}")
    return Speech(shared_data / "speech")


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber(threads=2)


def wrong(found: Transcript, language: str, said: str) -> float:
    """Words wrong, missing or added of a language ÷ those said in it; added ones count where none was said."""
    heard = fold(" ".join(turn.text for turn in found.turns if turn.language == language), language)
    expected = fold(said, language)
    return sum(edits(expected, heard)) / max(1, len(expected))


@pytest.mark.parametrize("name", INPUTS)
def test_what_was_said_is_heard_and_nothing_else(
    settings: Settings, transcriber: Transcriber, speech: Speech, tmp_path: Path, name: str
) -> None:
    one = INPUTS[name]
    found = transcriber.transcribe(one.made(speech, tmp_path / "a.wav"), usual_language=one.usual)
    of = references(speech.folder)
    assert wrong(found, "fr", " ".join([*(of[prompt] for prompt in one.prompts), one.fr])) <= one.error, found.turns
    assert wrong(found, "en", one.en) <= one.error, found.turns
    reasons = " · ".join(line.reason for line in found.skipped)
    assert [told for told in one.told if told not in reasons] == []
    assert [told for told in one.untold if told in reasons] == []
    kinds = {sound.kind for sound in found.conversation.other}
    assert kinds - {"speech"} == one.other - {"speech"}
    assert one.other <= kinds
    assert found.channels == one.channels


def test_a_word_alone_is_said_once_and_takes_time(
    settings: Settings, transcriber: Transcriber, speech: Speech, tmp_path: Path
) -> None:
    # french: the first word of sorry, "Désolé"
    found = transcriber.transcribe(write(tmp_path / "a.wav", joined(speech.prompt("sorry", 0, 0.9))))
    [word] = [word for turn in found.turns for word in turn.words]
    assert found.language == "fr"
    assert fold(word.text, "fr")[0].startswith("desol")
    assert word.end_ms - word.begin_ms > 100
