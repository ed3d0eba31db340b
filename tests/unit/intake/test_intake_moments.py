"""Dates that cannot be read, or not be believed: never silently the week of import."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.intake import read
from voc.intake.dates import order_of, parse_column, parse_moment
from voc.records import Interaction, Rejected, Remark


def table(tmp_path: Path, dates: list[str], *, header: str = "date") -> tuple[list[Interaction], list[Rejected]]:
    path = tmp_path / "avis.csv"
    lines = [f"{day};La box redémarre sans cesse depuis le n° {n}" for n, day in enumerate(dates, start=1)]
    path.write_text("\n".join([f"{header};texte", *lines]), "utf-8")
    found = list(read(path))
    return [one for one in found if isinstance(one, Interaction)], [one for one in found if isinstance(one, Rejected)]


def test_a_date_in_the_future_is_not_believed_and_said_once(tmp_path: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    kept, remarks = table(tmp_path, ["2026-11-09", "2081-01-01", tomorrow, "2082-05-01"])
    assert [one.occurred_at is None for one in kept] == [False, True, False, True]
    assert remarks == [
        Remark(
            source="avis.csv:3",
            reason="2 rows: the date lies in the future (2081-01-01), so the day of import counts; correct it.",
        )
    ]


def test_dates_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    kept, remarks = table(tmp_path, ["09/11/2026", "hier", "31/02/2026", "", "0000-00-00", "10/11/2026", "11/11/2026"])
    assert [one.occurred_at is not None for one in kept] == [True, False, False, False, False, True, True]
    assert [one.source for one in remarks] == ["avis.csv:3"]
    assert remarks[0].reason.startswith("3 rows: the date could not be read")


@pytest.mark.parametrize("dates", [["hier", "lundi", "avant-hier"], ["hier", "lundi", "09/11/2026"]])
def test_a_column_that_is_called_a_date_is_not_passed_over_in_silence(tmp_path: Path, dates: list[str]) -> None:
    kept, remarks = table(tmp_path, dates)
    assert len(kept) == 3 and all("redémarre" in (one.text or "") for one in kept)
    assert remarks and "could not be read" in remarks[0].reason


def test_a_spreadsheet_s_days_are_dates_in_a_column_of_dates_only(tmp_path: Path) -> None:
    kept, remarks = table(tmp_path, ["45974", "45975,5", "45976.25"])
    assert [one.occurred_at for one in kept] == [
        datetime(2025, 11, 13, tzinfo=UTC),
        datetime(2025, 11, 14, 12, tzinfo=UTC),
        datetime(2025, 11, 15, 6, tzinfo=UTC),
    ]
    assert not remarks
    assert parse_moment("45974") is None
    assert parse_column("75001") is None and parse_column("29999") is None


@pytest.mark.parametrize(
    "dates", [["13.11.2025", "11/13/2025", "03/04/2025"], ["11/13/2025", "13.11.2025", "03/04/2025"]]
)
def test_a_column_that_writes_both_orders_is_read_day_first_and_said(tmp_path: Path, dates: list[str]) -> None:
    kept, remarks = table(tmp_path, dates)
    moments = [one.occurred_at for one in kept]
    assert moments == [datetime(2025, 11, 13, tzinfo=UTC)] * 2 + [datetime(2025, 4, 3, tzinfo=UTC)]
    assert [one.source for one in remarks] == ["avis.csv:3"]
    assert "the day was taken to come first" in remarks[0].reason


def test_rows_of_turns_say_their_unread_dates_too(tmp_path: Path) -> None:
    path = tmp_path / "chats.csv"
    path.write_text(
        "thread,role,date,text\n"
        "c1,customer,11/13/2025,My box is down\nc1,agent,11/13/2025,I will look\n"
        "c2,customer,some day,My bill is wrong\nc2,agent,some day,Let me see\n"
    )
    found = list(read(path))
    kept = [one for one in found if isinstance(one, Interaction)]
    assert [one.occurred_at for one in kept] == [datetime(2025, 11, 13, tzinfo=UTC), None]
    assert [one.reason[:5] for one in found if isinstance(one, Rejected)] == ["1 row"]


_TWO = st.integers(0, 40).flatmap(lambda number: st.sampled_from((f"{number}", f"{number:02}")))
_CLOCKS = st.builds("{}:{:02}{}".format, _TWO, st.integers(0, 62), st.sampled_from(("", ":07", ":59", ":61", ":7")))


@given(
    st.builds("{1}{0}{2}{0}{3}".format, st.sampled_from("-/."), _TWO, _TWO, st.integers(0, 2110).map(str)),
    _CLOCKS,
    st.booleans(),
)
def test_a_date_of_numbers_is_read_alike_however_it_is_spaced(day: str, clock: str, month_first: bool) -> None:
    """The usual spelling is read by a pattern of its own; with two spaces it goes the way of all others."""
    usual, general = f"{day} {clock}", f"{day}  {clock}"
    assert parse_column(usual, month_first=month_first) == parse_column(general, month_first=month_first)
    assert order_of(usual) == order_of(general)
    assert order_of(day) == order_of(f"{day} !")
