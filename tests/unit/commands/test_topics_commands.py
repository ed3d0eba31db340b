"""`voc topics`: what is on, what would fit, one's own topics checked, tried, put in force and printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from makers import an_interaction, understood

from voc.cli import main
from voc.settings import Settings
from voc.store import Store, open_store

OWN = """
topics:
  - id: garden
    labels: {fr: Jardin, en: Garden}
    rules: {fr: [jardin*], en: [garden*]}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["topics", *arguments])


@pytest.fixture
def filled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("VOC_UI_LANGUAGE", "en")
    with open_store(settings) as store:
        for number in range(24):
            text = "Mon assurance refuse le sinistre du jardin."
            understood(store, an_interaction(number, text=text), text=text, redacted_text=text, language="fr")
        yield store


def test_packs_say_what_is_on_and_offer_what_fits(filled: Store) -> None:
    shown = run("packs").output
    assert "on   core" in shown
    assert "off  insurance" in shown
    assert "24 of 24 texts look like Insurance (assurance, sinistre)" in shown
    assert "voc topics take insurance" in shown


def test_taking_a_pack_ends_the_offer_and_lists_its_topics(filled: Store) -> None:
    assert "version 1: core, insurance" in run("take", "insurance").output
    shown = run("packs").output
    assert "on   insurance" in shown
    assert "look like" not in shown
    assert "claim.coverage" in [json.loads(line)["id"] for line in run("list", "--json").output.splitlines()]
    assert "claim.coverage" in run("list").output


def test_an_unknown_pack_is_one_line_and_changes_nothing(filled: Store) -> None:
    failed = run("take", "insurence")
    assert failed.exit_code == 1
    assert failed.output.startswith("voc: topic pack `insurence`: there is no such pack; there are core, bank")
    assert filled.topic_versions.newest() is None


def test_ones_own_topics_are_checked_tried_and_put_in_force(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, "utf-8")
    assert "1 topics, 0 additions" in run("check", str(path)).output
    tried = run("dry-run", str(path)).output
    assert "on the newest 24 texts: adds 24, removes 0" in tried
    assert "+ garden" in tried
    assert filled.topic_versions.newest() is None
    assert "version 1 is in force" in run("import", str(path), "--note", "ours").output
    assert run("export").output == OWN


def test_a_broken_file_is_one_line_with_its_place(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN.replace("[jardin*]", "[(jardin]"), "utf-8")
    for command in ("check", "dry-run", "import"):
        failed = run(command, str(path))
        assert failed.exit_code == 1
        assert "line 5, topic `garden`: rules.fr: `(jardin`: a bracket is not closed." in failed.output
        assert len(failed.output.splitlines()) == 1
    assert filled.topic_versions.newest() is None
