"""An erasure reaches what people keep of their looking, and what sources left on the disk, however it is written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from erased_person import CUSTOMERS, EMAIL, FIRST, ID, LAST, MOBILE, NAME, scan
from makers import a_customer, an_interaction, understood

from voc.pipeline import import_customers
from voc.pipeline.erasing import erase_customers
from voc.pipeline.export_writing import write_due
from voc.pipeline.retention import run_retention
from voc.pipeline.source_runs import folder_of_staging
from voc.privacy.personal_data_matcher import Traces
from voc.records import Rejected
from voc.service import alerts, annotations, exports, handover, mappings, sources, subscriptions, views
from voc.service.actor import COMMAND_LINE
from voc.service.alerts import AlertWish, TargetWish
from voc.service.context import Service
from voc.service.pipeline import QueuedPipeline
from voc.service.sources import NewSource
from voc.service.subscriptions import SubscriptionWish
from voc.service.uploads import SentFile
from voc.settings import Settings
from voc.store import Store

NOW = datetime.now(UTC)
GONE = Rejected(source="old.wav", reason="does not answer.", code="source_unreachable")
ENCODED = (quote(NAME), urlencode({"q": NAME}), quote(EMAIL, safe=""), quote(LAST), quote(FIRST))


@pytest.fixture
def service(store: Store, settings: Settings, tmp_path: Path) -> Iterator[Service]:
    base = tmp_path / "base.csv"
    base.write_text(CUSTOMERS, encoding="utf-8")
    import_customers(store, base)
    understood(store, an_interaction(1, text="Bonjour"), customer=ID)
    with closing(QueuedPipeline(store, settings)) as pipeline:
        yield Service(store, settings, pipeline)


def left_in(home: Path) -> dict[str, Any]:
    """Files that still lead to the person, as plain words or as an address writes them."""
    found: dict[str, Any] = dict(scan(home))
    for path in home.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if traces := [one for one in ENCODED if one.encode() in data]:
            found[str(path.relative_to(home))] = traces
    return found


def test_nothing_people_keep_and_nothing_that_left_names_the_person_any_more(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_SOURCE_HOOK", "s3cret")
    who = COMMAND_LINE
    for path, query in (
        ("/customers", {"q": NAME}),
        ("/customers", {"q": EMAIL}),
        ("/interactions", {"q": f"{LAST} {FIRST}"}),
        ("/interactions", {"customer": ID}),
    ):
        views.save(service, who, name=f"Mme {LAST} {query}"[:80], path=path, query=urlencode(query), shared=True)
    rule, _ = alerts.create(
        service,
        who,
        AlertWish(name=NAME, kind="words", words=f"{NAME}, {EMAIL}", targets=[TargetWish("mail", EMAIL)],
                  query=urlencode({"source": NAME})),
    )  # fmt: skip
    alerts.try_out(service, who, rule.id)
    monkeypatch.setattr(QueuedPipeline, "mask", lambda _, text: text)  # where masking missed it
    annotations.add(service, who, day=date(2026, 11, 9), text=f"{NAME} a appelé")
    subscriptions.create(service, who, SubscriptionWish(name=NAME, kind="mail", target=EMAIL))
    exports.ask(service, who, table="interactions", form="csv", query=urlencode({"source": NAME}))
    exports.ask(service, who, table="interactions", form="ndjson", query=urlencode({"customer": ID}))
    [done, other] = write_due(service.store)
    assert {done.state, other.state} == {"done"}
    table = SentFile(filename=f"{LAST}.csv", stream=io.BytesIO(CUSTOMERS.encode()))
    mappings.save(service, who, "Base", table, mapping={"text": "remarque"})
    handover.share(service, who, "2026-W46")
    hook = sources.add(
        service, who,
        NewSource("webhook", "Standard", options={"recording": "url"}, secrets={"secret": "env:VOC_SOURCE_HOOK"}),
    )  # fmt: skip
    told = {"url": f"https://pbx.example/{quote(NAME)}.wav", "call": {"from": MOBILE, "name": NAME}}
    service.store.source_items.wait(hook.id, "k1", name=f"{quote(EMAIL)}.wav", locator=told, now=NOW)
    service.store.sources.advance(hook.id, {"page": f"https://pbx.example/?{urlencode({'after': EMAIL})}"})
    stale = folder_of_staging(settings) / hook.id / "tmp1"
    stale.mkdir(parents=True)
    (stale / "call.wav").write_bytes(b"RIFF")
    (stale / "call.json").write_text(json.dumps({"name": NAME}), encoding="utf-8")
    assert left_in(settings.home)

    erase_customers(service.store, settings, [ID], actor="test")

    assert left_in(settings.home) == {}
    assert not list(folder_of_staging(settings).rglob("*.wav"))


def test_what_a_run_under_way_has_fetched_is_looked_through(
    service: Service, settings: Settings, run_source: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    run_source("folder", {"path": str(tmp_path / "in")})
    run = service.store.source_runs.ask("folder", asked_by="test", now=NOW + timedelta(seconds=5))
    assert run is not None
    service.store.source_runs.start(run.id, now=NOW)
    staged = folder_of_staging(settings) / "folder" / "tmp1"
    staged.mkdir(parents=True)
    (staged / "theirs.json").write_text(json.dumps({"from": EMAIL}))
    (staged / "others.json").write_text(json.dumps({"from": "gaston@example.com"}))
    erase_customers(service.store, settings, [ID], actor="test")
    assert [one.name for one in staged.iterdir()] == ["others.json"]


@pytest.mark.parametrize(
    "written",
    [quote(NAME), urlencode({"q": NAME}), f"to={quote(EMAIL, safe='')}&x=1", quote(f"{LAST} {FIRST}"), quote(MOBILE),
     "Z%c3%a9phyrine+Quatrebarbes"],
)  # fmt: skip
def test_what_an_address_writes_is_masked_in_its_place(written: str) -> None:
    """What of an address stands for the person becomes blocks; what stands beside it keeps its place."""
    customer = a_customer(ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,), emails=(EMAIL,))
    traces = Traces(customer)
    text = f"/customers?sort=name&{written}&limit=9%25+%FF+é"
    blotted = traces.blotted(text)
    assert traces.within(text)
    assert not traces.within(blotted)
    assert len(blotted) == len(text)
    assert blotted.startswith("/customers?sort=name&")
    assert blotted.endswith("&limit=9%25+%FF+é")


def test_an_address_of_somebody_else_stays_as_it_is() -> None:
    text = "q=Gaston+Quinquempoix&to=gaston%40example.com&%E0%A4%A"
    assert Traces(a_customer(ID, name=NAME, emails=(EMAIL,))).blotted(text) == text


def test_a_quarantine_forgets_whom_it_held_when_its_days_are_over(
    service: Service, settings: Settings, run_source: Callable[..., Any], tmp_path: Path
) -> None:
    """A recording that could not be fetched kept its caller's number for ever; that it came is still known."""
    (tmp_path / "in").mkdir()
    run_source("folder", {"path": str(tmp_path / "in")})
    items, told = service.store.source_items, {"call": {"from": MOBILE}}
    for key, days in (("old", 40), ("new", 2)):
        when = NOW - timedelta(days=days)
        items.wait("folder", key, name=f"{key}.wav", locator=told, now=when, problem=GONE, refused=True)
    chosen = settings.model_copy(update={"retention_uploads": 30})
    assert run_retention(service.store, chosen, actor="test", dry_run=True).source_items == 1
    assert run_retention(service.store, chosen, actor="test").source_items == 1
    old, new = items.of("folder", ("refused",))
    assert (old.name, old.locator, old.reason) == (None, None, None)
    assert (new.name, new.locator) == ("new.wav", told)
    assert items.known("folder", ["old", "new"]) == {"old", "new"}
    assert run_retention(service.store, chosen, actor="test").source_items == 0
    assert run_retention(service.store, settings, actor="test").source_items == 0
    assert items.try_again("folder", [old.id], now=NOW) == 1  # and whoever tries all again stops no run
    assert run_source("folder", {}).status == "done"
    again = items.get("folder", old.id)
    assert again is not None
    assert (again.status, again.code) == ("refused", "source_gone")
