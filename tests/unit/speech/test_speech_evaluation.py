"""The word error rate counts what was misheard, not how it was spelled."""

from __future__ import annotations

from pathlib import Path

import av
import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.evaluation.hallucination import SOUNDS, sound
from voc.evaluation.speech import Scored, doubts, edits, fold, kind_of, table
from voc.evaluation.telephone import over_telephone, write_wav
from voc.records import Word
from voc.speech.decode import decode


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "Le numéro est soixante-quinze.", "le numero est 75"),
        ("fr", "Vingt-cinq pour cent de l'œuvre", "25 % de l’oeuvre"),
        ("fr", "zéro six, douze", "06 12"),
        ("en", "The order number is A X 1 9 7 3 5", "the order number is AX19735."),
        ("en", "john dot smith at example dot com", "john.smith@example.com"),
        ("en", "Five percent!", "5%"),
    ],
)
def test_spelling_of_the_same_words_is_folded_away(language: str, one: str, other: str) -> None:
    assert fold(one, language) == fold(other, language)


def test_different_words_stay_different() -> None:
    assert fold("prélevé", "fr") != fold("prélever", "fr")
    assert fold("fifteen", "en") != fold("fifty", "en")


words = st.lists(st.sampled_from("abcd"), max_size=8)


@given(words.filter(bool), words)
def test_errors_are_those_of_jiwer(reference: list[str], hypothesis: list[str]) -> None:
    found = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    assert sum(edits(reference, hypothesis)) == found.substitutions + found.deletions + found.insertions


def test_the_table_sums_over_files() -> None:
    def one(path: str, errors: int, count: int, detected: str) -> Scored:
        return Scored(
            path=path, kind="read", language="fr", detected=detected, words=count,
            substitutions=errors, deletions=0, insertions=0, reference="", hypothesis="",
            telephone_errors=1, bare_errors=2, sure=9, sure_wrong=errors * 2, unsure=1, unsure_wrong=errors,
        )  # fmt: skip

    lines = table([one("french/a.flac", 1, 10, "fr"), one("french/b.flac", 0, 30, "en")]).splitlines()
    assert lines[2] == (
        "| french | read | fr | 2 | 40 | 2.5 % | 2.5 % | 0.0 % | 0.0 % | 10.0 % | 5.0 % | 1/2 | 10.0 % | 50.0 % "
        "| 11.1 % |"
    )


def test_recordings_are_told_apart_by_what_is_read() -> None:
    assert kind_of({"path": "call_script_en/a.flac", "source": "students", "kind": "read"}) == "call script"
    prompt = {"path": "french/a.flac", "source": "asterisk-core-sounds-fr-wav 1.6.1", "kind": "read"}
    assert kind_of(prompt) == "telephone prompts"
    assert kind_of(prompt | {"source": "somebody/something"}) == "other read"


def test_sure_and_unsure_words_are_counted_with_what_is_wrong_of_each() -> None:
    said = [("Votre", 0.9), ("facture", 0.9), ("de", 0.8), ("juin", 0.3), ("est", 0.2)]
    words = [Word(text=text, begin_ms=0, end_ms=1, confidence=confidence) for text, confidence in said]
    assert doubts(["votre", "facture", "de", "juillet", "est", "payee"], words, "fr") == (3, 0, 2, 1)
    assert doubts([], words, "fr") == (3, 3, 2, 2)


@pytest.mark.parametrize("law", ["mulaw", "alaw"])
def test_a_telephone_line_keeps_channels_and_length_and_nothing_above_4_khz(tmp_path: Path, law: str) -> None:
    at = np.arange(32_000) / 16_000
    both = np.stack([np.sin(2 * np.pi * 1000 * at), np.sin(2 * np.pi * 6000 * at)], axis=1)
    path = write_wav(tmp_path / "in.wav", (8000 * both).astype(np.int16))
    line = over_telephone(path, tmp_path / "line.wav", law=law)  # type: ignore[arg-type]
    with av.open(str(line)) as container:
        assert container.streams.audio[0].codec_context.name == f"pcm_{law}"
        assert container.streams.audio[0].rate == 8000
    heard = decode(line)
    assert (heard.channels, round(heard.duration_ms, -1)) == (2, 2000)
    low, high = (float(np.abs(heard.samples(channel)).mean()) for channel in (0, 1))
    assert low > 0.1
    assert high < 0.01


@pytest.mark.parametrize("name", SOUNDS)
def test_sounds_without_speech_are_the_same_on_every_run_and_as_loud_as_a_voice(name: str) -> None:
    made = sound(name, seconds=20)
    assert (made == sound(name, seconds=20)).all()
    level = float(np.sqrt(np.mean(np.square(made / 32768))))
    assert level == 0.0 if name == "digital silence" else 0.05 < level < 0.12
