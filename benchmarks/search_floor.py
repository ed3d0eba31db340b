"""What a search finds by meaning alone at each floor: unrelated queries should find nothing, related ones their texts.

    voc demo --no-serve
    python -m benchmarks.search_floor

Unrelated to the samples' contacts with an operator: 200 short queries of clinc150's out-of-scope set, 200 beginnings of
French restaurant reviews, 100 pairs of words of random letters. Related: the names of banking77's intents, looked for
among 1,500 of its test texts. Needs the evaluation data (``VOC_SHARED_DATA``).
"""

from __future__ import annotations

import csv
import random
import string
from collections.abc import Sequence
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.corpora import shared_data
from voc.language.search_space import encoded
from voc.pipeline.search import centre
from voc.settings import settings
from voc.store import open_store

FLOORS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
Matrix = NDArray[np.float32]


def rows(*parts: str) -> list[dict[str, str]]:
    """A corpus' rows."""
    with shared_data("text", *parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unrelated(rng: random.Random) -> dict[str, list[str]]:
    """Queries that nothing among an operator's contacts answers, by where they are from."""
    short = [row["text"] for row in rows("clinc150_en", "oos_test.csv") if len(row["text"].split()) <= 7]
    reviews = [row["contenu_avis"].split() for row in rows("tripadvisor_lyon_restaurants_fr", "reviews.csv")]
    begun = [
        " ".join(words[: rng.randint(2, 5)]) for words in rng.sample([one for one in reviews if len(one) > 5], 200)
    ]
    letters = [
        " ".join("".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 9))) for _ in "ab") for _ in range(100)
    ]
    return {"clinc150 out of scope": rng.sample(short, min(200, len(short))), "restaurants": begun, "letters": letters}


def likeness(queries: Sequence[str], passages: Matrix) -> Matrix:
    """[queries, passages]: cosines from the centre, as :meth:`voc.store.search.Vectors.likeness`."""
    asked = encoded(list(queries), kind="query") - centre()
    kept = passages - centre()
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    return np.asarray(asked @ kept.T)


def main() -> None:
    """Print one line a floor."""
    rng = random.Random(1)
    with closing(open_store(settings())) as store:
        contacts = store.search.vectors.rows()[1].astype(np.float32)
    asked = rng.sample(rows("banking77_en", "test.csv"), 1500)
    intents = sorted({row["category"] for row in asked})
    texts = encoded([row["text"] for row in asked], kind="passage")
    right = np.array([[row["category"] == one for row in asked] for one in intents])
    related = likeness([one.replace("_", " ") for one in intents], texts)
    strange = {name: likeness(queries, contacts) for name, queries in unrelated(rng).items()}
    for floor in FLOORS:
        hits = "; ".join(
            f"{name}: {(one >= floor).any(axis=1).mean():.0%} find any, {(one >= floor).sum(axis=1).mean():.2f} each"
            for name, one in strange.items()
        )
        print(f"{floor:.2f} | {hits} | banking77 pairs kept {(related[right] >= floor).mean():.0%}")


if __name__ == "__main__":
    main()
