"""A store with something on every page, and the addresses of all pages: a new page is among them by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from makers import a_vector, an_interaction, understood
from reviewed_weeks import KEY, MONDAY, a_call, fill

from api.app import ROUTERS
from voc.pipeline.digest_upkeep import save_due
from voc.records import Interval
from voc.records.themes import Theme, ThemeRun, ThemeWord
from voc.settings import Settings
from voc.signing import sign
from voc.sources.registry import kinds as source_kinds
from voc.store import Filters, Store
from voc.store.themes import ReadClause

THEMES = {
    "theme_meter00001": ("Compteur", "le compteur communicant posé sans accord"),
    "theme_parking001": ("Parking", "le parking de la clinique est trop petit"),
}
MAPPED = "Réf;Ce que vous pensez;Quand;Zone\nA-1;Très déçue du délai;09/11/2026;Nord\n"
Parameters = dict[str, tuple[str, ...]]
"""Name of a path's parameter, or ``path:name`` where it means another thing there → its values."""

QUERIES = {
    "/interactions": (
        "",
        "?q=facture",
        "?topic=network&topic=price&channel=email&sentiment=negative",
        "?week=2020-W01",
    ),
    "/explore": (
        "",
        "?by=topic&and_by=channel&period=all",
        "?by=week&topic=network&topic=price&period=all&compare=year",
    ),
    "/links/merge": ("?first=C1", "?first=C1&second=C4"),
    "/links/split": ("?record=C1",),
    "/customers": ("", "?q=zzz"),
    "/topics": ("", "?topic=network"),
}
"""Pages that look otherwise with a query, and those that need one."""


def fill_every_page(store: Store) -> None:
    """Six weeks and a call, themes and what was saved for the weeks."""
    fill(store)
    a_call(store)
    _themes(store)
    save_due(store, now=MONDAY)


def _themes(store: Store) -> None:
    found, placed = [], {}
    for place, (theme_id, (name, clause)) in enumerate(THEMES.items()):
        labels = {"fr": name, "en": f"{name} (en)"}
        word = ThemeWord(text=name.lower(), language="fr", weight=1.0, n=6, forms=(name.lower(),))
        made = Theme(id=theme_id, labels=labels, words=(word,), group=theme_id, floor=0.5, created_at=MONDAY)
        found.append((made, a_vector(place)))
        for number in range(6):
            own = " ".join(f"{chr(97 + number)}{chr(97 + step)}{chr(97 + place)}" for step in range(9))
            text, at = f"{own} {clause}", MONDAY - timedelta(days=2, hours=number)
            one = understood(store, an_interaction(900 + 10 * place + number, text=text, occurred_at=at))
            read = ReadClause(0, len(text), "fr", -0.5, a_vector(number))
            store.themes.save_clauses({one.id: [read]}, encoder="test@1", now=MONDAY)
    for row, key in enumerate(store.themes.clauses(Filters()).ids.tolist()):
        placed[key] = (list(THEMES)[row // 6], 0.9 - row / 100)
    run = ThemeRun(
        id="run1", at=MONDAY, since=MONDAY - timedelta(weeks=8), until=MONDAY, interactions=20, unexplained=12,
        clauses=12, left_out=0, outlier_share=0.1, outlier_interval=Interval(low=0.0, high=0.4), themes=2, seconds=1.0,
    )  # fmt: skip
    store.themes.save_run(run, found, placed)


def fill_by_hand(address: str, settings: Settings, folder: Path) -> Parameters:
    """What people set up, through the API of a served store; returns what the paths of pages may name."""
    with httpx.Client(base_url=address, timeout=60) as client:

        def sent(method: str, path: str, **more: Any) -> Any:
            answer = client.request(method, path, **more)
            assert answer.is_success, (path, answer.text)
            return answer.json()

        week = {"week": "2026-W46"}
        sent("POST", "/v1/digests/2026-W46/review", json={"item": KEY, "action": "assign", "owner": "Sam"})
        wish = {"name": "Direction", "target": "lea@example.com"}
        subscription = sent("POST", "/v1/subscriptions", json=wish)["id"]
        sent("POST", f"/v1/subscriptions/{subscription}/test")
        targets = [{"kind": "mail", "address": "sam@example.com"}]
        rule = {"name": "Réseau", "query": "topic=network", "threshold": 3, "period": "week", "targets": targets}
        number = sent("POST", "/v1/alerts", json=rule)["rule"]["id"]
        sent("POST", f"/v1/alerts/{number}/test")
        shared = sent("POST", "/v1/shares", json=week)["url"]
        sent("POST", "/v1/views", json={"name": "Réseau", "path": "/explore", "query": "topic=network"})
        sent("POST", "/v1/annotations", json={"day": "2026-11-10", "text": "9.4.0"})
        sent("POST", "/v1/exports", json={"query": "topic=network"})
        table = {"file": ("avis.csv", MAPPED.encode())}
        sent("PUT", "/v1/mappings/Enquête", files=table, data={"map": "customer=Zone", "channel": "survey"})
        upload = sent("POST", "/v1/uploads", files=table)["uploads"][0]["id"]
        folder.mkdir()
        watched = {"kind": "folder", "name": "Appels", "options": {"path": str(folder)}}
        source = sent("POST", "/v1/sources", json=watched)["id"]
        form = sent(
            "POST",
            "/v1/sources",
            json={"kind": "form", "name": "Avis", "options": {"question": "Dites-nous tout", "consent": "OK"}},
        )["id"]
        call = sent("GET", "/v1/interactions?channel=call")["items"][0]["id"]
        mail = sent("GET", "/v1/interactions?topic=network")["items"][0]["id"]
    return {
        "interaction_id": (call, mail),
        "customer_id": ("C1",),
        "upload_id": (upload,),
        "kind": tuple(source_kinds()),
        "source_id": (source,),
        "/feedback/{source_id}:source_id": (form,),
        "theme_id": tuple(THEMES)[:1],
        "week": ("2026-W46", "2026-W40"),
        "finding": (KEY,),
        "/unsubscribe/{token}:token": (sign(settings, "unsubscribe", subscription),),
        "/shared/{token}:token": (urlsplit(shared).path.rpartition("/")[2],),
    }


def addresses(known: Parameters) -> Iterator[str]:
    """Every page that answers GET with HTML, for each value of the parameters of its path.

    Raises:
        KeyError: a page's path has a parameter that nothing here fills: say in :func:`fill_by_hand` what it may be.
    """
    pages = {
        route.path: None
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in route.methods and route.response_class is HTMLResponse
    }
    for path in pages:
        names = re.findall(r"\{(\w+)(?::path)?\}", path)
        plain = re.sub(r":path\}", "}", path)
        of_each = [known.get(f"{plain}:{name}") or known[name] for name in names]
        for chosen in product(*of_each):
            filled = plain.format(**{name: quote(value, safe=":") for name, value in zip(names, chosen, strict=True)})
            yield from (filled + query for query in QUERIES.get(path, ("",)))
    yield "/no-such-page"
