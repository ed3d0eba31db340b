"""Real exports, in French and English: every one reads, and its text column is found without being told."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest

from voc.intake import read
from voc.intake.file_type import sniff
from voc.intake.mapping import guess
from voc.intake.table_opening import open_table
from voc.records import Interaction

ROWS = 200

EXPECTED_CHANNELS = {
    "airline_tweets_en": "social",
    "emodift_fr": "social",
    "free_tweets_fr": "social",
    "insurance_reviews_fr": "review",
    "melusine_emails_fr": "email",
    "playstore_reviews_fr": "review",
    "tripadvisor_lyon_restaurants_fr": "review",
    "trustpilot_certideal_fr": "review",
    "trustpilot_hellofresh_fr": "review",
    "twcs_spotify_en": "social",
}


@pytest.fixture(scope="module")
def text_sets(shared_data: Path) -> dict[str, str]:
    """Path of each set below the text folder → the text column its index states."""
    index = shared_data / "text" / "index.csv"
    if not index.exists():
        pytest.skip(f"no {index}")
    with index.open(newline="") as file:
        return {row["path"]: row["text_column"] for row in csv.DictReader(file)}


@pytest.mark.slow
def test_text_columns_are_found(text_sets: dict[str, str], shared_data: Path) -> None:
    wrong = []
    for relative, stated in text_sets.items():
        path = shared_data / "text" / relative
        table = open_table(path, sniff(path), name=path.name)
        columns = guess(table)
        found = [table.columns[index] for index in columns.fields.get("text", ())]
        if not set(found) & set(re.split(r"\s*[|+,]\s*", stated)) and found != [stated]:
            wrong.append((relative, stated, found))
    assert wrong == []


@pytest.mark.slow
def test_every_set_reads(text_sets: dict[str, str], shared_data: Path) -> None:
    for relative in text_sets:
        path = shared_data / "text" / relative
        found = list(itertools.islice(read(path), ROWS))
        read_in = [item for item in found if isinstance(item, Interaction)]
        assert len(read_in) >= min(ROWS, len(found)) * 0.95, relative
        assert any(item.text for item in read_in), relative
        expected = EXPECTED_CHANNELS.get(relative.split("/")[0])
        if expected:
            assert {item.channel.value for item in read_in} == {expected}, relative
