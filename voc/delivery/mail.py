"""Mails: put together so that every program shows them, and handed to the mail server of the settings."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from voc.delivery.outcomes import Begin, Refused, TryLater, Unsure
from voc.errors import InputError, SettingsError
from voc.settings import Settings

TIMEOUT_S = 30.0
ADDRESS_CHARS = 254
"""Longest address that can be delivered to (RFC 5321, erratum 1690)."""
_UNFOLDED = SMTP.clone(max_line_length=998)
"""A long address in a header that is folded becomes an encoded word, which no mail program takes for a link."""
_NOT_IN_AN_ADDRESS = frozenset(' <>()[]\\,;:"\t\r\n')


@dataclass(frozen=True)
class Picture:
    """A PNG that comes along in a mail; its HTML names it as ``cid:name``."""

    name: str
    png: bytes


@dataclass(frozen=True)
class Mail:
    """A mail: ``html`` and the same as ``text``; ``unsubscribe`` is an address that ends it with one click."""

    to: str
    subject: str
    text: str
    html: str | None = None
    unsubscribe: str | None = None
    pictures: tuple[Picture, ...] = ()


def checked_address(text: str) -> str:
    """An e-mail address that somebody typed in, trimmed.

    Raises:
        InputError: it is none (``not_an_address``).
    """
    address = text.strip()
    name, at, host = address.rpartition("@")
    wrong = not at or not name or "." not in host or host.startswith(".") or host.endswith(".") or "@" in name
    if wrong or len(address) > ADDRESS_CHARS or any(c in _NOT_IN_AN_ADDRESS or not c.isprintable() for c in address):
        raise InputError("target: is no e-mail address; write name@example.com.", code="not_an_address")
    return address


def message(mail: Mail, settings: Settings, *, now: datetime, number: str) -> EmailMessage:
    """The mail as RFC 5322 has it.

    Args:
        number: of this sending: with it a mail program knows a second copy for one.

    Raises:
        SettingsError: ``VOC_MAIL_FROM`` is no address.
    """
    name, address = parseaddr(settings.mail_from)
    user, _, host = address.rpartition("@")
    if not user or not host:
        raise SettingsError("VOC_MAIL_FROM: is no e-mail address; write `Voice of the customer <voc@example.com>`.")
    made = EmailMessage(policy=_UNFOLDED)
    made["Subject"] = " ".join(mail.subject.split())
    made["From"] = Address(name, user, host)
    made["To"] = mail.to
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{number}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        made["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    made.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        if (html := made.get_body(("html",))) is not None:
            for one in mail.pictures:  # beside the words that show them (RFC 2392): no program lists them as files
                html.add_related(one.png, "image", "png", cid=f"<{one.name}>", disposition="inline", filename=one.name)
    return made


def send(made: EmailMessage, settings: Settings, *, begin: Begin) -> None:
    """Hand a mail to the server of ``VOC_SMTP_URL``.

    Raises:
        TryLater: the server cannot be reached, or is busy.
        Refused: no server is set, or it does not take this mail.
        Unsure: the connection broke after the mail had been handed over.
    """
    with _connected(settings) as server:
        try:
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(str(made["From"].addresses[0].addr_spec))
            if code != 250:
                raise _of_code(code)
            code, _ = server.rcpt(str(made["To"]))
            if code not in {250, 251}:
                raise _of_code(code)
        except (smtplib.SMTPException, OSError) as error:
            raise _of_error(error) from error
        if not begin():
            return
        try:
            code, _ = server.data(made.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _of_error(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unsure("connection_lost") from error
        if code != 250:
            raise _of_code(code)


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    if not settings.smtp_url:
        raise Refused("no_mail_server")
    url = urlsplit(settings.smtp_url)
    try:
        port = url.port
    except ValueError:
        port = -1
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or port == -1:
        raise Refused("bad_mail_server")
    context = ssl.create_default_context()
    try:
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(url.hostname, port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(url.hostname, port or 587, timeout=TIMEOUT_S)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
        if url.username:
            if not isinstance(server.sock, ssl.SSLSocket) and not _is_this_machine(server.sock):
                server.close()
                raise TryLater("no_tls")  # whoever stands between may have hidden that STARTTLS is offered
            server.login(unquote(url.username), unquote(url.password or ""))
    except (smtplib.SMTPException, OSError) as error:
        raise _of_error(error) from error
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _is_this_machine(connection: socket.socket | None) -> bool:
    if connection is None:
        return False
    peer = connection.getpeername()
    return isinstance(peer, tuple) and ip_address(str(peer[0]).partition("%")[0]).is_loopback


def _of_code(code: int) -> TryLater | Refused:
    return TryLater(f"smtp:{code}") if 400 <= code < 500 else Refused(f"smtp:{code}")


def _of_error(error: Exception) -> TryLater | Refused:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return TryLater("mail_server_login")  # a password is changed sooner or later
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_code(error.smtp_code)
    if isinstance(error, ssl.SSLError):
        return TryLater("no_tls")
    return TryLater("no_connection")
