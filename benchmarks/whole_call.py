"""Speed of everything voc does with a call beside bare faster-whisper, in one run, as a ratio.

    python benchmarks/whole_call.py [RECORDING …] [--rounds 5] [--seconds 60] [--threads 0]

Ours is the whole way: the bytes kept on disk, the row added and its work queued, transcription by channel, roles,
conversation measures, language, sentiment, topics, aspects, identifiers, masking, linking, full text and vectors
saved. See ``call_pipeline.py`` for how the two take turns.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.call_pipeline import Task, main
from voc.pipeline import Intake, workflows
from voc.records import Channel
from voc.settings import Settings
from voc.store import Store, open_store

STORES = 40
"""Enough fresh stores for every round: the same recording in the same store would be a duplicate."""


def whole_pipeline(cleanup: ExitStack) -> Callable[[int], Task]:
    """Everything from the bytes to the searchable, linked analysis, each time into an empty store."""

    def make(threads: int) -> Task:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
        fresh: list[tuple[Store, Intake, Settings]] = []
        for number in range(STORES):
            settings = Settings(home=folder / str(number), threads=threads)
            store = open_store(settings)
            reception = Intake(store, settings)
            reception.queue.statuses(["warm"])  # connected before the clock starts
            cleanup.callback(store.close)
            cleanup.callback(reception.queue.close)
            fresh.append((store, reception, settings))
        stage = workflows.Stage(*fresh[0][::2])

        def run(path: Path) -> object:
            store, reception, _ = fresh.pop()
            stage.store = store
            workflows.take_stage(stage)
            received = reception.receive_path(path, channel=Channel.CALL)
            for interaction_id in received.interaction_ids:
                assert workflows.hear(interaction_id)
                assert workflows.understand([interaction_id]) == 1
            return received

        return run

    return make


if __name__ == "__main__":
    with ExitStack() as stack:
        status = main(whole_pipeline(stack), name="voc, everything")
    sys.exit(status)
