"""A metric from a package voc knows nothing of is asked for, drawn and watched like those voc comes with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_seed import set_clock
from fastapi import FastAPI
from foreign_packages import lay_beside
from reviewed_weeks import MONDAY, fill
from starlette.testclient import TestClient

from voc.errors import SettingsError
from voc.insights.drilldown import from_href
from voc.insights.metrics import metrics, registry, value
from voc.pipeline.alerts import look_at_alerts
from voc.store import Filters, Store

HTML = {"accept": "text/html"}
PACKAGE = '''
"""How many contacts belong to nobody known."""

from voc.insights.drilldown import href
from voc.insights.drilldown import from_href
from voc.insights.metrics import Metric
from voc.insights.statistics import wilson
from voc.records.metrics import MetricValue


def anonymous(store, cell, here):
    nobody = here.model_copy(update={"customer": "none"})
    k = store.interactions.count(nobody)
    return MetricValue(value=k / cell.n if cell.n else None, n=cell.n, interval=wilson(k, cell.n), href=href(nobody))


ANONYMOUS = Metric(
    "anonymous", "share", anonymous, {"fr": "part d'inconnus", "en": "share of strangers"}, by_group=True
)
TWICE = Metric("volume", "count", anonymous)
ODDLY = Metric("oddly", "share", anonymous, divides_by=("sentimant",))
SIGNALS = Metric("signals", "share", anonymous, divides_by=("signals",))


def leaving(store, cell, here):
    those = here.signalled("intent", "cancel")
    k = store.interactions.count(those)
    return MetricValue(value=k / cell.n if cell.n else None, n=cell.n, interval=wilson(k, cell.n), href=href(those))


LEAVING = Metric("leaving", "share", leaving, by_group=True, divides_by=("intent", "customer"))
'''


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "voc_strangers.py").write_text(PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    yield folder
    monkeypatch.undo()
    sys.modules.pop("voc_strangers", None)
    registry.forget()


@pytest.fixture
def brought(beside: Path) -> None:
    lay_beside(beside, "voc-strangers", {"voc.metrics": {"anonymous": "voc_strangers:ANONYMOUS"}})
    registry.forget()


@pytest.fixture
def filled(app: FastAPI, store: Store) -> Store:
    fill(store)
    set_clock(app, MONDAY)
    return store


def test_it_is_asked_for_over_http_and_opens_what_it_counts(
    app: FastAPI, client: TestClient, filled: Store, brought: None
) -> None:
    found = client.get("/v1/insights/metrics/anonymous?by=channel").json()
    everybody, strangers = (filled.interactions.count(Filters(customer=one)) for one in (None, "none"))
    assert (found["metric"], found["unit"], found["overall"]["n"]) == ("anonymous", "share", everybody)
    assert round(found["overall"]["value"] * found["overall"]["n"]) == strangers > 0
    for one in found["figures"]:
        assert filled.interactions.count(from_href(one["href"])) == round(one["value"] * one["n"])
    refused = client.get("/v1/insights/metrics/anonimous")
    assert refused.status_code == 422
    assert "Did you mean anonymous?" in refused.text
    app.openapi_schema = None  # as after the start that found the package
    described = client.get("/openapi.json").json()
    app.openapi_schema = None
    (name,) = [
        one
        for one in described["paths"]["/v1/insights/metrics/{metric}"]["get"]["parameters"]
        if one["name"] == "metric"
    ]
    assert name["schema"]["enum"] == list(metrics())
    assert "anonymous" in name["schema"]["enum"]


@pytest.mark.parametrize(("language", "called"), [("fr", "part d&#39;inconnus"), ("en", "share of strangers")])
def test_it_is_drawn_in_the_readers_words(
    client: TestClient, filled: Store, brought: None, language: str, called: str
) -> None:
    page = client.get("/explore?metric=anonymous&by=channel", headers=HTML | {"accept-language": language})
    assert page.status_code == 200
    assert called in page.text
    assert called in client.get("/alerts", headers=HTML | {"accept-language": language}).text


def test_it_rings_and_leaves_other_alerts_alone_when_its_package_is_gone(
    client: TestClient, filled: Store, brought: None, beside: Path
) -> None:
    wish = {"name": "Strangers", "metric": "anonymous", "threshold": 0.0, "period": "week", "least_n": 1}
    made = client.post("/v1/alerts", json=wish)
    assert made.status_code == 201, made.text
    (fired,) = look_at_alerts(filled, now=MONDAY)
    assert (fired.metric, fired.titles["en"].startswith("Strangers: share of strangers")) == ("anonymous", True)
    client.post("/v1/alerts", json=wish | {"name": "Any", "metric": "volume"})
    for one in (beside / "voc_strangers-1.0.dist-info").iterdir():
        one.unlink()
    (beside / "voc_strangers-1.0.dist-info").rmdir()
    registry.forget()
    page = client.get("/alerts", headers=HTML)
    assert page.status_code == 200
    assert "Strangers" in page.text
    assert client.post("/v1/alerts", json=wish).json()["code"] == "no_such_metric"


def test_one_that_takes_the_name_of_another_is_named(beside: Path) -> None:
    lay_beside(beside, "voc-strangers", {"voc.metrics": {"again": "voc_strangers:TWICE"}})
    registry.forget()
    with pytest.raises(SettingsError, match="metric called volume already; rename that of voc_strangers:TWICE"):
        metrics()


def test_what_is_no_metric_is_refused(beside: Path) -> None:
    lay_beside(beside, "voc-strangers", {"voc.metrics": {"odd": "voc_strangers:anonymous"}})
    registry.forget()
    with pytest.raises(SettingsError, match=r"the metric odd .* is no voc\.insights\.metrics\.Metric"):
        metrics()


@pytest.mark.parametrize(
    ("name", "says"), [("ODDLY", "'sentimant', .* Did you mean sentiment"), ("SIGNALS", "'signals'")]
)
def test_one_that_divides_by_what_is_no_filter_is_named(beside: Path, name: str, says: str) -> None:
    lay_beside(beside, "voc-strangers", {"voc.metrics": {"odd": f"voc_strangers:{name}"}})
    registry.forget()
    with pytest.raises(SettingsError, match=rf"\(voc_strangers:{name}\) divides by {says}"):
        metrics()


def test_one_may_divide_by_a_kind_of_signal(beside: Path, filled: Store) -> None:
    lay_beside(beside, "voc-strangers", {"voc.metrics": {"leaving": "voc_strangers:LEAVING"}})
    registry.forget()
    overall = value(filled, "leaving", Filters())
    assert filled.interactions.count(from_href(str(overall.href))) == round((overall.value or 0) * overall.n)
    assert value(filled, "leaving", Filters(intent="any", customer="none")) == overall
