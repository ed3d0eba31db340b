"""What looks like personal data to a recogniser and is none: readers see the words, not a mask in their place."""

from __future__ import annotations

import pytest

from voc.privacy.redaction import redact

NOBODY = [
    ("fr", "À la boutique Part-Dieu de Lyon, on m'a prêté un téléphone en attendant la réparation."),
    ("fr", "Mention spéciale à la boutique Alizé de la Part-Dieu, des vendeurs qui écoutent."),
    ("fr", "Panne de fibre générale dans le quartier Zola à Nantes : voyant rouge."),
    ("fr", "Lettre de résiliation envoyée en RAR le 30 septembre, toujours abonné."),
    ("fr", "Bonjour, Point relais à 14 km alors qu'il y en a un en bas de chez moi."),
    ("fr", "Bonjour, Pouvez-vous me dire si les appels en wifi sont compris ?"),
    ("fr", "Bonjour, STOP au 36111, STOP par mail, STOP en recommandé."),
    ("fr", "Bonsoir. Appels qui coupent au bout de deux minutes."),
    ("fr", "Impeccable, je vous remercie."),
    ("en", "I am moving to Strasbourg on 19 November and would like to transfer my fibre."),
    ("en", "they cut the fibre at the old place 10 days BEFORE the move."),
    ("en", 'Tracking says my router has been "out for delivery" for 15 days. long road.'),
    ("en", "The new SIM is not active, so nobody can reach me. Each operator blames the other."),
    ("en", "I hope this is read by an actual human being."),
    ("en", "too many promos"),
]


@pytest.mark.parametrize(("language", "text"), NOBODY)
def test_it_names_nobody(language: str, text: str) -> None:
    assert redact([text], languages=[language])[0].text == text


SOMEBODY = [
    ("fr", "Bonjour, Blanc à l'appareil.", "Bonjour, [PERSON] à l'appareil."),
    ("fr", "Bonjour, Pierre. Je vous appelle pour ma box.", "Bonjour, [PERSON]. Je vous appelle pour ma box."),
    ("fr", "La boutique, c'est Karim Benali qui la tient.", "La boutique, c'est [PERSON] qui la tient."),
    ("en", "I live at 12 May Street, Leeds LS1 4AB.", "I live at [ADDRESS]."),
]


@pytest.mark.parametrize(("language", "text", "masked"), SOMEBODY)
def test_it_names_somebody_or_where_they_live(language: str, text: str, masked: str) -> None:
    assert redact([text], languages=[language])[0].text == masked


def test_a_street_named_after_a_day_is_masked_whole() -> None:
    assert "8 Mai" not in (redact(["j'habite 15 rue du 8 Mai à Rennes"], languages=["fr"])[0].text or "8 Mai")
