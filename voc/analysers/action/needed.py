"""What a message asks of the company: an answer, nothing but to be heard as a suggestion or praise, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from voc.records import Expectation, Intent

Action = Literal["response_needed", "suggestion", "praise", "none"]
_ANSWER = frozenset(("cancel", "ask_refund", "ask_information", "escalate_legal", "buy_upgrade", "complain"))


def needed_action(
    intents: Sequence[Intent], expectations: Sequence[Expectation], *, requested: bool = False, glad: bool = False
) -> Action:
    """The strongest of what is asked: somebody who wants an answer gets one, even beside praise or a suggestion.

    A demand ("please fix…") and a request ("merci de me rappeler": ``requested``) want an answer too; an idea is a
    suggestion. A complaint beside praise in a text that is ``glad``, or not cross, as a whole is a remark and
    asks for nothing.
    """
    labels = {intent.label for intent in intents}
    if glad and "praise" in labels:
        labels.discard("complain")
        expectations = [wish for wish in expectations if wish.kind != "unmet"]
    if requested or labels & _ANSWER or any(wish.kind == "demand" for wish in expectations):
        return "response_needed"
    if "suggest" in labels or any(wish.kind != "hope" for wish in expectations):
        return "suggestion"
    return "praise" if "praise" in labels else "none"
