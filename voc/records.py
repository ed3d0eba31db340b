"""The nouns every room shares: what comes in, what is found in it, and whom it belongs to.

Records are immutable pydantic models without I/O. Times inside a recording are integer milliseconds, offsets are
characters (Python string indices, end exclusive) of the interaction's ``text``, moments are timezone-aware UTC
datetimes, and what is unknown is ``None``, never 0. The JSON of :class:`Analysis` is the public contract of
``voc analyse`` and of ``analysis`` in the HTTP API.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

ANALYSIS_VERSION = "1"
"""Version of the shape and meaning of :class:`Analysis`; a change makes ``voc reanalyse`` worth running."""


class Record(BaseModel):
    """Base of all records: frozen, and strict about unknown fields so that a typing slip is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Channel(StrEnum):
    """Where the customer spoke. ``complaint`` is a written claim, ``chat`` a live written conversation."""

    CALL = "call"
    EMAIL = "email"
    SOCIAL = "social"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    REVIEW = "review"
    CHAT = "chat"


SentimentLabel = Literal["negative", "neutral", "positive"]
Language = Literal["fr", "en"]


def as_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC; a naive datetime is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(as_utc)]


# --- what comes in -----------------------------------------------------------------------------------------------


class Word(Record):
    """One spoken word with its place in the recording (ms) and the recogniser's confidence (0…1)."""

    text: str
    begin_ms: int
    end_ms: int
    confidence: float | None = None


class Sentiment(Record):
    """Sentiment of a text: the winning label, ``score`` = P(positive) − P(negative) in −1…1, and the probabilities."""

    label: SentimentLabel
    score: float = Field(ge=-1, le=1)
    probabilities: dict[SentimentLabel, float] | None = None


class Tone(Record):
    """What the voice carries beside the words, each 0…1 and relative to the corpus it was trained on."""

    activation: float
    tension: float


class Turn(Record):
    """One stretch of one speaker.

    ``participant_role`` is ``agent``, ``customer`` or ``None`` where it could not be told; ``channel_tag`` is the
    1-based audio channel. ``begin``/``end`` are characters of the analysis' ``text``.
    """

    index: int
    participant_role: str | None = None
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
    the social network of a handle.
    """

    type: IdentifierType
    value: str
    begin: int | None = None
    end: int | None = None
    verified: bool = False
    network: str | None = None


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


class Rejected(Record):
    """One file or row that could not be taken in: where, what is wrong, what to do — one line a person can act on."""

    source: str
    reason: str


# --- what is found in it -----------------------------------------------------------------------------------------


class Skipped(Record):
    """Something that could not be computed, and why, so that nothing is silently missing."""

    feature: str
    reason: str


class Redaction(Record):
    """Personal data found at ``begin``…``end`` of ``text``; ``type`` names it (PERSON, PHONE, EMAIL …).

    ``score`` (0…1) and ``recogniser`` say how sure it is and who found it, ``pseudonym`` stands for the value where
    stable stand-ins were asked for.
    """

    type: str
    begin: int
    end: int
    score: float | None = None
    recogniser: str | None = None
    pseudonym: str | None = None

    @property
    def mask(self) -> str:
        """What stands for it in the redacted text: ``[PHONE]``, with a pseudonym ``[PHONE k3x7qa]``."""
        return f"[{self.type} {self.pseudonym}]" if self.pseudonym else f"[{self.type}]"


class Aspect(Record):
    """A topic with the sentiment of the clause that speaks of it (−1…1), and that clause."""

    topic: str
    sentiment: float
    begin: int
    end: int
    text: str
    begin_ms: int | None = None
    end_ms: int | None = None


class TopicMention(Record):
    """A topic of the interaction. ``begin``/``end`` is the evidence that weighed most, when there is one."""

    id: str
    label: str
    score: float
    source: Literal["taxonomy", "discovered"] = "taxonomy"
    begin: int | None = None
    end: int | None = None


class Emotion(Record):
    """An emotion read in the words with its score 0…1."""

    label: str
    score: float


class Intent(Record):
    """What the customer means to do, and the words that say so.

    ``source`` tells what saw it: the published ``rules``, the ``model``, ``both``, or the ``sentiment`` of a sentence
    that leaves no doubt.
    """

    label: str
    score: float
    begin: int
    end: int
    source: Literal["rules", "model", "both", "sentiment"] | None = None


class Expectation(Record):
    """What the customer wishes the brand were or did, in their words; ``theme`` groups like wishes (a topic id)."""

    text: str
    begin: int
    end: int
    theme: str | None = None
    kind: Literal["suggestion", "hope", "unmet", "demand"] | None = None
    """An idea offered, what may still come, what was hoped for and not had, or what must be done now."""


class EffortSign(Record):
    """One sign of how hard or easy it was: the published rule that saw it, its points (< 0 hard), and the words."""

    rule: str
    points: int
    begin: int | None = None
    end: int | None = None


class FragilitySign(Record):
    """One sign that a customer may leave: the published rule that saw it, its points, and the words if it has any."""

    rule: str
    points: int
    begin: int | None = None
    end: int | None = None


class Sentence(Record):
    """One sentence of ``text`` with its own sentiment: the unit a quote is made of."""

    begin: int
    end: int
    sentiment: Sentiment | None = None


class Silence(Record):
    """A stretch of the recording, in ms."""

    begin_ms: int
    end_ms: int


class NonTalk(Record):
    """Silences of at least ``threshold_ms`` (2 s as in XM Discover: shorter ones are breath, not waiting)."""

    total_ms: int
    longest_ms: int
    instances: tuple[Silence, ...] = ()
    threshold_ms: int = 2000


class Conversation(Record):
    """How a call went, by the clock. Keys of the dicts are participant roles."""

    duration_ms: int
    talk_time_ms: dict[str, int] = Field(default_factory=dict)
    non_talk: NonTalk | None = None
    interruptions: dict[str, list[Silence]] = Field(default_factory=dict)
    overtalk_ms: int | None = None
    words_per_minute: dict[str, float] = Field(default_factory=dict)
    loudness: dict[str, list[float | None]] = Field(default_factory=dict)
    """dBFS per second, ``None`` where the role is silent."""
    sentiment_by_quarter: dict[str, list[float | None]] = Field(default_factory=dict)
    sentiment_change: float | None = None


class PointOfInterest(Record):
    """Where a rule of a call category held: ``rule`` counts from 1 in the order of the file.

    ``turn`` is the index of the turn, ``begin``/``end`` are characters of the analysis' ``text``; ``None`` where the
    rule is not about words (a silence lies between turns).
    """

    rule: int
    begin_ms: int | None = None
    end_ms: int | None = None
    turn: int | None = None
    begin: int | None = None
    end: int | None = None


class CategoryMatch(Record):
    """A call category whose rules all hold, with the places that make it so.

    A rule that holds because something is absent has no place: ``absences`` counts those rules.
    """

    id: str
    points: tuple[PointOfInterest, ...] = ()
    absences: int = 0


class Analysis(Record):
    """Everything the analysers found in one interaction, apart from it and re-runnable (contract.md)."""

    id: str
    channel: Channel
    source: str
    occurred_at: Moment | None = None
    language: str | None = None
    language_confidence: float | None = None
    analysis_version: str = ANALYSIS_VERSION
    models: dict[str, str] = Field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    conversation: Conversation | None = None
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    redacted_text: str | None = None
    redacted: tuple[Redaction, ...] = ()
    sentiment: Sentiment | None = None
    aspects: tuple[Aspect, ...] = ()
    emotions: tuple[Emotion, ...] = ()
    effort: int | None = Field(default=None, ge=-5, le=5)
    effort_signs: tuple[EffortSign, ...] = ()
    csat: float | None = None
    nps: int | None = None
    rating: float | None = None
    intents: tuple[Intent, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    action: Literal["response_needed", "suggestion", "praise", "none"] | None = None
    """What the message asks of the company; ``None`` where there are no words."""
    complaint: float | None = None
    """Probability 0…1 that it is a complaint; ``None`` where there are no words."""
    fragility: tuple[FragilitySign, ...] = ()
    topics: tuple[TopicMention, ...] = ()
    categories: tuple[CategoryMatch, ...] = ()
    """Call categories that the conversation falls into, in the order of their file."""
    identifiers: tuple[Identifier, ...] = ()
    corrected: tuple[str, ...] = ()
    """What a person decided rather than a model: ``sentiment``, or ``topic:billing`` where there may be several."""
    skipped: tuple[Skipped, ...] = ()


# --- whom it belongs to ------------------------------------------------------------------------------------------


class Customer(Record):
    """A record of the customer base. ``id`` is the CRM's own id; ``attributes`` is every other column as text."""

    id: str
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    city: str | None = None
    postcode: str | None = None
    segment: str | None = None
    since: datetime | None = None
    identifiers: tuple[Identifier, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)


class LinkEvidence(Record):
    """One reason for a link: which identifier agreed, where it was found (metadata or words)."""

    identifier: IdentifierType
    value: str
    found_in: Literal["metadata", "text"]
    begin: int | None = None
    end: int | None = None
    verified: bool = False


class FieldWeight(Record):
    """What one field says for or against a candidate, in bits (log2 of the Bayes factor; Fellegi and Sunter 1969).

    ``level`` names how well the values agree (``exact``, ``phonetic``, ``else``, ``missing`` …); the prior is given as
    a field of its own, ``prior``, so that the bits add up to the candidate's.
    """

    field: str
    level: str
    bits: float


class LinkCandidate(Record):
    """A customer an interaction may belong to: total weight in bits, its probability 0…1, and the bits by field."""

    customer_id: str
    bits: float
    probability: float
    fields: tuple[FieldWeight, ...] = ()


class Link(Record):
    """Which customer an interaction belongs to, by which method, with its evidence.

    ``customer_id`` is ``None`` and ``method`` says why when the interaction stays anonymous (``none``: nothing to go
    by; ``ambiguous``: the same identifier belongs to several customers; ``conflict``: identifiers disagree;
    ``review``: a candidate is likely, not sure, and waits for a person). ``score``: linked by weight of evidence;
    ``manual``: a person decided.
    """

    interaction_id: str
    customer_id: str | None
    method: Literal["exact_identifier", "score", "manual", "review", "none", "ambiguous", "conflict"]
    evidence: tuple[LinkEvidence, ...] = ()
    probability: float | None = None
    candidates: tuple[LinkCandidate, ...] = ()
    """Best first; empty where exact identifiers decided."""


# --- what an insight manager reads -------------------------------------------------------------------------------


class Interval(Record):
    """A 95 % interval around a figure, same unit as the figure."""

    low: float
    high: float


class Quote(Record):
    """Words behind a figure, already redacted, with the way back to them."""

    interaction_id: str
    text: str
    channel: Channel
    occurred_at: Moment | None = None
    begin_ms: int | None = None
    sentiment: float | None = None
    href: str


class DigestItem(Record):
    """One thing that changed, or one figure worth a line, with its sample size, test and evidence."""

    key: str
    """Stable id of the item inside the digest: ``topic:billing.double_charge:rise``."""
    kind: str
    topic: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    """Title by language (``fr``, ``en``)."""
    value: float
    baseline: float | None = None
    n: int
    n_baseline: int | None = None
    p_value: float | None = None
    interval: Interval | None = None
    channels: dict[str, int] = Field(default_factory=dict)
    """How many interactions on each channel support it: three independent channels weigh more than thirty on one."""
    breakdown: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Where it concentrates: attribute → value → interactions."""
    quotes: tuple[Quote, ...] = ()
    href: str | None = None
    """The interactions behind it, as a filtered list."""
    extra: dict[str, Any] = Field(default_factory=dict)


class Digest(Record):
    """One ISO week against the four before it."""

    week: str
    begins: Moment
    ends: Moment
    created_at: Moment
    n: int
    n_baseline: int
    baseline_weeks: tuple[str, ...] = ()
    """The weeks it is compared with, oldest first; ``n_baseline`` is over all of them together."""
    volumes: dict[str, dict[str, float]] = Field(default_factory=dict)
    """Channel → ``n``, ``baseline`` (mean a week)."""
    sentiment: dict[str, float] = Field(default_factory=dict)
    sentiment_baseline: dict[str, float] = Field(default_factory=dict)
    rises: tuple[DigestItem, ...] = ()
    falls: tuple[DigestItem, ...] = ()
    notes: tuple[str, ...] = ()
