"""What a file really is: its first bytes decide, its name only breaks ties between kinds of text."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path, PureWindowsPath

from voc.containers import NAMELESS_SOUND, RAW_SOUND
from voc.errors import InputError
from voc.intake.chat_text import is_chat_text
from voc.intake.column_names import is_known_header
from voc.intake.email.outlook import OLE, is_outlook_message
from voc.intake.encodings import decoded, encoding_of
from voc.intake.file_kinds import DOCUMENT_SUFFIXES, Kind
from voc.intake.reader_contract import Opening
from voc.intake.reader_registry import recognised
from voc.intake.separators import guess_separator
from voc.intake.transcript_text import is_transcript_text
from voc.intake.word_documents import BODY, text_of_document

HEAD_BYTES = 65536
"""How much of a file is looked at."""

RECORDING_SUFFIXES = frozenset(
    (
        *(".wav", ".wave", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mka", ".mkv"),
        *(".amr", ".awb", ".aif", ".aiff", ".au", ".snd", ".caf", ".wma", ".3gp", ".mov", ".sph", ".nist"),
        *RAW_SOUND,
    )
)

FILE_NAME_CHARACTERS = 500
"""Longest name of a file with its folders that is looked at."""

TABLE_SUFFIXES = frozenset(("", ".csv", ".tsv", ".tab", ".psv", ".txt", ".text", ".dat", ".xlsx", ".parquet"))
"""Names under which tables of text come; under another one, a column must be called as exports call theirs."""

_EMAIL_HEADER = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|x-[\w-]+|dkim-signature"
    rb"|reply-to|content-type|arc-[\w-]+|authentication-results)[ \t]*:",
    re.IGNORECASE,
)

_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF; export the data as CSV or XLSX", "is_pdf"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first", "is_compressed"),
    (b"BZh", "bzip2-compressed; unpack it first", "is_compressed"),
    (b"\xfd7zXZ", "xz-compressed; unpack it first", "is_compressed"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first", "is_archive"),
    (b"Rar!", "a RAR archive; unpack it first", "is_archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (XLS or DOC); save it as XLSX or CSV", "is_old_office"),
    (b"\x89PNG", "an image", "is_image"),
    (b"\xff\xd8\xff", "an image", "is_image"),
    (b"GIF8", "an image", "is_image"),
    (b"\x7fELF", "a program", "is_program"),
    (b"MZ\x90", "a program", "is_program"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV", "is_database"),
    (
        b"!BDN",
        "an Outlook data file (PST or OST); copy its folders into a mail program that saves them as mbox or EML "
        "(Thunderbird does, with its import tool), or run readpst on it",
        "is_outlook",
    ),
    (b"\x78\x9f\x3e\x22", "a winmail.dat alone; export the e-mail it was attached to", "is_winmail"),
)


def sniff(path: Path, *, name: str | None = None) -> str:
    """Tell what ``path`` holds: a :class:`Kind`, or the name of the reader of another package.

    Raises:
        InputError: it is empty, or nothing that can be read; the message says what it is and what to do.
    """
    name = name or path.name
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise InputError(
            f"{name}: the file is empty (0 bytes); export or record it again.", code="empty_file", file=name
        )
    if not head.strip(b"\x00"):
        raise InputError(
            f"{name}: the file holds only zero bytes; the copy failed, transfer it again.",
            code="only_zero_bytes",
            file=name,
        )
    suffix = Path(name).suffix.lower() or path.suffix.lower()
    if (own := recognised(Opening(name=name, suffix=suffix, head=head))) is not None:
        return own.name
    # Any bytes are sound without a header; only what plainly is text is none.
    if is_audio(head) or (suffix in RAW_SOUND and not _is_plain_text(head)):
        return Kind.RECORDING
    if suffix in NAMELESS_SOUND and not _is_plain_text(head):
        raise InputError(
            f"{name}: sound without a header, whose codec and rate {suffix} does not say; name it by them: .ulaw, "
            ".alaw, .gsm or .g722, .sln (16 bit, 8 kHz), .sln16, .sln48 …, or convert it to WAV.",
            code="unknown_raw_sound",
            file=name,
        )
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _inside_zip(path, name)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(OLE) and is_outlook_message(path):
        return Kind.MSG
    for magic, what, code in _REFUSED:
        if head.startswith(magic):
            raise InputError(f"{name}: this is {what}.", code=code, file=name)
    unicode_name = encoding_of(head)
    if unicode_name is None and _is_binary(head):
        if suffix in RECORDING_SUFFIXES and _could_be_raw_mpeg(head):
            return Kind.RECORDING
        raise InputError(
            f"{name}: not a recording nor a text export, its content is unknown binary data.",
            code="unknown_binary",
            file=name,
        )
    if suffix in RECORDING_SUFFIXES:
        raise InputError(
            f"{name}: named {suffix} but holds text, not audio; give it its real extension or export again.",
            code="text_not_audio",
            file=name,
        )
    return _kind_of_text(head, suffix, name=name)


def names_recording(value: str) -> bool:
    """Whether a text is the name of a recording: ``calls/6125551212 by nadia @ 10_15_00 AM.wav``."""
    return len(value) <= FILE_NAME_CHARACTERS and PureWindowsPath(value).suffix.lower() in RECORDING_SUFFIXES


def is_audio(head: bytes) -> bool:
    """Tell whether the first bytes are those of an audio (or audio-and-video) container."""
    if head[:4] in {b"RIFF", b"RIFX", b"RF64"} and head[8:12] == b"WAVE":
        return True
    if head.startswith((b"OggS", b"fLaC", b"ID3", b"#!AMR", b"\x1aE\xdf\xa3", b".snd", b"caff", b"NIST_1A")):
        return True
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return True
    if head[4:8] == b"ftyp" or head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return True
    return _is_mpeg_frame(head) or _is_adts(head)


def _is_mpeg_frame(head: bytes) -> bool:
    """MPEG audio without a tag: two frame headers of the same stream, one frame length apart (ISO 11172-3, 2.4.2.3)."""
    length = _mpeg_frame_length(head)
    return length is not None and (len(head) <= length or _mpeg_frame_length(head[length : length + 4]) is not None)


def _mpeg_frame_length(head: bytes) -> int | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = (head[1] >> 3) & 3, (head[1] >> 1) & 3
    bitrate, rate = head[2] >> 4, (head[2] >> 2) & 3
    if version == 1 or layer != 1 or bitrate in {0, 15} or rate == 3:
        return None
    kbps = (
        (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
        if version == 3
        else (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    )[bitrate - 1]
    hertz = (44100, 48000, 32000)[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if version == 3 else 72) * kbps * 1000 // hertz + ((head[2] >> 1) & 1)


def _is_adts(head: bytes) -> bool:
    """AAC without a container: two ADTS headers, one frame length apart (ISO 14496-3, 1.A.2)."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    following = head[length : length + 2]
    return length > 7 and len(following) == 2 and following[0] == 0xFF and following[1] & 0xF6 == 0xF0


def _could_be_raw_mpeg(head: bytes) -> bool:
    """A damaged or padded MPEG stream: a frame header somewhere near the start."""
    return any(_is_mpeg_frame(head[at:]) for at in range(min(len(head) - 4, 4096)) if head[at] == 0xFF)


def _is_plain_text(head: bytes) -> bool:
    return head.isascii() and not any(byte < 9 or 13 < byte < 32 for byte in head[:8192])


def _is_binary(head: bytes) -> bool:
    window = head[:8192]
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in window)
    return control > 0.02 * len(window) and not (control <= 4 and len(window) < 200)


def _inside_zip(path: Path, name: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:2000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise InputError(
            f"{name}: a damaged or truncated XLSX or ZIP file; transfer it again.", code="damaged_archive", file=name
        ) from error
    if any(member.startswith("xl/") for member in names):
        return Kind.XLSX
    if any(member.startswith("word/") for member in names):
        if BODY in names and is_transcript_text(text_of_document(path, name=name)):
            return Kind.TRANSCRIPT
        raise InputError(
            f"{name}: this is a Word document, and no transcript with names and times; export the data as CSV or XLSX.",
            code="is_word",
            file=name,
        )
    if "content.xml" in names:
        raise InputError(
            f"{name}: this is an OpenDocument file; save it as CSV or XLSX.", code="is_opendocument", file=name
        )
    raise InputError(f"{name}: this is a ZIP archive; unpack it and give the folder.", code="is_archive", file=name)


def _kind_of_text(head: bytes, suffix: str, *, name: str) -> Kind:
    text = decoded([head]).lstrip("\ufeff \t\r\n\x00")
    if text.startswith("WEBVTT"):
        return Kind.WEBVTT
    raw = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if raw.startswith(b"From ") and any(_EMAIL_HEADER.match(line) for line in raw.split(b"\n")[1:30]):
        return Kind.MBOX
    if suffix == ".mbox":
        return Kind.MBOX
    if suffix == ".eml" or (_email_headers(raw) >= 2 and suffix not in {".csv", ".tsv", ".srt"}):
        return Kind.EML
    if re.match(r"(?:\d+\s*\n)?\d{1,2}:\d{2}(?::\d{2})?[,.]\d{1,3}\s*-->", text.replace("\r", "")):
        return Kind.SRT
    if is_chat_text(text) and suffix not in {".csv", ".tsv"}:
        return Kind.CHAT
    if suffix in {".txt", ".text"} and is_transcript_text(text):
        return Kind.TRANSCRIPT
    if suffix == ".js" and (match := re.match(r"window\.YTD\.[\w.]{1,80} = ", text)):
        raise InputError(
            f"{name}: a file of an X archive, written for a browser; take away {match.group()!r} at its beginning and "
            "save it as .json. It holds what the account itself posted: a customer's words only in a customer's one.",
            code="is_x_archive",
            file=name,
            begin=match.group(),
        )
    if text[:1] in {"{", "["} and suffix not in {".csv", ".tsv"}:
        return _kind_of_json(text, suffix)
    if suffix in {".json", ".ndjson", ".jsonl", ".geojson"}:
        raise InputError(
            f"{name}: named {suffix} but does not begin with {{ or [; it is not JSON, export it again.",
            code="not_json_file",
            file=name,
        )
    if re.match(r"<(?:!doctype html|html|\?xml)", text[:200], re.IGNORECASE):
        raise InputError(
            f"{name}: this is a web or XML page (often a failed export behind a login); export CSV or XLSX.",
            code="is_web_page",
            file=name,
        )
    if suffix in DOCUMENT_SUFFIXES:
        raise InputError(
            f"{name}: a {suffix} file is a document or program, not an export; give CSV, XLSX or JSON.",
            code="is_document",
            file=name,
            suffix=suffix,
        )
    if suffix in {".txt", ".text"} and not _is_table(text):
        raise InputError(
            f"{name}: running text, neither a table nor a transcript with times; export CSV, VTT or JSON.",
            code="is_running_text",
            file=name,
        )
    if suffix not in TABLE_SUFFIXES and not _has_known_header(text):
        raise InputError(
            f"{name}: {suffix} is no kind of export voc knows, and no column is named as one; give CSV.",
            code="unknown_suffix",
            file=name,
            suffix=suffix,
        )
    return Kind.CSV


def _lines_and_separator(text: str) -> tuple[list[str], str]:
    """The first lines that hold something, and what their cells seem to be cut by."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    return lines, guess_separator([f"{line}\n" for line in lines])


def _has_known_header(text: str) -> bool:
    lines, separator = _lines_and_separator(text)
    return bool(lines) and any(is_known_header(cell.strip(' "')) for cell in lines[0].split(separator))


def _is_table(text: str) -> bool:
    """Tell a table saved as ``.txt`` from running text: its lines are cut into as many cells as the first one."""
    lines, separator = _lines_and_separator(text)
    first = lines[0].count(separator)
    if not first:
        return is_known_header(lines[0].strip('"'))
    even = sum(line.count(separator) == first for line in lines)
    return even > 0.8 * len(lines) and (len(lines) > 1 or any(map(is_known_header, lines[0].split(separator))))


def _email_headers(raw: bytes) -> int:
    count = 0
    for line in raw.split(b"\n")[:40]:
        if _EMAIL_HEADER.match(line):
            count += 1
        elif not line.strip() or not line[:1].isspace():
            break
    return count


def _kind_of_json(text: str, suffix: str) -> Kind:
    if suffix in {".ndjson", ".jsonl"}:
        return Kind.NDJSON
    if text.startswith("["):
        return Kind.JSON
    first, _, rest = text.partition("\n")
    if not rest.lstrip().startswith("{"):
        return Kind.JSON
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return Kind.JSON
    return Kind.NDJSON
