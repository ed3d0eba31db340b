"""A mailbox over IMAP: every message once by its UID, with a password or OAuth2, at intervals or as it comes."""

from __future__ import annotations

import email
import email.policy
import imaplib
import json
import re
import select
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from voc.errors import InputError, StoreError, VocError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.addresses import connect, unreachable
from voc.sources.contract import Cursor, Field, Given, Item, Moved, Reached, SourceKind, in_catalogue
from voc.sources.http import check_url, fetch

AT_ONCE = 50
"""Messages that become one file where many wait: they are analysed together."""
LARGEST_MESSAGE_BYTES = 64 << 20
LONGEST_IDLE_SECONDS = 240.0
"""A server may end an idle connection after 30 minutes (RFC 2177); a run is to end long before."""

WINDOW = 100_000
"""UIDs asked for at once: an answer is one line, which the library takes up to a megabyte of."""

_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Mailbox(SourceKind):
    """Messages are read without being marked, unless that was chosen."""

    name: ClassVar[str] = "imap"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.imap.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.imap.about")
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "imap",
        Field("host", required=True),
        Field("port", type="number", default=993, least=1, most=65535),
        Field(
            "security",
            type="choice",
            default="tls",
            choices=("tls", "starttls", "none"),
        ),
        Field("user", required=True),
        Field("folder", default="INBOX"),
        Field(
            "take",
            type="choice",
            default="messages",
            choices=("messages", "attachments", "both"),
        ),
        Field(
            "after",
            type="choice",
            default="leave",
            choices=("leave", "seen", "move"),
        ),
        Field("moved_to"),
        Field(
            "wait",
            type="choice",
            default="poll",
            choices=("poll", "idle"),
        ),
        Field(
            "auth",
            type="choice",
            default="password",
            choices=("password", "oauth2"),
        ),
        Field("token_url"),
        Field("client_id"),
        Field("scope"),
        Field("password", type="secret"),
        Field("client_secret", type="secret"),
        Field("refresh_token", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        if options["auth"] == "oauth2":
            check_url("token_url", str(options["token_url"] or ""))
        if options["after"] == "move" and not options["moved_to"]:
            raise InputError("moved_to: is missing.", code="source_field_wrong", field="moved_to")

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """From the UID after the last on; a mailbox that was made anew (UIDVALIDITY) is read from its beginning."""
        until = time.monotonic() + LONGEST_IDLE_SECONDS
        with _opened(reached) as box:
            validity = _select(box, reached, readonly=True)
            last = int(cursor.get("uid", 0)) if cursor.get("validity") == validity else 0
            while True:
                for part in _parts(_after(box, last)):
                    yield from self._given(box, reached, validity, part)
                    last = part[-1]
                if reached.options["wait"] != "idle" or not _idle(box, reached, until):
                    return

    def _given(self, box: imaplib.IMAP4, reached: Reached, validity: int, uids: Sequence[int]) -> Iterator[Given]:
        """Some messages, as one file where that is what is taken, and what is attached to them."""
        take, after = reached.options["take"], {"validity": validity, "uid": uids[-1]}
        messages = _fetched(box, uids, reached)
        if take in {"attachments", "both"}:
            for uid, message in messages.items():
                yield from _attached(reached, validity, uid, message)
        if take == "attachments" or not messages:
            yield Moved(after)
            return
        folder = Path(tempfile.mkdtemp(dir=reached.staging))
        first, last = min(messages), max(messages)
        stem = re.sub(r"[^\w-]+", "-", reached.name).strip("-") or "mail"
        path = folder / (f"{stem}-{first}.eml" if first == last else f"{stem}-{first}-{last}.mbox")
        path.write_bytes(messages[first] if first == last else _mbox(messages.values()))
        locator = {"validity": validity, "uids": list(messages)}
        yield Item(f"imap\0{validity}\0{first}-{last}", path.name, path, locator=locator, cursor=after)

    def settled(self, reached: Reached, name: str, locator: Mapping[str, Any], *, refused: bool) -> None:
        """Mark or move the messages, where that was chosen."""
        uids, after = locator.get("uids"), reached.options["after"]
        if after == "leave" or not uids:
            return
        with _opened(reached) as box:
            if _select(box, reached, readonly=False) != locator.get("validity"):
                return
            numbers = ",".join(str(int(one)) for one in uids)
            if after == "seen":
                done = box.uid("STORE", numbers, "+FLAGS.SILENT", r"(\Seen)")
            else:
                done = _move(box, numbers, str(reached.options["moved_to"]))
            if done[0] != "OK":
                raise StoreError(f"{name}: it is in, but could not be marked or moved.", code="source_not_moved")


class _Connection(imaplib.IMAP4):
    """A connection to an address that was checked; the name is what the certificate has to be of."""

    def __init__(self, host: str, port: int, settings: Settings, tls: ssl.SSLContext | None) -> None:
        self._settings, self._tls = settings, tls
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = connect(self.host, self.port, self._settings)
        return self._tls.wrap_socket(made, server_hostname=self.host) if self._tls else made


@contextmanager
def _opened(reached: Reached) -> Iterator[imaplib.IMAP4]:
    options = reached.options
    host, port, security = str(options["host"]), int(options["port"]), options["security"]
    box: imaplib.IMAP4 | None = None
    try:
        tls = ssl.create_default_context()
        box = _Connection(host, port, reached.settings, tls if security == "tls" else None)
        if security == "starttls":
            box.starttls(tls)
        _sign_in(box, reached)
        _, able = box.capability()  # a server tells more of itself to whom it knows
        box.capabilities = tuple((able[-1] or b"").decode("ascii", "replace").upper().split())
        yield box
    except VocError:
        raise
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise unreachable(host, error) from error
    finally:
        if box is not None:
            with suppress(Exception):
                box.logout()


def _sign_in(box: imaplib.IMAP4, reached: Reached) -> None:
    user = str(reached.options["user"])
    try:
        if reached.options["auth"] == "oauth2":
            said = f"user={user}\1auth=Bearer {_access_token(reached)}\1\1".encode()
            box.authenticate("XOAUTH2", lambda challenge: said if not challenge else b"")
        else:
            secret = reached.secrets.get("password", "")
            if "AUTH=PLAIN" in box.capabilities:
                box.authenticate("PLAIN", lambda _: f"\0{user}\0{secret}".encode())
            else:
                box.login(user, secret)
    except imaplib.IMAP4.error as error:
        host = str(reached.options["host"])
        raise InputError(
            f"{host}: refuses the credentials; check them.", code="source_credentials", host=host
        ) from error


def _access_token(reached: Reached) -> str:
    """A token for now, for the lasting one (RFC 6749 § 6)."""
    options, secrets = reached.options, reached.secrets
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": secrets.get("refresh_token", ""),
        "client_id": str(options["client_id"] or ""),
        "client_secret": secrets.get("client_secret", ""),
        "scope": str(options["scope"] or ""),
    }
    body = urlencode({name: value for name, value in asked.items() if value}).encode()
    target = BytesIO()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    fetch(str(options["token_url"]), target, reached.settings, headers=headers, method="POST", body=body)
    try:
        return str(json.loads(target.getvalue())["access_token"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{reached.name}: the token address gave no token; check client and tokens.",
            code="source_credentials",
            host=reached.name,
        ) from error


def _select(box: imaplib.IMAP4, reached: Reached, *, readonly: bool) -> int:
    """Open the folder; its UIDVALIDITY."""
    folder = str(reached.options["folder"])
    status, _ = box.select(_quoted(folder), readonly=readonly)
    if status != "OK":
        raise InputError(
            f"{reached.name}: the mailbox has no folder {folder}.", code="source_folder_missing", folder=folder
        )
    return _told(box, "UIDVALIDITY")


def _told(box: imaplib.IMAP4, name: str) -> int:
    """A number that the server told when the folder was opened; 0 where it did not."""
    _, numbers = box.response(name)
    return int(numbers[-1] or 0)


def _quoted(folder: str) -> str:
    """The name of a folder as the protocol writes it (RFC 3501 § 5.1.3: UTF-7 of a kind of its own)."""
    import base64

    def shifted(found: re.Match[str]) -> str:
        code = base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{code}-"

    written = re.sub(r"[^\x20-\x7e]+", shifted, folder.replace("&", "&-"))
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _after(box: imaplib.IMAP4, last: int) -> list[int]:
    """UIDs above ``last``, in order (``n:*`` gives the last message even where its UID is lower)."""
    ends = [*range(last + WINDOW, _told(box, "UIDNEXT"), WINDOW), None]
    found: set[int] = set()
    for low, high in pairwise([last, *ends]):
        box_says = box.uid("SEARCH", f"UID {(low or 0) + 1}:{high or '*'}")[1]
        found.update(map(int, (box_says[0] or b"").split()))
    return sorted(uid for uid in found if uid > last)


def _parts(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), AT_ONCE):
        yield uids[start : start + AT_ONCE]


def _fetched(box: imaplib.IMAP4, uids: Sequence[int], reached: Reached) -> dict[int, bytes]:
    """The messages by UID; those of absurd size, and those gone meanwhile, are left out."""
    numbers = ",".join(map(str, uids))
    _, sizes = box.uid("FETCH", numbers, "(UID RFC822.SIZE)")
    small = [
        int(number[1])
        for line in sizes
        if isinstance(line, bytes) and (number := _UID.search(line)) and (size := _SIZE.search(line))
        if int(size[1]) <= min(LARGEST_MESSAGE_BYTES, reached.settings.max_upload_mb << 20)
    ]
    found: dict[int, bytes] = {}
    for uid in small:  # one by one: what several hold at once is not known before
        _, data = box.uid("FETCH", str(uid), "(BODY.PEEK[])")
        body = next((part[1] for part in data if isinstance(part, tuple)), None)
        if body:
            found[uid] = body
    return found


def _mbox(messages: Any) -> bytes:
    """Messages one after the other (RFC 4155; lines that begin with From are marked as the format wants it)."""
    parts = []
    for one in messages:
        plain = one.replace(b"\r\n", b"\n")
        marked = re.sub(rb"(?m)^(>*From )", rb">\1", plain)
        parts.append(b"From voc Thu Jan  1 00:00:00 1970\n" + marked.rstrip(b"\n") + b"\n\n")
    return b"".join(parts)


def _attached(reached: Reached, validity: int, uid: int, raw: bytes) -> Iterator[Item]:
    """Each file that is attached to a message; pictures in its text and signatures are left out."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for number, part in enumerate(message.iter_attachments()):
        name = part.get_filename()
        data = part.get_payload(decode=True)
        if not name or not isinstance(data, bytes) or not data or part.get_content_maintype() == "image":
            continue
        folder = Path(tempfile.mkdtemp(dir=reached.staging))
        path = folder / (re.sub(r"[^\w.@+ -]+", "-", Path(name).name).strip(". ")[-120:] or "attached")
        path.write_bytes(data)
        yield Item(f"imap\0{validity}\0{uid}\0{number}", path.name, path, locator={"attached_to": uid})


def _move(box: imaplib.IMAP4, numbers: str, folder: str) -> tuple[str, Any]:
    """Move, or copy and delete where the server cannot (RFC 6851)."""
    if "MOVE" in box.capabilities:
        return box.uid("MOVE", numbers, _quoted(folder))
    copied = box.uid("COPY", numbers, _quoted(folder))
    if copied[0] != "OK":
        return copied
    box.uid("STORE", numbers, "+FLAGS.SILENT", r"(\Deleted)")
    return box.uid("EXPUNGE", numbers) if "UIDPLUS" in box.capabilities else copied


def _readable(sock: socket.socket) -> bool:
    """Whether something can be read within a second (a time-out while reading would break the connection's buffer)."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    return bool(select.select([sock], [], [], 1.0)[0])


def _idle(box: imaplib.IMAP4, reached: Reached, until: float) -> bool:
    """Wait until the server tells of something (RFC 2177); whether it did."""
    if "IDLE" not in box.capabilities:
        return False
    tag = box._new_tag()  # the library has no IDLE before Python 3.14
    box.send(tag + b" IDLE\r\n")
    if not box.readline().startswith(b"+"):
        return False
    told = False
    try:
        while not told and time.monotonic() < until and not reached.stopped():
            if _readable(box.sock):
                line = box.readline()
                told = b"EXISTS" in line
                if not line:
                    raise EOFError
    finally:
        box.send(b"DONE\r\n")
        while not (line := box.readline()).startswith(tag):
            told = told or b"EXISTS" in line
            if not line:
                break
    return told
