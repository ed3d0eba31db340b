"""Nested JSON as columns: every value under the path that leads to it, and what such a path means.

``{"attributes": {"body": …}, "reviewReply": {"comment": …}}`` gives ``attributes.body``, which is the customer's text,
and ``reviewReply.comment``, which is the company's and means nothing for a customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from voc.intake.cell_words import pattern_of, words_of
from voc.intake.column_names import FIELDS, fold_header, is_known_name

DEEPEST = 6
"""Levels of nested objects that are looked into; what lies deeper is kept as JSON, which is nobody's words."""

_COMPANY = frozenset(
    (
        *("reply", "replies", "developer", "owner", "merchant", "management", "business", "company", "admin", "agent"),
        *("assignee", "submitter", "staff", "seller", "vendor", "responder", "editor", "moderator", "organization"),
        *("group", "team", "brand", "operator", "answered", "assigned", "closed", "resolved"),
    )
)
_REPLIES = words_of(lambda words: words.replies)
_PERSON = words_of(lambda words: words.authors) | frozenset(
    (
        *(
            "user",
            "author",
            "customer",
            "requester",
            "reviewer",
            "consumer",
            "contact",
            "visitor",
            "respondent",
            "from",
        ),
        *("sender", "person", "profile", "client", "account", "commenter", "contacts", "participant"),
        *("identity", "buyer", "guest", "patient", "member", "caller", "reporter", "poster"),
    )
)
_THING = frozenset(
    (
        *("product", "page", "place", "location", "app", "item", "form", "survey", "campaign", "store", "project"),
        *(
            "links",
            "relationships",
            "entities",
            "attachments",
            "media",
            "metrics",
            "device",
            "meta",
            "quoted",
            "referenced",
        ),
        *("retweeted", "calculated", "edit", "image", "images", "photo", "photos", "video", "tags", "custom"),
        "satisfaction",
        *("thread", "threads", "shop", "channel", "workspace", "category", "parent", "geo", "subscription", "company"),
    )
)
_OF_A_PERSON = frozenset(("name", "first_name", "last_name", "email", "phone", "handle", "customer", "language"))
_OF_ITS_OWN = _OF_A_PERSON - {"language"} | {"id", "role", "own", "inbound"}
"""What is believed of an object of unknown meaning only where it wraps the record itself."""
_DATED_OTHERWISE = frozenset(("transaction", "order", "purchase", "event", "delivery", "appointment", "contract"))
"""Objects whose dates are not those of what was written about them."""
_WRAPPERS = frozenset(
    (
        *(
            "attributes",
            "data",
            "fields",
            "properties",
            "values",
            "node",
            "record",
            "tweet",
            "review",
            "comment",
            "post",
        ),
        *(
            "message",
            "ticket",
            "conversation",
            "response",
            "answer",
            "answers",
            "snippet",
            "source",
            "object",
            "content",
        ),
        *("case", "entry", "item", "feedback", "payload", "body", "toplevelcomment", "top", "level", "form", "core"),
        *("usercomment", "commentdata", "status", "statuses", "result", "label", "text", "hidden", "embedded"),
    )
)
"""Objects that only wrap a record: what stands in them is the record's own, its id too."""


_PLAIN_WRAPPERS = frozenset(
    ("form response", "user comment", "comments", "survey response", "comment data", "event data")
)
"""Names of two meanings that only wrap a record."""


def flattened(item: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a JSON object by dotted path, objects opened to :data:`DEEPEST` levels.

    A list of questions with their answers gives a column a question; an object that only holds its own value
    (``{"label": …}``, ``{"value": …}``) is that value.
    """
    flat: dict[str, Any] = {}
    _flatten(item, (), flat)
    return flat


def _flatten(item: Mapping[str, Any], path: tuple[str, ...], flat: dict[str, Any]) -> None:
    for key, value in item.items():
        inner = (*path, str(key))
        if key == "definition":
            continue  # the form, not what was filled into it
        if isinstance(value, dict):
            if (only := _only_value(value)) is not None:
                flat[".".join(inner)] = only
            elif all(name.isdigit() for name in value) and is_answers(item, list(value.values())):
                _flatten_list(item, list(value.values()), inner, flat)  # a form's fields by their numbers
            elif len(inner) < DEEPEST:
                _flatten(value, inner, flat)
            else:
                flat[".".join(inner)] = value
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            _flatten_list(item, value, inner, flat)
        else:
            flat[".".join(inner)] = value


_VALUE_KEYS = frozenset(
    ("label", "value", "rendered", "$t", "#text", "simpleText", "seconds", "nanos", "$date", "$oid")
)


def _only_value(value: Mapping[str, Any]) -> Any:
    """What an object holds that stands for one value: an RSS label, a protobuf moment, a MongoDB date."""
    if not value or not value.keys() <= _VALUE_KEYS | {"attributes", "type", "protected"}:
        return None
    return next((value[key] for key in value if key in _VALUE_KEYS and not isinstance(value[key], dict | list)), None)


def _flatten_list(item: Mapping[str, Any], listed: list[Any], path: tuple[str, ...], flat: dict[str, Any]) -> None:
    answered = dict(_answers(item, listed))
    if answered:
        for question, answer in answered.items():
            flat.setdefault(f"{path[0]}.{question}" if question in flat else question, answer)
        return
    objects = [one for one in listed if isinstance(one, dict)]
    apart = sum(len(one) for one in objects) == len({key for one in objects for key in one})
    if len(path) < DEEPEST and len(objects) == len(listed) and (len(objects) == 1 or apart):
        for one in objects:  # a list that holds one object, or each of its parts once
            _flatten(one, path, flat)
    else:
        flat[".".join(path)] = listed


# --- questions and answers ---------------------------------------------------------------------------------------

_QUESTION_KEYS = (
    "question",
    "heading",
    "title",
    "label",
    "prompt",
    "name",
    "field",
    "key",
    "question_text",
    "questiontext",
)
_ANSWER_KEYS = (
    *("answer", "value", "response", "simple_text", "text", "number", "email", "phone_number", "boolean", "date"),
    *("choice", "choices", "answers", "textAnswers", "url", "answer_text", "content"),
)
_BY_TYPE = {
    **dict.fromkeys(("long_text", "short_text", "textarea", "paragraph", "open_ended"), "verbatim"),
    **dict.fromkeys(("nps", "net_promoter_score"), "nps"),
    **dict.fromkeys(("rating", "stars", "star_rating"), "rating"),
    "csat": "csat",
    "email": "email",
    "phone_number": "phone",
}
"""Type of a question without a title → the header its answers get."""


_PARTS_OF_A_NAME = frozenset(("prefix", "first", "middle", "last", "suffix"))


def is_answers(item: Mapping[str, Any], listed: list[Any]) -> bool:
    """Whether a list holds what one person answered to several questions, rather than a record each."""
    entries = [one for one in listed if isinstance(one, dict)]
    asked = [one for one in entries if one.keys() & {"label", "question", "text", "heading", "field"} and "type" in one]
    return len(asked) == len(listed) > 1 and len(dict(_answers(item, listed))) > 1


def _answers(item: Mapping[str, Any], listed: list[Any]) -> Iterator[tuple[str, Any]]:
    """Question and answer of each entry of a survey's list; nothing for a list of anything else."""
    if any(isinstance(one, dict) and isinstance(one.get("questions"), list) for one in listed):
        for page in listed:
            if isinstance(page, dict) and isinstance(page.get("questions"), list):
                yield from _answers(item, page["questions"])
        return
    titles = _titles(item)
    for number, one in enumerate(listed, start=1):
        if not isinstance(one, dict):
            return
        question = _question(one, titles)
        answer = next((found for key in _ANSWER_KEYS if key in one and (found := _answer(one[key])) is not None), None)
        if question is None:
            return
        if answer is not None and not isinstance(answer, dict | list):
            yield question or f"question {number}", answer


def _titles(item: Mapping[str, Any]) -> dict[str, str]:
    """Question by id, where the record carries the definition of its form (Typeform)."""
    definition = item.get("definition")
    fields = definition.get("fields") if isinstance(definition, dict) else None
    return {
        str(one.get("id")): str(one.get("title"))
        for one in fields or ()
        if isinstance(one, dict) and one.get("id") and one.get("title")
    }


def _question(one: Mapping[str, Any], titles: Mapping[str, str]) -> str | None:
    """The question of an entry; ``None`` where it is no entry of a survey."""
    if "answer" in one and isinstance(one.get("text"), str) and one["text"]:
        return str(one["text"])
    for key in _QUESTION_KEYS:
        value = one.get(key)
        if isinstance(value, dict):
            title = value.get("title") or value.get("label") or value.get("text") or titles.get(str(value.get("id")))
            kind = str(value.get("type") or one.get("type") or "")
            return str(title or _BY_TYPE.get(kind) or value.get("ref") or value.get("id") or "")
        if isinstance(value, str) and value and any(other in one for other in _ANSWER_KEYS if other != key):
            return value
    if isinstance(one.get("answers"), list) and ("id" in one or "question_id" in one):
        return titles.get(str(one.get("id")), "")
    return None


def _answer(value: Any) -> Any:
    if isinstance(value, dict):
        for key in ("simple_text", "label", "labels", "text", "value", "answers", "title", "other"):
            if key in value and (found := _answer(value[key])) is not None:
                return found
        if value and value.keys() <= _PARTS_OF_A_NAME:
            return " ".join(str(part) for part in value.values() if part) or None
        return None
    if isinstance(value, list):
        parts = [found for one in value if (found := _answer(one)) is not None]
        return "; ".join(map(str, parts)) if parts else None
    return value if value != "" else None


# --- what a path means -------------------------------------------------------------------------------------------

_FIELD_OF = {name: field for field, names in reversed(FIELDS.items()) for name in names}


_NUMBERED = re.compile(r"^(?:Q#?\d{1,3}|\d{1,3})\s*[:.)\-–]\s+(?=\D)", re.IGNORECASE)
_ANSWER_MARK = re.compile(rf"\s*\((?:{pattern_of(lambda words: words.answer_marks)})\)$", re.IGNORECASE)
"""Survey tools number their questions (``Q#2: Why?``) and mark which column is the answer (``(Answer)``)."""


@lru_cache(maxsize=8192)
def meaning_of(header: str) -> str:
    """The folded name by which a column is recognised: of a path, the end of it that has a meaning where it stands.

    ``attributes.createdDate`` → ``created date``; ``author.name`` → ``author name``; ``user.created_at`` stays whole,
    for it is not the date of what the user wrote.
    """
    header = _NUMBERED.sub("", _ANSWER_MARK.sub("", header.strip())) or header
    whole = fold_header(header)
    if "." not in header.strip(".") or (is_known_name(whole) and whole != "account id"):
        return whole
    parts = [part for part in header.split(".") if part]
    for at in range(1, len(parts)):
        folded = [name for part in parts[:at] if (name := fold_header(part)) not in _PLAIN_WRAPPERS]
        around = {word for name in folded for word in name.split()}
        name = fold_header(" ".join(parts[at:]))
        if around & _COMPANY or not is_known_name(name):
            continue
        field = _FIELD_OF.get(name)
        if field == "date" and around & _DATED_OTHERWISE:
            continue
        if around & _PERSON:
            if field in _OF_A_PERSON and not around & _THING:
                return name
            continue
        if around & _THING or (field in _OF_ITS_OWN and not around <= _WRAPPERS):
            continue
        return name
    return f"{whole} of a path" if whole == "account id" else whole


@lru_cache(maxsize=8192)
def is_company_path(header: str) -> bool:
    """Whether a column holds what the company wrote: its reply, its comment."""
    words = {word for part in header.split(".") for word in fold_header(part).split()}
    return bool(words & (_COMPANY - {"company", "brand", "group", "team", "business", "agent", "owner"})) or (
        "." in header and bool(words & (_COMPANY | _REPLIES))
    )
