"""All kinds of sources at once against real servers, with the worker killed and everything restarted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sources_day import Day

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def test_every_thing_is_in_once_whatever_dies(tmp_path: Path) -> None:
    """``python -m benchmarks.sources_day`` is the same for ten minutes, with what is analysed beside it."""
    report = Day(tmp_path, seconds=40, kills=4, pause=0.8, queues=("sources",)).run()
    assert sum(map(len, report.given.values())) > 100
    assert report.kills == 4
    assert (report.lost, report.doubled, report.unexplained) == ([], [], 0)
    assert report.set_aside == report.bad
