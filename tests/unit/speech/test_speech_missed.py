"""A sentence the recogniser left out of a window is read again, and only then."""

from __future__ import annotations

from dataclasses import replace

from voc.speech.alignment import words_of
from voc.speech.decode import SAMPLE_RATE
from voc.speech.gap_retry import merge_retry, moved_out, retry_window, uncovered_speech, with_neighbours, wordless
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript

SPEECH = ((0, 2 * SAMPLE_RATE), (3 * SAMPLE_RATE, 6 * SAMPLE_RATE))
WINDOW = Window(0, 0, 7 * SAMPLE_RATE, speech=SPEECH)


def said(text: str, begin_s: float, end_s: float, *, confidence: float = 0.9) -> tuple[SpokenWord, ...]:
    each = text.split()
    step = (end_s - begin_s) / len(each)
    return tuple(
        SpokenWord(word, begin_s + at * step, begin_s + (at + 1) * step, confidence) for at, word in enumerate(each)
    )


def heard(*words: SpokenWord, window: Window = WINDOW) -> WindowTranscript:
    return WindowTranscript(window, " ".join(word.text for word in words), -0.3, 0.0, words=words, language="en")


FIRST = said("it usually takes five days", 0.1, 1.9)


def test_speech_with_words_in_it_was_not_passed_over() -> None:
    assert uncovered_speech(heard(*FIRST, *said("I will mark it as urgent for you", 3.1, 5.8))) == []
    assert uncovered_speech(heard(*FIRST, *said("urgent for you", 3.1, 5.5))) == []
    # A breath of a second in the middle is none either.
    assert uncovered_speech(heard(*FIRST, *said("urgent for", 3.1, 4.0), *said("you all", 5.3, 5.9))) == []


def test_the_last_words_of_a_stretch_are_missed_sooner_than_those_in_its_middle() -> None:
    # "… tu vois[, on la divise en deux]": decoding stopped before the end, and nobody hesitates there.
    [tail] = uncovered_speech(heard(*FIRST, *said("non, la divise, tu vois", 3.1, 4.6)))
    assert tail == (round(4.75 * SAMPLE_RATE), SPEECH[1][1])


def test_two_last_words_are_missed_too() -> None:
    [tail] = uncovered_speech(heard(*FIRST, *said("the parcel is at the", 3.1, 5.3)))
    assert tail == (round(5.45 * SAMPLE_RATE), SPEECH[1][1])
    again = heard(*said("front desk", 5.4, 5.9), window=with_neighbours(WINDOW, tail))
    whole = merge_retry(heard(*FIRST, *said("the parcel is at the", 3.1, 5.3)), tail, again)
    assert whole.text.endswith("the parcel is at the front desk")
    assert uncovered_speech(whole) == []


def test_a_last_word_aligned_too_early_is_not_written_twice() -> None:
    first = heard(*FIRST, *said("the parcel is at the desk", 3.1, 5.3))
    [tail] = uncovered_speech(first)
    late = heard(*said("at the desk", 5.4, 5.95), window=with_neighbours(WINDOW, tail))
    more = heard(*said("the desk downstairs", 5.4, 5.95), window=with_neighbours(WINDOW, tail))
    assert merge_retry(first, tail, late).text == first.text
    assert merge_retry(first, tail, more).text == f"{first.text} downstairs"


def test_a_stretch_without_words_was_and_one_word_stretched_over_it_does_not_help() -> None:
    assert uncovered_speech(heard(*FIRST)) == [SPEECH[1]]
    assert uncovered_speech(heard(*FIRST, SpokenWord("It", 3.0, 5.9, 0.04))) == [SPEECH[1]]
    assert uncovered_speech(heard(*FIRST, SpokenWord("Hi,", 3.0, 6.0, 0.9))) == []  # 0.8 s of 3: more than a quarter
    assert uncovered_speech(heard(*FIRST, SpokenWord("401936404", 3.0, 6.0, 0.9))) == []


def test_a_window_without_any_words_is_not_read_again() -> None:
    assert uncovered_speech(heard()) == []


def test_what_is_read_again_is_the_stretch_and_nothing_beyond_the_window() -> None:
    again = retry_window(WINDOW, SPEECH[1])
    assert (again.begin, again.end) == (int(2.7 * SAMPLE_RATE), int(6.3 * SAMPLE_RATE))
    assert retry_window(WINDOW, SPEECH[0]).begin == 0


def test_a_second_reading_takes_the_place_of_what_stood_there() -> None:
    first = heard(*FIRST, SpokenWord("It", 3.0, 5.9, 0.04))
    again = heard(*said("I will mark it as urgent", 3.1, 5.8), window=retry_window(WINDOW, SPEECH[1]))
    both = merge_retry(first, SPEECH[1], again)
    assert both.text == "it usually takes five days I will mark it as urgent"
    assert [word.text for word in both.words] == both.text.split()
    assert uncovered_speech(both) == []


def test_a_second_reading_that_cannot_be_believed_changes_nothing() -> None:
    first = heard(*FIRST)
    guessed = heard(*said("that is the truth", 3.1, 5.8, confidence=0.3), window=retry_window(WINDOW, SPEECH[1]))
    credits = heard(*said("thank you for watching", 3.1, 5.8), window=retry_window(WINDOW, SPEECH[1]))
    assert merge_retry(first, SPEECH[1], guessed) is first
    assert merge_retry(first, SPEECH[1], credits) is first
    assert merge_retry(first, SPEECH[1], replace(guessed, words=())) is first


def test_the_end_of_a_stretch_that_was_read_in_part_was_passed_over() -> None:
    long = replace(WINDOW, speech=((0, 7 * SAMPLE_RATE),))
    [(begin, end)] = uncovered_speech(heard(*said("it usually takes five days", 0.1, 4.0), window=long))
    assert (begin, end) == (int(4.15 * SAMPLE_RATE), 7 * SAMPLE_RATE)


def test_a_doubtful_word_drawn_over_a_stretch_does_not_cover_it() -> None:
    assert uncovered_speech(heard(*FIRST, SpokenWord("Thank", 2.9, 5.9, 0.23))) == [SPEECH[1]]


def test_a_third_reading_has_the_speech_around_it_and_gives_only_what_was_missing() -> None:
    both = with_neighbours(WINDOW, SPEECH[1])
    assert both.speech == SPEECH
    again = heard(*said("it takes six days", 0.1, 1.9), *said("I will mark it", 3.1, 5.8), window=both)
    assert merge_retry(heard(*FIRST), SPEECH[1], again).text == "it usually takes five days I will mark it"


def test_a_stretch_in_the_other_language_is_heard_apart() -> None:
    first = heard(*FIRST, SpokenWord("Thank", 2.9, 5.9, 0.23))
    again = replace(heard(*said("tu peux regarder le dossier", 3.1, 5.8)), language="fr")
    rest, other = moved_out(first, SPEECH[1], again)
    assert (rest.language, rest.text) == ("en", "it usually takes five days")
    assert (other.language, other.text) == ("fr", "tu peux regarder le dossier")
    assert other.window.begin > rest.window.begin
    # It is told once: as words there, and not as speech here that gave none.
    assert (rest.window.speech, other.window.speech) == (SPEECH[:1], SPEECH[1:])
    assert wordless(rest) == []


def test_a_word_drawn_over_lost_speech_is_shortened_to_the_side_it_was_said_on() -> None:
    def piece(word: str, start: float, end: float) -> dict[str, object]:
        return {"word": word, "start": start, "end": end, "probability": 0.6}

    # "Hello" is the first word of the second stretch; the alignment drew it over the first one, which was not read.
    found = words_of([piece(" Hello,", 0.0, 3.5), piece(" sorry.", 3.5, 4.0), piece(" Bye", 4.1, 6.9)], WINDOW)
    assert [(round(word.begin_s, 1), round(word.end_s, 1)) for word in found] == [(2.7, 3.5), (3.5, 4.0), (6.1, 6.9)]
    # A number that is read out takes its time.
    assert words_of([piece(" 0612345678", 0.0, 3.5)], WINDOW)[0].begin_s == 0.0
