"""Worker processes under a server: started, watched, started again when they die."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

log = logging.getLogger("voc.supervisor")

LONGEST_PAUSE = 60.0
"""A worker that dies at once again and again is started at most once in this many seconds."""
HEALTHY_AFTER = 30.0


class Supervisor:
    """Keeps ``workers`` worker processes alive until :meth:`stop`."""

    def __init__(self, workers: int, *, queues: Sequence[str] = ()) -> None:
        self.command = [sys.executable, "-m", "voc", "worker", "--parent", str(os.getpid())]
        for queue in queues:
            self.command += ["--queue", queue]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, name=f"voc-worker-{n}", daemon=True) for n in range(workers)
        ]

    def start(self) -> None:
        """Start every worker."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the workers; what they were doing is taken up at the next start."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=15)

    def _watch(self) -> None:
        pause = 1.0
        while not self._stop.is_set():
            started = time.monotonic()
            process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
            while process.poll() is None and not self._stop.wait(0.2):
                pass
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
                return
            pause = 1.0 if time.monotonic() - started > HEALTHY_AFTER else min(pause * 2, LONGEST_PAUSE)
            log.warning("a worker ended with status %s; starting another in %.0f s", process.returncode, pause)
            self._stop.wait(pause)
