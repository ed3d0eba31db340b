"""Sentences about findings that were decided about: where each stands, whether it moved."""

from __future__ import annotations

from voc.locales.words import Words, words
from voc.records import FollowedFinding, FollowUp, PeriodShare, Review


def title(one: FollowedFinding, language: str) -> str:
    """The title it had when it was first decided about."""
    return one.labels.get(language) or one.key


def decided(review: Review | None, language: str) -> list[str]:
    """Where an item of a digest stands; nothing where nobody decided anything."""
    if review is None or (review.status == "new" and not review.comments):
        return []
    t = words(language)
    sentence = _begun(_state(review, t))
    return [f"{sentence}{t.colon} {review.text}" if review.text else f"{sentence}."]


def _state(review: Review, t: Words) -> str:
    if review.status == "merged":
        return t("findings.merged_with_another")
    stands = t(f"finding_states.{review.status}")
    if review.status == "dismissed":
        return f"{stands}, {t('findings.ranked_lower')}"
    if review.status == "assigned":
        until = "" if review.due is None else f", {t('findings.until', day=t.day(review.due))}"
        return f"{stands} {review.owner or '–'}{until}"
    return stands


def facts(one: FollowedFinding, language: str) -> list[str]:
    """Where a followed finding stands, and whether its figure moved."""
    found = decided(one.review, language)
    if one.follow_up is not None:
        t = words(language)
        found.append(_moved(one.follow_up, t))
        if one.follow_up.before_decision:
            found.append(t("findings.before_decision"))
    return found


def _moved(one: FollowUp, t: Words) -> str:
    return t(
        "findings.shares",
        verdict=_begun(t(f"verdicts_since.{one.verdict}")),
        since=_share(one.since, t),
        found=_share(one.found, t),
        usual=_share(one.usual, t),
    )


def _share(one: PeriodShare, t: Words) -> str:
    if one.share is None:
        return "–"
    share, low, high = (t.percent(value, 1) for value in (one.share, one.low, one.high))
    return f"{share} [{low} – {high}] (n = {t.number(one.n)})"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
