"""Moods set right: irony turned, comparisons lowered, mixed texts near neutral, neighbours kept apart."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.analysers.understood_texts import reading
from voc.analysers.sentiment.adjustment import (
    FORMULA,
    IRONY,
    LOWERED,
    MIDDLING,
    RAISED,
    Cue,
    after_grievances,
    apologised,
    cues_of,
    find_cues,
    formulas,
    in_two_minds,
    of_turn,
    set_right,
    whole_of,
)
from voc.analysers.sentiment.model import sentiment_of
from voc.analysers.sentiment.reading_apart import read_apart
from voc.analysis.understanding import made_ready
from voc.language.patterns import flatten
from voc.language.sentences import split_clauses, split_sentences
from voc.records import Sentiment, Turn

TURNED = [Cue("turned", "mock_praise", 0, 5)]
RAISED_CUE = [Cue("raised", "understatement", 0, 5)]


def mood(score: float) -> Sentiment:
    return Sentiment(label="neutral", score=0).moved_to(score)


def read(text: str, language: str = "fr", score: float = 0.6) -> float:
    made = made_ready(text, flatten(text), language=language, sentences=split_sentences(text))
    span = made.sentences[0]
    return set_right(mood(score), cues_of(span, find_cues(made), sentence=span)).score


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bravo pour la panne", "fr"),
        ("merci pour rien", "fr"),
        ("Super, encore une panne", "fr"),
        ("quel bonheur d'attendre deux heures", "fr"),
        ("Votre réactivité est incroyable 🙄", "fr"),
        ("Service au top #ironie", "fr"),
        ("thanks for nothing", "en"),
        ("great, another outage", "en"),
        ("love waiting on hold for an hour", "en"),
        ("what a service /s", "en"),
    ],
)
def test_irony_is_turned(text: str, language: str) -> None:
    assert read(text, language) == IRONY


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Merci pour votre aide après la panne", "fr"),
        ("Bravo à toute l'équipe", "fr"),
        ("Super service, jamais une panne", "fr"),
        ("Thanks for all the help and suggestions", "en"),
        ("Thanks for the quick fix of the crash", "en"),
        ("great service, no problems", "en"),
        ("I love this app, can't wait for the new one", "en"),
    ],
)
def test_thanks_that_are_meant_stay(text: str, language: str) -> None:
    assert read(text, language) >= 0.6


def test_comparisons() -> None:
    assert read("c'était mieux avant") == LOWERED
    assert read("moins cher ailleurs", score=0.5) == LOWERED
    assert read("cheaper elsewhere", "en", score=0.5) == LOWERED
    assert read("moins cher que les autres", score=-0.1) == RAISED
    assert read("pas cher", score=-0.3) == RAISED
    assert read("pas cher", score=-0.9) == -0.9, "what is said beside it weighs more"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("seul bémol, l'ascenseur", "fr"),
        ("the only downside is the lift", "en"),
        ("merci mais ça ne résout pas mon problème", "fr"),
        ("thanks but that didn't solve my problem", "en"),
        ("un délai beaucoup trop long", "fr"),
        ("the wait is far too long", "en"),
    ],
)
def test_what_spoils_a_kind_sentence_lowers_it(text: str, language: str) -> None:
    assert read(text, language, score=0.6) == LOWERED


@pytest.mark.parametrize(
    ("text", "language"),
    [("aucun bémol à signaler", "fr"), ("not a single drawback", "en"), ("ni trop long ni trop court", "fr")],
)
def test_what_spoils_nothing_does_not(text: str, language: str) -> None:
    assert read(text, language, score=0.6) >= 0.4


def test_doubted_words_are_lowered() -> None:
    assert read("votre « service client » m'a rappelé", score=0.2) == LOWERED


def test_a_text_pulled_apart_is_near_neutral() -> None:
    found = whole_of(mood(-0.8), [(mood(0.8), 4), (mood(-0.8), 4)])
    assert found.label == "neutral"
    assert -0.4 < found.score < 0


def test_a_text_of_one_mood_stays_as_read() -> None:
    whole = mood(-0.7)
    assert whole_of(whole, [(mood(-0.5), 4), (mood(-0.9), 4)]) is whole
    assert whole_of(whole, [], cues=TURNED) is whole


def test_irony_pulls_the_whole_down_never_up() -> None:
    assert whole_of(mood(0.7), [(mood(-0.55), 5)], cues=TURNED).score == -0.55
    assert whole_of(mood(-0.9), [(mood(-0.55), 5)], cues=TURNED).score == -0.9


def test_what_is_said_by_its_contrary_lifts_the_whole() -> None:
    """ "Rien à redire." raised its clause and left the text as it was read: slightly negative."""
    assert whole_of(mood(-0.2), [(mood(0.4), 3)], cues=RAISED_CUE).score == 0.4
    assert whole_of(mood(0.8), [(mood(0.4), 3)], cues=RAISED_CUE).score == 0.8
    both = [*TURNED, *RAISED_CUE]
    assert whole_of(mood(-0.8), [(mood(0.4), 3)], cues=both).score == -0.8


def test_clauses_of_a_sentence_that_turns_are_read_alone() -> None:
    text = "Le conseiller était charmant mais la facture est fausse. Tout va bien."
    sentences = split_sentences(text)
    clauses = [clause for sentence in sentences for clause in split_clauses(text, sentence)]
    chosen = read_apart(text, sentences, clauses, [mood(-0.4)] * len(clauses))
    assert list(chosen.values()) == ["Le conseiller était charmant", "la facture est fausse."]


def test_clauses_of_one_mood_without_a_turn_are_not() -> None:
    text = "prix corrects, service rapide"
    clauses = [(0, 13), (15, 29)]
    assert read_apart(text, [(0, 29)], clauses, [mood(0.6), mood(0.7)]) == {}
    assert len(read_apart(text, [(0, 29)], clauses, [mood(0.6), mood(-0.2)])) == 2


def test_a_sentence_is_in_two_minds_where_one_clause_praises_and_another_blames() -> None:
    text = "Très bon accueil. Le conseiller était charmant mais la facture est fausse. Il pleut, et alors."
    sentences = split_sentences(text)
    clauses = [clause for sentence in sentences for clause in split_clauses(text, sentence)]
    moods = [mood(0.9 if "bon" in text[b:e] or "charmant" in text[b:e] else -0.8 if "fausse" in text[b:e] else 0.1)
             for b, e in clauses]  # fmt: skip
    (number,) = found = in_two_minds(sentences, clauses, moods)
    assert number == 1
    assert [(text[b:e], part.label) for (b, e), part in found[1]] == [
        ("Le conseiller était charmant", "positive"),
        ("mais la facture est fausse.", "negative"),
    ]


def test_no_clauses_no_two_minds() -> None:
    assert in_two_minds([(0, 4)], [], []) == {}


def of_three(negative: float, neutral: float, positive: float) -> Sentiment:
    return sentiment_of(np.array([negative, neutral, positive]))


def test_a_turn_is_heard_mostly_by_itself() -> None:
    cross, kindly, plain = of_three(0.95, 0.04, 0.01), of_three(0.05, 0.35, 0.6), of_three(0.05, 0.9, 0.05)
    assert of_turn(cross, kindly).score > 0.1
    assert of_turn(cross, plain).label == "neutral"
    assert of_turn(cross, plain).score > -0.25
    assert of_turn(plain, cross).label == "negative"


def test_a_turn_both_readings_agree_on_stays_as_it_is() -> None:
    sure = of_three(0.9, 0.08, 0.02)
    found = of_turn(sure, sure)
    assert found.score == pytest.approx(sure.score, abs=1e-3)
    assert found.probabilities is not None
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert found.score == pytest.approx(found.probabilities["positive"] - found.probabilities["negative"])


def test_a_turn_is_taken_alone_where_no_probabilities_are_told() -> None:
    alone = Sentiment(label="neutral", score=0.1)
    assert of_turn(of_three(0.9, 0.08, 0.02), alone) is alone


def read_all(text: str, scores: list[float], language: str = "fr") -> list[float]:
    """Scores of the sentences of ``text`` once its cues are seen; ``scores`` are what the encoder read."""
    made = made_ready(text, flatten(text), language=language, sentences=split_sentences(text))
    moods = [mood(score) for score in scores]
    cues = after_grievances(find_cues(made), made.sentences, moods, made)
    return [
        set_right(each, cues_of(span, cues, sentence=span)).score
        for span, each in zip(made.sentences, moods, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Au plaisir, à bientôt.", "fr"),
        ("Je reste à votre disposition pour tout renseignement.", "fr"),
        ("Merci de me recontacter au plus vite.", "fr"),
        ("We look forward to hearing from you.", "en"),
        ("Talk to you tomorrow", "en"),
        ("Please call me back tomorrow", "en"),
    ],
)
def test_a_formula_feels_nothing(text: str, language: str) -> None:
    """Closings were read as praise, or, said coldly, as blame."""
    assert abs(read(text, language, 0.8)) <= FORMULA
    assert abs(read(text, language, -0.8)) <= FORMULA


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Merci de me rappeler à quel point votre réseau est mauvais", "fr"),
        ("I look forward to leaving you", "en"),
        ("See you soon said the technician who never came back to fix the line", "en"),
    ],
)
def test_what_begins_like_a_formula_and_goes_on_is_none(text: str, language: str) -> None:
    assert read(text, language, -0.8) == -0.8


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("accueil moyen", "fr"),
        ("Moyen.", "fr"),
        ("Vous pourriez faire mieux", "fr"),
        ("le suivi aurait pu être meilleur", "fr"),
        ("The app could be a bit better", "en"),
        ("It was just average", "en"),
        ("meh", "en"),
    ],
)
def test_what_is_middling_is_no_praise(text: str, language: str) -> None:
    assert read(text, language, 0.7) == MIDDLING
    assert read(text, language, -0.7) == -0.7


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Il y a toujours moyen de s'arranger avec eux, super équipe", "fr"),
        ("En moyenne deux minutes d'attente, très bien", "fr"),
        ("It could not be better", "en"),
        ("Everything is ok now, thank you", "en"),
    ],
)
def test_what_only_has_the_words_of_it_is_not_middling(text: str, language: str) -> None:
    assert read(text, language, 0.7) == 0.7


def test_a_lone_word_of_praise_after_a_grievance_mocks() -> None:
    assert read_all("Mon colis a été renvoyé sans raison. Félicitations.", [-0.7, 0.9]) == [-0.7, IRONY]
    assert read_all("Your driver left it in the rain. Well done guys.", [-0.7, 0.9], "en") == [-0.7, IRONY]


def test_a_lone_word_of_praise_stands_where_nothing_is_held_against_anybody() -> None:
    assert read_all("Mon colis est arrivé. Félicitations.", [0.1, 0.9]) == [0.1, 0.9]
    assert read_all("Félicitations. Mon colis est perdu.", [0.9, -0.7]) == [0.9, -0.7]
    assert read_all("Mon colis est perdu. Merci.", [-0.7, 0.3]) == [-0.7, 0.1]  # a courtesy
    whole = "Mon colis était perdu. Bravo à Samira qui l'a retrouvé en une heure."
    assert read_all(whole, [-0.7, 0.9]) == [-0.7, 0.9]


@pytest.mark.parametrize(
    ("text", "language", "turned"),
    [
        ("Le lave-linge neuf ne marche pas, et plus moyen d'avoir le magasin... quelle chance !", "fr", True),
        ("Plus de chauffage depuis jeudi, que du bonheur 😒", "fr", True),
        ("The lift is stuck again, lucky us", "en", True),
        ("Le lave-linge neuf tourne sans bruit, quel plaisir !", "fr", False),
        ("La panne a été réparée dans l'heure, quel bonheur !", "fr", False),
        ("Quel plaisir de ne plus avoir de panne", "fr", False),
    ],
)
def test_an_exclamation_that_closes_a_fault_mocks(text: str, language: str, turned: bool) -> None:
    assert (read_all(text, [0.8], language) == [IRONY]) is turned


@pytest.mark.parametrize(
    ("text", "scores", "expected"),
    [
        ("Plus d'eau chaude depuis hier. Merci.", [-0.7, 0.8], [-0.7, 0.1]),
        ("À quelle heure ouvrez-vous ? Merci beaucoup 🙏", [0.0, 0.8], [0.0, 0.1]),
        ("La guide était passionnante. Merci !", [0.9, 0.8], [0.9, 0.8]),
        ("Merci infiniment !", [0.8], [0.8]),
        ("Merci de nous indiquer vos horaires.", [0.6], [0.1]),
        ("Merci de m'avoir rappelée si vite.", [0.6], [0.6]),
        ("Merci de m'envoyer un duplicata. Merci.", [0.5, 0.8], [0.1, 0.1]),
    ],
)
def test_thanks_and_requests_for_a_courtesy_are_no_praise(
    text: str, scores: list[float], expected: list[float]
) -> None:
    assert read_all(text, scores) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Oui.", "fr", 0.1),
        ("@shop yup!", "en", 0.1),
        ("No", "en", 0.1),
        ("Non merci", "fr", 0.1),
        ("No way I am coming back to this hotel", "en", 0.8),
        ("Oui, tout le monde a été adorable", "fr", 0.8),
    ],
)
def test_yes_and_no_alone_feel_nothing(text: str, language: str, expected: float) -> None:
    assert read_all(text, [0.8], language) == [expected]


@pytest.mark.parametrize(
    ("text", "language", "lowered"),
    [
        ("C'est mon quatrième appel pour la même facture", "fr", True),
        ("deuxième fois que je vous écris", "fr", True),
        ("This is the fifth time I have contacted you", "en", True),
        ("Troisième fois que je viens chez eux, toujours avec plaisir", "fr", False),
        ("Second time I have rented from here", "en", False),
    ],
)
def test_asking_again_is_no_neutral_matter(text: str, language: str, lowered: bool) -> None:
    assert read(text, language, 0.2) == (LOWERED if lowered else 0.2)


def test_an_agents_regret_is_not_a_customers_anger() -> None:
    text = "Je suis navrée pour ce retard.\nJe suis navré de le dire, c'est honteux."
    made = made_ready(text, flatten(text), language="fr", sentences=split_sentences(text), heard=[(31, len(text))])
    turns = [
        Turn(index=0, text=text[:30], begin=0, end=30, participant_role="agent", sentiment=mood(-0.8)),
        Turn(index=1, text=text[31:], begin=31, end=len(text), participant_role="customer", sentiment=mood(-0.8)),
    ]
    found = [turn.sentiment.score for turn in apologised(made, turns) if turn.sentiment]
    assert found == [-FORMULA, -0.8]


@pytest.mark.parametrize(
    ("text", "language", "lowered"),
    [
        ("Je suis écœurée par votre service.", "fr", True),
        ("Nous sommes outrés", "fr", True),
        ("I'm appalled", "en", True),
        ("Je ne suis pas excédé, juste surpris", "fr", False),
        ("Outre cela tout est en ordre", "fr", False),
    ],
)
def test_indignation_in_a_rare_word_is_heard(text: str, language: str, lowered: bool) -> None:
    """The encoder reads "écœurée" as nothing or as praise: the word is rare, and cut into pieces."""
    assert read(text, language, 0.3) == (LOWERED if lowered else 0.3)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Je vous contacte pour mon dossier.", "fr"), ("I am writing about my case.", "en")],
)
def test_why_somebody_writes_is_a_formula_where_it_names_no_matter(text: str, language: str) -> None:
    """Five such openings in one week were an emerging theme "Contacte · dossier"."""
    made = reading(text, language)
    assert formulas(made.sentences, find_cues(made)) == list(made.sentences)
