"""The same export again, saved in whatever way, gives the same interactions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from voc.intake import read
from voc.intake.transcripts import build
from voc.records import Channel, Identifier, Interaction, Turn

ROW = st.tuples(
    st.datetimes(datetime(2025, 1, 13), datetime(2026, 11, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 10),
    st.sampled_from(["Trop cher pour ce que c'est", "Parfait", "Bien, mais « lent »", "Nul; vraiment nul", "Été 😡"]),
)
ROWS = st.lists(ROW, min_size=1, max_size=8)


def found(path: Path) -> list[Interaction]:
    return [one for one in read(path) if isinstance(one, Interaction)]


def saved(path: Path, header: list[str], rows: list[list[Any]], *, separator: str, encoding: str) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@given(rows=ROWS)
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_is_saved(tmp_path: Path, rows: list[tuple[datetime, int, str]]) -> None:
    rows.append((datetime(2026, 10, 25, 9, 30), 3, "Rien"))  # a day above 12 says which comes first
    iso = [[at.isoformat(" "), score, text] for at, score, text in rows]
    french = [[at.strftime("%d/%m/%Y %H:%M"), score, text] for at, score, text in rows]
    first = found(saved(tmp_path / "a.csv", ["Date", "NPS", "Verbatim"], iso, separator=",", encoding="utf-8"))
    others = [
        saved(tmp_path / "b.csv", ["Date", "NPS", "Verbatim"], french, separator=";", encoding="utf-8-sig"),
        saved(tmp_path / "c.csv", ["Date", "NPS", "Verbatim"], list(reversed(iso)), separator="\t", encoding="utf-16"),
        saved(
            tmp_path / "d.csv",
            ["Verbatim", "Étiquette", "NPS", "Date", "Réponse"],
            [[text, "prix", score, at, "Merci de votre retour"] for at, score, text in iso],
            separator=";",
            encoding="utf-8",
        ),
    ]
    book = openpyxl.Workbook()
    book.active.append(["Date", "NPS", "Verbatim"])
    for row in rows:
        book.active.append(list(row))
    book.save(tmp_path / "e.xlsx")
    for path in (*others, tmp_path / "e.xlsx"):
        again = found(path)
        assert sorted(one.id for one in again) == sorted(one.id for one in first)
        assert {one.content_hash for one in again} == {one.content_hash for one in first}


def test_an_id_of_five_digits_is_one_together_with_its_moment(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    head = "Ticket ID;Created at;Subject;Reply\n"
    path.write_text(f"{head}35436;2026-11-03 09:00;Ma box ne démarre plus;\n35439;2026-11-04 09:00;Facture;\n", "utf-8")
    first = found(path)
    path.write_text(f"{head}35436;03/11/2026 09:00;Ma box ne démarre plus;Bonjour\n", "utf-8")
    (again,) = found(path)
    assert (again.id, again.content_hash) == (first[0].id, first[0].content_hash)
    path.write_text(f"{head}35436;2026-11-03 09:00;Ma box ne démarre plus du tout;\n", "utf-8")
    (changed,) = found(path)
    assert changed.id == first[0].id and changed.content_hash != first[0].content_hash
    path.write_text(f"{head}35436;2026-10-03 09:00;Autre système;\n", "utf-8")
    (other,) = found(path)
    assert other.id != first[0].id


def test_numbers_of_rows_are_no_ids(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("ID;Date;Verbatim\n1;2026-11-03;Trop cher\n2;2026-11-04;Parfait\n", "utf-8")
    first = found(path)
    path.write_text("ID;Date;Verbatim\n1;2026-11-04;Parfait\n2;2026-11-05;Autre avis\n", "utf-8")
    second = found(path)
    assert second[0].id == first[1].id
    assert second[1].id not in {one.id for one in first}


def built(said: str = "Merci, tout est réglé.", *, role: str | None = "customer", **known: Any) -> Interaction:
    one = build([Turn(index=0, participant_role=role, text=said)], source="monday.log:1", channel=Channel.CHAT, **known)
    assert isinstance(one, Interaction)
    return one


MONDAY = datetime(2026, 11, 9, 10, 32, tzinfo=UTC)
ANNE, BRUNO = (Identifier(type="phone", value=f"+3361234567{end}", verified=True) for end in (8, 9))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"occurred_at": MONDAY}, {"occurred_at": MONDAY + timedelta(hours=1)}),
        ({"identifiers": (ANNE,)}, {"identifiers": (BRUNO,)}),
        ({"author": "Anne"}, {"author": "Bruno"}),
        ({"external_id": "a"}, {"external_id": "b"}),
        ({"same_as": "a"}, {"same_as": "b"}),
    ],
)
def test_the_same_few_words_of_two_customers_are_two_conversations(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert built(**one).id != built(**other).id
    assert built(**one).id == built(**one).id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"role": None}, {"role": "customer"}),
        ({}, {"identifiers": (Identifier(type="order", value="AZ12345"),)}),  # a claim in the words
        ({"occurred_at": MONDAY}, {"occurred_at": MONDAY.astimezone(timezone(timedelta(hours=1)))}),
        ({"external_id": "a"}, {"external_id": "a", "occurred_at": MONDAY}),
        ({"same_as": "a"}, {"same_as": "a", "occurred_at": MONDAY}),
        ({"identifiers": (ANNE,)}, {"identifiers": (ANNE.model_copy(update={"value": "06 12 34 56 78"}),)}),
    ],
)
def test_what_may_be_said_better_the_second_time_makes_no_second_conversation(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert built(**one).id == built(**other).id


def message(text: str | None = "Trop long.", **known: Any) -> Interaction:
    one = build(text=text, source="desk.txt:1", channel=Channel.SURVEY, **known)
    assert isinstance(one, Interaction)
    return one


def test_a_message_is_its_text_and_no_conversation() -> None:
    assert (message().text, message().turns) == ("Trop long.", ())
    assert message(None, csat=2.0).text is None


@pytest.mark.parametrize(
    "known", [{"text": "Parfait."}, {"csat": 4.0}, {"subject": "Borne"}, {"occurred_at": MONDAY}, {"author": "Anne"}]
)
def test_messages_without_an_id_are_told_apart_by_words_scores_moment_and_author(known: dict[str, Any]) -> None:
    assert message(**known).id != message().id
    assert message(None, csat=2.0).id != message(None, csat=3.0).id


@pytest.mark.parametrize("made", [built, message])
@pytest.mark.parametrize("score", ["nps", "csat", "rating"])
def test_a_score_given_anew_is_another_content_of_the_same(made: Callable[..., Interaction], score: str) -> None:
    first, again = (made(external_id="K-1", **{score: value}) for value in (2, 4))
    assert first.id == again.id
    assert first.content_hash != again.content_hash


def test_words_are_turns_or_a_text() -> None:
    with pytest.raises(TypeError, match="turns, or the text of a message, not both"):
        built(text="Merci.")


def test_a_moment_without_a_zone_is_in_that_of_the_setting(set_to: Callable[..., None]) -> None:
    set_to(time_zone="Europe/Paris")
    assert built(occurred_at=datetime(2026, 11, 9, 11, 32)).occurred_at == MONDAY
    assert built(occurred_at=MONDAY).occurred_at == MONDAY


def test_a_moment_as_text_is_refused() -> None:
    with pytest.raises(TypeError, match="parse_moment"):
        built(occurred_at="2026-11-09 10:32")


def test_conversations_of_a_file_that_say_the_same_are_kept_apart_by_their_dates(tmp_path: Path) -> None:
    said = [{"speaker": "customer", "text": "Merci, tout est réglé."}]
    days = [{"date": f"2026-11-{day:02}T10:00:00Z", "turns": said} for day in (9, 10)]
    path = tmp_path / "chats.ndjson"
    path.write_text("\n".join(map(json.dumps, days)), "utf-8")
    first = found(path)
    assert len({one.id for one in first}) == 2
    renamed = path.rename(tmp_path / "chats 2026-11-12.ndjson")
    assert [one.id for one in found(renamed)] == [one.id for one in first]


def test_a_transcript_under_another_name_is_the_same(tmp_path: Path) -> None:
    for name, said in (
        ("call.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour\n"),
        ("call.json", json.dumps({"turns": [{"speaker": "customer", "text": "Bonjour"}]})),
    ):
        path = tmp_path / name
        path.write_text(said, "utf-8")
        first = found(path)
        again = found(path.rename(tmp_path / f"2026-11-09 {name}"))
        assert [one.id for one in again] == [one.id for one in first]
        assert again[0].occurred_at is not None
