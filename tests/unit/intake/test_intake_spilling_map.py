"""A map that spills to disk answers as a dictionary does, in memory that does not grow with it."""

from __future__ import annotations

import sqlite3
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import InputError
from voc.intake import read, spilling_map
from voc.intake.spilling_map import SpillingMap
from voc.records import Interaction

KEYS = st.text(max_size=3)


@given(st.lists(st.tuples(KEYS, st.integers(0, 99)), max_size=60), st.integers(1, 5))
def test_it_answers_as_a_dictionary(told: list[tuple[str, int]], held: int) -> None:
    kept: dict[str, int] = {}
    spilled: SpillingMap[int] = SpillingMap(held=held)
    for key, value in told:
        assert spilled.get(key) == kept.get(key)
        kept[key] = value
        spilled.keep(key, value)
    assert {key: spilled.get(key) for key in kept} == kept
    assert spilled.get("a key nobody told it") is None


def test_its_memory_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spilling_map, "FILTER_BYTES", 1 << 16)
    spilled: SpillingMap[str] = SpillingMap(held=500)
    tracemalloc.start()
    sizes = []
    for number in range(12_000):
        spilled.keep(f"key {number}", "a value")
        if number in {2_000, 11_999}:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] < sizes[0] + 100_000  # 10,000 entries more would be two megabytes in a dictionary
    assert [spilled.get(f"key {number}") for number in (0, 6_000, 11_999, 12_000)] == ["a value"] * 3 + [None]


def test_a_full_disk_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(spilling_map, "_temporary", full)
    spilled: SpillingMap[int] = SpillingMap(held=1)
    spilled.keep("a", 1)
    with pytest.raises(InputError, match="TMPDIR") as said:
        spilled.keep("b", 2)
    assert said.value.code == "temporary_files_failed"


def test_rows_and_ids_that_come_back_are_known_however_long_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.csv"
    rows = [f"Q-{n % 1005:05},Réponse {n} de la semaine,2026-03-{1 + n % 28:02}" for n in range(1010)]
    anonymous = [f",Trop cher {n % 5},2026-03-02" for n in range(10)]
    path.write_text("\n".join(["id,commentaire,date", *rows, *anonymous]))

    def found() -> list[Interaction]:
        return [one for one in read(path) if isinstance(one, Interaction)]

    in_memory = found()
    monkeypatch.setattr(SpillingMap.__init__, "__kwdefaults__", {"held": 7})
    assert found() == in_memory
    assert len({one.id for one in in_memory}) == len(in_memory) == 1020
    assert sum(one.thread_id is not None for one in in_memory) == 5
