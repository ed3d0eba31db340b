"""The figures of `voc eval text`: what they are, on cases that can be checked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voc.errors import InputError
from voc.evaluation import text
from voc.evaluation.text import BENCHMARKS, Benchmark, calibration_error, label_index, measure, roughen, table

SET = Benchmark(name="a set", language="fr", path="x/y.csv", kind="post")


def test_macro_f1_is_the_mean_over_classes() -> None:
    gold = np.array([0, 0, 1, 2])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    found = measure(SET, gold, probabilities)

    assert found.accuracy == pytest.approx(0.75)
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found.macro_recall == pytest.approx((0.5 + 1 + 1) / 3)


def test_a_class_nobody_names_costs_its_f1_and_divides_nothing_by_zero() -> None:
    found = measure(SET, np.array([0, 0]), np.array([[0.9, 0.1, 0.0]] * 2))

    assert found.macro_f1 == pytest.approx(1 / 3)


def test_the_calibration_error_is_the_gap_between_said_and_right() -> None:
    probabilities = np.array([[0.75, 0.25]] * 4)

    assert calibration_error(np.array([0, 0, 0, 1]), probabilities) == pytest.approx(0.0)
    assert calibration_error(np.array([0, 1, 1, 1]), probabilities) == pytest.approx(0.5)
    assert calibration_error(np.array([0]), np.array([[1.0, 0.0]])) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("label", "index"), [("negative", 0), ("positive", 2), ("1", 0), ("2", 0), ("3", 1), ("4.0", 2), ("5", 2)]
)
def test_labels_and_stars_share_one_scale(label: str, index: int) -> None:
    assert label_index(label) == index


def test_rough_texts_look_like_recognised_speech() -> None:
    assert roughen("L'Été, déjà ! @user #PANNE") == "l'ete deja @user #panne"


def test_the_table_has_a_line_a_set_and_a_dash_for_what_is_unknown() -> None:
    scored = measure(SET, np.array([0]), np.array([[1.0, 0.0, 0.0]])).model_copy(update={"tfidf": 0.5})
    lines = table([scored]).splitlines()

    assert len(lines) == 3
    assert [cell.strip() for cell in lines[2].strip("|").split("|")][-4:] == ["50.0", "–", "–", "–"]


def test_without_the_data_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_SHARED_DATA", str(tmp_path))

    with pytest.raises(InputError, match="VOC_SHARED_DATA"):
        text.score(BENCHMARKS[0])


def test_a_set_of_two_classes_is_scored_on_those_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "text" / "two"
    folder.mkdir(parents=True)
    (folder / "test.csv").write_text("text,label\nSuper service merci !,positive\nUne honte,negative\n", "utf-8")
    monkeypatch.setenv("VOC_SHARED_DATA", str(tmp_path))
    found = text.score(Benchmark(name="two", language="fr", path="two/test.csv", kind="review"))

    assert (found.n, found.classes, found.macro_f1) == (2, 2, 1.0)
