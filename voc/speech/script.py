"""Which tokens of Whisper write letters that no French or English word has: kana, Cyrillic, Arabic …

Whisper writes 99 languages; where it hardly understands, one of their letters slips in. Forbidden, the next likely
letter stands there, and words come out whole. Tokens are byte sequences, some of them parts of a letter: what a letter
may begin with decides.
"""

from __future__ import annotations

from typing import Any, Final

from voc.speech.hallucination_filter import is_latin

_LEADS: Final = frozenset((*range(0x80), *range(0x80, 0xC0), *range(0xC2, 0xC6), 0xE2))
"""First bytes of UTF-8 that French and English need: ASCII, Latin-1 and Latin Extended-A, general punctuation; and the
bytes that go on."""


def _byte_of() -> dict[str, int]:
    """The byte each character of a byte-level token stands for (GPT-2's table, Radford et al. 2019)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(0x100 + at): byte for at, byte in enumerate(others)}


def other_scripts(tokenizer: Any, *, below: int) -> tuple[int, ...]:
    """Return the ids of a Hugging Face byte-level tokenizer that begin a letter of another script.

    Args:
        tokenizer: with ``id_to_token``.
        below: ids from here on are not text.
    """
    table = _byte_of()
    found = []
    for number in range(below):
        token = tokenizer.id_to_token(number) or ""
        raw = bytes(table[character] for character in token if character in table)
        if not _LEADS.issuperset(raw) or not is_latin(raw.decode("utf-8", errors="ignore")):
            found.append(number)
    return tuple(found)
