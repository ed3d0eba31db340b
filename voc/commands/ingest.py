"""Commands that bring things in: ingest, customers import, analyse, reanalyse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from voc.commands.options import columns_named, mapping_of, roles_of, tell, what_files_hold
from voc.commands.topics import offer_packs
from voc.errors import InputError
from voc.records import Channel, Rejected, Remark
from voc.terminal import Progress

if TYPE_CHECKING:
    from voc.service.context import Service
    from voc.store import Store


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@what_files_hold
@click.option("--save-mapping", "save_as", default=None, metavar="NAME", help="Keep --map for tables of this header.")
@click.option("--wait", is_flag=True, help="Wait until all of it is analysed.")
def ingest(
    paths: tuple[Path, ...], channel: str | None, pairs: tuple[str, ...], roles: str, role: str | None,
    save_as: str | None, wait: bool,
) -> None:  # fmt: skip
    """Take in files or folders: recordings, e-mails, tables, posts, surveys, transcripts.

    What waits is analysed by `voc serve` or `voc worker`, or by --wait. Exit status 1 when a file or a part of one
    failed; the others are in.
    """
    from voc.pipeline.queues import WorkQueue
    from voc.pipeline.waiting import some_worker, wait_until_done
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.uploads import ingest_paths

    with open_service() as service:
        store, chosen = service.store, service.settings
        if save_as is not None:
            _save_mapping(service, save_as, paths, mapping_of(pairs), Channel(channel) if channel else None)
        report = ingest_paths(
            service,
            COMMAND_LINE,
            paths,
            channel=Channel(channel) if channel else None,
            mapping=mapping_of(pairs),
            roles=roles_of(roles, role),
        )
        tell((*report.rejections, *report.remarks))
        click.echo(f"{report.accepted} accepted, {report.duplicate} duplicate, {report.rejected} failed")
        failed = report.rejected
        if wait and report.upload_ids:
            with (
                closing(WorkQueue(chosen)) as queue,
                Progress("analysed") as progress,
                some_worker(store, chosen, say=progress.say),
            ):
                wait_until_done(store, report.upload_ids, progress=progress.show, queue=queue, say=progress.say)
            for source, reason in store.interactions.failures(report.upload_ids):
                click.echo(f"failed: {source}: {reason}", err=True)
                failed += 1
            offer_packs(store, chosen)
        elif report.accepted:
            _say_who_works(store)
    if failed:
        sys.exit(1)


def _save_mapping(
    service: Service, name: str, paths: tuple[Path, ...], mapping: dict[str, str], channel: Channel | None
) -> None:
    from voc.service import mappings
    from voc.service.actor import COMMAND_LINE
    from voc.service.uploads import SentFile

    if len(paths) != 1 or not paths[0].is_file():
        raise InputError("--save-mapping: name exactly one table.")
    with paths[0].open("rb") as stream:
        file = SentFile(paths[0].name, stream)
        mappings.save(service, COMMAND_LINE, name, file, mapping=mapping, channel=channel)
    click.echo(f"mapping kept as {name}: tables of this header are read so from now on")


@click.group()
def customers() -> None:
    """The customer base."""


@customers.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@columns_named
def import_(file: Path, pairs: tuple[str, ...]) -> None:
    """Import a CRM export (CSV, XLSX, JSON, NDJSON, Parquet); what was anonymous is linked anew."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.customers import import_base

    with open_service() as service:
        report = import_base(service, COMMAND_LINE, file, mapping=mapping_of(pairs))
    tell(report.rejections)
    click.echo(
        f"{report.new} new, {report.updated} updated, {report.rejected} failed; "
        f"{report.relinked} anonymous interactions found their customer"
        + (f", {report.events_joined} events theirs" if report.events_joined else "")
    )
    if report.rejected:
        sys.exit(1)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--text-column", default=None, help="Column that holds the text.")
@what_files_hold
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File instead of stdout.")
def analyse(
    paths: tuple[Path, ...],
    text_column: str | None,
    channel: str | None,
    pairs: tuple[str, ...],
    roles: str,
    role: str | None,
    output: Path | None,
) -> None:
    """Analyse without storing anything: JSON Lines in input order, one per call, row or message.

    Exit status 1 when a file or a part of one failed, which a line on stderr says; the others are written.
    """
    from voc.python_api import analyse as analyses_of

    mapping = mapping_of(pairs) | ({"text": text_column} if text_column else {})
    failed = 0

    def refuse(one: Rejected) -> None:
        nonlocal failed
        failed += not isinstance(one, Remark)
        tell((one,))

    with _output(output) as write:
        for analysis in analyses_of(
            paths,
            channel=Channel(channel) if channel else None,
            mapping=mapping,
            roles=roles_of(roles, role),
            rejected=refuse,
        ):
            write(analysis.model_dump_json() + "\n")
    if failed:
        sys.exit(1)


@contextmanager
def _output(path: Path | None) -> Iterator[Callable[[str], object]]:
    if path is None:
        yield lambda line: click.echo(line, nl=False)
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield _file_writer(file)
    except OSError as error:
        raise InputError(f"--output {path}: {error.strerror}; name a file that can be written.") from error


def _file_writer(file: IO[str]) -> Callable[[str], object]:
    return file.write


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only what happened from this day on.")
@click.option("--failed", is_flag=True, help="Only what failed.")
@click.option("--wait", is_flag=True, help="Wait until all of it is analysed.")
@click.option(
    "--analyser",
    type=click.Choice(["all", "categories"]),
    default="all",
    help="categories: only the rules of call categories, at once and without any model.",
)
def reanalyse(since: datetime | None, failed: bool, wait: bool, analyser: str) -> None:
    """Analyse again with the models, the taxonomy and the categories of today.

    What is queued is done by `voc serve` or `voc worker`, or by --wait.
    """
    if analyser == "categories":
        _categorise(since)
        return
    from voc.pipeline.queues import WorkQueue
    from voc.pipeline.waiting import some_worker, wait_for_interactions
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.interactions import Filters, reanalyse_all

    filters = Filters(since=since.replace(tzinfo=UTC) if since else None, status="failed" if failed else None)
    with open_service() as service:
        store, chosen = service.store, service.settings
        ids = reanalyse_all(service, COMMAND_LINE, filters)
        click.echo(f"{len(ids)} queued")
        if wait and ids:
            with (
                closing(WorkQueue(chosen)) as queue,
                Progress("analysed") as progress,
                some_worker(store, chosen, say=progress.say),
            ):
                wait_for_interactions(store, ids, progress=progress.show, queue=queue, say=progress.say)
        elif ids:
            _say_who_works(store)


def _say_who_works(store: Store) -> None:
    """Say that what was queued waits, where no worker is there to take it."""
    from voc.pipeline.worker_liveness import any_alive

    if not any_alive(store):
        click.echo("waiting: no worker is running; start `voc serve` or `voc worker`, or use --wait", err=True)


def _categorise(since: datetime | None) -> None:
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.interactions import Filters, categorise_again

    filters = Filters(since=since.replace(tzinfo=UTC) if since else None)
    with open_service() as service:
        report = categorise_again(service, COMMAND_LINE, filters)
    click.echo(f"categories {report.version}: {report.asked} asked, {report.changed} changed")
