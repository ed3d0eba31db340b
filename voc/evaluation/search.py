"""Written queries with known answers, as ``voc eval search`` reports them, beside plain full text on the same.

The queries (``search_queries.yaml``) were written by hand before the search was run on them: half to work with, half
only to report. They are asked of three collections: an online shop's requests, a bank's and an assistant's, and
contacts from the samples, which are in two languages; lines of films, in both languages, are among each. What answers a
query is told by the labels of the sets. Nonsense is asked of all three.

Full text is SQLite's FTS5 over the texts as they are, any word of the query sought, ordered by its own BM25.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import yaml

from voc.evaluation.corpora import shared_data
from voc.language.search_space import encoded
from voc.records import Analysis, Channel, Interaction, Link, Record, Sentiment, interaction_id
from voc.resources import resource
from voc.store import Store
from voc.store.analyses import Analysed
from voc.store.folding import words

QUERIES = Path(__file__).with_name("search_queries.yaml")
HITS = 10
LABELLED = {
    "bitext": ("bitext_cs_en/train.csv", "utterance", "intent"),
    "banking77": ("banking77_en/test.csv", "text", "category"),
    "clinc150": ("clinc150_en/test.csv", "text", "intent"),
}
OTHERS = (("xed_fr/xed.csv", "fr"), ("xed_en/xed.csv", "en"))
NONSENSE = {"nonsense": "nonsense", "nonsense_by_kind": "nonsense of five kinds"}
"""Parts that nothing answers, with the name of their line."""
A_LABEL = 20
"""Texts of each label."""
OTHER_TEXTS = 500
COLLECTIONS = (("bitext",), ("banking77", "clinc150"), ("samples",))
_SAMPLES = (("reviews.csv", "utf-8", ",", "review"), ("reclamations.csv", "cp1252", ";", "Réclamation"))


class SearchScore(Record):
    """Means over the queries of one kind; of nonsense, hits a query."""

    queries: str
    n: int
    recall: float
    """Answers among the first ten, of as many as ten places can hold."""
    precision: float
    """Answers among the first five."""
    full_text: float
    """The same of plain full text."""
    found: float
    """Hits a query, ten at most."""


@dataclass(frozen=True)
class Query:
    """A query and what answers it: ``set:label`` or ``set:label@language``."""

    text: str
    language: str
    typo: bool
    answers: frozenset[str]

    @property
    def set(self) -> str:
        """The first of the sets its answers are from."""
        return min(self.answers).partition(":")[0]


@dataclass(frozen=True)
class Judged:
    """What became of one query."""

    part: str
    across: bool
    typo: bool
    recall: float
    precision: float
    full_text: float
    found: int


@dataclass(frozen=True)
class Text:
    """A text of a collection with everything it may be asked for by."""

    text: str
    labels: frozenset[str]
    language: str


Found = Mapping[str, Sequence[int]]
"""Query → texts found, best first, by their place."""


def evaluate() -> Sequence[Record]:
    """Ask every query of its collection.

    Raises:
        InputError: the public sets are not there.
        ModelError: the encoder is missing.
    """
    sheet = read_sheet()
    nonsense = {part: [one.text for one in sheet.pop(part)] for part in NONSENSE}
    judged: list[Judged] = []
    hits: dict[str, list[int]] = {part: [] for part in NONSENSE}
    for sets in COLLECTIONS:
        texts = collection(sets)
        chosen = [(part, one) for part, queries in sheet.items() for one in queries if one.set in sets]
        asked = [one.text for _, one in chosen]
        ours, plain = searched(texts, [*asked, *chain(*nonsense.values())]), full_text(texts, asked)
        judged += [judge(part, one, texts, ours[one.text], plain[one.text]) for part, one in chosen]
        for part, queries in nonsense.items():
            hits[part] += [len(ours[one]) for one in queries]
    scores = [score for part in sheet for score in scored(part, [one for one in judged if one.part == part])]
    return [*scores, *(_of_nonsense(part, found) for part, found in hits.items())]


def _of_nonsense(part: str, hits: Sequence[int]) -> SearchScore:
    found = float(np.mean(hits))
    return SearchScore(queries=NONSENSE[part], n=len(hits), recall=0, precision=0, full_text=0, found=found)


def read_sheet(path: Path = QUERIES) -> dict[str, list[Query]]:
    """The queries by part."""
    found: dict[str, list[Query]] = {}
    for part, lines in yaml.safe_load(path.read_text("utf-8")).items():
        found[part] = []
        for line in lines:
            text, language, typo, answers = (*(one.strip() for one in str(line).split("|")), "", "", "")[:4]
            found[part].append(Query(text, language, typo == "typo", frozenset(answers.split())))
    return found


def collection(sets: Iterable[str]) -> list[Text]:
    """The texts of some sets, with lines of films that answer nothing."""
    texts: list[Text] = []
    for name in sets:
        texts += _samples() if name == "samples" else _labelled(name)
    for file, language in OTHERS:
        with shared_data("text", *file.split("/")).open(encoding="utf-8", newline="") as content:
            lines = [row["text"] for row in csv.DictReader(content)][:OTHER_TEXTS]
        texts += [Text(one, frozenset(), language) for one in lines if one.strip()]
    return texts


def _labelled(name: str) -> Iterator[Text]:
    file, text, label = LABELLED[name]
    taken: dict[str, int] = defaultdict(int)
    with shared_data("text", *file.split("/")).open(encoding="utf-8", newline="") as content:
        for row in csv.DictReader(content):
            if taken[row[label]] < A_LABEL:
                taken[row[label]] += 1
                yield Text(row[text], frozenset({f"{name}:{row[label]}"}), "en")


def _samples() -> Iterator[Text]:
    texts: dict[str, str] = {}
    for name, encoding, separator, column in _SAMPLES:
        with resource("samples", name).open(encoding=encoding, newline="") as content:
            for number, row in enumerate(csv.DictReader(content, delimiter=separator), 2):
                texts[f"{name}:{number}"] = row[column]
    posts = resource("samples", "posts.ndjson").read_text("utf-8").splitlines()
    texts |= {f"posts.ndjson:{number}": json.loads(line)["text"] for number, line in enumerate(posts, 1)}
    for one in json.loads(resource("samples", "truth.json").read_text("utf-8"))["interactions"]:
        if one["source"] in texts:
            labels = {f"samples:{label}" for label in (one["topic"], one["plant"]) if label}
            labels |= {f"{label}@{one['language']}" for label in labels}
            yield Text(texts[one["source"]], frozenset(labels), one["language"])


def searched(texts: Sequence[Text], queries: Sequence[str]) -> Found:
    """What our search finds, from a store of these texts."""
    from voc.pipeline.search import search

    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/voc.db", f"{folder}/blobs") as store:
        ids = _fill(store, [one.text for one in texts])
        places = {one: place for place, one in enumerate(ids)}
        found = {query: search(store, query, limit=HITS, told=False).hits for query in queries}
        return {query: [places[hit.interaction.id] for hit in hits] for query, hits in found.items()}


def _fill(store: Store, texts: Sequence[str]) -> list[str]:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    vectors = encoded(list(texts), kind="passage")
    rows, analysed = [], []
    for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        key = interaction_id(Channel.SURVEY, external_id=f"e{number}", content_hash="")
        at = now + timedelta(minutes=number)
        rows.append(
            Interaction(
                id=key,
                channel=Channel.SURVEY,
                source=f"e:{number}",
                content_hash=key,
                external_id=f"e{number}",
                occurred_at=at,
                text=text,
            )
        )
        neutral = Sentiment(label="neutral", score=0.0)
        analysed.append(
            Analysed(
                Analysis(
                    id=key,
                    channel=Channel.SURVEY,
                    source=f"e:{number}",
                    occurred_at=at,
                    language="fr",
                    models={},
                    text=text,
                    redacted_text=text,
                    sentences=(),
                    sentiment=neutral,
                    topics=(),
                    aspects=(),
                ),
                vector,
            )
        )
    store.interactions.add(rows, upload_id=None, work_id="eval", received_at=now)
    links = [Link(interaction_id=one.id, customer_id=None, method="none") for one in rows]
    store.findings.save_analyses(analysed, links, now=now)
    return [one.id for one in rows]


def full_text(texts: Sequence[Text], queries: Sequence[str]) -> Found:
    """What FTS5 finds by itself: texts with any word of the query, ordered by its own BM25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = 'unicode61 remove_diacritics 2')")
    database.executemany(
        "INSERT INTO texts (rowid, body) VALUES (?, ?)", ((place, one.text) for place, one in enumerate(texts))
    )
    statement = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
    found: dict[str, list[int]] = {}
    for query in queries:
        sought = " OR ".join(f'"{word}"' for word in words(query))
        found[query] = [row[0] for row in database.execute(statement, (sought, HITS))]
    database.close()
    return found


def judge(part: str, query: Query, texts: Sequence[Text], ours: Sequence[int], plain: Sequence[int]) -> Judged:
    """Compare what was found with what answers the query."""
    answers = {place for place, text in enumerate(texts) if text.labels & query.answers}
    return Judged(
        part=part,
        across=_across(query, texts),
        typo=query.typo,
        recall=len(answers.intersection(ours[:HITS])) / min(HITS, len(answers)),
        precision=len(answers.intersection(ours[:5])) / 5,
        full_text=len(answers.intersection(plain[:5])) / 5,
        found=len(ours),
    )


def scored(part: str, judged: Sequence[Judged]) -> Iterator[SearchScore]:
    """One line for all queries of a part, then for those across languages, within one, and with slips."""
    kinds = {
        part: list(judged),
        f"{part}, across languages": [one for one in judged if one.across],
        f"{part}, in one language": [one for one in judged if not one.across],
        f"{part}, with slips": [one for one in judged if one.typo],
    }
    for name, chosen in kinds.items():
        yield SearchScore(
            queries=name,
            n=len(chosen),
            recall=float(np.mean([one.recall for one in chosen])),
            precision=float(np.mean([one.precision for one in chosen])),
            full_text=float(np.mean([one.full_text for one in chosen])),
            found=float(np.mean([one.found for one in chosen])),
        )


def _across(query: Query, texts: Sequence[Text]) -> bool:
    """Whether most of what answers it is in another language."""
    said = [text.language == query.language for text in texts if text.labels & query.answers]
    return sum(said) * 2 < len(said)


def table(scores: Sequence[SearchScore]) -> str:
    """The scores as a Markdown table."""
    lines = ["| queries | n | recall@10 | P@5 | P@5 of full text | hits, ten at most |", "|---|--:|--:|--:|--:|--:|"]
    for one in scores:
        if one.queries in NONSENSE.values():
            lines.append(f"| {one.queries} | {one.n} | – | – | – | {one.found:.2f} |")
        else:
            lines.append(
                f"| {one.queries} | {one.n} | {one.recall:.2f} | {one.precision:.2f} | {one.full_text:.2f} "
                f"| {one.found:.1f} |"
            )
    return "\n".join(lines)
