"""Posts and messages as social networks and work chats export them, brought to rows of a table.

Slack's days, the archive and the API of X, comments under the posts of a Facebook or Instagram page, Reddit's listings.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voc.intake import limits
from voc.intake.column_names import TEXT, fold_header
from voc.intake.utterances import mapping, objects
from voc.records import Channel

Item = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """How the items of an export become rows: ``None`` for an item that is nobody's words."""

    row: Callable[[Item], Item | None]
    channel: Channel


def rows_of(document: Any, first: Sequence[Any], *, members: Callable[[], Mapping[str, Item]] = dict) -> Rows | None:
    """How to read the items of an export of a known network, ``None`` for anything else.

    Args:
        document: the whole document, where it is an object.
        first: its first items.
        members: gives those of a Slack workspace by their ids; asked only where the items are its messages.
    """
    items = [one for one in first if isinstance(one, dict)]
    if not items:
        return None
    if any("im:rating" in one for one in items):
        return Rows(lambda item: item if "im:rating" in item else None, Channel.REVIEW)  # the first is the app itself
    if sum(one.get("type") == "message" and "ts" in one for one in items) * 2 > len(items):
        known = members()
        return Rows(lambda item: _slack(item, known), Channel.CHAT)
    if all(isinstance(one.get("data"), list) and _said_comment(one) is not None for one in items):
        return Rows(_facebook_archived, Channel.SOCIAL)
    if all(isinstance(one.get("string_map_data"), dict) for one in items):
        return Rows(_instagram_archived, Channel.SOCIAL)
    if any("id_str" in one and "screen_name" in mapping(one.get("user")) for one in items):
        return Rows(_classic, Channel.SOCIAL)
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


def is_workspace_list(items: Sequence[Any]) -> bool:
    """Whether items are the channels or the members of a Slack workspace, which stand beside its messages."""
    channels = all(isinstance(one.get("members"), list) and "created" in one for one in items)
    return bool(items) and (channels or all("profile" in one and "real_name" in one and "id" in one for one in items))


def slack_members(path: Path) -> dict[str, Item]:
    """The members of a Slack workspace by id, from the list that its export has beside the folders of channels."""
    found = next((one for one in (path.parent / _MEMBERS, path.parent.parent / _MEMBERS) if one.is_file()), None)
    if found is None or found == path or found.is_symlink() or found.stat().st_size > limits.TRANSCRIPT_BYTES:
        return {}
    try:
        listed = json.loads(found.read_bytes())
    except (ValueError, RecursionError, OSError):
        return {}
    return {str(one["id"]): one for one in objects(listed) if "id" in one and "profile" in one}


_MEMBERS = "users.json"


def _slack(item: Item, members: Mapping[str, Item]) -> Item | None:
    if item.get("subtype") not in _SPOKEN or item.get("bot_id"):
        return None
    member = members.get(str(item.get("user")), {})
    profile = mapping(item.get("user_profile")) or {
        "real_name": member.get("real_name"),
        **mapping(member.get("profile")),
    }

    def marked(match: re.Match[str]) -> str:
        sign, target, label, link, shown = match.groups()
        label = label or members.get(str(target), {}).get("real_name")
        return (sign if sign != "!" else "@") + (label or target) if sign else (shown or link)

    return {
        "id": item.get("client_msg_id") or f"{item.get('user', '')}-{item.get('ts', '')}",
        "text": html.unescape(_MARK.sub(marked, str(item.get("text") or ""))),
        "date": item.get("ts"),
        "thread id": item.get("thread_ts"),
        "author name": profile.get("real_name") or profile.get("display_name") or profile.get("name"),
        "handle": item.get("user"),
        "email": profile.get("email"),
    }


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


_OF_A_CLASSIC = frozenset(("id", "id_str", "text", "full_text", "created_at", "lang", "truncated"))


def _classic(item: Item) -> Item | None:
    """A post as version 1.1 of the API of X gives it, whole where it was cut."""
    row = _archived({"tweet": {**item, **mapping(item.get("extended_tweet"))}})
    if row is None or item.get("retweeted_status"):
        return None
    user = mapping(item.get("user"))
    beside = {
        key: value for key, value in item.items() if key not in _OF_A_CLASSIC and not isinstance(value, dict | list)
    }
    if "platform" in beside:
        del row["network"]
    return {**beside, **row, "handle": user.get("screen_name"), "author name": user.get("name")}


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


# --- WhatsApp ----------------------------------------------------------------------------------------------------


def whatsapp_messages(document: Any) -> list[Item]:
    """The messages that WhatsApp's Cloud API sends of a business account, as rows; empty for anything else.

    Who writes is a number; that of ``metadata`` is the company's own.
    """
    if mapping(document).get("object") != "whatsapp_business_account":
        return []
    changes = (
        mapping(change.get("value")) for one in objects(document.get("entry")) for change in objects(one.get("changes"))
    )
    rows: list[Item] = []
    for value in changes:
        names = {one.get("wa_id"): mapping(one.get("profile")).get("name") for one in objects(value.get("contacts"))}
        for one in objects(value.get("messages")):
            pressed = mapping(one.get("button")).get("text")
            rows.append(
                {
                    "id": one.get("id"),
                    "text": mapping(one.get("text")).get("body") or pressed,
                    "date": one.get("timestamp"),
                    "phone": f"+{one.get('from')}",
                    "author name": names.get(one.get("from")),
                    "thread id": one.get("from"),
                }
            )
    return rows


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


def _said_comment(item: Item) -> Item | None:
    """The comment that an entry of Facebook's download of an account holds."""
    first = next((one for one in objects(item.get("data")) if isinstance(one.get("comment"), dict)), None)
    return first["comment"] if first is not None else None


def _facebook_archived(item: Item) -> Item | None:
    """A comment of an account's download: the title over it is Facebook's sentence."""
    said = _said_comment(item) or {}
    return {
        "text": said.get("comment"),
        "date": said.get("timestamp") or item.get("timestamp"),
        "author name": said.get("author"),
        "network": "facebook",
    }


def _instagram_archived(item: Item) -> Item | None:
    """A comment of an account's download, whose fields bear their names in the account's language."""
    named = {fold_header(name): one for name, one in item["string_map_data"].items() if isinstance(one, dict)}
    fields = list(named.values())
    known = (named[name].get("value") for name in TEXT if name in named)
    said = next(known, None) or max((str(one["value"]) for one in fields if one.get("value")), key=len, default=None)
    return {
        "text": said,
        "date": next((one["timestamp"] for one in fields if one.get("timestamp")), None),
        "network": "instagram",
    }


def is_posts(items: Sequence[Any]) -> bool:
    """Whether items are posts of a page, or comments under one, with the comments of others under them."""
    posts = [one for one in items if isinstance(one, dict)]
    return any(
        isinstance(_inner(one), list) and (one.keys() & {"message", "caption"} or {"text", "username"} <= one.keys())
        for one in posts
    )


def are_comments(items: Sequence[Any]) -> bool:
    """Whether items with comments under them are comments themselves: several people's, or counted as such."""
    found = [one for one in items if isinstance(one, dict) and "caption" not in one]
    authors = {who["id"] for one in found if (who := mapping(one.get("from"))).get("id")}
    if any({"text", "username"} <= one.keys() for one in found):
        return True  # Instagram's: its posts have captions
    return len(authors) > 1 or any("comment_count" in one or "like_count" in one for one in found)


def comments_of(post: Item) -> Iterator[Item]:
    """The comments that people left under a post, and their replies; the post and what the page answers are its own."""
    page, _, number = str(post.get("id") or "").partition("_")
    own = mapping(post.get("from")).get("id") or (page if number else None)
    network = "instagram" if "caption" in post else "facebook"
    yield from comments_among(_inner(post) or (), under=post.get("id"), page=own, network=network)


def comments_among(
    listed: Iterable[Any], *, under: Any = None, page: Any = None, network: str = "facebook"
) -> Iterator[Item]:
    """Comments and the replies to them as rows.

    Args:
        listed: as the network gives them.
        under: the id of the post or comment they stand under.
        page: the id of the page, whose answers are left out.
        network: where they were written.
    """
    for comment in listed:
        if not isinstance(comment, dict):
            continue
        who = mapping(comment.get("from"))
        if not who.get("id") or who["id"] != page:
            yield {
                "id": comment.get("id"),
                "text": comment.get("message") or comment.get("text"),
                "date": comment.get("created_time") or comment.get("timestamp"),
                "author name": who.get("name"),
                "handle": who.get("username") or comment.get("username"),
                "thread id": under,
                "network": "instagram" if "username" in comment else network,
            }
        yield from comments_among(_inner(comment) or (), under=comment.get("id"), page=page, network=network)


def _inner(post: Mapping[str, Any]) -> Any:
    comments = post.get("comments", post.get("replies"))
    return comments.get("data") if isinstance(comments, dict) else comments
