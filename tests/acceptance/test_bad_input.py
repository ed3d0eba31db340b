"""Bad input: each gives one clear line, and the rest of the batch is unharmed."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import wave
import zipfile
from pathlib import Path

import pytest
from service import ROOT, environment, rows, voc

pytestmark = pytest.mark.acceptance

GOOD = "id,date,commentaire,note\n1,2026-11-09,Très bon accueil en boutique,5\n"


def silent_wav(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return buffer.getvalue()


def zip_bomb() -> bytes:
    """A workbook whose one sheet unpacks to 2 GB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(2048):
                sheet.write(b"0" * (1 << 20))
    return buffer.getvalue()


def truncated_mp3() -> bytes:
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=16000)
        tone = (np.sin(np.arange(16000 * 5) / 20) * 8000).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 16000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return buffer.getvalue()[:300]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "good.csv").write_text(GOOD, encoding="utf-8")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "empty.wav").write_bytes(b"")
    (folder / "renamed.wav").write_text("This is a letter, not a recording.\n" * 20)
    (folder / "truncated.mp3").write_bytes(truncated_mp3())
    (folder / "zero-seconds.wav").write_bytes(silent_wav(0))
    (folder / "bomb.xlsx").write_bytes(zip_bomb())
    (folder / "broken.mbox").write_bytes(
        b"From nobody\nSubject: =?utf-8?q?=ZZ?=\nContent-Type: text/plain; charset=klingon\n\nBonjour, ma box est en "
        b"panne.\n\nFrom \nthis is no header\x00\n\xff\xfe\n"
    )
    (folder / "mixed.csv").write_bytes(
        "id,commentaire\n1,Réseau très lent\n".encode() + "2,Facture erronée à Orléans\n".encode("cp1252")
    )
    with (folder / "one-line.csv").open("wb") as file:
        file.write(b"id,commentaire\n1,")
        for _ in range(100):
            file.write(b"x" * (1 << 20))
    return folder


REASONS = {
    "empty.csv": "empty",
    "empty.wav": "empty",
    "renamed.wav": "not audio",
    "truncated.mp3": "",
    "zero-seconds.wav": "",
    "bomb.xlsx": "",
    "one-line.csv": "",
}
"""Files that give nothing, and a word their reason must hold."""


@pytest.mark.parametrize("command", ["ingest", "analyse"])
def test_each_bad_file_is_one_line_and_the_good_ones_go_through(inbox: Path, tmp_path: Path, command: str) -> None:
    done = voc(command, str(inbox), home=tmp_path / "home", check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    failed = {}
    for line in done.stderr.splitlines():
        if line.startswith("failed: "):
            source, _, reason = line.removeprefix("failed: ").partition(": ")
            failed[source.partition(":")[0]] = reason
    for name, word in REASONS.items():
        assert name in failed, f"{name} is not named in:\n{done.stderr}"
        assert failed[name], name
        assert word in failed[name].lower(), (name, failed[name])
        assert len(failed[name]) < 250, "one line a person reads, not a dump"
    if command == "analyse":
        texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    else:
        texts = [json.loads(row[0])["text"] for row in rows(tmp_path / "home", "SELECT record FROM interaction")]
    assert "Très bon accueil en boutique" in texts
    assert {"Réseau très lent", "Facture erronée à Orléans"} <= set(texts), "mixed encodings, no mojibake"
    assert any("box est en panne" in text for text in texts), "the readable message of a broken mailbox"


def test_a_mapped_column_that_is_not_there_names_those_that_are(inbox: Path, tmp_path: Path) -> None:
    done = voc("ingest", str(inbox / "good.csv"), "--map", "text=Verbatim", home=tmp_path / "home", check=False)
    assert done.returncode == 1
    assert "Verbatim" in done.stderr
    assert "commentaire" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    done = voc("ingest", str(tmp_path / "nowhere.csv"), home=tmp_path / "home", check=False)
    assert done.returncode == 1
    assert "nowhere.csv" in done.stderr
    assert "no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_said_and_nothing_is_half_taken(tmp_path: Path) -> None:
    """Files of this process may grow to 3 MB: the system refuses the write, as a full disk does."""
    home = tmp_path / "home"
    voc("doctor", home=home, check=False)  # the empty store fits
    recording = tmp_path / "call.wav"
    recording.write_bytes(silent_wav(400))  # 6.4 MB
    done = subprocess.run(
        [sys.executable, "-m", "voc", "ingest", str(recording)],
        cwd=tmp_path,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("voc: ")]) == 1
    assert rows(home, "SELECT count(*) FROM upload") == [(0,)]
    left = [path for path in (home / "blobs").rglob("*") if path.is_file()]
    assert left == [], "no half blob stays"
    voc("ingest", str(recording), home=home)  # with room again, the same file goes in
    assert rows(home, "SELECT count(*) FROM interaction") == [(1,)]


def test_a_pipe_that_closes_early_ends_quietly(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m voc analyse {ROOT / 'samples' / 'reviews.csv'} | head -1",
        shell=True,
        cwd=tmp_path,
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert json.loads(done.stdout)["id"]
    assert "Traceback" not in done.stderr
