"""Interactions, their recordings, search, customers, figures: the JSON side."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from api_seed import AUDIO, HOSTILE, StandIn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api import ranges
from api.filtering import _filters, _signals
from voc.insights.drilldown import filterable
from voc.records import Recording
from voc.store import Filters, Store

PROBLEM = "application/problem+json"


def test_the_list_pages_through_everything_once(client: TestClient, ids: dict[str, str]) -> None:
    seen: list[str] = []
    address = "/v1/interactions?limit=7"
    while address:
        body = client.get(address).json()
        seen += [one["id"] for one in body["items"]]
        address = body["next"]
    assert len(seen) == len(set(seen)) == 76
    moments = [one["at"] for one in client.get("/v1/interactions?limit=500").json()["items"]]
    assert moments == sorted(moments, reverse=True)


def test_filters_narrow_and_their_names_cover_every_filter() -> None:
    parameters = set(inspect.signature(_filters).parameters)
    fields = {{"since": "from_", "until": "to"}.get(name, name) for name in Filters.model_fields}
    assert parameters == fields - {"signals"}
    assert list(inspect.signature(_signals()).parameters) == filterable()


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("channel=call", lambda one: one["channel"] == "call"),
        ("sentiment=negative", lambda one: one["sentiment_label"] == "negative"),
        ("topic=billing", lambda one: "billing.double_charge" in one["topics"]),
        ("customer=C001", lambda one: one["customer_id"] == "C001"),
        ("segment=Pro", lambda one: one["customer_id"] == "C/2 é"),
        ("status=failed", lambda one: one["status"] == "failed"),
        ("week=2026-W40", lambda one: "2026-09-28" <= one["at"] < "2026-10-05"),
        ("from=2026-11-01&to=2026-11-08", lambda one: "2026-11-01" <= one["at"] < "2026-11-09"),
        ("channel=&sentiment=&week=", lambda one: True),
    ],
)
def test_each_filter_does_what_it_says(
    client: TestClient, ids: dict[str, str], query: str, test: Callable[[dict[str, object]], bool]
) -> None:
    items = client.get(f"/v1/interactions?limit=500&{query}").json()["items"]
    assert items and all(test(one) for one in items)


@pytest.mark.parametrize(
    "query",
    ["channel=pigeon", "from=yesterday", "to=2026-13-01", "week=46", "limit=0", "limit=x", "cursor=zzz", "cursor=W10=",
     "sentiment=sad", "cursor=" + "A" * 299],
)  # fmt: skip
def test_a_wrong_parameter_is_one_clear_line(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/interactions?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert body["status"] == 422 and body["title"] and "\n" not in body["detail"]
    assert query.partition("=")[0] in body["detail"]


def test_one_interaction_tells_whose_it_is_and_why(client: TestClient, ids: dict[str, str]) -> None:
    body = client.get(f"/v1/interactions/{ids['call']}").json()
    assert body["link"]["method"] == "exact_identifier"
    assert body["link"]["evidence"][0]["identifier"] == "phone"
    assert body["interaction"]["customer_name"] == "Léa Martin"
    assert body["analysis"]["skipped"] == [{"feature": "tone", "reason": "no tone model is installed"}]
    assert body["audio"] == f"/v1/interactions/{ids['call']}/audio"
    assert client.get(f"/v1/interactions/{ids['waiting']}").json()["analysis"] is None


@pytest.mark.parametrize("bad", ["nope", "../etc/passwd", "%2e%2e%2fetc%2fpasswd", "' OR 1=1 --", "i" * 5000, "%00"])
def test_an_unknown_id_is_not_found_and_reaches_no_file(client: TestClient, bad: str) -> None:
    for path in (f"/v1/interactions/{bad}", f"/v1/interactions/{bad}/audio", f"/v1/uploads/{bad}", f"/static/{bad}"):
        answer = client.get(path)
        assert answer.status_code in {404, 307}, path
        assert "root:" not in answer.text


def test_reanalyse_and_retry(client: TestClient, ids: dict[str, str], services: StandIn) -> None:
    assert client.post(f"/v1/interactions/{ids['text']}/reanalyse").json() == {"queued": [ids["text"]]}
    assert client.post(f"/v1/interactions/{ids['failed']}/retry").status_code == 202
    assert client.post(f"/v1/interactions/{ids['text']}/retry").status_code == 409
    assert services.requeued == [ids["text"], ids["failed"]]


# --- recordings --------------------------------------------------------------------------------------------------


def test_the_whole_recording_with_its_entity_tag(client: TestClient, ids: dict[str, str]) -> None:
    path = f"/v1/interactions/{ids['call']}/audio"
    whole = client.get(path)
    assert whole.status_code == 200 and whole.content == AUDIO
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(AUDIO))
    etag = whole.headers["etag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    assert client.get(path, headers={"if-none-match": f'"x", W/{etag}'}).status_code == 304
    head = client.head(path)
    assert head.status_code == 200 and head.content == b"" and head.headers["content-length"] == str(len(AUDIO))
    assert client.head(path, headers={"range": "bytes=0-9"}).headers["content-range"] == f"bytes 0-9/{len(AUDIO)}"


def test_a_hostile_file_name_stays_inside_its_header(client: TestClient, ids: dict[str, str]) -> None:
    header = client.get(f"/v1/interactions/{ids['call']}/audio").headers["content-disposition"]
    assert header.startswith('inline; filename="')
    assert header.count('"') == 2 and "\n" not in header and "<" not in header
    assert header.endswith(quote("appel n°1; b.ogg", safe=""))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=st.integers(0, len(AUDIO) + 50), length=st.integers(0, len(AUDIO) + 50))
def test_any_range_gives_exactly_its_bytes(client: TestClient, ids: dict[str, str], first: int, length: int) -> None:
    last = first + length
    answer = client.get(f"/v1/interactions/{ids['call']}/audio", headers={"range": f"bytes={first}-{last}"})
    if first >= len(AUDIO):
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(AUDIO)}"
        return
    assert answer.status_code == 206
    assert answer.content == AUDIO[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{min(last, len(AUDIO) - 1)}/{len(AUDIO)}"


@pytest.mark.slow
@given(size=st.integers(0, 10**12), header=st.one_of(st.text(max_size=40), st.from_regex(r"bytes=\d{0,25}-\d{0,25}")))
def test_no_range_header_ever_reaches_outside(size: int, header: str) -> None:
    try:
        span = ranges.wanted(header, size)
    except ranges.Unsatisfiable:
        return
    if span is not None:
        assert 0 <= span.first <= span.last < size


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", AUDIO[:1]),
        ("bytes=-5", AUDIO[-5:]),
        ("bytes=-999999", AUDIO),
        ("bytes=100-", AUDIO[100:]),
    ],
)
def test_the_usual_ranges(client: TestClient, ids: dict[str, str], header: str, expected: bytes) -> None:
    answer = client.get(f"/v1/interactions/{ids['call']}/audio", headers={"range": header})
    assert answer.status_code == 206 and answer.content == expected


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=", "bytes=-", "bytes=a-b"])
def test_a_range_that_is_not_one_gives_the_whole(client: TestClient, ids: dict[str, str], header: str) -> None:
    answer = client.get(f"/v1/interactions/{ids['call']}/audio", headers={"range": header})
    assert answer.status_code == 200 and answer.content == AUDIO


def test_if_range_of_another_version_gives_the_whole(client: TestClient, ids: dict[str, str]) -> None:
    path = f"/v1/interactions/{ids['call']}/audio"
    other = client.get(path, headers={"range": "bytes=0-3", "if-range": '"other"'})
    assert other.status_code == 200 and len(other.content) == len(AUDIO)


def test_listening_leaves_a_trace(client: TestClient, ids: dict[str, str]) -> None:
    client.get(f"/v1/interactions/{ids['call']}/audio", headers={"range": "bytes=0-"})
    client.get(f"/v1/interactions/{ids['call']}/audio", headers={"range": "bytes=50-"})
    acts = client.get("/v1/audit").json()
    assert [(one["action"], one["target"]) for one in acts] == [("audio.read", ids["call"])]


@pytest.mark.parametrize("header", ["bytes=1-", "bytes=-50", "bytes=3-9"])
def test_no_part_of_it_is_heard_without_a_trace_and_many_parts_leave_one(
    client: TestClient, ids: dict[str, str], header: str
) -> None:
    path = f"/v1/interactions/{ids['call']}/audio"
    assert client.get(path, headers={"range": header}).status_code == 206
    for other in ("bytes=0-", "bytes=50-", header):
        client.get(path, headers={"range": other})
    assert client.head(path).status_code == 200
    acts = client.get("/v1/audit").json()
    assert [(one["action"], one["target"]) for one in acts] == [("audio.read", ids["call"])]


def test_hearing_it_again_later_leaves_another_trace(
    client: TestClient, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/interactions/{ids['call']}/audio"
    client.get(path)
    monkeypatch.setattr("voc.service.audio.ONE_HEARING", timedelta(0))
    client.get(path, headers={"range": "bytes=5-"})
    assert len(client.get("/v1/audit").json()) == 2


def test_a_text_has_no_recording_and_a_lost_one_is_gone(client: TestClient, ids: dict[str, str], store: Store) -> None:
    assert client.get(f"/v1/interactions/{ids['text']}/audio").status_code == 404
    recording: Recording | None = store.interactions.records([ids["call"]])[0].recording
    assert recording is not None and recording.sha256 is not None
    store.blobs.delete(recording.sha256)
    assert client.get(f"/v1/interactions/{ids['call']}/audio").status_code == 410


# --- the rest ----------------------------------------------------------------------------------------------------


def test_search_says_how_each_hit_was_found(client: TestClient, ids: dict[str, str]) -> None:
    body = client.get("/v1/search", params={"q": "FACTURE", "channel": "email"}).json()
    assert body["words_only"] is True
    assert body["items"] and all(one["by"] == ["words"] for one in body["items"])
    assert {one["interaction"]["channel"] for one in body["items"]} == {"email"}
    for query in ('"', "*", "a AND", "NEAR(", HOSTILE, "' OR 1=1", "été (", "-"):
        assert client.get("/v1/search", params={"q": query}).status_code == 200, query
    assert client.get("/v1/search", params={"q": " "}).status_code == 422


def test_a_search_counts_spreads_and_pages_what_it_found(client: TestClient, ids: dict[str, str]) -> None:
    whole = client.get("/v1/search", params={"q": "facture", "limit": 200}).json()
    assert whole["total"] == len(whole["items"]) > 2
    assert whole["next"] is None
    assert whole["facets"]["counted"] == whole["total"]
    for one in whole["facets"]["channel"]:
        assert client.get("/v1/search", params={"q": "facture", "channel": one["value"]}).json()["total"] == one["n"]
    paged, address = [], "/v1/search?q=facture&limit=2"
    while address:
        page = client.get(address).json()
        paged += page["items"]
        address = page["next"]
    assert [one["interaction"]["id"] for one in paged] == [one["interaction"]["id"] for one in whole["items"]]
    assert client.get("/v1/search?q=facture&offset=-1").status_code == 422


def test_a_hit_says_where_it_answers(client: TestClient, ids: dict[str, str]) -> None:
    for one in client.get("/v1/search", params={"q": "facture"}).json()["items"]:
        passage = one["passage"]
        marked = [passage["text"][begin:end].lower() for begin, end in passage["marks"]]
        assert marked and all(word.startswith("factur") for word in marked)


def test_more_like_one_that_does_not_exist_is_not_found(client: TestClient, ids: dict[str, str]) -> None:
    assert client.get("/v1/search", params={"like": "i000"}).status_code == 404
    assert client.get("/v1/search", params={"like": ids["text"]}).status_code == 200


def test_customers(client: TestClient, ids: dict[str, str]) -> None:
    body = client.get("/v1/customers?q=léa").json()
    assert [one["id"] for one in body["items"]] == ["C001"]
    assert body["items"][0]["interactions"] == 19
    detail = client.get("/v1/customers/C001").json()
    assert detail["n"] == len(detail["timeline"]) == 19
    assert sum(detail["sentiment"].values()) == 19
    assert client.get("/v1/customers/" + quote("C/2 é")).json()["customer"]["name"] == HOSTILE
    assert client.get("/v1/customers/none").status_code == 404
    sent = client.post("/v1/customers/import", files={"file": ("crm.csv", b"id,name\nC9,Ana\nC001,L\n")})
    assert sent.json() == {"new": 1, "updated": 1, "rejected": 0, "relinked": 0, "rejections": []}


def test_topics_come_in_the_order_of_the_taxonomy_with_their_counts(client: TestClient, ids: dict[str, str]) -> None:
    body = client.get("/v1/topics?compare=previous&week=2026-W46").json()
    assert [one["id"] for one in body["topics"]] == ["billing", "billing.double_charge", "network"]
    billing = body["topics"][0]
    assert billing["labels"]["fr"] == "Facturation"
    assert billing["figure"]["n"] == body["topics"][1]["figure"]["n"] > 0
    assert billing["figure"]["previous"]["p_value"] is not None


@pytest.mark.parametrize(
    "path", ["volumes?by=week,channel", "sentiment?by=topic&compare=previous&week=2026-W46", "trends?by=topic"]
)
def test_every_figure_has_its_size_and_its_way_back(client: TestClient, ids: dict[str, str], path: str) -> None:
    def walk(value: object) -> list[dict[str, object]]:
        if isinstance(value, dict):
            here = [value] if {"interval", "n"} <= value.keys() and "histogram" not in value else []
            return here + [one for part in value.values() for one in walk(part)]
        return [one for part in value for one in walk(part)] if isinstance(value, list) else []

    found = walk(client.get(f"/v1/insights/{path}").json())
    assert len(found) > 5
    assert all("href" in one or "counts" in one for one in found)


@pytest.mark.parametrize(
    "path", ["volumes?by=mood", "volumes?compare=then", "trends?by=x", "sentiment?by=week,channel,topic,city"]
)
def test_an_unknown_dimension_lists_the_known_ones(client: TestClient, ids: dict[str, str], path: str) -> None:
    answer = client.get(f"/v1/insights/{path}")
    assert answer.status_code == 422 and answer.headers["content-type"] == PROBLEM


def test_digests_in_every_form(client: TestClient, ids: dict[str, str]) -> None:
    weeks = client.get("/v1/digests").json()
    assert weeks[0] == {"week": "2026-W46", "href": "/v1/digests/2026-W46", "saved": False}
    path = "/v1/digests/2026-W46"
    assert client.get(path).json()["week"] == "2026-W46"
    page = client.get(path, headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert "<script>alert" not in page.text
    assert client.get(f"{path}?format=md&language=fr").headers["content-type"].startswith("text/markdown")
    assert client.get("/v1/digests/2026-W99").status_code == 422
    assert client.get("/v1/digests/1999-W01").status_code == 404


def test_errors_are_problem_details_without_the_inside(
    client: TestClient,
    ids: dict[str, str],
    services: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("secret of Léa Martin")

    monkeypatch.setattr(services, "search", broken)
    answer = client.get("/v1/search?q=x")
    assert answer.status_code == 500
    assert answer.json()["detail"].startswith("Something went wrong")
    page = client.get("/interactions?q=x", headers={"accept": "text/html"})
    assert page.status_code == 500 and "<h1>" in page.text
    assert "Martin" not in answer.text + page.text + caplog.text
    assert "RuntimeError" in caplog.text and "test_api_interactions.py" in caplog.text
    assert client.get("/v1/nothing").json() == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at this address.",
        "code": "no_such_page",
    }  # fmt: skip
    assert client.put("/v1/keys").status_code == 405


def test_the_access_log_names_nobody(client: TestClient, ids: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="voc.access"):
        client.get("/v1/customers?q=Martin")
        client.get("/v1/customers/C001")
    lines = [record.getMessage() for record in caplog.records if record.name == "voc.access"]
    assert len(lines) == 2
    assert "Martin" not in str(lines) and "C001" not in str(lines)
    assert all(line.startswith("GET /v1/customers") for line in lines)


def test_the_host_header_must_be_one(client: TestClient) -> None:
    for host in ("evil@127.0.0.1", "a b", "127.0.0.1/x"):
        assert client.get("/healthz", headers={"host": host}).status_code == 400


def test_an_operator_may_name_the_hosts(store: Store, settings: object) -> None:
    from api.app import create_app

    named = settings.model_copy(update={"allowed_hosts": "voc.example, other.example"})  # type: ignore[attr-defined]
    app = create_app(store, named, pipeline=StandIn(store))
    for host, status in (("voc.example", 200), ("other.example", 200), ("127.0.0.1", 200), ("evil.example", 421)):
        assert TestClient(app, base_url=f"http://{host}").get("/healthz").status_code == status


def test_the_docs_know_every_route_and_the_document_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    page = client.get("/docs", headers={"accept": "text/html"}).text
    for path, methods in document["paths"].items():
        assert path in page
        for found in methods.values():
            assert found["summary"] and found["description"]
    names = [found["operationId"] for methods in document["paths"].values() for found in methods.values()]
    assert len(names) == len(set(names))
