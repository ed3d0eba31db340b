"""axe finds nothing on any page, in French and in English, by day and by night (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_support import DESKTOP, PHONE, page_of, serving
from every_page import Parameters, addresses, fill_by_hand, fill_every_page
from reviewed_weeks import MONDAY

from api.app import create_app
from voc.settings import Settings
from voc.store import open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
"""What is folded away is looked at too."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Parameters]]:
    """A store with something on every page."""
    home = tmp_path_factory.mktemp("served")
    settings = Settings(
        home=home / "voc", secret="a test secret long enough", lookalikes=True, smtp_url="smtp://127.0.0.1:1",
        mail_from="voc@example.com", public_url="https://voc.example.com",
    )  # fmt: skip
    with open_store(settings) as store:
        fill_every_page(store)
        app = create_app(store, settings, clock=lambda: MONDAY)
        with serving(app) as address:
            yield address, fill_by_hand(address, settings, home / "inbox")


def faults(page: Page) -> list[str]:
    """What axe finds: rule, how often, the first place and what would mend it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ×{len(one['nodes'])}: {one['nodes'][0]['html'][:200]} – {one['nodes'][0]['failureSummary']}"
        for one in found
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize(("locale", "viewport"), [("fr-FR", DESKTOP), ("en-GB", PHONE)], ids=["fr", "en on a phone"])
def test_axe_finds_nothing_on_any_page(
    opened: Browser, served: tuple[str, Parameters], locale: str, viewport: dict[str, int], dark: bool
) -> None:
    address, known = served
    found: dict[str, list[str]] = {}
    looked_at = 0
    with page_of(opened, viewport=viewport, locale=locale, dark=dark) as watched:
        for path in addresses(known):
            if "<!doctype html>" not in watched.page.request.get(address + path).text():
                continue  # a part of a page, looked at where it stands
            answer = watched.page.goto(address + path)
            assert answer is not None and answer.status == (404 if path == "/no-such-page" else 200), path
            watched.page.wait_for_load_state("networkidle")
            looked_at += 1
            if path != "/no-such-page":
                watched.check(path)
            watched.faults.clear()
            watched.page.evaluate(OPEN_ALL)
            if wrong := faults(watched.page):
                found[path] = wrong
    assert looked_at > 50
    assert found == {}, "\n".join(f"{path}\n  " + "\n  ".join(wrong) for path, wrong in found.items())
