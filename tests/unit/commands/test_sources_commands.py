"""``voc sources``: added, listed, run to its end without a worker, paused, removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Voc = Callable[..., Result]


def test_a_folder_is_added_and_run_to_its_end(voc: Voc, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "broken.bin").write_bytes(bytes(range(256)) * 20)
    assert "Watched folder" not in voc("sources", "list").output
    added = voc("sources", "add", "folder", "--name", "Inbox", "--set", f"path={inbox}", "--set", "settle_seconds=0")
    assert added.exit_code == 0, added.output
    ran = voc("sources", "run", "Inbox", "--wait")
    assert ran.exit_code == 0, ran.output
    assert "done: 0 taken, 0 new, 0 known, 1 rows rejected, 1 refused" in ran.output
    assert "set aside: broken.bin" in voc("sources", "runs", "Inbox").output
    [one] = json.loads(voc("sources", "list", "--json").output)
    assert (one["name"], one["standing"], one["refused"]) == ("Inbox", "ready", 1)
    assert "paused" in voc("sources", "pause", "Inbox").output
    assert "ready" in voc("sources", "resume", "Inbox").output
    assert voc("sources", "retry", "Inbox").output == "1 tried again\n"
    assert voc("sources", "remove", "Inbox", "--yes").exit_code == 0
    assert voc("sources", "list", "--json").output == "[]\n"


def test_what_is_wrong_is_one_line(voc: Voc, tmp_path: Path) -> None:
    for arguments in (
        ("add", "folder", "--name", "x"),
        ("add", "folder", "--name", "x", "--set", "path"),
        ("add", "foldr", "--name", "x"),
        ("add", "folder", "--name", "x", "--set", f"path={tmp_path}", "--secret", "password=hunter2"),
        ("run", "nowhere"),
    ):
        result = voc("sources", *arguments)
        assert result.exit_code == 1
        [line] = result.stderr.strip().splitlines()
        assert "hunter2" not in line


def test_kinds_explain_their_fields(voc: Voc) -> None:
    assert "folder" in voc("sources", "kinds").output
    assert "--set path=…" in voc("sources", "kinds", "folder").output
