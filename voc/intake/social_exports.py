"""Posts and messages as social networks and work chats export them, brought to rows of a table.

Slack's days, the archive and the API of X, comments under the posts of a Facebook or Instagram page, Reddit's listings.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voc.intake.utterances import mapping, objects
from voc.records import Channel

Item = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """How the items of an export become rows: ``None`` for an item that is nobody's words."""

    row: Callable[[Item], Item | None]
    channel: Channel


def rows_of(document: Any, first: Sequence[Any]) -> Rows | None:
    """How to read the items of an export of a known network, ``None`` for anything else.

    Args:
        document: the whole document, where it is an object.
        first: its first items.
    """
    items = [one for one in first if isinstance(one, dict)]
    if not items:
        return None
    if any("im:rating" in one for one in items):
        return Rows(lambda item: item if "im:rating" in item else None, Channel.REVIEW)  # the first is the app itself
    if sum(one.get("type") == "message" and "ts" in one for one in items) * 2 > len(items):
        return Rows(_slack, Channel.CHAT)
    if all(isinstance(one.get("tweet"), dict) for one in items):
        return Rows(_archived, Channel.SOCIAL)
    if isinstance(document, dict) and isinstance(document.get("includes"), dict) and "text" in items[0]:
        users = {one.get("id"): one for one in document["includes"].get("users") or () if isinstance(one, dict)}
        return Rows(lambda item: _tweet(item, users), Channel.SOCIAL)
    if any(
        "author_id" in one and "text" in one and ("edit_history_tweet_ids" in one or "conversation_id" in one)
        for one in items
    ):
        return Rows(lambda item: _tweet(item, {}), Channel.SOCIAL)
    if all(one.get("kind") in {"t1", "t3"} and isinstance(one.get("data"), dict) for one in items):
        return Rows(_reddit, Channel.SOCIAL)
    if all(isinstance(one.get("snippet"), dict) and "topLevelComment" in one["snippet"] for one in items):
        return Rows(_youtube, Channel.SOCIAL)
    return None


# --- Slack -------------------------------------------------------------------------------------------------------

_SPOKEN = frozenset((None, "", "thread_broadcast", "file_share", "me_message", "file_comment"))
_MARK = re.compile(
    r"<(?:([@#!])([^>|]{1,200})(?:\|([^>]{0,200}))?|((?:https?|mailto|tel):[^>|]{1,2000})(?:\|([^>]{0,500}))?)>"
)


def _slack(item: Item) -> Item | None:
    if item.get("subtype") not in _SPOKEN or item.get("bot_id"):
        return None
    profile = mapping(item.get("user_profile"))
    return {
        "id": item.get("client_msg_id") or f"{item.get('user', '')}-{item.get('ts', '')}",
        "text": html.unescape(_MARK.sub(_marked, str(item.get("text") or ""))),
        "date": item.get("ts"),
        "thread id": item.get("thread_ts"),
        "author name": profile.get("real_name") or profile.get("display_name") or profile.get("name"),
        "handle": item.get("user"),
        "email": profile.get("email"),
    }


def _marked(match: re.Match[str]) -> str:
    sign, target, label, link, shown = match.groups()
    return (sign if sign != "!" else "@") + (label or target) if sign else (shown or link)


# --- X -----------------------------------------------------------------------------------------------------------


def _archived(item: Item) -> Item | None:
    """A post of an archive; one that only passes on somebody else's is not its author's words."""
    tweet = item["tweet"]
    text = str(tweet.get("full_text") or tweet.get("text") or "")
    if text.startswith("RT @"):
        return None
    return {
        "id": tweet.get("id_str") or tweet.get("id"),
        "full text": html.unescape(text),
        "created at": tweet.get("created_at"),
        "lang": tweet.get("lang"),
        "in reply to status id": tweet.get("in_reply_to_status_id_str"),
        "network": "twitter",
    }


def _tweet(item: Item, users: Mapping[Any, Mapping[str, Any]]) -> Item | None:
    referenced = objects(item.get("referenced_tweets"))
    if any(one.get("type") == "retweeted" for one in referenced):
        return None
    user = users.get(item.get("author_id"), {})
    note = mapping(item.get("note_tweet"))
    return {
        "id": item.get("id"),
        "full text": html.unescape(str(note.get("text") or item.get("text") or "")),
        "created at": item.get("created_at"),
        "lang": item.get("lang"),
        "handle": user.get("username") or item.get("username") or item.get("author_id"),
        "author name": user.get("name"),
        "conversation id": item.get("conversation_id"),
        "network": "twitter",
    }


# --- comments ----------------------------------------------------------------------------------------------------


def _reddit(item: Item) -> Item | None:
    data = item["data"]
    text = data.get("body") or data.get("selftext")
    if text in {"[deleted]", "[removed]"}:
        return None
    return {
        "id": data.get("name") or data.get("id"),
        "title": data.get("title"),
        "text": html.unescape(str(text or "")),
        "date": data.get("created_utc"),
        "handle": data.get("author"),
        "thread id": data.get("link_id"),
        "subreddit": data.get("subreddit"),
        "network": "reddit",
    }


def _youtube(item: Item) -> Item | None:
    top = item["snippet"]["topLevelComment"]
    said = top.get("snippet") or {}
    return {
        "id": top.get("id") or item.get("id"),
        "text": said.get("textOriginal") or said.get("textDisplay"),
        "date": said.get("publishedAt"),
        "handle" if str(said.get("authorDisplayName")).startswith("@") else "author name": said.get(
            "authorDisplayName"
        ),
        "thread id": said.get("videoId"),
        "network": "youtube",
    }


def is_posts(items: Sequence[Any]) -> bool:
    """Whether items are posts of a page with the comments of others under them."""
    posts = [one for one in items if isinstance(one, dict)]
    return any(isinstance(_inner(one), list) and ("message" in one or "caption" in one) for one in posts)


def comments_of(post: Item, page: Any = None) -> Iterator[Item]:
    """The comments that people left under a post, and their replies; the post and what the page answers are its own."""
    author = mapping(post.get("from"))
    for comment in _inner(post) or ():
        if not isinstance(comment, dict):
            continue
        who = mapping(comment.get("from"))
        if not who.get("id") or who["id"] not in {author.get("id"), page}:
            yield {
                "id": comment.get("id"),
                "text": comment.get("message") or comment.get("text"),
                "date": comment.get("created_time") or comment.get("timestamp"),
                "author name": who.get("name"),
                "handle": who.get("username") or comment.get("username"),
                "thread id": post.get("id"),
                "network": "instagram" if "caption" in post else "facebook",
            }
        yield from comments_of(comment, author.get("id") or page)


def _inner(post: Mapping[str, Any]) -> Any:
    comments = post.get("comments")
    return comments.get("data") if isinstance(comments, dict) else comments
