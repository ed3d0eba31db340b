"""How mail programs and people mark the parts of an e-mail, one line at a time, in every language that is read.

Every expression is applied to a single line (never to a whole text) and bounded, so none can be made to take long. What
is written in a language that is not read (German, Spanish, Italian …) and stands in mails all the same is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from voc.language import registry, titles
from voc.language.mail_words import MailWords
from voc.language.registry import alternatives, languages


def any_of(of: Callable[[MailWords], str]) -> str:
    """What the languages write, as alternatives of a pattern."""
    return alternatives(lambda one: of(one.mail))


def words_of(of: Callable[[MailWords], str], *more: str) -> tuple[str, ...]:
    """What the languages write, as plain words; ``more`` are words of none of them."""
    return registry.words_of(lambda one: of(one.mail), *more)


_ON, _WROTE = any_of(lambda words: words.on), any_of(lambda words: words.wrote)
WROTE = re.compile(
    rf"(?:{_WROTE}|{any_of(lambda words: words.wrote_at_end)}|schrieb|escribi[óo]|ha scritto|escreveu"
    r"|het volgende geschreven)\s*:?[\s-]*$",
    re.IGNORECASE,
)
REPLY_BEGIN = re.compile(rf"^(?:[-–—*]+\s*)?(?:{_ON}|am|el|il|em|op)\s.{{0,60}}?\d", re.IGNORECASE)
WROTE_FIRST = re.compile(r"\b(?:schrieb|schreef|skrev)\b", re.IGNORECASE)
"""Who wrote stands behind this word, in the languages that are not read."""
WROTE_WITHIN = re.compile(
    rf"^(?:[-–—*]\s*)?(?:(?:{_ON})\s.{{0,60}}?\d.{{0,160}}@[^\s<>]{{2,120}}>?\s*(?:{_WROTE})\s*:"
    rf"|.{{0,80}}<[^\s<>]{{1,64}}@[^\s<>]{{2,120}}>\s*(?:{_WROTE})\s+(?:{_ON})\b.{{0,60}}:\s*$"
    r"|(?:am|op|den)\s.{0,60}?\d.{0,60}\b(?:schrieb|schreef|skrev)\b.{0,160}:\s*$"
    rf"|(?:{any_of(lambda words: words.quoting)}|zitat von)\s.{{0,80}}@.{{0,80}}:\s*$)",
    re.IGNORECASE,
)
"""Who wrote what follows, in the middle of a line (Yahoo's apps) or in another order (Android, Horde, German)."""
MESSAGE_OF = re.compile(
    rf"^(?:>\s*)?(?:{any_of(lambda words: words.message_of)}) \d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}.{{0,40}}$",
    re.IGNORECASE,
)
REPLY_RULE = re.compile(
    rf"^[-_=*#\s]{{0,60}}(?:{any_of(lambda words: words.original)})[-_=*#\s:.]{{0,60}}$", re.IGNORECASE
)
FORWARD_RULE = re.compile(
    rf"^(?:[-_=*\s]{{0,60}}(?:{any_of(lambda words: words.forwarded)}).{{0,160}})$", re.IGNORECASE
)
FORWARD_RUN_ON = re.compile(
    rf"^[-_=*\s]{{0,60}}(?:{any_of(lambda words: words.forwarded)})[-_=*\s]{{1,60}}\S", re.IGNORECASE
)
"""A rule behind which the header goes on in the same line (Yahoo)."""
_FORWARD = rf"(?:{any_of(lambda words: words.forward_prefix)}|wg|rv)"
FORWARD_SUBJECT = re.compile(rf"\s*{_FORWARD}\s*:", re.IGNORECASE)
REPLY_INSIDE_SUBJECT = re.compile(
    rf"\s*(?:{_FORWARD}\s*:\s*)+(?:{any_of(lambda words: words.reply_prefix)}|aw|sv)\s*:", re.IGNORECASE
)
FROM_NAMES = words_of(lambda words: words.header_from, "von", "van", "da", "från")
SENT_NAMES = words_of(
    lambda words: words.header_sent, "gesendet", "enviado", "enviado el", "verzonden", "inviato", "skickat"
)
DATE_NAMES = words_of(lambda words: words.header_date)
TO_NAMES = words_of(lambda words: words.header_to, "cc", "para", "aan", "till")
SUBJECT_NAMES = words_of(
    lambda words: words.header_subject, "betreff", "asunto", "assunto", "onderwerp", "oggetto", "ämne"
)
_OTHER_NAMES = words_of(lambda words: words.header_other, "an", "bcc")
HEADER = re.compile(
    rf"^[>*\s]*({'|'.join((*FROM_NAMES, *SENT_NAMES, *DATE_NAMES, *TO_NAMES, *SUBJECT_NAMES, *_OTHER_NAMES))})"
    r"\s*\*?\s*:\s?\*?\s*(.*)$",
    re.IGNORECASE,
)
"""A line of the header that a program writes above a message inside another: its label and what it says."""
LABEL_WITHIN = re.compile(
    rf"(?<=[\s>\d-])(?=(?:{'|'.join((*FROM_NAMES, *SENT_NAMES, *TO_NAMES, *SUBJECT_NAMES))})\s?:\s)", re.IGNORECASE
)
"""Where such a label begins inside a line."""
ATTACHMENT = re.compile(
    rf"\((?:{any_of(lambda words: words.attached)})\s*:[^()]{{0,200}}\)"
    r"|\[(?:IMAGE|cid:[^\[\]]{1,200}|image:[^\[\]]{0,200})\]|<[^<>\s]{1,80}\.(?:pdf|png|jpe?g|docx?|xlsx?|gif)>",
    re.IGNORECASE,
)
LABEL_ALONE = re.compile(rf"(?:{'|'.join((*TO_NAMES, *SUBJECT_NAMES, *_OTHER_NAMES))})\s?:?", re.IGNORECASE)
"""A label of a header without what it says, which stands on the line below (Lotus Notes)."""
MOMENT_ALONE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[ap]m)?", re.IGNORECASE)
TABLE_RULE = re.compile(r"^[\s|+=_*-]{5,}$")
PROGRAM = re.compile(
    rf"^(?:{any_of(lambda words: words.program)}|verstuurd vanaf .{{2,60}}|enviado (?:desde|do) .{{2,60}}"
    r"|inviato da .{2,60}|von meinem .{2,40} gesendet)$",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(rf"^\W{{0,4}}(?:{any_of(lambda words: words.disclaimer)})", re.IGNORECASE)

_THANKS = "".join(f"(?:{one.mail.thanks_before})?" for one in languages())
CLOSING = re.compile(
    rf"^{_THANKS}(?:{any_of(lambda words: words.closing)})"
    rf"(?:{any_of(lambda words: words.all_the_same)})?\s*(?:[,.!;:-]+\s*.{{0,60}})?$",
    re.IGNORECASE,
)
"""A closing formula, with what people add to it when they are not in the mood for it."""
FORMAL_CLOSING = re.compile(rf"^(?:{any_of(lambda words: words.formal_closing)})$", re.IGNORECASE)
CLOSING_AT_END = re.compile(
    rf"(?<=[.!?])\s+(?:{any_of(lambda words: words.closing_at_end)})[\s,.!]{{0,4}}(?:[^.!?\n]{{0,50}}[.!]?)?$",
    re.IGNORECASE,
)
GREETING = re.compile(rf"^(?:{any_of(lambda words: words.greeting)})\b[^.!?\n:;]{{0,60}}[\s,.!:;]*$", re.IGNORECASE)
GREETING_INLINE = re.compile(
    rf"^(?:{any_of(lambda words: words.greeting_inline)})(?: (?:{any_of(lambda words: words.greeted)}))*"
    r"\s*[,.!:;]\s*(?=\S)",
    re.IGNORECASE,
)
CIVILITY_NAME = re.compile(rf"^{titles.WRITTEN}\s+[\w'’.-]+(?:\s+[\w'’.-]+){{0,3}}\s*[,.]?$", re.IGNORECASE)
_PARTICLES = any_of(lambda words: words.particles)
NAME = re.compile(
    rf"^(?:[A-ZÀ-Ý][\w'’.-]*|{_PARTICLES}|(?:{any_of(lambda words: words.elided)})[A-ZÀ-Ý]\w+)"
    rf"(?:[ -](?:[A-ZÀ-Ý][\w'’.-]*|{_PARTICLES})){{0,4}}\s*[,.]?$"
)
ADDRESS = re.compile(r"[^\s<>\"'\[\](){}:,;@]{1,64}@[^\s<>\"'\[\](){}:,;@]{1,190}")
CONTACT = re.compile(
    r"(?:[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,40}|(?:\+\d|\b0)\d?(?:[\s.()/-]{0,3}\d){7,12}|https?://|www\."
    rf"|^\s*(?:{any_of(lambda words: words.contact_labels)})\b[^:]{{0,20}}:"
    rf"|^\s*\d{{1,4}}\s?(?:{any_of(lambda words: words.house_letters)})?,?\s+"
    rf"(?:{any_of(lambda words: words.street_first)})\b"
    rf"|^\s*\d{{5}}\s+[A-ZÀ-Ý]|^\s*\d{{5}}\s*$|^\s*\d{{1,4}} \w+ (?:{any_of(lambda words: words.street_last)})\b)",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"^(?:p\.?\s?s\.?|post-?scriptum|nb|n\.b\.)\s*[:.\-–]\s*\S", re.IGNORECASE)
SIGNATURE_RULE = re.compile(r"^(?:--\s?|_{3,}|-{3,}|={3,})$")
QUOTED = re.compile(r"^\s*>")
FORM_FIELD = re.compile(
    rf"^(?:{any_of(lambda words: words.form_fields)})\b[^:]{{0,30}}\s?:\s?.{{0,120}}$", re.IGNORECASE
)
"""A field of a contact form, which arrives as one line of the mail."""
DATE_LINE = re.compile(
    rf"(?:(?:{any_of(lambda words: words.dated)})\d{{1,2}}(?:{alternatives(lambda one: one.dates.ordinals)})?"
    r"[ ./-](?:[^\W\d]{3,10}\.?|\d{1,2})[ ./-]\d{2,4})[ .,]{0,2}",
    re.IGNORECASE,
)
WISH = re.compile(any_of(lambda words: words.wish), re.IGNORECASE)
