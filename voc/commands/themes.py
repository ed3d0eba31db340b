"""Commands about topics nobody foresaw: discovery of themes."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import click

from voc.commands.options import interface_language
from voc.locales import interface_languages
from voc.settings import settings

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=DAY, default=None, help="First day (default: twelve weeks before --until).")
@click.option("--until", type=DAY, default=None, help="Day after the last one (default: now).")
@click.option("--language", type=click.Choice(interface_languages()), default=None, help="Language of the names.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1, 500), help="Themes shown.")
@click.option("--json", "as_json", is_flag=True, help="The themes with all their figures, as one JSON document.")
def discover(since: datetime | None, until: datetime | None, language: str | None, limit: int, as_json: bool) -> None:
    """Find the themes in what no topic explains; those known before keep their ids."""
    from voc.insights.themes import themes
    from voc.pipeline.theme_discovery import discover as find
    from voc.store import Filters, open_store

    chosen = settings()
    with closing(open_store(chosen)) as store:
        run = find(store, since=_utc(since), until=_utc(until), progress=None if as_json else _told)
        filters = Filters(since=run.since, until=run.until)
        found = themes(store, filters, language=language or interface_language(chosen), limit=limit, quotes=3)
    if as_json:
        click.echo(found.model_dump_json())
        return
    share = f"{run.outlier_share:.1%}" if run.outlier_share is not None else "–"
    click.echo(
        f"{run.clauses} clauses of {run.unexplained} interactions (of {run.interactions}) that no topic explains: "
        f"{run.themes} themes, {share} in none"
    )
    for one in found.themes:
        if one.n:
            channels = ", ".join(f"{channel} {n}" for channel, n in one.channels.items())
            click.echo(f"{one.n:>6}  {one.state:<7}  {one.id}  {one.label}  ({channels})")
            for quote in one.quotes[:1]:
                click.echo(f"{'':>17}“{quote.text}”")


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _told(_: str, done: int, total: int) -> None:
    click.echo(f"read {done} of {total}", err=True)
