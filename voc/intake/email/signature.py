"""How an e-mail begins and takes leave: letterhead, closing formula, name and contact lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voc.intake.email.marks import (
    CIVILITY_NAME,
    CLOSING,
    CLOSING_AT_END,
    CONTACT,
    DATE_LINE,
    FORM_FIELD,
    FORMAL_CLOSING,
    GREETING,
    GREETING_INLINE,
    NAME,
    POSTSCRIPT,
    SIGNATURE_RULE,
    WISH,
)
from voc.language.registry import alternatives

_SPOKEN = re.compile(rf"\b(?:{alternatives(lambda one: one.sentences.spoken)})\b", re.IGNORECASE)


def trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without empty ones at either end."""
    begin, end = 0, len(lines)
    while begin < end and not lines[begin].strip():
        begin += 1
    while end > begin and not lines[end - 1].strip():
        end -= 1
    return list(lines[begin:end])


def take_letterhead(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut what stands above the greeting when it is the writer's address, or the fields of a contact form."""
    filled = 0
    for at, line in enumerate(lines):
        if GREETING.match(line) or GREETING_INLINE.match(line):
            return (lines[:at], lines[at:]) if filled else ([], lines)
        if not line:
            continue
        filled += 1
        label = FORM_FIELD.match(line)
        if filled > 8 or not (label or len(line.split()) <= 6) or line.endswith(("?", "!")):
            break
        if not label and (_is_sentence(line) or not (line[:1].isupper() or line[:1].isdigit())):
            break
    return [], lines


def take_signature(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """Cut at the closing formula, the ``--`` rule, or the block of name and contact lines the message ends with."""
    cut = len(lines)
    for at, line in enumerate(lines):
        if SIGNATURE_RULE.fullmatch(line) and ((line.startswith("--") and len(line) <= 3) or _is_tail(lines[at + 1 :])):
            cut = at
            break
        if (CLOSING.match(line) or FORMAL_CLOSING.match(line)) and _is_tail(lines[at + 1 :]):
            cut = at
            break
    signature, body = lines[cut:], trimmed(lines[:cut])
    postscript = next((i for i, line in enumerate(signature) if POSTSCRIPT.match(line)), None)
    if postscript is not None:
        body = [*body, "", *signature[postscript:]]
        signature = signature[:postscript]
    elif cut == len(lines):
        body, signature = _take_contact_block(body, sender_name)
    else:
        body, above = _take_name(body, sender_name)
        signature = [*above, *signature]
    body, named = _take_own_name(body, sender_name)
    signature = [*named, *signature]
    body, wishes = _take_wishes(body)
    signature = [*wishes, *signature]
    if body and (match := CLOSING_AT_END.search(body[-1][-160:])):
        whole = body[-1]
        at = len(whole) - len(whole[-160:]) + match.start()
        signature = [whole[at:].strip(), *signature]
        body = [*body[:-1], whole[:at].rstrip()]
    return body, signature


def _take_name(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """Cut a name, and a date under it, that stand above the closing formula; a number there may be the message."""
    at = len(lines)
    if at and DATE_LINE.fullmatch(lines[at - 1]):
        at -= 1
    if at < 2 or not _is_name(lines[at - 1], sender_name) or len(re.findall(r"[A-Z]{2,}", lines[at - 1])) > 2:
        return lines, []
    return trimmed(lines[: at - 1]), lines[at - 1 :]


def _take_own_name(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """Cut last lines that hold nothing but the writer's own name, or a part of it, and what they are by trade."""
    own = _parts_of(sender_name)
    at = len(lines)
    while at > 1 and own and (not lines[at - 1] or _signs(lines[at - 1], own)):
        at -= 1
    while at < len(lines) and not lines[at]:
        at += 1
    return (trimmed(lines[:at]), lines[at:]) if at < len(lines) else (lines, [])


def _parts_of(name: str) -> list[str]:
    return [part for part in re.split(r"[\s-]+", name.strip().casefold()) if part]


def _signs(line: str, own: Sequence[str]) -> bool:
    """Whether a line is the name whose parts are ``own``, or some of them: ``Loïc``, ``Loïc Hoarau – garage``."""
    name, rule, _ = line.partition(" – ") if " – " in line else line.partition(" - ")
    words = _parts_of(name.strip(" ,."))
    return bool(words) and all(word in own for word in words) and (not rule or len(line.split()) <= 12)


def _take_wishes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut a last line that says nothing but a wish ("En vous souhaitant bonne réception,")."""
    if len(lines) > 1 and WISH.fullmatch(lines[-1]):
        return trimmed(lines[:-1]), lines[-1:]
    return lines, []


def _is_name(line: str, sender_name: str) -> bool:
    name = sender_name.strip().casefold()
    return (
        (bool(name) and line.casefold().strip(" ,.") == name)
        or bool(CIVILITY_NAME.match(line))
        or (bool(NAME.match(line)) and len(line.split()) >= 2 and len(line) <= 40)
    )


def _is_tail(lines: Sequence[str]) -> bool:
    """Whether these lines can be what follows a closing formula: few and short, or a postscript."""
    filled = [line for line in lines if line]
    for at, line in enumerate(filled):
        if POSTSCRIPT.match(line):
            filled = filled[:at]
            break
    return len(filled) <= 16 and sum(len(line.split()) > 14 for line in filled) <= 1


def _take_contact_block(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """Cut trailing lines of names, addresses and numbers; one such line alone is only cut when it is a name."""
    at, contacts, names = len(lines), 0, 0
    while at > 0 and len(lines) - at < 14:
        line = lines[at - 1]
        if not line:
            at -= 1
            continue
        short = len(line.split()) <= 8
        if short and CONTACT.search(line) and not _is_sentence(line):
            contacts += 1
        elif _is_name(line, sender_name) or (contacts and _signs(line, _parts_of(sender_name))):
            names += 1
        elif not (
            contacts and short and len(line) <= 40 and not line.endswith((".", "!", "?", ":")) and _is_title(line)
        ):
            break
        at -= 1
    if at == len(lines) or not (names or contacts >= 2):
        return lines, []
    while at < len(lines) and not lines[at]:
        at += 1
    if at == 0 or (at > 0 and lines[at - 1].endswith(":") and not names):
        return lines, []  # "Voici ma nouvelle adresse :" is what the message is about
    return trimmed(lines[:at]), lines[at:]


def _is_sentence(line: str) -> bool:
    return _SPOKEN.search(line) is not None and ":" not in line[:12]


def _is_title(line: str) -> bool:
    return line[:1].isupper()
