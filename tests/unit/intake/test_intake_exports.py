"""Exports as people really have them: each folder of ``tests/exports`` is one, with what is right beside it.

They are rebuilt from public documentation, public code or public bug reports (``source.txt`` of each), with the people
replaced. ``expected.json`` says how many interactions there are and what each must hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from voc.intake import read_all
from voc.records import Interaction, Rejected

EXPORTS = Path(__file__).resolve().parents[2] / "exports"
CASES = sorted(path.parent for path in EXPORTS.glob("*/expected.json"))
PAIRS = sorted(path.parent for path in EXPORTS.glob("*/pair.json"))


def found_in(case: Path, files: list[str]) -> tuple[list[Interaction], list[Rejected]]:
    found = list(read_all([case / name for name in files]))
    return (
        [one for one in found if isinstance(one, Interaction)],
        [one for one in found if isinstance(one, Rejected)],
    )


def differences(want: dict[str, Any], one: Interaction) -> Iterator[str]:
    """What of the expectation an interaction does not hold."""
    words = "\n".join([one.subject or "", one.text or "", *(turn.text for turn in one.turns)])
    values = {item.value.lower() for item in one.identifiers} | {(one.author or "").lower()}
    exact = {
        "channel": str(one.channel),
        "rating": one.rating,
        "nps": one.nps,
        "csat": one.csat,
        "external_id": one.external_id,
        "language_given": one.language,
        "turns": [[turn.participant_role, turn.text] for turn in one.turns],
        "turns_text": [turn.text for turn in one.turns],
        "begins": [turn.begin_ms for turn in one.turns],
    }
    for key, got in exact.items():
        if key in want and want[key] != got:
            yield f"{key}: wanted {want[key]!r}, got {got!r}"
    if "text" in want and (one.text or "") != (want["text"] or ""):
        yield f"text: wanted {want['text']!r}, got {one.text!r}"
    if "date" in want and not (one.occurred_at and one.occurred_at.isoformat().startswith(want["date"])):
        yield f"date: wanted {want['date']}, got {one.occurred_at}"
    yield from (f"words: wanted {part!r}" for part in want.get("has", []) if part not in words)
    yield from (f"words hold {part!r}" for part in want.get("hasnot", []) if part in words)
    for key in ("emails", "handles", "phones", "names"):
        yield from (f"{key}: wanted {value!r}" for value in want.get(key, []) if value.lower() not in values)
    if "author" in want and want["author"].lower() not in values:
        yield f"author: wanted {want['author']!r}, got {one.author!r}"
    if "noid" in want and any(want["noid"] in value for value in values):
        yield f"identifier {want['noid']!r}"
    told_apart = {(turn.participant_role, turn.channel_tag, turn.speaker) for turn in one.turns}
    if len(told_apart) < want.get("speakers", 0):
        yield "speakers are not kept apart"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_is_read_as_what_it_is(case: Path) -> None:
    spec = json.loads((case / "expected.json").read_text("utf-8"))
    interactions, said = found_in(case, spec["files"])
    assert len(interactions) == spec["count"], said
    wrong = [
        f"row {number}: {difference}"
        for number, (want, one) in enumerate(zip(spec["rows"], interactions, strict=False), start=1)
        for difference in differences(want, one)
    ]
    assert wrong == []
    if spec["error"] and not interactions:
        reasons = " ".join(one.reason for one in said)
        assert spec["error"].split(" (")[0] in reasons


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case.name)
def test_an_export_that_comes_again_is_the_same(case: Path) -> None:
    pair = json.loads((case / "pair.json").read_text("utf-8"))
    first, _ = found_in(case, [f"1/{pair['first']}"])
    second, _ = found_in(case, [f"2/{pair['second']}"])
    assert len({one.id for one in second} - {one.id for one in first}) == pair["new"]
    known = {one.id: one.content_hash for one in first}
    assert [one.id for one in second if known.get(one.id, one.content_hash) != one.content_hash] == []
