"""Commands about who is whom: what waits for a person, merge, split, the history of a customer, undo."""

from __future__ import annotations

import click

from voc.commands.options import unless_unknown


@click.command("review")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500))
def review(limit: int) -> None:
    """List the links that wait for a person, those with the most at stake first."""
    from voc.service import links
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        queue = links.queue(service, COMMAND_LINE, limit=limit)
    for one in queue.items:
        click.echo(
            f"{one.row.id}  {one.method:<9}  {one.leading_id}  uncertainty {one.uncertainty:.2f}  "
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
    from voc.service import links
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        preview = links.merge_preview(service, COMMAND_LINE, first, second)
        click.echo(f"{preview.speaks} will speak for {len(preview.records)} records; {preview.moves} interactions move")
        if preview.lets_go:
            click.echo(f"{preview.lets_go} interactions were rejected for one of the two and will be reviewed again")
        if not yes:
            click.confirm("Merge?", abort=True)
        event = links.merge(service, COMMAND_LINE, first, second, reason=reason)
    click.echo(f"merged; take it back with: voc customers undo {event}")


@click.command("split")
@click.argument("record")
@click.option("--reason", default=None, help="Why; kept with the decision.")
def split(record: str, reason: str | None) -> None:
    """Say that a merged record is a person of its own; what came with it leaves with it. Can be undone."""
    from voc.service import links
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        preview = links.split_preview(service, COMMAND_LINE, record)
        event = links.split(service, COMMAND_LINE, record, reason=reason)
    click.echo(
        f"{record} is a person of its own, with {preview.leaves.interactions} interactions; "
        f"take it back with: voc customers undo {event}"
    )


@click.command("history")
@click.argument("customer")
def history(customer: str) -> None:
    """List every decision about a customer's records and interactions, newest first."""
    from voc.service import links
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    unknown = f"customer {customer}: is not in the customer base; look it up under Customers."
    with open_service() as service, unless_unknown(unknown):
        found = links.history(service, COMMAND_LINE, customer)
    for one in found:
        state = f"  (undone {one.undone_at:%Y-%m-%d %H:%M} by {one.undone_by})" if one.undone_at else ""
        why = f"  {one.reason}" if one.reason else ""
        about = f"{', '.join(one.customers)}  {one.interactions} moved"
        click.echo(f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {one.actor}  {one.action}  {about}{why}{state}")


@click.command("undo")
@click.argument("event", type=int)
@click.option("--with-later", is_flag=True, help="Undo the later decisions that stand on it first.")
@click.option("--reason", default=None, help="Why; kept with the decision.")
def undo(event: int, with_later: bool, reason: str | None) -> None:
    """Take a decision back with all it moved (the number is in `voc customers history`)."""
    from voc.service import links
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        done = links.undo(service, COMMAND_LINE, event, with_later=with_later, reason=reason)
    click.echo(f"taken back: {', '.join(str(one) for one in done)}")
