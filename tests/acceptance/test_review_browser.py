"""The Monday of an insight manager in a browser: assign a finding, see in a week whether it moved, close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_support import DESKTOP, PHONE, page_of, serving
from reviewed_weeks import KEY, MONDAY, fill

from api.app import create_app
from voc.settings import Settings
from voc.store import open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

A_WEEK = timedelta(days=7)


class Clock:
    """What time it is for the server."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


def card(page: Any, words: str) -> Any:
    return page.locator("article.item", has=page.locator("h3", has_text=words)).first


@pytest.mark.parametrize(
    ("locale", "viewport", "said"),
    [
        ("fr-FR", DESKTOP, {
            "title": "Double prélèvement", "assign": "Confier", "comment": "Commenter", "close": "Clore",
            "verdict": "ne se distingue plus des semaines d’avant", "closed": "clos", "undo": "Annuler",
            "customers": "Clients à recontacter",
        }),
        ("en-GB", PHONE, {
            "title": "Double charge", "assign": "Assign", "comment": "Comment", "close": "Close",
            "verdict": "no longer told apart from the weeks before", "closed": "closed", "undo": "Undo",
            "customers": "Customers to get back to",
        }),
    ],
    ids=["fr at a desk", "en on a phone"],
)  # fmt: skip
def test_assign_on_monday_see_what_became_of_it_and_close(
    opened: Browser, tmp_path: Path, locale: str, viewport: dict[str, int], said: dict[str, str]
) -> None:
    settings, clock = Settings(home=tmp_path / "voc", secret="a test secret long enough"), Clock()
    with open_store(settings) as store:
        fill(store)
        app = create_app(store, settings, clock=clock)
        with serving(app) as address, page_of(opened, viewport=viewport, locale=locale) as watched:
            page = watched.page
            page.goto(f"{address}/digest/2026-W46")
            one = card(page, said["title"])
            one.locator("summary", has_text=said["assign"]).click()
            one.locator("input[name=owner]").fill("Sam")
            one.locator("input[name=due]").fill("2026-11-20")
            one.locator("form button", has_text=said["assign"]).click()
            one = card(page, said["title"])
            assert "Sam" in one.locator(".standing").inner_text()
            one.locator("summary", has_text=said["comment"]).click()
            one.locator("textarea[name=text]:visible").fill("Sophie Martin, 06 12 34 56 78, asked for her money.")
            one.locator("form button", has_text=said["comment"]).click()
            watched.check("digest of the week")

            clock.now = MONDAY + A_WEEK
            page.goto(f"{address}/digest/2026-W47")
            one = page.locator("section[aria-labelledby=followed] article").first
            assert said["verdict"] in one.inner_text() and "Sam" in one.inner_text()
            watched.check("digest of the week after")
            one.locator("summary", has_text=said["close"]).click()
            one.locator("textarea[name=text]:visible").fill("credit notes sent")
            one.locator("form button", has_text=said["close"]).click()
            page.goto(f"{address}/findings")
            assert said["closed"] in card(page, said["title"]).inner_text()
            watched.check("board")

            page.goto(f"{address}/findings/{KEY}")
            history = page.locator(".history").inner_text()
            assert "credit notes sent" in history
            assert "Martin" not in history and "06 12" not in history and "asked for her money" in history
            watched.check("history")
            page.locator(".history button", has_text=said["undo"]).first.click()
            assert "Sam" in page.locator(".standing").inner_text()
            page.locator("a", has_text=said["customers"]).click()
            assert "Ana Lopez" in page.inner_text("main")
            watched.check("customers")
