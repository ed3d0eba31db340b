"""``import voc`` with the models that ship: the page that documents it runs, and it gives what the command gives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from makers import an_interaction, understood

import voc
from voc.store import Store

pytestmark = pytest.mark.integration

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "python.md"

TYPES = """
import voc
from pathlib import Path
reveal_type(voc.analyse("bien", channel="email"))
reveal_type(voc.analyse(["bien", "mal"]))
reveal_type(voc.analyse(Path("a.csv"), mapping={"text": "Verbatim"}))
reveal_type(voc.analyse([Path("a.csv")], rejected=print))
reveal_type(voc.transcribe("a.wav").turns[0].words)
reveal_type(voc.redact("bien").spans)
with voc.open_store() as store:
    reveal_type(store)
"""


def run(program: str, folder: Path, *, module: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *(["-m", module] if module else []), *([] if module else ["-W", "error"]), "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "VOC_HOME": str(folder / ".voc")},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_the_page_runs_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(REPOSITORY / "samples")
    home = tmp_path / ".voc"
    store = Store(f"sqlite:///{home / 'voc.db'}", str(home / "blobs"))
    understood(store, an_interaction(1, channel="review"), score=-0.6)
    store.close()
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    done = run("\n".join(blocks), tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[1:4] == [
        "negative",
        "billing.amount",
        "La facture est fausse, rappelez [PERSON] au [PHONE].",
    ]
    assert re.search(r"^\d+ of \d+ are negative$", done.stdout, flags=re.MULTILINE)
    assert re.search(r"^624 agent ", done.stdout, flags=re.MULTILINE)
    assert "My card is [CARD], I am [PERSON]." in said
    assert re.search(r"^review 1 ", done.stdout, flags=re.MULTILINE)
    assert said[-1] == "no_such_file no-such-call.ogg: there is no such file; check the path."


def test_it_gives_what_the_command_prints(tmp_path: Path) -> None:
    path = REPOSITORY / "samples" / "reviews.csv"
    printed = run(f"import sys; from voc.cli import main; main(['analyse', {str(path)!r}])", tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert [one.model_dump_json() for one in voc.analyse(path)] == printed.stdout.splitlines()


def test_a_text_is_masked_as_it_is_analysed() -> None:
    text = "Bonjour, je suis Catherine Vaillant, rappelez-moi au 06 12 34 56 78. Free ne répond jamais."
    masked = voc.redact(text)
    assert masked.text == "Bonjour, je suis [PERSON], rappelez-moi au [PHONE]. Free ne répond jamais."
    assert [text[span.begin : span.end] for span in masked.spans] == ["Catherine Vaillant", "06 12 34 56 78"]
    analysis = voc.analyse(text, channel="review")
    assert (analysis.redacted_text, analysis.redacted) == (masked.text, masked.spans)


def test_type_checkers_see_the_types(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "-c", TYPES],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    revealed = [re.sub(r"\b(?:\w+\.)+", "", one) for one in re.findall(r'Revealed type is "(.*)"', done.stdout)]
    assert revealed == [
        "Analysis",
        "list[Analysis]",
        "Iterator[Analysis]",
        "Iterator[Analysis]",
        "tuple[Word, ...]",
        "tuple[Redaction, ...]",
        "Store",
    ], done.stdout
