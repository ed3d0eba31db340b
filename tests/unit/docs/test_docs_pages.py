"""The pages themselves: links lead somewhere, figures are those of the tables, what is made from the code is fresh."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
FIRST_PAGE = ROOT / "README.md"
PAGES = [FIRST_PAGE, ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
TWO_SCREENS = 120
"""Lines of the first page, tables included."""
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
FILE = re.compile(r"`((?:voc|api|tests|models|samples|docs|benchmarks)/[\w./-]*\w/?)`")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def prose(page: Path) -> str:
    """The text of a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and MkDocs make it of plain words."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def sections(page: Path) -> dict[str, str]:
    """Anchor → text below its heading, up to the next heading of the same or a higher level."""
    lines = page.read_text(encoding="utf-8").splitlines()
    heads = [(n, len(m[1]), slug(m[2])) for n, line in enumerate(lines) if (m := re.match(r"(#+) (.*)", line))]
    found = {}
    for place, (begin, level, name) in enumerate(heads):
        end = next((n for n, other, _ in heads[place + 1 :] if other <= level), len(lines))
        found[name] = "\n".join(lines[begin:end])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link}: there is no such file"
        if anchor and target.suffix == ".md":
            assert anchor in sections(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_named_is_there(page: Path) -> None:
    assert [name for name in FILE.findall(prose(page)) if not (ROOT / name).exists()] == []


def test_the_first_page_stays_short() -> None:
    assert len(FIRST_PAGE.read_text(encoding="utf-8").splitlines()) <= TWO_SCREENS


def test_the_figures_are_those_of_the_commands() -> None:
    """docs/figures/NAME.md is what a command printed; the page of figures quotes all of it."""
    page = (DOCS / "figures.md").read_text(encoding="utf-8")
    tables = sorted((DOCS / "figures").glob("*.md"))
    assert tables
    for table in tables:
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("|"):
                assert line in page, f"{table.name}: docs/figures.md does not have this line of it: {line}"


def test_the_ten_figures_stand_in_the_tables_they_link_to() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in sections(FIRST_PAGE)["ten-figures"].splitlines()
        if line.startswith("|") and "](docs/" in line
    ]
    assert len(rows) == 10
    for _, figure, _, link in rows:
        path, _, anchor = LINK.findall(link)[0].partition("#")
        told = set(NUMBER.findall(sections(ROOT / path)[anchor]))
        assert NUMBER.search(figure), f"{figure}: says no figure"
        assert set(NUMBER.findall(figure)) <= told, f"{figure}: does not stand in {path}#{anchor}"


def test_every_page_is_in_the_menu_of_the_site() -> None:
    class Loader(yaml.SafeLoader):
        """MkDocs' own tags stand for names of functions, which nobody needs here."""

    Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: None)
    menu = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=Loader)["nav"]

    def leaves(entry: object) -> set[str]:
        if isinstance(entry, str):
            return {entry}
        assert isinstance(entry, dict | list)
        parts = entry.values() if isinstance(entry, dict) else entry
        return set().union(*map(leaves, parts))

    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md") if page.parent.name != "figures"}
    assert leaves(menu) == pages


def test_pictures_are_there_and_light() -> None:
    for name in ("digest.png", "call.png"):
        assert f"docs/images/{name}" in FIRST_PAGE.read_text(encoding="utf-8")
        assert 10_000 < (DOCS / "images" / name).stat().st_size < 150_000


@pytest.mark.integration
def test_what_is_made_from_the_code_is_fresh() -> None:
    """commands.md, settings.md and the picture of the rooms: `make reference` writes them."""
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate" / "reference.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_architecture_speaks_of_every_room() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in (ROOT / "voc").glob("*/__init__.py") if not path.parent.name.startswith("_")]
    assert [room for room in rooms if f"`voc/{room}`" not in page] == []


def test_the_pictures_of_the_pages_are_those_it_shows_and_stay_light() -> None:
    shown = {Path(link).name for link in LINK.findall(prose(DOCS / "pages.md"))}
    kept = {path.name: path.stat().st_size for path in (DOCS / "images" / "pages").glob("*")}
    assert shown == kept.keys() and len(kept) > 50
    assert {name.rpartition("-")[2] for name in kept} == {"desk.webp", "phone.webp"}
    assert sum(kept.values()) < 3_000_000
