"""Events from file to customer: imported twice, before the base, through an upload, and by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from makers import NOW, a_customer

from voc.customers.event_owners import owner_of
from voc.pipeline import import_customers, import_events, join_events
from voc.pipeline.erasing import erase_customers
from voc.records import Identifier
from voc.settings import Settings
from voc.store import Store

EVENTS = (
    "event_id,type,date,customer_id,email,phone\n"
    "E1,marketing_email,2026-11-09,C1,,\n"
    "E2,marketing_sms,2026-11-10,,,06 12 34 56 78\n"
    "E3,purchase,2026-11-11,,Lea@Example.org,\n"
    "E4,purchase,2026-11-11,C404,,\n"
    "E5,purchase,,C1,,\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return path


def base(store: Store) -> None:
    store.customers.save(
        [a_customer("C1", phones=["+33612345678"]), a_customer("C2", emails=["lea@example.org"])], now=NOW
    )


def test_events_find_their_customers_by_number_phone_and_address(store: Store, file: Path) -> None:
    base(store)
    report = import_events(store, file)
    assert (report.new, report.known, report.unknown_customer, report.rejected) == (4, 0, 1, 1)
    assert report.rejections[0].source == "events.csv:6"
    assert [one.type for one in store.events.of_customer("C1")] == ["marketing_sms", "marketing_email"]
    assert [one.type for one in store.events.of_customer("C2")] == ["purchase"]


def test_importing_again_changes_nothing(store: Store, file: Path) -> None:
    base(store)
    import_events(store, file)
    before = [store.events.of_customer(one) for one in ("C1", "C2")]
    report = import_events(store, file)
    assert (report.new, report.known) == (0, 4)
    assert [store.events.of_customer(one) for one in ("C1", "C2")] == before


def test_events_that_came_first_are_joined_when_the_base_arrives(store: Store, file: Path, tmp_path: Path) -> None:
    assert import_events(store, file).unknown_customer == 4
    crm = tmp_path / "crm.csv"
    crm.write_text("id;nom;email;téléphone\nC1;Léa;;06 12 34 56 78\nC2;Zoé;lea@example.org;\n", encoding="utf-8")
    assert import_customers(store, crm).events_joined == 3
    assert store.events.counts()["unknown_customer"] == 1
    assert join_events(store) == 0


def test_an_upload_of_events_is_told_from_feedback(store: Store, file: Path) -> None:
    from voc.pipeline.ingestion import Intake

    class NoQueue:
        def enqueue(self, *_: object, **__: object) -> None:
            raise AssertionError("events owe no analysis")

    base(store)
    reception = Intake.__new__(Intake)
    reception.store, reception.queue, reception.settings = store, NoQueue(), Settings()  # type: ignore[assignment]
    progress = reception.receive_path(file)
    upload = progress.upload
    assert (upload.status, upload.accepted, upload.duplicate, upload.rejected) == ("done", 4, 0, 1)
    assert progress.finished and progress.interaction_ids == []
    assert "no date" in progress.rejections[0].reason
    again = reception.receive_path(file).upload
    assert (again.accepted, again.duplicate) == (0, 4)
    assert len(store.events.of_customer("C1")) == 2


def test_identifiers_that_disagree_leave_the_event_to_nobody() -> None:
    phone, email = Identifier(type="phone", value="+1"), Identifier(type="email", value="a@b.c")
    number = Identifier(type="customer", value="C9")
    owners = {("phone", "+1"): [("C1", ""), ("C2", "")], ("email", "a@b.c"): [("C2", "")]}
    assert owner_of([phone], owners) is None, "two people share the phone"
    assert owner_of([phone, email], owners) == "C2", "the address decides between them"
    owners[("email", "a@b.c")] = [("C3", "")]
    assert owner_of([phone, email], owners) is None
    owners[("customer", "C9")] = [("C9", "")]
    assert owner_of([phone, email, number], owners) == "C9", "the customer's own number decides alone"
    shared = {("phone", "+1"): [(f"C{n}", "") for n in range(9)]}
    assert owner_of([phone, number], shared) is None
    merged = {("email", "a@b.c"): [("C1", ""), ("C2", "")], ("phone", "+1"): [("C2", ""), ("C3", "")]}
    assert owner_of([email], merged, roots={"C2": "C1"}) == "C1", "two records of one person do not disagree"
    assert owner_of([email, phone], merged, roots={"C2": "C1", "C3": "C1"}) == "C2", "one record has both"
    assert owner_of([email, phone], {**merged, ("phone", "+1"): [("C3", "")]}, roots={"C2": "C1", "C3": "C1"}) == "C1"


def test_a_file_brings_no_erased_person_back(store: Store, file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    base(store)
    import_events(store, file)
    erase_customers(store, settings, ["C2"], actor="cli")
    assert store.events.of_customer("C2") == []
    report = import_events(store, file, settings=settings)
    assert (report.new, report.known, report.erased, report.rejected) == (0, 3, 1, 2)
    assert "erased" in next(one.reason for one in report.rejections if one.source == "events.csv:4")
    assert store.events.counts()["unknown_customer"] == 1, "the one of C404 alone"
    allowed = import_events(store, file, settings=settings.model_copy(update={"erased_people": "allow"}))
    assert (allowed.new, allowed.erased) == (1, 0)
