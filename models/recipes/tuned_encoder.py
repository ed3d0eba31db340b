"""The encoder with its heads, and how samples become its batches: what train_encoder.py trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lean_bert import LeanBert
from task_heads import HEADS
from tokenizers import Tokenizer
from torch import nn
from training_sets import Sample

WIDTH = 384


class Tuned(nn.Module):
    """The encoder with a linear head a task; all read the mean of the last hidden states of a text or span."""

    def __init__(self, state: Mapping[str, np.ndarray], *, attention_heads: int, epsilon: float) -> None:
        super().__init__()
        self.bert = LeanBert(state, heads=attention_heads, epsilon=epsilon)
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, head.size) for name, head in HEADS.items()})
        self.vectors = nn.Linear(WIDTH, WIDTH, bias=False)
        nn.init.eye_(self.vectors.weight)
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)


@dataclass(frozen=True)
class Batch:
    """Padded sequences and how they are pooled.

    Attributes:
        ids, mask: long [sequences, tokens].
        pool: float32 [segments, sequences × tokens], rows sum to one: first each sample, then each span.
        samples: the samples, in the order of the first rows of ``pool``.
        alone: whether each sample has a sequence of its own.
        polarity: class of each span, long [spans].
    """

    ids: torch.Tensor
    mask: torch.Tensor
    pool: torch.Tensor
    samples: list[Sample]
    alone: list[bool]
    polarity: torch.Tensor


class Collator:
    """Texts to batches."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._head = self._tokenizer.encode("passage:").ids[:-1]

    def __call__(self, sequences: Sequence[Sequence[tuple[Sample, str]]], *, limit: int) -> Batch:
        """Each sequence is one sample or two with the text they are shown as; at most ``limit`` tokens of it."""
        rows: list[list[int]] = []
        wholes: list[tuple[int, int, int]] = []
        spans: list[tuple[int, int, int]] = []
        polarity: list[int] = []
        samples: list[Sample] = []
        alone: list[bool] = []
        for row, sequence in enumerate(sequences):
            ids = list(self._head)
            for sample, text in sequence:
                encoding = self._tokenizer.encode(text, add_special_tokens=False)
                pieces = encoding.ids[: max(4, limit // len(sequence))]
                begin = len(ids)
                ids += pieces
                wholes.append((row, begin, len(ids)))
                samples.append(sample)
                alone.append(len(sequence) == 1)
                for left, right, label in sample.spans if len(text) == len(sample.text) else ():
                    places = [i for i, (_, end) in enumerate(encoding.offsets[: len(pieces)]) if left < end <= right]
                    if places:
                        spans.append((row, begin + places[0], begin + places[-1] + 1))
                        polarity.append(label)
            ids.append(2)
            if len(sequence) == 1:  # at run time a whole text is the mean of its special tokens too
                wholes[-1] = (row, 0, len(ids))
            rows.append(ids)
        # Few different shapes: see lean_bert.ROWS.
        longest = -(-max(map(len, rows)) // 8) * 8
        rows += [[0, 2]] * (-len(rows) % 4)
        ids_of = torch.ones(len(rows), longest, dtype=torch.long)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for row, pieces in enumerate(rows):
            ids_of[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
        pool = torch.zeros(len(wholes) + len(spans), len(rows) * longest)
        for segment, (row, begin, end) in enumerate(wholes + spans):
            pool[segment, row * longest + begin : row * longest + max(end, begin + 1)] = 1 / max(1, end - begin)
        return Batch(ids_of, mask, pool, samples, alone, torch.tensor(polarity, dtype=torch.long))


@torch.inference_mode()
def pooled(net: Tuned, collate: Collator, texts: Sequence[str], *, limit: int = 256) -> torch.Tensor:
    """Pooled states of whole texts, float32 [n, 384]."""
    net.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = torch.zeros(len(texts), WIDTH)
    for at in range(0, len(order), 96):
        chosen = order[at : at + 96]
        batch = collate([[(Sample(texts[i], {}), texts[i])] for i in chosen], limit=limit)
        out[chosen] = batch.pool @ net.bert(batch.ids, batch.mask).flatten(0, 1)
    net.train()
    return out
