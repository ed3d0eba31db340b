"""How what is told in calm words is felt, and what it asks for."""

from __future__ import annotations

import pytest
from understood_texts import labels, reading, rules, understood

import voc
from voc.analysers.sentiment.adjustment import set_right
from voc.analysers.sentiment.hard_work import hard_work
from voc.records import Sentiment

# --- moods ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I have explained the situation to three different people.", "en"),
        ("I was promised a call back by your claims team on Tuesday.", "en"),
        ("I've been trying to get through since nine this morning.", "en"),
        ("Votre service est difficilement joignable.", "fr"),
        ("On m'avait promis un rappel lundi.", "fr"),
        ("Personne pour nous renseigner au guichet.", "fr"),
    ],
)
def test_hard_work_told_without_a_word_of_feeling_is_no_neutral(text: str, language: str) -> None:
    cues = hard_work(reading(text, language))
    assert set_right(Sentiment(label="neutral", score=0.0), cues).label == "negative"
    assert set_right(Sentiment(label="positive", score=0.8), cues).score == 0.8


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("problème d'accès résolu dans l'heure", "fr"),
        ("the fault was fixed within the hour", "en"),
    ],
)
def test_what_was_solved_at_once_is_favourable(text: str, language: str) -> None:
    made = reading(text, language)
    assert set_right(Sentiment(label="neutral", score=0.0), hard_work(made)).label == "positive"


def test_that_a_thing_is_complicated_is_held_against_nobody() -> None:
    assert hard_work(reading("I had to log in on both at the same time.", "en")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Honestly I expected worse. The gym is small but clean and the staff remember your name.",
        "L'infirmière m'a rappelé le soir même pour prendre de mes nouvelles, c'est la première fois que ça m'arrive.",
        "Franchement, je ne regrette pas d'avoir changé de fournisseur : ma facture a baissé de 30 euros par mois.",
        "Devis clair, travail propre, pas de mauvaise surprise.",
        "It was good so nothing to add.",
        "I honestly can not identify any areas where improvements could be made.",
        "Agréablement surprise par le sérieux de cette agence.",
        *(
            "Nothing, keep it up",
            "Nothing at all, carry on",
            "Rien, continuez comme ça",
            "Rien du tout, ne changez rien",
        ),
        "Le vendeur a pris le temps de m'expliquer.",
        *("Does what it says", "Fait le job", "Conforme à l'annonce"),
        "Je tiens à signaler la gentillesse de votre agent au guichet.",
        "Merci au chauffeur qui a attendu ma grand-mère.",
    ],
)
def test_what_turned_out_well_is_glad(text: str) -> None:
    assert voc.analyse(text, channel="review").sentiment.label == "positive"


@pytest.mark.parametrize(
    "text",
    [
        "Quelle mauvaise surprise, la facture a doublé.",
        "I was worried it would break, but it broke on the first day.",
        "Still not working after the update.",
        "3h de retard, pas d'eau, pas d'info. Merci @AirBrousse, un vrai régal.",
        *("Do not bother", "Passez votre chemin", "Steer clear!", "It does not do what it says."),
        "Keep it up and you'll lose all your customers.",
        "Continuez comme ça et vous allez perdre tous vos clients.",
        "They finally fixed the lift. Only took three months.",
        "Il n'aura fallu que trois mois pour réparer l'ascenseur.",
    ],
)
def test_what_turned_out_badly_is_not(text: str) -> None:
    assert voc.analyse(text, channel="review").sentiment.label == "negative"


@pytest.mark.parametrize("text", ["Unbelievable.", "Incroyable !", "Pas de quoi se relever la nuit."])
def test_what_says_either_or_nothing_much_is_neutral(text: str) -> None:
    assert voc.analyse(text, channel="review").sentiment.label == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "More trains on Sundays would be great, and why not a family ticket.",
        "Je serai absent à la date proposée.",
        "J'hésite entre Engie et Ekwateur, des retours ?",
    ],
)
def test_wishes_and_notices_blame_nobody(text: str) -> None:
    assert voc.analyse(text, channel="survey").sentiment.label == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        *("Nothing really", "Absolutely nothing", "No nothing", "Nothing springs to mind", "I don't think so."),
        *("I can't think of anything else", "Je ne vois rien", "Je ne sais pas", "Absolument rien"),
    ],
)
def test_nothing_comes_to_mind_is_no_answer(text: str) -> None:
    assert voc.analyse(text, channel="survey").sentiment is None


# --- what is meant ----------------------------------------------------------------------------------------------------


def test_calm_hard_work_is_a_complaint_whatever_a_head_makes_of_it() -> None:
    found = understood("J'ai expliqué mon souci à quatre conseillers.", mood=-0.4)
    assert "complain" in labels(found)
    assert found.action == "response_needed"


def test_a_fault_or_a_need_supposed_asks_for_nothing() -> None:
    assert understood("Ils sont toujours là quand on a besoin d'aide.").action == "none"
    assert understood("Facile à contacter en cas de souci.").action == "none"
    assert understood("She suggested equipment that would help me.", "en").action == "none"
    assert understood("Can you help me?", "en").action == "response_needed"
    assert understood("Quick one: could you resend the September invoice?", "en").action == "response_needed"


def test_a_request_without_a_mark_asks_for_an_act() -> None:
    assert understood("can you resend the activation link", "en").action == "response_needed"
    assert understood("pouvez vous renvoyer le lien").action == "response_needed"
    assert understood("je peux vous le renvoyer").action == "none"


def test_who_goes_to_a_rival_cancels() -> None:
    assert "cancel" in labels(understood("Switching to a competitor on Friday, bye.", "en"))
    assert "cancel" not in labels(understood("Your competitor is switching to paper bills.", "en"))


def test_a_want_of_a_quality_pointed_out_is_no_praise() -> None:
    assert "praise" not in labels(understood("Je tiens à signaler le manque de patience de votre agent."))
    assert "praise" not in labels(understood("Merci au chauffeur qui nous a laissés sur le quai."))


def test_that_a_thing_does_its_job_asks_nothing() -> None:
    assert "ask_information" not in labels(understood("Does the job.", "en", mood=0.4))
    assert "ask_information" in labels(understood("Does the lift work?", "en"))


# --- effort -----------------------------------------------------------------------------------------------------------


# --- wishes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Très bonne cuisine, accueil excellent, vin très bon Seul bémol le cadre, qui manque de style",
        "Lovely hotel, friendly staff, great breakfast, the only downside was the noise from the street.",
    ],
)
def test_what_has_one_drawback_only_is_glad_as_a_whole(text: str) -> None:
    found = voc.analyse(text, channel="review")
    assert found.sentiment.label == "positive"
    moods = [clause.sentiment.label for clause in found.sentences[0].clauses]
    assert (moods[0], moods[-1]) == ("positive", "negative")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Is there support available in English please?", "order.stock"),
        ("Plaisir de pouvoir échanger facilement par téléphone.", "product.return"),
        ("La quantité est au rdv.", "appointment"),
        ("Good music I have never heard.", "contact.unreachable"),
        ("Facile, facile, il n'y a qu'à suivre.", "place.access"),
    ],
)
def test_words_of_another_matter_name_no_topic(text: str, topic: str) -> None:
    assert topic not in {one.id for one in voc.analyse(text, channel="review").topics}


@pytest.mark.parametrize(
    "text",
    [
        "J'ai bien reçu votre proposition et je vous en remercie.",
        "Please find attached the signed form. Looking forward to getting started.",
    ],
)
def test_courtesies_of_letters_praise_nothing(text: str) -> None:
    found = voc.analyse(text, channel="email")
    assert (found.sentiment.label, found.intents, found.action) == ("neutral", (), "none")


@pytest.mark.parametrize(
    ("text", "language"),
    [("I'll come back to you if it doesn't work", "en"), ("Je vous rappelle si ça ne marche pas", "fr")],
)
def test_a_fault_that_may_come_is_none(text: str, language: str) -> None:
    found = understood(text, language)
    assert (labels(found), found.action) == (set(), "none")


def test_what_does_not_answer_a_question_is_somebody_reached() -> None:
    found = voc.analyse("Non, ça ne répond pas à ma question.", channel="chat")
    assert found.effort is None
    assert "contact.unreachable" not in {topic.id for topic in found.topics}


def test_mockery_after_a_plain_fault_means_all_of_it() -> None:
    text = "Bon, votre appli est en maintenance un vendredi soir de fin de mois. Bien joué."
    assert voc.analyse(text, channel="social").sentiment.label == "negative"


def test_letters_that_ask_for_money_back_in_other_words() -> None:
    assert "ask_refund" in labels(understood("Je vous demande de me restituer la somme de 186 euros."))
    assert "ask_refund" in labels(understood("I am entitled to a full refund.", "en"))


def test_a_hashtag_beside_mock_praise_is_no_word() -> None:
    text = "Vous me facturez 49 euros pour une résiliation après un décès. Bravo #operateur"
    assert [sentence.sentiment.label for sentence in voc.analyse(text, channel="social").sentences] == ["negative"] * 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You lost my bag, then sent it to Dallas.", "en"),
        ("They delivered the wrong sofa.", "en"),
        ("The driver never showed up.", "en"),
        ("Vous avez perdu mes documents.", "fr"),
        ("Le technicien n'est jamais venu.", "fr"),
    ],
)
def test_what_was_done_wrong_is_held_against_whoever_did_it(text: str, language: str) -> None:
    assert "done_wrong" in rules("cues", text, language)


def test_what_was_put_right_is_not() -> None:
    assert "done_wrong" not in rules("cues", "They lost my bag but found it within an hour.", "en")


def test_a_bare_demand_is_no_praise() -> None:
    text = "Ne se lance plus depuis la mise à jour. Réglez ça svp"
    assert [one.label for one in voc.analyse(text, channel="review").intents] == ["complain"]


@pytest.mark.parametrize("text", ["Je dois renvoyer le formulaire.", "Bon bah merci madame, au revoir"])
def test_what_a_customer_has_to_do_asks_for_nothing(text: str) -> None:
    assert understood(text).action == "none"


def test_who_fears_something_is_not_glad() -> None:
    found = voc.analyse("J'ai peur que mon dossier soit perdu.", channel="survey")
    assert (found.sentiment.label, [one.label for one in found.emotions]) == ("negative", ["fear"])


def test_a_wish_that_is_all_a_sentence_says_is_no_praise() -> None:
    assert voc.analyse("Wish the shop opened before 9.", channel="survey").sentiment.label == "neutral"


@pytest.mark.parametrize(
    "text",
    [
        "Ils m'ont remboursé sans discuter, c'est suffisamment rare pour être signalé.",
        "Accueil chaleureux, ce qui est assez rare pour être souligné.",
        "Vous pouvez y aller les yeux fermés.",
        "Staff who listen, which is rare these days.",
    ],
)
def test_what_is_rare_enough_to_be_told_is_praised(text: str) -> None:
    found = voc.analyse(text, channel="review")
    assert (found.sentiment.label, found.action) == ("positive", "praise")


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("Plus jamais chez eux.", "fr", "not_rushing_back"),
        ("Comfortable now, but never again.", "en", "not_rushing_back"),
        ("Rien ne va plus depuis le changement de direction.", "fr", "strong_blame"),
        ("Parking payant, c'est un comble.", "fr", "strong_blame"),
    ],
)
def test_blame_in_set_phrases(text: str, language: str, rule: str) -> None:
    assert rule in rules("cues", text, language)


def test_what_still_astonishes_is_no_fault() -> None:
    assert "still_faulty" not in rules("cues", "Still can't believe they paid within two days.", "en")


def test_what_is_urgent_asks_for_an_answer() -> None:
    assert understood("We are shut out of the dashboard. This is urgent.", "en").action == "response_needed"
    assert understood("Ce n'est pas urgent.").action == "none"


def test_staff_who_deserve_more_are_praised() -> None:
    assert "expected_better" not in rules("cues", "The nurses deserve more money.", "en")
    assert "expected_better" in rules("cues", "We deserve better from this company.", "en")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for the information. Which documents do you need?",
        "Merci pour votre mail. Quels documents dois-je fournir ?",
    ],
)
def test_thanks_for_a_message_before_a_question_are_a_courtesy(text: str) -> None:
    found = voc.analyse(text, channel="email")
    assert (found.sentiment.label, [one.label for one in found.intents]) == ("neutral", ["ask_information"])


def test_who_is_about_to_leave_says_so() -> None:
    assert "cancel" in labels(understood("Je suis à deux doigts de résilier."))
    assert "cancel" in labels(understood("I'm this close to cancelling.", "en"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I am unable to login on the web player", "en"),
        ("It does not add the song", "en"),
        ("L'image n'apparaît plus", "fr"),
        ("Le téléphone ne s'allume pas", "fr"),
    ],
)
def test_a_fault_in_plain_words_wants_an_answer(text: str, language: str) -> None:
    assert understood(text, language, mood=-0.1).action == "response_needed"
