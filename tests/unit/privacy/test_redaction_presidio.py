"""Presidio recognisers inside voc, and voc's inside Presidio: the same finds, nothing fetched."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from voc.errors import SettingsError
from voc.privacy.pii_search import search
from voc.privacy.redaction import redact
from voc.settings import Settings

FILE = """
supported_languages: [fr, en]
recognizers:
  - name: Badge
    supported_entity: BADGE
    supported_languages: [fr, en]
    patterns:
      - {name: badge, regex: "\\\\bB-[0-9]{4}\\\\b", score: 0.6}
  - name: Projects
    supported_entity: PROJECT
    supported_languages: [fr]
    deny_list: [Vent d'Ouest]
"""


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    path = tmp_path / "recognisers.yaml"
    path.write_text(FILE)
    return Settings(recognisers=path)


def masked(text: str, given: Settings, language: str = "fr") -> str | None:
    return search([text], languages=[language], known_names=[[]], given=given)[0].text


def test_a_deployments_recognisers_are_asked_too(own: Settings) -> None:
    assert masked("mon badge B-1234, projet Vent d'Ouest, Marie Dupont", own) == (
        "mon badge [BADGE], projet [PROJECT], [PERSON]"
    )
    assert masked("badge B-4321 says hello", own, "en") == "badge [BADGE] says hello"


def test_a_recogniser_that_fails_closes_the_text(own: Settings) -> None:
    class Broken:
        name, kinds = "broken", ("X",)

        def find(self, text: str, language: str | None, read: object = ()) -> list[object]:
            if "panne" in text:
                raise ValueError
            return []

    closed, shown = redact(["en panne", "tout va bien"], languages=["fr", "fr"], recognisers=[Broken()])  # type: ignore[list-item]
    assert closed.text is None
    assert "kept closed" in (closed.reason or "")
    assert shown.text == "tout va bien"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not a file"),
        ("recognizers: [{name: X, supported_entity: Y}]\nsupported_languages: [fr]", "recognisers.yaml"),
        (FILE.replace("[fr, en]", "[de]").replace("[fr]", "[de]"), "voc reads French and English, not de"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "recognisers.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match=said) as problem:
        masked("bonjour", Settings(recognisers=path))
    assert "\n" not in str(problem.value)
    assert "VOC_RECOGNISERS" in str(problem.value)


def test_inside_presidio_they_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from voc.privacy.presidio import ENTITIES, analyzer

    def refuse(*_: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    text = "Je suis Catherine Vaillant, 06 12 34 56 78, marie@example.org, FR76 3000 6000 0112 3456 7890 189"
    there = {(one.entity_type, one.start, one.end) for one in analyzer().analyze(text, language="fr")}
    (here,) = redact([text], languages=["fr"])
    assert {(ENTITIES.get(one.type, one.type), one.begin, one.end) for one in here.spans} <= there


@pytest.mark.integration
def test_presidio_is_not_loaded_unless_asked_for() -> None:
    """It imports transformers: two seconds that every start would pay."""
    code = (
        "import sys; from voc.privacy.redaction import redact; redact(['Marie Dupont', 'x'], languages=['fr', 'en']);"
        "sys.exit(any(name in sys.modules for name in ('presidio_analyzer', 'transformers', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0


class TestSwitchedOff:
    def test_every_text_stays_closed_and_it_is_said(self) -> None:
        (found,) = search(
            ["Marie Dupont, 06 12 34 56 78"], languages=["fr"], known_names=[[]], given=Settings(redaction="off")
        )
        assert found.text is None
        assert found.spans == ()
        assert "VOC_REDACTION=off" in (found.reason or "")

    def test_identifiers_still_link(self) -> None:
        (found,) = search(
            ["Marie Dupont, 06 12 34 56 78"], languages=["fr"], known_names=[[]], given=Settings(redaction="off")
        )
        assert [mention.value for mention in found.mentions] == ["+33612345678"]
