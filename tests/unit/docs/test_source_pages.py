"""The pages of the kinds of sources: every field is explained, every command works as written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from voc.cli import main
from voc.settings import Settings
from voc.sources import kinds

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "sources"
COMMAND = re.compile(r"^voc sources add .*$", re.MULTILINE)


def test_each_kind_has_its_page() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == {*kinds(), "index"}
    listed = set(re.findall(r"^\| \[`(\w+)`\]", (FOLDER / "index.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == set(kinds())


@pytest.mark.parametrize("name", kinds())
def test_a_page_explains_every_field(name: str) -> None:
    rows = "\n".join(re.findall(r"^\|.*\|$", (FOLDER / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE))
    told = set(re.findall(r"`(\w+)`", rows))
    assert {field.name for field in kinds()[name].fields} - told == set()


@pytest.mark.parametrize("name", kinds())
def test_every_command_of_a_page_sets_a_source_up(name: str, settings: Settings) -> None:
    commands = COMMAND.findall((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert commands
    for command in commands:
        done = CliRunner().invoke(main, shlex.split(command)[1:])
        assert done.exit_code == 0, done.output
        assert ": added (s" in done.output
