"""No value of the sample customer base is in any answer a reader can get, nor in an export: every page, every route."""

from __future__ import annotations

import csv
import html
import re
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from voc.exporting import export_to
from voc.pipeline import import_customers, workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.resources import resource
from voc.settings import Settings
from voc.store import Filters, Store, open_store

pytestmark = [pytest.mark.integration, pytest.mark.slow]

EVERY = 12
"""Of the routes with an id, all but the words themselves are asked for one interaction in so many."""
MOST_LINKED = 1500
"""Pages that other pages link to, beyond those that are asked for by name."""
_LINKS = re.compile(r'(?:href|src|action|hx-get|data-src)="(/[^"]*)"')
_ASKED = ("contrat", "dossier", "numéro", "contract", "téléphone", "4042")


def base() -> list[dict[str, str]]:
    with resource("samples", "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def numbers() -> set[str]:
    """Contract and telephone numbers, digits and letters alone; telephones also as they are dialled from abroad."""
    found = set()
    for row in base():
        for column in ("téléphone", "mobile", "n° contrat"):
            plain = re.sub(r"[^\dA-Za-z]", "", row[column]).upper()
            if len(plain) >= 5:
                found.add(plain)
                found |= {"33" + plain[1:], plain[1:]} if column != "n° contrat" and plain[0] == "0" else set()
    return found


def squeezed(body: str) -> str:
    return re.sub(r"(?<=[0-9])(?:[\s.,/()-]|\u202f|\u00a0){1,3}(?=[0-9])", "", body).upper()


def leaked(body: str, values: set[str]) -> set[str]:
    """Those of ``values`` that stand in ``body`` as a word, or with separators between their digits."""
    return values & {*re.findall(r"[0-9A-Z]+", body.upper()), *re.findall(r"[0-9A-Z]+", squeezed(body))}


@pytest.fixture(scope="module", params=["customers first", "customers last"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Settings]]:
    """The sample texts (recordings apart) understood by the real models, before or after the customers came."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, topic_packs="telecom")
    customers = resource("samples", "customers.csv")
    with closing(open_store(settings)) as store, closing(WorkQueue(settings)) as queue:
        if request.param == "customers first":
            import_customers(store, customers, settings=settings)
        intake = Intake(store, settings, queue)
        for path in sorted(resource("samples").rglob("*")):
            spoken = path.parent.name == "calls" and path.suffix in {".json", ".vtt"}
            if spoken or path.name in {"chats.json", "emails.mbox", "enquete_nps.xlsx", "posts.ndjson", "reviews.csv",
                                       "reclamations.csv"}:  # fmt: skip
                intake.receive_path(path)
        workflows.set_worker_context(workflows.WorkerContext(store, settings))
        ids = store.interactions.all_ids(Filters())
        if request.param == "customers first":  # the other way round reads them all; here those with a number do
            said = store.interactions.records(ids)
            ids = [one.id for one in said if leaked(one.model_dump_json(), numbers())]
            assert len(ids) > 30
        for start in range(0, len(ids), 64):
            workflows.understand(ids[start : start + 64])
        workflows.set_worker_context(None)
        if request.param == "customers last":
            import_customers(store, customers, settings=settings)
        yield store, settings


def crawled(client: TestClient, store: Store) -> Iterator[tuple[str, str]]:
    """Every answer that a GET gives: routes of the API with the ids there are, and whatever their pages link to."""
    ids = store.interactions.all_ids(Filters())
    routes = [route for route, methods in client.get("/openapi.json").json()["paths"].items() if "get" in methods]
    starts = [route for route in routes if "{" not in route]
    starts += [f"/v1/interactions?q={word}&limit=200" for word in _ASKED] + [f"/v1/search?q={word}" for word in _ASKED]
    starts += [f"/?lang=en&q={word}" for word in _ASKED]
    for route in routes:
        if "/interactions/{" in route and route.count("{") == 1:
            words = route.endswith(("}", "/transcript"))
            starts += [re.sub(r"\{.*?\}", one, route) for one in ids[:: 1 if words else EVERY]]
        if "/customers/{" in route and route.count("{") == 1:
            starts += [re.sub(r"\{.*?\}", row["id_client"], route) for row in base()]
    starts += ["/", *(f"/interactions/{one}" for one in ids[::EVERY])]
    starts += [f"/customers/{row['id_client']}" for row in base()]
    waiting, seen, linked = deque(starts), set(starts), 0
    while waiting:
        url = waiting.popleft()
        answer = client.get(url, follow_redirects=True)
        kind = answer.headers.get("content-type", "")
        if "json" not in kind and "text" not in kind:
            continue
        body = html.unescape(answer.text)
        yield url, body
        for link in _LINKS.findall(answer.text):
            target = urldefrag(html.unescape(link))[0]
            if linked < MOST_LINKED and target not in seen and not target.startswith(("/static", "/docs")):
                seen.add(target)
                linked += 1
                waiting.append(target)


def test_no_answer_a_reader_gets_holds_a_value_of_the_base(lived: tuple[Store, Settings]) -> None:
    store, settings = lived
    _, secret = store.access.create_key("r", "reader", now=datetime.now(UTC))
    values = numbers()
    mails = {row["email"].lower() for row in base() if row["email"]}
    assert len(values) > 100 and mails
    found: dict[str, set[str]] = {}
    pages = 0
    app = create_app(store, settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        for url, body in crawled(client, store):
            pages += 1
            lower = body.lower()
            if hits := leaked(body, values) | {one for one in mails if one in lower}:
                found[url] = hits
    assert found == {}
    assert pages > 1000


def test_no_text_shown_names_the_customer_it_belongs_to(lived: tuple[Store, Settings]) -> None:
    store, _ = lived
    ids = store.interactions.all_ids(Filters())
    names = {row["id_client"]: row["nom"] for row in base()}
    values = numbers() | {row["id_client"].upper() for row in base()}
    wrong = []
    for one in store.findings.analyses(ids).values():
        row = store.interactions.get(one.id)
        words = one.redacted_text or ""
        name = names.get((row.customer_id if row else None) or "", "")
        if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words):
            wrong.append((one.id, name))
        wrong += [(one.id, number) for number in leaked(words, values)]
    assert wrong == []


def test_no_export_holds_a_value_of_the_base(lived: tuple[Store, Settings], tmp_path: Path) -> None:
    store, _ = lived
    target = tmp_path / "insight.db"
    export_to(store, target)
    mails = {row["email"].lower() for row in base() if row["email"]}
    values = numbers()
    with closing(sqlite3.connect(target)) as connection:
        lines = [text for text in connection.iterdump() if text.startswith("INSERT")]
    wrong = [(line, hits) for line in lines if (hits := leaked(line, values) | {m for m in mails if m in line.lower()})]
    assert wrong == []
