"""Ready transcripts: who said what when, from subtitles, cloud JSON and tables of turns."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voc.intake import read
from voc.intake.roles import role_of
from voc.intake.subtitles import parse_subtitles
from voc.records import Channel, Identifier, Interaction, Rejected

Said = list[tuple[str | None, int | None, int | None, str]]


def conversation(path: Path, content: str | dict[str, Any] | list[Any]) -> Interaction:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    (found,) = read(path)
    assert isinstance(found, Interaction), found
    return found


def said(interaction: Interaction) -> Said:
    return [(turn.participant_role, turn.begin_ms, turn.end_ms, turn.text) for turn in interaction.turns]


DIALOGUE: Said = [
    ("agent", 0, 2000, "Alizé Télécom bonjour."),
    ("customer", 2500, 6000, "Bonjour, ma box ne marche plus."),
    ("agent", 6500, 8000, "Je regarde."),
]


def test_webvtt_with_voice_tags(tmp_path: Path) -> None:
    text = (
        "WEBVTT - call\n\nNOTE recorded\n\nSTYLE\n::cue {}\n\n"
        "1\n00:00.000 --> 00:02.000 align:start\n<v Agent>Alizé Télécom bonjour.</v>\n\n"
        "intro\n00:00:02.500 --> 00:00:04.000\n<v.loud Cliente>Bonjour, <b>ma box</b>\n\n"
        "00:00:04.200 --> 00:00:06.000\n<v Cliente>ne marche plus.\n\n"
        "00:00:06.500 --> 00:00:08.000\n<v Agent>Je regarde.\n"
    )
    found = conversation(tmp_path / "call_20261109_101200.vtt", text)
    expected = [*DIALOGUE]
    # The voice tag names "Cliente", which is a role in French.
    assert said(found) == expected
    assert found.channel is Channel.CALL
    assert found.occurred_at == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)
    assert found.recording is None
    assert found.text is None


def test_srt_with_prefixes(tmp_path: Path) -> None:
    text = (
        "1\r\n00:00:00,000 --> 00:00:02,000\r\nConseiller : Alizé Télécom bonjour.\r\n\r\n"
        "2\r\n00:00:02,500 --> 00:00:06,000\r\nClient : Bonjour, ma box ne marche plus.\r\n\r\n"
        "3\r\n00:00:06,500 --> 00:00:08,000\r\nConseiller : Je regarde.\r\n"
    )
    assert said(conversation(tmp_path / "call.srt", text)) == DIALOGUE


def test_a_colon_in_the_words_is_no_speaker(tmp_path: Path) -> None:
    text = "1\n00:00:00,000 --> 00:00:02,000\nAttention : la ligne est coupée.\n"
    assert said(conversation(tmp_path / "call.srt", text)) == [(None, 0, 2000, "Attention : la ligne est coupée.")]


def test_our_own_shape(tmp_path: Path) -> None:
    document = {
        "id": "C-1000001",
        "channel": "call",
        "occurred_at": "2026-11-09T10:12:00+01:00",
        "language": "fr",
        "caller_number": "0612345678",
        "turns": [
            {
                "participant_role": role,
                "begin_ms": begin,
                "end_ms": end,
                "text": text,
                "words": [{"text": "a", "begin_ms": 1, "end_ms": 2, "confidence": 0.9}],
            }
            for role, begin, end, text in DIALOGUE
        ],
    }
    found = conversation(tmp_path / "c.json", document)
    assert said(found) == DIALOGUE
    assert found.external_id == "C-1000001"
    assert found.occurred_at == datetime(2026, 11, 9, 9, 12, tzinfo=UTC)
    assert found.identifiers == (Identifier(type="phone", value="+33612345678", verified=True),)
    assert found.turns[0].words[0].confidence == 0.9


CLOUDS: dict[str, dict[str, Any]] = {
    "AWS call analytics": {
        "JobName": "job-1",
        "LanguageCode": "fr-FR",
        "Transcript": [
            {
                "ParticipantRole": role.upper(),
                "BeginOffsetMillis": begin,
                "EndOffsetMillis": end,
                "Content": text,
                "Items": [],
            }
            for role, begin, end, text in DIALOGUE
            if role
        ],
    },
    "Google conversational insights": {
        "entries": [
            {
                "role": {"agent": "HUMAN_AGENT", "customer": "END_USER"}[role or ""],
                "text": text,
                "start_offset": f"{(begin or 0) / 1000}s",
                "end_offset": f"{(end or 0) / 1000}s",
            }
            for role, begin, end, text in DIALOGUE
        ]
    },
    "Genesys": {
        "conversationId": "g-1",
        "transcripts": [
            {
                "phrases": [
                    {
                        "text": text,
                        "participantPurpose": {"agent": "internal", "customer": "external"}[role or ""],
                        "offset": {"offsetMilliseconds": begin},
                        "startTimeMs": begin,
                        "duration": {"seconds": ((end or 0) - (begin or 0)) / 1000},
                    }
                    for role, begin, end, text in DIALOGUE
                ]
            }
        ],
    },
    "Azure": {
        "recognizedPhrases": [
            {
                "speaker": role,
                "offsetInTicks": (begin or 0) * 10_000,
                "durationInTicks": ((end or 0) - (begin or 0)) * 10_000,
                "nBest": [{"display": text}],
            }
            for role, begin, end, text in DIALOGUE
        ]
    },
    "Whisper": {
        "language": "fr",
        "segments": [
            {"speaker": role, "start": (begin or 0) / 1000, "end": (end or 0) / 1000, "text": f" {text}"}
            for role, begin, end, text in DIALOGUE
        ],
    },
}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_cloud_shapes(tmp_path: Path, cloud: str) -> None:
    assert said(conversation(tmp_path / "c.json", CLOUDS[cloud])) == DIALOGUE


def test_aws_speaker_labels(tmp_path: Path) -> None:
    items = [
        {
            "type": "pronunciation",
            "start_time": "0.0",
            "end_time": "0.5",
            "speaker_label": "spk_0",
            "alternatives": [{"content": "Bonjour"}],
        },
        {"type": "punctuation", "alternatives": [{"content": "."}]},
        {
            "type": "pronunciation",
            "start_time": "1.0",
            "end_time": "1.4",
            "speaker_label": "spk_1",
            "alternatives": [{"content": "Oui"}],
        },
    ]
    found = conversation(
        tmp_path / "c.json", {"results": {"speaker_labels": {"segments": []}, "items": items, "transcripts": []}}
    )
    assert said(found) == [(None, 0, 500, "Bonjour."), (None, 1000, 1400, "Oui")]


def test_chats_have_no_clock(tmp_path: Path) -> None:
    document = {"messages": [{"role": "user", "text": "Bonjour"}, {"role": "agent", "text": "Que puis-je faire ?"}]}
    found = conversation(tmp_path / "c.json", document)
    assert found.channel is Channel.CHAT
    assert [turn.participant_role for turn in found.turns] == ["customer", "agent"]


def test_one_conversation_a_line(tmp_path: Path) -> None:
    path = tmp_path / "calls.ndjson"
    lines = [
        {"call_id": f"C-{n}", "turns": [{"role": "customer", "text": f"Bonjour numéro {n}", "start": 0.5}]}
        for n in range(3)
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + '\n{"turns": []}\n')
    *good, bad = read(path)
    assert [item.external_id for item in good if isinstance(item, Interaction)] == ["C-0", "C-1", "C-2"]
    assert isinstance(bad, Rejected)


def test_tables_of_turns(tmp_path: Path) -> None:
    path = tmp_path / "transcripts.csv"
    path.write_text(
        "conversationId;participantType;start_ms;end_ms;text\n"
        "a;Agent;0;2000;Alizé Télécom bonjour.\na;Customer;2500;6000;Bonjour, ma box ne marche plus.\na;Agent;6500;8000;Je regarde.\n"
        "b;Client;0;900;Allô ?\nb;Conseiller;1000;1500;Oui bonjour\n"
    )
    first, second = read(path)
    assert isinstance(first, Interaction)
    assert isinstance(second, Interaction)
    assert said(first) == DIALOGUE
    assert (first.external_id, second.external_id) == ("a", "b")
    assert (first.source, second.source) == ("transcripts.csv:2", "transcripts.csv:5")


def test_the_same_transcript_is_the_same_interaction(tmp_path: Path) -> None:
    document = CLOUDS["Whisper"]
    assert conversation(tmp_path / "a.json", document).id == conversation(tmp_path / "b.json", document).id


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Conseillère", "agent"),
        ("END_USER", "customer"),
        ("Agent 2", "agent"),
        ("cliente", "customer"),
        ("spk_0", None),
        ("Service client", "agent"),
    ],
)
def test_roles(name: str, role: str | None) -> None:
    assert role_of(name) == role


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.vtt", "WEBVTT\n\nnothing here\n"), ("a.json", '{"turns": [{"role": "agent", "text": " "}]}')],
)
def test_a_transcript_without_words(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    (found,) = read(path)
    assert isinstance(found, Rejected)


def test_words_cut_off_by_blank_lines_cost_no_more_the_more_there_are() -> None:
    """Each used to copy and search all that stood before it: 200,000 of them took ten seconds of the processor."""
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nBonjour" + "\n\nla suite" * 200_000
    began = time.process_time()
    (turn,) = parse_subtitles(text)
    assert time.process_time() - began < 4
    assert turn.text.startswith("Bonjour la suite la suite")
