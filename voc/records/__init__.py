"""The nouns every room shares: what comes in, what is found in it, and whom it belongs to.

Records are immutable pydantic models without I/O. Times inside a recording are integer milliseconds, offsets are
characters (Python string indices, end exclusive) of the interaction's ``text``, moments are timezone-aware UTC
datetimes, and what is unknown is ``None``, never 0. The JSON of :class:`Analysis` is the public contract of
``voc analyse`` and of ``analysis`` in the HTTP API.
"""

from __future__ import annotations

from voc.records.analyses import (
    ANALYSIS_VERSION,
    Analysis,
    Aspect,
    CategoryMatch,
    Clause,
    EffortSign,
    Emotion,
    Expectation,
    FragilitySign,
    Intent,
    PointOfInterest,
    RedactedText,
    Redaction,
    Sentence,
    Skipped,
    TopicMention,
)
from voc.records.audit import AuditLine
from voc.records.base import Channel, Language, Moment, Record, SentimentLabel, as_utc
from voc.records.conversations import Conversation, NonTalk, OtherSound, Silence
from voc.records.customers import Customer, FieldWeight, Link, LinkCandidate, LinkEvidence
from voc.records.insights import (
    Concentration,
    Digest,
    DigestDetail,
    DigestItem,
    Distinctive,
    Interval,
    Quote,
    TopicCount,
    WeekCount,
)
from voc.records.interactions import (
    REJECTIONS_KEPT,
    SURELY_HEARD,
    UNSURE,
    Doubt,
    Identifier,
    IdentifierType,
    Interaction,
    Recording,
    Rejected,
    Remark,
    Sentiment,
    Tone,
    ToneReason,
    Turn,
    Word,
    interaction_id,
)
from voc.records.signals import LABEL, Signal

__all__ = [
    "ANALYSIS_VERSION",
    "LABEL",
    "REJECTIONS_KEPT",
    "SURELY_HEARD",
    "UNSURE",
    "Analysis",
    "Aspect",
    "AuditLine",
    "CategoryMatch",
    "Channel",
    "Clause",
    "Concentration",
    "Conversation",
    "Customer",
    "Digest",
    "DigestDetail",
    "DigestItem",
    "Distinctive",
    "Doubt",
    "EffortSign",
    "Emotion",
    "Expectation",
    "FieldWeight",
    "FragilitySign",
    "Identifier",
    "IdentifierType",
    "Intent",
    "Interaction",
    "Interval",
    "Language",
    "Link",
    "LinkCandidate",
    "LinkEvidence",
    "Moment",
    "NonTalk",
    "OtherSound",
    "PointOfInterest",
    "Quote",
    "Record",
    "Recording",
    "RedactedText",
    "Redaction",
    "Rejected",
    "Remark",
    "Sentence",
    "Sentiment",
    "SentimentLabel",
    "Signal",
    "Silence",
    "Skipped",
    "Tone",
    "ToneReason",
    "TopicCount",
    "TopicMention",
    "Turn",
    "WeekCount",
    "Word",
    "as_utc",
    "interaction_id",
]
