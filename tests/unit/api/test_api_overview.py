"""The home page at a given moment: full weeks are compared, the running one is shown apart and never judged."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_seed import NOW, rise, say, set_clock
from fastapi import FastAPI
from starlette.testclient import TestClient

from voc.records import Channel, Quote
from voc.store import Store

HTML = {"accept": "text/html"}
IN_W48 = datetime(2026, 11, 25, 9, tzinfo=UTC)
"""A Wednesday; the seeded data end in W46."""


def page(app: FastAPI, client: TestClient, now: datetime, *, language: str = "fr", path: str = "/") -> str:
    set_clock(app, now)
    answer = client.get(path, headers=HTML | {"accept-language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def channels_table(html: str) -> str:
    found = re.search(r'<table class="stack">.*?</table>', html, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("language", "named"), [("fr", "S48 (en cours, incomplète)"), ("en", "W48 (running, incomplete)")]
)
def test_the_running_week_is_shown_apart_and_compared_with_nothing(
    app: FastAPI, client: TestClient, store: Store, ids: dict[str, str], language: str, named: str
) -> None:
    rise(store)
    before = page(app, client, IN_W48, language=language)
    rises = re.findall(r'class="rise-title"[^>]*>([^<]+)<', before)
    changes = re.findall(r'<span class="change[^>]*>.*?</span>', channels_table(before))
    assert rises and changes, "W46 has a rise to lose"
    say(store, [IN_W48 - timedelta(hours=n) for n in range(6)])
    after = page(app, client, IN_W48, language=language)
    assert re.findall(r'class="rise-title"[^>]*>([^<]+)<', after) == rises
    assert re.findall(r'<span class="change[^>]*>.*?</span>', channels_table(after)) == changes
    assert named not in before and named in channels_table(after)
    assert re.search(
        r'<td class="right num running"[^>]*><a href="/interactions\?channel=email&amp;week=2026-W48">6<', after
    )
    assert ("En hausse en S46" if language == "fr" else "What rose in W46") in after
    assert 'href="/digest/2026-W46"' in after and "/digest/2026-W48" not in after


def test_the_bars_of_the_running_week_are_pale(
    app: FastAPI, client: TestClient, store: Store, ids: dict[str, str]
) -> None:
    say(store, [IN_W48])
    html = page(app, client, IN_W48)
    charts = re.findall(r'<figure class="stacked">.*?</figure>', html, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        assert re.findall(r"<span title=[^>]*>([^<]+)</span>", chart)[-3:] == ["S46", "S47", "S48…"]
        bars = re.findall(r'<rect class="([^"]+)"[^>]*><title>([^<]+)</title>', chart)
        pale = {title.partition(" · ")[0] for kind, title in bars if "running" in kind}
        assert pale == {"S48 (en cours, incomplète)"} and any(title.startswith("S46 · ") for _, title in bars)
    assert '<tr class="running"><th scope="row">S48 (en cours, incomplète)</th>' in html


def test_a_finished_week_without_data_is_not_the_last_one(
    app: FastAPI, client: TestClient, ids: dict[str, str]
) -> None:
    html = page(app, client, IN_W48)
    assert 'href="/digest/2026-W46"' in html and "2026-W47" not in html
    set_clock(app, IN_W48)
    assert client.get("/digest", headers=HTML, follow_redirects=False).headers["location"] == "/digest/2026-W46"


def test_the_week_counts_once_it_is_over(app: FastAPI, client: TestClient, store: Store, ids: dict[str, str]) -> None:
    say(store, [IN_W48 - timedelta(hours=n) for n in range(6)])
    html = page(app, client, datetime(2026, 11, 30, 0, 0, 1, tzinfo=UTC))
    assert 'href="/digest/2026-W48"' in html and "en cours" not in html


def test_a_store_with_nothing_but_the_running_week(app: FastAPI, client: TestClient, store: Store) -> None:
    say(store, [IN_W48])
    html = page(app, client, IN_W48)
    assert "Aucune semaine n’est encore terminée" in html and "S48 (en cours, incomplète)" in html
    assert 'class="change' not in html
    set_clock(app, IN_W48)
    assert client.get("/digest", headers=HTML, follow_redirects=False).headers["location"] == "/digest/2026-W48"
    assert client.get("/topics", headers=HTML).status_code == 200


def test_topics_are_of_the_last_full_weeks(app: FastAPI, client: TestClient, store: Store, ids: dict[str, str]) -> None:
    before = page(app, client, IN_W48, path="/topics")
    say(store, [IN_W48])
    assert page(app, client, IN_W48, path="/topics") == before


def test_a_finished_week_s_digest_is_made_once(
    app: FastAPI, client: TestClient, store: Store, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from voc.insights import saved_digests

    made: list[str] = []
    build = saved_digests.build

    def counted(store: Store, week: str, **more: Any) -> Any:
        made.append(week)
        return build(store, week, **more)

    monkeypatch.setattr(saved_digests, "build", counted)
    rise(store)
    for path in ("/", "/", "/digest/2026-W46", "/v1/digests/2026-W46"):
        page(app, client, IN_W48, path=path)
    assert made == ["2026-W46"]
    listed = client.get("/v1/digests").json()
    assert {"week": "2026-W46", "href": "/v1/digests/2026-W46", "saved": True} in listed
    # the running week is read as it stands, every time
    say(store, [IN_W48])
    for _ in range(2):
        page(app, client, IN_W48, path="/digest/2026-W48")
    assert made == ["2026-W46", "2026-W48", "2026-W48"]
    assert store.digests.weeks() == ["2026-W46"]


@pytest.mark.parametrize(("language", "said"), [("fr", "elle va être refaite"), ("en", "it will be made anew")])
def test_readers_are_told_of_a_digest_that_its_data_have_left_behind(
    app: FastAPI, client: TestClient, store: Store, ids: dict[str, str], language: str, said: str
) -> None:
    rise(store)
    assert said not in page(app, client, IN_W48, language=language)
    say(store, [NOW])
    assert said in page(app, client, IN_W48, language=language)
    assert "outdated" in client.get("/v1/digests/2026-W46").json()["notes"]


@pytest.mark.parametrize(("language", "shown", "hidden"), [("fr", "deux fois", "twice"), ("en", "twice", "deux fois")])
def test_a_rise_is_quoted_in_the_reader_s_language(
    app: FastAPI, client: TestClient, store: Store, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch,
    language: str, shown: str, hidden: str,
) -> None:  # fmt: skip
    from api.pages import overview

    def quote(words: str, said_in: str) -> Quote:
        return Quote(interaction_id="i1", text=words, channel=Channel.EMAIL, language=said_in, href="/interactions/i1")

    def quoted(service: Any, actor: Any) -> Any:
        found = whole(service, actor)
        told = (quote("Charged twice.", "en"), quote("Prélevé deux fois.", "fr"))[:: 1 if language == "fr" else -1]
        return replace(found, rises=tuple(one.model_copy(update={"quotes": told}) for one in found.rises))

    whole = overview.whole
    monkeypatch.setattr(overview, "whole", quoted)
    rise(store)
    html = page(app, client, IN_W48, language=language)
    assert shown in html
    assert hidden not in html
