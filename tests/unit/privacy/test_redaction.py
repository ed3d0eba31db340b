"""Personal data is masked, brands are not, and a text that could not be searched stays closed."""

import pytest

from voc.privacy import redaction
from voc.privacy.id_numbers import card_is_valid, iban_is_valid
from voc.privacy.redaction import find_secrets, mask, redact


def masked(text: str, language: str = "fr") -> str | None:
    return redact([text], languages=[language])[0].text


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Rappelez-moi au 06 12 34 56 78.", "Rappelez-moi au [PHONE]."),
        ("fr", "Mon mail : marie@example.org", "Mon mail : [EMAIL]"),
        ("fr", "compte FR76 3000 6000 0112 3456 7890 189 svp", "compte [IBAN] svp"),
        ("fr", "J'ai payé avec la carte 4539 2174 2180 9676 !", "J'ai payé avec la carte [CARD] !"),
        ("fr", "sécu 1 79 01 2A 033 061 60, né en mars", "sécu [NATIONAL_ID], né en mars"),
        ("fr", "contrat n° AZ-123456 et commande CMD-60127085", "contrat n° [CONTRACT] et commande [ORDER]"),
        ("fr", "dossier n° 2026A4471", "dossier n° [REFERENCE]"),
        ("fr", "J'habite 12 bis rue des Lilas, 75011 Paris.", "J'habite [ADDRESS]."),
        ("fr", "Je m'appelle Catherine Vaillant et ma box est HS", "Je m'appelle [PERSON] et ma box est HS"),
        ("fr", "bonjour je m'appelle astrid duhamel et j'attends", "bonjour je m'appelle [PERSON] et j'attends"),
        ("fr", "Madame Benoit a appelé ce matin", "Madame [PERSON] a appelé ce matin"),
        ("fr", "Merci d'avance.\nCordialement,\nRenée Turpin", "Merci d'avance.\nCordialement,\n[PERSON]"),
        ("fr", "ici c'est denise hervé à l'appareil", "ici c'est [PERSON] à l'appareil"),
        ("en", "my name is olivia jones and i live in leeds", "my name is [PERSON] and i live in leeds"),
        ("en", "Hi, this is Joshua Fry, my internet is down", "Hi, this is [PERSON], my internet is down"),
        ("en", "My social is 530-91-8981", "My social is [NATIONAL_ID]"),
        ("en", "I moved to 5932 Melanie Summit, Port Javierstad, TN 16505.", "I moved to [ADDRESS]."),
        ("en", "the card number is five one three two six nine three seven zero three two eight nine two zero nine ok",
         "the card number is [CARD] ok"),
    ],
)  # fmt: skip
def test_what_is_masked(language: str, text: str, expected: str) -> None:
    assert masked(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Free et Orange sont nuls, HelloFresh aussi. Livraison rapide, Facture fausse."),
        ("en", "Danke, it works again. Takk! Gracias."),
        ("fr", "Grazie à toute l'équipe, ça remarche. Danke !"),
        ("fr", "Très satisfait, livraison en 2 jours, 39,99 euros, note 9/10 en 2026."),
        ("fr", "Peux-tu me dire quand arrive ma Freebox ? Objet : Résiliation"),
        ("en", "Spotify keeps crashing on my iPhone since Monday. Great app otherwise."),
        ("en", "hello Calls cut off as soon as I walk in. Five stars well deserved"),  # seen once, taken for names
    ],
)
def test_brands_prices_and_common_words_stay(language: str, text: str) -> None:
    assert masked(text, language) == text


def test_names_that_came_with_the_interaction_are_masked_wherever_they_stand() -> None:
    (result,) = redact(["c'est zelda qui parle, ZELDA !"], languages=["fr"], known_names=[["Zelda"]])
    assert result.text == "c'est [PERSON] qui parle, [PERSON] !"


def test_a_wrong_check_digit_does_not_spare_a_number() -> None:
    assert iban_is_valid("FR76 3000 6000 0112 3456 7890 189")
    assert not iban_is_valid("FR77 3000 6000 0112 3456 7890 189")
    assert card_is_valid("4539 2174 2180 9676")
    assert not card_is_valid("4539 2174 2180 9675")
    kinds = [one.kind for one in find_secrets("FR77 3000 6000 0112 3456 7890 189 et 4539 2174 2180 9675")]
    assert kinds == ["IBAN", "CARD"]


def test_it_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("model is damaged")

    monkeypatch.setattr(redaction, "documents", broken)
    (result,) = redact(["Je suis Catherine Vaillant, 06 12 34 56 78"], languages=["fr"])
    assert result.text is None
    assert result.spans == ()
    assert result.reason is not None
    assert "kept closed" in result.reason
    assert [mention.value for mention in result.mentions] == ["+33612345678"]


def test_what_was_not_searched_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "LONGEST", 20)
    (result,) = redact(["la box est en panne, 06 12 34 56 78"], languages=["fr"])
    assert result.text == "la box est en panne, […]"


def test_spans_and_mask_agree() -> None:
    text = "06 12 34 56 78 ou marie@example.org"
    (result,) = redact([text], languages=["fr"])
    assert mask(text, result.spans) == result.text == "[PHONE] ou [EMAIL]"


def test_the_names_of_the_company_are_no_people() -> None:
    text = (
        "Le vendeur de la boutique de Part-Dieu m'a dit que Madame Martin rappellerait. Depuis, Alizé Télécom se tait."
    )
    (found,) = redact([text], languages=["fr"], brands=["Alizé Télécom", " Part-Dieu"])
    assert found.text is not None
    assert "Part-Dieu" in found.text
    assert "Alizé Télécom" in found.text
    assert "Martin" not in found.text
    (customer,) = redact(["Cordialement, Alizé"], languages=["fr"], brands=["Alizé"], known_names=[["Alizé"]])
    assert customer.text is not None
    assert "Alizé" not in customer.text, "a customer may be called like the company"
