"""Commands of linking: learn its weights from the base, show what imports changed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from voc.commands.options import unless_unknown
from voc.settings import settings


@click.command("train-linking")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File instead of VOC_HOME's."
)
def train_linking(output: Path | None) -> None:
    """Learn from the store, without labels, what an agreement of names, places and numbers is worth."""
    from voc.pipeline.train_linking import train_linking as train
    from voc.store import open_store

    chosen = settings()
    with closing(open_store(chosen)) as store:
        weights, path = train(store, chosen, target=output)
    click.echo(f"{'field':<12}{'agreement':<12}{'bits':>6}")
    for field, levels in weights.fields.items():
        for level, weight in levels.items():
            click.echo(f"{field:<12}{level:<12}{weight.bits:>6.1f}")
    click.echo(f"learnt from {weights.trained_on}; written to {path}; running workers read it when they start again")


@click.command("changes")
@click.argument("customer_id")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def changes(customer_id: str, limit: int) -> None:
    """Show what imports changed in one record, newest first."""
    from voc.service import customers
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    unknown = f"customer {customer_id}: there is no such customer; look the id up in the customer base."
    with open_service() as service, unless_unknown(unknown):
        for one in customers.changes(service, COMMAND_LINE, customer_id, limit=limit):
            was, now = ("nothing" if value is None else value for value in (one.before, one.after))
            click.echo(f"{one.at:%Y-%m-%d %H:%M}  {one.field}: {was} -> {now}")
