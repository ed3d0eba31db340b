"""E-mails as they lie in a shared inbox: replies under replies, signatures, several encodings."""

from __future__ import annotations

from datetime import timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from exports import envelope_name
from plan import Contact
from writing import Writer

DESK = "service.client@alize-telecom.example"
EML_EVERY = 14
"""One message in this many is exported as a file of its own."""


def _local(contact: Contact) -> timezone:
    summer = contact.moment.date().isoformat() < "2026-10-25"  # end of summer time in France
    return timezone(timedelta(hours=2 if summer else 1))


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.splitlines())


def _attribution(contact: Contact, *, who: str, hours: int) -> str:
    at = (contact.moment - timedelta(hours=hours)).astimezone(_local(contact))
    if contact.language == "en":
        return f"On {at:%d %b %Y at %H:%M}, {who} wrote:"
    months = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    return f"Le {at.day} {months[at.month - 1]} {at.year} à {at:%H:%M}, {who} a écrit :"


def _outlook_quote(contact: Contact, reply: str, subject: str) -> str:
    """The message answered to, the way Outlook puts it below."""
    sender, sent, about, head = (
        ("De", "Envoyé", "Objet", "Message d'origine")
        if contact.language == "fr"
        else ("From", "Sent", "Subject", "Original Message")
    )
    at = f"{contact.moment - timedelta(days=2):%d/%m/%Y %H:%M}"
    return f"\n-----{head}-----\n{sender}: {DESK}\n{sent}: {at}\n{about}: {subject}\n\n{reply}\n"


def _letter(contact: Contact, write: Writer) -> str:
    """Greeting, matter, closing and signature."""
    person = contact.person
    assert person is not None
    matter = write.line(contact, "core") if contact.plant == "contact_pressure" else write.body(contact)
    greeting = write.fill(write.deal(contact, "letters", "greeting"), contact)
    mention = ""
    if contact.linked_by == "contract" or (contact.linked_by and write.chance(0.25)):
        apart = contact.linked_by != "contract"  # what the link hangs on stands in the matter, not by the signature
        mention = ("\n\n" if apart else " ") + write.fill(write.deal(contact, "letters", "mention_contract"), contact)
    signature = write.fill(write.deal(contact, "letters", "signature"), contact)
    if contact.linked_by is None:  # somebody unknown signs without a number that the base would know
        signature = person.first
    rule = "-- \n" if write.chance(0.3) else ""
    return f"{greeting}\n\n{matter}{mention}\n\n{write.about(contact, 'closing')}\n{rule}{signature}\n"


def emails(mbox: Path, folder: Path, contacts: list[Contact], write: Writer) -> None:
    """Write the mailbox and, for some messages, single files."""
    earlier: dict[str, tuple[str, str, Contact]] = {}
    box: list[bytes] = []
    for number, contact in enumerate(contacts, start=1):
        person, rng = contact.person, write.rng
        assert person is not None
        contact.external_id = f"<{contact.moment:%Y%m%d%H%M%S}.{number:04d}@mail.example.net>"
        text = _letter(contact, write)
        contact.row["text"] = text
        message = EmailMessage(policy=SMTP.clone(max_line_length=200))
        if contact.linked_by == "address" and person.email:
            sender = person.email
        else:
            sender = f"{rng.choice(write.people['handle_words'])}{rng.randint(1000, 99999)}@example.org"
        user, domain = sender.split("@")
        message["From"] = Address(envelope_name(person), user, domain)
        message["To"] = Address("Service client Alizé Télécom", *DESK.split("@"))
        subject = write.line(contact, "subject")
        message["Date"] = format_datetime(contact.moment.astimezone(_local(contact)))
        message["Message-ID"] = contact.external_id
        before = earlier.get(sender)
        if before and before[2].topic == contact.topic:
            subject = f"Re: {before[1]}"
            message["In-Reply-To"] = message["References"] = before[0]
            hours = max(1, int((contact.moment - before[2].moment).total_seconds() // 3600))
            attribution = _attribution(contact, who=f"{person.first} {person.last}", hours=hours)
            text += f"\n{attribution}\n{_quote(before[2].row['text'])}\n"
        elif write.chance(0.22):
            subject = (
                f"Re: {subject}" if write.chance(0.7) else f"RE: [Ticket #{rng.randint(100000, 999999)}] {subject}"
            )
            reply = write.fill(write.deal(contact, "letters", "reply_agent"), contact)
            message["In-Reply-To"] = f"<{rng.randint(10**8, 10**9)}.desk@alize-telecom.example>"
            if write.chance(0.7):
                desk = f"Service client Alizé Télécom <{DESK}>"
                text += f"\n{_attribution(contact, who=desk, hours=rng.randint(3, 90))}\n{_quote(reply)}\n"
            else:
                text += _outlook_quote(contact, reply, subject)
        message["Subject"] = subject
        earlier.setdefault(sender, (contact.external_id, subject, contact))
        latin = contact.language == "fr" and write.chance(0.15) and all(ord(c) < 256 for c in text)
        message.set_content(text, charset="iso-8859-1" if latin else "utf-8", cte="quoted-printable")
        if write.chance(0.12):
            escaped = text.replace("&", "&amp;").replace("<", "&lt;").strip()
            paragraphs = "".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in escaped.split("\n\n"))
            message.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html", cte="quoted-printable")
            message.set_boundary(f"=_alize_{number:04d}")
        raw = message.as_bytes(policy=message.policy.clone(linesep="\n"))
        if number % EML_EVERY == 0:
            name = f"message-{number:04d}.eml"
            (folder / name).write_bytes(raw)
            contact.source = f"{folder.name}/{name}"
        else:
            stamp = contact.moment.strftime("%a %b %d %H:%M:%S %Y")
            body = b"\n".join(b">" + line if line.startswith(b"From ") else line for line in raw.split(b"\n"))
            box.append(f"From {sender} {stamp}\n".encode() + body.rstrip(b"\n") + b"\n\n")
            contact.source = mbox.name
    mbox.write_bytes(b"".join(box))
