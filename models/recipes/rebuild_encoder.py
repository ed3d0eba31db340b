"""Rebuild the sentence encoder from its container, trimmed to French and English, as int8 ONNX with frozen heads.

    python models/recipes/rebuild_encoder.py            # needs `pip install voc[train]` and the shared data

Writes models/encoder/{encoder.onnx, tokenizer.json, config.json, heads.npz} and, for train_encoder.py to start from,
the float32 weights in models/encoder/checkpoints/. Prints what was kept of the vocabulary and how near the int8
vectors are to the float32 ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import corpora
import e5_container
import numpy as np
import onnx_graph
import vocabulary
from tokenizers import Tokenizer

from voc import models
from voc.analysers.sentiment.model import LABELS
from voc.language.encoder import Encoder

OUT = corpora.ROOT / "models" / "encoder"
PREFIXES = {"query": "query: ", "passage": "passage: "}
SEED = 20261121


def write_config(
    out: Path,
    *,
    name: str,
    version: str,
    vocabulary_size: int,
    heads: int,
    epsilon: float,
    labels: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """What the run time must know beside the weights; ``labels`` names the outputs of each head."""
    config = {
        "name": name,
        "version": version,
        "base": "intfloat/multilingual-e5-small@614241f622f53c4eeff9890bdc4f31cfecc418b3",
        "vocabulary": vocabulary_size,
        "dimension": 384,
        "attention_heads": heads,
        "layer_norm_epsilon": epsilon,
        "pad_id": 1,
        "prefixes": PREFIXES,
        "sentiment_labels": LABELS,
        "labels": {head: list(names) for head, names in (labels or {}).items()},
    }
    (out / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def stars_to_label(stars: object) -> str | None:
    """1–2 stars negative, 3 neutral, 4–5 positive; ``None`` where there are none."""
    try:
        value = round(float(str(stars).replace(",", ".")))
    except ValueError:
        return None
    return None if not 1 <= value <= 5 else ("negative" if value < 3 else "neutral" if value == 3 else "positive")


def frozen_heads(encoder: Encoder) -> dict[str, np.ndarray]:
    """Logistic heads on the encoder as it is: UMSAB tweets for ``post``, starred insurance reviews for ``review``."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(SEED)
    posts = [row for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/train.csv")]
    post_set = [(str(row["text"]), str(row["label"])) for row in posts]
    reviews = corpora.rows("insurance_reviews_fr/train_insurers.csv")
    labelled = [(str(row["avis"])[:600], stars_to_label(row["note"])) for row in reviews]
    review_set: list[tuple[str, str]] = []
    for label in LABELS:
        group = [(text, label) for text, found in labelled if found == label and text.strip()]
        review_set += [group[i] for i in rng.permutation(len(group))[:1200]]
    heads: dict[str, np.ndarray] = {"vectors.weight": np.eye(384, dtype=np.float32)}
    for kind, rows in (("post", post_set), ("review", review_set)):
        states = encoder.encode([text for text, _ in rows]).states
        y = [LABELS.index(label) for _, label in rows]  # type: ignore[arg-type]
        fitted = make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=2000)).fit(states, y)
        scale, mean = fitted[0].scale_, fitted[0].mean_
        weight = (fitted[1].coef_ / scale).T
        heads[f"{kind}.weight"] = weight.astype(np.float32)
        heads[f"{kind}.bias"] = (fitted[1].intercept_ - mean @ weight).astype(np.float32)
        heads[f"{kind}.temperature"] = np.float32(1.0)
    return heads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--size", type=int, default=40_000, help="pieces of the vocabulary, at most")
    arguments = parser.parse_args()
    out: Path = arguments.out
    checkpoints = out / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)

    source = models.ensure("encoder-source")
    container = e5_container.read(source / "e5-small-q4.bin")
    published = (source / "tokenizer.json").read_text("utf-8")
    full = Tokenizer.from_str(published)
    n_pieces = full.get_vocab_size()
    frequency = vocabulary.counts(full, corpora.texts("train"), size=n_pieces)
    trimmed = vocabulary.trim(published, frequency=frequency, words=vocabulary.lexicon(), size=arguments.size)
    print(f"vocabulary: {len(trimmed.old_ids):,} of {n_pieces:,} pieces")
    print(f"  token occurrences kept, training texts: {vocabulary.coverage(frequency, trimmed.old_ids):.4%}")
    for use in ("benchmark", "evaluate-only", "pipeline input"):
        apart = vocabulary.counts(full, corpora.texts(use), size=n_pieces)
        print(f"  token occurrences kept, {use} texts (held apart): {vocabulary.coverage(apart, trimmed.old_ids):.4%}")

    state = e5_container.state_dict(container)
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][trimmed.old_ids]
    np.savez(checkpoints / "frozen.npz", **state)
    (out / "tokenizer.json").write_text(trimmed.tokenizer, encoding="utf-8")
    write_config(
        out,
        name="voc-encoder",
        version="frozen-1",
        vocabulary_size=len(trimmed.old_ids),
        heads=container.heads,
        epsilon=container.epsilon,
    )
    onnx_graph.write(state, out / "encoder.onnx", heads=container.heads, epsilon=container.epsilon)
    print(f"encoder.onnx: {(out / 'encoder.onnx').stat().st_size / 1e6:.1f} MB")
    np.savez(out / "heads.npz", **{"vectors.weight": np.eye(384, dtype=np.float32)})
    encoder = Encoder(out)
    compare(state, encoder, epsilon=container.epsilon)
    np.savez(out / "heads.npz", **frozen_heads(encoder))


def compare(
    state: dict[str, np.ndarray], encoder: Encoder, *, epsilon: float, projection: np.ndarray | None = None
) -> None:
    """Print the cosine of the int8 vectors to those of the float32 model in torch, over held-apart tweets."""
    import torch_encoder

    texts = [str(row["text"]) for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/val.csv")][::4]
    exact = torch_encoder.vectors(state, encoder.folder / "tokenizer.json", texts, epsilon=epsilon)
    if projection is not None:
        exact = exact @ projection
        exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    cosine = (exact * encoder.encode(texts).vectors).sum(axis=1)
    print(f"int8 against float32, {len(texts)} texts: cosine mean {cosine.mean():.4f}, lowest {cosine.min():.4f}")


if __name__ == "__main__":
    main()
