"""The clock of a conversation: what each figure means, and that together they account for every millisecond."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.records import OtherSound, Sentiment, Turn, Word
from voc.speech.conversation_metrics import Interval, measure, overtalk, total, union, with_sentiment, without

LENGTH = 20_000


def turn(begin: int, end: int, role: str | None = "customer", *, tag: int = 1, text: str = "oui") -> Turn:
    return Turn(index=0, participant_role=role, channel_tag=tag, begin_ms=begin, end_ms=end, text=text)


spans = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(1, 6000)).map(lambda pair: (pair[0], min(LENGTH, sum(pair)))),
    max_size=8,
)


@given(agent=spans, customer=spans)
def test_talk_alone_overtalk_and_silence_partition_the_duration(
    agent: list[Interval], customer: list[Interval]
) -> None:
    turns = [turn(*span, "agent", tag=1) for span in agent] + [turn(*span, "customer", tag=2) for span in customer]
    found = measure(turns, duration_ms=LENGTH, channels={1: "agent", 2: "customer"})

    at = np.arange(LENGTH)
    first, second = (sum([(at >= b) & (at < e) for b, e in side], start=at < 0) for side in (agent, customer))
    alone, both = int(np.sum(first ^ second)), int(np.sum(first & second))
    silence = int(np.sum(~first & ~second))

    assert found.overtalk_ms == both
    assert sum(found.talk_time_ms.values()) == alone + 2 * both
    assert sum(found.talk_time_ms.values()) - found.overtalk_ms + silence == LENGTH
    assert found.non_talk is not None
    assert found.non_talk.total_ms <= silence
    assert all(gap.end_ms - gap.begin_ms >= 2000 for gap in found.non_talk.instances)


@given(
    first=spans,
    second=spans,
    sounds=spans,
    roles=st.sampled_from([("agent", "customer"), ("speaker_1", "speaker_2"), (None, None), ("agent", "agent")]),
    together=st.booleans(),
)
def test_talk_overtalk_silence_and_other_sounds_make_up_the_duration(
    first: list[Interval],
    second: list[Interval],
    sounds: list[Interval],
    roles: tuple[str | None, str | None],
    together: bool,
) -> None:
    mono = without(union(second), union(first))  # on one channel nobody is heard at once
    talk = {1: union(first), 2: union(second) if together else mono}
    turns = [turn(*span, role, tag=tag) for tag, role in enumerate(roles, start=1) for span in talk[tag]]
    found = measure(
        turns,
        duration_ms=LENGTH,
        channels=dict(enumerate(roles, start=1)),
        speech=talk,
        other=[OtherSound(begin_ms=begin, end_ms=end) for begin, end in union(sounds)],
        together=together,
    )
    parts = (found.talk_ms, found.overtalk_ms or 0, found.silence_ms, found.other_ms)
    assert sum(part or 0 for part in parts) == LENGTH
    assert min(part or 0 for part in parts) >= 0
    assert (found.overtalk_ms is None) == (not together)
    assert found.other_ms == total((one.begin_ms, one.end_ms) for one in found.other)


@given(spans, spans)
def test_without_keeps_what_is_in_one_and_not_in_the_other(one: list[Interval], other: list[Interval]) -> None:
    at = np.arange(LENGTH)
    kept, taken, left = (
        sum([(at >= begin) & (at < end) for begin, end in side], start=at < 0)
        for side in (union(one), union(other), without(union(one), union(other)))
    )
    assert np.array_equal(left.astype(bool), kept.astype(bool) & ~taken.astype(bool))


def test_voices_without_a_role_get_their_quarters_and_no_change() -> None:
    score = Sentiment(label="negative", score=-0.5)
    turns = [turn(0, 1000, "speaker_1").model_copy(update={"sentiment": score}), turn(7000, 8000, "speaker_2")]
    found = with_sentiment(measure(turns, duration_ms=8000), turns)
    assert found.sentiment_by_quarter == {"speaker_1": [-0.5, None, None, None], "speaker_2": [None] * 4}
    assert found.sentiment_change is None


@given(spans)
def test_union_is_ordered_apart_and_keeps_the_covered_time(intervals: list[Interval]) -> None:
    merged = union(intervals)
    at = np.arange(LENGTH + 1)
    assert all(a[1] < b[0] for a, b in pairwise(merged))
    assert total(merged) == np.sum(sum([(at >= begin) & (at < end) for begin, end in intervals], start=at < 0))
    assert overtalk([merged, merged]) == merged


def test_a_silence_counts_from_two_seconds_on_and_at_both_ends() -> None:
    found = measure([turn(3000, 4000), turn(5999, 7000), turn(9000, 10_000)], duration_ms=10_500)
    assert found.non_talk is not None
    assert [(gap.begin_ms, gap.end_ms) for gap in found.non_talk.instances] == [(0, 3000), (7000, 9000)]
    assert (found.non_talk.total_ms, found.non_talk.longest_ms) == (5000, 3000)


def test_who_cuts_the_other_off_interrupts() -> None:
    found = measure(
        [turn(0, 5000, "agent", tag=1), turn(4000, 9000, "customer", tag=2)],
        duration_ms=10_000,
    )
    assert [(one.begin_ms, one.end_ms) for one in found.interruptions["customer"]] == [(4000, 5000)]
    assert found.interruptions["agent"] == []
    assert found.overtalk_ms == 1000


def test_a_breath_does_not_end_the_talk_somebody_cuts_into() -> None:
    turns = [turn(0, 5000, "agent", tag=1), turn(3100, 9000, "customer", tag=2)]
    heard = {1: [(0, 2900), (3400, 5000)], 2: [(3100, 6000), (6400, 9000)]}
    found = measure(turns, duration_ms=10_000, speech=heard)
    assert [(one.begin_ms, one.end_ms) for one in found.interruptions["customer"]] == [(3100, 5000)]
    assert found.interruptions["agent"] == []
    # A pause of a second is no breath: whoever speaks then does not cut in.
    paused = measure(turns, duration_ms=10_000, speech={1: [(0, 2900), (3950, 5000)], 2: [(3100, 6000)]})
    assert paused.interruptions["customer"] == []


def test_a_word_of_assent_inside_the_others_sentence_is_no_interruption() -> None:
    found = measure([turn(0, 9000, "customer", tag=2), turn(4000, 4600, "agent", tag=1)], duration_ms=10_000)
    assert found.interruptions == {"customer": [], "agent": []}
    assert found.overtalk_ms == 600


def test_without_roles_only_what_needs_none_is_measured() -> None:
    found = measure([turn(0, 3000, None), turn(6000, 9000, None)], duration_ms=9000, levels={1: [-20.0] * 9})
    assert found.talk_time_ms == {}
    assert found.overtalk_ms is None
    assert found.interruptions == {}
    assert found.words_per_minute == {}
    assert found.loudness == {}
    assert found.non_talk is not None
    assert found.non_talk.total_ms == 3000


def test_two_channels_without_roles_still_show_their_overtalk() -> None:
    found = measure([turn(0, 3000, None, tag=1), turn(2000, 4000, None, tag=2)], duration_ms=5000)
    assert found.overtalk_ms == 1000
    assert found.talk_time_ms == {}


def test_a_channel_on_which_nobody_speaks_counts_as_silent_not_as_missing() -> None:
    found = measure([turn(0, 3000, "agent")], duration_ms=5000, channels={1: "agent", 2: "customer"})
    assert found.talk_time_ms == {"agent": 3000, "customer": 0}
    assert found.overtalk_ms == 0


def test_pace_is_words_over_the_time_spoken() -> None:
    said = tuple(Word(text="mot", begin_ms=at * 500, end_ms=at * 500 + 400) for at in range(20))
    one = turn(0, 10_000).model_copy(update={"words": said})
    found = measure([one], duration_ms=60_000, speech={1: [(0, 6000)]})
    assert found.words_per_minute == {"customer": 200.0}
    assert found.talk_time_ms == {"customer": 6000}


def test_loudness_is_given_where_the_role_speaks() -> None:
    found = measure([turn(1000, 2300)], duration_ms=4000, levels={1: [-50.04, -20.06, -30.0, -60.0]})
    assert found.loudness == {"customer": [None, -20.1, -30.0, None]}


def test_times_beyond_the_recording_are_cut_off() -> None:
    found = measure([turn(0, 99_000)], duration_ms=5000)
    assert found.talk_time_ms == {"customer": 5000}


def scored(begin: int, end: int, score: float, role: str = "customer") -> Turn:
    label = "positive" if score > 0 else "negative"
    return turn(begin, end, role).model_copy(update={"sentiment": Sentiment(label=label, score=score)})


def test_sentiment_by_quarter_weighs_turns_by_their_time_and_leaves_silent_quarters_open() -> None:
    call = measure([], duration_ms=8000)
    turns = [scored(0, 1500, -1.0), scored(1500, 2000, 1.0), scored(3000, 4000, 0.5, "agent"), scored(5000, 7000, 0.6)]
    found = with_sentiment(call, turns)
    assert found.sentiment_by_quarter == {"customer": [-0.5, None, 0.6, 0.6]}
    assert found.sentiment_change == 1.1


def test_sentiment_by_quarter_is_absent_without_customer_speech() -> None:
    found = with_sentiment(measure([], duration_ms=8000), [scored(0, 1000, 0.5, "agent")])
    assert found.sentiment_by_quarter == {}
    assert found.sentiment_change is None


def test_sentiment_is_unknown_not_zero_where_turns_were_not_scored() -> None:
    found = with_sentiment(measure([], duration_ms=8000), [turn(0, 1000)])
    assert found.sentiment_by_quarter == {"customer": [None] * 4}
    assert found.sentiment_change is None
