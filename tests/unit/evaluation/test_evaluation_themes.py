"""How a grouping is compared with labels, and what the report of themes says."""

from __future__ import annotations

import numpy as np
import pytest

from voc.evaluation.themes import ThemeScore, ThemeStability, agreement, table, v_measure


def test_the_same_groups_by_other_numbers_agree_wholly() -> None:
    assert agreement(["a", "a", "b", "b"], np.array([1, 1, 0, 0])) == (pytest.approx(1), pytest.approx(1))


def test_rows_in_no_theme_are_not_compared() -> None:
    assert agreement(["a", "a", "b", "a"], np.array([0, 0, 1, -1])) == (pytest.approx(1), pytest.approx(1))
    assert agreement(["a", "b"], np.array([-1, -1])) == (0.0, 0.0)


def test_a_label_in_two_themes_is_pure_and_not_complete() -> None:
    """Homogeneity 1, completeness ½: entropies of ln 2 and ln 4."""
    gold, found = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    assert v_measure(gold, found) == pytest.approx(2 / 3)


def test_the_report_tells_what_was_measured_and_leaves_open_what_was_not() -> None:
    scored = {"unit": "clauses", "texts": 9, "n": 12_000, "themes": 4, "left_out": 0.1, "texts_left_out": 0.05}
    found = table(
        [
            ThemeScore(name="labelled", labels=3, v_measure=0.5, adjusted_rand=0.25, seconds=1.25, **scored),
            ThemeScore(name="large", seconds=50.0, memory_mb=1234, **scored),
            ThemeStability(name="twice", n=20_000, added=1000, themes=75, ids_kept=0.987, adjusted_rand=0.999,
                           anew_adjusted_rand=0.45),
        ]
    ).splitlines()  # fmt: skip
    assert "| labelled | 12,000 clauses | 9 | 4 | 3 | 0.500 | 0.250 | 10.0 % | 5.0 % | 1.2 | – |" in found
    assert "| large | 12,000 clauses | 9 | 4 | – | – | – | 10.0 % | 5.0 % | 50.0 | 1,234 |" in found
    assert "| twice | 20,000 | 1,000 | 75 | 98.7 % | 0.999 | 0.450 |" in found
