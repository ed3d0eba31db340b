"""VOC_SENTIMENT_MODEL, run where torch is: beside the environment, because voc itself runs without it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
BESIDE = Path(sys.prefix) / "torch"
"""Where `make test` installs torch: a process sees it only when it asks to."""
START = "import sys; sys.path.append(sys.argv.pop(1)); import pytest; sys.exit(pytest.main(sys.argv[1:]))"


@pytest.mark.integration
@pytest.mark.slow
def test_any_sequence_classifier_can_take_the_place_of_our_heads() -> None:
    if importlib.util.find_spec("torch") is None and not (BESIDE / "torch").is_dir():
        pytest.skip(f"torch is neither installed nor in {BESIDE}: `make test` puts it there (unless TORCH=0)")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            START,
            str(BESIDE),
            str(HERE.with_name("classifier_with_torch.py")),
            "-q",
            "--no-header",
        ],
        cwd=HERE.parents[2],
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
