"""Saved mappings from the command line: kept with a table, listed, renamed, removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Voc = Callable[..., Result]


def test_a_mapping_is_kept_listed_renamed_and_removed(voc: Voc, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("ref;remarque;jour;interne\nR-10001;Le colis est cassé;2026-11-09;x\n", encoding="utf-8")
    assert "no mapping yet" in voc("mappings", "list").stdout
    kept = voc("ingest", path, "--map", "text=remarque", "--map", "ignore=interne", "--save-mapping", "Guichet")
    assert kept.exit_code == 0, kept.output
    assert voc("mappings", "list").stdout == "Guichet  -  text=remarque, ignore=interne\n"
    assert voc("mappings", "rename", "Guichet", "Guichet de Lyon").stdout == "renamed\n"
    shown = json.loads(voc("mappings", "show", "Guichet de Lyon").stdout)
    assert shown["mapping"] == {"text": "remarque", "ignore": "interne"}
    assert [one["name"] for one in json.loads(voc("mappings", "list", "--json").stdout)] == ["Guichet de Lyon"]
    for command in (("show",), ("rename", "x"), ("remove",)):
        unknown = voc("mappings", command[0], "Guichet", *command[1:])
        assert (unknown.exit_code, "voc mappings list" in unknown.stderr) == (1, True)
    assert voc("mappings", "remove", "Guichet de Lyon").stdout == "removed\n"
    assert "no mapping yet" in voc("mappings", "list").stdout
