"""One channel, several people: their words told apart by voice, their roles by what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from voc.errors import ModelError
from voc.language.role_formulas import hands_over
from voc.records import Skipped, Turn
from voc.speech import roles as who
from voc.speech.conversation_metrics import Interval, union
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.diarization import diarize, load_speaker_models
from voc.speech.turns import Utterance
from voc.speech.word_speaker_assignment import assign_words, speaker_intervals

_SAMPLE_MS: Final = SAMPLE_RATE // 1000

_SURE: Final = 0.7
"""Confidence in the number of speakers below which it is said to be uncertain."""


ONE_VOICE: Final = "one channel: one voice is heard, and its words do not tell whose it is"
VOICES: Final = "one channel: voices are told apart, but their words do not tell who is the agent"
UNCERTAIN: Final = "one channel: how many people speak is uncertain; VOC_SPEAKERS can say it"
AT_ONCE: Final = "one channel: where two speak at once is estimated, and whose words they are there is uncertain"
THIRD: Final = "one channel: a third voice is heard; whose words are the agent's is uncertain"
HANDED_OVER: Final = "a third voice: the telephone is passed on, and whose words are whose from there on is uncertain"

UNSURE: Final = 0.5
"""Confidence in roles where a third person speaks whose voice was not told apart."""


@dataclass(frozen=True)
class DiarizedChannel:
    """The words and the speech of each speaker of one channel.

    In ``said`` the channel tag is the speaker's number (from 1), as in the keys of ``talk`` (speech in ms).
    ``confidence`` is in the number of speakers, 0.5 (a toss-up) to 1.
    """

    said: list[Utterance]
    talk: Mapping[int, list[Interval]]
    confidence: float


@dataclass(frozen=True)
class SpeakerRoles:
    """The role of each speaker by number, whether any is a role (and how surely), and what could not be told."""

    roles: Mapping[int, str]
    from_words: bool
    confidence: float | None
    skipped: tuple[Skipped, ...]


def diarize_channel(
    audio: Audio, spoken: Sequence[Interval], said: Sequence[Utterance], *, speakers: int | None, threads: int
) -> DiarizedChannel | Skipped:
    """Give the words of a channel to its speakers.

    Args:
        audio: one channel.
        spoken: its voice activity, samples.
        said: its words.
        speakers: how many there are; default as many as are heard, 1 to 6.
        threads: computing at once.

    Returns:
        The speakers, or why they were not told apart (the weights cannot be loaded): the words are there without.
    """
    try:
        using = load_speaker_models(threads=threads)
    except ModelError as error:
        return Skipped(feature="speakers", reason=f"voices were not told apart: {error}")
    words = [(one.begin_ms * _SAMPLE_MS, one.end_ms * _SAMPLE_MS) for one in said]
    # Only speech that gave words has speakers: music and noise would make voices of their own.
    heard = diarize(audio, _touched(spoken, words), using=using, speakers=speakers)
    talk = [(one.begin // _SAMPLE_MS, -(-one.end // _SAMPLE_MS), one.speaker) for one in heard.stretches]
    given = assign_words(said, talk)
    by_tag = dict(speaker_intervals(given, talk))
    for one in heard.beside:
        if one.speaker + 1 in by_tag:
            also = (one.begin // _SAMPLE_MS, -(-one.end // _SAMPLE_MS))
            by_tag[one.speaker + 1] = union([*by_tag[one.speaker + 1], also])
    return DiarizedChannel(said=given, talk=by_tag, confidence=heard.confidence)


def named(turns: Sequence[Turn], apart: DiarizedChannel, *, brands: Sequence[str] = ()) -> SpeakerRoles:
    """Name the speakers: agent or customer where the words settle it, else ``speaker_1``, ``speaker_2`` …

    ``turns`` are those of ``apart.said``.
    """
    settled, confidence = who.roles_of_speakers(turns, brands=brands)
    count = len(apart.talk)
    if count == 1 and apart.confidence < _SURE:
        # There may be two after all: the customer's words would be the agent's.
        settled, confidence = {}, None
    roles = {tag: settled.get(tag) or f"speaker_{tag}" for tag in apart.talk}
    skipped = []
    if len(settled) < count:
        skipped.append(Skipped(feature="roles", reason=ONE_VOICE if count == 1 else VOICES))
    if count > 2:
        skipped.append(Skipped(feature="speakers", reason=THIRD))
    elif any(hands_over(turn.text) for turn in turns):
        skipped.append(Skipped(feature="speakers", reason=HANDED_OVER))
        confidence = min(confidence, UNSURE) if confidence is not None else None
    if apart.confidence < _SURE:
        skipped.append(Skipped(feature="speakers", reason=UNCERTAIN))
    if count > 1:
        skipped.append(Skipped(feature="overtalk", reason=AT_ONCE))
    return SpeakerRoles(roles=roles, from_words=bool(settled), confidence=confidence, skipped=tuple(skipped))


def _touched(spoken: Sequence[Interval], words: Sequence[Interval]) -> list[Interval]:
    """The stretches of speech in which there is at least one utterance; both in order."""
    kept: list[Interval] = []
    at = 0
    for begin, end in spoken:
        while at < len(words) and words[at][1] <= begin:
            at += 1
        if at < len(words) and words[at][0] < end:
            kept.append((begin, end))
    return kept
