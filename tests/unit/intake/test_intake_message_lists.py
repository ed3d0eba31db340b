"""Messages of conversations in one list: joined to whom they belong to, told from what customers alone wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voc.intake import message_lists, read
from voc.intake.message_lists import is_message_list, threads_of
from voc.records import Interaction


def message(conversation: str, who: str, text: str, minute: int) -> dict[str, Any]:
    return {
        "conversation_id": conversation,
        "actor_type": who,
        "text": text,
        "created_at": f"2026-11-03T10:{minute:02}:00Z",
    }


MIXED = [
    message("a", "user", "Ma box est en panne", 1),
    message("b", "user", "Ma facture est fausse", 2),
    message("a", "agent", "Je regarde", 3),
    message("b", "agent", "Je la corrige", 4),
    message("a", "user", "Merci", 5),
]


def interactions(path: Path) -> list[Interaction]:
    return [one for one in read(path) if isinstance(one, Interaction)]


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_messages_of_two_conversations_that_alternate_become_two_interactions(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"messages.{kind}"
    lines = "\n".join(json.dumps(one) for one in MIXED)
    path.write_text(lines if kind == "ndjson" else json.dumps(MIXED), "utf-8")
    found = interactions(path)
    assert [one.external_id for one in found] == ["a", "b"]
    assert [[turn.participant_role for turn in one.turns] for one in found] == [
        ["customer", "agent", "customer"],
        ["customer", "agent"],
    ]


def test_what_customers_alone_wrote_is_an_interaction_each() -> None:
    assert not is_message_list([one for one in MIXED if one["actor_type"] == "user"])


def test_messages_that_name_no_conversation_are_not_joined() -> None:
    assert not is_message_list([{k: v for k, v in one.items() if k != "conversation_id"} for one in MIXED])


def test_posts_of_a_thread_have_no_sides_and_are_not_joined() -> None:
    posts = [{"conversation_id": "1", "author_id": str(n), "text": "Panne", "created_at": "2026-11-03"} for n in (1, 2)]
    assert not is_message_list(posts)


def test_of_more_messages_than_are_held_the_oldest_conversation_is_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_lists, "HELD", 4)
    found = list(threads_of(iter(enumerate(MIXED, start=1))))
    assert [(number, ticket["id"], len(ticket["messages"])) for number, ticket in found] == [
        (2, "b", 2),
        (1, "a", 3),
    ]


def test_what_a_nameless_agent_wrote_is_not_the_customers(tmp_path: Path) -> None:
    ticket = {
        "id": 53,
        "customer": "claire@example.com",
        "state": "open",
        "articles": [
            {"sender": "Customer", "internal": False, "body": "Ma box ne démarre plus.", "created_at": "2026-11-03"},
            {"sender": "Agent", "internal": False, "body": "Nous en envoyons une.", "created_at": "2026-11-04"},
        ],
    }
    path = tmp_path / "ticket.json"
    path.write_text(json.dumps(ticket), "utf-8")
    (found,) = interactions(path)
    assert [turn.participant_role for turn in found.turns] == ["customer", "agent"]
