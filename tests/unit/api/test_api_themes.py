"""Themes, what emerges and who says it, over HTTP and on the pages."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from api_seed import NOW
from makers import a_vector, an_interaction, understood
from starlette.testclient import TestClient

from api.pages.themes import HEIGHT, WIDTH, dots
from voc.insights.themes import themes
from voc.records import Interval
from voc.records.themes import Theme, ThemeRun, ThemeWord
from voc.store import Filters, Store
from voc.store.themes import ReadClause

HTML = {"accept": "text/html", "accept-language": "en"}
METER, PARKING = "theme_meter00001", "theme_parking001"
CLAUSES = {METER: "le compteur communicant posé sans accord", PARKING: "le parking de la clinique est trop petit"}


def a_theme(theme_id: str, name: str, **fields: object) -> Theme:
    given = {
        "labels": {"fr": name, "en": f"{name} (en)"},
        "words": (ThemeWord(text=name.lower(), language="fr", weight=1.0, n=6, forms=(name.lower(),)),),
        "group": METER,
        "floor": 0.5,
        "created_at": NOW,
    }
    return Theme(id=theme_id, **(given | fields))  # type: ignore[arg-type]


@pytest.fixture
def known(store: Store, ids: dict[str, str]) -> Store:
    """A store with a run that found two themes in six and in three messages."""
    assert ids
    placed: dict[int, tuple[str | None, float | None]] = {}
    for number in range(9):
        theme_id = METER if number < 6 else PARKING
        own = " ".join(f"{chr(97 + number)}{chr(97 + step)}{chr(97 + number)}" for step in range(9))
        text = f"{own} {CLAUSES[theme_id]}"
        one = understood(
            store, an_interaction(900 + number, text=text, occurred_at=NOW - timedelta(days=2, hours=20 - number))
        )
        clause = ReadClause(0, len(text), "fr", -0.5, a_vector(number))
        store.themes.save_clauses({one.id: [clause]}, encoder="test@1", now=NOW)
    stored = store.themes.clauses(Filters())
    for row, key in enumerate(stored.ids.tolist()):
        placed[key] = (METER if row < 6 else PARKING, 0.9 - row / 100)
    run = ThemeRun(
        id="run1", at=NOW, since=NOW.replace(month=10), until=NOW.replace(day=30), interactions=20, unexplained=9,
        clauses=10, left_out=1, outlier_share=0.1, outlier_interval=Interval(low=0.0, high=0.4), themes=2, seconds=1.0,
    )  # fmt: skip
    themes_found = [(a_theme(METER, "Compteur"), a_vector(1)), (a_theme(PARKING, "Parking", x=0.52), a_vector(2))]
    store.themes.save_run(run, themes_found, placed)
    return store


def test_themes_are_listed_with_their_run_and_what_is_behind_them(known: Store, client: TestClient) -> None:
    found = client.get("/v1/themes", params={"language": "fr"}).json()
    assert found["run"]["outlier_share"] == 0.1
    assert [(one["label"], one["n"]) for one in found["themes"]] == [("Compteur", 6), ("Parking", 3)]
    first = found["themes"][0]
    assert len(first["quotes"]) == 3
    listed = client.get(first["href"].replace("/interactions", "/v1/interactions")).json()
    assert len(listed["items"]) == 6
    one = client.get(f"/v1/themes/{METER}").json()
    assert one["label"] == "Compteur (en)"
    assert client.get("/v1/themes/theme_nope").json()["code"] == "no_such_theme"


def test_before_the_first_run_there_is_none(ids: dict[str, str], client: TestClient) -> None:
    assert ids
    assert client.get("/v1/themes").json()["run"] is None
    assert client.get("/themes", headers={"accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_show_a_map_a_table_and_what_may_be_decided(known: Store, client: TestClient, language: str) -> None:
    headers = {"accept": "text/html", "accept-language": language}
    page = client.get("/themes", headers=headers)
    assert page.status_code == 200
    assert page.text.count("<circle") == 2
    assert "Compteur" in page.text
    own = client.get(f"/themes/{METER}", headers=headers)
    assert own.status_code == 200
    assert f"/themes/{METER}/accept" in own.text
    assert "compteur" in own.text


def test_decisions_are_for_analysts_and_can_be_taken_back(
    known: Store, keyed: Callable[[str | None], TestClient]
) -> None:
    assert keyed("reader").post(f"/v1/themes/{PARKING}/reject").status_code == 403
    analyst = keyed("analyst")
    assert analyst.post(f"/v1/themes/{PARKING}/merge", json={"into": METER}).json()["theme"]["status"] == "merged"
    assert known.interactions.count(Filters(theme=METER)) == 9
    refused = analyst.post(f"/v1/themes/{PARKING}/rename", json={"labels": {"fr": "P"}})
    assert (refused.status_code, refused.json()["code"]) == (409, "theme_merged")
    assert analyst.post(f"/v1/themes/{PARKING}/undo").status_code == 200
    effect = analyst.post(f"/v1/themes/{METER}/rules", json={}).json()
    assert (effect["rules"], effect["adds"], effect["missed"]) == ({"fr": ["compteur"]}, 6, 0)
    made = analyst.post(f"/v1/themes/{METER}/accept", json={"rules": effect["rules"], "labels": {"en": "Meters"}})
    assert made.status_code == 200
    assert known.interactions.count(Filters(topic=METER)) == 6
    topics = {one["id"]: one for one in analyst.get("/v1/topics").json()["topics"]}
    assert topics[METER]["labels"]["en"] == "Meters"
    assert analyst.post("/v1/themes/discover").status_code == 202
    assert known.theme_decisions.asked() is not None


def test_dots_do_not_lie_on_each_other(known: Store) -> None:
    found = dots(themes(known, Filters(), language="fr").themes)
    first, second = found
    apart = np.hypot(first.x - second.x, first.y - second.y)
    assert apart >= first.radius + second.radius
    assert all(0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT for one in found)


def test_a_name_lies_over_no_other_name_and_no_dot(known: Store) -> None:
    (one, *_) = themes(known, Filters(), language="fr").themes
    random = np.random.default_rng(5)
    crowd = [one.model_copy(update={"x": x, "y": y, "n": 3 + int(9 * x)}) for x, y in random.uniform(size=(60, 2))]
    found = dots(crowd)
    named = [dot for dot in found if dot.name]
    assert len(named) > 10
    boxes = {id(dot): (dot.x - 3.3 * len(dot.name), dot.name_y - 11, dot.x + 3.3 * len(dot.name)) for dot in named}
    for dot in named:
        left, top, right = boxes[id(dot)]
        for other in found:
            across = np.hypot(other.x - np.clip(other.x, left, right), other.y - np.clip(other.y, top, top + 15))
            assert across >= other.radius - 1e-6
        for other in named:
            if other is not dot:
                a, b, c = boxes[id(other)]
                assert max(a - right, left - c, abs(top - b) - 15) >= -1e-6


def test_what_emerges_and_who_says_it_are_answered(known: Store, client: TestClient) -> None:
    assert client.get("/v1/insights/emerging", params={"week": "2026-W46"}).status_code == 200
    assert client.get("/v1/insights/emerging", params={"week": "last"}).json()["code"] == "not_a_week"
    found = client.get("/v1/insights/corroboration", params={"from": "2026-10-01", "to": "2026-11-30"}).json()
    told = {one["subject"]: one for one in found["subjects"]}
    assert told[METER]["one_channel"] is True
    assert told[METER]["labels"]["fr"] == "Compteur"
    until_now = client.get("/v1/insights/corroboration", params={"from": "2026-10-01"}).json()
    assert METER in {one["subject"] for one in until_now["subjects"]}
    before = client.get("/v1/insights/corroboration", params={"to": "2026-10-01"}).json()
    assert before["since"][:10] == "2026-09-04"
    assert METER not in {one["subject"] for one in before["subjects"]}


NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
ADDED = {"email": {"score": -0.6}, "review": {"score": 0.2}, "survey": {"score": -0.4}}


@pytest.fixture
def on_three_channels(known: Store) -> Store:
    for number in range(9):
        channel = tuple(ADDED)[number % 3]
        own = " ".join(f"{chr(97 + number)}{chr(107 + step)}{chr(97 + number)}" for step in range(9))
        at, given = NOW - timedelta(days=3, hours=number), {"nps": 2} if channel == "survey" else {}
        one = an_interaction(950 + number, text=f"{own} double débit", channel=channel, occurred_at=at, **given)
        understood(known, one, topics=("delivery.late",), **ADDED[channel])
    return known


@pytest.mark.parametrize(
    ("language", "told", "alone", "net", "score"),
    [
        ("en", "channels independently", "one channel only", "mood −0.60", "NPS 2.0"),
        ("fr", "canaux indépendants", "un seul canal", "sentiment −0,60", "NPS 2,0"),
    ],
)
def test_the_page_says_on_how_many_channels_and_what_each_adds(
    on_three_channels: Store, client: TestClient, language: str, told: str, alone: str, net: str, score: str
) -> None:
    page = client.get("/corroboration", params=NOVEMBER, headers={"accept": "text/html", "accept-language": language})
    row = next(part for part in page.text.split("<tr>") if "topic=delivery.late" in part)
    for said in (told, net, score):
        assert said in row
    meter = next(part for part in page.text.split("<tr>") if f"/themes/{METER}" in part)
    assert alone in meter
    for channel in ADDED:
        href = next(link for link in re.findall(r'href="(/interactions[^"]+)"', row) if f"channel={channel}" in link)
        listed = client.get("/v1" + href.replace("&amp;", "&")).json()["items"]
        assert len([one for one in listed if one["id"].startswith("i")]) >= 3
        assert {one["channel"] for one in listed} == {channel}


def test_the_table_of_channels_is_a_file_too(on_three_channels: Store, client: TestClient) -> None:
    answer = client.get("/v1/insights/corroboration", params=NOVEMBER | {"format": "csv"})
    rows = list(csv.DictReader(answer.text.lstrip("\ufeff").splitlines()))
    told = {row["channel.channel"]: row for row in rows if row["subject"] == "delivery.late"}
    assert set(told) >= set(ADDED)
    assert told["survey"]["channel.score"] == "2.0"


def test_an_empty_period_says_so(client: TestClient, known: Store) -> None:
    page = client.get("/corroboration", params={"from": "2020-01-01", "to": "2020-02-01"}, headers=HTML)
    assert page.status_code == 200
    assert "three voices or more" in page.text
