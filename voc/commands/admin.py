"""Commands that look after the service: models, eval, doctor, keys, backup, restore."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from voc.commands.options import unless_unknown
from voc.errors import NotFoundError
from voc.evaluation.reports import EVALUATIONS
from voc.settings import settings


@click.group("models")
def models_() -> None:
    """The weights: which exist, where they come from, whether they are whole."""


@models_.command("list")
def models_list() -> None:
    """Role, source, revision, licence, size, hash, present or not."""
    from voc import models

    for one in models.listing():
        size = f"{one.bytes / 1e6:.1f} MB" if one.bytes else "size unknown"
        state = "present" if one.present else "missing" if one.default else "not pulled (optional)"
        revision = f" @ {one.revision[:7]}" if one.revision else ""
        click.echo(f"{one.name}: {state}")
        click.echo(f"    {one.role}; {one.licence}; {size}; sha256 {one.sha256 or 'unknown'}")
        click.echo(f"    from {one.source}{revision}")


@models_.command("pull")
@click.argument("names", nargs=-1)
def models_pull(names: tuple[str, ...]) -> None:
    """Fetch weights (default: all that running needs), resumable, checked by SHA-256."""
    from voc import models

    for one in models.pull(names):
        click.echo(f"{one.name}: present in {one.path}")


@models_.command("verify")
@click.argument("names", nargs=-1)
def models_verify(names: tuple[str, ...]) -> None:
    """Hash every present file again; a damaged one is deleted and named."""
    from voc import models

    damaged = 0
    for one in models.verify(names):
        damaged += one.problem is not None
        click.echo(f"{one.model}/{one.file}: {one.problem or 'as the manifest says'}")
    if damaged:
        sys.exit(1)


@click.command("eval")
@click.argument("name", required=False, type=click.Choice(EVALUATIONS))
@click.option("--json", "as_json", is_flag=True)
def eval_(name: str | None, as_json: bool) -> None:
    """Measure accuracy on public sets in ../shared/data, French minimal pairs and written queries; prints tables."""
    from voc.evaluation.reports import run

    for line in run(name, as_json=as_json):
        click.echo(line)


@click.command()
def doctor() -> None:
    """Print the settings in force and check that everything needed is there."""
    from voc.doctor import examine

    healthy = True
    for finding in examine(settings()):
        healthy = healthy and finding.ok
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
    if not healthy:
        sys.exit(1)


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice(["reader", "analyst", "admin"]), default="reader", show_default=True)
def keys_create(name: str, role: Any) -> None:
    """Create a key; it is shown this once."""
    from voc.service import keys as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        _, secret = use_cases.create(service, COMMAND_LINE, name=name, role=role)
    click.echo(secret)


@keys.command("list")
def keys_list() -> None:
    """Every key with its role and last use."""
    from voc.service import keys as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for key in use_cases.listing(service, COMMAND_LINE):
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            state = "revoked" if key.revoked_at else "live"
            click.echo(f"{key.id}  {key.role:<8}  {state:<8}  last used {used}  {key.name}")


@keys.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """Revoke a key at once."""
    from voc.service import keys as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(f"key {key_id}: no such live key; see `voc keys list`."):
        use_cases.revoke(service, COMMAND_LINE, key_id)
    click.echo("revoked")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the database and the recordings into one archive, while the service runs."""
    from voc.backups import database_of
    from voc.service import exports
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    database_of(settings())  # opening would make one
    with open_service() as service:
        size = exports.backup(service, COMMAND_LINE, target)
    click.echo(f"{size} bytes written to {target}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--tombstones",
    type=click.Path(path_type=Path),
    default=None,
    help="tombstones.json of the store that was lost: who was erased since the backup is erased again.",
)
def restore(source: Path, tombstones: Path | None) -> None:
    """Put an archive of `voc backup` back into an empty home; whoever was erased since stays erased."""
    from voc.backups import put_back
    from voc.pipeline.erasing import erase_again, keep_tombstones
    from voc.store import open_store

    chosen = settings()
    if tombstones is not None:
        if not tombstones.is_file():
            raise NotFoundError(f"--tombstones {tombstones}: no such file; check the path.", code="no_such_file")
        chosen = chosen.model_copy(update={"tombstones": tombstones})
    put_back(chosen, source)
    with closing(open_store(chosen)) as store:
        again = erase_again(store, chosen, actor="cli")
        if store.tombstones.count():
            keep_tombstones(store, settings())
    click.echo(f"restored into {chosen.home.resolve()}")
    if again:
        click.echo(f"{again} people or interactions that were erased since the backup are erased again")
