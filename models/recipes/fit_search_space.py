"""Fit the matrix that maps the encoder's mean states to search vectors, without labels and without torch.

    python models/recipes/fit_search_space.py --revision 1

From sentences of rows marked ``train``, as many of each language, and the everyday phrases of each language:

1. what all have in common is taken away (the mean, as Mu and Viswanath 2018, *All-but-the-Top*, arXiv:1702.01417);
2. most of the direction that tells one language from another is, so that the same said in both lies together;
3. coordinates that vary most are damped (a power of the singular values below whitening; Su et al. 2021,
   *Whitening Sentence Representations*, arXiv:2103.15316).

Prints the likeness of pairs before and after, and writes ``models/search/search.npz``; ``pin_encoder.py`` pins it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import corpora
import numpy as np
import numpy.typing as npt

from voc import models
from voc.language.encoder import load_encoder
from voc.language.registry import everyday_phrases
from voc.language.search_space import WEIGHTS
from voc.language.sentences import split_sentences
from voc.language.vectors import unit

OUT = corpora.ROOT / "models" / "search"
SEED = 20261130
A_SET, A_LANGUAGE = 300, 2_000
"""Sentences of one set, and of one language."""
SHORTEST, LONGEST = 8, 240
"""Characters of a sentence."""
LEFT_OUT = ("bitext_cs_en",)
"""Sets that queries to work with are asked of (``voc eval search``)."""
OF_LANGUAGE = 0.8
"""Share of the direction between languages that is taken away."""
DAMPING = 0.2
"""Power of the singular values by which coordinates are divided: 0 leaves them, 1 whitens."""

Matrix = npt.NDArray[np.float32]


def sentences() -> list[str]:
    """Sentences of every set that may train, as many of each language as there are of the rarer one."""
    rng = np.random.default_rng(SEED)
    found: dict[str, list[str]] = {}
    for entry in corpora.index("train"):
        if entry["path"].startswith(LEFT_OUT):
            continue
        columns = entry["text_column"].replace("|", "+").split("+")
        rows = corpora.rows(entry["path"])
        said: list[str] = []
        for place in rng.permutation(len(rows))[:A_SET]:
            text = "\n".join(str(rows[place].get(column) or "") for column in columns).strip()
            said += [text[begin:end] for begin, end in split_sentences(text) if SHORTEST <= end - begin <= LONGEST]
        said = list(dict.fromkeys(said))
        found.setdefault(entry["language"], []).extend(said[k] for k in rng.permutation(len(said))[:A_SET])
    fewest = min(A_LANGUAGE, *(len(one) for one in found.values()))
    return [one[k] for one in found.values() for k in rng.permutation(len(one))[:fewest]]


def fitted(states: Matrix, phrases: dict[str, Matrix]) -> tuple[Matrix, Matrix]:
    """(middle float32 [384], matrix float32 [384, 384]) from states of sentences and everyday phrases by language."""
    middle = np.concatenate(list(phrases.values())).mean(axis=0)
    kept = np.eye(len(middle), dtype=np.float32)
    means = np.stack([one.mean(axis=0) for one in phrases.values()])
    _, _, between = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    for direction in between[: len(means) - 1]:
        kept -= OF_LANGUAGE * np.outer(direction, direction)
    _, sizes, axes = np.linalg.svd(unit(states - middle) @ kept, full_matrices=False)
    sizes = np.maximum(sizes / sizes[0], 1e-3)
    return middle.astype(np.float32), (kept @ axes.T * sizes**-DAMPING).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--revision", type=int, required=True, help="number of the space, above any that was released")
    arguments = parser.parse_args()
    encoder = load_encoder()
    said = sentences()
    print(f"{len(said)} sentences")
    states = encoder.encode(said).states
    spoken: dict[str, list[str]] = {}
    for language, phrase in everyday_phrases():
        spoken.setdefault(language, []).append(phrase)
    middle, matrix = fitted(states, {code: encoder.encode(one, kind="query").states for code, one in spoken.items()})
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.savez(
        arguments.out / WEIGHTS,
        matrix=matrix.astype(np.float16),
        middle=middle,
        revision=np.int64(arguments.revision),
        encoder=np.str_(models.status("encoder").sha256),
    )
    rng = np.random.default_rng(SEED)
    one, other = rng.permutation(len(said)), rng.permutation(len(said))
    for name, rows in (("states", unit(states)), ("search", unit(unit(states - middle) @ matrix))):
        print(f"{name}: mean cosine of unrelated sentences {(rows[one] * rows[other]).sum(axis=1).mean():.3f}")


if __name__ == "__main__":
    main()
