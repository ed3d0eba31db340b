"""Chromium from the system package, driven by Playwright, and what every page must hold to."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio"),
    "--autoplay-policy=no-user-gesture-required",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 740}
HOW_TO_INSTALL = "The browser tests need Chromium: `apt-get install chromium`, or VOC_CHROMIUM=/path/to/chromium."


def chromium_path() -> str:
    """Where Chromium is.

    Raises:
        FileNotFoundError: nowhere; the message says how to install it.
    """
    named = os.environ.get("VOC_CHROMIUM")
    for candidate in [named] if named else CANDIDATES:
        if found := shutil.which(candidate):
            return found
    raise FileNotFoundError(HOW_TO_INSTALL)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def page_of(
    opened: Browser, *, viewport: dict[str, int], dark: bool = False, locale: str = "en-GB"
) -> Iterator[Watched]:
    """A fresh page that remembers everything that went wrong on it."""
    context: BrowserContext = opened.new_context(
        viewport=viewport,
        locale=locale,
        color_scheme="dark" if dark else "light",  # type: ignore[arg-type]
    )
    try:
        yield Watched(context.new_page())
    finally:
        context.close()


class Watched:
    """A page with its console errors, its exceptions and its refused requests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("response", self._answered)

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console {kind}: {text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def check(self, name: str) -> None:
        """No fault so far, and nothing wider than the window.

        Raises:
            AssertionError: with the page's name and what is wrong.
        """
        assert not self.faults, f"{name}: {self.faults}"
        self.page.wait_for_load_state()  # a form may have led elsewhere
        wide = self.page.evaluate(
            """() => {
              const room = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= room) return [];
              return [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > room + 1)
                .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
            }"""
        )
        assert not wide, f"{name} scrolls sideways: {wide}"


def until(page: Page, expression: str, *, timeout_s: float = 30) -> None:
    """Wait until a JavaScript expression holds, asking from outside: our own content security policy forbids the
    page to evaluate strings, which is what Playwright's ``wait_for_function`` does.

    Raises:
        AssertionError: it does not hold in time; the message names it.
    """
    deadline = time.monotonic() + timeout_s
    while not page.evaluate(f"() => Boolean({expression})"):
        assert time.monotonic() < deadline, f"never so: {expression}"
        page.wait_for_timeout(50)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The application on a free port of this machine, in a thread; yields its address."""
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
