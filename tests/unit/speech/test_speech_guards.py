"""Text that nobody said is left out; text that somebody said is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from voc.speech.alignment import words_of
from voc.speech.hallucination_filter import invented, is_known_phrase, repeats, without_impossible
from voc.speech.languages import Guess
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript


def heard(
    text: str, *, log_probability: float = -0.2, no_speech: float = 0.05, confidence: float = 0.9, seconds: float = 10.0
) -> WindowTranscript:
    words = tuple(SpokenWord(word, at / 2, at / 2 + 0.4, confidence) for at, word in enumerate(text.split()))
    return WindowTranscript(Window(0, 0, int(seconds * 16_000)), text, log_probability, no_speech, words)


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


def test_words_hardly_any_of_which_is_believed_are_unintelligible() -> None:
    assert invented(heard("à exemple.com", confidence=0.11), level_dbfs=-25) == "unintelligible"
    assert invented(heard("à exemple.com", confidence=0.3), level_dbfs=-25) is None


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
    words = words_of(pieces, Window(0, 160_000, 240_000))
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


def aloud(text: str, *, no_speech: float = 0.45) -> WindowTranscript:
    """Words with voice under all of them, of which Whisper half doubts that anybody speaks."""
    found = heard(text, no_speech=no_speech)
    end = int(found.words[-1].end_s * 16_000)
    return replace(found, window=Window(0, 0, 160_000, speech=((0, end),)))


@pytest.mark.parametrize(
    "text",
    [
        "Merci d'avoir regardé votre dossier avec moi.",
        "Merci d'avoir regardé votre dossier avec moi. N'oubliez pas de vous abonner à l'option sécurité. Merci.",
        "Thank you for listening to my complaint.",
        "Abonnez-vous à l'option fibre, c'est ce qu'on m'a dit.",
        "Musique de merde pendant vingt minutes.",
        "Subscribe me to the newsletter, please.",
        "J'écoute toujours Radio Canada",
    ],
)
def test_a_sentence_that_only_begins_like_a_subtitle_is_no_known_phrase(text: str) -> None:
    assert not is_known_phrase(text)
    assert invented(heard(text, no_speech=0.5), level_dbfs=-25) is None
    assert invented(heard(text, log_probability=-0.8), level_dbfs=-25) is None


def test_voice_under_a_known_phrase_says_that_it_was_said() -> None:
    text = "Merci d'avoir regardé cette vidéo !"
    assert invented(aloud(text), level_dbfs=-25) is None
    assert invented(replace(aloud(text), window=Window(0, 0, 160_000)), level_dbfs=-25) == "known phrase"
    assert invented(aloud(text, no_speech=0.7), level_dbfs=-25) == "known phrase"


def timed(*words: tuple[str, float, float], speech: tuple[tuple[float, float], ...]) -> WindowTranscript:
    spans = tuple((int(begin * 16_000), int(end * 16_000)) for begin, end in speech)
    spoken = tuple(SpokenWord(text, begin, end, 0.9) for text, begin, end in words)
    text = " ".join(word.text for word in spoken)
    return WindowTranscript(Window(0, 0, 160_000, speech=spans), text, -0.3, 0.1, words=spoken)


def test_a_word_without_time_that_is_said_again_or_outside_speech_is_left_out() -> None:
    twice = timed(("Bonjour !", 0.0, 0.44), ("Bonjour !", 1.18, 1.18), speech=((0.1, 0.77),))
    assert without_impossible(twice).text == "Bonjour !"
    number = timed(("c'est", 0.1, 0.4), ("56,", 0.5, 0.9), ("68.", 1.7, 1.7), speech=((0.0, 2.2),))
    assert without_impossible(number) is number


def test_words_said_all_at_once_are_left_out_and_their_echo_with_them() -> None:
    first = [("je", 0.0, 0.2), ("suis", 0.2, 0.5), ("remboursé.", 0.5, 1.2)]
    echo = [("je", 1.2, 1.2), ("suis", 1.2, 1.2), ("bien", 1.2, 1.2), ("remboursé.", 1.2, 1.4)]
    assert without_impossible(timed(*first, *echo, speech=((0.0, 1.5),))).text == "je suis remboursé."


def test_a_window_of_words_without_time_is_not_believed() -> None:
    found = timed(("et", 0.0, 0.4), *((word, 0.4, 0.4) for word in ("puis", "on", "verra")), speech=((0, 1),))
    assert without_impossible(found) is found
    assert invented(found, level_dbfs=-20) == "words without time"


@pytest.mark.parametrize("word", ["aずin", "Привет", "l\ufffd", "hahahahaha", "こんにちは"])
def test_no_word_has_letters_of_another_script_or_a_loop_inside(word: str) -> None:
    found = timed(("je", 0.0, 0.2), (word, 0.2, 0.6), ("vois", 0.6, 0.9), speech=((0.0, 1.0),))
    assert without_impossible(found).text == "je vois"


@pytest.mark.parametrize("word", ["cœur", "déjà", "Noël", "50 €", "n°", "«Où»", "l’œil…", "Muñoz", "haha"])
def test_french_and_english_words_are_latin(word: str) -> None:
    found = timed(("je", 0.0, 0.2), (word, 0.2, 0.6), speech=((0.0, 1.0),))
    assert without_impossible(found) is found


def test_a_loop_that_varies_is_repetition() -> None:
    text = (
        "C'est bien, j'ai vu un truc sur la taille, je vous ai dit que j'ai dit que je n'ai pas dit que j't'ai dit "
        "qu'il n'a pas dit qu'ils n'ont pas dit qu'til n'ont jamais dit qu'tils n'auront pas dit"
    )
    assert invented(heard(text, confidence=0.3, log_probability=-0.9, seconds=20), level_dbfs=-25) == "repetition"
    text = "j'ai vu un truc qui s'est passé à l'automne de l'automne. " * 2 + "de l'automne de l'automne"
    assert invented(heard(text), level_dbfs=-25) == "repetition"
    said = "pour activer ou désactiver le mode sourdine appuyez sur un pour activer ou désactiver le verrou appuyez sur"
    assert invented(heard(said), level_dbfs=-25) is None


def test_words_without_voice_under_them_were_not_said() -> None:
    beeps = timed(("Thank", 3.6, 4.0), ("you.", 4.05, 4.4), speech=((4.0, 4.03),))
    assert invented(beeps, level_dbfs=-20) == "no speech"
    assert invented(heard("Thank you. Thank you. Thank you.", no_speech=0.8), level_dbfs=-25) == "known phrase"
