"""In which zone a moment is that does not say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from voc.errors import SettingsError
from voc.intake import read
from voc.intake.dates import moment_in_name, parse_column, parse_moment
from voc.records import Interaction

Set = Callable[..., None]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-11-09T10:12:00", 9),
        ("09/11/2026 10h12", 9),
        ("9 novembre 2026 à 10:12", 9),
        ("202611091012", 9),
        ("2026-07-09T10:12:00", 8),  # summer time
        ("2026-11-09T10:12:00Z", 10),
        ("2026-11-09T10:12:00-05:00", 15),
        ("2026/11/09 10:12:45 AM UTC+1", 9),
        ("1794219120", 10),
        ("1794219120.000200", 10),
    ],
)
def test_a_moment_without_a_zone_is_in_that_of_the_settings(set_to: Set, written: str, hour: int) -> None:
    set_to(time_zone="Europe/Paris")
    found = parse_moment(written)
    assert found is not None and found.tzinfo is UTC and found.hour == hour


def test_so_are_the_days_of_a_sheet_and_the_names_of_recordings(set_to: Set) -> None:
    set_to(time_zone="Europe/Paris")
    assert parse_column("45974.5") == datetime(2025, 11, 13, 11, tzinfo=UTC)
    assert moment_in_name("call_20261109_101200.wav") == datetime(2026, 11, 9, 9, 12, tzinfo=UTC)
    assert moment_in_name("GMT20261103-100000_Recording.vtt") == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert moment_in_name("call_20261109T101200Z.wav") == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)


def test_utc_is_the_zone_where_none_is_set(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,commentaire\n2026-11-09 10:12,Ma box ne marche plus\n", "utf-8")
    (found,) = read(path)
    assert isinstance(found, Interaction)
    assert found.occurred_at == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)


def test_a_zone_that_is_none_is_said(set_to: Set) -> None:
    set_to(time_zone="Mars/Olympus")
    with pytest.raises(SettingsError, match="Europe/Paris"):
        parse_moment("2026-11-09 10:12")
