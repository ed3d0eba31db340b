"""The encoder with its heads, and how texts become its batches: what train_encoder.py trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch_encoder
from tokenizers import Tokenizer
from torch import nn

FROZEN_LAYERS = 4


class Tuned(nn.Module):
    """The encoder with its heads; all read the mean of the last hidden states."""

    def __init__(self, state: dict[str, np.ndarray], *, epsilon: float) -> None:
        super().__init__()
        self.bert = torch_encoder.model(state, epsilon=epsilon, dropout=0.1)
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad_(False)
        for layer in self.bert.encoder.layer[:FROZEN_LAYERS]:
            for parameter in layer.parameters():
                parameter.requires_grad_(False)
        for layer in self.bert.encoder.layer:
            layer.attention.self.dropout.p = 0.0
        self.post, self.review = nn.Linear(384, 3), nn.Linear(384, 3)
        self.vectors = nn.Linear(384, 384, bias=False)
        nn.init.eye_(self.vectors.weight)
        for head in (self.post, self.review):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Last hidden states, float32 [batch, tokens, 384]."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()


class Collator:
    """Texts to padded ids, with the token ranges that each segment is pooled over."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._head = self._tokenizer.encode("passage:").ids[:-1]

    def __call__(self, sequences: list[list[str]], *, limit: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """``ids``, ``mask`` [batch, tokens] and pooling weights [segments, batch × tokens] in the order given."""
        rows, ranges = [], []
        for texts in sequences:
            ids, places = list(self._head), []
            for text in texts:
                pieces = self._tokenizer.encode(text, add_special_tokens=False).ids[: max(4, limit // len(texts))]
                places.append((len(ids), len(ids) + len(pieces)))
                ids += pieces
            ids.append(2)
            rows.append(ids)
            ranges.append(places if len(texts) > 1 else [(0, len(ids))])
        longest = max(map(len, rows))
        ids = torch.ones(len(rows), longest, dtype=torch.long)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        pool = torch.zeros(sum(map(len, ranges)), len(rows) * longest)
        segment = 0
        for row, pieces in enumerate(rows):
            ids[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
            for begin, end in ranges[row]:
                pool[segment, row * longest + begin : row * longest + max(end, begin + 1)] = 1 / max(1, end - begin)
                segment += 1
        return ids, mask, pool


@torch.inference_mode()
def pooled(net: Tuned, collate: Collator, texts: list[str], *, limit: int = 256) -> torch.Tensor:
    """Pooled states of whole texts, float32 [n, 384]."""
    net.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = torch.zeros(len(texts), 384)
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        ids, mask, pool = collate([[texts[i]] for i in chosen], limit=limit)
        out[chosen] = pool @ net.hidden(ids, mask).flatten(0, 1)
    net.train()
    return out
