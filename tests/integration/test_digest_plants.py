"""What was planted in the samples, and nothing else: the digest against ``samples/truth.json``.

Twice: through the whole pipeline with the real models, as `voc demo` runs it; and with the topics the truth itself
gives, where nothing is left to recognition and every plant has to be found.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from voc.insights.contexts import contexts
from voc.insights.digest import build
from voc.insights.drilldown import from_href
from voc.insights.render import render
from voc.records import (
    Analysis,
    Aspect,
    Channel,
    Customer,
    Digest,
    DigestItem,
    Interaction,
    Link,
    Sentiment,
    TopicMention,
    interaction_id,
)
from voc.resources import resource
from voc.settings import Settings
from voc.store import Filters, Store, open_store
from voc.store.analyses import Analysed

# The demonstration transcribes and analyses everything; a busy machine takes its time over it.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

WEEK = "2026-W46"
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
TRUTH: dict[str, Any] = json.loads(resource("samples", "truth.json").read_text(encoding="utf-8"))
PLANTS = {one["key"]: one for one in TRUTH["planted"] if one["detected_by"] == "digest" and one.get("week") == WEEK}
ALLOWED = {topic for one in PLANTS.values() for topic in (*one["topics"], *one.get("may_also_rise", ()))}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    """The store that ``voc demo --no-serve`` leaves, and what it printed."""
    home = tmp_path_factory.mktemp("demo") / "home"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VOC_")}
    if "VOC_MODELS_DIR" in os.environ:
        environment["VOC_MODELS_DIR"] = os.environ["VOC_MODELS_DIR"]
    done = subprocess.run(
        [sys.executable, "-m", "voc", "demo", "--no-serve"],
        cwd=home.parent,
        env=environment | {"VOC_HOME": str(home), "VOC_UI_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=1700,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    store = open_store(Settings(home=home))
    yield store, done.stdout
    store.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The sample interactions with the topic, polarity and customer that the truth gives each of them."""
    folder = tmp_path_factory.mktemp("truth")
    store = Store(f"sqlite:///{folder / 'voc.db'}", str(folder / "blobs"))
    with resource("samples", "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    store.customers.save(
        [
            Customer(
                id=row["id_client"],
                city=row["ville"],
                segment=row["segment"],
                attributes={name: row[name] for name in ("produit", "dernier déménagement")},
            )
            for row in rows
        ],
        now=NOW,
    )
    known = {row["id_client"] for row in rows}
    planted = {one["key"]: one["topics"][0] for one in TRUTH["planted"]}
    interactions, results, links = [], [], []
    for number, row in enumerate(TRUTH["interactions"]):
        channel = Channel(row["channel"])
        ident = interaction_id(channel, external_id=row["external_id"] or str(number), content_hash="")
        year, week = row["week"].split("-W")
        at = datetime.fromisocalendar(int(year), int(week), 1 + number % 7).replace(hour=12, tzinfo=UTC)
        text = f"sample {number}"
        topic = planted.get(row["plant"] or "", TRUTH["taxonomy"].get(row["topic"]))
        score = {"negative": -0.7, "positive": 0.7}.get(row["polarity"] or "", 0.0)
        interactions.append(
            Interaction(
                id=ident, channel=channel, source=row["source"], content_hash=ident, occurred_at=at, text=text,
                external_id=row["external_id"] or str(number),
            )
        )  # fmt: skip
        label = "negative" if score < 0 else "positive" if score > 0 else "neutral"
        analysis = Analysis(
            id=ident, channel=channel, source=row["source"], language=row["language"], text=text, redacted_text=text,
            sentiment=Sentiment(label=label, score=score),
            topics=(TopicMention(id=topic, label=topic, score=1.0, begin=0, end=len(text)),) if topic else (),
            aspects=(Aspect(topic=topic, sentiment=score, begin=0, end=len(text), text=text),) if topic else (),
        )  # fmt: skip
        results.append(Analysed(analysis, None))
        customer = row["customer_id"] if row["customer_id"] in known else None
        links.append(
            Link(interaction_id=ident, customer_id=customer, method="exact_identifier" if customer else "none")
        )
    store.interactions.add(interactions, upload_id=None, work_id="w", received_at=NOW)
    store.findings.save_analyses(results, links, now=NOW)
    yield store
    store.close()


@pytest.fixture(scope="module", params=["demonstration", "told"])
def store(request: pytest.FixtureRequest) -> Store:
    found = request.getfixturevalue(request.param)
    return found[0] if isinstance(found, tuple) else found


@pytest.fixture(scope="module")
def digest(store: Store) -> Digest:
    return build(store, WEEK, now=NOW)


def item_of(digest: Digest, key: str) -> DigestItem:
    topics = PLANTS[key]["topics"]
    found = [one for one in digest.rises if one.topic in topics]
    assert found, f"{key} ({', '.join(topics)}) is not among {[one.key for one in digest.rises]}"
    return found[0]


@pytest.mark.parametrize("key", PLANTS)
def test_every_plant_of_the_week_is_found(digest: Digest, key: str) -> None:
    found = item_of(digest, key)
    assert found.extra.q_value <= 0.05
    assert found.extra.ratio_low is None or found.extra.ratio_low > 1


def test_nothing_else_is_reported(digest: Digest) -> None:
    assert {one.topic for one in digest.rises} <= ALLOWED
    assert not digest.falls
    innocent = set(TRUTH["not_planted"]["topics"]) - ALLOWED
    assert not innocent & {one.topic for one in (*digest.rises, *digest.falls)}


def test_the_double_charge_is_seen_on_several_channels(digest: Digest) -> None:
    found = item_of(digest, "double_charge")
    assert set(found.extra.corroborated_by) <= set(PLANTS["double_charge"]["channels"])
    assert len(found.extra.corroborated_by) >= 3


def test_the_outage_is_in_nantes(store: Store, digest: Digest) -> None:
    found = item_of(digest, "outage_nantes")
    assert list(found.breakdown["city"]) == ["Nantes"]
    (place,) = [one for one in found.extra.concentration if one.dimension == "city"]
    assert store.interactions.count(from_href(place.href)) == place.n


def test_the_shop_is_praised(digest: Digest) -> None:
    assert item_of(digest, "store_part_dieu").extra.tone == "praise"


def test_every_figure_opens_its_interactions(store: Store, digest: Digest) -> None:
    for one in digest.rises:
        assert one.href is not None
        assert store.interactions.count(from_href(one.href)) == one.n
        assert sum(one.channels.values()) == one.n
        for week in one.extra.weeks:
            assert store.interactions.count(from_href(week.href)) == week.n


@pytest.mark.parametrize("week", ["2026-W41", "2026-W42", "2026-W43"])
def test_quiet_weeks_have_nothing_to_report(store: Store, week: str) -> None:
    digest = build(store, week, now=NOW)
    assert not digest.rises
    assert not digest.falls


def test_contexts_find_who_moved_house_and_come_back_dissatisfied(store: Store) -> None:
    """A place where dissatisfaction concentrates, every week alike: no digest of changes can see it."""
    (found,) = [one for one in contexts(store).contexts if one.subject == "contract.moving"]
    assert [(one.dimension, one.value) for one in found.circumstances] == [("dernier déménagement", "last_3_months")]
    assert found.adjusted <= 0.05
    assert found.lift_interval.low > 3
    assert found.sentiments["negative"].share is not None
    assert found.sentiments["negative"].share > 0.5
    assert store.interactions.count(from_href(found.href)) == found.n


def test_contexts_of_the_week_place_the_outage_in_nantes(store: Store) -> None:
    (found,) = [one for one in contexts(store, Filters(week=WEEK)).contexts if one.subject == "internet.outage"]
    assert [(one.dimension, one.value) for one in found.circumstances] == [("city", "Nantes")]


def test_quotes_come_from_several_channels_and_name_nobody(demonstration: tuple[Store, str]) -> None:
    store, _ = demonstration
    for one in build(store, WEEK, now=NOW).rises:
        assert len({quote.channel for quote in one.quotes}) >= 2
        for quote in one.quotes:
            assert quote.href.startswith(f"/interactions/{quote.interaction_id}")
            analysis = store.findings.analysis(quote.interaction_id)
            assert analysis is not None
            assert analysis.redacted_text is not None
            # What is quoted stands, masks and all, in the redacted text.
            said = " ".join(analysis.redacted_text.split())
            assert quote.text.removesuffix(" …") in said


def test_the_demonstration_prints_the_findings(demonstration: tuple[Store, str]) -> None:
    store, printed = demonstration
    expected = render(build(store, WEEK, now=NOW), format="text", language="en")
    for line in expected.splitlines():
        if line.startswith("* "):
            assert line in printed
