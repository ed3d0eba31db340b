"""An analyser from a package voc knows nothing of: installed beside it, everything about its kind is there."""

from __future__ import annotations

import csv
import json
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from foreign_packages import lay_beside
from service import Server, rows, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

PACKAGE = '''
"""Which competitors customers name, and how strained they sound by their exclamation marks."""

from voc.analysers import PreparedText, Range, SignalKind, analyser

RIVAL = SignalKind(
    "rival",
    title={"fr": "Concurrent cité", "en": "Competitor named"},
    labels={"orange": {"fr": "Orange", "en": "Orange"}, "sfr": {"fr": "SFR", "en": "SFR"}},
    correctable=True,
)
STRAIN = SignalKind(
    "strain", title={"fr": "Points d'exclamation", "en": "Exclamation marks"}, value=Range(0, 9),
    bands={"loud": Range(3, 9, {"fr": "beaucoup", "en": "many"})}, one_per_interaction=True,
)


@analyser("rivals", version="1", gives=(RIVAL, STRAIN))
def rivals(text: PreparedText):
    for label, begin, end in text.find({"orange": ["orange"], "sfr": ["sfr"]}):
        yield text.signal(RIVAL, label, begin=begin, end=end)
    if marks := text.text.count("!"):
        yield text.signal(STRAIN, "strain", value=min(9, marks))


@analyser("broken", version="1", gives=(SignalKind("never", title={"fr": "Jamais", "en": "Never"}),))
def broken(text: PreparedText):
    raise RuntimeError(text.text)
'''
TEXTS = (
    "Ma sœur est passée chez Orange et paie deux fois moins cher.",
    "Je résilie et je pars chez SFR !!!",
    "Orange ou SFR, tout vaut mieux que vous !",
    "La facture est juste, merci.",
    "Le technicien n'est jamais venu.",
    "Bonjour, quels sont vos horaires ?",
    "Toujours pas de réseau depuis lundi !!!",
    "Chez Orange j'avais la fibre.",
    "Votre boutique de Nantes est parfaite.",
    "I am leaving for SFR next week.",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Ten messages analysed while the package lies beside voc, found by its entry points alone."""
    folder = tmp_path_factory.mktemp("foreign")
    beside = folder / "site"
    (beside / "voc_rivals").mkdir(parents=True)
    (beside / "voc_rivals" / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    lay_beside(beside, "voc-rivals", {"voc.analysers": {"rivals": "voc_rivals:rivals", "broken": "voc_rivals:broken"}})
    (folder / "customers.csv").write_text("id,name,email\nC1,Anne Martin,anne.martin@example.org\n", encoding="utf-8")
    with (folder / "chats.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "email"])
        writer.writerows([str(n), text, "anne.martin@example.org" if n == 0 else ""] for n, text in enumerate(TEXTS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(beside), prepend=":")
        voc("customers", "import", str(folder / "customers.csv"), home=folder / "home")
        voc("ingest", str(folder / "chats.csv"), "--channel", "chat", "--wait", home=folder / "home")
        yield folder / "home"


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    running = Server(home, home.parent / "server.log")
    try:
        yield running
    finally:
        running.stop()


def asked(server: Server, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        server.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def refused(server: Server, method: str, path: str, body: Any = None) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as error:
        asked(server, method, path, body)
    with error.value as answer:
        return answer.code, answer.read().decode()


def texts(server: Server, query: str) -> set[str]:
    found = server.get(f"/v1/interactions?limit=50&{query}")["items"]
    return {server.get(f"/v1/interactions/{one['id']}")["analysis"]["text"] for one in found}


def page(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path, timeout=60) as answer:
        return str(answer.read().decode())


def test_its_filter_narrows_lists_and_says_what_it_does_not_know(server: Server) -> None:
    assert texts(server, "rival=orange") == {TEXTS[0], TEXTS[2], TEXTS[7]}
    assert texts(server, "rival=any&strain=loud") == {TEXTS[1]}
    assert texts(server, "strain=1") == {TEXTS[2]}
    status, said = refused(server, "GET", "/v1/interactions?rival=ornage")
    assert status == 422
    assert "Did you mean orange?" in said
    assert "Competitor named" in page(server, "/interactions?rival=sfr")


def test_its_words_are_marked_in_the_text_as_it_was_written(server: Server) -> None:
    (found,) = [one for one in server.get("/v1/interactions?rival=orange&limit=50")["items"] if one["customer_id"]]
    analysis = server.get(f"/v1/interactions/{found['id']}")["analysis"]
    (signal,) = [one for one in analysis["signals"] if one["kind"] == "rival"]
    assert analysis["text"] == TEXTS[0]
    assert analysis["text"][signal["begin"] : signal["end"]] == "Orange"
    assert "Competitor named" in page(server, f"/interactions/{found['id']}")


def test_its_figure_has_shares_and_opens(server: Server) -> None:
    figures = server.get("/v1/insights/signals/rival?by=channel")
    assert figures["title"]["fr"] == "Concurrent cité"
    assert (figures["overall"]["n"], figures["overall"]["total"]) == (5, 10)
    assert {one["label"]: one["n"] for one in figures["overall"]["labels"]} == {"orange": 3, "sfr": 3}
    (chat,) = figures["figures"]
    assert chat["keys"] == {"channel": "chat"}
    opened = chat["labels"][0]["href"].partition("?")[2]
    assert len(server.get(f"/v1/interactions?limit=50&{opened}")["items"]) == chat["labels"][0]["n"]
    assert server.get("/v1/insights/signals/strain")["overall"]["values"] == {"1": 1, "3": 2}
    assert refused(server, "GET", "/v1/insights/signals/rivals")[0] == 404


def test_a_person_corrects_it_by_http_and_on_the_page(server: Server) -> None:
    (one,) = server.get("/v1/interactions?rival=sfr&language=en")["items"]
    corrected = asked(server, "PATCH", f"/v1/interactions/{one['id']}", {"signals": {"rival": {"remove": ["sfr"]}}})
    assert corrected["analysis"]["corrected"] == ["rival:sfr"]
    assert not [signal for signal in corrected["analysis"]["signals"] if signal["kind"] == "rival"]
    assert texts(server, "rival=sfr") == {TEXTS[1], TEXTS[2]}
    assert "rival+orange" in page(server, f"/interactions/{one['id']}")
    wrong = {"signals": {"rival": {"add": ["free"]}}}
    assert refused(server, "PATCH", f"/v1/interactions/{one['id']}", wrong)[0] == 422


def test_its_columns_and_rows_are_in_the_export(home: Path) -> None:
    voc("export", str(home.parent / "insight.db"), home=home)
    with closing(sqlite3.connect(home.parent / "insight.db")) as database:
        found = dict(database.execute("SELECT text, rival FROM interactions WHERE rival IS NOT NULL").fetchall())
        assert found[TEXTS[2]] == "orange;sfr"
        assert database.execute("SELECT max(strain) FROM interactions").fetchone() == (3,)
        words = database.execute("SELECT DISTINCT words FROM signals WHERE kind = 'rival' AND words IS NOT NULL")
        assert {word.lower() for (word,) in words} == {"orange", "sfr"}


def test_one_that_fails_costs_its_own_signals_only(server: Server) -> None:
    (one,) = server.get("/v1/interactions?strain=1")["items"]
    skipped = server.get(f"/v1/interactions/{one['id']}")["analysis"]["skipped"]
    assert [each["reason"] for each in skipped if each["feature"] == "broken"] == [
        "the analyser broken failed (RuntimeError)"
    ]
    assert TEXTS[2] not in (server.home.parent / "server.log").read_text()


def test_erasing_keeps_what_is_counted_without_the_places_of_words(home: Path, server: Server) -> None:
    server.stop()
    voc("customers", "erase", "C1", "--policy", "personal", "--yes", home=home)
    kept = rows(home, "SELECT label, begin, end FROM signal WHERE kind = 'rival' AND begin IS NULL")
    assert ("orange", None, None) in kept
    assert "sœur" not in json.dumps(rows(home, "SELECT document FROM analysis"), ensure_ascii=False)
