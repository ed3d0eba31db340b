"""What is told when something is refused: a code for programs, the reader's language, advice for where they are."""

from __future__ import annotations

import html
import io
import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from voc.errors import ConflictError
from voc.service.pipeline import QueuedPipeline
from voc.settings import Settings
from voc.store import Store

PAGE = {"accept": "text/html", "accept-language": "fr"}
FRENCH = {"accept-language": "fr-FR,fr;q=0.9,en;q=0.5"}

NO_COLUMN_FR = "Aucune colonne de texte ni de note n’a été reconnue parmi ref, a, b. Dites laquelle contient le texte."
NO_COLUMN_EN = "No column of words or scores was found among ref, a, b. Say which one holds the text."
BINARY_FR = "Ce n’est ni un enregistrement ni un export de texte\u00a0: son contenu n’est pas d’un type connu."


class Queue:
    """Takes work and leaves it."""

    def __init__(self, *_: Any) -> None: ...

    def enqueue(self, work_id: str, *, recording: bool, backfill: bool = False) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def reading(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A client of a service that reads what it is sent."""
    monkeypatch.setattr("voc.pipeline.ingestion.WorkQueue", Queue)
    services = QueuedPipeline(store, settings)
    services._queue = Queue()  # type: ignore[assignment]
    return TestClient(
        create_app(store, settings, pipeline=services), base_url="http://127.0.0.1", client=("127.0.0.1", 1)
    )


def workbook_cut() -> bytes:
    import openpyxl

    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Commentaire"])
    book.save(target)
    return target.getvalue()[:-400]


REFUSED = {
    "colonnes.csv": (b"ref,a,b\n1,2,3\n4,5,6\n", "no_text_column", NO_COLUMN_FR),
    "inconnu.dat": (bytes(range(32)) * 40, "unknown_binary", BINARY_FR),
    "vide.csv": (b"", "empty_file", "Le fichier est vide\u00a0; exportez-le ou enregistrez-le à nouveau."),
    "avis.xlsx": (
        workbook_cut(),
        "damaged_archive",
        "Le fichier XLSX ou ZIP est endommagé ou tronqué\u00a0; transférez-le à nouveau.",
    ),
    "note.pdf": (b"%PDF-1.7\n", "is_pdf", "C’est un PDF\u00a0; exportez les données en CSV ou XLSX."),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_refused_file_is_told_in_the_readers_language_with_its_code(reading: TestClient, name: str) -> None:
    content, code, said = REFUSED[name]
    answer = reading.post(f"/v1/uploads?filename={name}", content=content, headers=FRENCH)
    body = answer.json()
    assert (answer.status_code, body["code"], body["detail"]) == (422, code, f"{name}\u00a0: {said}")
    assert answer.headers["content-language"] == "fr"
    upload = body["uploads"][0]
    kept = [upload["error_code"], *(one["code"] for one in upload["rejections"])]
    assert [one for one in kept if one] == [code]
    page = html.unescape(reading.get(f"/uploads/{upload['id']}", headers=PAGE).text)
    assert said in page
    assert "--map" not in page


def test_a_program_without_a_language_is_told_in_english(reading: TestClient) -> None:
    body = reading.post("/v1/uploads?filename=colonnes.csv", content=REFUSED["colonnes.csv"][0]).json()
    assert body["detail"].startswith("colonnes.csv: no column of words or scores was found among ref, a, b;")
    english = reading.post(
        "/v1/uploads?filename=colonnes.csv", content=REFUSED["colonnes.csv"][0], headers={"accept-language": "en"}
    ).json()
    assert english["detail"] == f"colonnes.csv: {NO_COLUMN_EN}"


def test_several_refused_files_are_told_together(reading: TestClient) -> None:
    files = [("file", (name, REFUSED[name][0])) for name in ("vide.csv", "note.pdf")]
    body = reading.post("/v1/uploads", files=files, headers=FRENCH).json()
    assert body["code"] == "no_file_taken_in"
    assert body["detail"] == "Aucun des 2 fichiers n’a pu être pris\u00a0; la raison de chacun est à côté."
    assert [one["error_code"] or one["rejections"][0]["code"] for one in body["uploads"]] == ["empty_file", "is_pdf"]


def test_a_row_that_is_left_out_is_told_in_the_readers_language(reading: TestClient) -> None:
    content = "commentaire,date\nLa facture est fausse,2026-11-01\n,2026-11-02\n"
    upload = reading.post("/v1/uploads?filename=a.csv", content=content).json()["uploads"][0]
    (left_out,) = upload["rejections"]
    assert (left_out["source"], left_out["code"], left_out["parameters"]) == ("a.csv:3", "empty_rows", {"n": 1})
    page = html.unescape(reading.get(f"/uploads/{upload['id']}", headers=PAGE).text)
    assert "1 ligne(s) à partir d’ici n’ont ni texte ni note" in page


def test_numbers_in_the_names_of_files_stay_hidden_from_readers(reading: TestClient, store: Store) -> None:
    from datetime import UTC, datetime

    sent = reading.post("/v1/uploads?filename=0612345678.pdf", content=b"%PDF-1.7\n", headers=FRENCH).json()
    _, secret = store.access.create_key("lecteur", "reader", now=datetime.now(UTC))
    reader = {"authorization": f"Bearer {secret}"}
    told = reading.get(f"/v1/uploads/{sent['uploads'][0]['id']}", headers=reader).text
    assert "is_pdf" in told
    assert "0612345678" not in told


def test_pages_that_are_not_there_are_told_in_the_readers_language(client: TestClient) -> None:
    for path, said in {
        "/interactions/i404": "Cette interaction n’existe pas.",
        "/uploads/u404": "Cet envoi n’existe pas.",
        "/nulle-part": "Il n’y a rien à cette adresse.",
        "/digest?week=2020-W10": "Il n’y a rien de la semaine 2020-W10.",
    }.items():
        answer = client.get(path, headers=PAGE)
        assert (answer.status_code, said in html.unescape(answer.text)) == (404, True), path


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/interactions/i404", 404, "no_such_interaction"),
        ("/v1/uploads/u404", 404, "no_such_upload"),
        ("/v1/customers/C404", 404, "no_such_customer"),
        ("/v1/nothing", 404, "no_such_page"),
        ("/v1/interactions?limit=0", 422, "field_too_low"),
        ("/v1/interactions?chanel=call", 422, "misspelt_parameter"),
        ("/v1/interactions?zzz=call", 422, "unknown_parameter"),
        ("/v1/interactions?channel=letter", 422, "not_one_of"),
        ("/v1/search?q=%20", 422, "nothing_to_look_for"),
    ],
)
def test_every_problem_has_a_code(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    body = answer.json()
    assert answer.status_code == status, body
    assert body["code"] == code


def test_an_event_that_is_not_there_is_not_found(client: TestClient) -> None:
    answer = client.post("/v1/links/undo", json={"event_id": 404})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_event")
    told = client.post("/v1/links/merge", json={"customer_ids": ["C404", "C405"]}, headers=FRENCH)
    assert (told.status_code, told.json()["code"]) == (422, "unknown_customer")
    assert told.json()["detail"].startswith("Le client C404 n’est pas dans la base")


def test_a_form_that_lacks_something_says_so_in_the_readers_language(client: TestClient) -> None:
    answer = client.get("/links/merge", headers=PAGE)
    assert answer.status_code == 422
    assert "Il manque «\u00a0premier client\u00a0»." in html.unescape(answer.text)
    assert client.get("/links/merge", headers={"accept": "text/html"}).status_code == 422


def test_a_correction_that_says_nothing_is_told_in_the_readers_language(
    client: TestClient, ids: dict[str, str]
) -> None:
    some = next(iter(ids.values()))
    said = client.patch(f"/v1/interactions/{some}", json={}, headers=FRENCH).json()
    assert (said["code"], said["detail"]) == ("nothing_to_correct", "Choisissez ce qui est à corriger.")


def test_a_body_that_is_too_large_is_told_on_a_page(client: TestClient) -> None:
    answer = client.post("/upload", content=b"x" * (2 << 20), headers=PAGE)
    assert answer.status_code == 413
    assert "C’est plus de 1 Mo\u00a0; envoyez-le en plusieurs parties." in html.unescape(answer.text)
    program = client.post("/v1/uploads?filename=x.csv", content=b"x" * (2 << 20))
    assert program.json()["code"] == "too_large"


def test_a_script_of_a_page_is_answered_in_the_language_of_the_pages(store: Store, settings: Settings) -> None:
    french = settings.model_copy(update={"ui_language": "fr"})
    client = TestClient(
        create_app(store, french, pipeline=QueuedPipeline(store, french)),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 1),
    )
    asked = {"x-csrf-token": "any", "accept-language": "en"}
    assert client.get("/v1/uploads/u404", headers=asked).json()["detail"] == "Cet envoi n’existe pas."
    assert client.get("/v1/uploads/u404").json()["detail"] == "There is no such upload."


def test_the_status_does_not_hang_on_the_sentence(
    app: FastAPI, client: TestClient, services: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflicting(*_: object, **__: object) -> object:
        raise ConflictError("The free space is full.")

    monkeypatch.setattr(services, "search", conflicting)
    answer = client.get("/v1/search?q=x")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (409, "conflict")
