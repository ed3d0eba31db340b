"""The pictures of the documentation, taken from the served pages themselves.

    python tests/acceptance/pictures.py    the demonstration in a store of its own, then docs/images/*.png anew

`make pictures` does that; the browser tests take the same pictures of what they have served.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from browser_support import browser, page_of
from service import ROOT, Server, voc

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = ROOT / "docs" / "images"
WINDOW = {"width": 1200, "height": 760}
LARGEST_BYTES = 150_000
"""Of a picture: a reader of the first page loads both."""

CALL = "call-0003.ogg"
DEMO_S = 1800
"""The demonstration transcribes and analyses everything; a busy machine takes its time over it."""

Pictures = dict[str, str]
"""Name of the picture → path of the page it shows."""


def shown(server: Server) -> Pictures:
    """What is pictured of a served store: its latest digest, and a call (:data:`CALL` where it is there).

    Raises:
        AssertionError: the store holds no analysed call.
    """
    calls = server.get("/v1/interactions?channel=call&limit=200")["items"]
    recorded = sorted((one for one in calls if one["source"].endswith(".ogg")), key=lambda one: one["source"] != CALL)
    assert recorded, "no recording was analysed"
    return {"digest": "/digest", "call": f"/interactions/{recorded[0]['id']}"}


def take(opened: Browser, server: Server, folder: Path) -> list[Path]:
    """Picture the pages in English by daylight, ``WINDOW`` pixels each; returns the PNG files.

    Raises:
        AssertionError: a page shows a fault, or a picture is larger than ``LARGEST_BYTES``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name, path in shown(server).items():
        with page_of(opened, viewport=WINDOW) as watched:
            watched.page.goto(server.url + path)
            watched.page.wait_for_load_state("networkidle")
            watched.check(name)
            taken.append(folder / f"{name}.png")
            watched.page.screenshot(path=str(taken[-1]), animations="disabled", caret="hide")
        size = taken[-1].stat().st_size
        assert size <= LARGEST_BYTES, f"{name}.png has {size} bytes; at most {LARGEST_BYTES} are for a picture"
    return taken


def main() -> None:
    """Analyse the samples, serve them, take the pictures."""
    with tempfile.TemporaryDirectory(prefix="voc-pictures-") as place:
        home = Path(place) / "home"
        voc("demo", "--no-serve", home=home, timeout=DEMO_S)
        server = Server(home, Path(place) / "server.log")
        try:
            with browser() as opened:
                for path in take(opened, server, IMAGES):
                    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
