"""E-mails taken apart: body, greeting, signature, quotation, disclaimer, forwards."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.intake.email.cleaning import clean_email, reflow

QUOTATIONS = {
    "gmail fr": "Le mar. 22 mai 2018 à 10:20, <conseil@alize.example> a écrit :\n> ancien message",
    "gmail fr, wrapped": "Le lundi 4 juin 2018 à 13:59:14 UTC+2, Conseil\n<conseil@alize.example> a écrit :\nancien message",
    "gmail en": "On Tue, May 22, 2018 at 10:20 AM Support <s@alize.example> wrote:\n> old message",
    "outlook fr": "De : Conseil <conseil@alize.example>\nEnvoyé : lundi 4 juin 2018 12:23\nÀ : Jeanne\nObjet : Devis\n\nancien message",
    "outlook en": "From: Support <s@alize.example>\nSent: Monday, June 4, 2018 1:56 PM\nTo: Jo\nSubject: Quote\n\nold message",
    "rule fr": "-----Message d'origine-----\nDe : Conseil\nancien message",
    "rule en": "-----Original Message-----\nFrom: Support\nold message",
    "orange": "> Message du 28/05/18 15:22\n> De : conseil@alize.example\n> A : jeanne@example.fr\n> ancien message",
    "thunderbird": "Le 16/05/2018 à 11:27, conseil@alize.example a écrit :\nancien message",
}

SIGNATURES = {
    "plain": "Cordialement,\nJeanne Lefèvre",
    "phone": "Bien cordialement\n\nJeanne Lefèvre\n06 12 34 56 78\n12 rue des Lilas\n30000 Nîmes",
    "short": "cdlt",
    "formal": "Je vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées.\n\nMme Lefèvre",
    "english": "Kind regards,\nJo Lee",
    "sincerely": "Yours sincerely\n\nJo Lee\nDirector",
    "rule": "-- \nJeanne Lefèvre\nDirectrice",
    "iphone": "Envoyé de mon iPhone",
    "android": "Sent from my Galaxy",
    "outlook": "Obtenez Outlook pour iOS",
    "civility": "Monsieur Dupont",
    "block": "Claude Dupont\n3 Rue de la victoire\n79000 Niort\ndupont@example.fr",
}

DISCLAIMERS = [
    "Ce message et toutes les pièces jointes sont confidentiels et établis à l'attention de leurs destinataires.",
    "This email and any files transmitted with it are confidential and intended solely for the addressee.",
    "Avant d'imprimer, pensez à l'environnement",
    "CONFIDENTIALITY NOTICE: the contents are privileged.",
]

WORDS = "Ma box ne marche plus depuis lundi.\nJe veux un remboursement."


@pytest.mark.parametrize("quotation", QUOTATIONS.values(), ids=QUOTATIONS)
def test_quotations_are_cut(quotation: str) -> None:
    cleaned = clean_email(f"Bonjour,\n\n{WORDS}\n\n{quotation}")
    assert cleaned.body == WORDS
    assert "message" in cleaned.quoted


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_signatures_are_cut_and_kept(signature: str) -> None:
    cleaned = clean_email(f"Bonjour,\n\n{WORDS}\n\n{signature}\n")
    assert cleaned.body == WORDS
    for line in signature.replace("-- ", "--").split("\n"):
        assert line in cleaned.signature


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_disclaimers_are_cut(disclaimer: str) -> None:
    cleaned = clean_email(f"{WORDS}\n\nCordialement\nJeanne\n\n{disclaimer}")
    assert cleaned.body == WORDS
    assert cleaned.disclaimer == disclaimer


@pytest.mark.parametrize(
    "greeting",
    [
        "Bonjour,",
        "Bonjour Madame,",
        "Madame, Monsieur,",
        "Chère Madame Durand,",
        "Hello,",
        "Dear Sir or Madam,",
        "Hi team",
    ],
)
def test_greetings_are_cut(greeting: str) -> None:
    cleaned = clean_email(f"{greeting}\n\n{WORDS}")
    assert cleaned.body == WORDS
    assert cleaned.greeting == greeting


def test_a_greeting_on_the_line_of_the_message() -> None:
    assert clean_email("Bonjour, je n'ai plus de connexion depuis hier").body == "Je n'ai plus de connexion depuis hier"


def test_words_that_only_look_like_marks_stay() -> None:
    text = (
        "Je vous écris de nouveau : le conseiller a écrit n'importe quoi.\n"
        "De mon côté tout est payé.\n"
        "Cordialement, mais fermement, je vous demande de corriger cette erreur sur ma facture du mois de mars dernier.\n"
        "Voici ma nouvelle adresse :\n12 rue des Lilas\n30000 Nîmes"
    )
    assert clean_email(text).body == text


def test_a_closing_formula_inside_the_last_line() -> None:
    cleaned = clean_email("Merci de me rappeler vite. Bien cordialement. Mr Dupont.")
    assert cleaned.body == "Merci de me rappeler vite."
    assert cleaned.signature == "Bien cordialement. Mr Dupont."


def test_a_postscript_is_part_of_the_message() -> None:
    assert clean_email(f"{WORDS}\n\nCordialement\nJeanne\n\nPS : rappelez-moi le soir").body == (
        f"{WORDS}\n\nPS : rappelez-moi le soir"
    )


def test_an_answer_below_the_quotation() -> None:
    text = "On Tue, May 22, 2018 at 10:20 AM Support <s@a.example> wrote:\n> did it work?\n> regards\n\nNo, it still fails every day."
    assert clean_email(text).body == "No, it still fails every day."


def test_interleaved_quotations_are_dropped() -> None:
    assert clean_email("> when did it start?\nLast Monday in the morning.\n> which model?\nThe white one.").body == (
        "Last Monday in the morning.\nThe white one."
    )


def test_only_attachments_is_no_message() -> None:
    assert clean_email("\n\n(See attached file: rib.pdf)\n[IMAGE]\n\n--\nMonsieur Dupont").body == ""


def test_the_senders_name_is_a_signature() -> None:
    assert clean_email(f"{WORDS}\n\njeanne", sender_name="Jeanne").body == WORDS


def test_a_customer_who_forwards_an_own_message_means_both() -> None:
    text = (
        "Pouvez-vous enfin répondre à ceci ?\n\n---------- Forwarded message ---------\nDe : jeanne@example.fr\n"
        f"Date : 09/11/2026\nObjet : Panne\nÀ : service@alize.example\n\n{WORDS}"
    )
    cleaned = clean_email(text, subject="Fwd: Panne", sender="jeanne@example.fr")
    assert cleaned.body == f"Pouvez-vous enfin répondre à ceci ?\n{WORDS}"


def test_lines_wrapped_by_the_mail_program_are_joined() -> None:
    wrapped = ["Je vous avais contactés car j'avais pour", "projet d'agrandir ma maison.", "", "- un", "- deux"]
    assert reflow(wrapped) == "Je vous avais contactés car j'avais pour projet d'agrandir ma maison.\n\n- un\n- deux"


@pytest.mark.parametrize(
    "piece",
    [
        "\n",
        "> ",
        "Le 1 ",
        "De : a\n",
        "-",
        "a écrit :\n",
        "(See attached file: ",
        "Cordialement ",
        "<a@b ",
        "x" * 900 + "\n",
    ],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begin = time.process_time()
    clean_email(piece * (200_000 // len(piece)))
    assert time.process_time() - begin < 4


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("aÀ :>\n-.,@01<>()éDe"), max_size=400))
def test_any_text_is_taken_apart_without_inventing_words(text: str) -> None:
    cleaned = clean_email(text)
    left = list(text.lower())
    for character in cleaned.body.lower():
        if not character.isspace():
            left.remove(character)


def test_melusine_emails(shared_data: Path) -> None:
    """41 e-mails to a French insurer: no header, signature or quotation of the usual forms is left in any body."""
    path = shared_data / "text" / "melusine_emails_fr" / "emails.jsonl"
    if not path.exists():
        pytest.skip(f"no {path}")
    bodies = []
    for line in path.read_text().splitlines():
        mail = json.loads(line)
        cleaned = clean_email(
            mail["body"],
            subject=mail["header"],
            sender=mail["from"],
            company_domains=["societeimaginaire.fr", "maif.fr"],
        )
        bodies.append(cleaned.body)
    left = [
        body
        for body in bodies
        for mark in ("a écrit", "Envoyé de mon", "ordialement", "Objet :", "See attached", "Adobe Reader", "Transféré")
        if mark in body
    ]
    assert left == []
    assert sum(not body for body in bodies) <= 3  # two hold only a signature, one only a quotation


class TestWhatStandsAroundTheWords:
    """Layouts seen in real mail, with invented people."""

    def test_the_number_a_mail_is_about_is_no_signature(self) -> None:
        cleaned = clean_email(
            "Bonjour,\n\nComme convenu, voici le numéro de ma fille\n\nMadame Zélie Aubrac\ntél : 06 01 02 03 04\n\n"
            "Paul Aubrac\n\nCordialement"
        )
        assert "06 01 02 03 04" in cleaned.body
        assert cleaned.signature == "Paul Aubrac\nCordialement"

    def test_a_name_with_its_date_above_the_closing(self) -> None:
        cleaned = clean_email("Merci d'annuler ma commande.\n\nMme Aubrac,\nle 3 mars 2021\n\nCordialement")
        assert cleaned.body == "Merci d'annuler ma commande."

    def test_the_fields_of_a_contact_form_are_no_words_of_the_customer(self) -> None:
        cleaned = clean_email(
            "Nom : Aubrac\nE-mail : zelie@example.org\nVille : Nantes\nObjet de la demande : Facture\n\n"
            "Bonjour, je ne comprends pas ma dernière facture."
        )
        assert cleaned.body == "Je ne comprends pas ma dernière facture."
        assert "zelie@example.org" in cleaned.signature

    def test_a_letterhead_stands_apart(self) -> None:
        cleaned = clean_email(
            "Club Nautique du Ponant\n\n4 quai des Brumes\n\n29200 Brest\n\n\nMadame, Monsieur,\n\n"
            "Pourriez-vous nous adresser un devis ?\n\nLa trésorière"
        )
        assert cleaned.body.startswith("Pourriez-vous nous adresser un devis ?")
        assert "quai des Brumes" in cleaned.signature

    def test_a_first_sentence_is_no_letterhead(self) -> None:
        text = "Ma box est en panne\nBonjour, je vous écris pour la troisième fois."
        assert clean_email(text).body.startswith("Ma box est en panne")

    def test_an_answer_passed_on_without_a_mark_keeps_what_it_answers_as_a_quotation(self) -> None:
        cleaned = clean_email(
            "Bonjour, je refuse ce devis. Bien cordialement. Zélie Aubrac.\n\nFrom: conseil@exemple.fr\n"
            "Sent: Monday, June 4, 2018 1:56 PM\nTo: zelie@example.org\nSubject: Votre devis\n\nVoici le devis demandé.",
            subject="Tr : Re: Votre devis",
            sender="conseil@exemple.fr",
        )
        assert cleaned.body == "Je refuse ce devis."
        assert "Voici le devis demandé." in cleaned.quoted

    @pytest.mark.parametrize(
        "wish", ["En vous souhaitant bonne réception,", "Bonne journée", "Wishing you a good day,", "Belle soirée !"]
    )
    def test_a_wish_is_no_message(self, wish: str) -> None:
        cleaned = clean_email(f"Ma facture est fausse.\n\n{wish}\n\nCordialement\nZ. Aubrac")
        assert cleaned.body == "Ma facture est fausse."


@pytest.mark.parametrize(
    "line", ["> " * 20_000, "De : " * 20_000, "-" * 100_000, "Le 1 a écrit " * 8_000, "a\n\n" * 20_000]
)
def test_cleaning_a_hostile_text_takes_no_time(line: str) -> None:
    begun = time.process_time()
    clean_email(line * 5)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("leave", "name"),
    [
        ("Cordialement tout de même,\nLoïc Hoarau – garage du Pont\nLoïc", "Loïc Hoarau"),
        ("Kind regards all the same,\nKwame", "Kwame Marsh"),
        ("Avec mes remerciements,", "Gwenaëlle Chevalier"),
        ("Many thanks,", "Ryan Ward"),
        ("Have a lovely day,\nGareth", "Gareth Hall"),
        ("Belle journée à vous,\nDidier Colin\nDidier", "Didier Colin"),
        ("Dans l'attente de votre retour,\nGérard Arnaud – gîte Le Clos des Tilleuls\n01 99 00 73 52", "Gérard Arnaud"),
        ("Stéphane Perrin – gîte Le Clos des Tilleuls\n04 65 71 81 06", "Stéphane Perrin"),
    ],
)
def test_how_people_take_leave_is_none_of_what_they_say(leave: str, name: str) -> None:
    said = "Ma box ne démarre plus depuis lundi.\nMerci pour votre aide."
    assert clean_email(f"{said}\n\n{leave}", sender_name=name).body == said


def test_a_name_that_is_the_message_stays() -> None:
    assert clean_email("Mon conseiller était\nLoïc", sender_name="Claire Lebreton").body.endswith("Loïc")
