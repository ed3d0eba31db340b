"""Commands that read what was understood: search, digest, export."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from voc.commands.options import CHANNELS, interface_language
from voc.locales import interface_languages


@click.command()
@click.argument("query")
@click.option("--channel", type=CHANNELS, default=None)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 400))
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
def search(query: str, channel: str | None, since: datetime | None, limit: int, as_json: bool) -> None:
    """Search by words and meaning together."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.interactions import Filters
    from voc.service.search import SearchQuery
    from voc.service.search import search as find

    filters = Filters(channel=channel, since=since.replace(tzinfo=UTC) if since else None)
    with open_service() as service:
        found = find(service, COMMAND_LINE, SearchQuery(query, filters, limit))
        for one in found.hits:
            row = one.interaction
            if as_json:
                fields = {"id": row.id, "channel": row.channel, "at": row.at.isoformat(), "score": round(one.score, 6)}
                fields |= {"by": list(one.by), "sentiment": row.sentiment_label, "snippet": row.snippet}
                fields["passage"] = one.passage.text if one.passage else None
                click.echo(json.dumps(fields, ensure_ascii=False))
            else:
                said = one.passage.text if one.passage else row.snippet
                click.echo(f"{row.at:%Y-%m-%d}  {row.channel:<9}  {row.id}  {said or '—'}")
        if not as_json:
            click.echo(f"{len(found.hits)} of {found.total} that match" if found.total else "nothing matches", err=True)


@click.command()
@click.option("--week", default=None, metavar="2026-W46", help="ISO week (default: the last complete one with data).")
@click.option("--format", "form", type=click.Choice(["html", "md", "json", "text"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(interface_languages()), default=None)
@click.option("--send", is_flag=True, help="Send it to every subscription that did not have it yet.")
def digest(week: str | None, form: str, language: str | None, send: bool) -> None:
    """The weekly digest: the week against the four before it."""
    if send:
        _send(week)
        return
    from voc.insights.render import render
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.digests import digest_anew

    with open_service() as service:
        made = digest_anew(service, COMMAND_LINE, week)
        spoken = language or interface_language(service.settings)
    click.echo(render(made, format=form, language=spoken))


def _send(week: str | None) -> None:
    from voc.commands.subscriptions import outcome
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.subscriptions import send_now

    with open_service() as service:
        found = send_now(service, COMMAND_LINE, week)
    for wish, sending, before in found:
        click.echo(f"{wish.name}: {'had it before, ' if before else ''}{outcome(sending)}")
    if not found:
        click.echo("nobody subscribed; see `voc subscriptions add`")
    if any(sending.state not in {"sent", "nothing"} for _, sending, _ in found):
        sys.exit(1)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["sqlite", "parquet", "csv"]), default=None)
def export(target: Path, form: str | None) -> None:
    """Export what was understood: TARGET.db opens in Datasette; parquet and csv make a folder of tables."""
    from voc.service import exports
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        rows = exports.tables(service, COMMAND_LINE, target, form=form)
    click.echo(f"{sum(rows.values())} rows in {len(rows)} tables written to {target}")
