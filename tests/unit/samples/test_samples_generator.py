"""The samples are what their generator writes: nobody edits an export by hand and forgets the texts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.integration  # the generator itself

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
WORKBOOK = "enquete_nps.xlsx"
BY_HAND = {"README.md"}


def written_files(folder: Path) -> set[str]:
    """Everything the text step writes: no generator, no recordings, nothing written by hand."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith("generator/") and not name.endswith(".ogg")} - BY_HAND


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples")
    command = [sys.executable, str(SAMPLES / "generator" / "build.py"), "--out", str(out)]
    subprocess.run(command, check=True, timeout=120)
    return out


def test_the_generator_writes_exactly_the_files_that_are_committed(rebuilt: Path) -> None:
    assert written_files(rebuilt) == written_files(SAMPLES)


def test_the_same_seed_gives_the_same_bytes(rebuilt: Path) -> None:
    names = sorted(written_files(SAMPLES) - {WORKBOOK})
    assert [name for name in names if (SAMPLES / name).read_bytes() != (rebuilt / name).read_bytes()] == []


def test_the_same_seed_gives_the_same_workbook(rebuilt: Path) -> None:
    """Cells rather than bytes: another zlib may compress them otherwise."""
    committed, again = (openpyxl.load_workbook(folder / WORKBOOK).active for folder in (SAMPLES, rebuilt))
    assert list(committed.values) == list(again.values)
