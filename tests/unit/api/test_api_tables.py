"""Every table and list as CSV and XLSX: the same rows under the same filters, masked alike, harmless to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from api_seed import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.tables import XLSX, flat, written

TABLES = {
    "/v1/interactions?channel=email&limit=500": "items",
    "/v1/topics?channel=email": "topics",
    "/v1/customers?limit=500": "items",
    "/v1/insights/volumes?by=channel,topic": "figures",
    "/v1/insights/sentiment?by=week": "figures",
    "/v1/insights/effort?by=channel": "figures",
    "/v1/insights/categories?channel=call": "figures",
    "/v1/insights/expectations?quotes=0": "themes",
    "/v1/insights/drivers?score=sentiment": "drivers",
    "/v1/insights/pressure?window=7": "segments",
    "/v1/insights/repeat_contacts?by=topic": "figures",
}


def csv_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def xlsx_of(content: bytes) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(content))
    return list(book.active.iter_rows(values_only=True))


@pytest.mark.parametrize("path", TABLES)
def test_a_file_has_the_rows_of_the_list(client: TestClient, ids: dict[str, str], path: str) -> None:
    rows = client.get(path).json()[TABLES[path]]
    by_format = client.get(f"{path}&format=csv")
    by_accept = client.get(path, headers={"accept": "text/csv"})
    assert by_format.text == by_accept.text
    assert by_format.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in by_format.headers["content-disposition"]
    listed = csv_of(by_format.text)
    assert len(listed) == len(rows)
    if rows:
        name = next(name for name in ("id", "n", "customers", "issues") if name in rows[0])
        assert [one[name] for one in listed] == [str(one[name]) for one in rows]
    header, *cells = xlsx_of(client.get(path, headers={"accept": XLSX}).content) or [()]
    assert len(cells) == len(rows)
    assert set(header) == set(listed[0] if listed else ())


def test_trends_and_signals_have_a_row_a_week_and_a_label(client: TestClient, ids: dict[str, str]) -> None:
    trends = client.get("/v1/insights/trends?by=channel").json()["trends"]
    weeks = csv_of(client.get("/v1/insights/trends?by=channel&format=csv").text)
    assert len(weeks) == sum(len(one["points"]) for one in trends)
    assert {one["keys.channel"] for one in weeks} == {one["keys"]["channel"] for one in trends}
    labels = csv_of(client.get("/v1/insights/signals/topic?format=csv").text)
    assert labels[0]["label"] == "" and "network" in {one["label"] for one in labels}


def test_a_figure_without_groups_is_one_row(client: TestClient, ids: dict[str, str]) -> None:
    (row,) = csv_of(client.get("/v1/insights/volumes?format=csv").text)
    assert int(row["n"]) == client.get("/v1/insights/volumes").json()["n"]
    assert float(row["interval.low"]) < int(row["n"])


def test_without_a_limit_a_file_is_the_whole_list(client: TestClient, ids: dict[str, str]) -> None:
    assert len(csv_of(client.get("/v1/interactions?format=csv").text)) == client.get("/v1/insights/volumes").json()["n"]
    first = client.get("/v1/interactions?format=csv&limit=5")
    assert len(csv_of(first.text)) == 5
    following = first.headers["link"].partition("<")[2].partition(">")[0]
    seen = {one["id"] for one in csv_of(first.text)}
    assert not seen & {one["id"] for one in csv_of(client.get(following).text)}
    acts = [(one["action"], one["detail"]) for one in client.get("/v1/audit").json()]
    assert acts == [("interaction.list.file", {"n": client.get("/v1/insights/volumes").json()["n"]})]


def test_a_reader_s_file_is_masked_like_their_list_and_customers_are_for_analysts(
    keyed: Callable[[str | None], TestClient], ids: dict[str, str]
) -> None:
    reader, analyst = keyed("reader"), keyed("analyst")
    masked = reader.get("/v1/interactions?format=csv").text
    assert "Martin, on" not in masked and "+33612345678" not in masked
    assert reader.get("/v1/customers?format=csv").status_code == 403
    assert reader.get("/v1/customers").status_code == 200
    assert {one["id"] for one in csv_of(analyst.get("/v1/customers?format=csv").text)} == {"C001", "C/2 é"}


def test_an_unknown_format_is_named(client: TestClient, ids: dict[str, str]) -> None:
    refused = client.get("/v1/topics?format=pdf")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_one_of")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.text(max_size=20),
    st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", HOSTILE, "-0.71", "+33612345678"]),
)  # fmt: skip


@settings(deadline=None, max_examples=40)  # the first workbook loads openpyxl
@given(rows=st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), min_size=1, max_size=5))
def test_no_value_becomes_a_formula(rows: list[dict[str, Any]]) -> None:
    told = written("csv", rows, name="x").body.decode()
    for row in csv.reader(io.StringIO(told, newline="")):
        for value in row:
            if value[:1] in {"=", "@", "\t", "\r"}:
                raise AssertionError(value)
            if value[:1] in {"+", "-"}:
                float(value.replace(",", "."))
    book = load_workbook(io.BytesIO(written("xlsx", rows, name="x").body))
    for cells in book.active.iter_rows(min_row=2):
        assert all(one.data_type != "f" for one in cells)


def test_what_is_nested_has_a_name_with_dots() -> None:
    moment = datetime(2026, 11, 9, tzinfo=UTC)
    row = {"interval": {"low": 0.1}, "topics": ("a", "b"), "quotes": [{"text": "x"}], "at": moment}
    assert flat(row) == {"interval.low": 0.1, "topics": "a; b", "at": moment}
    assert "2026-11-09T00:00:00Z" in written("csv", [row], name="x").body.decode()
