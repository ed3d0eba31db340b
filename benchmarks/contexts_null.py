"""How often context mining discovers something in contacts that were shuffled, and what it finds when they are not.

    voc demo --no-serve && python benchmarks/contexts_null.py [--shuffles 200] [--home .voc]

Everything stays as it is but what is said: topics and sentiment are dealt anew. Half of the shuffles deal them among
contacts; the other half among people with equally many contacts, so that whoever comes back about the same thing still
does, and only who they are no longer means anything. Any context found in either is a false discovery; at most 5 % of
the shuffles may have one. One thread; about a second a shuffle on the samples.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from voc.insights import statistics
from voc.insights.context_items import dimensions
from voc.insights.context_subjects import arranged
from voc.insights.subgroup_discovery import Mined, mine
from voc.settings import Settings
from voc.store import Filters, Store, open_store
from voc.store.contexts import Contact


def searched(store: Store, contacts: Sequence[Contact]) -> Mined:
    """The search as the product does it."""
    profiles = store.contexts.profiles(sorted({one.customer_id for one in contacts if one.customer_id}))
    return mine(arranged(contacts, profiles, dimensions(contacts, profiles)))


def said(one: Contact, other: Contact) -> Contact:
    """``one`` with what ``other`` said."""
    return dataclasses.replace(one, topics=other.topics, sentiment=other.sentiment, snippet=other.snippet)


def among_contacts(contacts: Sequence[Contact], rng: random.Random) -> list[Contact]:
    """Everybody says what somebody else said."""
    dealt = rng.sample(contacts, len(contacts))
    return [said(one, other) for one, other in zip(contacts, dealt, strict=True)]


def among_people(contacts: Sequence[Contact], rng: random.Random) -> list[Contact]:
    """Everybody says all of what one other person with equally many contacts said."""
    by_person: dict[str, list[Contact]] = defaultdict(list)
    for one in contacts:
        by_person[one.customer_id or one.id].append(one)
    alike: dict[int, list[list[Contact]]] = defaultdict(list)
    for theirs in by_person.values():
        alike[len(theirs)].append(theirs)
    found = []
    for group in alike.values():
        for mine_, theirs in zip(group, rng.sample(group, len(group)), strict=True):
            found += [said(one, other) for one, other in zip(mine_, theirs, strict=True)]
    return found


def main() -> None:
    """Print one line of JSON: the real findings, and the share of shuffles with any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shuffles", type=int, default=200)
    parser.add_argument("--home", type=Path, default=None, help="VOC_HOME of a store with the samples")
    parser.add_argument("--seed", type=int, default=20261116)
    asked = parser.parse_args()
    with closing(open_store(Settings(home=asked.home) if asked.home else Settings())) as store:
        contacts = store.contexts.contacts(Filters(), limit=100_000)
        real = searched(store, contacts)
        began, with_any, findings = time.process_time(), {"contacts": 0, "people": 0}, 0
        for number in range(asked.shuffles):
            rng = random.Random(asked.seed + number)
            way = "contacts" if number % 2 == 0 else "people"
            dealt = among_contacts(contacts, rng) if way == "contacts" else among_people(contacts, rng)
            found = searched(store, dealt).patterns
            with_any[way] += bool(found)
            findings += len(found)
    total = sum(with_any.values())
    interval = statistics.wilson(total, asked.shuffles)
    print(
        json.dumps(
            {
                "contacts": len(contacts),
                "tested": real.tested,
                "found": [
                    {
                        "context": [f"{name}={value}" for name, value in one.items],
                        "subject": one.subject,
                        "voices": f"{one.k} of {one.n}",
                        "lift": round(one.lift, 1),
                        "adjusted_p": float(f"{one.adjusted:.1e}"),
                    }
                    for one in real.patterns
                ],
                "shuffles": asked.shuffles,
                "with_any_discovery": with_any,
                "share": total / asked.shuffles,
                "interval": [round(interval.low, 3), round(interval.high, 3)],
                "discoveries": findings,
                "cpu_seconds": round(time.process_time() - began, 1),
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
