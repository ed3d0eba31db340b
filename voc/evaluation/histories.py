"""Histories of ten weeks with changes of known size in them, drawn from real texts as voc reads them.

A *pool* is a store of real texts (insurance reviews in French, support requests to a streaming service in English),
analysed once by the models that ship. A history gives each row of it a moment in one of the weeks, or leaves it out:
independently of all others, with a chance that is the base rate of its channel, times how busy that channel was that
week, times what was planted. So what every figure should say is known, to the last digit, from these chances; a week
in which nothing is planted is one in which nothing changed but how much was said.

Every text is in a history once at most. For larger volumes rows are copied *as facts*: without their words, lest the
copies be taken for one text that somebody sent many times.
"""

from __future__ import annotations

import csv
import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.corpora import shared_data
from voc.insights import periods
from voc.records import Channel, Interaction, Link, interaction_id
from voc.settings import Settings
from voc.store import Store
from voc.store.analyses import Analysed

Floats = NDArray[np.float64]

SETS: tuple[tuple[str, str, str, tuple[Channel, Channel]], ...] = (
    ("insurance_reviews_fr/unlabelled.csv", "avis", "fr", (Channel.REVIEW, Channel.SURVEY)),
    ("twcs_spotify_en/support_requests.csv", "text", "en", (Channel.SOCIAL, Channel.CHAT)),
)
TEXTS = 4_000
"""Texts drawn from each set."""
PACKS = "insurance,media"
SEED = 18
FIRST_MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
WEEKS = tuple(periods.week_of(FIRST_MONDAY + timedelta(weeks=n)) for n in range(10))
NOW = FIRST_MONDAY + timedelta(weeks=len(WEEKS), hours=8)
ELSEWHEN = FIRST_MONDAY + timedelta(weeks=5200)
"""Where rows lie that a history leaves out: no figure looks at what is dated after the present week."""
BUSY = 16.0
"""Shape of the Gamma (mean 1) by which the volume of a channel varies from week to week: a quarter up or down."""
CUSTOMER_ROWS = 2.5
"""Rows of a customer, on average, of those that belong to one …"""
KNOWN = 0.4
"""… which so many do."""


@dataclass(frozen=True)
class Plant:
    """What is said of ``topic``: ``share`` of all voices, and ``factor`` times as often in ``weeks`` (numbers)."""

    topic: str
    share: float
    factor: float
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class History:
    """One drawn history: the week of each row of the pool (−1: left out), and the chances it was drawn with."""

    week: NDArray[np.int64]
    chance: Floats
    """[rows, weeks]."""

    def expected(self, which: NDArray[np.bool_]) -> Floats:
        """Rows among ``which`` that each week should bring, [weeks]."""
        return np.asarray(self.chance[which].sum(axis=0), dtype=np.float64)


class Pool:
    """The rows histories are drawn from, as columns, with the SQLite file they lie in."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with sqlite3.connect(file) as database:
            rows = database.execute("SELECT id, channel, sentiment_label FROM interaction ORDER BY id").fetchall()
            spoken = database.execute(
                "SELECT DISTINCT interaction_id, label, parent FROM signal WHERE kind = 'topic'"
            ).fetchall()
        self.ids = [row[0] for row in rows]
        self.channels = np.array([row[1] for row in rows])
        self.labels = np.array([row[2] or "" for row in rows])
        place = {one: number for number, one in enumerate(self.ids)}
        self.topics: dict[str, NDArray[np.bool_]] = {}
        for ident, label, parent in spoken:
            for topic in {label, parent}:
                self.topics.setdefault(topic, np.zeros(len(rows), dtype=np.bool_))[place[ident]] = True

    def __len__(self) -> int:
        """Rows."""
        return len(self.ids)

    def share(self, topic: str) -> float:
        """Share of the rows that speak of a topic."""
        return float(self.topics[topic].mean())

    def leaves(self, share: float) -> list[str]:
        """Topics of the lowest level that at least ``share`` of the rows speak of: from these one can be planted."""
        parents = {one.partition(".")[0] for one in self.topics if "." in one}
        return sorted(one for one in self.topics if one not in parents and self.share(one) >= share)

    def drawn(
        self, rng: np.random.Generator, *, weekly: int, plants: Sequence[Plant] = (), unrest: float = 0.0
    ) -> History:
        """Draw a history of ``weekly`` interactions a week on average.

        Args:
            unrest: standard deviation (of the logarithm) by which every subject's rate varies from week to week by
                itself; with it no week is quite quiet.
        """
        chance = np.full((len(self), len(WEEKS)), weekly / len(self))
        for channel in sorted(set(self.channels.tolist())):
            chance[self.channels == channel] *= rng.gamma(BUSY, 1 / BUSY, size=len(WEEKS))
        if unrest:
            restless = np.zeros(len(self), dtype=np.bool_)
            for root in sorted({one.partition(".")[0] for one in self.topics}):
                rates = np.exp(rng.normal(0, unrest, size=len(WEEKS)) - unrest**2 / 2)
                chance[self.topics[root] & ~restless] *= rates
                restless |= self.topics[root]
        for one in plants:
            weight = np.full(len(WEEKS), one.share / self.share(one.topic))
            weight[list(one.weeks)] *= one.factor
            chance[self.topics[one.topic]] *= weight
        chance /= np.maximum(1.0, chance.sum(axis=1, keepdims=True))
        edges = chance.cumsum(axis=1)
        week = (rng.random(len(self))[:, None] >= edges).sum(axis=1)
        return History(np.where(week == len(WEEKS), -1, week), chance)

    def write(
        self,
        rng: np.random.Generator,
        history: History,
        *,
        customer: NDArray[np.int64],
        nps: NDArray[np.int64],
    ) -> None:
        """Write a history with the customer and the score of each row (−1: none) into the file."""
        seconds = rng.integers(0, 7 * 24 * 3600, len(self)).tolist()
        rows = []
        for ident, week, second, who, score in zip(
            self.ids, history.week.tolist(), seconds, customer.tolist(), nps.tolist(), strict=True
        ):
            at = (FIRST_MONDAY + timedelta(weeks=week) if week >= 0 else ELSEWHEN) + timedelta(seconds=second)
            moment = at.strftime("%Y-%m-%d %H:%M:%S.000000")
            name = WEEKS[week] if week >= 0 else periods.week_of(at)
            rows.append((moment, name, f"K{who}" if who >= 0 else None, score if score >= 0 else None, ident))
        with sqlite3.connect(self.file) as database:
            database.executemany("UPDATE interaction SET at = ?, week = ?, customer_id = ?, nps = ? WHERE id = ?", rows)

    def opened(self) -> Store:
        """The file as a store; what figures count is read anew."""
        return _store(self.file)


def built(folder: Path) -> Pool:
    """The pool of real texts, read by the models.

    Raises:
        InputError: the evaluation data is not there.
    """
    from voc.analysis.text_pipeline import TextAnalyser

    file = folder / "texts.db"
    with _store(file) as store:
        analyser = TextAnalyser(Settings(home=folder, topic_packs=PACKS))
        interactions = list(_interactions())
        for start in range(0, len(interactions), 256):
            batch = interactions[start : start + 256]
            store.interactions.add(batch, upload_id=None, work_id="", received_at=FIRST_MONDAY)
            read = [Analysed(analysis=one.analysis, vector=None) for one in analyser.analyse(batch)]
            links = [Link(interaction_id=one.id, customer_id=None, method="none") for one in batch]
            store.findings.save_analyses(read, links, now=FIRST_MONDAY)
    with sqlite3.connect(file) as database:
        _follow_nothing(database)
        people = max(1, round(KNOWN * len(interactions) / CUSTOMER_ROWS))
        _people(database, people)
    return Pool(file)


def copied(pool: Pool, folder: Path, times: int) -> Pool:
    """``times`` as many rows, as facts alone: the words of all of them are taken away."""
    file = folder / f"facts{times}.db"
    with sqlite3.connect(pool.file) as source, sqlite3.connect(file) as database:
        source.backup(database)
        database.execute("DELETE FROM analysis")
        database.execute("UPDATE interaction SET snippet = NULL")
        for number in range(1, times):
            for table, key, but in (("interaction", "id", ""), ("signal", "interaction_id", "id")):
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                kept = ", ".join(f'"{one}"' for one in columns if one not in {key, but})
                database.execute(  # names of the schema alone
                    f"INSERT INTO {table} ({key}, {kept}) "  # noqa: S608
                    f"SELECT 'c{number}-' || {key}, {kept} FROM {table} WHERE {key} NOT LIKE 'c%-%'"
                )
        _people(database, max(1, round(KNOWN * times * len(pool) / CUSTOMER_ROWS)))
    return Pool(file)


def _store(file: Path) -> Store:
    return Store(f"sqlite:///{file}", str(file.parent / "blobs"))


def _follow_nothing(database: sqlite3.Connection) -> None:
    """Take away triggers and indexes of interactions: a history is written and read whole, and nobody follows it."""
    whole = "type = 'trigger' OR (type = 'index' AND tbl_name = 'interaction' AND sql IS NOT NULL)"
    for kind, name in database.execute(f"SELECT type, name FROM sqlite_master WHERE {whole}").fetchall():  # noqa: S608
        database.execute(f'DROP {kind} "{name}"')


def _people(database: sqlite3.Connection, number: int) -> None:
    columns = {row[1]: row for row in database.execute("PRAGMA table_info(customer)")}
    needed = [name for name, row in columns.items() if row[3] and name != "id"]
    given = {name: "'{}'" if columns[name][2].upper() == "JSON" else "'2026-01-01 00:00:00.000000'" for name in needed}
    names, values = ", ".join(["id", *given]), ", ".join(["?", *given.values()])
    statement = f"INSERT OR IGNORE INTO customer ({names}) VALUES ({values})"  # noqa: S608 - names of the schema
    database.executemany(statement, ((f"K{n}",) for n in range(number)))


def _interactions() -> list[Interaction]:
    found: dict[str, Interaction] = {}
    rng = random.Random(SEED)
    for path, column, language, channels in SETS:
        with shared_data("text", *path.split("/")).open(encoding="utf-8", newline="") as handle:
            texts = sorted({row[column].strip() for row in csv.DictReader(handle)} - {""})
        for number, text in enumerate(rng.sample(texts, min(TEXTS, len(texts)))):
            channel = channels[number % len(channels)]
            ident = interaction_id(channel, external_id=f"{language}{number}", content_hash="")
            found[ident] = Interaction(
                id=ident,
                channel=channel,
                source=path,
                content_hash=ident,
                external_id=f"{language}{number}",
                occurred_at=FIRST_MONDAY,
                language=language,
                text=text,
            )
    return list(found.values())
