"""After an erasure no file the service wrote holds a string of the person, and the figures still add up."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from erased_person import (
    CONTRACT,
    CUSTOMERS,
    EMAIL,
    FIRST,
    HANDLE,
    ID,
    LAST,
    MAILS,
    MOBILE,
    NAME,
    SAID,
    SAID_BY_PHONE,
    everything,
    live_on,
    scan,
)
from makers import a_customer, a_vector, an_interaction, left_the_service, understood
from sqlalchemy import JSON, Boolean, Float, Integer, LargeBinary, String, insert
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from voc.backups import back_up, put_back
from voc.errors import InputError
from voc.insights.volumes import volumes
from voc.pipeline import import_customers
from voc.pipeline.erasing import erase_again, erase_customers, tombstones_file
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.pipeline.waiting import some_worker, wait_until_done
from voc.privacy.personal_data_matcher import Traces
from voc.settings import Settings
from voc.store import Filters, Store, open_store, schema


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.integration, pytest.mark.slow])])
def chosen(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("postgresql")})


@pytest.fixture
def lived(chosen: Settings, analyser: Any, tmp_path: Path) -> Iterator[Store]:
    """A store where the person called, wrote, was quoted, was spoken of by others, and sent a file that failed."""
    base, mails, broken = tmp_path / "base.csv", tmp_path / "mails.csv", tmp_path / f"{LAST}.json"
    base.write_text(CUSTOMERS, encoding="utf-8")
    mails.write_text(MAILS, encoding="utf-8")
    broken.write_text(json.dumps({"note": f"{NAME} {SAID}"}) + "}}", encoding="utf-8")
    with closing(open_store(chosen)) as store, closing(WorkQueue(chosen)) as queue:
        import_customers(store, base)
        intake = Intake(store, chosen, queue)
        uploads = [intake.receive_path(one).upload for one in (mails, broken)]
        assert [one.blob is not None for one in uploads] == [True, True]  # kept: a row, a file was refused
        with some_worker(store, chosen):
            wait_until_done(store, [one.id for one in uploads])
        live_on(store, chosen)
        yield store


def test_no_file_the_service_wrote_holds_a_string_of_the_person(lived: Store, chosen: Settings, tmp_path: Path) -> None:
    before = everything(chosen)
    assert before, "the scan must find what is there"
    theirs = lived.interactions.count(Filters(customer=ID))
    total = volumes(lived, by="week,channel")
    vectors = [a_vector(int(one[1:9], 16)).astype(np.float16).tobytes()[:64] for one in lived.erasing.linked_to(ID)]
    outside = tmp_path / "away.tar.gz"
    outside.write_bytes(b"")
    left_the_service(lived, outside, kind="backup")

    report = erase_customers(lived, chosen, [ID], actor="k-admin", thorough=True)

    assert everything(chosen) == {}
    for path in chosen.home.rglob("*"):
        assert not path.is_file() or not any(one in path.read_bytes() for one in vectors), path
    (one,) = report.erasures
    assert (one.interactions, one.recordings, one.uploads) == (theirs + 1, 1, 2)  # one came from them, linked to nobody
    assert report.compacted
    assert report.elsewhere == (str(outside),)
    assert one.mentions > 0
    # The figures add up: what is left is what was there, less what was theirs.
    left = volumes(lived, by="week,channel")
    assert left.n == total.n - one.interactions
    assert sum(figure.n for figure in left.figures) == left.n
    # Whoever shares a telephone, and whoever spoke of the person, is still there with everything else they said.
    assert lived.customers.get("CU-0099172") is not None
    other = next(iter(lived.findings.analyses(lived.interactions.all_ids(Filters(customer="CU-0099172"))).values()))
    assert "J'ai vu" in other.text or "Rien" in other.text
    assert [line.action for line in lived.access.trail(limit=1)] == ["customer.erase"]
    assert lived.search.words("celtique") == []


def test_with_the_personal_part_gone_the_figures_stay_equal(lived: Store, chosen: Settings) -> None:
    by = ("week", "channel", "topic", "sentiment", "day")
    before = {one: [(cell.keys, cell.n) for cell in lived.figures.cells(Filters(), by=(one,))] for one in by}
    (done,) = erase_customers(lived, chosen, [ID], actor="cli", policy="personal").erasures
    assert done.kept_anonymous == done.interactions
    assert everything(chosen) == {}
    after = {one: [(cell.keys, cell.n) for cell in lived.figures.cells(Filters(), by=(one,))] for one in by}
    assert after == before
    assert lived.interactions.count(Filters(customer=ID)) == 0


def test_whoever_calls_themselves_like_a_field_or_a_value_takes_neither_with_them(
    store: Store, settings: Settings
) -> None:
    handles = tuple(("x", one) for one in ("negative", "social", "sentiment", "taxonomy"))
    store.customers.save([a_customer(ID, handles=handles)], now=datetime.now(UTC))
    other = an_interaction(1, channel="social", text="Un mot de @sentiment : c'est negative.")
    understood(store, other, score=-0.8, topics=("billing",))
    before = store.findings.analyses([other.id])[other.id]
    erase_customers(store, settings, [ID], actor="cli")
    after = store.findings.analyses([other.id])[other.id]
    assert after.text == "Un mot de ██████████ : c'est ████████."
    assert (after.sentiment, after.channel, after.topics) == (before.sentiment, before.channel, before.topics)
    assert store.interactions.count(Filters(channel="social", sentiment="negative")) == 1


def test_erasing_nobody_says_so(store: Store, settings: Settings) -> None:
    with pytest.raises(InputError, match="customer C404: no such customer"):
        erase_customers(store, settings, ["C404"], actor="cli")


def test_records_merged_with_the_one_erased_go_too(store: Store, settings: Settings) -> None:
    store.customers.save(
        [a_customer("C1", name=NAME, emails=(EMAIL,)), a_customer("C2", name=NAME)], now=datetime.now(UTC)
    )
    with store.database.begin() as connection:
        connection.execute(sql("UPDATE customer SET merged_into = 'C1' WHERE id = 'C2'"))
    understood(store, an_interaction(1, text=SAID), customer="C2")
    erase_customers(store, settings, ["C2"], actor="cli")
    assert store.customers.count() == 0
    assert scan(settings.home) == {}


def fill_every_table(store: Store, interaction_id: str) -> set[str]:
    """One row in every table there is, naming the person wherever a row can; returns the tables that were filled."""
    filled = set()
    now = datetime.now(UTC)
    given: dict[tuple[str, str], Any] = {("customer", "id"): ID, ("interaction", "id"): interaction_id}
    with store.database.begin() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name in {"meta", "tombstone", "api_key", "worker", "customer", "identifier", "interaction"}:
                continue
            row: dict[str, Any] = {}
            for column in table.c:
                key = next(iter(column.foreign_keys), None)
                if key is not None:
                    row[column.name] = given.get((key.column.table.name, key.column.name))
                elif column.name == "blob":
                    row[column.name] = None
                elif column.primary_key and isinstance(column.type, Integer):
                    row[column.name] = 990_000 + len(filled)
                elif column.primary_key:
                    row[column.name] = f"p{len(filled)}-{column.name}"
                elif isinstance(column.type, JSON):
                    row[column.name] = {"said": f"{NAME} {SAID_BY_PHONE}", "customer_id": ID, "list": [interaction_id]}
                elif isinstance(column.type, String):
                    row[column.name] = f"{NAME} {EMAIL}"
                elif isinstance(column.type, LargeBinary):
                    row[column.name] = bytes(768)
                elif isinstance(column.type, Boolean):
                    row[column.name] = True
                elif isinstance(column.type, Integer | Float):
                    row[column.name] = 1
                else:
                    row[column.name] = now
                given[table.name, column.name] = row[column.name]
            try:
                with connection.begin_nested():
                    connection.execute(insert(table).values(row))
            except IntegrityError:  # the one row an interaction may have there is there already
                continue
            filled.add(table.name)
    return filled


def test_a_table_nobody_thought_of_is_erased_from_too(store: Store, settings: Settings) -> None:
    """Every table of the schema, whatever it is for: whoever adds one need not remember this room."""
    customer = a_customer(
        ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,), emails=(EMAIL,), contracts=(CONTRACT,)
    )
    store.customers.save([customer, a_customer("CU-2", name="Gaston Quinquempoix")], now=datetime.now(UTC))
    theirs = understood(store, an_interaction(1, text=SAID), customer=ID)
    others = understood(store, an_interaction(2, text="Rien à signaler"), customer="CU-2")
    filled = fill_every_table(store, theirs.id)
    assert {"digest", "audit", "upload", "event", "identity_change", "correction", "consent"} <= filled
    assert scan(settings.home)
    erase_customers(store, settings, [ID], actor="cli")
    assert scan(settings.home) == {}
    assert store.interactions.get(others.id) is not None


# --- what comes back ---------------------------------------------------------------------------------------------


def test_a_backup_older_than_the_erasure_brings_nobody_back(
    lived: Store, settings: Settings, chosen: Settings, tmp_path: Path
) -> None:
    if chosen.database_url:
        pytest.skip("a PostgreSQL store is backed up with pg_dump")
    archive = tmp_path / "old.tar.gz"
    back_up(chosen, archive)
    erase_customers(lived, chosen, [ID], actor="cli")
    there = chosen.model_copy(update={"home": tmp_path / "restored", "tombstones": tombstones_file(chosen)})
    put_back(there, archive)
    assert scan(there.home)
    with closing(open_store(there)) as restored:
        assert erase_again(restored, there, actor="cli") > 0
        assert restored.customers.get("CU-0099172") is not None
        assert erase_again(restored, there, actor="cli") == 0
    assert scan(there.home) == {}


def test_the_same_files_sent_again_bring_nothing_back(
    reception: Intake, store: Store, settings: Settings, work: Callable[[], None], tmp_path: Path
) -> None:
    base, mails = tmp_path / "base.csv", tmp_path / "mails.csv"
    base.write_text(CUSTOMERS, encoding="utf-8")
    mails.write_text(MAILS, encoding="utf-8")
    import_customers(store, base)
    reception.receive_path(mails)
    work()
    erase_customers(store, settings, [ID], actor="cli")
    report = import_customers(store, base)
    assert (report.new, report.updated, report.rejected) == (0, 1, 1)
    again = reception.receive_path(mails)
    work()
    assert again.upload.rejected >= 2
    assert again.upload.blob is None  # the file holds rows of an erased person: it is not kept for a retry
    assert store.customers.get(ID) is None
    later = tmp_path / "later.csv"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    later.write_text(f"id;email;message;date\nn1;{EMAIL};Je reviens vers vous;{tomorrow}\n", encoding="utf-8")
    assert reception.receive_path(later).upload.accepted == 1  # what they say later is a new contact, of nobody


def test_rows_of_erased_people_are_let_in_when_told_so(store: Store, settings: Settings, tmp_path: Path) -> None:
    base = tmp_path / "base.csv"
    base.write_text(CUSTOMERS, encoding="utf-8")
    import_customers(store, base)
    erase_customers(store, settings, [ID], actor="cli")
    report = import_customers(store, base, settings=settings.model_copy(update={"erased_people": "allow"}))
    assert (report.new, report.rejected) == (1, 0)


def test_tombstones_name_nobody_without_their_salt(store: Store, settings: Settings) -> None:
    store.customers.save([a_customer("C1", emails=(EMAIL,))], now=datetime.now(UTC))
    salted = settings.model_copy(update={"tombstone_salt": "kept elsewhere"})
    erase_customers(store, salted, ["C1"], actor="cli")
    document = json.loads(tombstones_file(salted).read_text())
    assert document["salt"] is None
    assert EMAIL not in json.dumps(document)
    assert tombstones_file(salted).stat().st_mode & 0o077 == 0


# --- what counts as a trace --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        *(
            "0639981177",
            "06 39 98 11 77",
            "06.39.98.11.77",
            "+33 6 39 98 11 77",
            "0033639981177",
            "+33 (0)6-39-98-11-77",
        ),
        *("ZEPHYRINE QUATREBARBES", "Quatrebarbes, Zephyrine", "Mme Quatrebarbes", "mme z. quatrebarbes"),
        *("Zeph.Q@Example.com", "az 9918273", "AZ-9918-273", "@zephyrine_q9", "cu-0099171"),
    ],
)
def test_however_it_is_written(written: str) -> None:
    customer = a_customer(
        ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,), emails=(EMAIL,), contracts=(CONTRACT,),
        handles=(("x", HANDLE),),
    )  # fmt: skip
    traces = Traces(customer)
    around = f"avant, {written}; après"
    assert traces.within(around)
    blotted = traces.blotted(around)
    assert len(blotted) == len(around)
    assert blotted.startswith("avant, █")
    assert blotted.endswith("; après")


@pytest.mark.parametrize(
    "other", ["16399811770", "zeph.queen@example.com", "AZ99182731", "quatrebarbesse", "Zéphyrine"]
)
def test_what_is_somebody_elses_stays(other: str) -> None:
    customer = a_customer(
        ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,), emails=(EMAIL,), contracts=(CONTRACT,)
    )
    assert Traces(customer).blotted(other) == other


def test_a_shared_number_and_a_namesake_are_no_traces(store: Store) -> None:
    customer = a_customer(ID, name=NAME, first_name=FIRST, last_name=LAST, phones=(MOBILE,))
    traces = Traces(customer, shared=frozenset({("phone", MOBILE)}), namesakes=True, kin=True)
    assert traces.blotted(f"{NAME} {MOBILE} Mme {LAST}") == f"{NAME} {MOBILE} Mme {LAST}"


def test_packed_and_encoded_files_are_looked_into(tmp_path: Path) -> None:
    traces = Traces(a_customer(ID, name=NAME, first_name=FIRST, last_name=LAST, emails=(EMAIL,)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", f"<t>{NAME}</t>")
    held = {
        "plain.csv": NAME.encode(), "latin.csv": NAME.encode("cp1252"), "wide.csv": NAME.encode("utf-16"),
        "escaped.json": json.dumps(NAME).encode(), "packed.xlsx": packed.getvalue(),
        "g.gz": gzip.compress(EMAIL.encode()),
        "mail.eml": b"Subject: x\nContent-Transfer-Encoding: base64\n\nemVwaC5xQGV4YW1wbGUuY29t\n",
        "damaged.zip": b"PK\x03\x04 not a zip at all",
    }  # fmt: skip
    for name, data in held.items():
        (tmp_path / name).write_bytes(data)
        assert traces.in_file(tmp_path / name), name
    (tmp_path / "other.csv").write_bytes("Zoé Quatre; barbes".encode())
    assert not traces.in_file(tmp_path / "other.csv")


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        *(("Anne", "Lebœuf", one) for one in ("Leboeuf", "LEBŒUF", "LEBOEUF", "lebœuf", "Lebo\u0308euf")),
        *(("Anne", "Leboeuf", one) for one in ("Lebœuf", "LEBŒUF", "leboeuf", "Le\u00adbœuf")),
        *(("Jörg", "Strauß", one) for one in ("Strauss", "STRAUSS", "STRAUẞ", "strauß")),
        *(("Jörg", "Strauss", one) for one in ("Strauß", "STRAUẞ", "Strauſs")),
        *(("Zoé", "L’Hermitte", one) for one in ("L'Hermitte", "L‘HERMITTE", "l´hermitte", "Lhermitte", "L-Hermitte")),
        *(("Zoé", "D'Æth", one) for one in ("D’Aeth", "D`ÆTH", "d'æth")),
        *(("Marie-Noël", "Lefiﬂet", one) for one in ("Lefiflet", "LEFIFLET", "Leﬁﬂet")),
    ],
)
def test_a_name_is_one_name_however_it_is_spelled(first: str, last: str, written: str) -> None:
    traces = Traces(a_customer(ID, name=f"{first} {last}", first_name=first, last_name=last))
    for said in (f"Mme {written}", f"{first} {written}", f"{written.upper()}, {first.upper()}"):
        around = f"œuf ß avant : {said}; après œ"
        assert traces.within(around), said
        blotted = traces.blotted(around)
        assert len(blotted) == len(around)
        assert blotted.startswith("œuf ß avant : █")
        assert blotted.endswith("; après œ")
        assert not any(c.isalpha() for c in blotted.removeprefix("œuf ß avant : ").removesuffix("; après œ"))


def test_who_spells_the_same_family_name_otherwise_is_kin(store: Store) -> None:
    store.customers.save(
        [
            a_customer("C1", name="Anne Lebœuf", first_name="Anne", last_name="Lebœuf"),
            a_customer("C2", name="Luc LEBOEUF", first_name="Luc", last_name="LEBOEUF"),
        ],
        now=datetime.now(UTC),
    )
    assert store.erasing.bearers("Lebœuf") == {"C1", "C2"}


@pytest.mark.parametrize("written", ["40, 64, 17, 22", "40.64-17/22", "4064 1722", "40 641 722"])
def test_a_contract_number_is_a_trace_however_it_is_grouped(written: str) -> None:
    traces = Traces(a_customer(ID, contracts=("40641722",)))
    assert "4" not in traces.blotted(f"le {written}.")


def test_exports_are_found_however_many_audit_lines_came_after(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    """And whatever they are called: their path may name the person, and is masked with every other mention."""
    store.customers.save([a_customer(ID, name=NAME, emails=(EMAIL,))], now=datetime.now(UTC))
    inside, outside = settings.home / "insight.db", tmp_path / f"{ID}.zip"
    for path in (inside, outside):
        path.write_bytes(EMAIL.encode())
        left_the_service(store, path, kind="person")
    with store.database.begin() as connection:
        for _ in range(1100):
            connection.execute(insert(schema.audit).values(at=datetime.now(UTC), actor="k", action="audio.read"))
    report = erase_customers(store, settings, [ID], actor="cli")
    assert (report.exports, report.elsewhere) == (1, (str(outside),))
    assert not inside.exists()
    assert scan(settings.home) == {}
