"""Commands about who is whom: what waits for a person, merge, split, the history of a customer, undo."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from voc.store.identities import By


def _by(reason: str | None) -> By:
    from voc.store.identities import By

    return By(actor="cli", at=datetime.now(UTC), reason=reason)


@click.command("review")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500))
def review(limit: int) -> None:
    """List the links that wait for a person, those with the most at stake first."""
    from voc.store import open_store

    with closing(open_store()) as store:
        queue = store.identity_review.queue(limit=limit)
    for one in queue.items:
        click.echo(
            f"{one.interaction_id}  {one.method:<9}  {one.leading_id}  uncertainty {one.uncertainty:.2f}  "
            f"priority {one.priority:.2f}"
        )
    click.echo(f"{queue.n} waiting")


@click.command("merge")
@click.argument("first")
@click.argument("second")
@click.option("--reason", default=None, help="Why; kept with the decision.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def merge(first: str, second: str, reason: str | None, yes: bool) -> None:
    """Say that two customer records are one person; the oldest speaks for both. Can be undone."""
    from voc.identity import merging
    from voc.store import open_store

    with closing(open_store()) as store:
        preview = merging.preview_merge(store, first, second)
        click.echo(f"{preview.speaks} will speak for {len(preview.records)} records; {preview.moves} interactions move")
        if preview.lets_go:
            click.echo(f"{preview.lets_go} interactions were rejected for one of the two and will be reviewed again")
        if not yes:
            click.confirm("Merge?", abort=True)
        event = merging.merge(store, first, second, by=_by(reason))
        store.access.record(
            actor="cli", action="links.merge", target=f"{first} + {second}", now=datetime.now(UTC),
            detail={"event": event},
        )  # fmt: skip
    click.echo(f"merged; take it back with: voc customers undo {event}")


@click.command("split")
@click.argument("record")
@click.option("--reason", default=None, help="Why; kept with the decision.")
def split(record: str, reason: str | None) -> None:
    """Say that a merged record is a person of its own; what came with it leaves with it. Can be undone."""
    from voc.identity import merging
    from voc.store import open_store

    with closing(open_store()) as store:
        preview = merging.preview_split(store, record)
        event = merging.split(store, record, by=_by(reason))
        store.access.record(
            actor="cli", action="links.split", target=record, now=datetime.now(UTC), detail={"event": event}
        )
    click.echo(
        f"{record} is a person of its own, with {preview.leaves.interactions} interactions; "
        f"take it back with: voc customers undo {event}"
    )


@click.command("history")
@click.argument("customer")
def history(customer: str) -> None:
    """List every decision about a customer's records and interactions, newest first."""
    from voc.errors import NotFoundError
    from voc.identity.review import moved
    from voc.store import open_store

    with closing(open_store()) as store:
        if store.customers.get(customer) is None:
            raise NotFoundError(
                f"customer {customer}: is not in the customer base; look it up under Customers.",
                code="no_such_customer",
            )
        found = store.identity_review.history(customer)
    for one in found:
        state = f"  (undone {one.undone_at:%Y-%m-%d %H:%M} by {one.undone_by})" if one.undone_at else ""
        why = f"  {one.reason}" if one.reason else ""
        about = ", ".join(one.parties)
        click.echo(
            f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {one.actor}  {one.action}  {about}  {moved(one)} moved{why}{state}"
        )


@click.command("undo")
@click.argument("event", type=int)
@click.option("--with-later", is_flag=True, help="Undo the later decisions that stand on it first.")
@click.option("--reason", default=None, help="Why; kept with the decision.")
def undo(event: int, with_later: bool, reason: str | None) -> None:
    """Take a decision back with all it moved (the number is in `voc customers history`)."""
    from voc.identity import identity_decisions as changes
    from voc.store import open_store

    with closing(open_store()) as store:
        done = changes.undo(store, event, by=_by(reason), with_later=with_later)
        store.access.record(
            actor="cli", action="links.undo", target=str(event), now=datetime.now(UTC), detail={"events": done}
        )
    click.echo(f"taken back: {', '.join(str(one) for one in done)}")
