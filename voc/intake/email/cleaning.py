"""The words the customer wrote in an e-mail, without greeting, signature, quoted replies and disclaimers.

Works line by line and in linear time: the text is hostile, and mail footers are where pattern matching explodes. The
layouts are those of Outlook, Apple Mail, Gmail, Thunderbird, Orange/La Poste webmail and Lotus Notes, in the words of
every language that is read. ``mail-parser-reply`` was tried: on the 41 French e-mails published with MAIF's Melusine it
leaves forwarded headers and signatures in, and its expressions take time that grows with the square of the text, so it
is not used.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from voc.intake.email.marks import (
    ADDRESS,
    ATTACHMENT,
    DATE_NAMES,
    DISCLAIMER,
    FORWARD_RULE,
    FORWARD_RUN_ON,
    FORWARD_SUBJECT,
    FROM_NAMES,
    GREETING,
    GREETING_INLINE,
    HEADER,
    LABEL_ALONE,
    LABEL_WITHIN,
    MESSAGE_OF,
    MOMENT_ALONE,
    PROGRAM,
    QUOTED,
    REPLY_BEGIN,
    REPLY_INSIDE_SUBJECT,
    REPLY_RULE,
    SENT_NAMES,
    SUBJECT_NAMES,
    TABLE_RULE,
    TO_NAMES,
    WROTE,
    WROTE_FIRST,
    WROTE_WITHIN,
)
from voc.intake.email.signature import take_letterhead, take_signature, trimmed

MAX_CHARACTERS = 500_000
"""Longer bodies are cut: nobody writes that, machines do."""

_UNSEEN = dict.fromkeys((0x200B, 0x2060, 0x2063, 0xFEFF))
"""Characters without a width that mail programs put around their own line."""

_MAX_DEPTH = 4
"""How many forwards inside forwards are opened."""


@dataclass(frozen=True)
class ForwardedHeader:
    """Header a mail program wrote above a forwarded message."""

    sender: str | None = None
    date: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class CleanedEmail:
    """Parts of one e-mail. ``body`` is what the customer means; the others are kept for identifiers and evidence."""

    body: str
    greeting: str = ""
    signature: str = ""
    quoted: str = ""
    disclaimer: str = ""
    preface: str = ""
    """What the person who forwarded the message wrote above it."""
    forwarded: ForwardedHeader | None = None
    """Set when ``body`` comes out of a forwarded message: who wrote it first."""


def clean_email(
    text: str, *, subject: str = "", sender: str = "", sender_name: str = "", company_domains: Collection[str] = ()
) -> CleanedEmail:
    """Take an e-mail's plain text apart.

    A forwarded message is opened, and what counts is what the customer wrote inside. The note above it is ``preface``;
    when the person who forwards is the one who wrote (``sender``), note and message together are the body.

    Args:
        text: the body, any line ends.
        subject: helps to tell a forward from a reply.
        sender: address the e-mail came from.
        sender_name: display name; a last line that repeats it is a signature.
        company_domains: domains of the company written to; what they wrote below an answer is a quotation, not a
            forwarded customer.

    Returns:
        The parts; ``body`` is ``""`` when nothing but quotes and attachments was sent.
    """
    text = text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u202f", " ")
    text = ATTACHMENT.sub("", text.translate(_UNSEEN))
    lines = [" ".join(line.split()) for written in text.split("\n") for line in _one_label_each(written)]
    lines = [line for line in lines if not (TABLE_RULE.fullmatch(line) and ("|" in line or "+" in line))]
    around = _Envelope(subject, sender.lower(), sender_name, frozenset(domain.lower() for domain in company_domains))
    return _clean(lines, around, 0)


def _one_label_each(line: str) -> list[str]:
    """A line, or where a forward's header runs on in it, a line a label."""
    return LABEL_WITHIN.split(line) if len(line) < _LONGEST_HEADER and FORWARD_RUN_ON.match(line) else [line]


_LONGEST_HEADER = 1000


@dataclass(frozen=True)
class _Envelope:
    """What is known of a message from outside its text."""

    subject: str
    sender: str
    sender_name: str
    company_domains: frozenset[str]

    def is_company(self, sender: str) -> bool:
        domains = {address.rpartition("@")[2] for address in ADDRESS.findall(sender.lower())}
        return any(d == own or d.endswith(f".{own}") for d in domains for own in self.company_domains)


def _clean(lines: list[str], around: _Envelope, depth: int) -> CleanedEmail:
    at, kind, length = _find_break(lines)
    above, below = lines[:at], lines[at + length :]
    own = _own_words(above, around.sender_name)
    if kind is None:
        return own
    header, inner_lines = _read_header(lines[at:], length)
    first = (header.sender or "").lower()
    is_forward = kind == "forward" or (kind == "header" and (not own.body or is_forward_subject(around.subject)))
    if kind == "header" and own.body and _is_reply_inside(around.subject):
        is_forward = False  # the reply was forwarded without a mark: what it answers stands below it
    if is_forward and depth < _MAX_DEPTH and any(inner_lines) and not (own.body and around.is_company(first)):
        inside = replace(around, subject=header.subject or "", sender=_address(first) or around.sender, sender_name="")
        inner = _clean(_unquoted(inner_lines), inside, depth + 1)
        if inner.body:
            same = bool(around.sender) and around.sender == _address(first)
            body = f"{own.body}\n{inner.body}" if same and own.body else inner.body
            return replace(
                inner,
                body=body,
                preface="" if same else own.body,
                forwarded=inner.forwarded or header,
                quoted=inner.quoted,
            )
    if not own.body and kind == "reply":
        # Written below the quotation: what is not quoted is the answer.
        answer = _own_words([line for line in below if not QUOTED.match(line)], around.sender_name)
        if any(QUOTED.match(line) for line in below) and answer.body:
            return replace(answer, quoted="\n".join(line for line in below if QUOTED.match(line)))
    return replace(own, quoted="\n".join(lines[at:]).strip())


def _address(sender: str) -> str:
    found = ADDRESS.search(sender)
    return found.group().lower() if found else ""


def is_forward_subject(subject: str) -> bool:
    """Whether a subject is that of a message that was passed on: ``Tr: …``, ``Fwd: …``."""
    return bool(FORWARD_SUBJECT.match(subject))


def _is_reply_inside(subject: str) -> bool:
    """``Tr : Re: …``: what was passed on is an answer."""
    return bool(REPLY_INSIDE_SUBJECT.match(subject))


def _find_break(lines: Sequence[str]) -> tuple[int, str | None, int]:
    """Where the new words end: line index, kind (``reply``, ``forward``, ``header`` or ``None``), lines of the mark."""
    for at, raw in enumerate(lines):
        line = raw.lstrip("> ").strip()
        if not line:
            continue
        if REPLY_RULE.fullmatch(line):
            return at, "reply", 1
        if FORWARD_RULE.fullmatch(line):
            return at, "forward", 1
        if MESSAGE_OF.fullmatch(line):
            return at, "reply", 1
        if _says_wrote(line) or (("@" in line or WROTE_FIRST.search(line[:600])) and WROTE_WITHIN.match(line)):
            return at, "reply", 1
        if REPLY_BEGIN.match(line) and len(line) < 300:
            for more in (2, 3):  # mail programs wrap this line too
                if _says_wrote(" ".join(part.lstrip("> ").strip() for part in lines[at : at + more])):
                    return at, "reply", more
        if _is_header_block(lines, at):
            return at, "header", 0
        if _is_notes_header(lines, at):
            return at, "reply", 0
    return len(lines), None, 0


def _says_wrote(line: str) -> bool:
    """``Le mar. 22 mai 2018 à 10:20, <…> a écrit :`` / ``On Tue … wrote:`` / ``Jeanne <jeanne@…> wrote:``."""
    return len(line) < 600 and bool(WROTE.search(line[-30:])) and (bool(REPLY_BEGIN.match(line)) or "@" in line)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    match = HEADER.match(lines[at])
    if not match or match.group(1).lower() not in (*FROM_NAMES, *SENT_NAMES) or not match.group(2).strip():
        return False
    sent_first = match.group(1).lower() in SENT_NAMES
    names = set()
    for line in lines[at + 1 : at + 8]:
        if other := HEADER.match(line):
            names.add(other.group(1).lower())
    return len(names) >= 2 and (not sent_first or not names.isdisjoint(FROM_NAMES))


def _is_notes_header(lines: Sequence[str], at: int) -> bool:
    """A header of Lotus Notes: who wrote, the moment below, and labels alone above what they say."""
    below = [line for line in lines[at + 1 : at + 14] if line]
    if not below or not MOMENT_ALONE.fullmatch(below[0]) or len(lines[at]) > 200:
        return False
    labels = {line.casefold().rstrip(" :") for line in below[1:] if LABEL_ALONE.fullmatch(line)}
    return len(labels) > 1


def _read_header(lines: Sequence[str], skip: int) -> tuple[ForwardedHeader, list[str]]:
    """Read the header block a forward begins with; return it and the lines below it."""
    values: dict[str, str] = {}
    at = skip
    while at < len(lines) and not lines[at].strip("> "):
        at += 1
    current = ""
    start = at
    while at < len(lines) and at - start < 15:
        line = lines[at]
        if match := HEADER.match(line):
            current = match.group(1).lower()
            values.setdefault(current, match.group(2).strip())
        elif current and line.strip("> ") and ("@" in line or current in TO_NAMES) and len(line) < 200:
            pass  # a list of recipients that goes on
        else:
            break
        at += 1
    date, who, about = (
        next((values[name] for name in names if values.get(name)), None)
        for names in ((*DATE_NAMES, *SENT_NAMES), FROM_NAMES, SUBJECT_NAMES)
    )
    return ForwardedHeader(sender=who, date=date, subject=about), list(lines[at:])


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Take one level of ``>`` off when the forwarded message is quoted as a whole."""
    filled = [line for line in lines if line]
    if filled and sum(line.startswith(">") for line in filled[:10]) > 0.7 * len(filled[:10]):
        return [line[1:].strip() if line.startswith(">") else line for line in lines]
    return list(lines)


def _own_words(lines: Sequence[str], sender_name: str) -> CleanedEmail:
    """Greeting, body, signature and disclaimer of lines that one person wrote."""
    quoted = [line for line in lines if QUOTED.match(line)]
    kept = [line for line in lines if not QUOTED.match(line)]
    disclaimer: list[str] = []
    signature: list[str] = []
    for at, line in enumerate(kept):
        if DISCLAIMER.match(line):
            disclaimer = kept[at:]
            kept = kept[:at]
            break
    programs = [line for line in kept if PROGRAM.match(line)]
    kept = [line for line in kept if not PROGRAM.match(line)]
    letterhead, kept = take_letterhead(trimmed(kept))
    greeting, kept = _take_greeting(kept)
    kept, signature = take_signature(kept, sender_name)
    signature = [*letterhead, *signature]
    body = reflow(trimmed(kept))
    return CleanedEmail(
        body=body,
        greeting=greeting,
        signature="\n".join(line for line in [*signature, *programs] if line).strip(),
        quoted="\n".join(quoted).strip(),
        disclaimer="\n".join(disclaimer).strip(),
    )


def _take_greeting(lines: list[str]) -> tuple[str, list[str]]:
    taken: list[str] = []
    inline = GREETING_INLINE.match(lines[0]) if lines else None
    if inline and len(lines[0][inline.end() :].split()) >= 3:
        rest = lines[0][inline.end() :]
        return inline.group().strip(), [rest[:1].upper() + rest[1:], *lines[1:]]
    while lines and len(taken) < 2 and GREETING.match(lines[0]) and len(lines[0].split()) <= 8:
        taken.append(lines[0])
        lines = trimmed(lines[1:])
    return " ".join(taken), lines


def reflow(lines: Sequence[str]) -> str:
    """Join lines that were wrapped by the mail program, keep paragraphs and lists.

    A line break counts as wrapping when the line above does not end a sentence and the line below goes on in lower
    case, or with a digit or quotation mark after a line long enough (55 characters) to have been cut by width.
    """
    out: list[list[str]] = []
    above = ""
    for line in lines:
        cut = bool(above and line) and not above.endswith((".", "!", "?", ":", ";"))
        if cut and ((line[0].islower() and len(above) >= 20) or (line[0] in "('’\"«0123456789" and len(above) >= 55)):
            out[-1].append(line)
        elif line or above:
            out.append([line])
        above = line
    return "\n".join(" ".join(parts) for parts in out).strip()
