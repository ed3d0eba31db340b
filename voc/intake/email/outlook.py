"""Outlook's own shapes of a message: ``.msg`` files (MS-OXMSG) and ``winmail.dat`` (MS-OXTNEF), to what mail is.

Only what a message says is read: headers, words and the names of attachments. Property numbers are those of
MS-OXPROPS.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

from voc.errors import InputError
from voc.intake import limits
from voc.intake.encodings import decode_bytes

_SUBJECT, _BODY, _HTML, _HEADERS = "0037", "1000", "1013", "007D"
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _MESSAGE_ID = "0E04", "1035"
_FILE_NAME, _LONG_FILE_NAME = "3704", "3707"
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_outlook_message(path: Path) -> bool:
    """Tell a ``.msg`` from the other files that Office packs in the same way, by the properties it holds."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as file:
            return bool(file.exists("__properties_version1.0"))
    except (OSError, ValueError, IndexError):
        return False


def message_of(path: Path, *, name: str) -> Message:
    """A ``.msg`` as a message with its headers, its words and the names of its attachments.

    Raises:
        InputError: it is damaged or too large.
    """
    import olefile

    if (size := path.stat().st_size) > limits.EMAIL_BYTES:
        raise InputError(
            f"{name}: a message of {limits.megabytes(size)}; at most {limits.megabytes(limits.EMAIL_BYTES)}."
        )
    try:
        with olefile.OleFileIO(str(path)) as file:
            return _message(file)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise InputError(
            f"{name}: a damaged Outlook message ({type(error).__name__}); save it again.",
            code="damaged_message",
            file=name,
        ) from error


def _message(file: Any) -> Message:
    def text(number: str, folder: str = "") -> str:
        for kind in ("001F", "001E", "0102"):
            stream = f"{folder}__substg1.0_{number}{kind}"
            if file.exists(stream):
                raw = file.openstream(stream).read(limits.CELL_CHARACTERS * 2)
                return (raw.decode("utf-16-le", "replace") if kind == "001F" else decode_bytes(raw)).rstrip("\x00")
        return ""

    built = EmailMessage()
    written = text(_HEADERS).replace("\r\n", "\n").lstrip()
    for header, value in message_from_string(written).items() if ":" in written.partition("\n")[0] else ():
        if (
            header.lower() not in {"content-type", "content-transfer-encoding", "mime-version"}
            and header.lower() not in built
        ):
            built[header] = " ".join(str(value).split())
    address = text(_SENDER_SMTP) or text(_SENDER_ADDRESS)
    sent = _sent(file)
    for header, value in (
        ("From", formataddr((text(_SENDER_NAME), address)) if "@" in address else text(_SENDER_NAME)),
        ("To", text(_TO)),
        ("Subject", text(_SUBJECT)),
        ("Message-ID", text(_MESSAGE_ID)),
        ("Date", sent),
    ):
        if header not in built and value:
            built[header] = " ".join(value.split())
    body, page = text(_BODY), text(_HTML)
    built.set_content(body or page, subtype="plain" if body.strip() or not page else "html")
    folders = {entry[0] for entry in file.listdir() if entry[0].startswith("__attach_version1.0_")}
    for folder in sorted(folders):
        called = text(_LONG_FILE_NAME, f"{folder}/") or text(_FILE_NAME, f"{folder}/")
        if called:
            built.add_attachment(b"", maintype="application", subtype="octet-stream", filename=called[:120])
    return built


def _sent(file: Any) -> str:
    """When it was sent, else when it came: properties of 16 bytes each behind a header of 32 (MS-OXMSG 2.4)."""
    raw = file.openstream("__properties_version1.0").read(1 << 16)
    moments: dict[int, int] = {}
    for at in range(32, len(raw) - 15, 16):
        kind, number = int.from_bytes(raw[at : at + 2], "little"), int.from_bytes(raw[at + 2 : at + 4], "little")
        if kind == 0x0040:
            moments[number] = int.from_bytes(raw[at + 8 : at + 16], "little")
    ticks = moments.get(_SUBMITTED) or moments.get(_DELIVERED)  # of 100 ns since 1601
    return format_datetime(datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)) if ticks else ""


def unpacked_tnef(data: bytes) -> tuple[str, str, list[str]]:
    """Text, HTML and names of attachments of a ``winmail.dat``; empty where it is damaged or says nothing."""
    from tnefparse import TNEF

    try:
        packed = TNEF(data, do_checksum=False)
        text = packed.body or ""
        page = packed.htmlbody or ""
        names = [one.long_filename() or one.name for one in packed.attachments]
    except Exception:  # a parser of hostile bytes raises what it likes
        return "", "", []
    read = [decode_bytes(part) if isinstance(part, bytes) else str(part) for part in (text, page)]
    return read[0], read[1], [str(name)[:120] for name in names if name]
