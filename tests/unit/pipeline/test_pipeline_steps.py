"""The steps: what one interaction breaks is its own, a transient refusal is tried again, links mask names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, a_customer, an_interaction, understood

from voc.errors import InputError, ModelError, StoreError
from voc.pipeline import import_customers, reanalyse, relink, workflows
from voc.pipeline.ingestion import Intake
from voc.records import Identifier
from voc.store import Filters, Store

Work = Callable[[], None]
Table = Callable[..., Path]


def failures(store: Store) -> list[str]:
    return [str(one.error) for one in store.interactions.page(Filters(status="failed")).items]


def test_a_table_is_understood_in_one_batch(
    reception: Intake, store: Store, work: Work, table: Table, analyser: Any
) -> None:
    found = reception.receive_path(table("Ma facture", "Votre fibre", "Merci"))
    work()
    assert store.interactions.statuses() == {"done": 3}
    assert len(analyser.batches) == 1
    assert reception.progress(found.upload.id).finished
    assert len(store.search.words("facture")) == 1


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ValueError("words of a customer"), "analysis stopped unexpectedly (ValueError); retry it."),
        (InputError("mails.csv:3: too long; cut it."), "mails.csv:3: too long; cut it."),
        (ModelError("encoder: missing; run `voc models pull`."), "encoder: missing; run `voc models pull`."),
    ],
)
def test_what_one_row_breaks_is_its_own(
    reception: Intake,
    store: Store,
    work: Work,
    table: Table,
    analyser: Any,
    queue: Any,
    problem: Exception,
    reason: str,
) -> None:
    analyser.broken = {"poison": problem}
    reception.receive_path(table("Ma facture", "poison", "Merci"))
    work()
    assert store.interactions.statuses() == {"done": 2, "failed": 1}
    (said,) = failures(store)
    assert said.endswith(reason)
    assert "\n" not in said and "words of a customer" not in said

    analyser.broken = {}  # an upgrade later
    assert len(reanalyse(store, queue, filters=Filters(status="failed"))) == 1
    work()
    assert store.interactions.statuses() == {"done": 3}


def test_a_full_disk_is_not_the_interactions_fault(
    reception: Intake, store: Store, work: Work, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StoreError("The disk that holds the database is full.")

    reception.receive_path(table("Ma facture", "Merci"))
    with monkeypatch.context() as patched:
        patched.setattr(store.findings, "save_analyses", full)
        with pytest.raises(StoreError):
            work()
    assert store.interactions.statuses() == {"queued": 2}  # still owed: resume() brings it back
    assert reception.resume() == 1
    work()
    assert store.interactions.statuses() == {"done": 2}


def test_a_recording_is_heard_kept_and_understood(
    reception: Intake, store: Store, work: Work, recording: Table, analyser: Any, queue: Any
) -> None:
    (key,) = reception.receive_path(recording()).interaction_ids
    work()
    row = store.interactions.get(key)
    assert row is not None and (row.status, row.has_audio) == ("done", True), row
    assert store.findings.transcript(key) is not None
    assert store.search.words("entendu") == [key]
    reanalyse(store, queue, ids=[key])
    work()
    assert analyser.heard == [key, key]


def test_a_recording_that_is_gone_or_unreadable_says_so(
    reception: Intake, store: Store, work: Work, recording: Table, analyser: Any
) -> None:
    reception.receive_path(recording())
    store.blobs.delete(next(store.blobs.keys()))
    work()
    assert failures(store) == ["call.wav: its recording is gone from the blob store; send it again."]

    analyser.broken = {"bad.wav": InputError("bad.wav: cannot be decoded; convert it to WAV.")}
    reception.receive_path(recording("bad.wav", pitch=5))
    work()
    assert "bad.wav: cannot be decoded; convert it to WAV." in failures(store)

    analyser.broken = {"odd.wav": RuntimeError("she said …")}
    reception.receive_path(recording("odd.wav", pitch=7))
    work()
    assert "odd.wav: transcription stopped unexpectedly (RuntimeError); retry it." in failures(store)


def test_what_was_erased_while_it_waited_is_let_go(store: Store, work: Work) -> None:
    work()
    assert workflows.hear("i0000") is False
    assert workflows.understand(["i0000"]) == 0


def test_a_linked_customers_name_is_masked_everywhere(
    reception: Intake, store: Store, work: Work, table: Table
) -> None:
    store.customers.save([a_customer("C1", name="Zoé Martin", contracts=["AZ12345"])], now=NOW)
    (key,) = reception.receive_path(table("Zoé Martin, contrat AZ12345, facture")).interaction_ids
    work()
    row = store.interactions.get(key)
    assert row is not None and row.customer_id == "C1"
    assert row.snippet == "[PERSON], contrat [CONTRACT], facture"
    assert store.search.words("martin") == []


def test_customers_that_come_later_find_their_interactions(
    reception: Intake, store: Store, work: Work, table: Table, tmp_path: Path
) -> None:
    (key,) = reception.receive_path(table("Zoé Martin, contrat AZ12345, facture")).interaction_ids
    work()
    understood(store, an_interaction(99))
    crm = tmp_path / "crm.csv"
    crm.write_text("customer_id;prenom;nom;contrat;ville\nC1;Zoé;Martin;AZ-12345;Évry\nC2;Bob;Durand;AZ-99999;Lyon\n")
    report = import_customers(store, crm)
    assert (report.new, report.updated, report.rejected, report.relinked) == (2, 0, 0, 1)
    row = store.interactions.get(key)
    assert row is not None and row.customer_id == "C1"
    assert row.snippet == "[PERSON], contrat [CONTRACT], facture"
    assert store.search.words("zoe") == []
    found = store.findings.link(key)
    assert found is not None and found.evidence[0].value == "AZ12345"
    assert import_customers(store, crm).updated == 2
    assert relink(store) == 0


def test_everything_of_a_filter_is_analysed_again(store: Store, work: Work, queue: Any) -> None:
    for number in range(3):
        understood(store, an_interaction(number))
    since = an_interaction(1).occurred_at
    assert reanalyse(store, queue, filters=Filters(since=since)) == [an_interaction(n).id for n in (1, 2)]
    assert store.interactions.statuses() == {"done": 1, "queued": 2}
    assert store.findings.analysis(an_interaction(1).id) is not None  # in place until the new one is there
    work()
    assert store.interactions.statuses() == {"done": 3}


def test_a_call_of_somebody_who_refused_is_closed_unheard(
    store: Store,
    work: Work,
    reception: Intake,
    analyser: Any,
    recording: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.customers.save(
        [a_customer("C1", contracts=("AZ12345",), attributes={"Consent to call analysis": "no"})], now=NOW
    )
    reception.receive_path(recording())
    (one,) = store.interactions.all_ids(Filters())
    record = store.interactions.records([one])[0]
    known = record.model_copy(update={"identifiers": (Identifier(type="contract", value="AZ12345", verified=True),)})
    monkeypatch.setattr(store.interactions, "records", lambda ids: [known] if ids else [])
    work()
    assert analyser.heard == []
    row = store.interactions.get(one)
    assert row is not None
    assert (row.status, row.customer_id, row.snippet) == ("done", "C1", None)
    assert store.findings.transcript(one) is None
