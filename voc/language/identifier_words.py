"""What stands around what tells customers apart: addresses of mail, phones, numbers, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ContactWords:
    """How addresses of mail and numbers of phones are said, folded.

    Attributes:
        at: what the sign is called, as alternatives; ``weak_at`` those of them that are words like any other,
            ``hidden_at`` where collectors of addresses are kept off.
        misheard_at: how a recogniser may write that name; what else begins so is cut by the pattern itself.
        sign_itself: words before it where the sign is spoken of, as alternatives.
        signs: name of a sign → the sign (``tiret bas`` → ``_``).
        domain_hyphens: those names of the hyphen that a domain is read with, as alternatives.
        mail, phone: words that announce an address or a number, as alternatives.
        no_mailbox: words before the sign that are no mailbox ("my mail at …").
        nobodys: mailboxes and handles that never are a person's, as they are written.
        shared: mailboxes that several people read.
    """

    at: str = ""
    weak_at: str = ""
    hidden_at: str = ""
    misheard_at: str = ""
    sign_itself: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    domain_hyphens: str = ""
    mail: str = ""
    phone: str = ""
    no_mailbox: frozenset[str] = frozenset()
    nobodys: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReferenceWords:
    """What announces the number of a contract, an order, a customer or a file; alternatives over folded text.

    Attributes:
        subjects: kind of number → words for its thing (``loyalty``, ``order``, ``customer``, ``contract``,
            ``reference``).
        links: words that may stand between the thing and its number.
        between: what stands before the last number of several ("et", "or").
        units: what makes an amount of a number before it.
        prefixes: capitals that such numbers begin with → kind.
    """

    subjects: Mapping[str, str] = field(default_factory=dict)
    links: str = ""
    between: str = ""
    units: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionWords:
    """What one side asks for and the other then says; alternatives of patterns over folded text unless said otherwise.

    Attributes:
        things: kind of number → what it is the number of (``contract`` → ``contrats?``); kinds as in
            :mod:`voc.privacy.solicited_values`.
        numbers_before, numbers_after: words for a number before the thing ("numéro de contrat") and after it.
        links: what may stand between a number and its thing, with the space before it.
        suffixes: what may stand after both (``client``).
        alone: questions that need no word for a number (``code postal``).
        your, yours: "your", and words for a number after it.
        birth, name: whole questions for a birthday and a name.
        labels: what stands before a colon or question mark in a form ("Nom :").
        own: words that make the number the asker's own.
        own_codes: what tells a code of one's own, whose it is goes without saying ("le code").
        telling: what stands between the words for a number and the number ("est", "is").
        asking: words by which a sentence asks.
        units: what makes an amount of the number before it.
        lead_in, giving: what an answer begins with, and the end of it after which only a name can follow.
        fillers: words between the parts of a number.
        year_begins: the first word of a year that is said.
        no_name: words that answer "your name?" without being one.
    """

    things: Mapping[str, str] = field(default_factory=dict)
    numbers_before: str = ""
    numbers_after: str = ""
    links: str = ""
    suffixes: str = ""
    alone: str = ""
    your: str = ""
    yours: str = ""
    birth: str = ""
    name: str = ""
    labels: str = ""
    own: str = ""
    own_codes: str = ""
    telling: str = ""
    asking: str = ""
    units: str = ""
    lead_in: str = ""
    giving: str = ""
    fillers: str = ""
    year_begins: str = ""
    no_name: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OwnerWords:
    """Whose an identifier or a name is: alternatives of patterns over folded text.

    Attributes:
        others: what gives an identifier to somebody else ("mon voisin", "pas le mien").
        own: what makes it the speaker's.
        denied: what a name follows that is not the speaker's, with the space after it.
        after: what takes an identifier back behind it ("isn't mine").
        introduces: what stands before the speaker's own name; ``labels`` with a colon, ``closings`` in letters.
        introduced_after: what stands behind it.
    """

    others: str = ""
    own: str = ""
    denied: str = ""
    after: str = ""
    introduces: str = ""
    labels: str = ""
    closings: str = ""
    introduced_after: str = ""
