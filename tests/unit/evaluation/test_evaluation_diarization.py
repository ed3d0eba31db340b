"""The diarization error rate on cases that can be worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.evaluation.diarization import SpeakersScored, diarization_errors, read_rttm, roles_right, table
from voc.records import Conversation, Turn
from voc.speech.transcript import Transcript

TWO = {"a": [(0.0, 4.0)], "b": [(5.0, 10.0)]}


def parts(reference, hypothesis):
    found = diarization_errors(reference, hypothesis)
    return [round(one, 6) for one in (found.speech_s, found.missed_s, found.false_alarm_s, found.confused_s)]


def test_the_same_under_other_names_has_no_error():
    assert parts(TWO, {"x": [(5.0, 10.0)], "y": [(0.0, 4.0)]}) == [9, 0, 0, 0]


def test_silence_misses_everything_and_speech_in_silence_is_a_false_alarm():
    assert parts(TWO, {}) == [9, 9, 0, 0]
    assert parts({"a": [(0.0, 1.0)]}, {"x": [(0.0, 3.0)]}) == [1, 0, 2, 0]


def test_two_taken_for_one_confuses_the_one_who_speaks_less():
    assert parts(TWO, {"x": [(0.0, 4.0), (5.0, 10.0)]}) == [9, 0, 0, 4]


def test_one_taken_for_two_confuses_the_smaller_part():
    assert parts({"a": [(0.0, 10.0)]}, {"x": [(0.0, 7.0)], "y": [(7.0, 10.0)]}) == [10, 0, 0, 3]


def test_overlap_counts_for_both():
    both = {"a": [(0.0, 4.0)], "b": [(3.0, 6.0)]}
    assert parts(both, {"x": [(0.0, 3.5)], "y": [(3.5, 6.0)]}) == [7, 1, 0, 0]
    assert parts(both, both) == [7, 0, 0, 0]


def test_the_matching_is_the_best_for_all_and_not_greedy():
    # Greedily a takes x (5 s) and b is left with 1 s; the best matching has a-y and b-x: 4 + 4.
    reference = {"a": [(0.0, 5.0), (10.0, 14.0)], "b": [(20.0, 24.0), (30.0, 31.0)]}
    hypothesis = {"x": [(0.0, 5.0), (20.0, 24.0)], "y": [(10.0, 14.0), (30.0, 31.0)]}
    assert parts(reference, hypothesis)[3] == pytest.approx(14 - 8)


def test_rate_is_the_sum_over_the_speech():
    found = diarization_errors(TWO, {"x": [(0.0, 4.0), (5.0, 10.0), (10.0, 10.9)]})
    assert found.rate == pytest.approx((4 + 0.9) / 9)


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=5).map(
    lambda pairs: [(float(begin), float(begin + length)) for begin, length in pairs]
)
sides = st.dictionaries(st.sampled_from("abc"), spans, min_size=1, max_size=3)


@given(sides, sides)
def test_errors_are_not_negative_and_none_against_oneself(reference, hypothesis):
    found = diarization_errors(reference, hypothesis)
    assert min(found.missed_s, found.false_alarm_s, found.confused_s) >= 0
    assert found.missed_s + found.confused_s <= found.speech_s + 1e-6
    assert diarization_errors(reference, reference).rate == pytest.approx(0)


def test_rttm_is_read(tmp_path):
    file = tmp_path / "call.rttm"
    file.write_text(
        "SPEAKER call 1 0.5 1.5 <NA> <NA> agent <NA> <NA>\n\nSPEAKER call 1 3 1 <NA> <NA> caller <NA> <NA>\n"
    )
    assert read_rttm(file) == {"agent": [(0.5, 2.0)], "caller": [(3.0, 4.0)]}


def test_turns_are_judged_by_who_speaks_most_in_them():
    turns = tuple(
        Turn(index=index, participant_role=role, begin_ms=begin, end_ms=end, text="mot")
        for index, (role, begin, end) in enumerate(
            [("agent", 0, 2000), ("customer", 2500, 4000), ("agent", 3800, 5000), ("speaker_3", 9000, 9500)]
        )
    )
    transcript = Transcript(turns=turns, duration_ms=10_000, channels=1, conversation=Conversation(duration_ms=10_000))
    assert roles_right(transcript, {"agent": [(0.0, 2.0)], "caller": [(2.4, 5.0)]}) == (3, 2)


def test_the_table_sums_up_recordings_without_times():
    errors = diarization_errors(TWO, TWO)
    rows = [
        SpeakersScored(
            path="calls/a.flac", kind="call", duration_s=10, speakers=2, found=2, errors=errors, turns=3, turns_right=3
        ),
        SpeakersScored(path="french/b.flac", kind="read", duration_s=10, speakers=1, found=1),
        SpeakersScored(path="french/c.flac", kind="read", duration_s=10, speakers=1, found=2),
    ]
    text = table(rows)
    assert "| calls/a.flac | 2 | 2 | 0.0 % | 0.0 % | 0.0 % | 0.0 % | – | 3/3 |" in text
    assert "| french, no times | 1 | right in 1/2 |" in text
    assert "another set" in text
