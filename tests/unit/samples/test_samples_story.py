"""``truth.json`` tells the truth: what was planted stands out, what was not does not, the numbers are as promised."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binomtest

from voc.topics.loading import load_taxonomy

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
LAST = "2026-W46"
BEFORE = ["2026-W42", "2026-W43", "2026-W44", "2026-W45"]
TOPICS = 40
"""About as many as the shipped taxonomy tests every week: what a false discovery rate has to survive."""


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def customers() -> dict[str, dict[str, str]]:
    with (SAMPLES / "customers.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["id_client"]: row for row in csv.DictReader(stream, delimiter=";")}


@pytest.fixture(scope="module")
def events() -> list[dict[str, str]]:
    return [json.loads(line) for line in (SAMPLES / "events.ndjson").read_text(encoding="utf-8").splitlines()]


def plant(truth: dict[str, Any], key: str) -> dict[str, Any]:
    return next(entry for entry in truth["planted"] if entry["key"] == key)


def rise_p(now: int, before: int, n_now: int, n_before: int) -> float:
    """Chance of at least this many now, were the share among all interactions unchanged (exact, conditional)."""
    return float(binomtest(now, now + before, n_now / (n_now + n_before), alternative="greater").pvalue)


def test_ten_weeks_four_hundred_customers_and_about_seven_hundred_interactions(
    truth: dict[str, Any], customers: dict[str, dict[str, str]]
) -> None:
    assert truth["weeks"][0] == "2026-W37"
    assert truth["weeks"][-1] == LAST
    assert len(truth["weeks"]) == 10
    assert len(customers) == 400
    assert 680 <= len(truth["interactions"]) <= 720
    assert truth["counts"]["interactions"] == len(truth["interactions"])


def test_all_seven_channels_speak_every_week(truth: dict[str, Any]) -> None:
    seen = {(entry["week"], entry["channel"]) for entry in truth["interactions"]}
    channels = {"call", "email", "social", "complaint", "survey", "review", "chat"}
    assert seen == {(week, channel) for week in truth["weeks"] for channel in channels}


def test_two_thirds_are_french(truth: dict[str, Any]) -> None:
    languages = Counter(entry["language"] for entry in truth["interactions"])
    assert languages["fr"] / languages.total() == pytest.approx(2 / 3, abs=0.03)
    assert set(languages) == {"fr", "en"}


def test_seven_in_ten_are_named_by_an_identifier(truth: dict[str, Any], customers: dict[str, dict[str, str]]) -> None:
    named = [entry for entry in truth["interactions"] if entry["customer_id"]]
    assert len(named) / len(truth["interactions"]) == pytest.approx(0.7, abs=0.02)
    assert {entry["customer_id"] for entry in named} <= customers.keys()


def test_no_two_interactions_share_an_id(truth: dict[str, Any]) -> None:
    ids = Counter((entry["channel"], entry["external_id"]) for entry in truth["interactions"])
    assert ids.most_common(1)[0][1] == 1


@pytest.mark.parametrize("key", ["double_charge", "outage_nantes", "store_part_dieu"])
def test_what_the_digest_should_find_is_plain_enough_to_be_found(truth: dict[str, Any], key: str) -> None:
    entry = plant(truth, key)
    assert entry["detected_by"] == "digest"
    weekly = Counter(entry["interactions_by_week"])
    background = {"double_charge": "billing", "outage_nantes": "outage", "store_part_dieu": "store"}[key]
    flat = dict(zip(truth["weeks"], truth["not_planted"]["background_by_week"][background], strict=True))
    # Even if it hid in its broad topic, among what is always said there.
    now = weekly[LAST] + flat[LAST]
    before = sum(weekly[week] + flat[week] for week in BEFORE)
    total = truth["counts"]["by_week"]
    p = rise_p(now, before, total[LAST], sum(total[week] for week in BEFORE))
    assert p * TOPICS / 3 < 0.05  # Benjamini-Hochberg, third of the planted rises


def test_the_double_charge_is_heard_on_four_channels(truth: dict[str, Any]) -> None:
    entry = plant(truth, "double_charge")
    assert set(entry["channels"]) == {"call", "email", "social", "complaint"}
    assert set(entry["interactions_by_week"]) == {"2026-W45", LAST}


def test_the_outage_is_in_nantes(truth: dict[str, Any], customers: dict[str, dict[str, str]]) -> None:
    mine = set(plant(truth, "outage_nantes")["interactions"])
    known = {entry["customer_id"] for entry in truth["interactions"] if entry["external_id"] in mine} - {None}
    assert len(known) >= 6
    assert {customers[one]["ville"] for one in known} == {"Nantes"}
    assert all(customers[one]["produit"].startswith("Fibre") for one in known)


def test_praise_for_the_shop_rises_week_by_week(truth: dict[str, Any]) -> None:
    weekly = plant(truth, "store_part_dieu")["interactions_by_week"]
    counts = [weekly.get(week, 0) for week in ("2026-W42", "2026-W43", "2026-W44", "2026-W45", LAST)]
    assert counts == sorted(set(counts))


def test_moving_with_fibre_is_frequent_unhappy_and_not_a_rise(
    truth: dict[str, Any], customers: dict[str, dict[str, str]]
) -> None:
    entry = plant(truth, "moving_fibre")
    weekly = [entry["interactions_by_week"][week] for week in truth["weeks"]]
    assert min(weekly) >= 5
    assert max(weekly) <= 8
    mine = [one for one in truth["interactions"] if one["plant"] == "moving_fibre"]
    assert sum(one["polarity"] in {"negative", "mixed"} for one in mine) / len(mine) > 0.75
    known = Counter(one["customer_id"] for one in mine if one["customer_id"])
    assert all(customers[one]["dernier déménagement"] for one in known)
    assert sum(n > 1 for n in known.values()) >= 8  # they come back


def test_everything_else_is_flat(truth: dict[str, Any]) -> None:
    """The likeliest invention of a digest: a topic that happened to be mentioned more in the last week."""
    totals = truth["counts"]["by_week"]
    n_now, n_before = totals[LAST], sum(totals[week] for week in BEFORE)
    for topic, counts in truth["not_planted"]["background_by_week"].items():
        by_week = dict(zip(truth["weeks"], counts, strict=True))
        before = sum(by_week[week] for week in BEFORE)
        assert abs(by_week[LAST] - before / 4) <= 2, topic
        assert rise_p(by_week[LAST], before, n_now, n_before) > 0.2, topic


def test_only_the_planted_customer_is_solicited_six_times_in_a_week(
    truth: dict[str, Any], events: list[dict[str, str]]
) -> None:
    weekly = Counter((event["customer_id"], datetime.fromisoformat(event["at"]).isocalendar()[:2]) for event in events)
    pressed = plant(truth, "contact_pressure")
    assert [key for key, n in weekly.items() if n > 2] == [(pressed["customer_id"], (2026, 44))]
    assert weekly[pressed["customer_id"], (2026, 44)] == 6 == len(pressed["events"])


def test_the_truth_names_topics_of_core_and_the_telecom_pack(truth: dict[str, Any]) -> None:
    known = {topic.id for topic in load_taxonomy(packs="telecom")}
    named = set(truth["taxonomy"].values()) | set(truth["not_planted"]["topics"])
    for entry in truth["planted"]:
        named |= {*entry["topics"], *entry.get("may_also_rise", ())}
    assert named <= known
