"""Running the evaluations by name: what ``voc eval`` prints."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from voc.errors import NotFoundError
from voc.records import Record

Part = tuple[Callable[[], Sequence[Record]], Callable[[Any], str]]
"""What scores something, and what writes its scores as a Markdown table."""

PARTS: dict[str, tuple[str, ...]] = {
    "text": ("text", "understanding", "pii"),
    "speech": ("speech", "hallucination", "diarization", "tone"),
    "linking": ("linking",),
    "pairs": ("minimal_pairs",),
    "topics": ("topic_assignment",),
    "reading": ("reading",),
    "search": ("search",),
    "pii": ("pii",),
    "tone": ("tone",),
    "themes": ("themes",),
    "insights": ("insights",),
}
"""Every evaluation by the name ``voc eval`` takes, with the modules of this package it consists of."""

EVALUATIONS = tuple(PARTS)


def parts(name: str) -> list[Part]:
    """The parts of one evaluation; their modules are loaded here, not before."""
    modules = [importlib.import_module(f"voc.evaluation.{module}") for module in PARTS[name]]
    return [(module.evaluate, module.table) for module in modules]


def run(name: str | None = None, *, as_json: bool = False) -> Iterator[str]:
    """Run one evaluation, or all of them; yields lines to print.

    Raises:
        InputError: there is no such evaluation, or its data is not there.
    """
    if name is not None and name not in PARTS:
        raise NotFoundError(f"eval {name}: there is no such evaluation; there are {', '.join(PARTS)}.")
    every = [one for one in PARTS if one not in {"pii", "tone"}]  # which are parts of text and speech already
    for one in [name] if name else every:
        for evaluate, table in parts(one):
            found = evaluate()
            if as_json:
                for record in found:
                    yield json.dumps({"evaluation": one} | record.model_dump(mode="json"), ensure_ascii=False)
            else:
                yield from table(found).splitlines()
                yield ""
