"""Parameters that are misspelt or impossible: refused in words, never figures of everything."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from api_seed import StandIn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.app import ROUTERS, openapi
from voc.service.context import Service
from voc.settings import Settings
from voc.store import Store

ROUTES = sorted(
    {
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
)
"""Every route of the API and of the pages."""
DOCUMENTED = sorted(
    (path, one["name"])
    for path, methods in openapi()["paths"].items()
    for method, found in methods.items()
    if method == "get"
    for one in found.get("parameters", ())
    if one["in"] == "query"
)
"""Every query parameter of a reading route, from the OpenAPI document."""


@pytest.fixture(scope="module")
def ids(seeded: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return seeded[1]


@pytest.fixture(scope="module")
def client(
    seeded: tuple[Path, dict[str, str]], any_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """One for all: nothing of what is asked here comes so far as to write."""
    home = tmp_path_factory.mktemp("parameters") / "voc"
    shutil.copytree(seeded[0], home)
    made = Settings(home=home)
    with closing(Store(made.database, made.blobs)) as store:
        any_app.state.service = Service(store, made, StandIn(store))
        with TestClient(any_app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as opened:
            yield opened


def address(path: str, ids: dict[str, str]) -> str:
    values = {"interaction_id": ids["call"], "customer_id": "C001", "week": "2026-W46", "language": "fr"}
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: values.get(found[1], "unknown"), path)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_no_route_takes_a_parameter_it_does_not_know(
    client: TestClient, ids: dict[str, str], method: str, path: str
) -> None:
    answer = client.request(method, address(path, ids), params={"segement_": "pro"}, follow_redirects=False)
    assert answer.status_code == 422
    if method != "HEAD":
        assert "segement_: no such parameter; " in answer.text


@pytest.mark.parametrize(("path", "name"), DOCUMENTED, ids=[f"{path} {name}" for path, name in DOCUMENTED])
def test_a_misspelt_parameter_is_answered_with_the_one_meant(
    client: TestClient, ids: dict[str, str], path: str, name: str
) -> None:
    misspelt = f"{name}{name[-1]}"
    answer = client.get(address(path, ids), params={misspelt: "1"})
    assert answer.status_code == 422
    said = answer.json()
    detail = said["error"]["message"] if "error" in said else said["detail"]
    assert detail.startswith(f"{misspelt}: no such parameter; ")
    assert f"did you mean {name}?" in detail or (len(name) < 3 and name in detail)


@pytest.mark.parametrize("path", ["/customers", "/links", "/digest", "/"])
def test_a_page_says_so_on_a_page(client: TestClient, ids: dict[str, str], path: str) -> None:
    answer = client.get(path, params={"langage": "fr"}, headers={"accept": "text/html"})
    assert answer.status_code == 422 and "“langage” is not a parameter of this page" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/v1/insights/volumes", "/v1/interactions", "/v1/topics"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("chanel=social", "chanel: no such parameter; did you mean channel?"),
        ("since=hier", "since: no such parameter; did you mean from?"),
        ("week=2026-W99", "week: '2026-W99' is not an ISO week; write it like 2026-W46."),
        ("week=2025-W53", "week: '2025-W53' is not an ISO week; write it like 2026-W46."),
        ("week=46", "week: '46' is not an ISO week; write it like 2026-W46."),
        (
            "channel=foo",
            "channel: 'foo' is not one of call, email, social, complaint, survey, review, chat.",
        ),
    ],
)
def test_a_filter_that_is_none_is_refused_in_words(client: TestClient, path: str, query: str, said: str) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == said


def test_a_parameter_like_no_other_is_answered_with_those_there_are(client: TestClient) -> None:
    said = client.get("/v1/insights/volumes?zzz=1").json()["detail"]
    assert said.startswith("zzz: no such parameter; there are ") and "channel" in said and "compare" in said


def test_what_is_documented_is_taken(client: TestClient, ids: dict[str, str]) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/v1/insights/volumes", "/v1/interactions", "/v1/topics", "/v1/insights/repeat_contacts"):
        names = [one["name"] for one in paths[path]["get"].get("parameters", ()) if one["in"] == "query"]
        empty = {name: "" for name in names if name not in {"limit", "cursor", "days", "level", "quotes"}}
        assert client.get(path, params=empty).status_code == 200, path


@pytest.mark.parametrize(
    "page", ["/interactions", "/topics", "/pressure", "/repeat-contacts", "/contexts", "/expectations", "/categories"]
)
def test_the_fields_of_a_page_s_own_form_are_taken(client: TestClient, ids: dict[str, str], page: str) -> None:
    drawn = client.get(page, headers={"accept": "text/html"})
    assert drawn.status_code == 200
    for form in re.findall(rf'<form[^>]*action="{page}"[^>]*>.*?</form>', drawn.text, re.DOTALL):
        if 'method="post"' not in form:
            names = dict.fromkeys(re.findall(r'name="([a-z_]+)"', form), "")
            answer = client.get(page, params=names)
            assert "no such parameter" not in answer.text
    links = {one.replace("&amp;", "&") for one in re.findall(rf'href="({page}\\?[^"]+)"', drawn.text)}
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(
    "path", ["/v1/interactions", "/v1/insights/volumes", "/v1/topics", "/v1/search?q=facture", "/explore"]
)
def test_a_filter_given_several_values_leaves_what_any_of_them_leaves(
    client: TestClient, ids: dict[str, str], path: str
) -> None:
    joined = "&" if "?" in path else "?"
    answer = client.get(
        f"{path}{joined}channel=email&channel=call&topic=billing&topic=network&intent=cancel&intent=any"
    )
    assert answer.status_code == 200, answer.text
    refused = client.get(f"{path}{joined}channel=email&channel=foo")
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "channel: 'foo' is not one of call, email, social, complaint, survey, review, chat."
    )


def test_several_values_count_once_what_several_of_them_find(client: TestClient, ids: dict[str, str]) -> None:
    def n(query: str) -> int:
        return int(client.get(f"/v1/insights/volumes?{query}").json()["n"])

    channels = ("email", "call", "review")
    assert n("&".join(f"channel={one}" for one in channels)) == sum(n(f"channel={one}") for one in channels) > 0
    listed = client.get("/v1/interactions?limit=100&" + "&".join(f"channel={one}" for one in channels)).json()["items"]
    assert len(listed) == n("&".join(f"channel={one}" for one in channels))
    assert {one["channel"] for one in listed} <= set(channels)


@pytest.mark.parametrize("query", ["week=2026-W46&week=2026-W45", "from=2026-11-01&from=2026-11-02", "limit=1&limit=2"])
def test_what_takes_one_value_is_not_given_two(client: TestClient, ids: dict[str, str], query: str) -> None:
    """The last one would win unseen."""
    answer = client.get(f"/v1/interactions?{query}")
    name = query.partition("=")[0]
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["detail"]) == ("given_twice", f"{name}: give it once.")


def test_several_values_are_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/insights/volumes"]["get"]["parameters"]
    by_name = {one["name"]: one for one in described}
    for name in ("channel", "topic", "city", "intent", "attribute"):
        kinds = by_name[name]["schema"]["anyOf"]
        assert "array" in {one.get("type") for one in kinds}, name
        assert "Repeat it for several" in by_name[name]["description"], name
    assert "array" not in str(by_name["week"]["schema"])
