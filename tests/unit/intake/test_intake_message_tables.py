"""Tables in which both sides wrote, and cells that hold a conversation: whose words are whose."""

from __future__ import annotations

from pathlib import Path

import pytest

from voc.intake import read
from voc.intake.cell_conversations import is_conversation, turns_in
from voc.intake.message_tables import side_in
from voc.records import Interaction


def interactions(folder: Path, text: str) -> list[Interaction]:
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    return [one for one in read(path) if isinstance(one, Interaction)]


def test_rows_of_two_conversations_that_alternate_are_two(tmp_path: Path) -> None:
    found = interactions(
        tmp_path,
        "Conversation ID,Direction,Date,From,From handle,Text\n"
        "c1,Inbound,2026-11-03 10:00,Claire,claire@example.com,Ma box est en panne depuis lundi.\n"
        "c2,Inbound,2026-11-03 10:01,Awa,awa@example.com,Ma facture est fausse depuis deux mois.\n"
        "c1,Outbound,2026-11-03 10:02,SAV,sav@alize.example,Nous vous en envoyons une autre.\n"
        "c2,Outbound,2026-11-03 10:03,SAV,sav@alize.example,Nous la corrigeons tout de suite.\n",
    )
    assert [one.external_id for one in found] == ["c1", "c2"]
    assert [[turn.participant_role for turn in one.turns] for one in found] == [["customer", "agent"]] * 2
    assert [[(i.type, i.value) for i in one.identifiers] for one in found] == [
        [("email", "claire@example.com"), ("name", "Claire")],
        [("email", "awa@example.com"), ("name", "Awa")],
    ]


def test_rows_of_customers_alone_stay_rows(tmp_path: Path) -> None:
    found = interactions(
        tmp_path,
        "Conversation ID,Direction,Date,Text\n"
        "c1,Inbound,2026-11-03 10:00,Ma box est en panne depuis lundi.\n"
        "c1,Inbound,2026-11-03 10:01,Et personne ne répond au téléphone.\n",
    )
    assert [one.turns for one in found] == [(), ()]


def test_notes_between_messages_are_left_out(tmp_path: Path) -> None:
    (found,) = interactions(
        tmp_path,
        "Chat ID,Sender type,Date,Message\n"
        "c1,visitor,2026-11-03 10:00,Ma box est en panne depuis lundi.\n"
        "c1,note,2026-11-03 10:01,Cliente déjà venue trois fois.\n"
        "c1,operator,2026-11-03 10:02,Nous vous en envoyons une autre.\n",
    )
    assert [(turn.participant_role, turn.text[:6]) for turn in found.turns] == [
        ("customer", "Ma box"),
        ("agent", "Nous v"),
    ]


@pytest.mark.parametrize(
    ("cell", "side"),
    [("Inbound", "customer"), ("sortant", "agent"), ("visitor", "customer"), ("Private note", "skip"), ("info", None)],
)
def test_a_cell_says_a_side_only_in_its_own_words(cell: str, side: str | None) -> None:
    assert side_in(cell) == side


CHAT = "Chat Started: mardi 3 novembre 2026, 10:12:45\nAgent Karim\n( 5s ) Claire: Ma box est en panne.\nToujours.\n( 1m 30s ) Karim: Je regarde."  # noqa: E501


def test_a_chat_in_one_cell_keeps_its_sides() -> None:
    assert [(turn.participant_role, turn.speaker, turn.text) for turn in turns_in(CHAT, customer="Claire")] == [
        ("customer", "Claire", "Ma box est en panne.\nToujours."),
        ("agent", "Karim", "Je regarde."),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "J'ai appelé à 10:30 : personne. Rappel à 11:30 : personne.",
        "10:12 Claire: Ma box est en panne.\n10:15 Claire: Toujours.",
        "Note : le colis était cassé",
    ],
)
def test_words_of_one_person_with_times_in_them_are_no_conversation(cell: str) -> None:
    assert not is_conversation(cell)


TIDIO = (
    "Chat ID,Sender type,Date,Message,Note\n"
    "c1,visitor,2026-11-03 10:00,Ma box est en panne depuis lundi.,5\n"
    "c1,operator,2026-11-03 10:02,Nous vous en envoyons une autre.,\n"
)


def test_a_mapping_of_one_column_leaves_the_sides_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(TIDIO, "utf-8")
    (found,) = (one for one in read(path, mapping={"csat": "Note"}) if isinstance(one, Interaction))
    assert [turn.participant_role for turn in found.turns] == ["customer", "agent"]
    assert found.csat == 5


def test_who_leaves_the_column_of_sides_out_gets_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(TIDIO, "utf-8")
    found = [one for one in read(path, mapping={"ignore": "Sender type"}) if isinstance(one, Interaction)]
    assert [one.turns for one in found] == [(), ()]
