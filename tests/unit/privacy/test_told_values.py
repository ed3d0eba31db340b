"""Numbers masked by the words that announce them, whatever a recogniser made of them."""

import pytest

from voc.privacy.redaction import redact


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("fr", "mon numéro est 06, 12.4, 56.68", "mon numéro est [REFERENCE]"),
        ("fr", "Ma référence client-f, r7-7-7-4-2-9-1, merci", "Ma référence client-[REFERENCE], merci"),
        ("fr", "Ma référence client EF R7-7-7-4-2-9-1.", "Ma référence client [REFERENCE]."),
        ("fr", "Mon numéro de contrat est ER, AF 7 7 4 2.", "Mon numéro de contrat est [REFERENCE]."),
        ("fr", "oui le code 4 8 2 1 voilà", "oui le code [SECRET] voilà"),
        ("fr", "mon code c'est 4821, voilà", "mon code c'est [SECRET], voilà"),
        ("fr", "Mon numéro 1234 à Paris", "Mon numéro [REFERENCE] à Paris"),
        ("fr", "mon numéro c'est le zéro six douze trente quatre", "mon numéro c'est le [REFERENCE]"),
        ("en", "my number is 07, 9.46, 12 33 and I live here", "my number is [REFERENCE] and I live here"),
        ("en", "So the code is 4 5 6 7.", "So the code is [SECRET]."),
        ("en", "our reference is AB-12-44-7, thanks", "our reference is [REFERENCE], thanks"),
        ("en", "the order number is a X1 9 7 3 5 you can", "the order number is [ORDER] you can"),
        ("fr", "le numéro de commande est b k 2 8 6 4 merci", "le numéro de commande est [REFERENCE] merci"),
        ("fr", "ma référence client c'est fr 66 31 80 merci", "ma référence client c'est [REFERENCE] merci"),
    ],
)
def test_what_is_told_as_a_number_of_ones_own_is_masked(language: str, text: str, shown: str) -> None:
    (found,) = redact([text], languages=[language])
    assert found.text == shown


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Mon numéro est inscrit depuis 2019 chez vous"),
        ("fr", "le code erreur 651 s'affiche"),
        ("fr", "le code promo a expiré"),
        ("fr", "ma référence était moins chère de 150 euros"),
        ("en", "I took the number 12 bus"),
        ("en", "my number was 12,50 euros"),
        ("en", "my code cost 1500 euros"),
        ("en", "my number has 10 digits"),
        ("en", "the account number is on page 12"),
        ("fr", "le numéro de dossier est le même depuis 2019, soit 1500 euros"),
    ],
)
def test_what_counts_or_costs_is_left(language: str, text: str) -> None:
    (found,) = redact([text], languages=[language])
    assert found.text == text
