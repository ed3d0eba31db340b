"""What decisions about a finding come to: the last standing one counts, and taking one back restores what was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import ConflictError, InputError, NotFoundError, VocError
from voc.insights.finding_review import check, check_undo, reviewed, reviews, root
from voc.records import Decision, FindingAction, Review

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
KEYS = ("topic:a:rise", "topic:b:rise", "topic:c:fall")


def decision(number: int, action: str, *, finding: str = KEYS[0], week: str = "2026-W46", **fields: Any) -> Decision:
    return Decision.model_validate(
        {"id": number, "finding": finding, "week": week, "action": action, "actor": "k", "at": NOW, **fields}
    )


def test_nothing_decided_is_new() -> None:
    assert reviewed([]) == Review()


def test_an_assignment_keeps_owner_due_day_and_the_week_it_is_followed_from() -> None:
    state = reviewed(
        [
            decision(1, "acknowledge"),
            decision(2, "assign", owner="Sam", due=date(2026, 11, 20), week="2026-W47"),
            decision(3, "comment", text="soon", week="2026-W48"),
        ]
    )
    assert (state.status, state.owner, state.due) == ("assigned", "Sam", date(2026, 11, 20))
    assert (state.since, state.week, state.comments) == ("2026-W46", "2026-W47", 1)


def test_taken_up_again_it_is_its_owner_s_and_followed_anew() -> None:
    state = reviewed(
        [
            decision(1, "assign", owner="Sam"),
            decision(2, "close", text="fixed", week="2026-W47"),
            decision(3, "reopen", week="2026-W49"),
        ]
    )
    assert (state.status, state.owner, state.since, state.text) == ("assigned", "Sam", "2026-W49", None)


@pytest.mark.parametrize(
    ("before", "action", "code"),
    [
        ("close", "assign", "finding_done"),
        ("dismiss", "close", "finding_done"),
        ("merge", "acknowledge", "finding_done"),
        ("assign", "acknowledge", "finding_known"),
        ("acknowledge", "reopen", "finding_open"),
    ],
)
def test_what_does_not_follow_is_refused(before: str, action: FindingAction, code: str) -> None:
    with pytest.raises(ConflictError) as refused:
        check(KEYS[0], action, [decision(1, before, into=KEYS[1], text="x", owner="Sam")])
    assert refused.value.code == code


def test_no_finding_is_merged_with_itself_however_far_round() -> None:
    merges = [decision(1, "merge", into=KEYS[1]), decision(2, "merge", finding=KEYS[1], into=KEYS[2])]
    with pytest.raises(InputError) as refused:
        check(KEYS[2], "merge", merges, into=KEYS[0])
    assert refused.value.code == "merged_with_itself"
    assert root(KEYS[0], reviews(merges)) == KEYS[2]


def test_only_the_last_decision_is_taken_back_and_a_comment_at_any_time() -> None:
    row = [decision(1, "comment", text="a"), decision(2, "assign", owner="Sam"), decision(3, "close")]
    check_undo(1, row)
    check_undo(3, row)
    with pytest.raises(ConflictError) as refused:
        check_undo(2, row)
    assert refused.value.parameters == {"events": "3"}
    with pytest.raises(NotFoundError):
        check_undo(9, row)


def undone(row: list[Decision], number: int) -> list[Decision]:
    return [one.model_copy(update={"undone_at": NOW, "undone_by": "k"}) if one.id == number else one for one in row]


STEPS = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(get_args(FindingAction)), st.sampled_from(KEYS)))


@given(steps=STEPS)
def test_whatever_is_allowed_can_be_taken_back_and_nothing_goes_in_circles(
    steps: list[tuple[str, FindingAction, str]],
) -> None:
    row: list[Decision] = []
    for number, (key, action, other) in enumerate(steps, 1):
        into = other if action == "merge" else None
        try:
            check(key, action, row, into=into)
        except VocError:
            continue
        before = reviews(row).get(key, Review())
        row.append(decision(number, action, finding=key, into=into, owner="Sam" if action == "assign" else None))
        check_undo(number, row)
        assert reviews(undone(row, number))[key] == before
    states = reviews(row)
    assert all(states.get(root(key, states), Review()).status != "merged" for key in KEYS)
