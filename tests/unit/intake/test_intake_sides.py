"""Whose words they are: roles of speakers in transcripts and chats, the company's own rows and messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from voc.identifiers import names_somebody
from voc.intake import read
from voc.intake.speakers import named_roles
from voc.records import Interaction, Remark

Set = Callable[..., None]

CHAT = (
    "[03/11/2026 10:12:46] Fatou: Bonjour, vous livrez à Bobo ?\n"
    "[03/11/2026 10:13:45] Boutique Alizé: Oui, sous 48 h.\n"
    "[03/11/2026 10:14:00] Fatou: Le colis était cassé.\n"
)


def chat(
    folder: Path, *, name: str = "_chat.txt", roles: tuple[str, ...] = ()
) -> tuple[list[str | None], list[Remark]]:
    path = folder / name
    path.write_text(CHAT, "utf-8")
    one, *said = read(path, roles=roles)
    assert isinstance(one, Interaction)
    return [turn.participant_role for turn in one.turns], [remark for remark in said if isinstance(remark, Remark)]


def test_speakers_without_a_role_keep_their_names(tmp_path: Path) -> None:
    assert chat(tmp_path) == ([None, None, None], [])


def test_a_role_can_be_given_by_name(tmp_path: Path) -> None:
    assert chat(tmp_path, roles=("Boutique Alizé=agent",)) == (["customer", "agent", "customer"], [])


def test_a_role_of_nobody_is_said(tmp_path: Path) -> None:
    roles, (said,) = chat(tmp_path, roles=("Karim=agent",))
    assert roles == [None, None, None]
    assert (said.code, said.parameters) == ("role_without_speaker", {"names": "karim"})


@pytest.mark.parametrize("setting", [{"brands": "Alizé"}, {"own_agents": "Boutique Alizé,Karim"}])
def test_the_companys_people_are_told_by_the_settings(tmp_path: Path, set_to: Set, setting: dict[str, str]) -> None:
    set_to(**setting)
    assert chat(tmp_path)[0] == ["customer", "agent", "customer"]


def test_a_chat_is_held_with_whom_its_file_is_called_after(tmp_path: Path) -> None:
    assert chat(tmp_path, name="Discussion WhatsApp avec Fatou.txt")[0] == ["customer", "agent", "customer"]


def test_a_longer_export_of_a_chat_is_the_same_chat(tmp_path: Path) -> None:
    path = tmp_path / "_chat.txt"
    found = []
    for text in (CHAT, f"{CHAT}[04/11/2026 09:00:00] Fatou: Toujours rien.\n"):
        path.write_text(text, "utf-8")
        (one,) = read(path)
        assert isinstance(one, Interaction)
        found.append(one)
    assert found[0].id == found[1].id
    assert found[0].content_hash != found[1].content_hash


def test_rows_of_the_company_are_left_out(tmp_path: Path, set_to: Set) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(
        "id,created_at,author name,email,text\n"
        "10000001,2026-11-03,Claire,claire@example.com,Ma box est en panne\n"
        "10000002,2026-11-03,Karim Benali,,Nous regardons tout de suite\n"
        "10000003,2026-11-03,Support,help@alize.example,Nous regardons tout de suite\n",
        "utf-8",
    )
    assert len(list(read(path))) == 3
    set_to(own_agents="karim benali", own_addresses="alize.example")
    (found,) = read(path)
    assert isinstance(found, Interaction) and found.author == "Claire"


def test_an_internal_note_is_never_a_customers(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    notes = [{"body": "cliente pénible", "private": True, "incoming": False}]
    ticket = {
        "id": 20417,
        "subject": "Panne",
        "description": "Ma box est en panne.",
        "requester_id": 1,
        "conversations": notes,
    }
    path.write_text(json.dumps([ticket, ticket | {"id": 20418, "description": ""}]))
    found, said = read(path)
    assert isinstance(found, Interaction) and found.text == "Ma box est en panne."
    assert said.model_dump()["code"] == "no_customer_words"


@pytest.mark.parametrize(
    "label", ["A", "0", "spk_0", "Speaker 1", "SPEAKER_00", "Guest-2", "Customer", "agent", "U0127BGJ3U5"]
)
def test_a_mark_of_a_program_names_nobody(label: str) -> None:
    assert not names_somebody(label)


@pytest.mark.parametrize("label", ["Karim Benali", "claire75", "Hélène", "Alizé Boutique"])
def test_a_name_may_name_somebody(label: str) -> None:
    assert names_somebody(label)


def test_roles_of_channels_and_of_names_are_told_apart() -> None:
    assert named_roles(("agent", "customer", "Karim Benali=Conseiller")) == (
        ("agent", "customer"),
        {"karim benali": "agent"},
    )


def posts(folder: Path, *authors: str) -> list[Remark]:
    path = folder / "posts.csv"
    rows = [f"18{n:08},2026-11-{1 + n % 28:02},@{who},Message {n} sur ma box" for n, who in enumerate(authors)]
    path.write_text("\n".join(["tweet_id,created_at,screen_name,text", *rows]), encoding="utf-8")
    return [one for one in read(path) if isinstance(one, Remark)]


def test_the_account_that_answers_everybody_is_offered_as_the_companys(tmp_path: Path, set_to: Set) -> None:
    people = [f"client{n}" for n in range(20)]
    (said,) = posts(tmp_path, *people, *["AlizeSAV"] * 8)
    assert (said.code, said.parameters) == ("own_account_likely", {"account": "@AlizeSAV", "n": 8})
    assert posts(tmp_path, *people, *["bavard"] * 3) == []
    assert posts(tmp_path, *people, *["a"] * 6, *["b"] * 5) == []  # two who talk a lot are no company
    set_to(own_agents="AlizeSAV")
    assert posts(tmp_path, *people, *["AlizeSAV"] * 8) == []
