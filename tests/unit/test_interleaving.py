"""Batches that take turns: what one waits for, another uses; their results keep their order."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from voc.analysis.interleaving import in_turns

Task = Generator[None, None, str]


def task(name: str, waits: int, seen: list[str]) -> Task:
    for number in range(waits):
        seen.append(f"{name}{number}")
        yield
    seen.append(f"{name}.")
    return name


def test_two_take_turns_where_they_wait() -> None:
    seen: list[str] = []
    assert list(in_turns([task("a", 2, seen), task("b", 2, seen)], at_once=2)) == ["a", "b"]
    assert seen == ["a0", "b0", "a1", "b1", "a.", "b."]


def test_results_are_in_the_order_of_the_tasks_however_long_each_takes() -> None:
    waits = [5, 0, 2, 1, 0, 3]
    tasks = [task(str(number), each, []) for number, each in enumerate(waits)]
    assert list(in_turns(tasks, at_once=3)) == ["0", "1", "2", "3", "4", "5"]


def test_no_more_are_under_way_than_may_be() -> None:
    seen: list[str] = []
    results = in_turns([task(name, 1, seen) for name in "abc"], at_once=2)
    assert next(results) == "a"
    assert "c0" not in seen
    assert list(results) == ["b", "c"]


def test_one_that_fails_is_not_passed_over() -> None:
    def broken() -> Task:
        yield
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(in_turns([task("a", 3, []), broken()], at_once=2))
