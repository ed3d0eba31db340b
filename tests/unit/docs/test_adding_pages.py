"""The pages that say how to add something: their example is carried out, as written, on a copy of the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from foreign_packages import lay_beside

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "docs" / "adding").glob("*.md"))
BLOCK = re.compile(r'^```(?P<kind>\w+) title="(?P<title>[^"]+)"\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks_of(page: Path) -> list[tuple[str, str, str]]:
    """Kind (``python``, ``toml``, ``diff``), title and text of each block that has a title."""
    return [match.group("kind", "title", "body") for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def test_there_is_a_page_for_each_thing_people_add() -> None:
    assert {page.stem for page in PAGES} == {"analyser", "reader", "source", "metric", "channel", "language"}


def apply(diff: str, code: Path, page: str) -> None:
    """Change ``code`` as a page shows it: each hunk's old lines must stand in the file exactly once."""
    path = Path()
    for part in re.split(r"^(?=--- |@@$)", diff, flags=re.MULTILINE):
        lines = part.splitlines()
        if part.startswith("--- "):
            path = code / lines[1].removeprefix("+++ b/")
        elif part.startswith("@@"):
            old = "".join(f"{line[1:]}\n" for line in lines[1:] if line[:1] in {" ", "-"})
            new = "".join(f"{line[1:]}\n" for line in lines[1:] if line[:1] in {" ", "+"})
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{page}: {path.relative_to(code)} is not as the page shows it any more: {old}"
            path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.integration
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_works_as_written(page: Path, tmp_path: Path) -> None:
    code = tmp_path / "code"
    for package in ("voc", "api"):
        shutil.copytree(ROOT / package, code / package, ignore=shutil.ignore_patterns("__pycache__", "_data"))
    (code / "models").symlink_to(ROOT / "models")
    blocks = blocks_of(page)
    assert [title for _, title, _ in blocks].count("try_it.py") == 1, "the page shows how to try it, once"
    for kind, title, body in blocks:
        if kind == "diff":
            apply(body, code, page.name)
        else:
            (code / title).parent.mkdir(parents=True, exist_ok=True)
            (code / title).write_text(body, encoding="utf-8")
            if title == "pyproject.toml":
                project = tomllib.loads(body)["project"]
                lay_beside(code, project["name"], project["entry-points"], version=project["version"])
    done = subprocess.run(
        [sys.executable, "try_it.py"],
        cwd=code,
        env={key: value for key, value in os.environ.items() if not key.startswith(("VOC_", "PYTHONPATH"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{page.name}:\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_its_example_installs_is_named(page: Path) -> None:
    """setuptools refuses to guess which of two modules side by side is the package: ``try_it.py`` is one of them."""
    blocks = blocks_of(page)
    for made in (tomllib.loads(body) for _, title, body in blocks if title == "pyproject.toml"):
        alone = {title.removesuffix(".py") for _, title, _ in blocks if re.fullmatch(r"\w+\.py", title)} - {"try_it"}
        assert set(made.get("tool", {}).get("setuptools", {}).get("py-modules", ())) == alone
        assert made["project"]["dependencies"] == ["voc"]
