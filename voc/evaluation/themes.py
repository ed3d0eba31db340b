"""Discovery of themes on texts by others, as `voc eval themes` reports it.

What is clustered are whole texts where each is a sentence (banking77, clinc150) and clauses where they are reviews or
tweets. V-measure (Rosenberg & Hirschberg 2007) and the adjusted Rand index compare the themes with the labels of those
that are in one; a set without labels has neither. *Left out* is the share in no theme, of the clauses, and of the texts
none of whose clauses is in one. Stability is that of 20,000 clauses of two sets when a twentieth is added: the share of
themes that keep their id, and the adjusted Rand index of the clauses before and after, those in none being a group too;
beside it that of clustering anew without what is known.

Both English label sets taught the encoder their domain (their ``train`` rows); read them as kind.
"""

from __future__ import annotations

import csv
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voc.evaluation.corpora import shared_data
from voc.language.encoder import load_encoder
from voc.language.sentences import split_clauses, split_sentences
from voc.language.vectors import unit
from voc.records import Record
from voc.themes.clustering import IntArray, Layers, cluster
from voc.themes.continuity import Known, continued
from voc.themes.space import FloatArray, placed
from voc.themes.unexplained import says_enough

SEED = 7
STABLE, ADDED = 20_000, 1_000
SPEED = 100_000
"""Clauses of the measurement of speed: real ones, repeated with noise."""


class ThemeScore(Record):
    """How a set was clustered: ``n`` rows of ``texts`` texts; figures 0…1, ``None`` where there are no labels."""

    name: str
    unit: str
    texts: int
    n: int
    themes: int
    labels: int | None = None
    v_measure: float | None = None
    adjusted_rand: float | None = None
    left_out: float
    texts_left_out: float
    seconds: float
    """Processor time of the clustering, its compilation apart."""
    memory_mb: int | None = None
    """Most memory the process held until then, the encoder and all vectors included; measured with the speed alone."""


class ThemeStability(Record):
    """What stays when a twentieth is added."""

    name: str
    n: int
    added: int
    themes: int
    ids_kept: float
    adjusted_rand: float
    anew_adjusted_rand: float


@dataclass(frozen=True)
class LabelledSet:
    """Texts of others, clustered whole or clause by clause; ``label`` is the column of their labels."""

    name: str
    path: str
    text: str
    label: str | None
    clauses: bool
    language: str
    sample: int | None = None


@dataclass(frozen=True)
class ReadSet:
    """Rows to cluster, the text each is of, its label ("" without), and its vectors, float32 [n, 384]: ``states`` are
    the encoder's, ``vectors`` these seen from their middle, L2-normalised."""

    rows: list[str]
    owners: list[int]
    labels: list[str]
    states: FloatArray
    vectors: FloatArray


SETS = (
    LabelledSet("banking77 test", "banking77_en/test.csv", "text", "category", False, "en"),
    LabelledSet("clinc150 test", "clinc150_en/test.csv", "text", "intent", False, "en"),
    LabelledSet(
        "insurance reviews, by product", "insurance_reviews_fr/unlabelled.csv", "avis", "produit", True, "fr", 3000
    ),
    LabelledSet("comments of patients", "nhs_fft_phase1_en/text_data.csv", "feedback", "label", True, "en", 3000),
    LabelledSet("Spotify support", "twcs_spotify_en/support_requests.csv", "text", None, True, "en", 6000),
)


def evaluate() -> Sequence[Record]:
    """Every set, then stability and speed.

    Raises:
        InputError: the evaluation data is not there.
    """
    cluster(unit(np.random.default_rng(SEED).normal(size=(400, 384)).astype(np.float32)))  # compiles
    found: list[Record] = []
    clauses: list[FloatArray] = []
    languages: list[str] = []
    for one in SETS:
        score, states = scored(one)
        found.append(score)
        if one.clauses:
            clauses.append(states)
            languages += [one.language] * len(states)
    found.append(stability(np.concatenate(clauses), languages))
    found.append(speed(np.concatenate(clauses), languages))
    return found


def scored(one: LabelledSet) -> tuple[ThemeScore, FloatArray]:
    """One set, and the states of its rows."""
    read = read_set(one)
    began = time.process_time()
    layers = cluster(read.vectors)
    seconds = time.process_time() - began
    inside = layers.fine >= 0
    texts = len(set(read.owners))
    told = {owner for owner, held in zip(read.owners, inside.tolist(), strict=True) if held}
    v, rand = agreement(read.labels, layers.fine) if one.label else (None, None)
    return (
        ThemeScore(
            name=one.name,
            unit="clauses" if one.clauses else "texts",
            texts=texts,
            n=len(read.rows),
            themes=len(layers.centres),
            labels=len(set(read.labels)) if one.label else None,
            v_measure=v,
            adjusted_rand=rand,
            left_out=layers.left_out,
            texts_left_out=1 - len(told) / max(1, texts),
            seconds=round(seconds, 1),
        ),
        read.states,
    )


def read_set(one: LabelledSet) -> ReadSet:
    """The rows of a set, with their vectors."""
    rows, owners, labels = _rows(one)
    states = load_encoder().encode(rows).states
    vectors = placed(states, [one.language] * len(rows), {one.language: states.mean(axis=0)})
    return ReadSet(rows, owners, [labels[owner] for owner in owners], states, vectors)


def stability(states: FloatArray, languages: Sequence[str]) -> ThemeStability:
    """The same clauses with a twentieth more, matched to what was known."""
    order = np.random.default_rng(SEED).permutation(len(states))[: STABLE + ADDED]
    spoken = [languages[row] for row in order.tolist()]
    keys = np.array(spoken)
    chosen = states[order]
    middles = {key: chosen[:STABLE][keys[:STABLE] == key].mean(axis=0) for key in sorted(set(spoken))}
    vectors = placed(chosen, spoken, middles)
    n = min(STABLE, len(vectors))
    first, again = cluster(vectors[:n]), cluster(vectors)
    known = [Known(str(k), c, float(f)) for k, (c, f) in enumerate(zip(first.centres, first.floors, strict=True))]
    held = np.concatenate([first.fine, np.full(len(vectors) - n, -1, dtype=np.int64)])
    after = continued(vectors, held, again, known, seen=np.arange(len(vectors)) < n)
    kept = [k for k in range(len(known)) if k not in after.merged and bool((after.labels == k).any())]
    return ThemeStability(
        name="clauses of those above, French and English",
        n=n,
        added=len(vectors) - n,
        themes=len(known),
        ids_kept=len(kept) / max(1, len(known)),
        adjusted_rand=_rand(first.fine, after.labels[:n]),
        anew_adjusted_rand=_rand(first.fine, again.fine[:n]),
    )


def speed(states: FloatArray, languages: Sequence[str]) -> ThemeScore:
    """A hundred thousand clauses: the real ones, and again with a little noise until there are enough."""
    rng = np.random.default_rng(SEED)
    rows = rng.integers(0, len(states), SPEED)
    spread = states.std(axis=0)
    noisy = states[rows] + 0.5 * spread * rng.normal(size=(SPEED, states.shape[1])).astype(np.float32)
    spoken = [languages[row] for row in rows.tolist()]
    keys = np.array(languages)
    vectors = placed(noisy, spoken, {key: states[keys == key].mean(axis=0) for key in sorted(set(languages))})
    began = time.process_time()
    layers: Layers = cluster(vectors)
    return ThemeScore(
        name="clauses of those above, repeated with noise",
        unit="clauses",
        texts=SPEED,
        n=SPEED,
        themes=len(layers.centres),
        left_out=layers.left_out,
        texts_left_out=layers.left_out,
        seconds=round(time.process_time() - began, 1),
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _rows(one: LabelledSet) -> tuple[list[str], list[int], list[str]]:
    """Rows to cluster, the text each is of, and the label of each text."""
    with shared_data("text", *one.path.split("/")).open(encoding="utf-8", newline="") as handle:
        read = [(row[one.text], row[one.label] if one.label else "") for row in csv.DictReader(handle)]
    if one.sample and one.sample < len(read):
        read = random.Random(SEED).sample(read, one.sample)
    labels = [label for _, label in read]
    if not one.clauses:
        return [text for text, _ in read], list(range(len(read))), labels
    rows: list[str] = []
    owners: list[int] = []
    for owner, (text, _) in enumerate(read):
        for sentence in split_sentences(text):
            for begin, end in split_clauses(text, sentence):
                if says_enough(text[begin:end]):
                    rows.append(text[begin:end])
                    owners.append(owner)
    return rows, owners, labels


def agreement(labels: Sequence[str], found: IntArray) -> tuple[float, float]:
    """V-measure and adjusted Rand index of the rows that are in a theme."""
    inside = np.flatnonzero(found >= 0)
    if not len(inside):
        return 0.0, 0.0
    _, gold = np.unique([labels[row] for row in inside.tolist()], return_inverse=True)
    return v_measure(gold, found[inside]), _rand(gold, found[inside])


def _table(one: IntArray, other: IntArray) -> FloatArray:
    rows, columns = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    counts = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(counts, (rows, columns), 1)
    return np.asarray(counts, dtype=np.float64)


def v_measure(gold: IntArray, found: IntArray) -> float:
    """V-measure of two groupings of the same rows."""
    counts = _table(gold, found) / len(gold)
    with np.errstate(divide="ignore", invalid="ignore"):
        joint = -np.nansum(np.where(counts > 0, counts * np.log(counts), 0.0))
    entropies = [-float(np.sum(p * np.log(p))) for p in (counts.sum(axis=1), counts.sum(axis=0))]
    if min(entropies) == 0:
        return 1.0 if max(entropies) == 0 else 0.0
    shared = sum(entropies) - float(joint)
    homogeneity, completeness = shared / entropies[0], shared / entropies[1]
    return 2 * homogeneity * completeness / (homogeneity + completeness)


def _rand(one: IntArray, other: IntArray) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985)."""
    counts = _table(one, other)

    def pairs(values: FloatArray) -> float:
        return float((values * (values - 1) / 2).sum())

    total = len(one) * (len(one) - 1) / 2
    rows, columns = pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    chance = rows * columns / total
    most = (rows + columns) / 2
    return 1.0 if most == chance else (pairs(counts) - chance) / (most - chance)


def table(found: Sequence[ThemeScore | ThemeStability]) -> str:
    """The figures as Markdown tables."""
    head = ("set", "rows", "texts", "themes", "labels", "V-measure", "ARI", "left out", "texts left out", "CPU s", "MB")
    lines: list[tuple[str, ...]] = [head, ("---", *["--:"] * (len(head) - 1))]
    for one in found:
        if isinstance(one, ThemeScore):
            sizes = (f"{one.n:,} {one.unit}", f"{one.texts:,}", str(one.themes), str(one.labels or "–"))
            figures = (_figure(one.v_measure), _figure(one.adjusted_rand))
            shares = (f"{100 * one.left_out:.1f} %", f"{100 * one.texts_left_out:.1f} %")
            cost = (f"{one.seconds:.1f}", f"{one.memory_mb:,}" if one.memory_mb else "–")
            lines.append((one.name, *sizes, *figures, *shares, *cost))
    text = ["\n".join(f"| {' | '.join(row)} |" for row in lines)]
    columns = ("stability", "clauses", "added", "themes", "ids kept", "ARI", "ARI clustered anew")
    kept_lines: list[tuple[str, ...]] = [columns, ("---", *["--:"] * (len(columns) - 1))]
    for one in found:
        if isinstance(one, ThemeStability):
            kept = f"{100 * one.ids_kept:.1f} %"
            rand = (f"{one.adjusted_rand:.3f}", f"{one.anew_adjusted_rand:.3f}")
            kept_lines.append((one.name, f"{one.n:,}", f"{one.added:,}", str(one.themes), kept, *rand))
    text.append("\n".join(f"| {' | '.join(row)} |" for row in kept_lines))
    return "\n\n".join(text)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
