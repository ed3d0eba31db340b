"""What a JSON export holds: a conversation, a list of them, tickets with their messages, posts, or rows of a table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from voc.intake.chat_exports import chat_of_json
from voc.intake.column_names import FIELDS, fold_header
from voc.intake.encodings import decoded
from voc.intake.file_kinds import Kind
from voc.intake.json_stream import array_items, find_list, lines_items, load, numbered_items, table_of, without_edges
from voc.intake.message_lists import conversation_in, is_message_list, messages_in, threads_of
from voc.intake.people import People
from voc.intake.roles import role_of
from voc.intake.social_exports import (
    are_comments,
    comments_among,
    comments_of,
    is_posts,
    is_workspace_list,
    rows_of,
    slack_members,
    whatsapp_messages,
)
from voc.intake.tabular_feedback import read_messages
from voc.intake.threads import is_thread, read_thread, unwrapped
from voc.intake.transcripts import from_document, looks_like_transcript
from voc.intake.utterances import mapping
from voc.records import Channel, Interaction, Rejected, Remark

LOOKED_AT = 20
"""Items looked at to tell what an export holds."""

Found = Iterator[Interaction | Rejected]


def read_json(
    path: Path, kind: str, *, name: str, channel: Channel | None, given: Mapping[str, str] | None = None
) -> Found | None:
    """The interactions of a JSON or NDJSON file whose shape is known, or ``None`` where it is a table of records.

    Raises:
        InputError: the document is broken or too large.
    """
    if kind == Kind.NDJSON:
        head = [one for _, one in itertools.islice(lines_items(path, name=name), LOOKED_AT)]
        return _of_items(head, lines_items(path, name=name), None, path=path, name=name, channel=channel, given=given)
    with path.open("rb") as stream:
        opening = decoded([stream.read(4096)]).lstrip("\ufeff \t\r\n\x00")[:1]
    if opening == "[":
        head = [one for _, one in itertools.islice(numbered_items(path, name), LOOKED_AT)]
        if head and isinstance(head[0], dict) and (_is_bare_turn(head[0]) or _is_bare_monologue(head[0])):
            document = {"turns": list(array_items(path, name=name))}
            return iter([from_document(document, source=name, channel=channel, name_date=name, given=given)])
        return _of_items(head, numbered_items(path, name), None, path=path, name=name, channel=channel, given=given)
    document = without_edges(load(path, name=name))
    if (chat := chat_of_json(document, source=name, channel=channel, given=given)) is not None:
        return iter([chat])
    if (thread := _thread_in(document)) is not None:
        return read_threads(iter([(None, thread)]), name=name, channel=channel, given=given)
    if isinstance(document, dict):
        if (conversation := conversation_in(document)) is not None:
            return read_threads(iter([(None, conversation)]), name=name, channel=channel, given=given)
        if (messages := messages_in(document)) is not None:
            threads, people = threads_of(iter(enumerate(messages, start=1))), People.of(document)
            return read_threads(threads, people, name=name, channel=channel, given=given)
    if looks_like_transcript(document):
        return iter([from_document(document, source=name, channel=channel, name_date=Path(name).name, given=given)])
    if written := whatsapp_messages(document):
        return read_messages(table_of(enumerate(written, start=1), name=name), channel=channel or Channel.CHAT)
    items = _only_one(document) or find_list(document)
    if not items:
        return None
    return _of_items(
        items[:LOOKED_AT], enumerate(items, start=1), document, path=path, name=name, channel=channel, given=given
    )


def _thread_in(document: Any) -> Any:
    """The ticket or conversation that a document is, or that a webhook wraps in what happened to it."""
    data = mapping(mapping(document).get("data") or mapping(document).get("payload"))
    inside = (document, data, *(data.get(key) for key in ("item", "object", "conversation", "ticket")))
    return next((one for one in inside if is_thread(one)), None)


def _only_one(document: Any) -> list[Any]:
    """The one post of an answer of X that lists its author beside it."""
    only = document.get("data") if isinstance(document, dict) else None
    return [only] if isinstance(only, dict) and "text" in only and isinstance(document.get("includes"), dict) else []


def _of_items(
    head: list[Any],
    numbered: Iterator[tuple[int, Any]],
    document: Any,
    *,
    path: Path,
    name: str,
    channel: Channel | None,
    given: Mapping[str, str] | None,
) -> Found | None:
    """The items of a list, by what the first of them are."""
    objects = [unwrapped(one) for one in head if isinstance(one, dict)]
    if not objects:
        return None
    numbered = ((number, unwrapped(one)) for number, one in numbered)
    if is_workspace_list(objects):
        reason = "the channels or members of a Slack workspace, and no message; those lie in the folders beside it."
        return iter([Remark(source=name, reason=reason, code="workspace_list")])
    people = People.of(document)
    if any(is_thread(one) for one in objects):
        return read_threads(numbered, people, name=name, channel=channel, given=given)
    if is_message_list(objects):
        return read_threads(threads_of(numbered), people, name=name, channel=channel, given=given)
    if looks_like_transcript(objects[0]):
        return _transcripts(numbered, name, channel, given)
    if is_posts(objects):
        posts = (post for _, post in numbered if isinstance(post, dict))
        nested = (item for post in posts for item in comments_of(post))
        comments = comments_among(posts) if are_comments(objects) else nested
        return read_messages(table_of(enumerate(comments, start=1), name=name), channel=channel or Channel.SOCIAL)
    if (shape := rows_of(document, objects, members=lambda: slack_members(path))) is not None:
        rows = ((number, shape.row(one) if isinstance(one, dict) else one) for number, one in numbered)
        spoken = ((number, one) for number, one in rows if one is not None)
        return read_messages(table_of(spoken, name=name), channel=channel or shape.channel)
    return None


def _is_bare_turn(item: Mapping[str, Any]) -> bool:
    """An array of turns without anything around it: words, a role that is known, and a time."""
    keys = {fold_header(str(key)) for key in item}
    role = next((item[key] for key in item if fold_header(str(key)) in FIELDS["role"]), None)
    timed = keys & {fold_header(key) for key in FIELDS["begin"]}
    return isinstance(role, str) and role_of(role) is not None and bool(timed) and "id" not in keys


def _is_bare_monologue(item: Mapping[str, Any]) -> bool:
    """An array of what speakers said, word by word (Happy Scribe)."""
    words = item.get("words")
    return "speaker" in item and isinstance(words, list) and bool(words) and isinstance(words[0], dict)


def _transcripts(
    items: Iterator[tuple[int, Any]], name: str, channel: Channel | None, given: Mapping[str, str] | None
) -> Found:
    for number, item in items:
        where = f"{name}:{number}"
        if isinstance(item, Rejected):
            yield item
        elif isinstance(item, dict):
            yield from_document(item, source=where, channel=channel, given=given)
        else:
            yield Rejected(source=where, reason="not a JSON object; each conversation must be one.")


def read_threads(
    items: Iterator[tuple[int | None, Any]],
    people: People | None = None,
    *,
    name: str,
    channel: Channel | None,
    given: Mapping[str, str] | None,
) -> Found:
    """The interactions of tickets with their messages, and one line for those in which no customer says anything.

    Args:
        items: tickets with their numbers; a :class:`Rejected` is passed on.
        people: who is listed beside them.
        name: of the file.
        channel: where everything took place, if known.
        given: role by folded name, which whoever sends the file says.
    """
    silent, first = 0, 0
    known = people or People()
    for number, item in items:
        where = f"{name}:{number}" if number is not None else name
        if isinstance(item, Rejected):
            yield item
        elif not isinstance(item, dict):
            yield Rejected(source=where, reason="not a JSON object; each ticket must be one.")
        elif (found := read_thread(item, source=where, channel=channel, people=known, given=given)) is not None:
            yield found
        else:
            silent, first = silent + 1, first or number or 0
    if silent:
        yield Rejected(
            source=f"{name}:{first}" if first else name,
            reason=f"{silent} ticket(s) from here on hold no word of a customer and were left out.",
            code="no_customer_words",
            parameters={"n": silent},
        )
