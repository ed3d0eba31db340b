"""Every kind of file is the same interactions through every door: command line, raw body, form, page."""

from __future__ import annotations

import io
import json
import re
import wave
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from starlette.testclient import TestClient

from voc.cli import main
from voc.records import Interaction, Rejected
from voc.resources import resource
from voc.service.context import Service
from voc.service.pipeline import QueuedPipeline
from voc.settings import Settings
from voc.settings import settings as settings_in_force
from voc.store import Filters, Store, open_store
from voc.store.uploads import Progress

pytestmark = pytest.mark.integration  # real processes that read, through every door

ROWS = [
    {"id": f"RX-20260{n}", "commentaire": f"La facture {n} est fausse, je veux un avoir.", "date": f"2026-11-0{n}"}
    for n in range(1, 6)
]
DOCUMENT_SUFFIXES = {".md", ".py", ".txt", ".yaml"}


def csv(rows: Sequence[dict[str, str]], separator: str = ",") -> str:
    return "\n".join([separator.join(rows[0]), *(separator.join(f'"{v}"' for v in row.values()) for row in rows)])


def workbook() -> bytes:
    import openpyxl

    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(list(ROWS[0]))
    for row in ROWS:
        book.active.append(list(row.values()))
    book.save(target)
    return target.getvalue()


def several_sheets() -> bytes:
    import openpyxl

    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Lisez-moi"])
    for title, rows in (("Octobre", ROWS[:2]), ("Novembre", ROWS[2:]), ("Listes", [{"clé": "a", "valeur": "b"}])):
        sheet = book.create_sheet(title)
        for row in (list(rows[0]), *(list(one.values()) for one in rows)):
            sheet.append(row)
    book.save(target)
    return target.getvalue()


def word() -> bytes:
    lines = ("Karim Benali   0:03", "Que puis-je pour vous ?", "Claire   0:09", "Ma ligne est coupée depuis mardi.")
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="urn:word"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


def parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet as pq

    target = io.BytesIO()
    pq.write_table(pyarrow.Table.from_pylist(ROWS), target)
    return target.getvalue()


def telephone() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(250)) * 128)
    return target.getvalue()


def coded(codec: str, container: str, rate: int) -> Callable[[], bytes]:
    def make() -> bytes:
        import av
        import numpy as np

        target = io.BytesIO()
        with av.open(target, "w", format=container) as file:
            stream = file.add_stream(codec, rate=rate, layout="mono")
            tone = (np.sin(np.arange(rate * 2) / 20) * 8000).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
            frame.sample_rate = rate
            for packet in (*stream.encode(frame), *stream.encode(None)):
                file.mux(packet)
        return target.getvalue()

    return make


CUES = "00:00:01{0}000 --> 00:00:03{0}500\nClient : Ma ligne est coupée depuis mardi.\n\n"
CALL = {
    "call_id": "RX-9001",
    "turns": [
        {"role": "agent", "begin_ms": 0, "end_ms": 1500, "text": "Bonjour, que puis-je pour vous ?"},
        {"role": "customer", "begin_ms": 1700, "end_ms": 4000, "text": "Ma ligne est coupée depuis mardi."},
    ],
}
EML = (
    "From: a@example.org\nTo: b@example.com\nSubject: Facture\n"
    "Date: Mon, 09 Nov 2026 10:00:00 +0000\nMessage-ID: <1@x>\n\nMa facture est fausse.\n"
)
MADE: dict[str, Callable[[], bytes]] = {
    "avis.csv": lambda: csv(ROWS).encode(),
    "avis-excel.csv": lambda: csv(ROWS, ";").encode("cp1252"),
    "avis.tsv": lambda: csv(ROWS, "\t").encode("utf-16"),
    "avis.txt": lambda: csv(ROWS, "\t").encode(),
    "avis.xlsx": workbook,
    "avis.XLSX": workbook,
    "avis sans suffixe": workbook,
    "classeur.xlsx": several_sheets,
    "réunion.docx": word,
    "appel.txt": "Karim : Que puis-je pour vous ?\nClaire : Ma ligne.\nKarim : Oui.\nClaire : Merci.\n".encode,
    "_chat.txt": "[03/11/2026 09:14:25] Fatou : Bonjour\n[03/11/2026 09:15:25] Alizé : Oui ?\n".encode,
    "avis.parquet": parquet,
    "avis.json": lambda: json.dumps({"reviews": ROWS}).encode(),
    "avis.ndjson": lambda: "\n".join(map(json.dumps, ROWS)).encode(),
    "appels.ndjson": lambda: json.dumps(CALL).encode() + b"\n",
    "appel.json": lambda: json.dumps(CALL).encode(),
    "tours.csv": lambda: csv(
        [
            {"call_id": "RX-1", "role": str(t["role"]), "start_ms": str(t["begin_ms"]), "text": str(t["text"])}
            for t in CALL["turns"]
        ]  # type: ignore[index,union-attr]
    ).encode(),
    "appel.vtt": ("WEBVTT\n\n" + CUES.format(".")).encode,
    "appel.srt": ("1\n" + CUES.format(",")).encode,
    "lettre.eml": EML.encode,
    "lettres.mbox": f"From a@example.org Mon Nov  9 10:00:00 2026\n{EML}\n".encode,
    "appel.wav": telephone,
    "appel.mp3": coded("libmp3lame", "mp3", 16000),
    "appel.m4a": coded("aac", "ipod", 16000),
    "appel.aac": coded("aac", "adts", 16000),
    "appel.opus": coded("libopus", "ogg", 48000),
    "appel.flac": coded("flac", "flac", 16000),
    "appel.webm": coded("libopus", "webm", 48000),
    "appel.mka": coded("aac", "matroska", 16000),
    "appel.mov": coded("aac", "mov", 16000),
    "appel.3gp": coded("aac", "3gp", 16000),
    "appel.amr": coded("libopencore_amrnb", "amr", 8000),
    "appel.aiff": coded("pcm_s16be", "aiff", 8000),
    "appel.au": coded("pcm_mulaw", "au", 8000),
    "appel.caf": coded("pcm_s16be", "caf", 8000),
    "vide.csv": bytes,
    "image.png": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


def samples() -> list[str]:
    """One of each kind of sample by folder and suffix, and every file that stands alone in its folder's kind."""
    folder = resource("samples")
    files = sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix not in DOCUMENT_SUFFIXES)
    names = [str(one.relative_to(folder)) for one in files if "generator" not in one.parts and one.name != "truth.json"]
    first: dict[tuple[str, str], str] = {}
    for name in names:
        parent = str(Path(name).parent)
        first.setdefault((parent, Path(name).suffix) if parent != "." else (name, ""), name)
    return list(first.values())


class Queue:
    """Takes work and leaves it: what comes in is looked at, not what is found."""

    def __init__(self, *_: Any) -> None: ...

    def enqueue(self, work_id: str, *, recording: bool, backfill: bool = False) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("VOC_HOME", str(tmp_path / "voc"))
    monkeypatch.setattr("voc.pipeline.ingestion.WorkQueue", Queue)
    settings_in_force.cache_clear()
    yield Settings(home=tmp_path / "voc", secret="a test secret long enough", max_upload_mb=4)
    settings_in_force.cache_clear()


@pytest.fixture
def services(store: Store, settings: Settings) -> QueuedPipeline:
    made = QueuedPipeline(store, settings)
    made._queue = Queue()  # type: ignore[assignment]
    return made


def outcome(store: Store) -> tuple[list[Interaction], tuple[int, int, int], list[Rejected], list[Rejected]]:
    """What the one upload of a store became."""
    (upload,) = store.uploads.recent()
    found = store.uploads.progress(upload.id)
    assert isinstance(found, Progress)
    rows = store.interactions.records(found.interaction_ids)
    assert len(rows) == store.interactions.count(Filters())
    counts = (found.upload.accepted, found.upload.duplicate, found.upload.rejected)
    return sorted(rows, key=lambda one: one.id), counts, found.rejections, [*found.remarks]


@pytest.mark.parametrize("name", [*samples(), *MADE])
def test_a_file_is_the_same_through_every_door(
    name: str, app: FastAPI, store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "alone"  # beside nothing: over the network a file has no neighbours
    folder.mkdir()
    path = folder / Path(name).name
    path.write_bytes(MADE[name]() if name in MADE else resource("samples", *name.split("/")).read_bytes())

    monkeypatch.setenv("VOC_HOME", str(tmp_path / "by-command"))
    settings_in_force.cache_clear()
    done = CliRunner().invoke(main, ["ingest", str(path)])
    opened = open_store(settings_in_force())
    by_command = outcome(opened)
    opened.close()
    taken = sum(by_command[1][:2]) > 0
    assert taken is (name not in {"vide.csv", "image.png", "customers.csv", "calls/calls.csv"}), done.output
    assert done.exit_code == (1 if by_command[1][2] else 0), done.output

    def sent_by(door: Callable[[TestClient], int]) -> Any:
        home = Settings(home=tmp_path / door.__name__, secret=settings.secret, max_upload_mb=4)
        own = Store(home.database, home.blobs)
        services = QueuedPipeline(own, home)
        services._queue = Queue()  # type: ignore[assignment]
        app.state.service = Service(own, home, services)
        with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
            status = door(client)
            result = outcome(own)
        own.close()
        return status, result

    content = path.read_bytes()

    def raw(client: TestClient) -> int:
        return client.post(f"/v1/uploads?filename={quote(path.name)}", content=content).status_code

    def form(client: TestClient) -> int:
        return client.post("/v1/uploads", files={"file": (path.name, content)}).status_code

    def page(client: TestClient) -> int:
        found = re.search(r'name="csrf" value="([^"]+)"', client.get("/upload").text)
        assert found is not None
        sent = client.post("/upload", data={"csrf": found.group(1)}, files={"file": (path.name, content)})
        assert sent.history[0].headers["location"].startswith("/uploads/u")
        return sent.status_code

    expected = 202 if taken else 422
    assert sent_by(raw) == (expected, by_command)
    assert sent_by(form) == (expected, by_command)
    assert sent_by(page) == (200, by_command)


@pytest.mark.parametrize("name", ["clients.csv", "clients.xlsx", "clients.parquet", "clients.json"])
def test_customers_are_the_same_through_every_door(name: str, client: TestClient, store: Store, tmp_path: Path) -> None:
    rows = [{"id_client": f"C1000{n}", "nom": f"Durand{n}", "email": f"d{n}@example.fr"} for n in range(4)]
    path = tmp_path / name
    if name.endswith("xlsx"):
        import openpyxl

        book = openpyxl.Workbook()
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append(list(row.values()))
        book.save(path)
    elif name.endswith("parquet"):
        import pyarrow
        from pyarrow import parquet as pq

        pq.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        path.write_text(csv(rows) if name.endswith("csv") else json.dumps(rows), "utf-8")
    done = CliRunner().invoke(main, ["customers", "import", str(path)])
    assert done.output.startswith("4 new, 0 updated, 0 failed"), done.output
    content = path.read_bytes()
    for answer in (
        client.post(f"/v1/customers/import?filename={name}", content=content),
        client.post("/v1/customers/import", files={"file": (name, content)}),
    ):
        assert answer.status_code == 200
        assert (answer.json()["new"], answer.json()["updated"], answer.json()["rejected"]) == (0, 4, 0)


def test_a_file_that_stops_its_reader_is_one_refusal_and_the_service_goes_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that is stopped or crashes takes nothing with it."""
    monkeypatch.setattr("voc.intake.limits.READER_SILENCE", 0.0)
    heavy = csv([{"id": f"A-{n}", "commentaire": f"La facture {n} est fausse."} for n in range(15_000)]).encode()
    sent = client.post("/v1/uploads?filename=heavy.csv", content=heavy)
    assert sent.status_code == 422
    assert "was stopped" in sent.json()["detail"]
    sent = client.post("/v1/customers/import?filename=heavy.csv", content=heavy)
    assert sent.status_code == 200
    assert sent.json()["rejected"] >= 1
    monkeypatch.undo()
    assert client.get("/healthz").status_code == 200
