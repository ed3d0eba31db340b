"""The whole way on a real PostgreSQL: received, queued, worked by two processes at once, exported, looked at."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest

from voc.doctor import examine
from voc.exporting import export_to
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.settings import Settings
from voc.store import Filters, open_store

pytestmark = pytest.mark.integration

WORKER = textwrap.dedent("""
    import sys
    from makers import a_vector, an_analysis
    from voc.analysis.pipeline import AnalysisResult
    from voc.pipeline import workflows
    from voc.pipeline.worker import run_worker
    from voc.settings import settings

    class Quick:
        def analyse_text(self, interactions, *, transcripts=None):
            return [AnalysisResult(an_analysis(one), a_vector(1)) for one in interactions]

    workflows.WorkerContext.analyser = property(lambda self: Quick())
    run_worker(settings())
""")


def test_two_workers_share_one_server_and_do_everything_once(
    postgresql: str, settings: Settings, tmp_path: Path
) -> None:
    chosen = settings.model_copy(update={"database_url": postgresql})
    files = []
    for number in range(12):
        path = tmp_path / f"mails-{number}.csv"
        lines = [f'{number}-{row};"Message {number}-{row} sur la facture"' for row in range(20)]
        path.write_text("\n".join(["id;message", *lines]) + "\n")
        files.append(path)
    environment = {**os.environ, "VOC_DATABASE_URL": postgresql, "PYTHONPATH": os.pathsep.join(sys.path)}
    with closing(open_store(chosen)) as store, closing(WorkQueue(chosen)) as queue:
        intake = Intake(store, chosen, queue)
        for path in files[:6]:
            intake.receive_path(path)
        workers = [subprocess.Popen([sys.executable, "-c", WORKER], env=environment) for _ in range(2)]
        try:
            for path in files[6:]:
                intake.receive_path(path)
            deadline = time.monotonic() + 90
            while store.interactions.statuses().get("queued") and time.monotonic() < deadline:
                assert [worker.poll() for worker in workers] == [None, None]
                time.sleep(0.1)
            assert store.interactions.statuses() == {"done": 240}
            assert len(store.search.words("facture", limit=1000)) == 240
            assert store.interactions.count(Filters()) == 240
            for finding in examine(chosen):
                assert finding.what not in {"database", "workers"} or finding.ok, finding
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(timeout=30)
        assert export_to(store, tmp_path / "insights.db")["interactions"] == 240
