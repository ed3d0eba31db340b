"""The search on the page of interactions: words marked, facets that narrow, pages, more like one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from api.pages import interactions as page


def text_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


def test_the_words_that_were_found_are_marked(client: TestClient, ids: dict[str, str]) -> None:
    marked = re.findall(r"<mark>(.*?)</mark>", text_of(client, "/interactions?q=facture"))
    assert marked
    assert all(word.lower().startswith("factur") for word in marked)


def test_a_facet_opens_as_many_as_it_says(client: TestClient, ids: dict[str, str]) -> None:
    html = text_of(client, "/interactions?q=facture")
    links = re.findall(r'<dd><a href="([^"]+)" rel="nofollow">[^<]*</a> <span class="muted num">(\d+)</span>', html)
    assert len(links) > 1
    for href, n in links:
        narrowed = unescape(href)
        api = narrowed.replace("/interactions?", "/v1/search?", 1)
        assert client.get(api).json()["total"] == int(n), narrowed


def test_pages_of_a_search_lead_on_and_back(
    client: TestClient, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PER_PAGE", 2)
    first = text_of(client, "/interactions?q=facture")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert 'rel="prev"' not in first
    second = text_of(client, unescape(following))
    (back,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    rows = re.compile(r'class="row-text" href="([^"]+)"')
    assert rows.findall(text_of(client, unescape(back))) == rows.findall(first)
    assert not set(rows.findall(first)) & set(rows.findall(second))


def test_nothing_found_is_said(client: TestClient, ids: dict[str, str]) -> None:
    html = text_of(client, "/interactions?q=zorglub")
    assert "facets" not in html
    assert 'class="card empty"' in html


def test_an_interaction_leads_to_what_is_like_it(client: TestClient, ids: dict[str, str]) -> None:
    assert f"/interactions?like={ids['text']}" in text_of(client, f"/interactions/{ids['text']}")
    assert f'href="/interactions/{ids["text"]}"' in text_of(client, f"/interactions?like={ids['text']}")
    assert client.get("/interactions?like=i000").status_code == 404
