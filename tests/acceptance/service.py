"""Running the real ``voc`` in processes of its own, as a person would."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.other_servers import free_port

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process' environment with a store of its own and no setting of the person who runs the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VOC_") or key == "VOC_MODELS_DIR"}
    return kept | {"VOC_HOME": str(home), "VOC_UI_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"} | more


def voc(*arguments: str, home: Path, check: bool = True, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "voc", *arguments],
        cwd=home.parent,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if check:
        assert done.returncode == 0, f"voc {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done


def start(*arguments: str, home: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, its output in ``log``."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "voc", *arguments],
            cwd=home.parent,
            env=environment(home),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole group: no goodbye, no clean-up, as a power cut."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Read the store's own tables, as a data engineer would."""
    with closing(sqlite3.connect(home / "voc.db", timeout=30)) as connection:
        return connection.execute(query).fetchall()


class Server:
    """``voc serve`` on a free port."""

    def __init__(self, home: Path, log: Path) -> None:
        self.home, self.log = home, log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = start("serve", "--port", str(self.port), home=home, log=log)
        self.wait_until_ready()

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Block until it answers."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError(f"the server did not answer in {timeout} s: {self.log.read_text()}")

    def get(self, path: str) -> Any:
        """JSON of a resource."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def upload(self, path: Path, **query: str) -> Any:
        """Send one file's bytes as the body."""
        from urllib.parse import urlencode

        request = urllib.request.Request(
            f"{self.url}/v1/uploads?{urlencode({'filename': path.name} | query)}",
            data=path.read_bytes(),
            headers={"Content-Type": "application/octet-stream"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 202
            return json.load(answer)

    def stop(self) -> None:
        """End it as a person would (SIGTERM)."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            kill(self.process)
