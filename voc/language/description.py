"""What a language is to this project: one description each, in a folder of its own.

``voc/language/fr`` and ``voc/language/en`` are the built-in ones; a package of somebody else's gives another by an
entry point of the group ``voc.languages``. Everything has a default: what a language leaves out is not read in it, and
`skipped` says so. Words and patterns are written folded (:func:`voc.language.folding.fold`): lower case, no accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voc.language.address_words import AddressWords
from voc.language.attribute_words import AttributeWords
from voc.language.cell_words import CellWords
from voc.language.change_words import ChangeWords
from voc.language.channel_words import ChannelWords
from voc.language.chat_words import ChatWords
from voc.language.column_words import ColumnWords
from voc.language.consent_words import ConsentWords
from voc.language.date_words import DateWords
from voc.language.event_words import EventWords
from voc.language.identifier_words import ContactWords, OwnerWords, QuestionWords, ReferenceWords
from voc.language.mail_words import MailWords
from voc.language.meaning_words import MeaningWords
from voc.language.name_sounds import NameSounds
from voc.language.name_words import NameWords
from voc.language.secret_words import SecretWords


@dataclass(frozen=True)
class Telling:
    """What tells the language of a text.

    Attributes:
        only: function words that no other language here has, apostrophes left out (``jai``).
        no_answer: what stands alone in a field that had to be filled ("RAS", "nothing to add"), words apart by a space.
        courtesy: greetings, thanks, closings, each a whole formula in words apart by a space, the longer ones first.
        beside_courtesy: words that add nothing beside a courtesy ("à tous", "very").
    """

    only: frozenset[str] = frozenset()
    no_answer: str = ""
    courtesy: str = ""
    beside_courtesy: str = ""


@dataclass(frozen=True)
class SentenceWords:
    """What parts sentences and clauses. All but the sets are alternatives of a pattern over folded text.

    Attributes:
        abbreviations: words whose full stop need not end a sentence.
        always_open: those of them that are never the last word of one (``mme``).
        pauses: words before which a stretch without full stops is cut.
        contrasts: words at which a clause turns (``par contre``).
        concessions: words that open what is conceded; they turn a clause as well.
        concedes: further words that concede at the beginning of a clause only.
        joins: words that part two subjects in one clause (``et``).
        spoken: words by which a short line is a sentence, not a name or a title, as alternatives.
    """

    abbreviations: frozenset[str] = frozenset()
    always_open: frozenset[str] = frozenset()
    pauses: str = ""
    contrasts: str = ""
    concessions: str = ""
    concedes: str = ""
    joins: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class NumberWords:
    """How numbers are said, where text2num reads the language.

    Attributes:
        words: every word a number is made of.
        tens, units: those a ten and its unit are made of (``soixante`` ``deux``), which belong together.
        teens: unit after ten that is one number as well (``dix`` → ``sept huit neuf``).
        splits: unit that goes with the word after it rather than with the ten before (``quatre`` → ``vingt``).
        repeats: words that repeat what follows (``double`` → 2).
        spelling: word → as text2num knows it.
        joins: word between numbers → the words before which it joins them (``et`` → ``un onze``).
        lone: number words that are other words too when no number stands beside them (``o``).
        article: a number word that is an article as well (``un``).
        fillers: hesitations, stepped over.
    """

    words: frozenset[str]
    tens: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    teens: Mapping[str, frozenset[str]] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, int] = field(default_factory=dict)
    spelling: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lone: frozenset[str] = frozenset()
    article: str = ""
    fillers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ScopeWords:
    """What turns a find round: alternatives of patterns over folded text.

    Attributes:
        negations: words that deny what stands within two words.
        without: words that deny the very next word.
        no_negations: what looks like a negation and is none (``pas mal``).
        suppositions: words right before what is supposed (``si``).
        reports: verbs after which it is somebody else's saying.
        that: words that open what is reported (``que``).
        own_subjects, own_between: who reports their own (``je``), and what may stand before the verb.
    """

    negations: str = ""
    without: str = ""
    no_negations: str = ""
    suppositions: str = ""
    reports: str = ""
    that: str = ""
    own_subjects: str = ""
    own_between: str = ""


Formula = tuple[int, str]
"""Points, and a pattern over folded words without punctuation: 3 what only that side says, 1 what it says more."""


@dataclass(frozen=True)
class RoleWords:
    """What only one side of a conversation says.

    Attributes:
        agent, customer: formulas of each side.
        greetings: words with which who answers for a company greets.
        asking: words with which a caller asks whether it is that company.
        read_back: words right before an identifier that an agent reads back (``votre``), accents kept.
    """

    agent: tuple[Formula, ...] = ()
    customer: tuple[Formula, ...] = ()
    greetings: str = ""
    asking: str = ""
    read_back: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchWords:
    """What full-text search leaves out or cuts off, and what words are called elsewhere.

    Attributes:
        stop: words that say nothing of what is looked for.
        endings: endings of words, the stem before them kept.
        doubled: ending behind a doubled letter of which one goes as well (``ed`` of *cancelled*), as alternatives.
        translations: a file of words and what they are in the language whose labels stand in for missing ones, a line
            each: ``colis/paquet=parcel/package``, the usual one first; ``#`` a comment.
    """

    stop: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    doubled: str = ""
    translations: Path | None = None


@dataclass(frozen=True)
class Language:
    """One language that texts are read in.

    Attributes:
        code: ISO 639-1, ``fr``.
        names: what the language is called, by language of the reader, in lower case (``{"fr": "français"}``).
        rank: place among the languages, lowest first: whose rules are read first where a text's language is unknown.
        fallback: whether its labels stand in where a label in the reader's language is missing; one language is.
        names_model: package of the spaCy pipeline that finds names of people and gives lemmas; ``""``: none.
        names_tokenizer: module whose ``register()`` gives spaCy another splitting into words and returns its name,
            like :mod:`voc.language.fr.tokenizer`; ``""``: spaCy's own.
        taught: whether the sentence encoder and its heads were taught in it, so that sentiment counts.
        heard: whether speech is transcribed in it; a passage is told apart between two such languages.
        regions: regions of national phone numbers beside the one in the settings (ISO 3166), the likelier first.
        spoken_phones: how many digits a phone number said in it has, with the region it is of (``""``: the settings').
        empty_lemmas: lemmas that every customer writes, whatever they write of: they name no theme.
        participles: endings of participles, accents kept, as alternatives: beside a noun a small model takes them for
            verbs.
        parameters: parameter of the HTTP service → other names that people give it, separated by ``|``.
        everyday: everyday phrases about anything at all, half of them things, half turns of phrase, none about what
            customers write of: an encoder puts all texts into one corner of its space, and what a text says shows only
            seen from the middle of these.
        columns: what exports call their columns.
        attributes: what columns about customers are called, by what they may be used for.
        cells: what exports write into their cells and headers beside that.
        consent: how a customer base says what a customer agreed to.
        events: what events are called.
        channels: what channels are called.
        chats: what chat apps write around messages.
        mail: what mail programs and people write around the words of an e-mail.
        meaning: words that mean little, questions that ask nothing, marks of irony.
        subtitles: what subtitles say beside what is spoken: patterns over whole texts, folded and without punctuation.
        often_invented: what a recogniser writes into silence and people say as well, as alternatives over such texts.
        announced: kind of number → words before it, as alternatives over folded text; kinds as in
            :mod:`voc.privacy.id_numbers`.
        sounds: how its names are spelt, towards how they sound.
        dates: what stands in dates beside their months, and beside ages.
        months: names of each of the twelve months as exports write them, the longest first.
        telling, sentences, numbers, scope, roles, search, addresses, people, contact, references, questions, owners,
            changes, secrets: words and patterns, see the records above.
        rules: folder of what it adds to the rule books (``intents.yaml`` …) and topic packs (``topics/core.yaml`` …):
            files in the notation of those, with patterns under its code for rules and topics that are there.
        texts: file of the texts that readers see in it (like ``voc/locales/en.toml``), where it brings one.
        spellings: folded words that an export calls it by, beside its code (``francais``, ``fra``).
    """

    code: str
    names: Mapping[str, str]
    rank: int = 100
    fallback: bool = False
    names_model: str = ""
    names_tokenizer: str = ""
    taught: bool = False
    heard: bool = False
    regions: tuple[str, ...] = ()
    spoken_phones: tuple[tuple[int, str], ...] = ((10, ""),)
    empty_lemmas: frozenset[str] = frozenset()
    participles: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    everyday: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    months: tuple[tuple[str, ...], ...] = ()
    dates: DateWords = field(default_factory=DateWords)
    telling: Telling = field(default_factory=Telling)
    sentences: SentenceWords = field(default_factory=SentenceWords)
    numbers: NumberWords | None = None
    scope: ScopeWords = field(default_factory=ScopeWords)
    roles: RoleWords = field(default_factory=RoleWords)
    search: SearchWords = field(default_factory=SearchWords)
    addresses: AddressWords = field(default_factory=AddressWords)
    people: NameWords = field(default_factory=NameWords)
    sounds: NameSounds = field(default_factory=NameSounds)
    contact: ContactWords = field(default_factory=ContactWords)
    columns: ColumnWords = field(default_factory=ColumnWords)
    attributes: AttributeWords = field(default_factory=AttributeWords)
    cells: CellWords = field(default_factory=CellWords)
    consent: ConsentWords = field(default_factory=ConsentWords)
    events: EventWords = field(default_factory=EventWords)
    channels: ChannelWords = field(default_factory=ChannelWords)
    chats: ChatWords = field(default_factory=ChatWords)
    mail: MailWords = field(default_factory=MailWords)
    meaning: MeaningWords = field(default_factory=MeaningWords)
    subtitles: tuple[str, ...] = ()
    often_invented: str = ""
    announced: Mapping[str, str] = field(default_factory=dict)
    references: ReferenceWords = field(default_factory=ReferenceWords)
    questions: QuestionWords = field(default_factory=QuestionWords)
    owners: OwnerWords = field(default_factory=OwnerWords)
    changes: ChangeWords = field(default_factory=ChangeWords)
    secrets: SecretWords = field(default_factory=SecretWords)
    rules: Path | None = None
    texts: Path | None = None
