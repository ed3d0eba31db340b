"""How mail programs pass a message on in the text of another: what counts is who wrote it first, and when."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import pytest

from voc.intake.email.reader import message_interaction
from voc.records import Interaction

OWN = "Je n'ai toujours pas reçu mon remboursement de 39 euros."
WRITER = "claire.lebreton@example.com"

STYLES: dict[str, tuple[str, str]] = {
    "outlook-fr": (
        "TR: Panne",
        f"Pour info.\n\nDe : Claire Lebreton <{WRITER}>\nEnvoyé : lundi 2 novembre 2026 09:00\nÀ : support@alize.example\nObjet : Panne\n\n{OWN}\n",
    ),
    "outlook-en": (
        "FW: Panne",
        f"FYI\n\nFrom: Claire Lebreton <{WRITER}>\nSent: Monday, November 2, 2026 9:00 AM\nTo: support@alize.example\nSubject: Panne\n\n{OWN}\n",
    ),
    "apple-fr": (
        "Tr: Panne",
        f"\n\n> Début du message transféré :\n> \n> De: Claire Lebreton <{WRITER}>\n> Objet: Panne\n> Date: 2 novembre 2026 à 09:00:00 UTC+1\n> À: support@alize.example\n> \n> {OWN}\n",
    ),
    "apple-fr2": (
        "Tr: Panne",
        f"Début du message réexpédié :\n\nDe: Claire Lebreton <{WRITER}>\nObjet: Panne\nDate: 2 novembre 2026 à 09:00:00 UTC+1\nÀ: support@alize.example\n\n{OWN}\n",
    ),
    "apple-en": (
        "Fwd: Panne",
        f"Begin forwarded message:\n\nFrom: Claire Lebreton <{WRITER}>\nSubject: Panne\nDate: 2 November 2026 at 09:00:00 CET\nTo: support@alize.example\n\n{OWN}\n",
    ),
    "thunderbird-fr": (
        "Fwd: Panne",
        f"\n\n\n-------- Message transféré --------\nSujet : \tPanne\nDate : \tMon, 2 Nov 2026 09:00:00 +0100\nDe : \tClaire Lebreton <{WRITER}>\nPour : \tsupport@alize.example\n\n\n\n{OWN}\n",
    ),
    "thunderbird-en": (
        "Fwd: Panne",
        f"\n\n-------- Forwarded Message --------\nSubject: \tPanne\nDate: \tMon, 2 Nov 2026 09:00:00 +0100\nFrom: \tClaire Lebreton <{WRITER}>\nTo: \tsupport@alize.example\n\n{OWN}\n",
    ),
    "zimbra": (
        "Fwd: Panne",
        f'----- Mail transféré -----\nDe: "Claire Lebreton" <{WRITER}>\nÀ: "support" <support@alize.example>\nEnvoyé: Lundi 2 Novembre 2026 09:00:00\nObjet: Panne\n\n{OWN}\n',
    ),
    "proton": (
        "Fw: Panne",
        f"\n\n------- Forwarded Message -------\nFrom: Claire Lebreton <{WRITER}>\nDate: On lundi 2 novembre 2026 at 09:00\nSubject: Panne\nTo: support@alize.example <support@alize.example>\n\n\n> {OWN}\n",
    ),
    "gmail-en": (
        "Fwd: Panne",
        f"---------- Forwarded message ---------\nFrom: Claire Lebreton <{WRITER}>\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: Panne\nTo: <support@alize.example>\n\n\n{OWN}\n",
    ),
    "yahoo-fr": (
        "Tr: Panne",
        f"\n----- Message transféré -----De : Claire Lebreton <{WRITER}>À : support@alize.example <support@alize.example>Envoyé : lundi 2 novembre 2026 à 09:00:00 UTC+1Objet : Panne\n {OWN}\n",
    ),
    "yahoo-fr-lines": (
        "Tr: Panne",
        f"\n  ----- Message transmis -----  De : Claire Lebreton <{WRITER}>\nÀ : support@alize.example\nEnvoyé : lundi 2 novembre 2026 à 09:00:00 UTC+1\nObjet : Panne\n\n {OWN}\n",
    ),
    "notes-fr": (
        "Tr : Panne",
        f"----- Réacheminé par Karim Benali/ALIZE le 04/11/2026 14:00 -----\n\nDe :    Claire Lebreton <{WRITER}>\nA :     support@alize.example\nDate :  02/11/2026 09:00\nObjet : Panne\n\n{OWN}\n",
    ),
    "outlook-de": (
        "WG: Panne",
        f"Von: Claire Lebreton <{WRITER}>\nGesendet: Montag, 2. November 2026 09:00\nAn: support@alize.example\nBetreff: Panne\n\n{OWN}\n",
    ),
    "outlook-es": (
        "RV: Panne",
        f"De: Claire Lebreton <{WRITER}>\nEnviado: lunes, 2 de noviembre de 2026 9:00\nPara: support@alize.example\nAsunto: Panne\n\n{OWN}\n",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_customer_is_who_wrote_what_was_passed_on(style: str) -> None:
    subject, body = STYLES[style]
    raw = (
        f"From: Karim Benali <karim@alize.example>\nTo: qualite@alize.example\nSubject: {subject}\n"
        "Date: Wed, 4 Nov 2026 14:05:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    found = message_interaction((raw + body).encode(), source="m", own_domains=("alize.example",))
    assert isinstance(found, Interaction)
    assert found.text == OWN
    assert [one.value for one in found.identifiers if one.type == "email"] == [WRITER]
    assert found.occurred_at is not None
