"""Secrets and national numbers by the words before them, and the same words without a secret."""

import pytest

from voc.privacy.id_numbers import pps_is_valid, rib_is_valid
from voc.privacy.redaction import redact


def masked(text: str, language: str = "fr") -> str | None:
    return redact([text], languages=[language])[0].text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "ma carte, exp 09/28 cvv 123", "ma carte, exp [SECRET] cvv [SECRET]"),
        ("fr", "code PIN 4821, cryptogramme 123", "code PIN [SECRET], cryptogramme [SECRET]"),
        ("fr", "mot de passe Soleil2024! refusé", "mot de passe [SECRET] refusé"),
        ("en", "my password is Sunshine44, thanks", "my password is [SECRET], thanks"),
        ("en", "password: hunter2", "password: [SECRET]"),
        ("fr", "le digicode est 1234A au portail", "le digicode est [SECRET] au portail"),
        ("fr", "Mon RIB : 30004 00003 00012345678 43", "Mon RIB : [IBAN]"),
        ("en", "my PPS number is 1234567T", "my PPS number is [NATIONAL_ID]"),
        ("en", "the VIN VF1RFB00X56789012 please", "the VIN [DOCUMENT_ID] please"),
        ("en", "deliver to D02 XF51 please", "deliver to [ADDRESS] please"),
        ("fr", "Le code de confirmation est 1234.", "Le code de confirmation est [SECRET]."),
        ("en", "My confirmation code is 48213.", "My confirmation code is [SECRET]."),
    ],
)
def test_what_is_masked(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "password is not working, password is incorrect, the password reset fails"),
        ("fr", "mot de passe oublié depuis hier, mot de passe refusé"),
        ("fr", "code promo 2024ETE et code de sécurité jamais reçu"),
        ("fr", "le contrat expire 12/2024"),
        ("fr", "lot ABCDEFGHJKLMNPRST"),
        ("en", "the model 1234567T broke"),
        ("fr", "Le code de confirmation est arrivé."),
    ],
)
def test_words_without_a_secret_stay(language: str, text: str) -> None:
    assert masked(text, language) == text


def test_checks() -> None:
    assert rib_is_valid("20041 01005 0500013M026 06")  # the example of the French banks' association
    assert not rib_is_valid("20041 01005 0500013M026 07")
    assert pps_is_valid("1234567T")
    assert pps_is_valid("1234567FA")
    assert not pps_is_valid("1234567B")
