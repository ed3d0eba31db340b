"""Commands about sources: what flows in by itself; the same as on the page and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from voc.commands.options import CHANNELS, interface_language, mapping_of, unless_unknown
from voc.errors import InputError
from voc.records import Channel
from voc.settings import settings

if TYPE_CHECKING:
    from voc.service.context import Service
    from voc.service.sources import SourceRow, SourceRun, SourceState


@click.group()
def sources() -> None:
    """What flows in by itself: folders, buckets, mailboxes, feeds, hooks, databases."""


@sources.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """Every source: what, how often, its last run, what came, what was refused."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        found = use.listing(service, COMMAND_LINE)
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("no source yet; `voc sources kinds` lists what there is, `voc sources add KIND …` adds one")


@sources.command("kinds")
@click.argument("name", required=False)
def kinds_(name: str | None) -> None:
    """The kinds of source there are, or the fields of one."""
    from voc.sources import kind, kinds

    language = interface_language(settings())
    if name is None:
        for one in kinds().values():
            click.echo(f"{one.name:<10} {one.about[language]}")
        return
    for field in kind(name).fields:
        more = " (required)" if field.required else f" (default {field.default})" if field.default is not None else ""
        how = "--secret" if field.type == "secret" else "--set"
        choices = f" {'|'.join(field.choices)}" if field.choices else ""
        click.echo(
            f"{how} {field.name}=…{choices}  {field.labels[language]}{more}. {field.help.get(language, '')}".rstrip()
        )


@sources.command()
@click.argument("kind")
@click.option("--name", required=True, help="What to call it.")
@click.option("--set", "options", multiple=True, metavar="FIELD=VALUE", help="A field of the kind; see `kinds KIND`.")
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="FIELD=PLACE",
    help="Where a secret is: env:VOC_SOURCE_… or file:NAME.",
)
@click.option("--every", type=int, default=None, metavar="SECONDS", help="Seconds between runs.")
@click.option("--per-minute", type=int, default=None, help="Things taken a minute at most.")
@click.option("--backfill-per-minute", type=int, default=None, help="The same for what lies there already.")
@click.option("--channel", type=CHANNELS, default=None, help="Where everything in it comes from; guessed by default.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column of a table is what.")
@click.option("--roles", default="", help="Roles of channels (agent,customer) or of speakers (NAME=agent).")
def add(
    kind: str, name: str, options: tuple[str, ...], secrets: tuple[str, ...], every: int | None,
    per_minute: int | None, backfill_per_minute: int | None, channel: str | None, pairs: tuple[str, ...], roles: str,
) -> None:  # fmt: skip
    """Add a source; workers run it from now on."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    wanted = use.NewSource(
        kind=kind,
        name=name,
        options=_pairs("--set", options),
        secrets=_pairs("--secret", secrets),
        channel=Channel(channel) if channel else None,
        mapping=mapping_of(pairs),
        roles=tuple(one.strip() for one in roles.split(",") if one.strip()),
        every_seconds=every,
        per_minute=per_minute,
        backfill_per_minute=backfill_per_minute,
    )
    with open_service() as service:
        row = use.add(service, COMMAND_LINE, wanted)
        found = use.state(service, COMMAND_LINE, row.id).kind
    click.echo(f"{row.name}: added ({row.id})")
    if found is not None and found.pushed:
        click.echo(f"have it sent to {found.address(row.id)} of this server")


@sources.command()
@click.argument("source")
@click.option("--wait", is_flag=True, help="Until the run is over; works itself where no worker runs.")
def run(source: str, wait: bool) -> None:
    """Run a source now, paused or not."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, _known(source):
        begun = use.run(service, COMMAND_LINE, source)
        row = use.find(service, COMMAND_LINE, source)
        if not wait:
            click.echo(f"{row.name}: queued; `voc sources runs {row.id}` shows what came")
            return
        ended = _wait(service, row, begun)
    click.echo(_run_line(ended))
    if ended.status == "failed":
        raise SystemExit(1)


@sources.command()
@click.argument("source")
def pause(source: str) -> None:
    """Let a source rest until it is resumed."""
    _do("pause", source)


@sources.command()
@click.argument("source")
def resume(source: str) -> None:
    """Go on with a source that was paused."""
    _do("resume", source)


@sources.command()
@click.argument("source")
@click.option("--limit", default=20, show_default=True)
def runs(source: str, limit: int) -> None:
    """Runs of a source, newest first: what came, what was refused and why."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, _known(source):
        found = use.runs(service, COMMAND_LINE, source, limit=limit)
        set_aside = use.quarantine(service, COMMAND_LINE, source)
    for one in found:
        click.echo(_run_line(one))
    for item in set_aside:
        click.echo(f"set aside: {item.name}: {item.reason}")


@sources.command()
@click.argument("source")
def retry(source: str) -> None:
    """Try everything again that was refused."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, _known(source):
        n = use.retry(service, COMMAND_LINE, source)
    click.echo(f"{n:,} tried again")


@sources.command()
@click.argument("source")
@click.confirmation_option(prompt="Remove the source? What came from it stays.")
def remove(source: str) -> None:
    """Forget a source; what came from it stays."""
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, _known(source):
        use.remove(service, COMMAND_LINE, source)
    click.echo(f"{source}: removed")


def _do(act: str, source: str) -> None:
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, _known(source):
        {"pause": use.pause, "resume": use.resume}[act](service, COMMAND_LINE, source)
        click.echo(_line(use.state(service, COMMAND_LINE, source)))


def _known(source: str) -> Any:
    return unless_unknown(f"{source}: there is no such source; `voc sources list` shows them.")


def _wait(service: Service, row: SourceRow, begun: SourceRun) -> SourceRun:
    import time

    from voc.pipeline.waiting import some_worker
    from voc.service import sources as use
    from voc.service.actor import COMMAND_LINE

    with some_worker(service.store, service.settings, say=lambda line: click.echo(line, err=True)):
        while True:
            found = {one.id: one for one in use.runs(service, COMMAND_LINE, row.id)}.get(begun.id, begun)
            if found.status in {"done", "failed"}:
                return found
            time.sleep(0.2)


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in given:
        field, equals, value = pair.partition("=")
        if not equals or not field.strip():
            raise InputError(f"{option} {pair if option == '--set' else field}: write FIELD=VALUE.")
        found[field.strip()] = value
    return found


def _line(one: SourceState) -> str:
    often = f"every {one.row.every_seconds} s" if one.row.every_seconds else "as it comes"
    line = f"{one.row.id}  {one.standing:<8} {one.row.kind:<8} {one.row.name}  {often}"
    if one.last is not None:
        line += f"  last: {_run_line(one.last)}"
    refused = one.counts.get("refused", 0)
    return line + (f"  {refused:,} set aside" if refused else "")


def _run_line(run: SourceRun) -> str:
    at = run.ended_at or run.started_at or run.queued_at
    line = (
        f"{at:%Y-%m-%d %H:%M:%S} {run.status}: {run.taken:,} taken, {run.accepted:,} new, {run.duplicate:,} known, "
        f"{run.rejected:,} rows rejected, {run.refused:,} refused"
    )
    return line + (f" ({run.reason})" if run.reason else "")


def _plain(one: SourceState) -> Mapping[str, Any]:
    last = one.last
    return {
        "id": one.row.id, "kind": one.row.kind, "name": one.row.name, "options": one.options,
        "secrets": one.row.secrets, "every_seconds": one.row.every_seconds, "standing": one.standing,
        "next_at": one.row.next_at, "refused": one.counts.get("refused", 0),
        "last_run": last.__dict__ if last else None,
    }  # fmt: skip
