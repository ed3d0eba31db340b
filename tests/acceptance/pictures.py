"""The pictures of the documentation, taken from the served pages themselves.

    python tests/acceptance/pictures.py                the demonstration in a store of its own, then the pictures anew
    python tests/acceptance/pictures.py --of ADDRESS   of a demonstration that is served already

docs/images/*.png are those of the first page, docs/images/pages/*.webp every page at a desk and on a phone, shown by
docs/pages.md. `make pictures` does that; the browser tests take those of the first page of what they have served.
"""

from __future__ import annotations

import json
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from browser_support import browser, page_of
from PIL import Image
from service import ROOT, Server, voc

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = ROOT / "docs" / "images"
WINDOW = {"width": 1200, "height": 760}
LARGEST_BYTES = 150_000
"""Of a picture: a reader of the first page loads both."""

PAGES = IMAGES / "pages"
PAGE = ROOT / "docs" / "pages.md"
SHOWN_AT = {"desk": ({"width": 1200, "height": 800}, 760), "phone": ({"width": 390, "height": 844}, 300)}
"""Window, and how many pixels wide it is in the documentation."""
QUALITY = 62
LARGEST_IN_ALL = 3_000_000
"""Bytes of all pages together."""

CALL = "call-0003.ogg"
DEMO_S = 1800
"""The demonstration transcribes and analyses everything; a busy machine takes its time over it."""

Pictures = dict[str, str]
"""Name of the picture → path of the page it shows."""

PLACES = {
    "overview": ("/", "Overview: the week that is over, what rose and what fell"),
    "interactions": (
        "/interactions?topic=billing&topic=app&sentiment=negative",
        "Interactions of two topics",
    ),
    "search": ("/interactions?q=charged+twice", "Search by words and meaning"),
    "call": ("/interactions/{call}", "A call: player, words in step, what was found"),
    "message": ("/interactions/{message}", "A message and whose it is"),
    "corrections": ("/corrections", "What is worth reading first"),
    "topics": ("/topics", "Topics, with what is said of each"),
    "packs": ("/topics/packs", "Topic packs and topics of one's own"),
    "themes": ("/themes", "Themes no topic explains"),
    "corroboration": ("/corroboration", "Who says the same independently"),
    "explore": ("/explore?metric=negative&by=week&and_by=channel&period=all", "Explore: any figure by any dimension"),
    "drivers": ("/drivers", "What moves the score"),
    "categories": ("/categories", "Calls: quality by category"),
    "expectations": ("/expectations", "What customers expect, and how hard it was"),
    "contexts": ("/contexts", "Contexts: where a subject gathers"),
    "customers": ("/customers", "Customers"),
    "at-risk": ("/customers/at-risk", "Customers at risk, each sum taken apart"),
    "customer": ("/customers/{customer}", "One customer on one line of time"),
    "links": ("/links", "Links to review"),
    "repeat-contacts": ("/repeat-contacts", "Who had to come back"),
    "pressure": ("/pressure", "Contact pressure"),
    "digest": ("/digest", "The digest of the week"),
    "findings": ("/findings", "Findings that are followed"),
    "alerts": ("/alerts", "Alerts"),
    "subscriptions": ("/subscriptions", "Subscriptions"),
    "handover": ("/handover", "Handing over"),
    "exports": ("/exports", "Exports"),
    "upload": ("/upload", "Import"),
    "sources": ("/sources", "Sources that flow in by themselves"),
    "keys": ("/settings/keys", "Keys"),
}
"""Name → the page it is of, and what it shows, in the order of docs/pages.md."""


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


def take_pages(opened: Browser, address: str, folder: Path) -> None:
    """Picture every page of :func:`pages_of` as WebP, at a desk and on a phone.

    Raises:
        AssertionError: a page shows a fault, or they are larger than ``LARGEST_IN_ALL`` together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    for name, path in pages_of(address).items():
        for where, (window, width) in SHOWN_AT.items():
            with page_of(opened, viewport=window) as watched:
                watched.page.goto(address + path)
                watched.page.wait_for_load_state("networkidle")
                watched.check(path)
                shot = Image.open(BytesIO(watched.page.screenshot(animations="disabled", caret="hide")))
                shot.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
                shot.save(folder / f"{name}-{where}.webp", quality=QUALITY, method=6)
    size = sum(one.stat().st_size for one in folder.glob("*.webp"))
    assert size <= LARGEST_IN_ALL, f"{size} bytes of pictures; at most {LARGEST_IN_ALL} are for them"


def pages_of(address: str) -> Pictures:
    """What :data:`PLACES` are at a served demonstration: a call, a message, the customer who is heard of most."""

    def first(query: str, ending: str = "") -> str:
        with urlopen(f"{address}/v1/{query}") as answer:
            return next(str(one["id"]) for one in json.load(answer)["items"] if one.get("source", "").endswith(ending))

    ids = {
        "call": first("interactions?channel=call&limit=200", ".ogg"),
        "message": first("interactions?channel=email&customer=any&limit=1"),
        "customer": first("customers/at-risk?limit=1"),
    }
    return {name: path.format(**ids) for name, (path, _) in PLACES.items()}


def shown_pages() -> str:
    """docs/pages.md: every page as it looks at a desk and on a phone."""
    about = "Every page over the samples, at a desk and on a phone, as `make pictures` took them."
    lines = ["# Pages", "", about, "Each is there in French too, and by night."]
    for name, (path, title) in PLACES.items():
        where = path.partition("?")[0].replace("{call}", "ID").replace("{message}", "ID").replace("{customer}", "ID")
        images = " ".join(
            f"![{title}, {at}](images/pages/{name}-{where_at}.webp)"
            for where_at, at in (("desk", "at a desk"), ("phone", "on a phone"))
        )
        lines += ["", f"## {title}", "", f"`{where}`", "", images]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Analyse the samples, serve them, take the pictures."""
    if len(sys.argv) == 3 and sys.argv[1] == "--of":
        with browser() as opened:
            take_pages(opened, sys.argv[2].rstrip("/"), PAGES)
        PAGE.write_text(shown_pages(), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory(prefix="voc-pictures-") as place:
        home = Path(place) / "home"
        voc("demo", "--no-serve", home=home, timeout=DEMO_S)
        server = Server(home, Path(place) / "server.log")
        try:
            with browser() as opened:
                for path in take(opened, server, IMAGES):
                    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")
                take_pages(opened, server.url, PAGES)
                PAGE.write_text(shown_pages(), encoding="utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
