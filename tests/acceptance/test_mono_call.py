"""`voc analyse` of a call on one channel: two people, with their roles, and every second accounted for."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from service import ROOT, voc

pytestmark = pytest.mark.acceptance


def test_a_mono_call_has_two_people(tmp_path: Path) -> None:
    done = voc("analyse", str(ROOT / "samples" / "calls" / "call-0007.ogg"), home=tmp_path / "home")
    (call,) = [json.loads(line) for line in done.stdout.splitlines()]
    roles = [turn["participant_role"] for turn in call["turns"]]
    assert set(roles) == {"agent", "customer"}
    assert roles[0] == "agent"
    assert sum(one != other for one, other in pairwise(roles)) >= 8, "they take turns"
    assert call["models"]["voices"].startswith("pyannote-segmentation@")
    conversation = call["conversation"]
    assert conversation["voices"] == 2
    assert conversation["overtalk_ms"] >= 0  # estimated, and said to be
    assert "overtalk" in {one["feature"] for one in call["skipped"]}
    parts = ("talk_ms", "overtalk_ms", "silence_ms", "other_ms")
    assert sum(conversation[part] for part in parts) == conversation["duration_ms"]
    assert len(conversation["sentiment_by_quarter"]["customer"]) == 4
