"""The wheel carries everything: an installed voc works away from the clone, with the same weights and samples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from service import ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the clone and unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("voc-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_weights_samples_pages_and_the_taxonomy(unpacked: Path) -> None:
    for name in (
        "voc/_data/models/manifest.toml",
        "voc/_data/models/encoder/encoder.onnx",
        "voc/_data/samples/customers.csv",
        "voc/_data/samples/calls/call-0001.ogg",
        "voc/topics/packs/core.yaml",
        "api/templates/base.html",
        "voc/locales/fr.toml",
        "api/static/vendor",
    ):
        assert (unpacked / name).exists(), name


def test_it_analyses_a_sample_away_from_the_clone(unpacked: Path, tmp_path: Path) -> None:
    probe = (
        "import voc, sys; from voc.resources import resource; from voc.cli import main; "
        f"assert voc.__file__.startswith({str(unpacked)!r}), voc.__file__; "
        "sys.argv = ['voc', 'analyse', str(resource('samples', 'reviews.csv')), '--output', 'out.jsonl']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked), "VOC_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    assert json.loads(lines[0])["sentiment"]["label"] in {"negative", "neutral", "positive"}
