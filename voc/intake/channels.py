"""Channels: what exports call them, and which one a table holds where no column says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from voc.intake.column_names import fold_header
from voc.intake.column_sample import Columns, ColumnSample
from voc.records import Channel

_CHANNELS: dict[Channel, tuple[str, ...]] = {
    Channel.CALL: ("call", "calls", "phone", "telephone", "tel", "appel", "appels", "voice", "voix", "vocal", "ivr"),
    Channel.EMAIL: ("email", "e mail", "mail", "mails", "emails", "courriel", "courriels", "e mails"),
    Channel.SOCIAL: (
        *("social", "tweet", "tweets", "twitter", "x", "facebook", "instagram", "linkedin", "tiktok", "youtube"),
        *("reddit", "post", "posts", "reseau social", "reseaux sociaux", "social media", "mastodon", "bluesky"),
    ),
    Channel.COMPLAINT: (
        *(
            "complaint",
            "complaints",
            "reclamation",
            "reclamations",
            "plainte",
            "plaintes",
            "claim",
            "claims",
            "courrier",
        ),
        *("letter", "lettre"),
    ),
    Channel.SURVEY: ("survey", "surveys", "enquete", "enquetes", "questionnaire", "sondage", "nps", "csat", "verbatim"),
    Channel.REVIEW: (
        *("review", "reviews", "avis", "trustpilot", "tripadvisor", "playstore", "play store", "app store", "appstore"),
        *("google play", "google", "google maps", "avis client", "avis clients", "avis en ligne", "avis verifies"),
    ),
    Channel.CHAT: ("chat", "tchat", "livechat", "live chat", "webchat", "whatsapp", "messenger", "sms", "chatbot"),
}
CHANNEL_NAMES: dict[str, Channel] = {name: channel for channel, names in _CHANNELS.items() for name in names}
"""Folded French and English values of channel columns."""

NETWORKS = frozenset(
    (
        *("twitter", "x", "facebook", "instagram", "linkedin", "tiktok", "youtube", "reddit", "mastodon", "bluesky"),
        *("threads", "pinterest", "snapchat", "trustpilot", "google", "tripadvisor", "app store", "google play"),
    )
)


def channel_of(value: str) -> Channel | None:
    """Read a channel's name in French or English (``Réclamation``, ``Appel entrant``, ``tweet``), else ``None``."""
    folded = fold_header(value)
    if channel := CHANNEL_NAMES.get(folded):
        return channel
    return next((CHANNEL_NAMES[word] for word in folded.split() if len(word) > 2 and word in CHANNEL_NAMES), None)


_HANDLES = frozenset(("handle", "author handle", "user handle", "twitter handle", "handle twitter", "instagram handle"))
_CHAT_WORDS = frozenset(("chat", "tchat", "visitor", "visiteur", "livechat", "webchat", "whatsapp"))
_HELP_DESK_WORDS = frozenset(
    ("ticket", "tickets", "requester", "demandeur", "assignee", "agent", "case", "conversation")
)


def is_social(columns: Columns, samples: Sequence[ColumnSample]) -> bool:
    """Whether the columns are those of posts."""
    words = {word for s in samples for word in s.folded.split()}
    return bool(
        "network" in columns.fields
        or words & {"tweet", "tweets", "retweet", "retweets", "rt", "followers", "hashtags", "mentions"}
        or any(s.folded in _HANDLES for s in samples)
        or {"screen", "name"} <= words
        or {"post", "id"} <= words
        or {"full", "text"} <= words
    )


def guess_channel(columns: Columns, samples: Sequence[ColumnSample], name: str, channel: Channel | None) -> None:
    """Settle where the rows of a table come from: ``channel`` if given, else what its columns and its name say."""
    if channel is not None:
        columns.channel, columns.channel_reason = channel, "given"
        return
    fields = columns.fields
    words = {word for s in samples for word in s.folded.split()}
    network = columns.first("network")
    on_review_site = network is not None and samples[network].share(
        lambda v: True if CHANNEL_NAMES.get(fold_header(v)) is Channel.REVIEW else None
    )
    if "nps" in fields:
        columns.channel, columns.channel_reason = Channel.SURVEY, "it has a likelihood to recommend"
    elif is_social(columns, samples) and not on_review_site:
        columns.channel, columns.channel_reason = Channel.SOCIAL, "it has accounts, posts or a network"
    elif named := _channel_in_name(name):
        columns.channel, columns.channel_reason = named, "the file's name"
    elif "rating" in fields:
        columns.channel, columns.channel_reason = Channel.REVIEW, "it has stars"
    elif "csat" in fields:
        columns.channel, columns.channel_reason = Channel.SURVEY, "it has a satisfaction score"
    elif words & {"avis", "review", "reviews"}:
        columns.channel, columns.channel_reason = Channel.REVIEW, "a column's name"
    elif words & {"reclamation", "reclamations", "complaint", "complaints", "plainte"}:
        columns.channel, columns.channel_reason = Channel.COMPLAINT, "a column's name"
    elif words & _CHAT_WORDS:
        columns.channel, columns.channel_reason = Channel.CHAT, "a column's name"
    elif len(words & _HELP_DESK_WORDS) > 1:
        columns.channel, columns.channel_reason = Channel.EMAIL, "it has requesters, tickets, assignees"
    elif "email" in fields and "title" in fields:
        columns.channel, columns.channel_reason = Channel.EMAIL, "it has addresses and subjects"
    else:
        columns.channel, columns.channel_reason = Channel.SURVEY, "nothing says otherwise; set the channel if it is not"


def _channel_in_name(name: str) -> Channel | None:
    words = fold_header(re.sub(r"[._\-/]", " ", str(PurePath(name).with_suffix("")))).split()
    return next((CHANNEL_NAMES[word] for word in reversed(words) if len(word) > 2 and word in CHANNEL_NAMES), None)
