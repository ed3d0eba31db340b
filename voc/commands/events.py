"""The command that takes in events: what was sent to customers, what they bought, where they came by."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from voc.commands.options import columns_named, mapping_of, tell


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@columns_named
def events(file: Path, pairs: tuple[str, ...]) -> None:
    """Import events (CSV, XLSX, JSON, NDJSON, Parquet): marketing sends, purchases, visits."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.customers import import_events

    with open_service() as service:
        report = import_events(service, COMMAND_LINE, file, mapping=mapping_of(pairs))
    tell(report.rejections)
    click.echo(
        f"{report.new} new, {report.known} known, {report.rejected} failed; "
        f"{report.unknown_customer} of customers not in the base yet"
    )
    if report.rejected:
        sys.exit(1)
