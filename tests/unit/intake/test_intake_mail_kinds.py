"""Whose mail it is: the company's, a machine's, a newsletter's; forwards that are attached; Outlook's own files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from outlook_files import msg, winmail

from voc.intake import read
from voc.intake.email.reader import message_interaction
from voc.records import Interaction, Rejected, Remark

Set = Callable[..., None]


def mail(body: str = "Ma box ne marche plus depuis lundi.", **headers: str) -> bytes:
    lines = {
        "From": "Claire Lebreton <claire@example.com>",
        "To": "service@alize.example",
        "Subject": "Panne",
        "Date": "Tue, 03 Nov 2026 14:05:00 +0100",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n" + body.encode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"X_MS_Exchange_Message_Is_Ndr": ""},
        {"X_Failed_Recipients": "a@b.example"},
        {"Subject": "Réponse automatique : Votre facture"},
        {"Subject": "Automatic reply: Your invoice"},
        {"Subject": "Undeliverable: Votre facture"},
        {"Subject": "Lu : Votre facture"},
        {"From": "MAILER-DAEMON@mail.example", "Subject": "x"},
        {"From": "bounces+12345@mail.example", "Subject": "x"},
        {"Precedence": "bulk"},
        {"Content_Class": "urn:content-classes:calendarmessage", "Subject": "Accepté : Point client"},
        {"List_Unsubscribe": "<https://news.example/u>", "Subject": "Nos offres de la semaine"},
        {"X_Gmail_Labels": "Sent,Important"},
        {"X_Gmail_Labels": "Messages envoyés"},
        {"X_Gmail_Labels": "Spam"},
        {"X_Gmail_Labels": "Brouillons"},
    ],
)
def test_what_no_customer_wrote_is_left_out_and_said(tmp_path: Path, headers: dict[str, str]) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(mail(**headers))
    (said,) = read(path)
    assert isinstance(said, Remark)
    assert said.code == "no_customers_mail"


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Re: Réponse automatique : Votre facture"},
        {"Auto_Submitted": "auto-generated"},  # contact forms
        {"X_Gmail_Labels": "Inbox,Important,Opened"},
        {"List_Id": "<service.alize.example>", "List_Unsubscribe": "<mailto:u@alize.example>", "Precedence": "list"},
        {"X_Google_Group_Id": "12", "Precedence": "list", "List_Unsubscribe": "<mailto:u@x.example>"},
        {"List_Unsubscribe": "<https://x.example>", "In_Reply_To": "<1@x.example>"},
    ],
)
def test_what_may_be_a_customers_is_kept(headers: dict[str, str]) -> None:
    assert isinstance(message_interaction(mail(**headers), source="m"), Interaction)


def test_the_company_is_told_by_the_setting(tmp_path: Path, set_to: Set) -> None:
    path = tmp_path / "box.mbox"
    ours = mail(From="Karim <karim@alize.example>", To="claire@example.com", Subject="Re: Panne")
    path.write_bytes(b"From a\n" + mail() + b"\n\nFrom b\n" + ours + b"\n")
    set_to(own_addresses="alize.example")
    one, said = read(path)
    assert isinstance(one, Interaction) and one.author == "Claire Lebreton"
    assert isinstance(said, Remark) and said.parameters["own"] == 1


def test_the_companys_domain_is_offered_where_it_is_not_set(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    ours = mail(From="karim@alize.example", To="claire@example.com")
    path.write_bytes(b"".join(b"From a\n" + one + b"\n\n" for one in [mail()] * 4 + [ours]))
    *_, said = read(path)
    assert isinstance(said, Remark)
    assert (said.code, said.parameters) == ("own_domain_likely", {"domain": "alize.example", "n": 1})


def test_a_forward_that_is_attached_is_opened(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"] = "Claire Lebreton <claire@example.com>"
    inner["Subject"] = "Panne"
    inner["Date"] = "Tue, 03 Nov 2026 14:05:00 +0100"
    inner.set_content("Ma box ne marche plus depuis lundi.")
    outer = EmailMessage()
    outer["From"] = "karim@alize.example"
    outer["To"] = "service@alize.example"
    outer["Subject"] = "Tr: Panne"
    outer["Date"] = "Wed, 04 Nov 2026 09:00:00 +0100"
    outer.set_content("Pour info.")
    outer.add_attachment(inner)
    path = tmp_path / "m.eml"
    path.write_bytes(outer.as_bytes())
    (found,) = read(path)
    assert isinstance(found, Interaction)
    assert found.text == "Ma box ne marche plus depuis lundi."
    assert [(one.type, one.value) for one in found.identifiers] == [
        ("email", "claire@example.com"),
        ("name", "Claire Lebreton"),
    ]
    assert found.occurred_at == datetime(2026, 11, 3, 13, 5, tzinfo=UTC)


def test_a_message_attached_to_ones_own_words_is_an_attachment(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"] = "service@alize.example"
    inner.set_content("Votre dossier est en cours de traitement.")
    outer = EmailMessage()
    outer["From"] = "claire@example.com"
    outer["To"] = "service@alize.example"
    outer["Subject"] = "Panne"
    outer.set_content("Voici ce que vous m'aviez écrit, et rien n'a été fait.")
    outer.add_attachment(inner)
    found = message_interaction(outer.as_bytes(), source="m")
    assert isinstance(found, Interaction)
    assert found.text == "Voici ce que vous m'aviez écrit, et rien n'a été fait."
    assert found.attributes["attachments"] == "message.eml"


SENT = datetime(2026, 11, 3, 13, 5, tzinfo=UTC)
PROPERTIES = {
    "0037": "Panne",
    "1000": "Ma box ne marche plus depuis lundi.\r\n",
    "0C1A": "Claire Lebreton",
    "5D01": "claire@example.com",
    "0E04": "service@alize.example",
    "1035": "<m1@mail.example>",
}


@pytest.mark.parametrize("name", ["m.msg", "export.bin"])
def test_an_outlook_message_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(msg(PROPERTIES, sent=SENT, attachments=("facture.pdf",)))
    (found,) = read(path)
    assert isinstance(found, Interaction), found
    assert (found.text, found.subject, found.occurred_at) == ("Ma box ne marche plus depuis lundi.", "Panne", SENT)
    assert (found.external_id, found.author) == ("m1@mail.example", "Claire Lebreton")
    assert ("email", "claire@example.com") in [(one.type, one.value) for one in found.identifiers]
    assert found.attributes["attachments"] == "facture.pdf"


def test_an_outlook_message_of_html_alone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.msg"
    page = "<html><body><p>Ma box ne marche <b>plus</b>.</p></body></html>"
    path.write_bytes(msg(PROPERTIES | {"1000": "", "1013": page}, sent=SENT))
    (found,) = read(path)
    assert isinstance(found, Interaction) and found.text == "Ma box ne marche plus."


@pytest.mark.parametrize("cut", [600, 3000, 9000])
def test_a_damaged_outlook_message_is_one_line(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "m.msg"
    path.write_bytes(msg(PROPERTIES, sent=SENT)[:cut])
    (found,) = read(path)
    assert isinstance(found, Rejected)


def test_winmail_is_opened() -> None:
    outer = EmailMessage()
    outer["From"] = "claire@example.com"
    outer["To"] = "service@alize.example"
    outer["Subject"] = "Panne"
    outer.set_content("")
    outer.add_attachment(
        winmail("Ma box ne marche plus depuis lundi."),
        maintype="application",
        subtype="ms-tnef",
        filename="winmail.dat",
    )
    found = message_interaction(outer.as_bytes(), source="m")
    assert isinstance(found, Interaction)
    assert found.text == "Ma box ne marche plus depuis lundi."


def test_an_outlook_data_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "archive.pst"
    path.write_bytes(b"!BDN" + b"\0" * 600)
    (found,) = read(path)
    assert isinstance(found, Rejected)
    assert "mbox" in found.reason and "readpst" in found.reason


@pytest.mark.parametrize("sender", ["no-reply@forms.example", "ne-pas-repondre@alize.example", "site@alize.example"])
def test_a_contact_form_sends_for_who_filled_it_in(tmp_path: Path, set_to: Set, sender: str) -> None:
    set_to(own_addresses="alize.example")
    found = message_interaction(mail(From=f"Formulaire <{sender}>", Reply_To="Claire <claire@example.com>"), source="m")
    assert isinstance(found, Interaction)
    assert found.author == "Claire"
    assert [(one.value, one.verified) for one in found.identifiers if one.type == "email"] == [
        ("claire@example.com", False)
    ]
