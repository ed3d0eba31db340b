"""The command line. Each command is a function of ``voc.commands``; this file only puts them together."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from voc import __version__
from voc.commands import admin as upkeep
from voc.commands import (
    alerts,
    events,
    facts,
    identities,
    learning,
    linking,
    privacy,
    service,
    sharing,
    subscriptions,
    themes,
)
from voc.commands import ingest as incoming
from voc.commands import mappings as column_mappings
from voc.commands import query as reading
from voc.commands import sources as inflow
from voc.commands import topics as subjects
from voc.errors import VocError

CHATTY = (
    *("dbos", "faster_whisper", "httpx", "httpcore", "urllib3", "fsspec", "asyncio"),
    *("uvicorn.access", "asyncssh", "sshfs", "s3fs", "botocore", "aiobotocore"),
)


class _Commands(click.Group):
    """Shows our own errors as one line; a traceback only with ``--debug``."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except VocError as error:
            if context.params.get("debug"):
                raise
            click.echo(f"voc: {error}", err=True)
            context.exit(1)
        except BrokenPipeError:  # `voc analyse … | head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            context.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="voc")
@click.option("--debug", is_flag=True, help="Show tracebacks and debug logs.")
def main(debug: bool) -> None:
    """The voice of the customer: from the recording or export to the figure, and back to the words."""
    logging.basicConfig(
        level=logging.DEBUG if debug else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.ERROR)


incoming.customers.add_command(events.events)
incoming.customers.add_command(linking.train_linking)
incoming.customers.add_command(linking.changes)

subjects.topics.add_command(themes.discover)
for command in (
    *(service.demo, service.serve, service.worker, service.mcp),
    *(incoming.ingest, incoming.customers, incoming.analyse, incoming.reanalyse),
    *(reading.search, reading.digest, reading.export),
    subscriptions.subscriptions,
    alerts.alerts,
    *(sharing.views, sharing.trackers, sharing.shares),
    privacy.retention,
    learning.learn,
    facts.facts,
    facts.reindex,
    subjects.topics,
    inflow.sources,
    column_mappings.mappings,
    *(upkeep.models_, upkeep.eval_, upkeep.doctor, upkeep.keys, upkeep.backup, upkeep.restore),
):
    main.add_command(command)
for command in (
    *(privacy.export_person, privacy.erase, privacy.consent),
    *(identities.review, identities.merge, identities.split, identities.history, identities.undo),
):
    incoming.customers.add_command(command)
