"""Feeds over HTTP: only what is new, page by page, with a server's wishes heard and no way into the company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from other_servers import Pages, http_server

from voc.errors import InputError
from voc.settings import Settings
from voc.sources.addresses import address_of, connect
from voc.sources.http import check_url, fetch
from voc.store import Filters, Store
from voc.store.source_runs import SourceRun

RunSource = Callable[..., SourceRun]


@pytest.fixture
def pages(local_machines: Settings) -> Iterator[Pages]:
    with http_server() as made:
        yield made


def reviews(*numbers: int) -> list[dict[str, Any]]:
    return [
        {"id": f"r{n}", "text": f"Avis {n} : livraison lente", "rating": 2, "updated_at": f"2026-11-{n:02}T10:00:00Z"}
        for n in numbers
    ]


def test_json_by_its_etag(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give("/reviews", reviews(1, 2), ETag='"a"')
    run = run_source("feed", {"url": f"{pages.url}/reviews"})
    assert (run.status, run.taken, run.accepted, run.reason) == ("done", 1, 2, None)
    assert run_source("feed", {}).taken == 0
    assert pages.asked[-1][1]["if-none-match"] == '"a"'
    pages.give("/reviews", reviews(1, 2, 3), ETag='"b"')
    again = run_source("feed", {})
    assert (again.accepted, again.duplicate) == (1, 2)


def test_a_server_without_etag_is_told_by_its_content(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give("/export.csv", "id;message;date\n1;Ma facture;2026-11-09\n")
    assert run_source("feed", {"url": f"{pages.url}/export.csv"}).accepted == 1
    assert run_source("feed", {}).taken == 0


def test_rss_and_atom(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give(
        "/rss",
        """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Avis</title>
        <item><guid>g1</guid><title>Déçu</title><description>&lt;p&gt;Deux heures d'attente&lt;/p&gt;</description>
        <author>Léa</author><pubDate>Mon, 09 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>""",
    )
    assert run_source("feed", {"url": f"{pages.url}/rss"}).accepted == 1
    [row] = store.interactions.page(Filters(), limit=5).items
    record = store.interactions.records([row.id])[0]
    assert record.occurred_at == datetime(2026, 11, 9, 10, tzinfo=UTC)
    assert "Deux heures d'attente" in (record.text or "")
    assert "<p>" not in (record.text or "")


def test_pages_are_followed_and_gone_on_with(store: Store, pages: Pages, run_source: RunSource) -> None:
    """A run that breaks off at the second page goes on there, not at the first."""
    pages.give("/r", {"data": {"reviews": reviews(1)}, "links": {"next": "/r?page=2"}})
    pages.give("/r?page=2", "", status=500)
    options = {"url": f"{pages.url}/r", "items": "data.reviews", "next": "links.next"}
    assert run_source("feed", options).status == "failed"
    assert store.interactions.count(Filters()) == 1
    pages.give("/r?page=2", {"data": {"reviews": reviews(2)}, "links": {"next": None}})
    pages.asked.clear()
    assert run_source("feed", options).accepted == 1
    assert [path for path, _ in pages.asked] == ["/r?page=2"]
    assert store.interactions.count(Filters()) == 2


def test_the_link_header_is_followed(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give("/r?page=2", reviews(2))
    pages.give("/r", reviews(1), Link=f'<{pages.url}/r?page=2>; rel="next"')
    assert run_source("feed", {"url": f"{pages.url}/r"}).accepted == 2


def test_only_what_is_new_is_asked_for(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give("/r", reviews(1, 3, 2))
    options = {"url": f"{pages.url}/r?size=9", "since_parameter": "since", "since_field": "updated_at"}
    run_source("feed", options)
    run_source("feed", options)
    assert [path for path, _ in pages.asked] == ["/r?size=9", "/r?size=9&since=2026-11-03T10%3A00%3A00Z"]


def test_a_busy_server_is_left_alone_as_long_as_it_says(store: Store, pages: Pages, run_source: RunSource) -> None:
    pages.give("/r", "", status=429, Retry_After="1800")
    run = run_source("feed", {"url": f"{pages.url}/r"})
    assert (run.status, run.code, run.parameters) == ("failed", "source_busy", {"seconds": 1800})
    row = store.sources.get("feed")
    assert row is not None
    assert row.next_at is not None
    assert 1790 < (row.next_at - datetime.now(UTC)).total_seconds() < 1801


@pytest.mark.parametrize(
    ("auth", "sent"),
    [
        ("bearer", ("authorization", "Bearer s3cret")),
        ("basic", ("authorization", "Basic dm9jOnMzY3JldA==")),
        ("header", ("x-api-key", "s3cret")),
    ],
)
def test_credentials_go_to_their_host_alone(
    auth: str, sent: tuple[str, str], pages: Pages, run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_SOURCE_TOKEN", "s3cret")
    with http_server() as elsewhere:
        pages.give("/r", "", status=302, Location=f"{elsewhere.url}/r")
        elsewhere.give("/r", reviews(1))
        options = {"url": f"{pages.url}/r", "auth": auth, "user": "voc"}
        run = run_source("feed", options, secrets={"token": "env:VOC_SOURCE_TOKEN"})
    assert run.accepted == 1
    assert pages.asked[0][1][sent[0]] == sent[1]
    assert sent[0] not in elsewhere.asked[0][1]


@pytest.mark.parametrize("led_by", ["header", "document"])
def test_a_next_page_elsewhere_gets_no_credentials(
    led_by: str, pages: Pages, run_source: RunSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOC_SOURCE_TOKEN", "s3cret")
    with http_server() as elsewhere:
        elsewhere.give("/r", {"rows": reviews(2)})
        where = f"{elsewhere.url}/r"
        if led_by == "header":
            pages.give("/r", {"rows": reviews(1)}, Link=f'<{where}>; rel="next"')
        else:
            pages.give("/r", {"rows": reviews(1), "next": where})
        options = {"url": f"{pages.url}/r", "auth": "bearer", "items": "rows", "next": "next"}
        assert run_source("feed", options, secrets={"token": "env:VOC_SOURCE_TOKEN"}).accepted == 2
        assert "authorization" in pages.asked[0][1]
        assert "authorization" not in elsewhere.asked[0][1]


def test_what_is_posted_is_not_posted_elsewhere(pages: Pages, local_machines: Settings) -> None:
    """A client's secret and its lasting token are in the body."""
    with http_server() as elsewhere:
        pages.give("/token", "", status=307, Location=f"{elsewhere.url}/token")
        with pytest.raises(InputError) as refused:
            fetch(f"{pages.url}/token", BytesIO(), local_machines, method="POST", body=b"refresh_token=s3cret")
        assert refused.value.code == "source_redirects"
        assert elsewhere.bodies == []


@pytest.mark.parametrize(
    ("status", "code"), [(401, "source_credentials"), (404, "source_gone"), (500, "source_unreachable")]
)
def test_what_a_server_refuses_is_said(status: int, code: str, pages: Pages, run_source: RunSource) -> None:
    pages.give("/r", "", status=status)
    run = run_source("feed", {"url": f"{pages.url}/r"})
    assert (run.status, run.code) == ("failed", code)


def test_what_never_ends_is_cut_off(pages: Pages, run_source: RunSource, local_machines: Settings) -> None:
    pages.give("/loop", "", status=302, Location="/loop")
    assert run_source("feed", {"url": f"{pages.url}/loop"}).code == "source_redirects"


def test_what_is_too_large_is_cut_off(
    pages: Pages, run_source: RunSource, local_machines: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_machines, "max_upload_mb", 1)
    pages.give("/big", b"x" * (2 << 20))
    assert run_source("feed", {"url": f"{pages.url}/big"}).code == "source_too_large"


def test_nothing_inside_the_company_is_reached_by_a_redirect(
    pages: Pages, run_source: RunSource, local_machines: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages.give("/r", "", status=302, Location="http://169.254.169.254/latest/meta-data/")
    assert run_source("feed", {"url": f"{pages.url}/r"}).code == "outbound_private"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "::1", "2130706433"])
def test_private_addresses_are_refused_for_every_protocol(host: str, settings: Settings) -> None:
    with pytest.raises(InputError) as refused:
        address_of(host, 80, settings)
    assert refused.value.code in {"outbound_private", "source_unknown_host"}
    with pytest.raises(InputError):
        connect(host, 993, settings)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "https://", "https://u:p@x.example/", "https://x.example/a b",
            "gopher://x/", "//x.example", "https://x.example:0/", "https://x.example\r\nX: y"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        check_url("url", url)
