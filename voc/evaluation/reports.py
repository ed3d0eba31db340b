"""Running the evaluations by name: what ``voc eval`` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from voc.errors import InputError
from voc.records import Record

Evaluation = tuple[Callable[[], Sequence[Record]], Callable[[Any], str]]


def _speech() -> Evaluation:
    from voc.evaluation import speech

    return speech.evaluate, speech.table


def _text() -> Evaluation:
    from voc.evaluation import text

    return text.evaluate, text.table


def _pairs() -> Evaluation:
    from voc.evaluation import pairs

    return pairs.evaluate, pairs.table


EVALUATIONS: dict[str, Callable[[], Evaluation]] = {"speech": _speech, "text": _text, "pairs": _pairs}
"""Every evaluation by the name ``voc eval`` takes; loaded when asked for."""


def run(name: str | None = None, *, as_json: bool = False) -> Iterator[str]:
    """Run one evaluation, or all of them; yields lines to print.

    Raises:
        InputError: there is no such evaluation, or its data is not there.
    """
    if name is not None and name not in EVALUATIONS:
        raise InputError(f"eval {name}: there is no such evaluation; there are {', '.join(EVALUATIONS)}.")
    for one in [name] if name else list(EVALUATIONS):
        evaluate, table = EVALUATIONS[one]()
        found = evaluate()
        if as_json:
            for record in found:
                yield json.dumps({"evaluation": one} | record.model_dump(mode="json"), ensure_ascii=False)
        else:
            yield from table(found).splitlines()
            yield ""
