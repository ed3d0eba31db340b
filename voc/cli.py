"""The command line: one command a function, nothing else."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from voc import __version__
from voc.errors import InputError, VocError
from voc.records import Channel
from voc.settings import Settings, settings
from voc.terminal import Progress

CHANNELS = click.Choice([one.value for one in Channel])


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
        except BrokenPipeError:  # `voc analyse … | head`
            sys.stderr.close()
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
    for chatty in ("dbos", "faster_whisper", "httpx", "httpcore", "urllib3", "fsspec", "asyncio", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.DEBUG if debug else logging.ERROR)


def mapping_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``("text=Verbatim", …)`` as a dict.

    Raises:
        InputError: a pair has no ``=``.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not field or not column:
            raise InputError(f"--map {pair}: write field=column, e.g. --map text=Verbatim.")
        found[field.strip()] = column.strip()
    return found


@contextmanager
def _store(chosen: Settings) -> Iterator[Any]:
    from voc.store import open_store

    with closing(open_store(chosen)) as store:
        yield store


# --- the service -------------------------------------------------------------------------------------------------


@main.command()
@click.option("--no-serve", is_flag=True, help="Stop after the samples are analysed.")
@click.option("--host", default=None, help="Address to bind to.")
@click.option("--port", default=None, type=int, help="Port to bind to.")
def demo(no_serve: bool, host: str | None, port: int | None) -> None:
    """Ingest the samples, print what the digest found, serve the pages."""
    from voc import models
    from voc.demo import DEMO_WEEK, load_samples
    from voc.insights.digest import build
    from voc.insights.render import render

    chosen = settings()
    models.ensure("whisper-base")
    with _store(chosen) as store:
        click.echo(f"Ingesting the samples into {chosen.home.resolve()} …")
        with Progress("analysed") as progress:
            report = load_samples(store, chosen, progress=progress.show)
        click.echo(
            f"{report.interactions} interactions from {report.customers} customers, {report.linked} linked, "
            f"{report.failed} failed, {report.duplicates} known already."
        )
        digest = build(store, DEMO_WEEK, now=datetime.now(UTC))
        store.digests.save(digest)
        click.echo(render(digest, format="text", language=_language(chosen)))
    if not no_serve:
        _serve(chosen, host, port, None)


@main.command()
@click.option("--host", default=None, help="Address to bind to (default 127.0.0.1).")
@click.option("--port", default=None, type=int, help="Port to bind to (default 8000).")
@click.option("--workers", default=None, type=int, help="Worker processes (default 1).")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API and the pages, with workers in processes of their own."""
    _serve(settings(), host, port, workers)


def _serve(chosen: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    from api.server import run

    run(
        chosen.model_copy(
            update={k: v for k, v in (("host", host), ("port", port), ("workers", workers)) if v is not None}
        )
    )


@main.command()
@click.option("--queue", "queues", multiple=True, type=click.Choice(["transcription", "text"]), help="Only this queue.")
@click.option("--parent", type=int, default=None, hidden=True)
def worker(queues: tuple[str, ...], parent: int | None) -> None:
    """A worker alone: takes queued work until it is stopped."""
    from voc.pipeline.worker import run_worker

    run_worker(settings(), queues=queues or None, parent=parent)


# --- bringing things in ------------------------------------------------------------------------------------------


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--channel", type=CHANNELS, default=None, help="Channel, where the file does not say.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what.")
@click.option("--roles", default="", help="Role of each audio channel in order: agent,customer.")
@click.option("--role", default=None, help="One person of this role speaks in the whole file.")
@click.option("--wait", is_flag=True, help="Wait until all of it is analysed.")
def ingest(
    paths: tuple[Path, ...], channel: str | None, pairs: tuple[str, ...], roles: str, role: str | None, wait: bool
) -> None:
    """Take in files or folders: recordings, e-mails, tables, posts, surveys, transcripts."""
    from voc.pipeline.batch import ingest_paths
    from voc.pipeline.waiting import some_worker, wait_until_done

    chosen = settings()
    with _store(chosen) as store:
        report = ingest_paths(
            store,
            chosen,
            paths,
            channel=Channel(channel) if channel else None,
            mapping=mapping_of(pairs),
            roles=tuple(one.strip() for one in roles.split(",") if one.strip()),
            role=role,
        )
        for one in report.rejections:
            click.echo(f"failed: {one.source}: {one.reason}", err=True)
        click.echo(f"{report.accepted} accepted, {report.duplicate} duplicate, {report.rejected} failed")
        failed = report.rejected
        if wait and report.upload_ids:
            with some_worker(store, chosen), Progress("analysed") as progress:
                wait_until_done(store, report.upload_ids, progress=progress.show)
            for source, reason in store.interactions.failures(report.upload_ids):
                click.echo(f"failed: {source}: {reason}", err=True)
                failed += 1
    if failed:
        sys.exit(1)


@main.group()
def customers() -> None:
    """The customer base."""


@customers.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what.")
def import_(file: Path, pairs: tuple[str, ...]) -> None:
    """Import a CRM export (CSV, XLSX, JSON, NDJSON, Parquet); what was anonymous is linked anew."""
    from voc.pipeline import import_customers

    with _store(settings()) as store:
        report = import_customers(store, file, mapping=mapping_of(pairs))
    for one in report.rejections:
        click.echo(f"failed: {one.source}: {one.reason}", err=True)
    click.echo(
        f"{report.new} new, {report.updated} updated, {report.rejected} failed; "
        f"{report.relinked} anonymous interactions found their customer"
    )
    if report.rejected:
        sys.exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--text-column", default=None, help="Column that holds the text.")
@click.option("--channel", type=CHANNELS, default=None, help="Channel, where the file does not say.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what.")
@click.option("--roles", default="", help="Role of each audio channel in order: agent,customer.")
@click.option("--role", default=None, help="One person of this role speaks in the whole file.")
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
    """Analyse without storing anything: JSON Lines in input order, one per call, row or message."""
    from voc.pipeline.batch import analyse_paths
    from voc.records import Rejected

    mapping = mapping_of(pairs) | ({"text": text_column} if text_column else {})
    failed = 0
    with _output(output) as write:
        for one in analyse_paths(
            settings(),
            paths,
            channel=Channel(channel) if channel else None,
            mapping=mapping,
            roles=tuple(part.strip() for part in roles.split(",") if part.strip()) or ((role,) if role else ()),
        ):
            if isinstance(one, Rejected):
                failed += 1
                click.echo(f"failed: {one.source}: {one.reason}", err=True)
            else:
                write(one.model_dump_json() + "\n")
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


@main.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only what happened from this day on.")
@click.option("--failed", is_flag=True, help="Only what failed.")
@click.option("--wait", is_flag=True, help="Wait until all of it is analysed.")
def reanalyse(since: datetime | None, failed: bool, wait: bool) -> None:
    """Analyse again with the models and the taxonomy of today."""
    from voc.pipeline import reanalyse as again
    from voc.pipeline.queues import WorkQueue
    from voc.pipeline.waiting import some_worker, wait_for_interactions
    from voc.store import Filters

    chosen = settings()
    filters = Filters(since=since.replace(tzinfo=UTC) if since else None, status="failed" if failed else None)
    with _store(chosen) as store, closing(WorkQueue(chosen)) as queue:
        ids = again(store, queue, filters=filters)
        click.echo(f"{len(ids)} queued")
        if wait and ids:
            with some_worker(store, chosen), Progress("analysed") as progress:
                wait_for_interactions(store, ids, progress=progress.show)


# --- reading -----------------------------------------------------------------------------------------------------


@main.command()
@click.argument("query")
@click.option("--channel", type=CHANNELS, default=None)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 400))
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of a table.")
def search(query: str, channel: str | None, since: datetime | None, limit: int, as_json: bool) -> None:
    """Search by words and meaning together."""
    from voc.pipeline import search as find
    from voc.store import Filters

    filters = Filters(channel=channel, since=since.replace(tzinfo=UTC) if since else None)
    with _store(settings()) as store:
        for one in find(store, query, filters, limit=limit):
            row = one.interaction
            if as_json:
                fields = {"id": row.id, "channel": row.channel, "at": row.at.isoformat(), "score": round(one.score, 6)}
                fields |= {"by": list(one.by), "sentiment": row.sentiment_label, "snippet": row.snippet}
                click.echo(json.dumps(fields, ensure_ascii=False))
            else:
                click.echo(f"{row.at:%Y-%m-%d}  {row.channel:<9}  {row.id}  {row.snippet or '—'}")


@main.command()
@click.option("--week", default=None, metavar="2026-W46", help="ISO week (default: the last complete one with data).")
@click.option("--format", "form", type=click.Choice(["html", "md", "json", "text"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(["fr", "en"]), default=None)
def digest(week: str | None, form: str, language: str | None) -> None:
    """The weekly digest: the week against the four before it."""
    from voc.insights.digest import build, default_week
    from voc.insights.render import render

    chosen = settings()
    now = datetime.now(UTC)
    with _store(chosen) as store:
        made = build(store, week or default_week(store, now=now), now=now)
        store.digests.save(made)
    click.echo(render(made, format=form, language=language or _language(chosen)))


def _language(chosen: Settings) -> str:
    import locale

    if chosen.ui_language != "auto":
        return chosen.ui_language
    return "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["sqlite", "parquet", "csv"]), default=None)
def export(target: Path, form: str | None) -> None:
    """Export what was understood: TARGET.db opens in Datasette; parquet and csv make a folder of tables."""
    from voc.exporting import export_to

    with _store(settings()) as store:
        rows = export_to(store, target, form=form)
    click.echo(f"{sum(rows.values())} rows in {len(rows)} tables written to {target}")


# --- looking after it --------------------------------------------------------------------------------------------


@main.group("models")
def models_() -> None:
    """The weights: which exist, where they come from, whether they are whole."""


@models_.command("list")
def models_list() -> None:
    """Role, source, revision, licence, size, hash, present or not."""
    from voc import models

    for line in models.table():
        click.echo(line)


@models_.command("pull")
@click.argument("names", nargs=-1)
def models_pull(names: tuple[str, ...]) -> None:
    """Fetch weights (default: all that running needs), resumable, checked by SHA-256."""
    from voc import models

    for name in names or models.needed():
        click.echo(f"{name}: {models.ensure(name)}")


@models_.command("verify")
@click.argument("names", nargs=-1)
def models_verify(names: tuple[str, ...]) -> None:
    """Hash every present file again; a damaged one is deleted and named."""
    from voc import models

    for line in models.verified(names):
        click.echo(line)


@main.command("eval")
@click.argument("name", required=False, type=click.Choice(["text", "speech"]))
@click.option("--json", "as_json", is_flag=True)
def eval_(name: str | None, as_json: bool) -> None:
    """Measure accuracy on the public sets in ../shared/data; prints the README's tables."""
    from voc.evaluation import run

    for line in run(name, as_json=as_json):
        click.echo(line)


@main.command()
def doctor() -> None:
    """Print the settings in force and check that everything needed is there."""
    from voc.doctor import examine

    healthy = True
    for finding in examine(settings()):
        healthy = healthy and finding.ok
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
    if not healthy:
        sys.exit(1)


@main.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(["reader", "analyst", "admin"]), default="reader", show_default=True)
def keys_create(name: str, role: Any) -> None:
    """Create a key; it is shown this once."""
    now = datetime.now(UTC)
    with _store(settings()) as store:
        key, secret = store.access.create_key(name, role, now=now)
        store.access.record(actor="cli", action="key.create", target=key.id, now=now, detail={"role": role})
    click.echo(secret)


@keys.command("list")
def keys_list() -> None:
    """Every key with its role and last use."""
    with _store(settings()) as store:
        for key in store.access.listing():
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            state = "revoked" if key.revoked_at else "live"
            click.echo(f"{key.id}  {key.role:<8}  {state:<8}  last used {used}  {key.name}")


@keys.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """Revoke a key at once."""
    now = datetime.now(UTC)
    with _store(settings()) as store:
        if not store.access.revoke(key_id, now=now):
            raise InputError(f"key {key_id}: no such live key; see `voc keys list`.")
        store.access.record(actor="cli", action="key.revoke", target=key_id, now=now)
    click.echo("revoked")


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the database and the recordings into one archive, while the service runs."""
    from voc.backups import back_up

    click.echo(f"{back_up(settings(), target)} bytes written to {target}")


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> None:
    """Put an archive of `voc backup` back into an empty home."""
    from voc.backups import put_back

    put_back(settings(), source)
    click.echo(f"restored into {settings().home.resolve()}")
