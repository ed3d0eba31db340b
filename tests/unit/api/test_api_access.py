"""Who may do what, route by route, from the routers themselves: a new route cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from api_seed import NOW
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.access import Requires, host_of, is_loopback
from api.app import ROUTERS
from voc.store import Store

PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/docs"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/language/{language}"),
    ("GET", "/shared/{token}"),  # whoever was sent it has no key; its link is signed and expires
    ("GET", "/unsubscribe/{token}"),  # whoever got the mail has no key; its link is signed
    ("POST", "/unsubscribe/{token}"),
    ("POST", "/v1/sources/{source_id}/hook"),  # signed with the source's secret
    ("GET", "/feedback/{source_id}"),  # a form that the company's own site shows to anybody
    ("POST", "/feedback/{source_id}"),
}
"""Routes that open without a key, each for a reason of its own; adding one here is a decision."""

ROLES = ("reader", "analyst", "admin")
ROUTES = [
    (method, route.path, route)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]


def required_role(route: APIRoute) -> str | None:
    def walk(dependant: Dependant) -> Iterator[object]:
        for one in dependant.dependencies:
            yield one.call
            yield from walk(one)

    roles = [call.role for call in walk(route.dependant) if isinstance(call, Requires)]
    assert len(set(roles)) <= 1, f"{route.path} asks for two roles"
    return roles[0] if roles else None


def address(path: str, ids: dict[str, str]) -> str:
    values = {"interaction_id": ids["call"], "customer_id": "C001", "week": "2026-W46", "language": "fr"}
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: values.get(found[1], "unknown"), path)


def test_every_route_requires_a_role_or_is_public_on_purpose() -> None:
    assert ROUTES
    for method, path, route in ROUTES:
        assert (required_role(route) is None) == ((method, path) in PUBLIC), f"{method} {path}"


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=[f"{m} {p}" for m, p, _ in ROUTES])
def test_each_route_opens_to_its_role_and_those_above(
    method: str,
    path: str,
    route: APIRoute,
    ids: dict[str, str],
    keyed: Callable[[str | None], TestClient],
) -> None:
    needed = required_role(route)
    where = address(path, ids)
    nobody = keyed(None).request(method, where, follow_redirects=False)
    if needed is None:
        assert nobody.status_code != 401
        return
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    for role in ROLES:
        answer = keyed(role).request(method, where, follow_redirects=False)
        if ROLES.index(role) < ROLES.index(needed):
            assert answer.status_code == 403, f"{role} on {method} {path}"
            if method != "HEAD":
                body = answer.json()  # OpenAI's clients read another shape
                said = body["error"]["message"] if "error" in body else body["detail"]
                assert said == f"This needs a key of role {needed}; yours is {role}."
        elif "/settings/" not in path and path != "/upload":
            assert answer.status_code not in {401, 500}, f"{role} on {method} {path}: {answer.text}"
            assert answer.status_code != 403 or method == "POST", f"{role} on {method} {path}"


def test_a_revoked_key_opens_nothing(app: FastAPI, store: Store) -> None:
    keep, _ = store.access.create_key("keep", "admin", now=NOW)
    gone, secret = store.access.create_key("gone", "admin", now=NOW)
    client = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1))
    header = {"authorization": f"Bearer {secret}"}
    assert client.get("/v1/keys", headers=header).status_code == 200
    store.access.revoke(gone.id, now=NOW)
    answer = client.get("/v1/keys", headers=header)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "The key is unknown or revoked."
    assert keep.id != gone.id


def test_a_wrong_key_is_refused_even_while_everything_is_open(client: TestClient) -> None:
    assert client.get("/v1/interactions").status_code == 200
    assert client.get("/v1/interactions", headers={"authorization": "Bearer voc_nope"}).status_code == 401
    assert client.get("/v1/interactions", headers={"authorization": "Basic YTpi"}).status_code == 401


@pytest.mark.parametrize(
    ("base_url", "client_address", "headers"),
    [
        ("http://evil.example", "127.0.0.1", {}),  # DNS rebinding: their name, our address
        ("http://192.168.1.4:8000", "127.0.0.1", {}),
        ("http://127.0.0.1:8000", "192.168.1.9", {}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-forwarded-for": "203.0.113.5"}),  # through a proxy
        ("http://127.0.0.1:8000", "127.0.0.1", {"forwarded": "for=203.0.113.5"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-forwarded-host": "voc.example"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"x-real-ip": "203.0.113.5"}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"via": "1.1 edge"}),
    ],
)
def test_without_a_key_only_this_machine_under_its_own_name_gets_in(
    app: FastAPI, base_url: str, client_address: str, headers: dict[str, str]
) -> None:
    client = TestClient(app, base_url=base_url, client=(client_address, 1))
    assert client.get("/v1/interactions", headers=headers).status_code == 401


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_the_laptop_needs_no_key(app: FastAPI, base_url: str) -> None:
    client = TestClient(app, base_url=base_url, client=("127.0.0.1", 1))
    assert client.get("/v1/interactions").status_code == 200


def test_the_first_key_closes_the_laptop_and_must_be_an_administrators(client: TestClient) -> None:
    refused = client.post("/v1/keys", json={"name": "r", "role": "reader"})
    assert refused.status_code == 422
    assert "first key must be an admin" in refused.json()["detail"]
    made = client.post("/v1/keys", json={"name": "me", "role": "admin"})
    assert made.status_code == 201
    assert client.get("/v1/interactions").status_code == 401
    header = {"authorization": f"Bearer {made.json()['secret']}"}
    assert client.get("/v1/interactions", headers=header).status_code == 200
    listed = client.get("/v1/keys", headers=header).json()
    assert made.json()["secret"] not in str(listed)
    acts = [line["action"] for line in client.get("/v1/audit", headers=header).json()]
    assert acts == ["key.create"]


def test_the_last_administrator_is_not_locked_out(keyed: Callable[[str | None], TestClient]) -> None:
    admin = keyed("admin")
    last = next(one for one in admin.get("/v1/keys").json() if one["role"] == "admin")
    assert admin.delete(f"/v1/keys/{last['id']}").status_code == 409
    for one in admin.get("/v1/keys").json():
        if one["role"] != "admin":
            assert admin.delete(f"/v1/keys/{one['id']}").status_code == 204
    assert admin.delete(f"/v1/keys/{last['id']}").status_code == 204
    assert admin.delete("/v1/keys/unknown").status_code in {401, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_cannot_act_on_the_open_laptop(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/keys", json={"name": "x", "role": "admin"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "The request came from another site."


def test_loopback_names_and_hosts() -> None:
    for name in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "LOCALHOST", "voc.localhost", "localhost."):
        assert is_loopback(name), name
    for name in (None, "", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", "0.0.0.0", "example.org"):
        assert not is_loopback(name), name
    assert host_of("LocalHost:8000") == "localhost"
    assert host_of("[::1]:8000") == "::1"
    for bad in (None, "", "a b", "evil@localhost", "localhost/x", "localhost:port", "x\\y"):
        assert host_of(bad) in {None, ""}, bad
