"""How masking is measured: whole entities, leaking documents, and what was masked for nothing."""

import json
from pathlib import Path

import pytest

from voc.evaluation import pii
from voc.evaluation.pii import LabelledText, is_held_apart, measure, table


def row(text: str, *entities: tuple[int, int, str]) -> LabelledText:
    return LabelledText(text=text, language="fr", part="calls", entities=entities)


def test_an_entity_counts_when_all_of_it_is_masked_whatever_it_was_taken_for() -> None:
    rows = [row("Ana Li au 06 12", (0, 6, "PERSON"), (10, 15, "PHONE_NUMBER"))]
    whole = measure(rows, [[(0, 3), (4, 6), (10, 15)]], way="voc", part="calls")
    half = measure(rows, [[(0, 3), (10, 15)]], way="voc", part="calls")
    assert (whole.masked, whole.leaking) == (1.0, 0.0)  # the space between two words hides nothing
    assert (half.masked, half.leaking) == (0.5, 1.0)
    assert half.by_kind == {"PERSON": (0, 1), "PHONE_NUMBER": (1, 1)}


def test_what_is_masked_outside_entities_is_counted_in_characters() -> None:
    (found,) = [measure([row("Ana paie cher", (0, 3, "PERSON"))], [[(0, 8)]], way="voc", part="calls")]
    assert found.masked_for_nothing == pytest.approx(4 / 8)


def test_places_and_companies_are_told_from_who_somebody_is() -> None:
    rows = [row("Ana vit à Nantes", (0, 3, "PERSON"), (10, 16, "GPE"))]
    found = measure(rows, [[(0, 3)]], way="voc", part="calls")
    assert (found.masked, found.direct_masked) == (0.5, 1.0)


def test_sentences_of_one_template_fall_into_one_half() -> None:
    halves = [is_held_apart(f"fr/{template}") for template in range(40)]
    assert halves == [is_held_apart(f"fr/{template}") for template in range(40)]
    assert 10 < sum(halves) < 30


def test_every_way_is_scored_on_every_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pii"
    folder.mkdir()
    lines = [
        {"text": "Rappelez-moi au 06 12 34 56 78", "lang": "fr", "mode": mode, "template": template,
         "spans": [[16, 30, "PHONE_NUMBER"]]}
        for mode in ("written", "asr") for template in range(6)
    ]  # fmt: skip
    (folder / "pii_synth_callcentre.jsonl").write_text("\n".join(map(json.dumps, lines)))
    spans = [{"start_position": 6, "end_position": 10, "entity_type": "PERSON"}]
    (folder / "presidio_synth_dataset_v2.json").write_text(json.dumps([{"full_text": "Hello Mary", "spans": spans}]))
    monkeypatch.setenv("VOC_SHARED_DATA", str(tmp_path))
    nothing = {
        "voc": lambda texts, languages: [[(16, 30)] for _ in texts],
        "none": lambda texts, _: [[] for _ in texts],
    }
    monkeypatch.setattr(pii, "ways", lambda: nothing)
    found = pii.evaluate()
    assert {(one.part, one.way) for one in found} == {(one.part, way) for one in found for way in nothing}
    by_way = {one.way: one for one in found if one.part.startswith("calls")}
    assert (by_way["voc"].masked, by_way["none"].masked) == (1.0, 0.0)
    lines_of_table = table(found).splitlines()
    assert len(lines_of_table) == 2 + len(found)
    assert "100.0" in "".join(lines_of_table)
