"""Words to expect: told to the recogniser, and sent back where they came from the telling alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import SettingsError
from voc.speech.hotwords import MAX_TOKENS, Vocabulary, vocabulary
from voc.speech.window_transcript import SpokenWord


class Letters:
    """A tokenizer with a token a character."""

    def encode(self, text: str) -> list[int]:
        return [ord(one) for one in text]


def text_of(tokens: list[int]) -> str:
    return "".join(chr(one) for one in tokens)


def words(text: str, confidence: float) -> list[SpokenWord]:
    return [SpokenWord(word, at, at + 0.4, confidence) for at, word in enumerate(text.split())]


def test_words_come_from_the_setting_the_brands_and_a_prompt() -> None:
    found = vocabulary("Alizé Télécom,  Fibre Zéphyr", brands="alize telecom, Belleville,", prompt=" On parle de box. ")
    assert found.names == ("Alizé Télécom", "Fibre Zéphyr", "Belleville")
    assert found.text == "Alizé Télécom, Fibre Zéphyr, Belleville. On parle de box."
    assert not vocabulary()


def test_words_come_from_a_file_with_comments(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("# our names\nAlizé Télécom\n\nZéphyr  # the box\n", encoding="utf-8-sig")
    assert vocabulary(str(path)).names == ("Alizé Télécom", "Zéphyr")
    assert vocabulary("Zéphyr").names == ("Zéphyr",)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "No such file"), (b"\xff\xfe\x00", "not UTF-8"), (b"x" * 70_000, "larger than 64 KB")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=rf"VOC_HOTWORDS: .*names\.txt.*{says}"):
        vocabulary(str(path))


@given(st.lists(st.text("abc é", min_size=1, max_size=30), max_size=40), st.text("xyz ", max_size=400))
def test_never_more_tokens_than_there_is_room_for(names: list[str], prompt: str) -> None:
    tokenizer: Any = Letters()
    assert len(Vocabulary(tuple(names), prompt).tokens(tokenizer)) <= MAX_TOKENS


def test_names_come_before_the_prompt_and_of_the_prompt_its_end_is_kept() -> None:
    tokenizer: Any = Letters()
    told = text_of(Vocabulary(("Zéphyr",), "a" * 300 + "fin").tokens(tokenizer))
    assert told.startswith(" Zéphyr.")
    assert told.endswith("afin")
    many = Vocabulary(tuple(f"Nom{at}" for at in range(100)))
    assert text_of(many.tokens(tokenizer)).endswith(".")


def test_a_name_that_does_not_sound_like_it_is_out_of_nowhere() -> None:
    expected = vocabulary("Alizé Télécom, Zéphyr")
    assert expected.out_of_nowhere(words("Bonjour Alizé Télécom,", 0.05))
    assert expected.out_of_nowhere(words("la zephyr.", 0.02))
    assert not expected.out_of_nowhere(words("Bonjour Alizé Télécom,", 0.4))
    assert not expected.out_of_nowhere(words("la box est en panne", 0.01))
    assert not expected.out_of_nowhere([])


def test_a_recital_of_the_prompt_is_out_of_nowhere_unless_it_was_said() -> None:
    expected = vocabulary(prompt="Le client parle de sa facture de juin.")
    assert expected.out_of_nowhere(words("le client parle de sa facture", 0.3))
    assert not expected.out_of_nowhere(words("le client parle de sa facture", 0.9))
    assert not expected.out_of_nowhere(words("je parle de ma facture de juin", 0.3))
