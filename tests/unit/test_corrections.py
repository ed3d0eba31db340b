"""Laying what people say over what the models said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import an_analysis, an_interaction

from voc.corrections import Correction, check, correctable, has_several, overlay, said
from voc.errors import InputError
from voc.records import Intent

NOW = datetime(2026, 11, 16, tzinfo=UTC)
ANALYSIS = an_analysis(
    an_interaction(1), topics=["billing", "app"], intents=(Intent(label="cancel", score=0.6, begin=3, end=9),)
)


def a_correction(field: str, value: str, *, present: bool = True, **more: object) -> Correction:
    known: dict[str, object] = {"id": "c1", "interaction_id": ANALYSIS.id, "actor": "k1", "at": NOW}
    return Correction.model_validate({"field": field, "value": value, "present": present} | known | more)


labels = st.sampled_from(list(correctable())).flatmap(
    lambda field: st.tuples(
        st.just(field),
        st.sampled_from(correctable()[field].choices or ("billing", "app", "network.outage")),
        st.booleans() if has_several(field) else st.just(True),
    )
)


@given(labels)
def test_what_is_corrected_is_what_is_said_afterwards(label: tuple[str, str, bool]) -> None:
    field, value, present = label
    check(field, value, present=present)
    after = overlay(ANALYSIS, [a_correction(field, value, present=present)])

    assert said(after, field, value) == (("present" if present else "absent") if has_several(field) else value)
    assert after.text == ANALYSIS.text
    assert len(after.corrected) == 1


@given(labels)
def test_a_correction_twice_is_a_correction_once(label: tuple[str, str, bool]) -> None:
    one = a_correction(label[0], label[1], present=label[2])

    assert overlay(overlay(ANALYSIS, [one]), [one]) == overlay(ANALYSIS, [one])


@pytest.mark.parametrize(
    ("action", "intents", "corrected", "then"),
    [
        ("response_needed", ("cancel",), [("cancel", False)], "none"),
        ("none", (), [("cancel", True)], "response_needed"),
        ("response_needed", ("complain",), [("complain", False), ("praise", True)], "praise"),
        ("response_needed", ("praise",), [("suggest", True)], "response_needed"),  # the words asked for an answer
        (None, (), [("cancel", True)], None),
    ],
)
def test_what_to_do_follows_the_intents_that_were_corrected(
    action: str | None, intents: tuple[str, ...], corrected: list[tuple[str, bool]], then: str | None
) -> None:
    found = tuple(Intent(label=one, score=0.6, begin=0, end=4) for one in intents)
    analysis = ANALYSIS.model_copy(update={"action": action, "intents": found})
    mine = [a_correction("intent", label, present=present) for label, present in corrected]
    assert overlay(analysis, mine).action == then
    said = a_correction("action", "suggestion")
    assert overlay(analysis, [said, *mine]).action == "suggestion"


def test_withdrawn_or_of_another_interaction_it_changes_nothing() -> None:
    withdrawn = a_correction("sentiment", "positive", withdrawn_at=NOW)
    other = a_correction("sentiment", "positive", interaction_id="another")

    assert overlay(ANALYSIS, [withdrawn, other]) is ANALYSIS


def test_a_topic_taken_away_takes_what_is_said_of_it_along() -> None:
    after = overlay(ANALYSIS, [a_correction("topic", "app", present=False)])

    assert [one.id for one in after.topics] == ["billing"]
    assert [one.topic for one in after.aspects] == ["billing"]


def test_what_was_found_keeps_its_words_when_it_is_confirmed() -> None:
    after = overlay(ANALYSIS, [a_correction("intent", "cancel"), a_correction("topic", "billing")])

    assert (after.intents[0].begin, after.intents[0].end, after.intents[0].score) == (3, 9, 1.0)
    assert after.topics[0].end == ANALYSIS.topics[0].end


@pytest.mark.parametrize(
    ("field", "value", "present", "reason"),
    [
        ("sentiment", "mixed", True, "not one of negative"),
        ("sentiment", "neutral", False, "has one value"),
        ("effort", "7", True, "not one of -5"),
        ("intent", "<script>", True, "not one of cancel"),
        ("topic", "Billing & co", True, "not the id of a topic"),
        ("topic", "", True, "not the id of a topic"),
    ],
)
def test_labels_nobody_could_mean_are_refused(field: str, value: str, present: bool, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        check(field, value, present=present)
