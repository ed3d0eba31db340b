"""Addresses said aloud and half understood: what is around their sign is masked, and the sign alone is not."""

from __future__ import annotations

import pytest

from voc.privacy.misheard_addresses import MisheardAddresses


def masked(text: str) -> str:
    """The text with each find in brackets."""
    for one in sorted(MisheardAddresses().find(text, "fr"), key=lambda one: -one.begin):
        text = f"{text[: one.begin]}[{text[one.begin : one.end]}]{text[one.end :]}"
    return text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ce mari t'y réclare à robas et noix noofre.fr.", "[Ce mari t'y réclare à robas et noix noofre.fr]."),
        (
            "Bonjour. C'est Jean Dupont, à robasorange.fr. Merci.",
            "Bonjour. C'est [Jean Dupont, à robasorange.fr]. Merci.",
        ),
        (
            "mon adresse c'est lulu la robase free point f r voilà",
            "mon adresse c'est [lulu la robase free point f r] voilà",
        ),
        ("Oui, marine à robaz laposte. Net, c'est ça.", "[Oui, marine à robaz laposte. Net], c'est ça."),
        ("It is John Smith, ad sign gmail. Com, thanks", "It is [John Smith, ad sign gmail. Com], thanks"),
        ("C'est paul tiret arobas gmail voilà c'est tout", "C'est [paul tiret arobas gmail voilà c'est] tout"),
    ],
)
def test_what_is_around_the_sign_is_masked(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "I cannot type the at sign here.",
        "Il faut une arobase dans le champ.",
        "Je ne trouve pas l'arobase sur le clavier.",
        "La robe à fleurs est arrivée, à Robion.",
        "Écrivez à marie.dupont arobase orange point fr",
    ],
)
def test_the_sign_itself_a_dress_and_a_whole_address_are_left_to_others(said: str) -> None:
    assert masked(said) == said
