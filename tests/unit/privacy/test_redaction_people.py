"""Ordinary words that are no people, beside the people that must stay masked."""

import pytest

from voc.privacy.redaction import redact


def masked(text: str, language: str = "fr") -> str | None:
    return redact([text], languages=[language])[0].text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Au revoir, Madame. Bonne journée."),
        ("fr", "Pour moi c'est important."),
        ("en", "this is important to us"),
        ("fr", "Remboursez-moi ! Annulez ma commande. Continuez ainsi. Ouvrez un dossier."),
        ("fr", "Chapeau ! Bluffant. Franchement déçu. Salutations. Joyeux Noël à tous !"),
        ("fr", "Magasin Toulouse nul, Bordeaux Mériadeck aussi, merci à Boulanger et Sephora."),
        ("en", "Boots and Tesco in London. Manchester Arndale was closed."),
    ],
)
def test_ordinary_words_towns_and_shops_stay(language: str, text: str) -> None:
    assert masked(text, language) == text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Madame Boulanger et Monsieur Lyon", "Madame [PERSON] et Monsieur [PERSON]"),
        ("fr", "moi c'est julien dupont", "moi c'est [PERSON]"),
        ("en", "this is important and this is joshua fry", "this is important and this is [PERSON]"),
        ("fr", "Kowalczyk m'a aidé, Madame Dupont aussi", "[PERSON] m'a aidé, Madame [PERSON] aussi"),
        ("fr", "Bonjour,\nMerci de me rappeler.\n\nKowalczyk", "Bonjour,\nMerci de me rappeler.\n\n[PERSON]"),
        ("en", "Jack London came.", "[PERSON] came."),
    ],
)
def test_people_stay_masked(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


def test_a_name_once_found_is_masked_again_without_capitals() -> None:
    assert masked("Julien Martin m'a aidé. merci julien !") == "[PERSON] m'a aidé. merci [PERSON] !"
    assert masked("Rose Martin vend une rose.") == "[PERSON] vend une rose."
