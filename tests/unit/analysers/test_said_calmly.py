"""What is told in calm words: hard work, promises, fears that did not come true, what was done at once."""

from __future__ import annotations

import pytest
from understood_texts import labels, reading, understood

import voc
from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import set_right
from voc.analysers.sentiment.hard_work import hard_work
from voc.records import Sentiment


def rules(book: str, text: str, language: str) -> set[str]:
    return {find.rule.id for find in load_rules(book).find(reading(text, language))}


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


# --- effort -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("Ma mère a attendu cinq heures aux urgences", "fr", "waiting"),
        ("ça fait vingt-cinq minutes que j'attends", "fr", "waiting"),
        ("Vous avez mis douze jours à répondre", "fr", "waiting"),
        ("Your support took nine days to answer", "en", "waiting"),
        ("Check-in took 50 minutes", "en", "waiting"),
        ("Reinstalled it three times", "en", "struggle"),
        ("J'ai réinstallé l'application plusieurs fois", "fr", "struggle"),
        ("On a tourné vingt minutes pour se garer", "fr", "struggle"),
        ("No staff around to help", "en", "unreachable"),
        ("J'essaie de vous joindre depuis ce matin", "fr", "unreachable"),
    ],
)
def test_more_ways_of_hard_work(text: str, language: str, rule: str) -> None:
    assert rule in rules("effort", text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je prends deux minutes pour vous écrire", "fr"),
        ("Plus de prise de tête pour les repas", "fr"),
        ("Dans une autre banque j'avais attendu deux mois", "fr"),
        ("My mate at another bank waited 2 months", "en"),
        ("I just switch back and forth", "en"),
        ("It took ten minutes", "en"),
    ],
)
def test_no_hard_work_with_this_brand(text: str, language: str) -> None:
    assert understood(text, language).effort is None


# --- wishes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "wish"),
    [
        ("Votre conseiller m'avait déjà promis un rappel lundi.", "fr", "un rappel lundi."),
        ("I was promised a call back by your team on Tuesday.", "en", "a call back by your team on Tuesday."),
    ],
)
def test_of_a_promise_what_was_promised_is_told(text: str, language: str, wish: str) -> None:
    assert [(one.kind, one.text) for one in understood(text, language).expectations] == [("unmet", wish)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Livré sous deux jours, comme promis.", "fr"),
        ("They had promised a quote by Monday and it arrived.", "en"),
    ],
)
def test_a_promise_kept_is_no_disappointment(text: str, language: str) -> None:
    assert understood(text, language).expectations == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Less noise at night.", "en"),
        ("More activities on Sundays", "en"),
        ("Nothing really, maybe shorter hold times.", "en"),
        ("Communication between departments could be improved.", "en"),
        ("I'd like the receptionist to look up from her screen.", "en"),
        ("Just to improve the hot meals really", "en"),
        ("Rien de particulier, peut-être un peu plus de choix.", "fr"),
        ("Il serait indispensable de nettoyer les sanitaires.", "fr"),
        ("Ils peuvent améliorer ce point.", "fr"),
        ("Une bouilloire dans la chambre serait un plus.", "fr"),
    ],
)
def test_more_ways_of_wishing(text: str, language: str) -> None:
    assert [one.kind for one in understood(text, language).expectations] == ["suggestion"]


@pytest.mark.parametrize(
    "text",
    ["More than happy with it", "I can't find anything that could be improved", "Better than on my old phone"],
)
def test_no_wish(text: str) -> None:
    assert understood(text, "en").expectations == ()


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


def test_why_something_cannot_be_is_a_question_and_no_wish() -> None:
    assert understood("Why can't a beneficiary receive a transfer from me?", "en").expectations == ()
    assert [one.kind for one in understood("Why can't I sort my own list?", "en").expectations] == ["suggestion"]


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


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Would prefer face to face contact at other times.", "en", "suggestion"),
        ("Communication from the doctors would be appreciated.", "en", "suggestion"),
        ("He would have benefitted from advice at a younger age.", "en", "unmet"),
        ("La procédure mériterait d'être simplifiée.", "fr", "suggestion"),
        ("En espérant des réductions sur mon contrat.", "fr", "hope"),
    ],
)
def test_wishes_without_a_subject(text: str, language: str, kind: str) -> None:
    assert [one.kind for one in understood(text, language).expectations] == [kind]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Un mois et demi sans la fibre", "fr"), ("5e jour sans internet", "fr"), ("Two weeks without hot water", "en")],
)
def test_days_without_a_service_are_a_wait(text: str, language: str) -> None:
    assert "waiting" in rules("effort", text, language)


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


@pytest.mark.parametrize(
    ("text", "language", "effort"),
    [
        ("This is the third time I call", "en", -3),
        ("Nobody came so I'm calling again", "en", -3),
        ("Delayed again, third time this month", "en", None),
        ("Je me rappelle encore de ce dessert", "fr", None),
    ],
)
def test_a_second_time_is_hard_work_where_somebody_was_contacted(text: str, language: str, effort: int | None) -> None:
    assert understood(text, language).effort == effort


@pytest.mark.parametrize(
    ("text", "language", "effort"),
    [
        ("Il a fallu que je rappelle le lendemain.", "fr", -3),
        ("Trois guichets différents pour un simple tampon.", "fr", -3),
        ("J'ai renvoyé quatre fois le même justificatif.", "fr", -3),
        ("Le chatbot ne comprend rien, j'ai fini par appeler.", "fr", -3),
        ("Took me a week to get a straight answer.", "en", -2),
        ("I had to prove who I was three separate times.", "en", -3),
        ("The chatbot kept looping me back to the same menu.", "en", -3),
        ("Couldn't find a phone number anywhere on the site.", "en", -3),
        ("Booking was a doddle.", "en", 3),
        ("C'est passé comme une lettre à la poste.", "fr", 3),
    ],
)
def test_effort_in_more_words(text: str, language: str, effort: int) -> None:
    assert understood(text, language).effort == effort


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("On aimerait être prévenus des coupures.", "fr", "suggestion"),
        ("Il y aurait un guichet de plus que ça changerait tout.", "fr", "suggestion"),
        ("Mettez des bancs.", "fr", "suggestion"),
        ("Le personnel devrait porter un badge.", "fr", "suggestion"),
        ("Un petit mot pour prévenir du retard aurait suffi.", "fr", "unmet"),
        ("On m'avait garanti une chambre calme.", "fr", "unmet"),
        ("It would make such a difference to have a second receptionist.", "en", "suggestion"),
        ("A simple text message would have been enough.", "en", "unmet"),
        ("For £200 a night you'd expect hot water.", "en", "unmet"),
    ],
)
def test_wishes_in_more_words(text: str, language: str, kind: str) -> None:
    assert [one.kind for one in understood(text, language).expectations] == [kind]


def test_a_wish_ends_at_the_reasons_of_its_own_language() -> None:
    found = understood("Think about people without a car because buses are rare.", "en").expectations
    assert [one.text for one in found] == ["Think about people without a car"]


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
    ("text", "language", "kinds"),
    [
        ("Need to change my name on a ticket", "en", []),
        ("You need to fix your app", "en", ["suggestion"]),
        ("Explain the charges up front", "en", ["suggestion"]),
        ("Bien mais il manque l'export PDF", "fr", ["suggestion"]),
    ],
)
def test_whose_wish_it_is(text: str, language: str, kinds: list[str]) -> None:
    assert [one.kind for one in understood(text, language).expectations] == kinds


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


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("Plus d'internet depuis le 19 novembre", "fr", "waiting"),
        ("Cela fait bientôt une semaine que je n'ai pas accès à mes services", "fr", "waiting"),
        ("No hot water for three weeks", "en", "waiting"),
        ("Ça fait deux jours que j'appelle", "fr", "many_contacts"),
        ("Passage d'un technicien pour la 4e fois", "fr", "many_contacts"),
        ("Aucun retour du service client", "fr", "unreachable"),
        ("Impossible d'avoir un responsable au téléphone", "fr", "unreachable"),
        ("Restarted the phone, logged out, reinstalled", "en", "struggle"),
        ("Reinstalling it didn't help", "en", "struggle"),
        ("Still crashing after a restart", "en", "struggle"),
    ],
)
def test_how_long_and_how_often(text: str, language: str, rule: str) -> None:
    assert rule in rules("effort", text, language)


def test_what_works_again_was_not_that_hard() -> None:
    assert understood("Logged out and restarted, it is working now.", "en").effort is None


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("Ça fait un mois que j'ai pas de connexion", "fr", "waiting"),
        ("Jamais le même interlocuteur", "fr", "transferred"),
        ("Je n'arrive pas à me connecter", "fr", "struggle"),
        ("Pas moyen de les joindre", "fr", "unreachable"),
        ("I tried it but it didn't fix the problem", "en", "struggle"),
    ],
)
def test_hard_work_holds_its_own_negation(text: str, language: str, rule: str) -> None:
    assert rule in rules("effort", text, language)


@pytest.mark.parametrize(
    "text",
    [
        "Chez vous depuis 6 ans, je n'ai rien à leur reprocher",
        "Depuis deux ans je n'ai pas eu de problème",
    ],
)
def test_years_without_trouble_are_no_wait(text: str) -> None:
    assert understood(text).effort is None


def test_that_somebody_is_not_hard_to_reach_is_ease() -> None:
    assert understood("Pas difficile de les joindre").effort == 3


def test_what_is_not_what_was_expected_is_unmet() -> None:
    assert [one.kind for one in understood("It was not what we expected.", "en").expectations] == ["unmet"]


@pytest.mark.parametrize(
    ("text", "effort"),
    [
        ("Le service client ne réponds jamais", -3),
        ("Après cinq semaines toujours aucun remboursement", -3),
        ("Après deux mois d'utilisation, aucune panne", None),
        ("Les remboursements sont rapides", 3),
        ("Ils répondent généralement assez vite", 3),
    ],
)
def test_how_fast_somebody_answers(text: str, effort: int | None) -> None:
    assert understood(text).effort == effort
