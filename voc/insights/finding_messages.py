"""Sentences about findings that were decided about, in French and English: where each stands, whether it moved."""

from __future__ import annotations

from voc.insights.wording import THIN_SPACE, number, percent
from voc.records import FollowedFinding, FollowUp, PeriodShare, Review

_STATES = {
    "fr": {
        "new": "À décider", "acknowledged": "Pris en compte", "assigned": "Confié à {owner}",
        "dismissed": "Écarté, classé après les autres", "merged": "Réuni avec un autre constat", "closed": "Clos",
    },
    "en": {
        "new": "To be decided", "acknowledged": "Acknowledged", "assigned": "Assigned to {owner}",
        "dismissed": "Dismissed, ranked after the others", "merged": "Merged with another finding", "closed": "Closed",
    },
}  # fmt: skip
_DUE = {"fr": ", pour le {day}", "en": ", due {day}"}
_VERDICTS = {
    "fr": {
        "too_little": "Trop peu de voix depuis pour en juger",
        "growing": "S'accentue depuis",
        "unchanged": "Pas de changement depuis que le hasard n'explique pas",
        "receding": "Reflue, sans être revenu à l'habitude",
        "back_to_usual": "Ne se distingue plus des semaines d'avant",
    },
    "en": {
        "too_little": "Too few voices since to tell",
        "growing": "Growing since",
        "unchanged": "No change beyond chance since",
        "receding": "Coming back, but not to where it was",
        "back_to_usual": "No longer told apart from the weeks before",
    },
}
_SHARES = {
    "fr": "{verdict}{colon} {since} depuis, {found} la semaine du constat, {usual} avant.",
    "en": "{verdict}{colon} {since} since, {found} in the week it was found, {usual} before.",
}
_EARLY = {
    "fr": "Ces semaines étaient finies quand la décision a été prise{space}: ce n'est pas son effet.",
    "en": "These weeks were over when it was decided: this is not its effect.",
}


def title(one: FollowedFinding, language: str) -> str:
    """The title it had when it was first decided about."""
    return one.labels.get(language) or one.key


def decided(review: Review | None, language: str) -> list[str]:
    """Where an item of a digest stands; nothing where nobody decided anything."""
    if review is None or (review.status == "new" and not review.comments):
        return []
    sentence = _STATES[language][review.status].format(owner=review.owner or "–")
    if review.status == "assigned" and review.due is not None:
        sentence += _DUE[language].format(day=review.due.isoformat())
    return [f"{sentence}{_colon(language)} {review.text}" if review.text else f"{sentence}."]


def facts(one: FollowedFinding, language: str) -> list[str]:
    """Where a followed finding stands, and whether its figure moved."""
    found = decided(one.review, language)
    if one.follow_up is not None:
        found.append(_moved(one.follow_up, language))
        if one.follow_up.before_decision:
            found.append(_EARLY[language].format(space=THIN_SPACE))
    return found


def _moved(one: FollowUp, language: str) -> str:
    shares = {name: _share(part, language) for name, part in (("since", one.since), ("found", one.found))}
    return _SHARES[language].format(
        verdict=_VERDICTS[language][one.verdict], colon=_colon(language), usual=_share(one.usual, language), **shares
    )


def _share(one: PeriodShare, language: str) -> str:
    if one.share is None:
        return "–"
    share, low, high = (percent(value, language, digits=1) for value in (one.share, one.low, one.high))
    return f"{share} [{low} – {high}] (n = {number(one.n, language)})"


def _colon(language: str) -> str:
    return f"{THIN_SPACE}:" if language == "fr" else ":"
