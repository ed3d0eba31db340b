"""Formats of help desks, survey tools, stores, networks, meeting tools and speech services, each read as what it is.

``tests/formats`` holds one small export each, in the shape its source (named in ``expected.json``) documents, with
people and words invented; ``expected.json`` says everything that must be read from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voc.intake import read
from voc.records import Interaction, Rejected

FORMATS = Path(__file__).resolve().parents[2] / "formats"
EXPECTED: dict[str, Any] = json.loads((FORMATS / "expected.json").read_text("utf-8"))
FIELDS = ("channel", "external_id", "thread_id", "occurred_at", "language", "text", "author", "nps", "rating", "csat")


def said(one: Interaction | Rejected) -> dict[str, Any]:
    """What was read, as ``expected.json`` writes it."""
    if isinstance(one, Rejected):
        return {"code": one.code}
    document = one.model_dump(mode="json")
    found = {name: document[name] for name in FIELDS if document[name] is not None}
    turns = [[t.participant_role, t.speaker, t.channel_tag, t.begin_ms, t.text] for t in one.turns]
    found |= {"turns": turns} if turns else {}
    return found | {"identifiers": [[item.type, item.value] for item in one.identifiers]}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_format_is_read_as_what_it_is(name: str) -> None:
    assert [said(one) for one in read(FORMATS / name)] == EXPECTED[name]["rows"]


def test_every_file_says_where_its_shape_is_from() -> None:
    assert {path.name for path in FORMATS.iterdir()} == {*EXPECTED, "expected.json"}
    assert all(len(one["source"]) > 15 for one in EXPECTED.values())
