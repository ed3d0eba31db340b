"""Reading in another process: the same results, and whatever a file does to its reader is one reason."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import isolated_readers
import pytest

from voc import intake
from voc.errors import InputError
from voc.intake import isolation, limits, reader_process
from voc.intake.isolation import isolated, isolated_answer
from voc.records import Rejected
from voc.resources import resource
from voc.settings import Settings
from voc.settings import settings as settings_in_force

pytestmark = pytest.mark.integration  # real processes that read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "rows.txt"
    made.write_text("one\ntwo\n")
    return made


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READER_CPU_SECONDS", 0.8)
    monkeypatch.setattr(limits, "READER_MEMORY_BYTES", 256 * 2**20)


def test_what_is_read_apart_is_what_is_read_here() -> None:
    for name in ("reviews.csv", "enquete_nps.xlsx", "emails.mbox", "chats.json", "calls/call-0001.ogg"):
        sample = resource("samples", *name.split("/"))
        assert list(isolated(intake.read, sample, name=name, source=name)) == list(intake.read(sample, source=name))
    sample = resource("samples", "customers.csv")
    assert list(isolated(intake.read_customers, sample, name="c")) == list(intake.read_customers(sample))


def test_a_small_file_pays_no_start(path: Path) -> None:
    first = isolated_answer(isolated_readers.process, path, name="x")
    assert first != os.getpid()
    assert isolated_answer(isolated_readers.process, path, name="x") == first
    assert list(isolated(isolated_readers.lines, path, name="x")) == ["one", "two"]
    assert list(isolated(isolated_readers.nothing, path, name="x")) == []


@pytest.mark.usefixtures("tight")
@pytest.mark.parametrize(
    ("reader", "before", "reason"),
    [
        (isolated_readers.spins, ["first"], "was stopped"),
        (isolated_readers.sleeps, ["first"], "was stopped"),
        (isolated_readers.eats, [], "of memory"),
        (isolated_readers.crashes, ["first", "second", "third"], r"crashed \(SIGSEGV\)"),
    ],
)
def test_a_reader_that_does_not_come_to_its_end_is_one_reason(
    path: Path, reader: Callable[[Path], Iterator[str]], before: list[str], reason: str
) -> None:
    began = time.monotonic()
    *found, last = isolated(reader, path, name="rows.txt")
    assert time.monotonic() - began < 30
    assert isinstance(last, Rejected)
    assert last.source == "rows.txt"
    assert re.search(reason, last.reason), last.reason
    assert found == before[: len(found)]
    assert "\n" not in last.reason
    assert list(isolated(isolated_readers.lines, path, name="x")) == ["one", "two"], "the next file is read"


@pytest.mark.usefixtures("tight")
def test_an_answer_that_does_not_come_is_an_error_of_the_file(path: Path) -> None:
    with pytest.raises(InputError, match=r"^rows\.txt: its reader crashed"):
        isolated_answer(isolated_readers.dies, path, name="rows.txt")


def test_a_reader_of_a_large_service_is_used_again(path: Path) -> None:
    """What the service holds is not what its reader holds."""
    isolation.close()
    held = bytearray(b"x") * (reader_process.LARGEST_KEPT + 2**25)
    first = isolated_answer(isolated_readers.process, path, name="x")
    assert isolated_answer(isolated_readers.process, path, name="x") == first
    assert len(held) > reader_process.LARGEST_KEPT


def test_a_reader_that_held_much_is_not(path: Path) -> None:
    first = isolated_answer(isolated_readers.holds_much, path, name="x")
    assert isolated_answer(isolated_readers.process, path, name="x") != first


def test_errors_come_over_as_they_are(path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        list(isolated(intake.read, path.with_name("none.csv"), name="none.csv"))
    with pytest.raises(RuntimeError, match="UnspeakableError"):
        list(isolated(isolated_readers.fails, path, name="x"))
    with pytest.raises(AttributeError):
        list(isolated(lambda _: iter(()), path, name="x"))
    assert list(isolated(isolated_readers.lines, path, name="x")) == ["one", "two"]


def test_what_a_library_prints_is_no_answer(path: Path) -> None:
    assert list(isolated(isolated_readers.prints, path, name="x")) == ["words"]


def test_the_settings_are_those_of_whoever_asks(
    path: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for region in ("FR", "GB", None):
        if region is None:
            monkeypatch.delenv("VOC_DEFAULT_REGION")
        else:
            monkeypatch.setenv("VOC_DEFAULT_REGION", region)
        settings_in_force.cache_clear()
        seen.append(isolated_answer(isolated_readers.in_force, path, name="x"))
    assert seen == [f"{region} {tmp_path}" for region in ("FR", "GB", "FR")]


def test_whoever_leaves_early_leaves_no_reader_behind(path: Path) -> None:
    isolation.close()
    found = isolated(isolated_readers.endless, path, name="x")
    assert list(islice(found, 3)) == [0, 0, 0]
    found.close()  # type: ignore[attr-defined]
    assert isolation._ready == []
    assert list(isolated(isolated_readers.lines, path, name="x")) == ["one", "two"]


def test_many_at_once_do_not_mix(tmp_path: Path) -> None:
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text("\n".join(f"{number}-{row}" for row in range(200)))

    def read(path: Path) -> list[Any]:
        return list(isolated(isolated_readers.lines, path, name=path.name))

    with ThreadPoolExecutor(6) as pool:
        for path, found in zip(paths, pool.map(read, paths), strict=True):
            assert found == path.read_text().splitlines()
    assert len(isolation._ready) <= isolation.KEPT_READY


def test_a_larger_file_may_take_longer(path: Path) -> None:
    small = isolation.cpu_seconds(path)
    path.write_bytes(bytes(3 * 2**20))
    assert isolation.cpu_seconds(path) == pytest.approx(small + 3 * limits.READER_CPU_SECONDS_PER_MB, abs=0.1)
