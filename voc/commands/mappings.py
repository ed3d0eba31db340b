"""Commands about saved mappings of columns; the same as on the page and over HTTP."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from voc.commands.options import unless_unknown

UNKNOWN = "{}: no such mapping; `voc mappings list` shows those there are."


@click.group()
def mappings() -> None:
    """Which column is what, kept by name and used for every later table of the same header."""


@mappings.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """Every mapping by name."""
    from voc.service import mappings as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        found = use.listing(service, COMMAND_LINE)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        pairs = ", ".join(f"{field}={column}" for field, column in one.mapping.items())
        click.echo(f"{one.name}  {one.channel or '-'}  {pairs}")
    if not found:
        click.echo("no mapping yet; `voc ingest FILE --map text=COLUMN --save-mapping NAME` keeps one")


@mappings.command()
@click.argument("name")
def show(name: str) -> None:
    """One mapping as JSON."""
    from voc.service import mappings as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(UNKNOWN.format(name)):
        found = use.get(service, COMMAND_LINE, name)
    click.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))


@mappings.command()
@click.argument("name")
@click.argument("new")
def rename(name: str, new: str) -> None:
    """Call a mapping NEW instead of NAME."""
    from voc.service import mappings as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(UNKNOWN.format(name)):
        use.rename(service, COMMAND_LINE, name, new)
    click.echo("renamed")


@mappings.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a mapping; what was read with it stays."""
    from voc.service import mappings as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(UNKNOWN.format(name)):
        use.remove(service, COMMAND_LINE, name)
    click.echo("removed")
