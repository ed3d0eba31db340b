"""What simpler models reach on the tasks of ``voc eval text``: writes voc/evaluation/baselines.json.

    python models/recipes/baselines.py --frozen build/frozen

TF-IDF (words 1–2, characters 2–4) and the encoder before fine-tuning (int8), each with logistic regression, taught
with the rows our own heads were taught with for that task (training_sets.py), scored on the benchmark rows.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from export_encoder import three_classes
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion
from task_heads import ASPECT_LABELS, ASPECTS, BANKING, BITEXT, CLINC, GROUPS
from train_encoder import SEED
from training_sets import Sample, clean, decks

from voc.analysers.sentiment.model import LABELS
from voc.evaluation import text as sentiment_sets
from voc.evaluation.baselines import FILE
from voc.evaluation.understanding import GROUPS as GROUPS_OF
from voc.evaluation.understanding import macro_f1, rows
from voc.language.encoder import Encoder

MOST = 12_000
"""Rows a baseline is taught with, at most: more changes its figures by less than half a point."""

Features = Callable[[Sequence[str]], object]


class _Tfidf:
    name = "tfidf"

    def taught(self, texts: Sequence[str]) -> Features:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2)
        union = FeatureUnion([("words", words), ("characters", characters)]).fit(texts)
        return union.transform


class _Frozen:
    name = "frozen"

    def __init__(self, folder: Path) -> None:
        self._encoder = Encoder(folder)
        self._known: dict[str, np.ndarray] = {}

    def taught(self, _texts: Sequence[str]) -> Features:
        return self.states

    def states(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._encoder.encode([t[:600] for t in new]).vectors * 10, strict=True))
        return np.stack([self._known[text] for text in texts])


def _fit(kind: _Tfidf | _Frozen, texts: Sequence[str], gold: Sequence[int]) -> Callable[[Sequence[str]], np.ndarray]:
    """Probabilities of a logistic regression taught with ``texts``."""
    if len(texts) > MOST:
        kept = np.random.default_rng(SEED).permutation(len(texts))[:MOST]
        texts, gold = [texts[i] for i in kept], [gold[i] for i in kept]
    features = kind.taught(texts)
    model = LogisticRegression(C=3.0, max_iter=300, tol=1e-3).fit(features(texts), gold)
    return lambda given: model.predict_proba(features(given))


def _known(dealt: dict[str, list[Sample]], target: str, names: Sequence[str]) -> list[Sample]:
    return [s for name in names for s in dealt[name] if target in s.targets and s.targets[target] != -1]


def understanding(kind: _Tfidf | _Frozen, dealt: dict[str, list[Sample]]) -> dict[str, float]:
    """Figures of every task but sentiment by ``task: figure``."""
    found: dict[str, float] = {}
    tables, read = dealt["tables"], rows("tripadvisor_absa_fr/test.csv")
    texts, f1s, rights = [clean(row["Avis"]) for row in read], [], []
    for name, column in ASPECTS.items():
        said = _fit(kind, [s.text for s in tables], [s.targets[f"absa_{name}"] for s in tables])(texts).argmax(1)
        gold = np.array([ASPECT_LABELS.index(row[column]) for row in read])
        f1s.append(macro_f1(gold, said, 4))
        rights.append(float((gold == said).mean()))
    found["restaurant reviews, four aspects: accuracy"] = float(np.mean(rights))
    found["restaurant reviews, four aspects: macro-F1"] = float(np.mean(f1s))

    terms = [(s.text[b:e], label) for s in dealt["terms"] for b, e, label in s.spans if e - b > 8]
    polarity = _fit(kind, [text for text, _ in terms], [label for _, label in terms])
    read = [(row["text"], o) for row in rows("semeval16_absa_fr/gold_test.jsonl") for o in row["opinions"]]
    gold = np.array([LABELS.index(opinion["polarity"]) for _, opinion in read])
    if isinstance(kind, _Tfidf):  # words of English sentences say nothing of French ones: taught with French reviews
        reviews = [s for s in dealt["reviews"] if len(s.text) < 300 and "stars" in s.targets]
        polarity = _fit(kind, [s.text for s in reviews], [three_classes(s) for s in reviews])
    said = polarity([text for text, _ in read]).argmax(1)
    found["SemEval-2016 restaurant opinions, polarity: accuracy"] = float((gold == said).mean())
    read = [(row["text"], a) for row in rows("mams_en/atsa_test.jsonl") for a in row["aspects"]]
    polarity = _fit(kind, [text for text, _ in terms], [label for _, label in terms])
    near = [text[max(0, int(a["from"]) - 40) : int(a["to"]) + 40] for text, a in read]
    gold = np.array([LABELS.index(a["polarity"]) for _, a in read])
    found["MAMS terms, polarity: accuracy"] = float((gold == polarity(near).argmax(1)).mean())

    talk, read = dealt["goemotions"], rows("goemotions_en/test.csv")
    names = [set(row["labels"].replace(",", "|").split("|")) for row in read]
    f1s = []
    for i, group in enumerate(GROUPS):
        scores = _fit(kind, [s.text for s in talk], [int(s.targets["groups"][i]) for s in talk])  # type: ignore[index]
        gold = np.array([int(bool(each & GROUPS_OF[group])) for each in names])
        f1s.append(macro_f1(1 - gold, 1 - (scores([r["text"] for r in read])[:, 1] >= 0.4), 1))
    found["GoEmotions, four groups: macro-F1"] = float(np.mean(f1s))

    for task, target, labels, path, text, label in (
        ("banking77", "banking", BANKING, "banking77_en/test.csv", "text", "category"),
        ("bitext requests", "bitext", BITEXT, "bitext_cs_en/test.csv", "utterance", "intent"),
    ):
        chosen, read = _known(dealt, target, [target]), rows(path)
        said = _fit(kind, [s.text for s in chosen], [s.targets[target] for s in chosen])([r[text] for r in read])
        gold = np.array([labels.index(r[label]) for r in read])
        found[f"{task}: accuracy"] = float((said.argmax(1) == gold).mean())
    chosen = dealt["clinc"]
    model = _fit(kind, [s.text for s in chosen], [s.targets["clinc"] for s in chosen])
    for figure, path in (("accuracy", "clinc150_en/test.csv"), ("out-of-scope recall", "clinc150_en/oos_test.csv")):
        read = rows(path)
        gold = np.array([CLINC.index(r["intent"]) for r in read])
        found[f"clinc150: {figure}"] = float((model([r["text"] for r in read]).argmax(1) == gold).mean())

    chosen = [s for s in _known(dealt, "complaint", list(dealt)) if not np.isnan(s.targets["complaint"][0])]  # type: ignore[index]
    model = _fit(kind, [s.text for s in chosen], [int(s.targets["complaint"][0]) for s in chosen])  # type: ignore[index]
    read = rows("complaint_tweets_en/complaints.csv")
    gold = np.array([int(r["label"] == "complaint") for r in read])
    found["complaint tweets: F1"] = macro_f1(1 - gold, 1 - model([r["text"] for r in read]).argmax(1), 1)
    chosen = _known(dealt, "post", ["tweets", "patients", "banking", "clinc"])
    chosen = [s for s in chosen if s.targets["post"] != 1]
    model = _fit(kind, [s.text for s in chosen], [int(s.targets["post"] == 2) for s in chosen])
    read = rows("csat_car_rental_en/car_rental.csv")
    gold = np.array([int(r["Satisfaction"]) for r in read])
    found["car rental satisfaction: macro-F1"] = macro_f1(
        gold, model([r["Customer_Service"] for r in read]).argmax(1), 2
    )
    return found


def sentiment(kind: _Tfidf | _Frozen, dealt: dict[str, list[Sample]]) -> dict[str, float]:
    """Macro-F1 of the sentiment sets: posts from the tweets of the same language, reviews from starred ones."""
    found = {}
    half = len(dealt["tweets"]) // 2
    by_language = {"fr": dealt["tweets"][:half], "en": dealt["tweets"][half:]}
    starred = [s for s in dealt["reviews"] if "stars" in s.targets]
    for benchmark in sentiment_sets.BENCHMARKS:
        if isinstance(kind, _Frozen) and benchmark.kind == "post":
            taught = dealt["tweets"]
        else:
            taught = by_language[benchmark.language] if benchmark.kind == "post" else starred
        gold_of = (lambda s: int(s.targets["post"])) if benchmark.kind == "post" else three_classes
        texts, gold = sentiment_sets.rows(benchmark)
        said = _fit(kind, [s.text for s in taught], [gold_of(s) for s in taught])(texts)
        known, among = sentiment_sets.among_known(gold, said)
        figure = macro_f1(known, among.argmax(1), among.shape[1])
        found[f"{benchmark.name} {benchmark.language}: macro-F1"] = figure
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frozen", type=Path, required=True, help="the encoder of rebuild_encoder.py")
    parser.add_argument("--only", choices=("tfidf", "frozen"), help="one kind; figures of the other stay as they are")
    arguments = parser.parse_args()
    dealt, _apart = decks(np.random.default_rng(SEED))
    found: dict[str, dict[str, float]] = json.loads(FILE.read_text("utf-8")) if arguments.only else {}
    for kind in (_Tfidf(), _Frozen(arguments.frozen)):
        if arguments.only not in (None, kind.name):
            continue
        for measure in (sentiment, understanding):
            for name, figure in measure(kind, dealt).items():
                found.setdefault(name, {})[kind.name] = round(figure, 4)
                print(kind.name, name, round(100 * figure, 1), flush=True)
            FILE.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
