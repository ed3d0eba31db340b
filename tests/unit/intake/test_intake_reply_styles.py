"""How mail programs put an answer above what it answers, one case a program: only the answer is the customer's words."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import pytest

from voc.intake.email.cleaning import clean_email

OWN = "Je n'ai toujours pas reçu mon remboursement de 39 euros."
Q = "Bonjour Madame, votre dossier est en cours de traitement par nos services."
S = "Service Client <service.client@alize-telecom.example>"

STYLES: dict[str, str] = {
    "gmail-fr": f"{OWN}\n\nLe mar. 3 nov. 2026 à 10:00, Service Client <service.client@alize-telecom.example> a\nécrit :\n\n> {Q}\n",
    "gmail-en": f"{OWN}\n\nOn Tue, Nov 3, 2026 at 10:00 AM Service Client <\nservice.client@alize-telecom.example> wrote:\n\n> {Q}\n",
    "apple-fr": f"{OWN}\n\nEnvoyé de mon iPhone\n\n> Le 3 nov. 2026 à 10:00, {S} a écrit :\n> \n> {Q}\n",
    "apple-fr2": f"{OWN}\n\nLe 3 nov. 2026 à 10:00, {S} a écrit :\n\n{Q}\n",
    "apple-en": f"{OWN}\n\nSent from my iPhone\n\n> On 3 Nov 2026, at 10:00, {S} wrote:\n> \n> {Q}\n",
    "roundcube": f"{OWN}\n\n- Le 2026-11-03 10:00, Service Client a écrit :\n> {Q}\n",
    "roundcube2": f"{OWN}\n\nLe 03/11/2026 10:00, Service Client a écrit :\n> {Q}\n",
    "roundcube-en": f"{OWN}\n\nOn 2026-11-03 10:00, Service Client wrote:\n> {Q}\n",
    "thunderbird": f"{OWN}\n\nLe 03/11/2026 à 10:00, Service Client a écrit :\n> {Q}\n",
    "zimbra": f'{OWN}\n\n----- Mail original -----\nDe: "Service Client" <service.client@alize-telecom.example>\nÀ: "claire lebreton" <c@example.com>\nEnvoyé: Mardi 3 Novembre 2026 10:00:00\nObjet: Re: Votre demande\n\n{Q}\n',
    "zimbra2": f'{OWN}\n\nDe: "Service Client" <service.client@alize-telecom.example>\nÀ: "claire lebreton" <c@example.com>\nEnvoyé: Mardi 3 Novembre 2026 10:00:00\nObjet: Re: Votre demande\n\n{Q}\n',
    "zimbra-en": f'{OWN}\n\n----- Original Message -----\nFrom: "Service Client" <service.client@alize-telecom.example>\nTo: c@example.com\nSent: Tuesday, November 3, 2026 10:00:00 AM\nSubject: Re: x\n\n{Q}\n',
    "outlook-android": f"{OWN}\n\nObtenir Outlook pour Android<https://aka.ms/AAb9ysg>\n\n________________________________\nFrom: {S}\nSent: Tuesday, November 3, 2026 10:00:00 AM\nTo: c@example.com <c@example.com>\nSubject: RE: Votre demande\n\n{Q}\n",
    "outlook-ios-fr": f"{OWN}\n\nObtenez Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\nDe : {S}\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : c@example.com\nObjet : RE: x\n\n{Q}\n",
    "outlook-telecharger": f"{OWN}\n\nTélécharger Outlook pour Android<https://aka.ms/AAb9ysg>\n________________________________\nDe: {S}\nEnvoyé: mardi 3 novembre 2026 10:00\nÀ: c@example.com\nObjet: RE: x\n\n{Q}\n",
    "outlook-fr": f"{OWN}\n\nDe : {S}\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : Claire Lebreton <c@example.com>\nObjet : RE: Votre demande\n\n{Q}\n",
    "outlook-en": f"{OWN}\n\nFrom: {S}\nSent: 03 November 2026 10:00\nTo: Claire Lebreton <c@example.com>\nSubject: RE: Votre demande\n\n{Q}\n",
    "outlook-quoted-fr": f"{OWN}\n\n-----Message d'origine-----\nDe : {S}\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : c@example.com\nObjet : RE: x\n\n{Q}\n",
    "yahoo-fr": f"{OWN}\n\n    Le mardi 3 novembre 2026 à 10:00:00 UTC+1, Service Client <service.client@alize-telecom.example> a écrit :  \n \n {Q}\n",
    "yahoo-fr2": f"{OWN}\n\nEnvoyé depuis Yahoo Mail pour Android \n \n  Le mar., nov. 3, 2026 à 10:00, Service Client<service.client@alize-telecom.example> a écrit :   {Q}\n",
    "yahoo-en": f"{OWN}\n\nSent from Yahoo Mail on Android \n \n  On Tue, Nov 3, 2026 at 10:00 AM, Service Client<service.client@alize-telecom.example> wrote:   {Q}\n",
    "orange": f'{OWN}\n\n> Message du 03/11/26 10:00\n> De : "Service Client" <service.client@alize-telecom.example>\n> A : "claire" <c@example.com>\n> Copie à : \n> Objet : RE: x\n>\n> {Q}\n',
    "orange2": f"{OWN}\n\n envoyé : 3 novembre 2026 à 10:00\nde : Service Client <service.client@alize-telecom.example>\nà : c@example.com\nobjet : Re: Votre demande\n\n\n{Q}\n",
    "samsung": f"{OWN}\n\n\nEnvoyé depuis mon appareil Galaxy\n\n\n-------- Message d'origine --------\nDe : Service Client <service.client@alize-telecom.example>\nDate : 03/11/2026 10:00 (GMT+01:00)\nÀ : c@example.com\nObjet : Re: x\n\n{Q}\n",
    "protonmail": f"{OWN}\n\nEnvoyé avec la messagerie sécurisée Proton Mail.\n\nLe mardi 3 novembre 2026 à 10:00, Service Client <service.client@alize-telecom.example> a écrit :\n\n> {Q}\n",
    "protonmail-en": f"{OWN}\n\nSent with Proton Mail secure email.\n\n------- Original Message -------\nOn Tuesday, November 3rd, 2026 at 10:00, Service Client <service.client@alize-telecom.example> wrote:\n\n\n> {Q}\n",
    "spark": f"{OWN}\nLe 3 nov. 2026 à 10:00 +0100, Service Client <service.client@alize-telecom.example>, a écrit :\n> {Q}\n",
    "laposte": f'{OWN}\n\n> Message du 03/11/26 à 10:00\n> De : "Service Client"\n> Objet : x\n> {Q}\n',
    "laposte2": f'{OWN}\n\n\nDe : "Service Client" \nA : c@example.com\nEnvoyé: mardi 3 Novembre 2026 10:00\nObjet : Re: x\n\n{Q}\n',
    "horde": f"{OWN}\n\nService Client <service.client@alize-telecom.example> a écrit :\n\n> {Q}\n",
    "horde-q": f"{OWN}\n\nQuoting Service Client <service.client@alize-telecom.example>:\n\n> {Q}\n",
    "hotmail-old": f"{OWN}\n\n> Date: Tue, 3 Nov 2026 10:00:00 +0100\n> From: service.client@alize-telecom.example\n> To: c@example.com\n> Subject: x\n> \n> {Q}\n",
    "notes": f"{OWN}\n\n\n\nDe :    Service Client/ALIZE\nA :     c@example.com\nDate :  03/11/2026 10:00\nObjet : Re: x\n\n\n\n{Q}\n",
    "gmx": f'{OWN}\n\nGesendet: Dienstag, 03. November 2026 um 10:00 Uhr\nVon: "Service Client" <service.client@alize-telecom.example>\nAn: c@example.com\nBetreff: x\n\n{Q}\n',
    "sfr": f'{OWN}\n\n========================================\nMessage du : 03/11/2026 10:00\nDe : "Service Client " <service.client@alize-telecom.example>\nA : c@example.com\nCopie à :\nSujet : Re: x\n\n{Q}\n',
    "mailto": f"{OWN}\n\nDe : Service Client [mailto:service.client@alize-telecom.example]\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : c@example.com\nObjet : RE: x\n\n{Q}\n",
    "bold-outlook": f"{OWN}\n\n*De :* Service Client <service.client@alize-telecom.example>\n*Envoyé :* mardi 3 novembre 2026 10:00\n*À :* c@example.com\n*Objet :* RE: x\n\n{Q}\n",
    "helpdesk-line": f"{OWN}\n\n##- Veuillez saisir votre réponse au-dessus de cette ligne -##\n\n{Q}\n",
    "zendesk-line": f"{OWN}\n\n##- Please type your reply above this line -##\n\n{Q}\n",
    "bluemail": f"{OWN}\n\n⁣Télécharger BlueMail pour Android \u200b\n\nLe 3 nov. 2026 à 10:00, à 10:00, Service Client <service.client@alize-telecom.example> a écrit:\n>{Q}\n",
    "ios-de": f"{OWN}\n\nAm 03.11.2026 um 10:00 schrieb Service Client <service.client@alize-telecom.example>:\n> {Q}\n",
    "windows-mail": f"{OWN}\n\nProvenance : Courrier pour Windows\n\nDe : Service Client\nEnvoyé le :mardi 3 novembre 2026 10:00\nÀ : c@example.com\nObjet :RE: x\n\n{Q}\n",
    "own-le": f"{OWN}\n\nLe paragraphe qui suit pose problème : la facture.\n\nOn 2026-11-03 10:00, Service Client wrote:\n> {Q}\n",
    "outlook-web-en-gb": f"{OWN}\n\n________________________________________\nFrom: {S}\nSent: Tuesday, November 3, 2026 10:00\nTo: c@example.com\nSubject: x\n\n{Q}\n",
    "mac-outlook": f"{OWN}\n\nDe : Service Client <service.client@alize-telecom.example>\nDate : mardi, 3 novembre 2026 à 10:00\nÀ : c@example.com\nObjet : Re: x\n{Q}\n",
    "superhuman": f"{OWN}\n\nSent via Superhuman ( https://sprh.mn/?vip=x )\n\nOn Tue, Nov 03, 2026 at 10:00 AM, Service Client < service.client@alize-telecom.example > wrote:\n\n> {Q}\n",
    "freebox": f"{OWN}\n\n----- Mail d'origine -----\nDe: Service Client <service.client@alize-telecom.example>\nÀ: c@example.com\nEnvoyé: Tue, 03 Nov 2026 10:00:00 +0100 (CET)\nObjet: x\n\n{Q}\n",
    "sogo": f"{OWN}\n\nLe Mardi, Novembre 03, 2026 10:00 CET, Service Client <service.client@alize-telecom.example> a écrit:\n \n{Q}\n",
    "mobile-orange": f"{OWN}\n\nEnvoyé à partir de Outlook pour Android\n________________________________\nDe : x@y.example\nEnvoyé : mardi 3 novembre 2026\nÀ : c@example.com\nObjet : x\n{Q}",
    "notes-labels-alone": f"{OWN}\n\n\n\n\nService Client <service.client@alize-telecom.example> \n03/11/2026 10:00\n\nA\nclaire.lebreton@example.com\ncc\n\nObjet\nVotre demande\n\n\n\n\n\n{Q}",
    "apple-nl": f"{OWN}\n\nVerstuurd vanaf mijn iPhone\n\n> Op 3 nov 2026 om 10:00 heeft {S} het volgende geschreven:\n> \n> {Q}\n",
    "gmail-it": f"{OWN}\n\nIl giorno mar 3 nov 2026 alle ore 10:00 {S} ha scritto:\n\n> {Q}\n",
    "gmail-pt": f"{OWN}\n\nEm ter., 3 de nov. de 2026 às 10:00, {S} escreveu:\n\n> {Q}\n",
    "gmail-nl": f"{OWN}\n\nOp di 3 nov 2026 om 10:00 schreef {S}:\n\n> {Q}\n",
    "gmail-es": f"{OWN}\n\nEl mar, 3 nov 2026 a las 10:00, Service Client (<s@alize.example>) escribió:\n\n> {Q}\n",
    "outlook-es": f"{OWN}\n\nDe: {S}\nEnviado: martes, 3 de noviembre de 2026 10:00\nPara: c@example.com\nAsunto: RE: x\n\n{Q}\n",
    "outlook-nl": f"{OWN}\n\nVan: {S}\nVerzonden: dinsdag 3 november 2026 10:00\nAan: c@example.com\nOnderwerp: RE: x\n\n{Q}\n",
    "mailspring": f"{OWN}\n\nSent from Mailspring ( https://getmailspring.com/ ), the best free email app for work\n\nOn Nov 3 2026, at 10:00 am, {S} wrote:\n\n> {Q}",
    "zoho-fr": f"{OWN}\n\n\n---- Le mar., 03 nov. 2026 10:00:00 +0100 {S} a écrit ----\n\n{Q}",
    "zoho-en": f"{OWN}\n\n\n---- On Tue, 03 Nov 2026 10:00:00 +0100 {S} wrote ---\n\n{Q}",
    "em-client": f'{OWN}\n\n\n------ Message d\'origine ------\nDe "Service Client" <s@alize.example>\nÀ "Claire" <c@example.com>\nDate 03/11/2026 10:00:00\nObjet Re: x\n\n>{Q}',
    "k-9": f"{OWN}\n\n-- \nEnvoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.\n\nLe 3 novembre 2026 10:00:00 GMT+01:00, {S} a écrit :\n>{Q}",
    "xiaomi": f"{OWN}\n\nEnvoyé depuis mon Xiaomi\nService Client <service.client@alize-telecom.example> a écrit le mar. 3 nov. 2026 10:00 :\n{Q}\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_only_the_answer_is_the_customers(style: str) -> None:
    found = clean_email(
        STYLES[style],
        subject="Re: Votre demande",
        sender="c@example.com",
        sender_name="Claire Lebreton",
        company_domains={"alize-telecom.example"},
    )
    own = f"{OWN}\n\nLe paragraphe qui suit pose problème : la facture." if style == "own-le" else OWN
    assert found.body == own
    assert "dossier" in found.quoted


def test_a_line_of_the_customers_own_that_begins_like_one_is_kept() -> None:
    text = "Le 12 mars votre technicien a écrit une autre adresse :\n12 rue des Lilas à Rennes.\nMerci de corriger."
    assert "12 rue des Lilas" in clean_email(text, subject="Adresse", sender="c@example.com").body
