"""E-mail: the customer's own words, who wrote them, and which conversation they belong to."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voc.intake import read
from voc.intake.email.headers import decode_header
from voc.intake.email.reader import message_interaction
from voc.intake.html_text import html_to_text
from voc.records import Channel, Identifier, Interaction

FRENCH = """\
From: =?utf-8?q?Jeanne_Lef=C3=A8vre?= <Jeanne.Lefevre@Example.fr>
To: service.client@alize.example
Subject: =?iso-8859-1?q?R=E9siliation?= de mon contrat
Date: Mon, 9 Nov 2026 10:12:00 +0100 (CET)
Message-ID: <abc@example.fr>
In-Reply-To: <second@alize.example>
References: <first@example.fr> <second@alize.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour Madame,

Je souhaite résilier mon contrat. La box ne fonctionne plus
depuis trois semaines et personne ne me rappelle.

Cordialement,

Jeanne Lefèvre
Tél : 06 12 34 56 78
N° client : AZ-204117

Le mar. 3 nov. 2026 à 09:58, Service client <service.client@alize.example> a
écrit :
> Bonjour,
> Nous avons bien reçu votre demande.
"""


def one(raw: str | bytes, **options: object) -> Interaction:
    data = raw.encode() if isinstance(raw, str) else raw
    found = message_interaction(data, source="m.eml", **options)  # type: ignore[arg-type]
    assert isinstance(found, Interaction), found
    return found


def test_a_french_reply(tmp_path: Path) -> None:
    path = tmp_path / "message.eml"
    path.write_text(FRENCH)
    (mail,) = read(path)
    assert isinstance(mail, Interaction)
    assert mail.channel is Channel.EMAIL
    assert mail.subject == "Résiliation de mon contrat"
    assert mail.text == (
        "Je souhaite résilier mon contrat. La box ne fonctionne plus depuis trois semaines et personne ne me rappelle."
    )
    assert mail.occurred_at == datetime(2026, 11, 9, 9, 12, tzinfo=UTC)
    assert mail.external_id == "abc@example.fr"
    assert mail.thread_id == "first@example.fr"
    assert mail.identifiers == (
        Identifier(type="email", value="jeanne.lefevre@example.fr", verified=True),
        Identifier(type="name", value="Jeanne Lefèvre"),
        Identifier(type="phone", value="+33612345678"),
        Identifier(type="customer", value="AZ204117"),
    )


def test_html_only() -> None:
    page = (
        "<html><head><style>p {color: red}</style></head><body><p>Hello,</p><p>My bill is <b>wrong</b> again&nbsp;!</p>"
        "<script>alert('x')</script><ul><li>June</li><li>July</li></ul>"
        "<blockquote>On Monday you wrote this</blockquote></body></html>"
    )
    mail = one(f"From: a@b.com\nSubject: Bill\nContent-Type: text/html; charset=utf-8\n\n{page}")
    assert mail.text == "My bill is wrong again !\n\n- June\n- July"


def test_plain_is_preferred_to_html() -> None:
    raw = (
        "From: a@b.com\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=XX\n\n"
        "--XX\nContent-Type: text/html\n\n<p>The page version of it</p>\n"
        "--XX\nContent-Type: text/plain\n\nThe plain version of it\n--XX--\n"
    )
    assert one(raw).text == "The plain version of it"


def test_attachments_are_named_not_read() -> None:
    raw = (
        "From: a@b.com\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=XX\n\n"
        "--XX\nContent-Type: text/plain\n\nVoici le document demandé.\n"
        '--XX\nContent-Type: text/plain; name="rib.txt"\nContent-Disposition: attachment; filename="rib.txt"\n\nFR76 3000\n--XX--\n'
    )
    mail = one(raw)
    assert mail.text == "Voici le document demandé."
    assert mail.attributes == {"attachments": "rib.txt"}


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), ("", "cp1252"), ("x-unknown", "utf-8"), ("windows-1252", "cp1252")],
)
def test_a_wrong_or_missing_charset(charset: str, encoding: str) -> None:
    head = f"From: a@b.fr\nSubject: s\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    assert (
        one(head.encode() + "Ma réclamation n’a pas été traitée".encode(encoding)).text
        == "Ma réclamation n’a pas été traitée"
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?utf-8?q?R=C3=A9clamation?=", "Réclamation"),
        ("=?utf-8?b?UsOpY2xhbWF0aW9u?= urgente", "Réclamation urgente"),
        ("=?utf-8?q?R=C3=A9cla?= =?utf-8?q?mation?=", "Réclamation"),
        ("=?nonsense?q?caf=E9?=", "café"),
        ("=?utf-8?b?%%%?=", "=?utf-8?b?%%%?="),
        ("Plain\n folded", "Plain folded"),
    ],
)
def test_headers(raw: str, expected: str) -> None:
    assert decode_header(raw) == expected


def test_raw_bytes_in_headers() -> None:
    assert one("From: a@b.fr\nSubject: Réclamation\n\nText of it".encode("cp1252")).subject == "Réclamation"
    assert one("From: a@b.fr\nSubject: Réclamation\n\nText of it".encode()).subject == "Réclamation"


def test_a_first_message_is_the_root_of_its_thread() -> None:
    mail = one("From: a@b.fr\nSubject: s\nMessage-ID: <root@b.fr>\n\nSome words here")
    assert mail.thread_id == mail.external_id == "root@b.fr"


def test_without_a_message_id_the_content_decides() -> None:
    raw = "From: a@b.fr\nSubject: s\n\nSome words here"
    assert one(raw).id == one(raw).id
    assert one(raw).id != one(raw + " and more").id


def test_a_forward_by_an_employee_is_the_customers_message() -> None:
    raw = (
        "From: Conseiller <conseiller@alize.example>\nTo: reclamations@alize.example\nSubject: Tr : Panne\n"
        "Date: Tue, 10 Nov 2026 08:00:00 +0100\n\nPour suite à donner.\n\n"
        "----- Transféré par Conseiller le 10/11/2026 08:00 -----\n\n"
        "De : Paul Martin <paul.martin@example.fr>\nA : service@alize.example\nDate : 09/11/2026 19:37\nObjet : Panne\n\n"
        "Bonsoir,\n\nPlus de fibre depuis hier soir.\n\nPaul Martin\n06 12 34 56 78\n"
    )
    mail = one(raw, own_domains=["alize.example"])
    assert mail.text == "Plus de fibre depuis hier soir."
    assert mail.occurred_at == datetime(2026, 11, 9, 19, 37, tzinfo=UTC)
    assert [identifier.value for identifier in mail.identifiers] == [
        "paul.martin@example.fr",
        "Paul Martin",
        "+33612345678",
    ]
    assert not any(identifier.verified for identifier in mail.identifiers)


def test_the_companys_own_messages_are_left_out() -> None:
    raw = b"From: service@mail.alize.example\nTo: jeanne@example.fr\nSubject: Re: Panne\n\nBonjour, nous revenons vers vous."
    assert message_interaction(raw, source="m", own_domains=["alize.example"]) is None
    assert message_interaction(raw, source="m") is not None


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "From: MAILER-DAEMON@b.fr"])
def test_bounces_and_automatic_replies_are_left_out(header: str) -> None:
    assert (
        message_interaction(f"{header}\nFrom: a@b.fr\nSubject: Absence\n\nJe suis absent".encode(), source="m") is None
    )


def test_base64_bodies() -> None:
    body = base64.encodebytes("Je n’ai toujours pas reçu ma facture".encode()).decode()
    raw = f"From: a@b.fr\nSubject: s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{body}"
    assert one(raw).text == "Je n’ai toujours pas reçu ma facture"


def test_channel_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "message.eml"
    path.write_text(FRENCH)
    (mail,) = read(path, channel=Channel.COMPLAINT)
    assert isinstance(mail, Interaction)
    assert mail.channel is Channel.COMPLAINT


@pytest.mark.parametrize(
    "page", ["<" * 50_000, "<!--" * 20_000, "<a " * 50_000, "&" * 50_000, "<div>" * 50_000, "<![CDATA[" * 5000]
)
def test_hostile_html_takes_no_time(page: str) -> None:
    html_to_text(page)


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        (b"From the agent I heard nothing since.\n", False),
        (b"From 8:30:00 on nobody answers.\n", False),
        (b"From a@example.com Mon Oct 12 10:00:00 2026\n", True),
        (b"From 1789@xxx Mon Oct 12 10:00:00 +0000 2026\n", True),
        (b"From - Mon Oct 12 10:00:00 2026\n", True),
    ],
)
def test_a_sentence_that_begins_like_a_new_message_is_none(tmp_path: Path, line: bytes, cut: bool) -> None:
    path = tmp_path / "m.mbox"
    first = b"From a@example.com Mon Oct 12 10:00:00 2026\nFrom: a@example.com\nSubject: Box\n\nMa box clignote.\n\n"
    path.write_bytes(first + line + b"Merci de me rappeler vite.\n")
    found = list(read(path))
    assert len(found) == 1 + cut
    assert ("Merci de me rappeler" in (getattr(found[0], "text", None) or "")) is not cut


def test_a_message_without_a_date_in_its_first_line_is_told_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "m.mbox"
    one = b"From nobody\nFrom: a%d@example.com\nSubject: Box\n\nMa box clignote encore, c'est la %d fois.\n\n"
    path.write_bytes(one % (1, 1) + one % (2, 2))
    assert len([one for one in read(path) if isinstance(one, Interaction)]) == 2
