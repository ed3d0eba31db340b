"""Text that nobody said is left out; text that somebody said is not."""

from __future__ import annotations

import pytest

from voc.speech.activity import Window
from voc.speech.guards import invented, is_known_phrase, repeats
from voc.speech.heard import Heard, SpokenWord
from voc.speech.languages import Guess
from voc.speech.whisper import _words


def heard(
    text: str, *, log_probability: float = -0.2, no_speech: float = 0.05, confidence: float = 0.9, seconds: float = 10.0
) -> Heard:
    words = tuple(SpokenWord(word, at / 2, at / 2 + 0.4, confidence) for at, word in enumerate(text.split()))
    return Heard(Window(0, 0, int(seconds * 16_000)), text, log_probability, no_speech, words)


SUBTITLES = [
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Sous-titrage Société Radio-Canada",
    "Sous-titrage ST' 501",
    "Thanks for watching!",
    "Thank you for watching.",
    "Merci d'avoir regardé cette vidéo !",
    "Abonnez-vous !",
    "Please subscribe to my channel",
    "Musique de générique",
]


@pytest.mark.parametrize("text", SUBTITLES)
def test_subtitle_credits_that_were_hardly_heard_are_dropped(text: str) -> None:
    assert is_known_phrase(text)
    assert invented(heard(text, log_probability=-0.8), level_dbfs=-25) == "known phrase"
    assert invented(heard(text, no_speech=0.5), level_dbfs=-25) == "known phrase"
    assert invented(heard(text), level_dbfs=-60) == "known phrase"


@pytest.mark.parametrize("text", SUBTITLES)
def test_the_same_words_said_aloud_and_clearly_are_kept(text: str) -> None:
    assert invented(heard(text), level_dbfs=-22) is None


@pytest.mark.parametrize("text", ["Merci.", "Thank you.", "OK", "Oui"])
def test_short_answers_are_kept_even_when_unsure_and_dropped_when_silent(text: str) -> None:
    assert invented(heard(text, log_probability=-0.9), level_dbfs=-25) is None
    assert invented(heard(text, no_speech=0.8), level_dbfs=-25) == "known phrase"
    assert invented(heard(text), level_dbfs=-58) == "known phrase"


def test_no_speech_needs_both_signs() -> None:
    text = "je ne sais pas"
    assert invented(heard(text, no_speech=0.7, log_probability=-1.1), level_dbfs=-25) == "no speech"
    assert invented(heard(text, no_speech=0.7), level_dbfs=-25) is None
    assert invented(heard(text, log_probability=-1.1), level_dbfs=-25) is None


def test_loops_are_dropped_and_a_number_read_out_is_not() -> None:
    assert invented(heard("et puis on va voir " * 12), level_dbfs=-20) == "repetition"
    assert repeats(["non"] * 10)
    assert not repeats(["non", "non", "non"])
    assert not repeats(["zéro", "six", "zéro", "six", "zéro", "six", "douze"])
    assert invented(heard("zéro six douze douze douze zéro un"), level_dbfs=-20) is None


def test_more_words_than_anyone_can_say_are_dropped() -> None:
    text = "this is a whole sentence that was never said in one third of a second"
    assert invented(heard(text, seconds=1), level_dbfs=-20) == "more words than time"
    assert heard(text, seconds=1).failed


def piece(word: str, begin: float, end: float, probability: float = 0.9) -> dict[str, object]:
    return {"word": word, "start": begin, "end": end, "probability": probability}


def test_pieces_become_the_words_of_the_text() -> None:
    pieces = [piece(" «", 0, 0), piece(" Prenez", 0, 0.4), piece(" rendez", 0.5, 0.8), piece("-vous", 0.8, 1.0, 0.5)]
    pieces += [
        piece(",", 1.0, 1.3),
        piece(" s'il", 1.4, 1.6),
        piece(" ?", 1.6, 2.0),
        piece(" -", 2, 2),
        piece(" Oui", 2, 3),
    ]
    words = _words(pieces, Window(0, 160_000, 240_000))
    assert [word.text for word in words] == ["«Prenez", "rendez-vous,", "s'il ?", "Oui"]
    assert (words[1].begin_s, words[1].end_s, words[1].confidence) == (10.5, 11.0, 0.5)


def test_the_language_is_one_that_is_read_and_a_foreign_one_is_named() -> None:
    guess = Guess()
    guess.add([("<|fr|>", 0.6), ("<|en|>", 0.2), ("<|it|>", 0.2)], 10)
    guess.add([("<|en|>", 0.9), ("<|fr|>", 0.1)], 2)
    assert guess.language == "fr"
    assert guess.confidence == pytest.approx(6.2 / 10)
    assert guess.foreign is None
    german = Guess()
    german.add([("<|de|>", 0.9), ("<|en|>", 0.05)], 5)
    assert german.language == "en"
    assert german.foreign == ("de", pytest.approx(0.9))
