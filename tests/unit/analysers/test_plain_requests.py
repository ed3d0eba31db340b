"""Who only asks, or tells what befell them, is not cross; who holds something against somebody is."""

from __future__ import annotations

import pytest

from tests.unit.analysers.understood_texts import reading, understood
from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import Cue, cues_of, find_cues, formulas, set_right, whole_of
from voc.analysers.sentiment.plain_requests import plain_requests
from voc.language.rulebook import RuleContext
from voc.records import Sentiment


def plain(made: RuleContext) -> list[Cue]:
    return plain_requests(made, load_rules("cues").find(made))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pourriez-vous me transmettre un double du bail ?", "fr"),
        ("Bonjour, serait-il possible de décaler la livraison à jeudi ?", "fr"),
        ("Je me permets de vous relancer au sujet de mon devis du 4 mai.", "fr"),
        ("Je vous saurais gré de m'en adresser une copie.", "fr"),
        ("Comment puis-je modifier la date de la visite ?", "fr"),
        ("Suite à notre échange de ce matin, je vous confirme mon accord.", "fr"),
        ("Quelle est la durée de la garantie ?", "fr"),
        ("How long do refunds usually take", "en"),
        ("Can I move my appointment to Friday?", "en"),
        ("I would like to know the opening hours", "en"),
        ("If there is a deposit, how much is it?", "en"),
        ("Ma voiture a été endommagée sur un parking.", "fr"),
        ("Je souhaite déclarer un sinistre survenu le 3 mai.", "fr"),
        ("Someone stole my card in town", "en"),
        ("My bike was stolen yesterday", "en"),
        ("Nous vous informons du changement de notre adresse", "fr"),
        ("Bonjour, j'ai déménagé en mars.", "fr"),
        ("Nous vous confirmons notre souhait de ne pas renouveler le bail.", "fr"),
        ("We hereby give notice that we close the account on Friday", "en"),
        ("Plus de monde à l'accueil le matin", "fr"),
        ("Que les horaires soient tenus", "fr"),
        ("Baisser le prix des menus enfants", "fr"),
        ("Quicker check-in", "en"),
        ("My grandfather passed away", "en"),
        ("J'ai envoyé l'attestation de mon employeur le 12.", "fr"),
        ("Nous avons transmis les pièces lundi.", "fr"),
        ("I uploaded the invoice on Monday.", "en"),
        ("We have also signed the form.", "en"),
    ],
)
def test_a_sentence_that_only_asks_is_no_worse_than_neutral(text: str, language: str) -> None:
    made = reading(text, language)
    cues = plain(made)
    cross = Sentiment(label="negative", score=-0.8)
    assert [set_right(cross, cues_of(span, cues, sentence=span)).label for span in made.sentences] == ["neutral"]
    assert whole_of(cross, [(set_right(cross, cues), 6)], cues=cues).label == "neutral"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pourriez-vous enfin répondre à mes courriers ?", "fr"),
        ("Pouvez-vous me dire pourquoi rien ne marche ?", "fr"),
        ("Comment puis-je vous joindre ?? Trois heures que j'essaie", "fr"),
        ("Je souhaite savoir qui va me rembourser ces coupures.", "fr"),
        ("Can you stop charging me twice", "en"),
        ("Could you fix it, it is still broken", "en"),
        ("Can I speak to a HUMAN in your COMPANY", "en"),
        ("Ma voiture a été endommagée par votre dépanneur et personne ne répond.", "fr"),
        ("My parcel was damaged again", "en"),
        ("J'ai déjà envoyé ce document", "fr"),
        ("J'ai envoyé le dossier il y a deux mois.", "fr"),
        ("Nous avons transmis des dizaines de messages", "fr"),
        ("I've sent it and heard nothing", "en"),
        ("I sent the form three weeks ago", "en"),
        ("J'ai remis le colis au relais, " + "rue de la gare, " * 5 + "il est parti ailleurs", "fr"),
    ],
)
def test_who_holds_something_against_somebody_is_as_cross_as_read(text: str, language: str) -> None:
    assert plain(reading(text, language)) == []


def test_a_question_that_is_glad_stays_glad() -> None:
    cues = plain(reading("Can I book the lovely room again?", "en"))
    glad = Sentiment(label="positive", score=0.7)
    assert set_right(glad, cues) is glad


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Veuillez agréer, Madame, Monsieur, l'expression de mes salutations distinguées.", "fr"),
        ("Dans l'attente de votre retour, recevez mes salutations les meilleures.", "fr"),
        ("Vous remerciant par avance de l'attention que vous porterez à ma demande.", "fr"),
        ("Avec mes remerciements anticipés.", "fr"),
        ("En vous remerciant par avance,", "fr"),
        ("Restant à votre entière disposition,", "fr"),
        ("Dans l'attente de vous lire.", "fr"),
        ("Thanking you in advance for your time.", "en"),
        ("Please do not hesitate to contact me.", "en"),
    ],
)
def test_courtesies_of_letters_feel_nothing(text: str, language: str) -> None:
    made = reading(text, language)
    assert formulas(made.sentences, find_cues(made)) == list(made.sentences)


@pytest.mark.parametrize(
    ("text", "language", "mocks"),
    [
        ("Merci la SNCF pour les deux heures de retard", "fr", True),
        ("J'adore passer mes soirées à la gare", "fr", True),
        ("Thanks for the three hour wait", "en", True),
        ("Merci à toute l'équipe pour votre aide après le retard", "fr", False),
        ("J'adore passer mes vacances en Bretagne", "fr", False),
        ("Thanks for waiting", "en", False),
    ],
)
def test_thanks_for_a_fault_mock(text: str, language: str, mocks: bool) -> None:
    assert ("mock_praise" in {cue.rule for cue in find_cues(reading(text, language))}) is mocks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ni bon ni mauvais.", "fr"),
        ("Rien d'exceptionnel, rien de catastrophique.", "fr"),
        ("Je ne sais pas.", "fr"),
        ("Nothing special, nothing terrible.", "en"),
        ("Too early to tell.", "en"),
    ],
)
def test_who_takes_no_side_feels_nothing(text: str, language: str) -> None:
    made = reading(text, language)
    assert formulas(made.sentences, find_cues(made)) == list(made.sentences)


def test_nothing_catastrophic_is_no_complaint() -> None:
    assert understood("Rien de catastrophique dans cette histoire", mood=0.0).intents == ()
    assert understood("Nothing terrible about it", "en", mood=0.0).intents == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [("Je ne sais pas pourquoi mon contrat a été résilié.", "fr"), ("I don't know why it was cancelled", "en")],
)
def test_who_does_not_know_why_is_as_cross_as_read(text: str, language: str) -> None:
    assert "even_handed" not in {cue.rule for cue in find_cues(reading(text, language))}


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("Jour 4 sans chauffage", "fr", "still_waiting"),
        ("Day 12 without hot water", "en", "still_waiting"),
        ("Si toutes les mutuelles étaient comme ça", "fr", "an_example"),
        ("Why can't all banks be like this", "en", "an_example"),
    ],
)
def test_days_counted_and_examples_held_up(text: str, language: str, rule: str) -> None:
    assert rule in {cue.rule for cue in find_cues(reading(text, language))}


def test_thanks_beside_thanks_that_mock_mock_as_well() -> None:
    from voc.analysers.sentiment.adjustment import after_grievances

    made = reading("Thank you for your standard reply. Thanks for nothing!", "en")
    moods = [Sentiment(label="positive", score=0.7)] * 2
    cues = after_grievances(find_cues(made), made.sentences, moods, made)
    assert [cue.turn for cue in cues if cue.rule == "mock_praise"] == ["turned", "turned", "turned"]
    praised = reading("Thank you for your reply. Well done, so quick!", "en")
    kept: list[Cue] = after_grievances(find_cues(praised), praised.sentences, moods, praised)
    assert all(cue.turn != "turned" for cue in kept)


@pytest.mark.parametrize(
    ("text", "language", "score"),
    [
        ("Service au top (ou pas)", "fr", -0.55),
        ("Customer service 0/10", "en", -0.4),
        ("Vous me soûlez sérieusement", "fr", -0.4),
        ("I am not happy with your company", "en", -0.4),
        ("Je ne suis pas du tout satisfaite", "fr", -0.4),
    ],
)
def test_blame_the_encoder_takes_for_praise_is_lowered(text: str, language: str, score: float) -> None:
    made = reading(text, language)
    cues = find_cues(made)
    assert (
        set_right(
            Sentiment(label="positive", score=0.5), cues_of(made.sentences[0], cues, sentence=made.sentences[0])
        ).score
        == score
    )


@pytest.mark.parametrize(
    "text", ["Un accueil plus chaleureux au guichet", "un interlocuteur unique", "Des chambres plus grandes"]
)
def test_what_is_wished_for_is_no_praise(text: str) -> None:
    made = reading(text, "fr")
    glad = Sentiment(label="positive", score=0.7)
    (span,) = made.sentences
    assert set_right(glad, cues_of(span, plain(made), sentence=span)).label == "neutral"


@pytest.mark.parametrize("text", ["Meilleur accueil de la région", "Un accueil plus chaleureux que chez les autres"])
def test_praise_that_opens_as_a_wish_does_is_praise(text: str) -> None:
    assert not plain(reading(text, "fr"))
