"""Hard work, ease, promises and wishes that are told in calm words."""

from __future__ import annotations

import pytest
from understood_texts import rules, understood


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


def test_why_something_cannot_be_is_a_question_and_no_wish() -> None:
    assert understood("Why can't a beneficiary receive a transfer from me?", "en").expectations == ()
    assert [one.kind for one in understood("Why can't I sort my own list?", "en").expectations] == ["suggestion"]


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
