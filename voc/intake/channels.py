"""Channels: what exports call them, and which one a table holds where no column says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from voc.intake.call_logs import is_call_log
from voc.intake.cell_words import words_of
from voc.intake.column_names import fold_header
from voc.intake.column_sample import Columns, ColumnSample
from voc.language import registry
from voc.records import Channel


def names_of(channel: Channel) -> frozenset[str]:
    """What columns and names of files call a channel, folded, in every language that is read."""
    said = registry.words_of(lambda one: one.channels.names.get(channel, ""))
    return frozenset((*channel.description.names, *said))


def header_words_of(channel: Channel) -> frozenset[str]:
    """Words in the headers of a table, folded, from which its rows are of a channel."""
    said = registry.words_of(lambda one: one.channels.headers.get(channel, ""))
    return channel.description.header_words.union(said)


CHANNEL_NAMES: dict[str, Channel] = {name: one for one in Channel for name in names_of(one)}
"""Folded values of channel columns, and words in names of files."""
_HEADER_WORDS = {one: header_words_of(one) for one in Channel}
TOLD_BY_HEADERS = tuple(sorted(Channel, key=lambda one: one.description.header_rank))
"""Channels in the order in which their words are looked for in the headers of a table."""

NETWORKS = frozenset(
    (
        *("twitter", "x", "facebook", "instagram", "linkedin", "tiktok", "youtube", "reddit", "mastodon", "bluesky"),
        *("threads", "pinterest", "snapchat", "trustpilot", "google", "tripadvisor", "app store", "google play"),
    )
)


def channel_of(value: str) -> Channel | None:
    """Read a channel's name in any language that is read (``Réclamation``, ``Appel entrant``), else ``None``."""
    folded = fold_header(value)
    if channel := CHANNEL_NAMES.get(folded):
        return channel
    return next((CHANNEL_NAMES[word] for word in folded.split() if len(word) > 2 and word in CHANNEL_NAMES), None)


_OF_POSTS = frozenset(
    (
        *("tweet", "tweets", "retweet", "retweets", "rt", "followers"),
        *("hashtags", "mentions", "reactions", "subreddit"),
    )
)
_HANDLES = frozenset(("handle", "author handle", "user handle", "twitter handle", "handle twitter", "instagram handle"))
_HELP_DESK_WORDS = words_of(lambda words: words.help_desk)


_WHO_ANSWERS = words_of(lambda words: words.answering)


def is_social(columns: Columns, samples: Sequence[ColumnSample]) -> bool:
    """Whether the columns are those of posts."""
    words = {word for s in samples for word in s.folded.split()}
    return bool(
        "network" in columns.fields
        or words & _OF_POSTS
        or any(s.folded in _HANDLES for s in samples)
        or {"screen", "name"} <= words
        or any(s.folded in {"post id", "full text"} for s in samples)
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
    elif is_call_log(samples):
        columns.channel, columns.channel_reason = Channel.CALL, "it has who called whom, and how long"
    elif is_social(columns, samples) and not on_review_site:
        columns.channel, columns.channel_reason = Channel.SOCIAL, "it has accounts, posts or a network"
    elif named := _channel_in_name(name):
        columns.channel, columns.channel_reason = named, "the file's name"
    elif "conversation" in words and words & _WHO_ANSWERS:
        columns.channel, columns.channel_reason = Channel.CHAT, "it has conversations, and who answered them"
    elif "rating" in fields:
        columns.channel, columns.channel_reason = Channel.REVIEW, "it has stars"
    elif "csat" in fields and not words & _HEADER_WORDS[Channel.REVIEW]:
        columns.channel, columns.channel_reason = Channel.SURVEY, "it has a satisfaction score"
    elif told := next((one for one in TOLD_BY_HEADERS if words & _HEADER_WORDS[one]), None):
        columns.channel, columns.channel_reason = told, "a column's name"
    elif len(words & _HELP_DESK_WORDS) > 1:
        columns.channel, columns.channel_reason = Channel.EMAIL, "it has requesters, tickets, assignees"
    elif "email" in fields and "title" in fields:
        columns.channel, columns.channel_reason = Channel.EMAIL, "it has addresses and subjects"
    else:
        columns.channel, columns.channel_reason = Channel.SURVEY, "nothing says otherwise; set the channel if it is not"


def _channel_in_name(name: str) -> Channel | None:
    words = fold_header(re.sub(r"[._\-/]", " ", str(PurePath(name).with_suffix("")))).split()
    return next((CHANNEL_NAMES[word] for word in reversed(words) if len(word) > 2 and word in CHANNEL_NAMES), None)
