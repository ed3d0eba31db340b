"""The encoder in torch, for training and for comparing: ``transformers.BertModel`` with the trimmed vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel


def model(state: Mapping[str, np.ndarray], *, epsilon: float, dropout: float = 0.0) -> BertModel:
    """A BertModel holding ``state`` (names of :func:`e5_container.state_dict`)."""
    words = state["embeddings.word_embeddings.weight"]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=len(state["embeddings.position_embeddings.weight"]),
        type_vocab_size=2,
        layer_norm_eps=epsilon,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict({name: torch.tensor(values) for name, values in state.items()})
    return bert.eval()


def vectors(state: Mapping[str, np.ndarray], tokenizer: Path, texts: Sequence[str], *, epsilon: float) -> np.ndarray:
    """L2-normalised mean-pooled vectors of ``texts`` as passages: float32 [n, 384]."""
    bert = model(state, epsilon=epsilon)
    pieces = Tokenizer.from_file(str(tokenizer))
    rows = []
    with torch.inference_mode():
        for text in texts:
            ids = torch.tensor([pieces.encode("passage: " + text).ids[:512]])
            hidden = bert(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0].float()
            rows.append(torch.nn.functional.normalize(hidden.mean(0), dim=0).numpy())
    return np.stack(rows)
