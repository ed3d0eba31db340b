"""The week in three sentences: nothing is said to have moved that chance explains."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from voc.insights.week_summary import summary
from voc.records import Digest, DigestDetail, DigestItem

BEGINS = datetime(2026, 11, 9, tzinfo=UTC)
BEFORE = ("2026-W42", "2026-W43", "2026-W44", "2026-W45")


def mood(n: int, negative: float) -> dict[str, float]:
    return {"n": n, "negative": negative, "negative_low": negative - 0.05, "negative_high": negative + 0.05}


def a_digest(n: int = 100, n_baseline: int = 400, **fields: Any) -> Digest:
    given: dict[str, Any] = {
        "week": "2026-W46",
        "begins": BEGINS,
        "ends": BEGINS,
        "created_at": BEGINS,
        "n": n,
        "n_baseline": n_baseline,
        "baseline_weeks": BEFORE,
        "sentiment": mood(n, 0.5),
        "sentiment_baseline": mood(n_baseline, 0.5),
    }
    return Digest(**given | fields)


def rise(topic: str, tone: str | None) -> DigestItem:
    return DigestItem(key=topic, kind="rise", topic=topic, value=0.1, n=9, extra=DigestDetail(tone=tone))


@pytest.mark.parametrize(
    ("n", "said"), [(160, "60% more than usual (100 a week)"), (105, "about as usual"), (60, "40% fewer than usual")]
)
def test_more_is_said_only_of_what_chance_does_not_explain(n: int, said: str) -> None:
    assert said in summary(a_digest(n), "en")[0]


def test_what_rose_is_counted_by_what_is_said_of_it() -> None:
    digest = a_digest(rises=(rise("billing", "complaints"), rise("network", "complaints"), rise("store", "praise")))
    assert summary(digest, "en")[1].startswith("2 problems on the rise: Billing")
    assert "; 1 good surprise: Store" in summary(digest, "en")[1]
    assert summary(digest, "fr")[1].startswith("2 problèmes en hausse\u00a0: Facturation")
    assert summary(a_digest(), "fr")[1] == "Aucun sujet n’a bougé de façon significative."


def test_the_mood_is_compared_with_the_weeks_before() -> None:
    assert "more than in the weeks before (50%)" in summary(a_digest(sentiment=mood(100, 0.8)), "en")[2]
    assert "less than in the weeks before" in summary(a_digest(sentiment=mood(100, 0.2)), "en")[2]
    assert "no significant change" in summary(a_digest(sentiment=mood(100, 0.53)), "en")[2]


def test_a_first_week_is_compared_with_nothing() -> None:
    alone = a_digest(12, 0, baseline_weeks=(), sentiment={}, sentiment_baseline={})
    assert summary(alone, "en") == ["12 interactions."]
