"""What mail programs and people write around the words of an e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MailWords:
    """Alternatives of patterns over one line as it is, case aside; each is bounded, so that no line takes long.

    Attributes:
        on, wrote: "on … wrote"; ``wrote_at_end`` what else ends such a line.
        quoting: what stands before who is quoted, where that is another phrase.
        message_of: what stands before the date in a line above what is quoted.
        original: what stands in the rule above the message that is answered.
        forwarded: what stands in the rule above a message that was passed on.
        forward_prefix, reply_prefix: what the subject of such a message begins with, without its colon.
        header_from, header_sent, header_date, header_to, header_subject, header_other: labels of the lines above a
            message inside another, in lower case: plain words.
        attached: what stands in brackets before the name of a file.
        program: lines that a program or a provider adds, whole.
        disclaimer: how a footer of lawyers begins.
        thanks_before: thanks that may stand before a closing, with the space after them.
        closing: closings, each whole; ``all_the_same`` what is added to one, with the space before it.
        formal_closing: a closing that is a sentence, whole.
        closing_at_end: closings that end a line of other words.
        greeting: how a greeting begins that has its own line; ``greeting_inline`` one with words behind it, and
            ``greeted`` who is greeted so.
        particles: words inside a name; ``elided`` particles with their apostrophe.
        contact_labels: labels before a number or an address in a signature.
        street_first, street_last: words for a street, before and after its name; ``house_letters`` what may follow the
            number of a house.
        form_fields: labels of the fields of a contact form.
        dated: what stands before a date that has its own line, with the space after it; may be nothing.
        wish: wishes that end a message, whole.
        no_reply: what stands before the @ of an address that nobody reads.
        machine_subject: how the subject of what a program wrote begins; ``receipt`` that of a receipt, before a colon.
        own_folders, junk_folders, deleted_folders: what mailboxes call the folders of what was sent or is a draft, of
            what nobody asked for, and of what was thrown away; in lower case: plain words.
        references: kind of number (``customer``, ``contract``, ``order``) → words for its thing in a signature.
        number_before, number_after: words for a number before and after that.
    """

    on: str = ""
    wrote: str = ""
    wrote_at_end: str = ""
    quoting: str = ""
    message_of: str = ""
    original: str = ""
    forwarded: str = ""
    forward_prefix: str = ""
    reply_prefix: str = ""
    header_from: str = ""
    header_sent: str = ""
    header_date: str = ""
    header_to: str = ""
    header_subject: str = ""
    header_other: str = ""
    attached: str = ""
    program: str = ""
    disclaimer: str = ""
    thanks_before: str = ""
    closing: str = ""
    all_the_same: str = ""
    formal_closing: str = ""
    closing_at_end: str = ""
    greeting: str = ""
    greeting_inline: str = ""
    greeted: str = ""
    particles: str = ""
    elided: str = ""
    contact_labels: str = ""
    street_first: str = ""
    street_last: str = ""
    house_letters: str = ""
    form_fields: str = ""
    dated: str = ""
    wish: str = ""
    no_reply: str = ""
    machine_subject: str = ""
    receipt: str = ""
    own_folders: str = ""
    junk_folders: str = ""
    deleted_folders: str = ""
    references: Mapping[str, str] = field(default_factory=dict)
    number_before: str = ""
    number_after: str = ""
