"""What comes in: an interaction with its words, turns, identifiers and recording; and what was rejected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypedDict

from pydantic import ConfigDict, Field

from voc.records.base import Moment, Record
from voc.records.channels import Channel
from voc.records.sentiment import Sentiment

UNSURE: Final = 0.6
"""Confidence below which a word is marked as unsure: on three of the sample calls half of such words were wrong, and
4 in 100 of the others; a threshold of 0.5 leaves half as many again of the wrong ones unmarked."""

SURELY_HEARD: Final = 0.7
"""Lowest confidence of a word from which a number read in it may link by itself. Of numbers said over noisy lines
(``benchmarks/heard_identifiers.py``, 92 said, base model) 9 of the 13 heard right lie above it and none of the 16 heard
wrong; above 0.6 lie 12 and 7. What lies below is not lost: it waits for a person."""

Doubt = Literal["heard_unsurely", "side_unknown"]
"""Why an identifier may be another person's: a word of it was heard below :data:`SURELY_HEARD`, or it is the number of
one end of a call of which nothing says who called whom."""


class Word(Record):
    """One spoken word with its place in the recording (ms) and the recogniser's confidence (0…1)."""

    text: str
    begin_ms: int
    end_ms: int
    confidence: float | None = None

    @property
    def unsure(self) -> bool:
        """Whether the recogniser was not sure of it."""
        return self.confidence is not None and self.confidence < UNSURE


ToneReason = Literal["louder", "quieter", "higher", "lower", "faster", "slower"]
"""In what a turn stands out from how its speaker began: level, pitch and pace."""


class Tone(Record):
    """What the voice carries beside the words: calibrated probabilities of a stirred and of an angry voice, 0…1.

    ``relative`` says that the speaker's own first turns were taken for their usual voice. ``reasons`` are plain
    differences from those turns; the measures behind them are the median pitch, the level while speaking and the pace.
    """

    activation: float
    tension: float
    relative: bool = False
    reasons: tuple[ToneReason, ...] = ()
    pitch_hz: float | None = None
    loudness_dbfs: float | None = None
    words_per_minute: float | None = None


class Turn(Record):
    """One stretch of one speaker.

    ``participant_role`` is ``agent``, ``customer`` or ``None`` where it could not be told; ``speaker`` is the label or
    name that a ready transcript gives its speaker; ``channel_tag`` is the 1-based audio channel. ``begin``/``end`` are
    characters of the analysis' ``text``.
    """

    index: int
    participant_role: str | None = None
    speaker: str | None = None
    channel_tag: int | None = None
    begin_ms: int | None = None
    end_ms: int | None = None
    begin: int | None = None
    end: int | None = None
    text: str
    language: str | None = None
    words: tuple[Word, ...] = ()
    sentiment: Sentiment | None = None
    tone: Tone | None = None


IdentifierType = Literal["phone", "email", "contract", "order", "customer", "handle", "loyalty", "name"]


class Identifier(Record):
    """Something that may name a customer.

    ``value`` is normalised (E.164 for phones, lower case for e-mails, upper-case alphanumerics for contract and
    order numbers). ``begin``/``end`` are set when it was said in the text; ``verified`` when it came with the
    channel itself (caller id, from-address, account handle) rather than as a claim in the words. ``network`` names
    the social network of a handle. ``confidence`` (0…1) is the lowest of the words it was heard in; ``None`` where it
    was written or nothing says. ``side_unknown`` marks a number of either end of a call, maybe the company's.
    """

    type: IdentifierType
    value: str
    begin: int | None = None
    end: int | None = None
    verified: bool = False
    network: str | None = None
    confidence: float | None = None
    side_unknown: bool = False

    @property
    def doubt(self) -> Doubt | None:
        """Why it may not be whose it seems, or ``None``."""
        if self.side_unknown:
            return "side_unknown"
        return "heard_unsurely" if self.confidence is not None and self.confidence < SURELY_HEARD else None


class Recording(Record):
    """Where the audio of an interaction is: ``blob`` is its SHA-256 key in the blob store, or ``path`` a local file."""

    filename: str
    sha256: str | None = None
    path: str | None = None
    size_bytes: int | None = None
    duration_ms: int | None = None
    channels: int | None = None
    roles: tuple[str, ...] = ()
    """Role of each audio channel in order (``("agent", "customer")``); one role for a file where one person speaks."""


class Interaction(Record):
    """One contact of one customer on one channel, as it came in.

    Exactly one of three is the content: ``recording`` (audio still to be transcribed), ``turns`` (a ready
    transcript) or ``text``. ``external_id`` is the id in the system it came from; with the channel it decides what
    "the same interaction twice" means, else ``content_hash`` does.
    """

    id: str
    channel: Channel
    source: str
    """File (and row) it came from, as shown to people: ``posts.csv:12`` or ``call-0003.ogg``."""
    content_hash: str
    external_id: str | None = None
    thread_id: str | None = None
    occurred_at: Moment | None = None
    language: str | None = None
    """Language given by the source, if it said one; detection decides otherwise."""
    subject: str | None = None
    text: str | None = None
    turns: tuple[Turn, ...] = ()
    recording: Recording | None = None
    author: str | None = None
    """Name or handle of who wrote it, as the source gives it."""
    identifiers: tuple[Identifier, ...] = ()
    """Identifiers that came as metadata (columns, headers, telephony), normalised or as found."""
    nps: int | None = Field(default=None, ge=0, le=10)
    csat: float | None = None
    """Satisfaction as given, on the scale of ``attributes['csat_scale']`` when the source states one."""
    rating: float | None = None
    """Stars, 1…5."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """Columns that were mapped to nothing else (city, product, network, app version …), as text."""


def interaction_id(channel: Channel, *, external_id: str | None, content_hash: str) -> str:
    """Stable id: the same external id on the same channel, or else the same content, gives the same id.

    This is what makes a second upload of the same thing one interaction rather than two.
    """
    key = f"{channel}\x1fext\x1f{external_id}" if external_id else f"{channel}\x1fraw\x1f{content_hash}"
    return "i" + hashlib.sha256(key.encode()).hexdigest()[:20]


class ReadAs(TypedDict, total=False):
    """How a file is to be read, as whoever gives it says; see :class:`UploadOptions`."""

    channel: Channel | None
    mapping: Mapping[str, str] | None
    roles: Sequence[str]


class UploadOptions(Record):
    """How a file is to be read, as whoever sent it asked; kept with the file, so that it can be read again alike."""

    model_config = ConfigDict(extra="ignore")

    channel: Channel | None = None
    """Where the file does not say; ``None`` leaves it to be told from the content."""
    mapping: dict[str, str] = Field(default_factory=dict)
    """Field → column of a table."""
    roles: tuple[str, ...] = ()
    """Role of each audio channel in order; one where one person speaks in the whole file."""
    origin: str | None = None
    """Path of a file of this machine: what it names beside it may be read too."""
    reader: str | None = None
    """The process that reads it, or read it last."""
    backfill: bool = False
    """It lay in a source before that was added: its analysis waits until nothing newer does."""


REJECTIONS_KEPT = 1000
"""Rejected rows of one file that are kept and shown; they are counted beyond it."""


class Rejected(Record):
    """One file or row that could not be taken in: where, what is wrong, what to do — one line a person can act on."""

    source: str
    reason: str
    code: str | None = None
    """What is wrong, in words of a program (``docs/errors.md``); ``None`` where only the sentence says it."""
    parameters: dict[str, str | int | float] = Field(default_factory=dict)
    """What the sentence names, so that it can be said in another language."""


class Remark(Rejected):
    """What a person should know of a file though it was taken in: it is shown like a rejection and counted as none."""
