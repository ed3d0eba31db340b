"""A reader from a package voc knows nothing of: installed beside it, its files go in by command and by upload."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from foreign_packages import lay_beside
from service import Server, voc

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

PACKAGE = """
from voc.intake import FileReader
from voc.intake.transcripts import build
from voc.records import Channel, Turn


def read(path, reading):
    for number, said in enumerate(path.read_text("utf-8").splitlines()[1:]):
        yield build([Turn(index=0, participant_role="customer", text=said)], source=f"{reading.name}:{number}",
                    channel=reading.channel or Channel.CHAT)


TALK = FileReader("talk", lambda opening: opening.text.startswith("<talk>"), read, frozenset((".xml",)))
"""


def test_its_files_go_in_by_command_and_by_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside, home = tmp_path / "site", tmp_path / "home"
    beside.mkdir()
    (beside / "voc_talk.py").write_text(PACKAGE, encoding="utf-8")
    lay_beside(beside, "voc-talk", {"voc.readers": {"talk": "voc_talk:TALK"}})
    monkeypatch.setenv("PYTHONPATH", str(beside), prepend=":")
    said = ["Ma box ne démarre plus.", "La facture est fausse depuis mai."]
    file = tmp_path / "monday.xml"
    file.write_text("\n".join(["<talk>", *said]), encoding="utf-8")
    analysed = voc("analyse", str(file), home=home).stdout
    assert [json.loads(line)["text"] for line in analysed.splitlines()] == said
    server = Server(home, tmp_path / "server.log")
    try:
        server.upload(file)
        until = time.monotonic() + 120
        while (found := server.get("/v1/interactions?status=done")["items"]) == [] or len(found) < len(said):
            assert time.monotonic() < until, "the upload was not read"
            time.sleep(0.5)
        texts = {server.get(f"/v1/interactions/{one['id']}")["analysis"]["text"] for one in found}
        assert texts == set(said)
    finally:
        server.stop()
