"""A role is given, or plain from the words, or unknown: never guessed."""

from __future__ import annotations

import pytest

from voc.errors import InputError
from voc.language.role_formulas import brand_points, hands_over, role_points
from voc.records import Turn
from voc.speech.mono_channel_roles import DiarizedChannel, named
from voc.speech.roles import checked, roles_from_words, roles_of_speakers


def call(*said: tuple[int, str]) -> list[Turn]:
    return [Turn(index=at, channel_tag=tag, text=text) for at, (tag, text) in enumerate(said)]


AGENTS = [
    "Thank you for calling Platinum Motors. I'm Michelle. How can I help you today?",
    "Alizé Télécom bonjour, Thomas à l'appareil. Que puis-je faire pour vous ?",
    "Service clients bonjour, Nadia à votre écoute.",
    "Bonjour, comment puis-je vous aider ? Pouvez-vous me donner votre numéro de contrat ?",
    "Merci d'avoir patienté, je consulte votre dossier.",
]
CUSTOMERS = [
    "Hi, my name is Jack. I'm calling because the service light came on.",
    "Oui bonjour, je vous appelle parce que j'ai été prélevé deux fois.",
    "Je voudrais résilier mon abonnement, ça fait trois semaines que ma box ne marche plus.",
]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("customer", CUSTOMERS)
@pytest.mark.parametrize("first", [1, 2])
def test_formulas_tell_the_agent_whichever_channel_they_are_on(agent: str, customer: str, first: int) -> None:
    found = roles_from_words(call((first, agent), (3 - first, customer)))
    assert found == {first: "agent", 3 - first: "customer"}


def test_a_conversation_without_formulas_stays_without_roles() -> None:
    assert roles_from_words(call((1, "Bonjour, tu as vu le match ?"), (2, "Oui, quel match !"))) is None
    assert roles_from_words(call((1, "Yes."), (2, "No."))) is None


def test_two_channels_that_sound_alike_stay_without_roles() -> None:
    assert roles_from_words(call((1, AGENTS[0]), (2, AGENTS[0]))) is None


def test_roles_are_only_read_from_exactly_two_channels() -> None:
    assert roles_from_words(call((1, AGENTS[0]), (2, CUSTOMERS[0]), (3, "Hello"))) is None
    assert roles_from_words(call((1, AGENTS[0]))) is None


def test_points_count_each_formula_once() -> None:
    assert role_points("comment puis-je vous aider " * 5) == role_points("Comment puis-je vous aider")


def test_given_roles_are_cleaned_and_must_be_words() -> None:
    assert checked([" Agent", "customer "]) == ("agent", "customer")
    with pytest.raises(InputError, match="not a word"):
        checked(["agent", ""])


def test_two_voices_get_roles_as_two_channels_do_and_say_how_surely() -> None:
    roles, confidence = roles_of_speakers(call((1, AGENTS[0]), (2, CUSTOMERS[0])))
    assert roles == {1: "agent", 2: "customer"}
    assert confidence is not None and confidence > 0.95
    assert roles_of_speakers(call((1, "Oui."), (2, "Non."))) == ({}, None)


def test_one_person_cut_in_two_is_not_agent_and_customer() -> None:
    assert roles_of_speakers(call((1, AGENTS[0] + AGENTS[3]), (2, AGENTS[1])))[0] == {}


def test_of_several_voices_only_those_are_named_that_their_own_words_settle() -> None:
    said = call((1, AGENTS[0]), (2, CUSTOMERS[1]), (3, "Yes, hello."))
    assert roles_of_speakers(said)[0] == {1: "agent", 2: "customer"}
    assert roles_of_speakers(call((1, CUSTOMERS[1])))[0] == {1: "customer"}
    assert roles_of_speakers(call((1, "Please leave a message.")))[0] == {}


@pytest.mark.parametrize(
    ("opening", "points"),
    [
        ("Alizé Télécom bonjour, Thomas.", 3),
        ("Bonjour, Alizé Telecom, j'écoute.", 3),
        ("Bonjour, je suis bien chez Alizé Télécom ?", 0),
        ("Bonjour, j'appelle Alizé Télécom pour ma box.", 0),
        ("Alizé Télécom m'a prélevé deux fois.", 0),
        ("Bonjour madame.", 0),
    ],
)
def test_who_greets_with_the_companys_name_answers_for_it(opening: str, points: int) -> None:
    assert brand_points(opening, ["Alizé Télécom", "", "Zéphyr"]) == points


def test_the_brand_settles_a_call_whose_formulas_do_not() -> None:
    said = call((1, "Zéphyr, bonjour."), (2, "Oui bonjour, on en était où ?"))
    assert roles_of_speakers(said)[0] == {}
    assert roles_of_speakers(said, brands=["Zéphyr"])[0] == {1: "agent", 2: "customer"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour, je vous appelle pour ma mère. Elle est à côté de moi.", True),
        ("Bonjour, je vous appelle pour ma mère.", False),
        ("D'accord, est-ce que je peux lui parler pour vérifier ?", True),
        ("Ma mère est à côté de moi.", True),
        ("Je vous la passe.", True),
        ("Ne quittez pas, je vous passe mon mari.", True),
        ("Hold on, I will put her on.", True),
        ("Can I speak to her, please?", True),
        ("My husband is right here next to me.", True),
        ("Here's my daughter.", True),
        ("Je vous passe le service technique.", False),  # another agent has a call of their own
        ("Ça se passe mal.", False),
        ("May I speak to the manager?", False),
        ("I put it on the table.", False),
    ],
)
def test_a_telephone_that_is_passed_on_is_heard(text: str, expected: bool) -> None:
    assert hands_over(text) is expected


@pytest.mark.parametrize(("confidence", "role"), [(0.6, "speaker_1"), (0.9, "agent")])
def test_one_voice_that_may_be_two_is_nobodys_role(confidence: float, role: str) -> None:
    turns = call((1, AGENTS[0] + AGENTS[3]))
    apart = DiarizedChannel(said=[], talk={1: [(0, 60_000)]}, confidence=confidence)
    assert named(turns, apart).roles == {1: role}
