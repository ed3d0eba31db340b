"""Who spoke: a channel a person, or one channel and the people told apart on it; with roles, turns and measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from voc.language.role_formulas import hands_over
from voc.records import Conversation, Skipped, Turn
from voc.speech import roles as who
from voc.speech.conversation_metrics import Interval, measure, union
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.diarization import VOICES_NAME
from voc.speech.mono_channel_roles import HANDED_OVER, DiarizedChannel, diarize_channel, named
from voc.speech.non_speech import non_speech_sounds
from voc.speech.turns import Utterance, in_turns

RolesFrom = Literal["given", "words"] | None

_SAMPLE_MS: Final = SAMPLE_RATE // 1000


@dataclass(frozen=True)
class SpeakerAttribution:
    """The turns with their roles, the roles of the channels, and how the conversation went."""

    turns: list[Turn]
    channel_roles: tuple[str | None, ...]
    roles_from: RolesFrom
    conversation: Conversation
    talk: dict[str, tuple[Interval, ...]]
    skipped: tuple[Skipped, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)


def attribute_speakers(
    audio: Audio,
    spoken: Sequence[Sequence[Interval]],
    said: Sequence[Utterance],
    *,
    given: tuple[str, ...] = (),
    channel_roles: tuple[str | None, ...],
    language: str | None,
    speakers: int | None = None,
    brands: Sequence[str] = (),
    threads: int = 0,
    unread: Sequence[Sequence[Interval]] = (),
) -> SpeakerAttribution:
    """Settle who said what.

    Args:
        audio: the channels that were read.
        spoken: voice activity of each (samples).
        said: the words of all; the channel tag is the channel's number, from 1.
        given: roles that came with the recording; a single one says that one person speaks in all of it.
        channel_roles: those of the channels of ``audio``.
        language: of turns whose own is unknown.
        speakers: people on a single channel; default as many as are heard.
        brands: names of the company, which its agents greet with.
        threads: computing at once, 0 = all cores.
        unread: speech of each channel that gave no words (samples).
    """
    lost = _in_ms(unread)
    failed: tuple[Skipped, ...] = ()
    if audio.channels == 1 and len(given) != 1 and said:
        apart = diarize_channel(audio, spoken[0], said, speakers=speakers, threads=threads)
        if isinstance(apart, DiarizedChannel):
            return _told_apart(audio, apart, language=language, brands=brands, lost=lost)
        failed = (apart,)
    turns = in_turns(said, language=language, joined=audio.channels > 1 or bool(given))
    turns, channel_roles, source, skipped = _with_roles(turns, channel_roles, audio.channels, given)
    if audio.channels > 1 and any(hands_over(turn.text) for turn in turns):
        skipped.append(Skipped(feature="speakers", reason=HANDED_OVER))
    speech = _speech_in_turns(turns, spoken)
    return SpeakerAttribution(
        turns=turns,
        channel_roles=channel_roles,
        roles_from=source,
        conversation=measure(
            turns,
            duration_ms=audio.duration_ms,
            channels=dict(enumerate(channel_roles, start=1)),
            speech=speech,
            levels={tag + 1: audio.loudness(tag).tolist() for tag in range(audio.channels)},
            other=non_speech_sounds(audio, (pair for own in speech.values() for pair in own), unread=lost),
        ),
        talk=_by_name(speech, dict(enumerate(channel_roles, start=1))),
        skipped=(*failed, *skipped),
        models={"roles": who.METHOD} if source == "words" else {},
    )


def _in_ms(unread: Sequence[Sequence[Interval]]) -> list[Interval]:
    return union((begin // _SAMPLE_MS, -(-end // _SAMPLE_MS)) for own in unread for begin, end in own)


def _told_apart(
    audio: Audio, apart: DiarizedChannel, *, language: str | None, brands: Sequence[str], lost: Sequence[Interval]
) -> SpeakerAttribution:
    # Of one voice nobody can be sure that it is one: sentences stay apart, as they would without diarization.
    turns = in_turns(apart.said, language=language, joined=len(apart.talk) > 1)
    people = named(turns, apart, brands=brands)
    turns = [turn.model_copy(update={"participant_role": people.roles[turn.channel_tag or 1]}) for turn in turns]
    levels = audio.loudness(0).tolist()
    conversation = measure(
        turns,
        duration_ms=audio.duration_ms,
        channels=people.roles,
        speech=apart.talk,
        levels=dict.fromkeys(people.roles, levels),
        other=non_speech_sounds(audio, (pair for own in apart.talk.values() for pair in own), unread=lost),
    )
    return SpeakerAttribution(
        turns=[turn.model_copy(update={"channel_tag": 1}) for turn in turns],
        channel_roles=(None,),
        roles_from="words" if people.from_words else None,
        conversation=conversation.model_copy(
            update={
                "voices": len(people.roles),
                "voices_confidence": apart.confidence,
                "roles_confidence": people.confidence,
            }
        ),
        talk=_by_name(apart.talk, people.roles),
        skipped=people.skipped,
        models={"voices": VOICES_NAME, **({"roles": who.METHOD} if people.from_words else {})},
    )


def _by_name(
    talk: Mapping[int, Sequence[Interval]], roles: Mapping[int, str | None]
) -> dict[str, tuple[Interval, ...]]:
    """Join the talk of everybody of one role; channels without one are ``channel_1`` …"""
    names = {tag: roles[tag] or f"channel_{tag}" for tag in talk}
    return {
        name: tuple(union(pair for tag, own in names.items() if own == name for pair in talk[tag]))
        for name in dict.fromkeys(names.values())
    }


def _with_roles(
    turns: list[Turn], channel_roles: tuple[str | None, ...], channels: int, given: tuple[str, ...]
) -> tuple[list[Turn], tuple[str | None, ...], RolesFrom, list[Skipped]]:
    """Give the turns their roles: as given, else from the words; says so where neither tells."""
    source: RolesFrom = "given" if any(channel_roles) else None
    skipped: list[Skipped] = []
    if channels == 1 and not any(channel_roles):
        if turns:
            reason = "one channel: who speaks is not told apart. Talk time, overtalk and interruptions need roles"
            skipped.append(Skipped(feature="roles", reason=reason))
    elif source is None:
        found = who.roles_from_words(turns) if channels == 2 else None
        if found:
            channel_roles, source = tuple(found[tag + 1] for tag in range(channels)), "words"
        else:
            reason = "no roles were given and the words do not tell who is the agent; give --roles agent,customer"
            skipped.append(Skipped(feature="roles", reason=reason))
    by_tag = dict(enumerate(channel_roles, start=1))
    named = [turn.model_copy(update={"participant_role": by_tag[turn.channel_tag or 1]}) for turn in turns]
    return named, channel_roles, source, skipped


def _speech_in_turns(turns: Sequence[Turn], spoken: Sequence[Sequence[Interval]]) -> dict[int, list[Interval]]:
    """Voice activity (ms) by channel tag, only where words were found: music and noise are nobody's talk."""
    out: dict[int, list[Interval]] = {}
    for channel, intervals in enumerate(spoken):
        own = [(turn.begin_ms or 0, turn.end_ms or 0) for turn in turns if turn.channel_tag == channel + 1]
        stretches = iter(own)
        turn = next(stretches, None)
        out[channel + 1] = []
        for first, last in intervals:
            begin, end = first // _SAMPLE_MS, -(-last // _SAMPLE_MS)
            while turn and turn[1] <= begin:
                turn = next(stretches, None)
            if turn and turn[0] < end:
                out[channel + 1].append((begin, end))
    return out
