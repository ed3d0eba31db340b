"""How large a change must be for the weekly review to find it, by how much is said: counts alone, many times.

    python -m benchmarks.review_power [histories] [pool.db]

Five weeks are drawn from the rows of ``voc.evaluation.histories`` (real texts as voc reads them) as counts: how often
each row comes in each week is Poisson, whose mean is known, so that any volume can be drawn. What is asked is what a
digest asks of its counts (``change_detection.screen``, corrected over the families of topics): whether the family of
the planted topic passes in the week in which it is spoken of more, and how many families pass in a week in which
nothing is planted. Texts that repeat, the words, and where a finding stands in the list are left to ``voc eval
insights``, which takes hours.

``pool.db`` is what an earlier run has read; without it the texts are read first, which takes minutes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from voc.evaluation.histories import BUSY, WEEKS, Pool, built
from voc.insights import change_detection as changes
from voc.insights.count_change_tests import family_p
from voc.store.figures import ChannelWeek, TopicWeek

COMPARED = WEEKS[:5]
SIZES = ((0.01, 2.0), (0.02, 1.5), (0.02, 2.0), (0.05, 1.5), (0.05, 2.0))
"""Share of all voices, and how many times as often in the last week."""
VOLUMES = (600, 2_400, 6_000)
UNREST = 0.15
"""Standard deviation of the logarithm of every topic's weekly rate, in restless weeks."""


class Counts:
    """The pool as what counts are made of."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.channels = sorted(set(pool.channels.tolist()))
        self.channel = np.array([self.channels.index(one) for one in pool.channels])
        self.names = sorted(pool.topics)
        self.speaks = np.array([pool.topics[one] for one in self.names])
        self.moods = (pool.labels == "negative", pool.labels == "positive")

    def passing(self, rng: np.random.Generator, chance: np.ndarray) -> set[str]:
        """The families of topics that a digest of the last week would look at, of counts drawn with these means."""
        drawn = rng.poisson(chance)
        heard, topics = [], []
        for number, week in enumerate(COMPARED):
            for place, channel in enumerate(self.channels):
                rows = drawn[:, number] * (self.channel == place)
                heard.append(ChannelWeek(week, channel, int(rows.sum()), int(rows.sum())))
                n, ill, well = self.speaks @ rows, *(self.speaks @ (rows * mood) for mood in self.moods)
                topics += [
                    TopicWeek(week, channel, name, int(n[k]), int(n[k]), int(ill[k]), int(well[k]))
                    for k, name in enumerate(self.names)
                    if n[k]
                ]
        asked = changes.screen(COMPARED, heard, topics)
        return {
            root
            for root, answers in asked.items()
            if family_p([one.test for one in answers]) * len(asked) <= changes.LEVEL
        }

    def means(self, rng: np.random.Generator, weekly: int) -> np.ndarray:
        """Mean of each row in each week: channels are busier in some weeks than in others."""
        busy = rng.gamma(BUSY, 1 / BUSY, size=(len(self.channels), len(COMPARED)))
        return np.asarray(busy[self.channel] * weekly / len(self.pool))

    def restless(self, rng: np.random.Generator, chance: np.ndarray) -> np.ndarray:
        """The same with a rate of its own for each topic and week."""
        found = chance.copy()
        for root in sorted({one.partition(".")[0] for one in self.names}):
            found[self.pool.topics[root]] *= np.exp(rng.normal(-(UNREST**2) / 2, UNREST, size=len(COMPARED)))
        return found


def main(histories: int = 100, pool: str | None = None) -> None:
    """Print what is found by volume and size, and what quiet weeks tell."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Counts(Pool(Path(pool)) if pool else built(Path(folder)))
        print(f"| a week | {' | '.join(f'{100 * s:g} % × {f:g}' for s, f in SIZES)} | quiet weeks | restless weeks |")
        print(f"|--:|{'--:|' * (len(SIZES) + 2)}")
        for weekly in VOLUMES:
            cells = []
            for share, factor in SIZES:
                found = 0
                for number in range(histories):
                    rng = np.random.default_rng((weekly, number, int(1000 * share), int(10 * factor)))
                    topic = str(rng.choice(counts.pool.leaves(share)))
                    chance = counts.means(rng, weekly)
                    weight = np.full(len(COMPARED), share / counts.pool.share(topic))
                    weight[-1] *= factor
                    chance[counts.pool.topics[topic]] *= weight
                    found += topic.partition(".")[0] in counts.passing(rng, chance)
                cells.append(f"{100 * found / histories:.0f} %")
            for uneasy in (False, True):
                alarms = 0
                for number in range(histories):
                    rng = np.random.default_rng((weekly, number, uneasy))
                    chance = counts.means(rng, weekly)
                    alarms += len(counts.passing(rng, counts.restless(rng, chance) if uneasy else chance))
                cells.append(f"{alarms / histories:.2f}")
            print(f"| {weekly:,} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*(kind(value) for kind, value in zip((int, str), sys.argv[1:], strict=False)))
