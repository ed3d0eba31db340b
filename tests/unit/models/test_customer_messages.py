"""The messages that teach the heads of short texts: whole, labelled as the heads are, and parted in two."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from voc.analysers.intents.finding import INTENTS
from voc.analysers.sentiment.model import LABELS

SHEET = Path(__file__).resolve().parents[3] / "models" / "recipes" / "customer_messages.tsv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with SHEET.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_each_message_has_labels_that_the_heads_know(rows: list[dict[str, str]]) -> None:
    assert len(rows) > 2000
    for row in rows:
        assert row["text"].strip()
        assert row["sentiment"] in LABELS
        assert row["complaint"] in {"0", "1"}
        assert set(filter(None, row["intents"].split(","))) <= set(INTENTS)
        assert ("complain" in row["intents"].split(",")) == (row["complaint"] == "1")


def test_no_message_that_measures_is_one_that_teaches(rows: list[dict[str, str]]) -> None:
    parts = {part: {row["text"].casefold() for row in rows if row["part"] == part} for part in ("taught", "apart")}
    assert sum(map(len, parts.values())) == len(rows)
    assert not parts["taught"] & parts["apart"]
