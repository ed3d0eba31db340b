"""What a row of decisions about a finding comes to, and which decision may follow.

Pure functions of decisions. Those taken back count for nothing: taking back the last one gives exactly what stood
before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from voc.errors import ConflictError, InputError, NotFoundError
from voc.records import Decision, FindingAction, FindingStatus, Review

OPEN: frozenset[FindingStatus] = frozenset(("new", "acknowledged", "assigned"))
"""States in which something is still to be done, or decided."""
FOLLOWED: frozenset[FindingStatus] = frozenset(("acknowledged", "assigned", "closed"))
"""States in which somebody cares whether the figure moves."""

_GIVES: dict[FindingAction, FindingStatus] = {
    "acknowledge": "acknowledged",
    "assign": "assigned",
    "dismiss": "dismissed",
    "merge": "merged",
    "close": "closed",
}


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that were not taken back, in their order."""
    return [one for one in decisions if one.undone_at is None]


def reviewed(decisions: Iterable[Decision]) -> Review:
    """What these decisions about one finding, oldest first, come to."""
    state = Review()
    for one in standing(decisions):
        state = _after(state, one)
    return state


def reviews(decisions: Iterable[Decision]) -> dict[str, Review]:
    """:func:`reviewed` for every finding among the decisions."""
    return {key: reviewed(some) for key, some in by_finding(decisions).items()}


def by_finding(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Decisions by the finding they are about, in their order."""
    found: dict[str, list[Decision]] = {}
    for one in decisions:
        found.setdefault(one.finding, []).append(one)
    return found


def _after(state: Review, one: Decision) -> Review:
    if one.action == "comment":
        return state.model_copy(update={"comments": state.comments + 1})
    made = {"week": one.week, "by": one.actor, "at": one.at}
    if one.action == "reopen":
        status = "assigned" if state.owner else "acknowledged"
        kept = {"status": status, "text": None, "into": None, "since": one.week}
        return state.model_copy(update=made | kept)
    update = made | {"status": _GIVES[one.action], "since": state.since or one.week}
    if one.action == "assign":
        update |= {"owner": one.owner, "due": one.due}
    elif one.action == "merge":
        update |= {"into": one.into}
    elif one.action != "acknowledge":
        update |= {"text": one.text}
    return state.model_copy(update=update)


def root(key: str, states: Mapping[str, Review]) -> str:
    """The finding that ``key`` was merged with in the end, or itself."""
    seen = {key}
    while (state := states.get(key)) is not None and state.status == "merged" and state.into and state.into not in seen:
        key = state.into
        seen.add(key)
    return key


def check(key: str, action: FindingAction, decisions: Sequence[Decision], *, into: str | None = None) -> None:
    """Refuse a decision that cannot follow those there are.

    Raises:
        ConflictError: the finding is done (take it up again first), or it is open and cannot be taken up again.
        InputError: it would be merged with itself.
    """
    states = reviews(decisions)
    status = states.get(key, Review()).status
    if action == "comment":
        return
    if action == "reopen":
        if status in OPEN:
            raise ConflictError("This finding is open; there is nothing to take up again.", code="finding_open")
    elif status not in OPEN:
        raise ConflictError(f"This finding is {status}; take it up again first.", code="finding_done")
    elif action == "acknowledge" and status != "new":
        raise ConflictError(f"This finding is {status} already.", code="finding_known")
    if action == "merge" and root(into or key, states) == key:
        raise InputError("A finding cannot be merged with itself; name another one.", code="merged_with_itself")


def check_undo(decision_id: int, decisions: Sequence[Decision]) -> None:
    """Refuse to take back what is taken back already, or what later ones of the same finding stand on; a comment bears
    none.

    Raises:
        NotFoundError: there is no such decision.
        ConflictError: it is taken back already, or others of the same finding came later.
    """
    one = next((one for one in decisions if one.id == decision_id), None)
    if one is None:
        raise NotFoundError("There is no such decision.", code="no_such_decision")
    if one.undone_at is not None:
        raise ConflictError("This decision was taken back already; decide anew.", code="already_undone")
    if one.action == "comment":
        return
    later = [
        other.id
        for other in standing(decisions)
        if other.finding == one.finding and other.action != "comment" and other.id > one.id
    ]
    if later:
        listed = ", ".join(map(str, later))
        raise ConflictError(
            f"Later decisions stand on it ({listed}); take those back first, the newest first.",
            code="later_decisions_first",
            events=listed,
        )
