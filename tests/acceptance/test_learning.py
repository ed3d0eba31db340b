"""A manager disagrees, by HTTP and in the page; the models learn from it on demand, and go back when told."""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_support import DESKTOP, PHONE, browser, page_of
from service import Server, rows, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

TOWNS = (
    *("Brest", "Lille", "Nantes", "Lyon", "Nice", "Metz", "Tours", "Dijon", "Rouen", "Amiens", "Pau", "Nancy"),
    *("Caen", "Reims", "Angers", "Limoges", "Annecy", "Troyes", "Vannes", "Albi", "Agen", "Laval", "Colmar", "Niort"),
)
CLOSED, ASKED = "Le dossier de {} est passé en commission B.", "Quels sont les horaires de l'agence de {} ?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two kinds of messages: what only people here know to be bad news, and plain questions."""
    folder = tmp_path_factory.mktemp("learning")
    export = folder / "chats.csv"
    with export.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(
            [f"{n}-{t}", said.format(town)] for n, said in enumerate((CLOSED, ASKED)) for t, town in enumerate(TOWNS)
        )
    voc("ingest", str(export), "--channel", "chat", "--wait", home=folder / "home")
    return folder / "home"


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    running = Server(home, home.parent / "server.log")
    try:
        yield running
    finally:
        running.stop()


def patch(server: Server, one: str, labels: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"{server.url}/v1/interactions/{one}",
        data=json.dumps(labels).encode(),
        headers={"Content-Type": "application/json"},
        method="PATCH",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def corrected(server: Server) -> dict[str, str]:
    """Every message read by somebody: interaction → the label they gave it."""
    given: dict[str, str] = {}
    for row in server.get("/v1/interactions?limit=100")["items"]:
        given[row["id"]] = "negative" if "commission" in row["snippet"] else "neutral"
        patch(server, row["id"], {"sentiment": given[row["id"]], "reason": "lu"})
    return given


def labels(server: Server) -> dict[str, str]:
    return {row["id"]: row["sentiment_label"] for row in server.get("/v1/interactions?limit=100")["items"]}


def test_corrections_are_in_force_at_once_and_after_a_new_analysis(
    server: Server, corrected: dict[str, str], home: Path
) -> None:
    assert len(corrected) == 2 * len(TOWNS)
    assert labels(server) == corrected
    voc("reanalyse", "--wait", home=home)
    assert labels(server) == corrected
    shares = server.get("/v1/insights/sentiment")["overall"]["shares"]
    assert {label: shares[label]["n"] for label in ("negative", "neutral")} == {"negative": 24, "neutral": 24}


def test_the_models_learn_from_them_and_go_back_when_told(
    server: Server, corrected: dict[str, str], home: Path
) -> None:
    report = json.loads(voc("learn", "--json", home=home).stdout)
    learnt = next(one for one in report["heads"] if one["head"] == "message")

    assert learnt["decisions"] == len(corrected)
    assert learnt["put_in_force"], json.dumps(learnt)
    assert learnt["accuracy_after"] >= max(0.9, learnt["accuracy_before"])
    fresh = home.parent / "fresh.csv"
    fresh.write_text(f"text\n{CLOSED.format('Gap')}\n", "utf-8")
    read = json.loads(voc("analyse", str(fresh), "--channel", "chat", home=home).stdout)
    assert read["models"]["sentiment"].endswith(f"+learned.{report['version']}")
    assert read["sentiment"]["label"] == "negative"
    assert "learned" not in rows(home, "SELECT group_concat(document) FROM analysis")[0][0]
    assert "the models as shipped are in force" in voc("learn", "--reset", home=home).stdout
    shipped = json.loads(voc("analyse", str(fresh), "--channel", "chat", home=home).stdout)
    assert "learned" not in shipped["models"]["sentiment"]


def test_in_the_page_a_label_is_corrected_and_taken_back(server: Server, corrected: dict[str, str]) -> None:
    one = next(iter(corrected))
    with browser() as opened:
        for viewport in (DESKTOP, PHONE):
            with page_of(opened, viewport=viewport) as watched:
                page = watched.page
                page.goto(f"{server.url}/interactions/{one}")
                if page.locator("#corrections details:not([open])").count():
                    page.get_by_text("Disagree?").click()
                page.get_by_label("What is to be corrected").select_option("sentiment+positive")
                page.get_by_label("Why (optional)").fill("Read twice <b>")
                page.get_by_role("button", name="Correct", exact=True).click()
                page.wait_for_url("**#corrections")
                shown = page.locator("#corrections")
                assert "positive" in shown.inner_text() and "Read twice <b>" in shown.inner_text()
                shown.get_by_role("button", name="Withdraw").click()
                page.wait_for_url("**#corrections")
                assert "Read twice" not in page.locator("#corrections").inner_text()
                assert watched.faults == []
