"""A role is given, or plain from the words, or unknown: never guessed."""

from __future__ import annotations

import pytest

from voc.errors import InputError
from voc.records import Turn
from voc.speech.roles import checked, role_points, roles_from_words


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
