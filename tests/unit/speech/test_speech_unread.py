"""Speech that gave no words is told with its time; music that gave none is not speech."""

from __future__ import annotations

from typing import Any

import pytest

from voc.records import OtherSound
from voc.speech.conversation_metrics import measure
from voc.speech.foreign import is_in, likeliest_third, suspect
from voc.speech.languages import Guess, course
from voc.speech.script import other_scripts
from voc.speech.unread import Believed, believed
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript

RATE = 16_000


def heard(begin: float, end: float, *words: SpokenWord, **figures: Any) -> WindowTranscript:
    span = (int(begin * RATE), int(end * RATE))
    text = " ".join(word.text for word in words)
    given = {"log_probability": -0.3, "no_speech": 0.1, "language": "fr"} | figures
    return WindowTranscript(Window(0, *span, speech=(span,)), text, words=words, **given)


def sorted_out(*found: WindowTranscript) -> Believed:
    return believed(found, channels=1, level=lambda _: -25.0)


def test_german_gives_no_words_and_is_named_with_its_time() -> None:
    found = sorted_out(heard(0.9, 12.9, language="de"), heard(14, 15.2, language="de"))
    assert found.kept == []
    assert found.third == "de"
    [line] = found.skipped
    assert line.feature == "language"
    assert "German (de) is spoken at 0:00.9–0:12.9, 0:14.0–0:15.2 (13.2 s)" in line.reason
    assert found.unread == [[(14_400, 206_400), (224_000, 243_200)]]


def test_speech_without_words_is_not_read_and_music_without_words_is_no_speech() -> None:
    [line] = sorted_out(heard(32.9, 35.9)).skipped
    assert line.reason.startswith("speech not read at 0:32.9–0:35.9 (3.0 s)")
    music = sorted_out(heard(32.9, 35.9, no_speech=0.9))
    assert (music.skipped, music.unread) == ([], [[]])


def test_words_that_are_not_believed_leave_speech_not_read() -> None:
    loop = [SpokenWord("non", 0.2 * at, 0.2 * at + 0.15, 0.9) for at in range(40)]
    found = sorted_out(heard(0, 8, *loop))
    assert (found.kept, found.unread) == ([], [[(0, 8 * RATE)]])
    assert "repetition" in found.skipped[0].reason
    hopeless = heard(0, 8, SpokenWord("merci", 0, 1, 0.1), no_speech=0.9, log_probability=-1.2)
    assert sorted_out(hopeless).unread == [[]]
    assert "nobody speaks there" in sorted_out(hopeless).skipped[0].reason


def test_the_last_stretch_without_a_word_has_its_line() -> None:
    speech = ((0, 2 * RATE), (3 * RATE, int(3.8 * RATE)))
    word = SpokenWord("bonjour", 0.1, 1.9, 0.9)
    one = WindowTranscript(Window(0, 0, 4 * RATE, speech=speech), "bonjour", -0.3, 0.1, words=(word,), language="fr")
    found = sorted_out(one)
    assert found.kept == [one]
    assert found.unread == [[speech[1]]]
    assert "0:03.0–0:03.8" in found.skipped[0].reason


def test_speech_not_read_is_counted_and_is_no_silence() -> None:
    lost = OtherSound(begin_ms=1000, end_ms=6000, kind="speech")
    found = measure([], duration_ms=8000, other=[lost])
    assert (found.other_ms, found.silence_ms) == (5000, 3000)
    assert found.non_talk is not None
    assert [(one.begin_ms, one.end_ms) for one in found.non_talk.instances] == [(6000, 8000)]


LOOP = float("-inf")


def pairs(**probabilities: float) -> list[tuple[str, float]]:
    return [(f"<|{code}|>", value) for code, value in probabilities.items()]


def test_a_third_language_is_believed_when_it_sounds_and_reads_like_it() -> None:
    german = pairs(de=0.99, en=0.005, fr=0.001)
    assert is_in("de", german, {"de": -0.4, "fr": -0.89, "en": -1.32}, seconds=2.0)
    assert not is_in("de", german, {"de": -0.4, "fr": -0.5, "en": -1.0}, seconds=2.0)
    assert not is_in("de", german, {"de": LOOP, "fr": LOOP, "en": -1.0}, seconds=2.0)
    assert not is_in("ru", pairs(ru=0.55, fr=0.2), {"ru": -0.2, "fr": -0.7, "en": -0.7}, seconds=2.0)


def test_much_that_sounds_surely_like_a_third_language_need_read_little_better_in_it() -> None:
    italian = pairs(it=0.996, en=0.001)
    assert is_in("it", italian, {"it": -0.32, "fr": -0.45, "en": -0.92}, seconds=12.0)
    assert is_in("it", italian, {"it": LOOP, "fr": -0.45, "en": -0.92}, seconds=12.0)
    assert not is_in("it", italian, {"it": -0.45, "fr": -0.4, "en": -0.92}, seconds=12.0)
    assert not is_in("it", pairs(it=0.8, en=0.1), {"it": -0.32, "fr": -0.45, "en": -0.92}, seconds=12.0)


def test_languages_nobody_speaks_are_not_suspected() -> None:
    assert suspect([pairs(la=0.9, fr=0.05), pairs(fr=0.9)]) is None
    assert suspect([pairs(la=0.2, es=0.6), pairs(de=0.7)]) == "de"
    assert likeliest_third(pairs(cy=0.8, en=0.2)) == ("", 0.0)


def test_a_passage_in_a_third_language_is_cut_out() -> None:
    assert course(5, [{}, {0: -3.0, 1: 3.0, 2: 3.0, 3: -3.0}]) == [(0, 1, 0), (1, 3, 2), (3, 5, 0)]


@pytest.mark.parametrize(("seconds", "share", "doubtful"), [(1, 0.1, True), (1, 0.8, False), (60, 0.1, False)])
def test_little_speech_in_neither_language_is_settled_by_reading(seconds: int, share: float, doubtful: bool) -> None:
    guess = Guess()
    guess.add(pairs(ru=1 - share, fr=share), seconds)
    assert guess.doubtful is doubtful
    guess.settled = "en"
    assert guess.language == "en"


def test_tokens_of_other_scripts_are_found_and_those_of_french_are_not() -> None:
    class Tokens:
        # As byte-level tokens are written: "é", "œ", "’", half a Latin letter, kana, its first byte, Cyrillic.
        known = ("bon", "Ã©", "Åĵ", "âĢĻ", "Å", "ãģļ", "ã", "Ð¿")

        def id_to_token(self, number: int) -> str:
            return self.known[number]

    assert other_scripts(Tokens(), below=8) == (5, 6, 7)


def test_a_doubtful_word_in_a_sentence_that_is_not_read_is_not_believed_either() -> None:
    """ "Bonjour, service client, je vous écoute." came out as "Hello." on one processor, and as nothing on another."""
    found = sorted_out(heard(0.2, 2.7, SpokenWord("Hello.", 0.24, 0.58, 0.59), language="en"))
    assert found.kept == []
    assert found.unread == [[(3200, 43_200)]]
    sure = sorted_out(heard(0.2, 2.7, SpokenWord("Bonjour.", 0.24, 0.58, 0.95)))
    assert [word.text for one in sure.kept for word in one.words] == ["Bonjour."]
