"""Bad input: one clear line each (what, which file or row, what to do), and the rest of the batch unharmed."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import json
import mailbox
import struct
import tracemalloc
import wave
import zipfile
from pathlib import Path

import pytest

from voc.errors import InputError
from voc.intake import read, read_all, read_customers, read_folder
from voc.records import Interaction, Rejected, Remark


def the_line(path: Path, **options: object) -> Rejected:
    """The one thing reading ``path`` yields."""
    found = list(read(path, **options))  # type: ignore[arg-type]
    assert len(found) == 1, found
    assert isinstance(found[0], Rejected)
    assert "\n" not in found[0].reason
    return found[0]


def tone(path: Path, seconds: float = 1.0, *, rate: int = 8000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack("<h", 900) * int(seconds * rate))
    return path


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.touch()
    assert the_line(path) == Rejected(
        source="posts.csv",
        reason="the file is empty (0 bytes); export or record it again.",
        code="empty_file",
        parameters={"file": "posts.csv"},
    )


@pytest.mark.parametrize("content", ["date;texte\n", "id;date;texte;nps\n\n\n"])
def test_a_table_that_has_only_its_header(tmp_path: Path, content: str) -> None:
    path = tmp_path / "avis.csv"
    path.write_text(content)
    assert "no row below" in the_line(path).reason


def test_a_file_of_zero_bytes(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(bytes(5000))
    assert "only zero bytes" in the_line(path).reason


def test_text_renamed_wav(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_text("Bonjour, ceci est du texte\n" * 20)
    assert the_line(path).reason.startswith("named .wav but holds text, not audio")


def test_a_truncated_mp3(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x10\x00" + bytes(300))
    assert "damaged or truncated" in the_line(path).reason


@pytest.mark.parametrize("keep", [44, 60])
def test_audio_of_no_length(tmp_path: Path, keep: int) -> None:
    whole = tone(tmp_path / "whole.wav").read_bytes()
    path = tmp_path / "call.wav"
    header = bytearray(whole[:keep])
    header[40:44] = struct.pack("<I", keep - 44)
    path.write_bytes(bytes(header))
    assert " s" in the_line(path).reason
    assert "again" in the_line(path).reason or "nothing can be said" in the_line(path).reason


def test_a_wav_whose_transfer_broke_off(tmp_path: Path) -> None:
    whole = tone(tmp_path / "whole.wav", 60).read_bytes()
    path = tmp_path / "call.wav"
    path.write_bytes(whole[: len(whole) // 3])
    assert the_line(path).reason.startswith("truncated, ")


@pytest.mark.parametrize("placeholder", [0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_whose_length_was_never_written_is_taken(tmp_path: Path, placeholder: int) -> None:
    path = tone(tmp_path / "call.wav", 3)
    whole = bytearray(path.read_bytes())
    whole[40:44] = struct.pack("<I", placeholder)
    path.write_bytes(bytes(whole))
    [taken] = read(path)
    assert isinstance(taken, Interaction)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv: there is no such file"):
        next(read(tmp_path / "gone.csv"))


def test_a_mapped_column_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("Verbatim;Note\nTrès bien;5\n")
    with pytest.raises(InputError, match=r"survey\.csv: there is no column 'Commentaire' .* are Verbatim, Note\."):
        next(read(path, mapping={"text": "Commentaire"}))


def test_a_mapped_field_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("Verbatim;Note\nTrès bien;5\n")
    with pytest.raises(InputError, match=r"'tetx' is not a field that can be mapped; the fields are .*text"):
        next(read(path, mapping={"tetx": "Verbatim"}))


def test_mixed_encodings_in_one_file_give_no_mojibake(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    lines = [
        b"id,commentaire",
        "900000001,déçu par la livraison à Nîmes".encode(),
        "900000002,déçu par l’été à Nîmes".encode("cp1252"),
        "900000003,très déçu: 12 € de trop".encode("cp1252"),
        "900000004,ça marche, où ça ?".encode("mac_roman"),
        "900000005,dÃ©Ã§u par lâ€™app".encode(),
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    texts = [found.text for found in read(path) if isinstance(found, Interaction)]
    assert texts == [
        "déçu par la livraison à Nîmes",
        "déçu par l’été à Nîmes",
        "très déçu: 12 € de trop",
        "ça marche, où ça ?",
        "déçu par l’app",
    ]


def test_a_line_of_a_hundred_megabytes_is_refused_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    with path.open("wb") as file:
        file.write(b"id,text\n1,")
        for _ in range(100):
            file.write(b"a" * 2**20)
    tracemalloc.start()
    line = the_line(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert line.source == "dump.csv"
    assert line.reason.startswith("line 2 is longer than 8 MB")
    assert peak < 40 * 2**20


def test_a_hundred_megabytes_without_any_line_break(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    with path.open("wb") as file:
        file.write(b'[{"text": "')
        for _ in range(100):
            file.write(b"a" * 2**20)
    assert "item 1 is larger than" in the_line(path).reason


def test_an_xlsx_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 2**20))
    assert path.stat().st_size < 2**20
    assert "zip bomb" in the_line(path).reason


def test_a_parquet_file_that_unpacks_to_far_more_than_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow
    from pyarrow import parquet

    monkeypatch.setattr("voc.intake.limits.PARQUET_RATIO_FLOOR", 2**20)
    path = tmp_path / "bomb.parquet"
    table = pyarrow.table({"text": [f"{n}" + "a" * 2**20 for n in range(8)]})
    parquet.write_table(table, path, compression="zstd", use_dictionary=False, write_statistics=False)
    assert path.stat().st_size * 400 < 8 * 2**20
    assert "decompression bomb" in the_line(path).reason


def test_a_workbook_that_declares_more_than_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import openpyxl

    monkeypatch.setattr("voc.intake.limits.XLSX_BYTES", 1000)
    path = tmp_path / "big.xlsx"
    openpyxl.Workbook().save(path)
    assert "unpacks to" in the_line(path).reason


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert "damaged workbook" in the_line(path).reason
    path.write_bytes(path.read_bytes()[:60])
    assert "damaged or truncated" in the_line(path).reason


def test_a_mailbox_with_broken_headers_keeps_its_other_messages(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(
        b"From a@b.fr Mon Nov  9 10:12:00 2026\nFrom: a@b.fr\nSubject: un\nDate: Mon, 9 Nov 2026 10:12:00 +0100\n\nPremier message\n\n"
        b"From x\n\xff\xfe garbage without colon\n\x00\x01\n\n"
        b"From c@d.fr Mon Nov  9 10:13:00 2026\nFrom: =?utf-8?q?C=C3=A9line?= <c@d.fr>\nSubject: =?bad?x?zz?=\n"
        b'Date: yesterday\nContent-Type: text/plain; charset="nonsense\nContent-Transfer-Encoding: base64\n\n@@@not base64@@@\n\n'
        b"From e@f.fr Mon Nov  9 10:14:00 2026\nFrom: e@f.fr\nSubject: trois\n\nTroisi\xe8me message\n"
    )
    found = list(read(path))
    texts = [item.text for item in found if isinstance(item, Interaction)]
    assert texts[0] == "Premier message"
    assert texts[-1] == "Troisième message"
    assert [item.source for item in found if isinstance(item, Rejected)] == ["box.mbox:2"]


def test_a_mailbox_of_the_standard_library_reads(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "box.mbox"))
    for number in range(3):
        box.add(f"From: a{number}@b.fr\nSubject: s\nMessage-ID: <{number}@b.fr>\n\nMessage {number}\nFrom here on\n")
    box.close()
    found = list(read(tmp_path / "box.mbox"))
    assert [item.text for item in found if isinstance(item, Interaction)] == [
        f"Message {number}\nFrom here on" for number in range(3)
    ]


def test_permission_errors_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("text\nbonjour\n")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("voc.intake.readers.sniff", denied)
    assert the_line(path).reason == "no permission to read it; change its rights or its owner."


def test_links_inside_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("text\nsecret words\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "posts.csv").write_text("text\ninside words here\n")
    (folder / "loop").symlink_to(folder)
    (folder / "leak").symlink_to(outside)
    (folder / "leak.csv").symlink_to(outside / "secret.csv")
    assert [item.text for item in read_folder(folder) if isinstance(item, Interaction)] == ["inside words here"]


def test_nul_bytes_and_control_characters_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(
        b"id,text\n10000001,bon\x00jour \x1b[31mrouge\x07\n10000002,merci beaucoup\n" + b"10000003,ok then\n" * 40
    )
    found = [item for item in read(path) if isinstance(item, Interaction)]
    assert found[0].text == "bonjour [31mrouge"


def test_a_binary_named_csv(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(bytes(range(256)) * 40)
    assert "unknown binary data" in the_line(path).reason


@pytest.mark.parametrize(
    ("magic", "said"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n", "image"),
        (b"\xd0\xcf\x11\xe0\xa1", "old Office file"),
        (b"SQLite format 3\x00", "SQLite"),
    ],
)
def test_files_of_other_kinds_are_named(tmp_path: Path, magic: bytes, said: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(magic + b"x" * 300)
    assert said in the_line(path).reason


def test_a_web_page_saved_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("<!DOCTYPE html>\n<html><body>Please log in</body></html>\n")
    assert "web or XML page" in the_line(path).reason


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '[{"text": "a", "b": ' + "[" * 5000 + "]" * 5000 + "}]"]
)
def test_a_json_depth_bomb(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bomb.json"
    path.write_text(text)
    assert "nested deeper" in the_line(path).reason or "damaged" in the_line(path).reason


def test_a_broken_ndjson_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "posts.ndjson"
    path.write_text('{"text": "un mot ici"}\n{"text": \n{"text": "deux mots ici"}\n[1, 2]\n' + "{" * 300 + "\n")
    found = list(read(path))
    assert [item.text for item in found if isinstance(item, Interaction)] == ["un mot ici", "deux mots ici"]
    assert [item.source for item in found if isinstance(item, Rejected) and item.code != "no_date_column"] == [
        "posts.ndjson:2",
        "posts.ndjson:4",
        "posts.ndjson:5",
    ]


def test_a_json_array_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text('[{"text": "un mot ici"}, {"text": "deux mots ici"}, {"text": "tro')
    *good, bad, note = list(read(path))
    assert isinstance(note, Remark) and "no column of dates" in note.reason
    assert [item.text for item in good if isinstance(item, Interaction)] == ["un mot ici", "deux mots ici"]
    assert isinstance(bad, Rejected)
    assert "breaks off" in bad.reason


def test_huge_numbers_are_data(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text('[{"text": "un mot ici", "n": ' + "9" * 900 + "}, " + '{"text": "deux mots ici", "n": 1e999}]')
    found = [item for item in read(path) if isinstance(item, Interaction)]
    assert [item.text for item in found] == ["un mot ici", "deux mots ici"]
    path.write_text('[{"text": "un mot ici", "n": ' + "9" * 90_000 + "}]")
    assert "number too long" in the_line(path).reason


def test_spreadsheet_formulas_are_words_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("id,text\n10000001,\"=cmd|' /C calc'!A0\"\n10000002,@SUM(1+1)\n")
    texts = [item.text for item in read(path) if isinstance(item, Interaction)]
    assert texts == ["=cmd|' /C calc'!A0", "@SUM(1+1)"]


def test_a_stray_quote_costs_its_row_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    rows = [f"{10000000 + i},message number {i}" for i in range(5000)]
    rows[100] = '10000100,"a quote that never closes'
    path.write_text("id,text\n" + "\n".join(rows) + "\n")
    found = [item for item in read(path) if isinstance(item, Interaction)]
    assert len(found) == 5000
    assert found[100].text == "a quote that never closes"
    assert found[4999].text == "message number 4999"


def test_one_bad_file_does_not_end_a_batch(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\npremier message ici\n")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "c.json").write_text('[{"text": "dernier message ici"}]')
    tone(tmp_path / "d.wav")
    paths = [tmp_path / "a.csv", tmp_path / "gone.csv", tmp_path / "b.xlsx", tmp_path / "c.json", tmp_path / "d.wav"]
    found = [one for one in read_all(paths) if not isinstance(one, Remark)]
    assert [item.source for item in found] == ["a.csv:2", "gone.csv", "b.xlsx", "c.json:1", "d.wav"]
    assert [item.source for item in found if isinstance(item, Rejected)] == ["gone.csv", "b.xlsx"]


def test_a_table_without_words_or_scores(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("sku,qty\n1,2\n3,4\n")
    assert "--map text=COLUMN" in the_line(path).reason


def test_customers_without_a_readable_file(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    path.write_bytes(b"PK\x03\x04broken")
    (found,) = read_customers(path)
    assert isinstance(found, Rejected)
    with pytest.raises(InputError, match="no such file"):
        next(read_customers(tmp_path / "gone.csv"))


def test_a_call_table_cannot_reach_outside_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    tone(tmp_path / "secret.wav")
    (folder / "calls.csv").write_text("filename,caller_number\n../secret.wav,0612345678\n")
    assert "outside" in the_line(folder / "calls.csv").reason


def test_surrogates_in_json_do_not_escape(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text(json.dumps([{"text": "broken \ud800 emoji here", "author\ud801": "x"}]))
    found, _ = read(path)
    assert isinstance(found, Interaction)
    assert found.model_dump_json()
    assert found.text == "broken  emoji here"


def test_documents_and_programs_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Titre\n\nCe dossier, dit-on, contient des avis.\n")
    (tmp_path / "build.py").write_text("import json\n\nprint(json.dumps({}), 1, 2)\n")
    (tmp_path / "notes.txt").write_text("Appeler Paul demain.\nIl faut, je crois, relancer la boutique de Nîmes.\n")
    (tmp_path / "export.txt").write_text("date\ttexte\n2026-11-09\tUne phrase dite\n2026-11-10\tUne autre phrase\n")
    found = list(read_folder(tmp_path))
    assert [item.text for item in found if isinstance(item, Interaction)] == ["Une phrase dite", "Une autre phrase"]
    assert [item.source for item in found if isinstance(item, Rejected)] == ["notes.txt"]
    assert "document or program" in the_line(tmp_path / "build.py").reason


def test_customer_records_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("id_client;prénom;nom;email;ville\nAZ-1;Jeanne;Lefèvre;j@example.fr;Nîmes\n")
    assert "voc customers import" in the_line(path).reason
