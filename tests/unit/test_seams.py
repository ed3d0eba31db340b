"""What it takes to add something, counted from the examples that people follow and from the sources.

The examples themselves are carried out by ``tests/unit/docs/test_adding_pages.py``; that no file imports itself by way
of others, and that few functions have many branches, is held by ``test_architecture.py``.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from voc.store.dialects import DIALECTS

ROOT = Path(__file__).resolve().parents[2]
ADDING = ROOT / "docs" / "adding"
BLOCK = re.compile(r'^```(?P<kind>\w+) title="(?P<title>[^"]+)"\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)
CHANGED = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)
NOT_COUNTED = {"pyproject.toml", "try_it.py"}
"""What makes a package known, and what tries it."""

MOST = {"analyser": (0, 1), "metric": (0, 1), "reader": (0, 1), "source": (0, 1), "channel": (1, 0), "language": (0, 3)}
"""Thing → (files of the project that change, texts for readers aside; files of one's own) of its example."""


def counted(thing: str) -> tuple[int, int]:
    """Of the largest example of its page: each part under a heading is one of its own."""
    parts = re.split(r"^## ", (ADDING / f"{thing}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return max(counted_in(part) for part in parts)


def counted_in(part: str) -> tuple[int, int]:
    changed, own = set(), set()
    for block in BLOCK.finditer(part):
        if block["kind"] == "diff":
            changed |= {one for one in CHANGED.findall(block["body"]) if not one.startswith("voc/locales/")}
        elif block["title"] not in NOT_COUNTED:
            (changed if block["title"].startswith(("voc/", "api/")) else own).add(block["title"])
    return len(changed), len(own)


@pytest.mark.parametrize("thing", MOST)
def test_it_takes_no_more_to_add_than_its_page_shows(thing: str) -> None:
    assert counted(thing) == MOST[thing]


def test_the_table_of_the_architecture_says_so() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| a\w* \[(\w+)\]\(\S+\) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    assert {thing: (int(changed), int(own)) for thing, changed, own in rows} == MOST | {"dialect": (0, 1)}


def _is_a_dialect(node: ast.expr) -> bool:
    return re.search(r"\bdialect\.name$|\.dialect$|get_backend_name\(\)$", ast.unparse(node)) is not None


FILES_OF_THEIR_OWN = {
    "voc/store/linking_tables.py": "says to SQLAlchemy what the type of a row's number is in one database",
    "voc/exporting.py": "writes a SQLite file for others",
    "voc/service/exports.py": "names that format",
    "voc/commands/query.py": "names that format",
    "voc/sources/database.py": "reads databases of others",
    "voc/sources/folder.py": "keeps off the file that the data lie in",
    "voc/evaluation/search.py": "measures beside the full text of SQLite",
    "voc/evaluation/histories.py": "a store of its own, filled row by row",
    "voc/intake/spilling_map.py": "a temporary file, of what does not fit in memory",
}
"""Where a database is not what the store is kept in, or a table says its types."""


def test_a_database_is_one_file() -> None:
    """Nothing asks which database it is, nor takes anything of one: the dialect is asked to do it."""
    inside = ROOT / "voc" / "store" / "dialects"
    assert {f"{name}.py" for name in DIALECTS} | {"__init__.py", "contract.py"} == {p.name for p in inside.glob("*.py")}
    knows = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "voc").rglob("*.py"))
        if inside not in path.parents and str(path.relative_to(ROOT)) not in FILES_OF_THEIR_OWN
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Constant) and node.value in DIALECTS)
        or (isinstance(node, ast.Compare) and any(map(_is_a_dialect, (node.left, *node.comparators))))
        or (isinstance(node, ast.ImportFrom) and re.match(r"sqlalchemy\.dialects|sqlite3|psycopg", node.module or ""))
        or (isinstance(node, ast.Import) and any(re.match(r"sqlite3|psycopg", one.name) for one in node.names))
    }
    assert knows == set()


def test_every_dialect_does_everything_its_own_way_or_says_that_it_need_not() -> None:
    """A dialect whose writers may overtake each other must number their transactions."""
    for one in DIALECTS.values():
        assert one.in_order or {"transaction", "oldest_open"} <= vars(type(one)).keys()
