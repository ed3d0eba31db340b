"""What is said of a conversation that nobody timed."""

from __future__ import annotations

import pytest
from makers import an_analysis, an_interaction

from voc.analysis.pipeline import NO_CONVERSATION, WRITTEN, _with_speech
from voc.records import Turn


@pytest.mark.parametrize(("channel", "reason"), [("chat", WRITTEN), ("call", NO_CONVERSATION)])
def test_a_chat_is_not_said_to_lack_the_times_of_a_call(channel: str, reason: str) -> None:
    turns = (Turn(index=0, participant_role="customer", text="Ma box est en panne"),)
    analysis = an_analysis(
        an_interaction(1, channel=channel, text=None, turns=turns), text="Ma box est en panne", turns=turns
    )
    (said,) = _with_speech(analysis, None).skipped
    assert (said.feature, said.reason) == ("conversation", reason)
