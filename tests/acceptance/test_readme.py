"""Every command and request of the README does what it says."""

from __future__ import annotations

import re
import shlex
import urllib.request
from pathlib import Path

import pytest
from service import ROOT, Server, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(program: str) -> list[list[str]]:
    """The lines of the README's ``sh`` blocks that run ``program``, as words."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith(f"{program} ")]
    assert lines, f"the README shows no {program} command"
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the clone, with a store of its own."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "samples").symlink_to(ROOT / "samples")
    return folder


def test_the_commands_run(place: Path) -> None:
    for words in commands("voc"):
        voc(*words, home=place / "home")
    assert (place / "insight.db").stat().st_size > 0
    assert len((place / "analyses.jsonl").read_text().splitlines()) > 50


def test_the_requests_are_answered(place: Path) -> None:
    server = Server(place / "served", place / "log")
    try:
        for words in commands("curl"):
            url = words[-1].replace("http://127.0.0.1:8000", server.url)
            assert url.startswith(server.url)
            data = None
            if "--data-binary" in words:
                data = (place / words[words.index("--data-binary") + 1].removeprefix("@")).read_bytes()
            headers = {"Content-Type": "application/octet-stream"} if data else {}
            with urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=60) as answer:
                assert answer.status in {200, 202}
                assert answer.read()
    finally:
        server.stop()
