"""An erasure killed anywhere is ended by asking again or by the next worker: nothing is left, one line says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from erased_person import CONTRACT, EMAIL, FIRST, HANDLE, ID, LAST, MOBILE, NAME, SAID, everything, live_on, scan
from makers import a_customer, an_interaction, left_the_service, understood
from sqlalchemy import Connection

from voc.errors import InputError, StoreError
from voc.pipeline import erasing
from voc.pipeline.erasing import (
    compact_all,
    erase_customers,
    is_being_erased,
    resume_erasures,
    tombstones_file,
)
from voc.pipeline.ingestion import Intake
from voc.records import Customer
from voc.rights.erasure_steps import ErasureSteps, open_erasure
from voc.settings import Settings
from voc.store import Filters, Store, open_store
from voc.store.blobs import BlobStore
from voc.store.database import Database
from voc.store.erasing import Erasing
from voc.store.tombstones import keyed

MOST_PLACES = 400


class Killed(BaseException):
    """What kill -9 leaves: no handler of ours runs to any effect."""


class Death:
    """Kills the process before its ``at``-th durable act; from then on it does nothing any more."""

    def __init__(self) -> None:
        self.at, self.acts = 0, 0

    def comes(self) -> None:
        self.acts += 1
        if self.at and self.acts >= self.at:
            raise Killed


@pytest.fixture
def death(monkeypatch: pytest.MonkeyPatch) -> Death:
    """Strikes before a transaction, before its commit, before a blob or a file is deleted, before the compaction."""
    one = Death()
    begin = Database.begin

    @contextmanager
    def mortal(self: Database) -> Iterator[Connection]:
        one.comes()
        with begin(self) as connection:
            yield connection
            one.comes()

    def before(owner: Any, name: str) -> None:
        act: Callable[..., Any] = getattr(owner, name)

        def struck(*given: Any, **named: Any) -> Any:
            one.comes()
            return act(*given, **named)

        monkeypatch.setattr(owner, name, struck)

    monkeypatch.setattr(Database, "begin", mortal)
    before(BlobStore, "delete")
    before(Path, "unlink")
    before(erasing, "keep_tombstones")
    before(Erasing, "compact")
    return one


def the_person() -> Customer:
    return a_customer(
        ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,), emails=(EMAIL,), contracts=(CONTRACT,),
        handles=(("x", HANDLE),),
    )  # fmt: skip


def fill(store: Store, chosen: Settings, queue: Any, folder: Path) -> None:
    now = datetime.now(UTC)
    store.customers.save([the_person(), a_customer("CU-0099172", name="Gaston Quinquempoix")], now=now)
    store.customers.save([a_customer("CU-0099173", name=NAME)], now=now)
    with store.database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE customer SET merged_into = '{ID}' WHERE id = 'CU-0099173'")
    broken = folder / f"{LAST}.json"
    broken.write_text(json.dumps({"note": f"{NAME} {SAID}"}) + "}}", encoding="utf-8")
    Intake(store, chosen, queue).receive_path(broken)
    live_on(store, chosen)
    understood(store, an_interaction(60, text=SAID), customer="CU-0099173")
    told = f"J'ai vu Mme {LAST}, {MOBILE}, {EMAIL.upper()}, contrat {CONTRACT}"
    understood(store, an_interaction(61, text=told), customer="CU-0099172", text=told)
    exported = chosen.home / "exports" / f"{ID}.zip"
    exported.write_bytes(EMAIL.encode())
    left_the_service(store, exported, kind="person")


@pytest.fixture
def made(settings: Settings, queue: Any, tmp_path: Path) -> Path:
    """A home where the person is everywhere; each trial takes a copy of it."""
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)
    return settings.home


def end(store: Store, chosen: Settings, queue: Any, *, by_worker: bool) -> None:
    """Whoever comes next: a worker, or the same command again."""
    if by_worker:
        resume_erasures(store, chosen, queue=queue)
    if store.customers.get(ID) is not None or not by_worker:
        try:
            erase_customers(store, chosen, [ID], actor="cli", queue=queue, thorough=True)
        except InputError:  # it was over but for the answer
            assert [one.action for one in store.access.trail()].count("customer.erase") == 1


def expect_nothing_left(store: Store, chosen: Settings, where: str) -> None:
    assert everything(chosen) == {}, where
    assert store.erasures.all() == [], where
    lines = [line for line in store.access.trail() if line.action == "customer.erase"]
    assert len(lines) == 1, where
    salt = store.tombstones.salt()
    wanted = [keyed("customer", one, salt=salt) for one in (ID, "CU-0099173")]
    wanted += [keyed("identifier", kind, value, salt=salt) for kind, value in (("email", EMAIL), ("phone", MOBILE))]
    theirs = [an_interaction(50, channel="call").id, an_interaction(51).id, an_interaction(60).id]
    wanted += [keyed("interaction", one, salt=salt) for one in theirs]
    kept = {one for one, _, _ in json.loads(tombstones_file(chosen).read_text())["tombstones"]}
    assert set(wanted) <= set(store.tombstones.known(wanted)) & kept, where
    assert lines[0].target == wanted[0][:12], where
    assert (lines[0].detail["interactions"], lines[0].detail["recordings"]) == (3, 1), where
    assert lines[0].detail["uploads"] == 1, where
    copies = 3 if lines[0].detail["policy"] == "personal" else 0
    assert lines[0].detail["kept_anonymous"] == copies, where
    assert store.interactions.count(Filters()) == 2 + copies, where  # those of others who spoke of the person
    assert lines[0].detail["mentions"] >= 2, where
    assert list(store.blobs.keys()) == [], where
    others = store.findings.analyses(store.interactions.all_ids(Filters(customer="CU-0099172")))
    assert ["J'ai vu" in one.text for one in others.values()] == [True], where


@pytest.mark.parametrize(
    ("policy", "by_worker"),
    [
        pytest.param("personal", True, marks=pytest.mark.slow),
        pytest.param("interactions", False, marks=pytest.mark.integration),
    ],
)
def test_killed_at_any_step_nothing_is_left(
    made: Path, settings: Settings, queue: Any, death: Death, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    policy: Any, by_worker: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(erasing, "is_alive", lambda *_, **__: False)  # the killed process is this one
    for at in range(1, MOST_PLACES):
        home = tmp_path / f"trial{at}"
        shutil.copytree(made, home)
        chosen = settings.model_copy(update={"home": home})
        survived = True
        with closing(open_store(chosen)) as store:
            with store.database.begin() as connection:  # the exports of this copy are in this copy
                moved = "UPDATE audit SET target = replace(target, ?, ?)"
                connection.exec_driver_sql(moved, (str(made.resolve()), str(home.resolve())))
            death.at, death.acts = at, 0
            try:
                erase_customers(store, chosen, [ID], actor="cli", policy=policy, queue=queue)
            except Killed:
                survived = False
            death.at = 0
        with closing(open_store(chosen)) as store:
            if not survived:
                end(store, chosen, queue, by_worker=by_worker)
            expect_nothing_left(store, chosen, f"killed before act {at}")
        shutil.rmtree(home)
        if survived:
            assert at > 30
            return
    pytest.fail("it never ended")


def test_one_that_the_store_refuses_is_left_to_the_next_worker(
    settings: Settings, queue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once (a full disk stays full for a while), and never while its own process is at it."""
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)

        def full(*_: Any, **__: Any) -> Any:
            raise StoreError("The disk is full.")

        with monkeypatch.context() as patched:
            patched.setattr(erasing, "forget_work", full)
            with pytest.raises(StoreError, match="full"):
                erase_customers(store, settings, [ID], actor="cli", queue=queue)
        assert store.customers.get(ID) is None
        assert is_being_erased(store, settings, ID)
        assert resume_erasures(store, settings, queue=queue) == 0
        with store.database.begin() as connection:
            connection.exec_driver_sql("UPDATE erasure SET held_at = '2020-01-01 00:00:00.000000'")
        assert resume_erasures(store, settings, queue=queue) == 1
        expect_nothing_left(store, settings, "after the worker")
        assert not is_being_erased(store, settings, ID)


def test_what_other_processes_keep_busy_is_compacted_later(
    settings: Settings, queue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)
        with monkeypatch.context() as patched:
            patched.setattr(Erasing, "compact", lambda *_, **__: False)
            assert not erase_customers(store, settings, [ID], actor="cli", queue=queue).compacted
        assert [one.plan["report"]["interactions"] for one in store.erasures.all()] == [3]
        assert compact_all(store, settings)
        expect_nothing_left(store, settings, "after the compaction")


def test_a_large_database_is_rewritten_once_a_day_for_all_erasures(
    settings: Settings, queue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "COMPACTED_AT_ONCE", 0)
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)
        report = erase_customers(store, settings, [ID], actor="cli", queue=queue)
        assert (report.compacted, report.compacted_later) == (False, True)
        assert len(store.erasures.all()) == 1
        resume_erasures(store, settings, queue=queue)
        assert store.erasures.all() == []
        expect_nothing_left(store, settings, "after the worker's turn")
        understood(store, an_interaction(70, text="d'une autre"), customer="CU-0099172")
        erase_customers(store, settings, ["CU-0099172"], actor="cli", queue=queue)
        resume_erasures(store, settings, queue=queue)
        assert len(store.erasures.all()) == 1  # not twice a day
        assert compact_all(store, settings)
        assert store.erasures.all() == []


def test_two_processes_that_end_it_together_leave_one_line(settings: Settings, queue: Any, tmp_path: Path) -> None:
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)
        now, salt = datetime.now(UTC), store.tombstones.salt()
        opened = open_erasure(store, ID, salt=salt, now=now, actor="cli", policy="interactions")
        first, second = (ErasureSteps(store, opened, salt=salt) for _ in range(2))
        for step in ("gather", "let_go_of_uploads", "forget", "let_go_of_bytes", "blot_out", "record"):
            getattr(first, step)()
            getattr(second, step)()
        assert [line.action for line in store.access.trail()].count("customer.erase") == 1


def test_what_is_linked_to_them_while_it_runs_goes_too(settings: Settings, queue: Any, tmp_path: Path) -> None:
    with closing(open_store(settings)) as store:
        fill(store, settings, queue, tmp_path)
        now, salt = datetime.now(UTC), store.tombstones.salt()
        opened = open_erasure(store, ID, salt=salt, now=now, actor="cli", policy="interactions")
        ErasureSteps(store, opened, salt=salt).gather()
        late = understood(store, an_interaction(77, text=SAID), customer=ID)
        erase_customers(store, settings, [ID], actor="cli", queue=queue)
        assert store.interactions.get(late.id) is None
        tombstone = keyed("interaction", late.id, salt=salt)
        assert tombstone in store.tombstones.known([tombstone])
        assert scan(settings.home) == {}
