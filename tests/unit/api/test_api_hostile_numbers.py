"""Numbers and forms that no page of ours would send: answered, each with what is wrong, never with a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from api.pages.forms import number_of

TOO_MUCH = 10**25


def numbers(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and each whole number that a route takes outside of its body."""
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, told in methods.items():
            for one in told.get("parameters", ()):
                shapes = one["schema"].get("anyOf", [one["schema"]])
                if any(shape.get("type") == "integer" for shape in shapes):
                    yield method, path, one


def test_no_route_takes_a_number_that_no_row_has(client: TestClient) -> None:
    """Every route there is, those that come later too: more than a column holds ended in a 500."""
    asked = list(numbers(client))
    assert len(asked) >= 30
    for method, path, one in asked:
        name, given = one["name"], str(TOO_MUCH)
        asked_at = re.sub(r"[{}]", "", path.replace(f"{{{name}}}", given))
        answer = client.request(method, asked_at, params={name: given} if one["in"] == "query" else {})
        assert answer.status_code == 422, (method, path, name, answer.text)


@pytest.mark.parametrize("path", ["/views/{n}/remove", "/subscriptions/{n}/pause", "/alerts/{n}/pause"])
def test_pages_take_no_such_number_either(path: str, client: TestClient) -> None:
    assert client.post(path.format(n=TOO_MUCH)).status_code in {403, 422}


@pytest.mark.parametrize("sent", [str(TOO_MUCH), "9" * 10, "-1", "١", "1.5", " ", None])
def test_a_form_sends_no_such_number(sent: str | None) -> None:
    assert number_of(sent) is None


@pytest.mark.parametrize(
    "body",
    [
        urlencode({"consent": "yes", "text": "x", "score": "9" * 5000}),
        urlencode({"consent": "yes", "text": "x", "score": "٣"}),
        urlencode({"consent": "yes", "text": "x", "score": "²"}),
        urlencode({f"a{n}": "1" for n in range(500)}),
    ],
)
def test_the_open_form_says_what_is_wrong_with_an_answer(body: str, client: TestClient) -> None:
    """Anybody may send to it: a number of 5000 digits, or many fields, ended in a 500."""
    wanted = {"kind": "form", "name": "Avis", "options": {"question": "<script>Alors ?</script>", "consent": "Oui"}}
    made = client.post("/v1/sources", json=wanted).json()
    answer = client.post(f"/feedback/{made['id']}", content=body)
    assert answer.status_code == 422
    assert "<script>Alors" not in answer.text
