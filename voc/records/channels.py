"""Channels: where the customer spoke, and all that follows from it, one description each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


@dataclass(frozen=True)
class ChannelDescription:
    """What is so of every contact of a channel.

    Attributes:
        names: what columns and file names of exports call it beside the words of each language
            (:class:`voc.language.channel_words.ChannelWords`): names of products and tools, and all of a channel that
            no language knows of; folded, without accents.
        header_words: likewise, words in the headers of a table from which its rows are of it, where nothing said so
            before.
        header_rank: which channel's ``header_words`` are looked for first.
        spoken: it is heard: recordings are kept and expire, consent to be heard counts, quotes open at their second.
        mail: it is written like e-mail: the title is a subject, and what is quoted under a reply is cut off.
        typed_live: it is a conversation as it is typed: speech is not measured, though there are turns.
        judged_whole: sentiment is of the text as a whole, however short, rather than of a passing remark.
        posted: it is said in public, to nobody in particular unless an account is named.
        complains: every contact of it is a complaint, a moment of truth.
    """

    names: tuple[str, ...] = ()
    header_words: frozenset[str] = frozenset()
    header_rank: int = 100
    spoken: bool = False
    mail: bool = False
    typed_live: bool = False
    judged_whole: bool = False
    posted: bool = False
    complains: bool = False


class Channel(StrEnum):
    """Where the customer spoke. ``complaint`` is a written claim, ``chat`` a live written conversation."""

    _value_: str
    description: ChannelDescription

    def __new__(cls, value: str, description: ChannelDescription = ChannelDescription()) -> Self:
        """A member that is its value as text, with its description beside."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.description = description
        return made

    CALL = (
        "call",
        ChannelDescription(
            names=("ivr",),
            spoken=True,
        ),
    )
    EMAIL = (
        "email",
        ChannelDescription(mail=True),
    )
    SOCIAL = (
        "social",
        ChannelDescription(
            names=(
                *("twitter", "x", "facebook", "instagram", "linkedin", "tiktok", "youtube", "reddit", "mastodon"),
                "bluesky",
            ),
            posted=True,
        ),
    )
    COMPLAINT = (
        "complaint",
        ChannelDescription(
            header_rank=2,
            judged_whole=True,
            complains=True,
        ),
    )
    SURVEY = (
        "survey",
        ChannelDescription(
            names=("nps", "csat"),
            judged_whole=True,
        ),
    )
    REVIEW = (
        "review",
        ChannelDescription(
            names=(
                *("trustpilot", "tripadvisor", "playstore", "play store", "app store", "appstore", "google play"),
                *("google", "google maps"),
            ),
            header_rank=1,
            judged_whole=True,
        ),
    )
    CHAT = (
        "chat",
        ChannelDescription(
            names=("whatsapp", "messenger", "sms"),
            header_words=frozenset(("whatsapp",)),
            header_rank=3,
            typed_live=True,
        ),
    )


ChannelName = Literal["call", "email", "social", "complaint", "survey", "review", "chat"]
"""The value of a channel, for editors to complete; a test holds it to the channels there are."""

SPOKEN = frozenset(one for one in Channel if one.description.spoken)
COMPLAINING = frozenset(one for one in Channel if one.description.complains)
