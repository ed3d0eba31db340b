"""The whole way through in a real browser: send a recording and an export, read what became of them, open the digest.

The server is `voc serve` as a person starts it, with a worker of its own and the real models.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pictures
import pytest
from browser_support import DESKTOP, NARROWEST, PHONE, Watched, page_of, until
from service import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

SAMPLES = Path(__file__).parents[2] / "samples"
CONCEALED = "<img src=x onerror=\"document.title='owned'\">"
MOST_BYTES = 150_000
"""Of a page with everything it loads, as it comes over the line."""
WEIGHT = """performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .filter((one) => !one.name.endsWith("/audio")).reduce((sum, one) => sum + one.encodedBodySize, 0)"""
"""Of the page: a recording weighs what it lasts, and is told only where it came quicker than the page was looked at."""
PATIENCE_S = 240
"""For a 90 s call on a machine that does other work too."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`voc serve` over an empty home."""
    folder = tmp_path_factory.mktemp("served")
    server = Server(folder / "home", folder / "server.log")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    """Where the pages are, nothing sent yet by the test that asks for it alone."""
    return server.url


@pytest.fixture(scope="module")
def filled(server: Server, files: dict[str, Path]) -> str:
    """The same address once the recording and the export are analysed: by the first test, or now if run without it."""
    sent = [server.upload(files[name])["uploads"][0]["id"] for name in ("recording", "export")]
    deadline = time.monotonic() + PATIENCE_S
    while not all(server.get(f"/v1/uploads/{one}")["finished"] for one in sent):
        assert time.monotonic() < deadline, "the files of these tests were not analysed in time"
        time.sleep(0.5)
    return server.url


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A recording, two exports and a file that is no good."""
    folder = tmp_path_factory.mktemp("files")
    recording = min((SAMPLES / "calls").glob("*.ogg"), key=lambda path: path.stat().st_size)
    header, *rows = (SAMPLES / "reviews.csv").read_text("utf-8").splitlines(keepends=True)
    export = folder / "avis.csv"
    export.write_text(header + "".join(rows[:40]), "utf-8")
    unclear = folder / "sans-titre.csv"
    codes = "".join(f"K{n};R{n * 7};S{n % 3}\n" for n in range(1, 6))
    unclear.write_text(f"code;{CONCEALED};etat\n{codes}", "utf-8")
    empty = folder / "vide.wav"
    empty.write_bytes(b"")
    return {"recording": recording, "export": export, "unclear": unclear, "empty": empty}


def go(watched: Watched, address: str, path: str) -> Any:
    page = watched.page
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    return page


def test_send_wait_read_listen_and_open_the_digest(opened: Browser, address: str, files: dict[str, Path]) -> None:
    with page_of(opened, viewport=DESKTOP, locale="fr-FR") as watched:
        page = go(watched, address, "/upload")
        page.set_input_files("#files", [str(files["export"]), str(files["recording"])])
        page.click("#upload button.button")
        until(page, "document.querySelectorAll('[data-upload]').length === 2", timeout_s=60)
        done = "document.querySelectorAll('[data-upload] .state.done').length === 2"
        until(page, done, timeout_s=PATIENCE_S)
        watched.check("upload")
        # a recording leads straight to its words
        page.click(f"[data-upload]:has-text('{files['recording'].name}') a.button")
        page.wait_for_selector("#text .w")
        page.wait_for_load_state("networkidle")
        watched.check("call")
        words = page.locator("#text .w")
        assert words.count() > 40
        # a click on a word plays from it, and the words light up in step
        chosen = words.nth(12)
        begin_ms = int(chosen.get_attribute("data-b") or 0)
        chosen.click()
        until(page, "!document.getElementById('audio').paused", timeout_s=10)
        until(page, f"document.getElementById('audio').currentTime * 1000 > {begin_ms + 400}", timeout_s=10)
        lit = page.locator(".w.on")
        page.wait_for_selector(".w.on")
        assert int(lit.first.get_attribute("data-b") or 0) >= begin_ms
        page.keyboard.press("Escape")
        page.evaluate("document.getElementById('audio').pause()")
        here = page.url.partition("?")[0]
        # the address of a second opens there
        page.goto(f"{here}?t={begin_ms}")
        until(page, f"Math.abs(document.getElementById('audio').currentTime * 1000 - {begin_ms}) < 60")
        watched.check("call at a second")
        go(watched, address, "/digest")
        assert re.search(r"/digest/\d{4}-W\d{2}$", page.url)
        assert "interactions" in page.inner_text("#main")
        watched.check("digest")


def test_the_same_file_again_is_known_and_a_bad_one_says_why(
    opened: Browser, filled: str, files: dict[str, Path]
) -> None:
    with page_of(opened, viewport=PHONE, locale="en-GB") as watched:
        page = go(watched, filled, "/upload")
        page.set_input_files("#files", [str(files["export"]), str(files["empty"]), str(files["unclear"])])
        page.click("#upload button.button")
        until(page, "document.querySelectorAll('#sent [data-upload]').length === 3", timeout_s=60)
        watched.faults = [one for one in watched.faults if "422" not in one]  # the two refusals are what is tested
        cards = page.locator("#sent [data-upload]")
        assert "were known already" in cards.nth(0).inner_text()
        assert "vide.wav" in cards.nth(1).inner_text() and "empty" in cards.nth(1).inner_text()
        # the columns could not be told apart: say which one is the text and send it again
        mapping = cards.nth(2).locator("[data-mapping]")
        assert CONCEALED in mapping.inner_text()
        mapping.locator("select[name=text]").select_option(index=2)
        mapping.locator("button").click()
        until(page, "!document.querySelector('[data-mapping]')", timeout_s=60)
        assert page.title() != "owned"
        watched.check("upload on a phone")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, NARROWEST], ids=["desktop", "phone", "narrowest"])
def test_every_page_at_every_width(opened: Browser, filled: str, viewport: dict[str, int]) -> None:
    with page_of(opened, viewport=viewport, dark=viewport is PHONE) as watched:
        page = go(watched, filled, "/interactions")
        first = page.locator(".row-text").first.get_attribute("href")
        paths = ["/", "/interactions", "/interactions?q=facture&channel=review", "/interactions?channel=call", first]
        paths += ["/customers", "/customers/at-risk", "/links", "/repeat-contacts", "/pressure", "/topics", "/drivers"]
        paths += ["/explore?by=topic&and_by=channel&then_by=language&period=all", "/categories", "/expectations"]
        paths += ["/contexts", "/themes", "/digest", "/findings", "/alerts", "/subscriptions", "/handover", "/exports"]
        paths += ["/sources", "/upload", "/settings/keys", "/docs"]
        for path in paths:
            go(watched, filled, str(path))
            assert page.evaluate(WEIGHT) <= MOST_BYTES, path
            if path == "/":
                assert page.locator(".stacked svg").count() == 2
            watched.check(str(path))
        links = page.locator("nav a").all()
        assert [link.get_attribute("href") for link in links][:2] == ["/", "/interactions"]


def test_a_bar_of_a_chart_opens_its_interactions(opened: Browser, filled: str) -> None:
    with page_of(opened, viewport=DESKTOP) as watched:
        page = go(watched, filled, "/")
        page.locator(".stacked svg rect").first.click()
        page.wait_for_url("**/interactions?**")
        assert page.locator(".rows .row").count() > 0
        watched.check("interactions of a bar")


def test_the_keyboard_reaches_the_content_and_the_player(opened: Browser, filled: str) -> None:
    with page_of(opened, viewport=DESKTOP) as watched:
        page = go(watched, filled, "/interactions?channel=call")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.locator(".row-text").first.click()
        page.wait_for_selector("#audio")
        until(page, "document.getElementById('audio').readyState >= 1")
        page.locator("h1").click()
        page.keyboard.press("ArrowRight")
        until(page, "Math.abs(document.getElementById('audio').currentTime - 5) < 0.2")
        page.keyboard.press(" ")
        until(page, "!document.getElementById('audio').paused")
        watched.check("keyboard")


def test_without_scripts_the_figures_are_still_there(opened: Browser, filled: str) -> None:
    context = opened.new_context(java_script_enabled=False, viewport=DESKTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{filled}/")
    page.locator("summary").first.click()
    assert page.locator("table.numbers").first.is_visible()
    page.goto(f"{filled}/upload")
    assert page.locator("form#upload button").is_visible()
    context.close()


def test_paper_keeps_the_source_of_a_quote_and_none_of_what_is_clicked(opened: Browser, filled: str) -> None:
    with page_of(opened, viewport=DESKTOP) as watched:
        page = go(watched, filled, "/digest")
        quote = "<blockquote class='tried'><p>Words.</p><footer>Call, 9 Nov</footer></blockquote>"
        page.evaluate("quote => document.querySelector('#main').insertAdjacentHTML('beforeend', quote)", quote)
        clicked = (".top", "select[name=week]", ".head-end .button", ".head-end .link", ".formats", "body > footer")
        assert all(page.locator(one).is_visible() for one in (*clicked, ".tried footer"))
        page.emulate_media(media="print")
        assert page.locator(".tried footer").is_visible()
        assert [one for one in clicked if page.locator(one).is_visible()] == []
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).breakInside") == "auto"


def test_the_pictures_of_the_documentation_are_of_these_pages(
    opened: Browser, server: Server, filled: str, tmp_path: Path
) -> None:
    """What `make pictures` would take can be taken, and the committed ones have its names and shape."""
    taken = {path.name: path.read_bytes() for path in pictures.take(opened, server, tmp_path)}
    committed = {path.name: path.read_bytes() for path in pictures.IMAGES.glob("*.png")}
    assert committed.keys() == taken.keys()
    for name, data in committed.items():
        assert data[:24] == taken[name][:24], f"{name}: not a PNG of this width and height; run `make pictures`"
        assert len(data) <= pictures.LARGEST_BYTES
