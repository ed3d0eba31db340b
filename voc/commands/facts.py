"""``voc facts`` and ``voc reindex``: what is kept beside the store, looked after by hand."""

from __future__ import annotations

import time
from contextlib import closing

import click

from voc.errors import StoreError


@click.group()
def facts() -> None:
    """The columns beside the store that figures are counted over; they follow it by themselves."""


@facts.command("rebuild")
def facts_rebuild() -> None:
    """Read the store anew and save the facts for the next start."""
    from voc.store import open_store

    with closing(open_store()) as store:
        began = time.monotonic()
        store.facts.forget_saved()
        store.facts.follow()
        saved = store.facts.save()
        where = f", saved in {saved}" if saved else ""
        click.echo(f"{len(store.facts)} interactions in {time.monotonic() - began:.1f} s{where}")


@facts.command("check")
def facts_check() -> None:
    """Count the same over the facts and over the store; every difference is a line (exit 1)."""
    from voc.store import open_store
    from voc.store.facts.checking import differences
    from voc.store.shapes import StoreSource

    with closing(open_store()) as store, store.database.reading_together():
        found = list(differences(store.facts, StoreSource(store.database)))
        for line in found:
            click.echo(line)
        if found:
            raise StoreError(
                f"{len(found)} figures differ; run `voc facts rebuild`, and report it if they still do.",
                code="facts_differ",
                n=len(found),
            )
        click.echo(f"{len(store.facts)} interactions: the facts are those of the store")


@click.command()
def reindex() -> None:
    """Make vectors of an earlier version anew; workers do it by themselves, and either may be cut off."""
    from voc.pipeline.reindexing import reindex as make_anew
    from voc.store import open_store

    def tell(done: int, total: int) -> None:
        click.echo(f"{done} of {total}", err=True)

    with closing(open_store()) as store:
        done = make_anew(store, progress=tell)
        click.echo(f"{done} vectors made anew" if done else "every vector is of this version")
