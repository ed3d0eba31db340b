"""Links an earlier release made on doubtful grounds wait for a person once the database is opened by this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, a_customer, add, an_analysis, an_interaction
from older_release import SCHEMAS, a_row, build
from sqlalchemy import text

from voc.identity import identity_decisions as changes
from voc.linking.online import link_all
from voc.records import FieldWeight, Identifier, Link, LinkCandidate, Turn, Word
from voc.store import Store, migrations
from voc.store.analyses import Analysed
from voc.store.identities import By

COMPANY, CUSTOMER, MISHEARD = "+33199004531", "+33612345678", "+33612305668"
BEFORE = "2026-11-16 08:00:00"
TEXT = "Oui, c'est le 06 12 30 56 68."
CONFIDENCES = {"06": 0.7, "12": 0.38, "30": 0.23, "56": 0.73, "68.": 0.28}

Opened = Callable[[str], Store]


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[Opened]:
    """Opens a database of the first release that holds these rows beside three customers."""
    stores: list[Store] = []

    def given(rows: str) -> Store:
        dialect = database_url.partition(":")[0]
        people = "".join(
            a_row("customer", id=one, name=one, folded_name=one.lower(), attributes={}, created_at=BEFORE,
                  updated_at=BEFORE)
            + a_row("identifier", customer_id=one, type="phone", value=phone, network="", verified=True)
            for one, phone in (("STRANGER", COMPANY), ("JEAN", CUSTOMER), ("MARIE", MISHEARD))
        )  # fmt: skip
        people += a_row("identifier", customer_id="JEAN", type="contract", value="AZ1", network="", verified=True)
        build(database_url, (SCHEMAS / f"version-1-{dialect}.sql").read_text(encoding="utf-8") + people + rows)
        stores.append(Store(database_url, str(tmp_path / "blobs")))
        return stores[-1]

    yield given
    for one in stores:
        one.close()


def a_phone(value: str) -> dict[str, Any]:
    return {"identifier": "phone", "value": value, "found_in": "metadata", "verified": True}


HEARD = {"identifier": "phone", "value": MISHEARD, "found_in": "text", "begin": 14, "end": 28, "verified": False}


def a_call(
    name: str,
    *,
    customer: str | None,
    evidence: list[dict[str, Any]],
    method: str = "exact_identifier",
    attributes: dict[str, str] | None = None,
    phone: str | None = None,
    confidences: dict[str, float] | None = None,
    channel: str = "call",
) -> str:
    """Rows of a call, its analysis and its link as an earlier release wrote them."""
    identifiers = [{"type": "phone", "value": phone, "verified": True}] if phone else []
    record = {
        "id": name, "channel": channel, "source": f"{name}.wav", "content_hash": name, "text": None,
        "identifiers": identifiers, "attributes": attributes or {},
    }  # fmt: skip
    words = [
        {"text": word, "begin_ms": n * 100, "end_ms": n * 100 + 90, "confidence": (confidences or {}).get(word, 0.95)}
        for n, word in enumerate(TEXT.split())
    ]
    turn = {
        "index": 0, "participant_role": "customer", "begin_ms": 0, "end_ms": 900, "begin": 0, "end": len(TEXT),
        "text": TEXT, "words": words,
    }  # fmt: skip
    document = {
        "id": name, "channel": channel, "source": f"{name}.wav", "text": TEXT, "turns": [turn],
        "identifiers": [{"type": "phone", "value": MISHEARD, "begin": 14, "end": 28}],
    }  # fmt: skip
    return (
        a_row("interaction", id=name, channel=channel, source=f"{name}.wav", content_hash=name, received_at=BEFORE,
              at=BEFORE, week="2026-W47", status="done", customer_id=customer, record=record)
        + a_row("analysis", interaction_id=name, version="2", document=document, created_at=BEFORE)
        + a_row("link", interaction_id=name, customer_id=customer, method=method, evidence=evidence, created_at=BEFORE)
    )  # fmt: skip


def link_of(store: Store, name: str) -> Link:
    found = store.findings.link(name)
    assert found is not None
    return found


def test_a_link_by_a_misheard_number_waits_with_its_reason(opened: Opened) -> None:
    store = opened(a_call("heard", customer="MARIE", evidence=[HEARD], confidences=CONFIDENCES))
    found = link_of(store, "heard")
    assert (found.customer_id, found.method) == (None, "review")
    assert [(one.doubt, one.confidence) for one in found.evidence] == [("heard_unsurely", 0.23)]
    assert [(one.customer_id, one.probability) for one in found.candidates] == [("MARIE", 0.5)]
    row = store.interactions.get("heard")
    assert row is not None and row.customer_id is None
    (waiting,) = store.identity_review.queue().items
    assert (waiting.interaction_id, waiting.leading_id, waiting.uncertainty) == ("heard", "MARIE", 1.0)


def test_it_is_an_event_that_can_be_taken_back(opened: Opened) -> None:
    store = opened(a_call("heard", customer="MARIE", evidence=[HEARD], confidences=CONFIDENCES))
    (event,) = store.identity_review.history("MARIE")
    assert (event.actor, event.action, event.reason) == ("voc", "automatic", "heard_unsurely")
    changes.undo(store, event.id, by=By(actor="k1", at=NOW, reason=None), with_later=False)
    assert link_of(store, "heard").customer_id == "MARIE"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(a_call("one", customer="MARIE", evidence=[HEARD]), id="heard surely"),
        pytest.param(
            a_call("one", customer="MARIE", evidence=[HEARD], confidences=CONFIDENCES, method="manual"), id="decided"
        ),
        pytest.param(
            a_call("one", customer="MARIE", evidence=[a_phone(MISHEARD), HEARD], confidences=CONFIDENCES),
            id="came with the call too",
        ),
        pytest.param(
            a_call("one", customer="JEAN", evidence=[a_phone(CUSTOMER)], phone=CUSTOMER,
                   attributes={"direction": "inbound", "to": COMPANY}),
            id="inbound",
        ),
        pytest.param(
            a_call("one", customer="JEAN", evidence=[a_phone(CUSTOMER)], phone=CUSTOMER,
                   attributes={"direction": "outbound", "from": COMPANY}),
            id="outbound, by the customer's own column",
        ),
        pytest.param(
            a_call("one", customer="STRANGER", evidence=[a_phone(COMPANY)], phone=COMPANY, method="manual",
                   attributes={"direction": "outbound-api", "to": CUSTOMER}),
            id="outbound, decided",
        ),
        pytest.param(
            a_call("one", customer="STRANGER", evidence=[a_phone(COMPANY)], phone=COMPANY,
                   attributes={"direction": "outbound", "to": CUSTOMER}, channel="chat"),
            id="no call",
        ),
    ],
)  # fmt: skip
def test_what_is_sure_or_decided_stays(opened: Opened, rows: str) -> None:
    store = opened(rows)
    found = link_of(store, "one")
    assert found.customer_id is not None and found.method != "review"
    assert store.identity_review.history(found.customer_id) == []


def test_a_misheard_number_does_not_choose_among_those_who_share_one(opened: Opened) -> None:
    shared = "+33140000000"
    rows = "".join(
        a_row("identifier", customer_id=one, type="phone", value=shared, network="", verified=True)
        for one in ("MARIE", "JEAN")
    )
    rows += a_call("heard", customer="MARIE", evidence=[a_phone(shared), HEARD], confidences=CONFIDENCES, phone=shared)
    assert link_of(opened(rows), "heard").method == "review"


@pytest.mark.parametrize("written", ["+33612345678", "06 12 34 56 78", "0033612345678"])
def test_an_outbound_call_linked_by_the_companys_number_waits(opened: Opened, written: str) -> None:
    store = opened(
        a_call("out", customer="STRANGER", evidence=[a_phone(COMPANY)], phone=COMPANY,
               attributes={"direction": "outbound-api", "to": written})
    )  # fmt: skip
    found = link_of(store, "out")
    assert (found.customer_id, found.method) == (None, "review")
    assert {one.customer_id for one in found.candidates} == {"JEAN", "STRANGER"}
    assert [one.doubt for one in found.evidence] == ["side_unknown"]
    assert [one.reason for one in store.identity_review.history("STRANGER")] == ["call_side"]


def test_linked_anew_it_finds_whom_the_company_called(opened: Opened) -> None:
    store = opened(
        a_call("out", customer="STRANGER", evidence=[a_phone(COMPANY)], phone=COMPANY,
               attributes={"direction": "sortant", "to": CUSTOMER})
    )  # fmt: skip
    (record,) = store.interactions.records(["out"])
    assert [(one.value, one.verified) for one in record.identifiers] == [(CUSTOMER, True)]
    analysis = store.findings.analyses(["out"])["out"].model_copy(update={"identifiers": ()})
    (found,) = link_all([(record, analysis)], store.customers)
    assert (found.customer_id, found.method) == ("JEAN", "exact_identifier")


def test_an_outbound_number_of_which_nobody_knows_the_side_waits_and_goes_on_waiting(opened: Opened) -> None:
    store = opened(
        a_call("out", customer="STRANGER", evidence=[a_phone(COMPANY)], phone=COMPANY,
               attributes={"direction": "outbound"})
    )  # fmt: skip
    assert link_of(store, "out").method == "review"
    (record,) = store.interactions.records(["out"])
    analysis = store.findings.analyses(["out"])["out"].model_copy(update={"identifiers": ()})
    (found,) = link_all([(record, analysis)], store.customers)
    assert (found.customer_id, found.method) == (None, "review")


def test_an_outbound_call_without_a_link_is_set_right_too(opened: Opened) -> None:
    store = opened(
        a_call("out", customer=None, evidence=[], method="none", phone="+33199004599",
               attributes={"direction": "outbound", "dnis": CUSTOMER})
    )  # fmt: skip
    (record,) = store.interactions.records(["out"])
    assert [one.value for one in record.identifiers] == [CUSTOMER]
    assert link_of(store, "out").method == "none"


def test_another_identifier_of_the_customer_keeps_the_link(opened: Opened) -> None:
    contract = {"identifier": "contract", "value": "AZ1", "found_in": "metadata", "verified": True}
    rows = a_row("identifier", customer_id="JEAN", type="phone", value="+33199004532", network="", verified=True)
    rows += a_call("out", customer="JEAN", evidence=[contract, a_phone("+33199004532")], phone="+33199004532",
                   attributes={"direction": "outbound", "to": "+33611111112"})  # fmt: skip
    assert link_of(opened(rows), "out").customer_id == "JEAN"


def test_opening_it_again_changes_nothing(opened: Opened, database_url: str, tmp_path: Path) -> None:
    store = opened(a_call("heard", customer="MARIE", evidence=[HEARD], confidences=CONFIDENCES))
    before = link_of(store, "heard")
    with closing(Store(database_url, str(tmp_path / "blobs"))) as again:
        assert link_of(again, "heard") == before
        assert len(again.identity_review.history("MARIE")) == 1


@pytest.mark.parametrize(("surname", "method"), [(8.0, "score"), (2.0, "review")])
def test_a_link_by_weight_waits_where_it_is_unlikely_without_the_misheard_number(
    database_url: str, tmp_path: Path, surname: float, method: str
) -> None:
    bits = {"prior": -4.0, "last_name": surname, "phone": 9.0}
    candidate = LinkCandidate(
        customer_id="MARIE",
        bits=sum(bits.values()),
        probability=0.99,
        fields=tuple(FieldWeight(field=name, level="exact", bits=value) for name, value in bits.items()),
    )
    words = tuple(Word(text=w, begin_ms=0, end_ms=9, confidence=CONFIDENCES.get(w, 0.95)) for w in TEXT.split())
    turn = Turn(index=0, begin_ms=0, end_ms=900, begin=0, end=len(TEXT), text=TEXT, words=words)
    heard = Identifier(type="phone", value=MISHEARD, begin=14, end=28)
    one = an_interaction(1, channel="call", text=None)
    link = Link(interaction_id=one.id, customer_id="MARIE", method="score", candidates=(candidate,), probability=0.99)
    with closing(Store(database_url, str(tmp_path / "blobs"))) as store:
        store.customers.save([a_customer("MARIE", phones=[MISHEARD])], now=NOW)
        add(store, one)
        analysis = an_analysis(one, text=TEXT, turns=(turn,), identifiers=(heard,))
        store.findings.save_analyses([Analysed(analysis, None)], [link], now=NOW)
        with store.database.begin() as connection:
            steps = [step.why for step in migrations.STEPS]
            before = migrations.FIRST_VERSION + steps.index("what was linked by a doubtful number waits for a person")
            connection.execute(text(f"UPDATE meta SET value = '{before}' WHERE key = 'schema_version'"))
    with closing(Store(database_url, str(tmp_path / "blobs"))) as store:
        found = link_of(store, one.id)
        assert found.method == method
        assert [part.doubt for part in found.evidence] == (["heard_unsurely"] if method == "review" else [])
        assert found.candidates[0].customer_id == "MARIE"
