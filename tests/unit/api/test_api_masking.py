"""Readers see no personal data; offsets, turns and words keep their places; what was not searched stays closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text_highlights import Mark, pieces
from voc.language.word_alignment import placed
from voc.records import Analysis, Aspect, Channel, Redaction, Turn, Word
from voc.service.visibility import BLOCK, hide, masked, searched, shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("0612345678_20261109-101530.wav", f"{BLOCK * 8}78_20261109-101530.wav"),
        ("+33 6 12 34 56 78.mp3", f"+{BLOCK * 14}78.mp3"),
        ("20261109-0612345678.wav", f"20261109-{BLOCK * 8}78.wav"),
        ("jean.dupont@example.com.eml", f"{BLOCK * 25}ml"),
        ("call-2026-11-09T10-15-30.ogg:12", "call-2026-11-09T10-15-30.ogg:12"),
        ("posts.csv:123456", "posts.csv:123456"),
        ("export_2026_W46.xlsx", "export_2026_W46.xlsx"),
    ],
)
def test_names_of_files_keep_their_dates_and_lose_numbers_and_addresses(name: str, shown: str) -> None:
    assert shown_name(name) == shown


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=5)


def analysed(text: str, spans: list[tuple[int, int]], *, kept: int | None = None) -> Analysis:
    redacted, shown, position = [], "", 0
    for begin, length in sorted(spans):
        end = min(len(text), begin + length)
        if begin < position or begin >= end:
            continue
        redacted.append(Redaction(type="PERSON", begin=begin, end=end))
        shown += text[position:begin] + "[PERSON]"
        position = end
    shown += text[position:]
    return Analysis(
        id="i1", channel=Channel.EMAIL, source="a", text=text, redacted=tuple(redacted),
        redacted_text=shown if kept is None else shown[:kept],
        aspects=(Aspect(topic="t", sentiment=0, begin=0, end=len(text), text=text),),
    )  # fmt: skip


@given(st.text(alphabet="abc é\n😀", max_size=80), SPANS)
def test_every_masked_character_is_hidden_and_every_other_kept(text: str, spans: list[tuple[int, int]]) -> None:
    analysis = analysed(text, spans)
    shown = masked(analysis)
    assert searched(analysis) == len(text)
    assert len(shown.text) == len(text)
    hidden = {place for one in analysis.redacted for place in range(one.begin, one.end)}
    for place, (before, after) in enumerate(zip(text, shown.text, strict=True)):
        expected = BLOCK if place in hidden and not before.isspace() else before
        assert after == expected
    assert shown.aspects[0].text == shown.text


@given(st.text(alphabet="abcd", min_size=1, max_size=60), SPANS, st.integers(0, 60))
def test_what_was_not_searched_stays_closed(text: str, spans: list[tuple[int, int]], kept: int) -> None:
    analysis = analysed(text, spans, kept=kept)
    end = searched(analysis)
    assert set(masked(analysis).text[end:]) <= {BLOCK}


def test_text_whose_masking_failed_is_left_out() -> None:
    turn = Turn(index=0, text="Léa Martin", begin=0, end=10, words=(Word(text="Léa", begin_ms=0, end_ms=9),))
    analysis = Analysis(id="i", channel=Channel.CALL, source="a", text="Léa Martin", turns=(turn,), redacted_text=None)
    shown = masked(analysis)
    assert "Léa" not in shown.model_dump_json()
    assert shown.skipped[-1].feature == "text"


def test_words_of_a_turn_are_hidden_one_by_one() -> None:
    text = "Allô\nje suis Léa Martin."
    words = tuple(Word(text=word, begin_ms=n, end_ms=n + 1) for n, word in enumerate(["je", "suis", "Léa", "Martin."]))
    turn = Turn(index=1, text="je suis Léa Martin.", begin=5, end=24, words=words)
    analysis = Analysis(
        id="i", channel=Channel.CALL, source="a", text=text, turns=(turn,), redacted_text="Allô\nje suis [PERSON].",
        redacted=(Redaction(type="PERSON", begin=13, end=23),),
    )  # fmt: skip
    shown = masked(analysis).turns[0]
    assert [word.text for word in shown.words] == ["je", "suis", "███", "██████."]
    assert shown.text == "je suis ███ ██████."


def test_identifiers_keep_their_last_two_characters() -> None:
    assert hide("+33612345678") == BLOCK * 10 + "78"
    assert hide("AB12") == BLOCK * 4


@given(
    st.text(alphabet="ab é", max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6),
    st.integers(0, 20),
)
def test_pieces_joined_are_the_text_and_carry_their_marks(text: str, spans: list[tuple[int, int]], offset: int) -> None:
    marks = [Mark("topic", begin, end, str(n)) for n, (begin, end) in enumerate(spans)]
    words = tuple(Word(text=word, begin_ms=n, end_ms=n) for n, word in enumerate(text.split()))
    found = pieces(text, marks, placed(Turn(index=0, text=text, words=words)), offset=offset)
    assert "".join(one.text for one in found) == text
    position = offset
    for one in found:
        over = {mark.label for mark in marks if mark.begin <= position and position + len(one.text) <= mark.end}
        assert {mark.label for mark in one.marks} == over
        position += len(one.text)
    assert sum(1 for one in found if one.begin_ms is not None) >= len(words)


def test_who_wrote_and_who_speaks_is_hidden() -> None:
    shown = masked(
        Analysis(
            id="i1",
            channel=Channel.CHAT,
            source="chat.txt",
            external_id="chat-0612345678",
            author="Claire Lebreton",
            text="Bonjour\nBonjour",
            redacted_text="Bonjour\nBonjour",
            turns=(
                Turn(index=0, speaker="Claire Lebreton", text="Bonjour", begin=0, end=7),
                Turn(index=1, speaker="spk_1", text="Bonjour", begin=8, end=15),
            ),
        )
    )
    assert "Claire" not in shown.model_dump_json()
    assert "0612345678" not in shown.model_dump_json()
    assert [turn.speaker for turn in shown.turns] == [hide("Claire Lebreton"), "spk_1"]
