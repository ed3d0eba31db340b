"""The sheet of written queries, and how `voc eval search` scores it."""

from __future__ import annotations

from collections import Counter

import pytest

from voc.evaluation.search import NONSENSE, Query, SearchScore, Text, full_text, judge, read_sheet, scored, table

TEXTS = [
    Text("My card was swallowed by the machine", frozenset({"b:card"}), "en"),
    Text("The machine kept the card", frozenset({"b:card"}), "en"),
    Text("What is the exchange rate", frozenset({"b:rate"}), "en"),
]


def test_the_sheet_holds_a_hundred_queries_half_of_them_across_languages_a_fifth_with_slips() -> None:
    sheet = read_sheet()
    counts = {"develop": 50, "report": 50, "nonsense": 20, "nonsense_by_kind": 60}
    assert {part: len(queries) for part, queries in sheet.items()} == counts
    assert set(NONSENSE) == {"nonsense", "nonsense_by_kind"}
    asked = [*sheet["develop"], *sheet["report"]]
    assert max(Counter(one.text for one in asked).values()) == 1
    assert all(one.answers and one.language in {"fr", "en"} for one in asked)
    assert sum(one.typo for one in asked) >= 16
    assert not any(one.answers for part in NONSENSE for one in sheet[part])


def test_full_text_finds_any_word() -> None:
    assert full_text(TEXTS, ["machine rate"]) == {"machine rate": [2, 1, 0]}


def test_a_query_is_judged_by_what_answers_it() -> None:
    query = Query("carte avalée", "fr", False, frozenset({"b:card"}))
    judged = judge("report", query, TEXTS, [0, 2], [])
    assert (judged.across, judged.recall, judged.precision, judged.full_text) == (True, 0.5, 0.2, 0.0)
    slip = judge("report", Query("machne", "en", True, frozenset({"b:card"})), TEXTS, [0, 1], [0])
    scores = list(scored("report", [judged, slip]))
    assert [(one.queries, one.n, one.recall) for one in scores] == [
        ("report", 2, 0.75),
        ("report, across languages", 1, 0.5),
        ("report, in one language", 1, 1.0),
        ("report, with slips", 1, 1.0),
    ]
    assert scores[0].precision == pytest.approx(0.3)
    assert table(scores).splitlines()[2] == "| report | 2 | 0.75 | 0.30 | 0.10 | 2.0 |"
    nothing = SearchScore(queries=NONSENSE["nonsense_by_kind"], n=4, recall=0, precision=0, full_text=0, found=0.5)
    assert table([nothing]).splitlines()[2] == "| nonsense of five kinds | 4 | – | – | – | 0.50 |"
