"""What a file is, told from its bytes and its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from voc.intake import read
from voc.records import Interaction, Rejected


@pytest.mark.parametrize("name", ["call.rttm", "call.xyz"])
def test_annotations_beside_recordings_are_no_feedback(tmp_path: Path, name: str) -> None:
    """Seen once: the lines of an RTTM file came in as 62 survey answers."""
    path = tmp_path / name
    path.write_text("SPEAKER call 1 0.08 5.58 <NA> <NA> agent <NA> <NA>\n" * 5)
    (found,) = read(path)
    assert isinstance(found, Rejected)
    assert len(found.reason.splitlines()) == 1


def test_a_table_under_a_strange_name_is_known_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "export.20261109"
    path.write_text("id;date;commentaire\n1;2026-11-09;Très bon accueil\n", encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, Interaction)
    assert found.text == "Très bon accueil"
