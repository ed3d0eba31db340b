"""What reports and networks put around the rows: headers again, totals, the company's answers, lists of members."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from voc.intake import read, read_folder
from voc.records import Interaction, Remark

Set = Callable[..., None]


def interactions(path: Path) -> list[Interaction]:
    return [one for one in read(path) if isinstance(one, Interaction)]


def test_a_header_that_comes_again_is_no_row_and_neither_is_a_total(tmp_path: Path) -> None:
    path = tmp_path / "rapport.csv"
    header = "Date;Client;Commentaire;Note /5"
    path.write_text(f"{header}\n03/11/2026;Claire;Trop cher;2\n{header}\n04/11/2026;Paul;;5\nTotal;2;;3,5\n", "utf-8")
    *found, said = read(path)
    assert [(one.text, one.rating) for one in found if isinstance(one, Interaction)] == [("Trop cher", 2), (None, 5)]
    assert isinstance(said, Remark)
    assert said.code == "totals_left_out"


def test_words_that_begin_with_a_total_are_words(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("Commentaire;Note /5\nTotal;1\nTotalement déçu;1\n", "utf-8")
    assert [one.text for one in interactions(path)] == ["Total", "Totalement déçu"]


def test_an_address_under_a_name_of_accounts_is_an_address(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("Timestamp,Username,Anything else?\n11/13/2026 10:12:45,d@example.org,Nobody called me back.\n")
    (found,) = interactions(path)
    assert [(one.type, one.value) for one in found.identifiers] == [("email", "d@example.org")]


def test_an_answer_of_the_page_is_told_by_the_settings(tmp_path: Path, set_to: Set) -> None:
    set_to(own_agents="Alizé Télécom")
    reply = {"id": "1_2", "message": "Nous regardons.", "from": {"name": "Alizé Télécom", "id": "999"}}
    asked = {"id": "1_1", "message": "En panne", "from": {"name": "Claire", "id": "1"}, "comments": {"data": [reply]}}
    other = {"id": "1_3", "message": "Pareil", "from": {"name": "Paul", "id": "2"}}
    path = tmp_path / "comments.json"
    path.write_text(json.dumps({"data": [asked, other]}), "utf-8")
    assert [one.text for one in interactions(path)] == ["En panne", "Pareil"]


def test_the_author_of_a_comment_may_answer_under_it(tmp_path: Path) -> None:
    again = {"id": "7_3", "message": "Toujours rien.", "from": {"name": "Claire", "id": "1"}}
    page = {"id": "7_4", "message": "Nous regardons.", "from": {"name": "Alizé", "id": "7"}}
    comment = {
        "id": "7_2",
        "message": "En panne",
        "from": {"name": "Claire", "id": "1"},
        "comments": {"data": [again, page]},
    }
    post = {
        "id": "7_1",
        "message": "La fibre arrive !",
        "from": {"name": "Alizé", "id": "7"},
        "comments": {"data": [comment]},
    }
    path = tmp_path / "posts.json"
    path.write_text(json.dumps({"data": [post]}), "utf-8")
    assert [one.text for one in interactions(path)] == ["En panne", "Toujours rien."]


def test_a_slack_export_names_its_members_and_its_lists_are_no_messages(tmp_path: Path) -> None:
    claire = {"id": "U01", "real_name": "Claire Lebreton", "profile": {"email": "claire@example.com"}, "is_bot": False}
    karim = {"id": "U02", "real_name": "Karim Benali", "profile": {}}
    purpose = {"value": "Le canal de support pour tous nos clients", "creator": "U02"}
    channel = {"id": "C1", "name": "support", "created": 1, "members": ["U01", "U02"], "purpose": purpose}
    day = [{"type": "message", "user": "U01", "text": "API en panne <@U02>", "ts": "1793700765.0002"}]
    (tmp_path / "support").mkdir()
    (tmp_path / "users.json").write_text(json.dumps([claire, karim]), "utf-8")
    (tmp_path / "channels.json").write_text(json.dumps([channel]), "utf-8")
    (tmp_path / "support" / "2026-11-03.json").write_text(json.dumps(day), "utf-8")
    found = list(read_folder(tmp_path))
    (message,) = [one for one in found if isinstance(one, Interaction)]
    assert (message.text, message.author) == ("API en panne @Karim Benali", "Claire Lebreton")
    assert ("email", "claire@example.com") in [(one.type, one.value) for one in message.identifiers]
    assert {one.code for one in found if isinstance(one, Remark)} == {"workspace_list"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Rate our support (1-5)", "rating"),
        ("Notez l'accueil (1-5)", "rating"),
        ("Would you recommend us (0-10)?", "nps"),
    ],
)
def test_a_scale_is_stated_with_a_dash_too(tmp_path: Path, header: str, field: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Date;{header};Comment\n2026-11-03;2;Too slow for me\n2026-11-04;5;Great people there\n", "utf-8")
    assert [getattr(one, field) for one in interactions(path)] == [2, 5]


def test_a_scale_of_ten_that_says_nothing_more_is_named_as_unused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Date;Avis;Indice 0-10\n2026-11-03;Trop cher, vraiment;2\n2026-11-04;Rien à dire de plus;9\n", "utf-8"
    )
    assert "scores_not_used" in [one.code for one in read(path) if isinstance(one, Remark)]


def test_a_question_for_a_reason_is_answered_in_words_however_few(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Date,NPS,What is the main reason for your score?,Plan\n2026-11-03,2,Slow delivery,Pro\n", "utf-8")
    (found,) = interactions(path)
    assert (found.nps, found.text) == (2, "Slow delivery")
