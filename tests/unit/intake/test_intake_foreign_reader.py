"""A reader from a package voc knows nothing of: its files are read on every way in, and its mistakes cost only them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign_packages import lay_beside

from voc import intake
from voc.errors import SettingsError
from voc.intake import isolation, reader_registry
from voc.intake.readers import columns_of
from voc.records import Channel, Interaction, Rejected, Remark
from voc.resources import resource

PACKAGE = """
from voc.errors import InputError
from voc.intake import FileReader
from voc.intake.transcripts import build
from voc.records import Channel, Identifier, Turn

MAGIC = b"<talk>"


def read(path, reading):
    said = path.read_bytes().removeprefix(MAGIC).decode()
    if "raise" in said:
        raise NameError(said)
    if "score" in said:
        build(text=said, source=reading.name, channel=Channel.CHAT, csat=said, nps=said)
    if not said.strip():
        raise InputError(f"{reading.name}: nobody speaks in it; export it again.")
    one = build([Turn(index=0, participant_role="customer", text=said)], source=reading.name,
                channel=reading.channel or Channel.CHAT)
    if "numbers" in said:
        numbers = "06 12 34 56 78", "N/A", "12"
        phones = tuple(Identifier(type="phone", value=number, verified=True) for number in numbers)
        one = one.model_copy(update={"identifiers": phones})
    yield one
    if "dict" in said:
        yield {"text": said}
        yield one


def odd(opening):
    raise LookupError(opening.name)


TALK = FileReader("talk", lambda opening: opening.head.startswith(MAGIC), read, frozenset((".xml",)))
ODD = FileReader("odd", odd, read)
TWICE = FileReader("CSV", odd, read)
"""


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "voc_talk.py").write_text(PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    isolation.close()  # processes that read elsewhere do not know the package
    yield folder
    isolation.close()
    monkeypatch.undo()
    sys.modules.pop("voc_talk", None)
    reader_registry.forget()


@pytest.fixture
def brought(beside: Path) -> None:
    lay_beside(beside, "voc-talk", {"voc.readers": {"talk": "voc_talk:TALK", "odd": "voc_talk:ODD"}})
    reader_registry.forget()


def made(folder: Path, text: str, name: str = "one.xml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("brought")
def test_its_files_are_read_here_apart_and_out_of_folders(tmp_path: Path) -> None:
    path = made(tmp_path / "in", "<talk>Ma box ne démarre plus.")
    (one,) = intake.read(path)
    assert isinstance(one, Interaction)
    assert (one.channel, one.turns[0].text) == ("chat", "Ma box ne démarre plus.")
    assert list(intake.isolated(intake.read, path, name="one.xml")) == [one]
    made(path.parent, "<html>", "page.html")
    assert list(intake.walk(path.parent)) == [path]
    assert list(intake.read_folder(path.parent)) == [one]
    (mail,) = intake.read(path, channel=Channel.EMAIL)
    assert isinstance(mail, Interaction) and mail.channel == "email"


def test_without_the_package_it_is_what_it_was(tmp_path: Path) -> None:
    path = made(tmp_path / "in", "<talk>Ma box ne démarre plus.")
    (refused,) = intake.read(path)
    assert isinstance(refused, Rejected)
    assert list(intake.walk(path.parent)) == []


@pytest.mark.usefixtures("brought")
def test_one_that_fails_to_tell_leaves_other_files_alone(caplog: pytest.LogCaptureFixture) -> None:
    sample = resource("samples", "reviews.csv")
    found = list(intake.read(sample))
    assert found and all(isinstance(one, Interaction) for one in found)
    assert "the reader odd failed to tell a file (LookupError)" in caplog.text
    assert sample.name not in caplog.text


@pytest.mark.usefixtures("brought")
@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("<talk>please raise", "reader_failed", "the reader for talk failed on it (NameError)"),
        (
            "<talk>please score",
            "reader_failed",
            "the reader for talk failed on it (ValidationError of Interaction: nps, csat)",
        ),
        ("<talk> ", None, "nobody speaks in it; export it again."),
    ],
)
def test_what_it_cannot_read_is_one_line_without_words_of_the_file(
    tmp_path: Path, text: str, code: str | None, reason: str
) -> None:
    (refused,) = intake.read(made(tmp_path / "in", text))
    assert isinstance(refused, Rejected)
    assert (refused.source, refused.code) == ("one.xml", code or refused.code)
    assert refused.reason.startswith(reason)
    assert "please" not in refused.reason


@pytest.mark.usefixtures("brought")
def test_what_is_no_interaction_is_said_and_ends_the_file(tmp_path: Path) -> None:
    one, said, *more = intake.read(made(tmp_path / "in", "<talk>a dict follows"))
    assert isinstance(one, Interaction)
    assert isinstance(said, Rejected) and said.code == "reader_failed"
    assert "it yielded a dict, not an Interaction or a Rejected" in said.reason
    assert more == []


@pytest.mark.usefixtures("brought")
def test_identifiers_get_their_one_spelling_and_what_is_none_is_counted(tmp_path: Path) -> None:
    one, said = intake.read(made(tmp_path / "in", "<talk>numbers"))
    assert isinstance(one, Interaction)
    assert [each.value for each in one.identifiers] == ["+33612345678"]
    assert isinstance(said, Remark)
    assert (said.source, said.code) == ("one.xml", "identifiers_left_out")
    assert said.parameters == {"count": 2, "type": "phone", "reader": "talk"}


@pytest.mark.usefixtures("brought")
def test_where_it_failed_is_logged_when_somebody_looks_for_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = made(tmp_path / "in", "<talk>please raise")
    with caplog.at_level("INFO"):
        list(intake.read(path))
    assert "voc_talk.py" not in caplog.text
    with caplog.at_level("DEBUG"):
        list(intake.read(path))
    assert "voc_talk.py" in caplog.text


@pytest.mark.usefixtures("brought")
def test_its_files_are_no_table(tmp_path: Path) -> None:
    path = made(tmp_path / "in", "<talk>a,b")
    with pytest.raises(Exception, match=r"one\.xml: talk is no table"):
        columns_of(path, source="one.xml")
    (said,) = intake.read_customers(path)
    assert isinstance(said, Rejected) and said.code == "no_customer_records"
    assert not intake.holds_events(path)


def test_one_that_takes_the_name_of_another_is_named(beside: Path) -> None:
    lay_beside(beside, "voc-talk", {"voc.readers": {"again": "voc_talk:TWICE"}})
    reader_registry.forget()
    with pytest.raises(SettingsError, match="a reader for CSV already; rename that of voc_talk:TWICE"):
        list(intake.read(resource("samples", "reviews.csv")))
