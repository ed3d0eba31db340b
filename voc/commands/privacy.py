"""Commands for people's rights: export, erase, consent, retention."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from voc.commands.options import interface_language
from voc.errors import InputError, NotFoundError
from voc.settings import settings


@click.command("export")
@click.argument("customer_id")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--language", type=click.Choice(["fr", "en"]), default=None, help="Language of the page to read.")
def export_person(customer_id: str, target: Path | None, language: Literal["fr", "en"] | None) -> None:
    """Everything held about one person: TARGET.zip with JSON, a page to read and the recordings (GDPR art. 15)."""
    from voc.pipeline.erasing import remember_export
    from voc.rights.export import held, write_zip
    from voc.store import open_store

    chosen = settings()
    path = target or Path("person.zip")
    if path.exists():
        raise InputError(f"{path}: exists already; name a new file.")
    now = datetime.now(UTC)
    with closing(open_store(chosen)) as store:
        everything = held(store, customer_id, now=now, consent_required=chosen.consent_required)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                write_zip(store, everything, file, language=language or interface_language(chosen))
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place.") from error
        remember_export(store, path, kind="person", actor="cli")
    click.echo(
        f"{len(everything.interactions)} interactions, {len(everything.recordings)} recordings written to {path}"
    )


@click.command("erase")
@click.argument("customer_ids", nargs=-1, required=True)
@click.option(
    "--policy",
    type=click.Choice(["interactions", "personal"]),
    default=None,
    help="What becomes of their interactions: deleted whole, or counted on without anything personal (VOC_ERASE).",
)
@click.option("--thorough", is_flag=True, help="On PostgreSQL, write every table anew at once (VACUUM FULL).")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(
    customer_ids: tuple[str, ...], policy: Literal["interactions", "personal"] | None, thorough: bool, yes: bool
) -> None:
    """Erase people with every trace of them (GDPR art. 17). This cannot be undone."""
    from voc.pipeline.erasing import erase_customers
    from voc.store import open_store

    if not yes:
        click.confirm(f"Erase {len(customer_ids)} people for good?", abort=True)
    chosen = settings()
    with closing(open_store(chosen)) as store:
        report = erase_customers(store, chosen, customer_ids, actor="cli", policy=policy, thorough=thorough)
    for one in report.erasures:
        click.echo(
            f"erased {one.reference}: {one.interactions} interactions ({one.kept_anonymous} counted on anonymously), "
            f"{one.recordings} recordings, {one.uploads} kept files, {one.mentions} mentions elsewhere masked"
        )
    for path in report.elsewhere:
        click.echo(f"still to be dealt with: {path} was written before and may hold them", err=True)
    if not report.compacted:
        click.echo("The database was busy: freed pages may still hold them; run `voc retention compact`.", err=True)
        sys.exit(1)


@click.command("consent")
@click.argument("customer_id")
@click.option("--allow", multiple=True, type=click.Choice(["calls", "tone", "marketing"]))
@click.option("--refuse", multiple=True, type=click.Choice(["calls", "tone", "marketing"]))
@click.option("--forget", multiple=True, type=click.Choice(["calls", "tone", "marketing"]), help="Let the base decide.")
def consent(customer_id: str, allow: tuple[str, ...], refuse: tuple[str, ...], forget: tuple[str, ...]) -> None:
    """What a customer allows: the analysis of calls, of tone, marketing; without options, as it stands."""
    from voc.rights.consent import consents, required
    from voc.store import open_store

    now = datetime.now(UTC)
    chosen = settings()
    with closing(open_store(chosen)) as store:
        if store.customers.get(customer_id) is None:
            raise NotFoundError(f"customer {customer_id}: no such customer.", code="no_such_customer")
        for purposes, granted in ((allow, True), (refuse, False)):
            for one in purposes:
                store.consents.record(customer_id, one, granted=granted, source="cli", now=now)
        for one in forget:
            store.consents.withdraw(customer_id, one)
        if allow or refuse or forget:
            detail = {"allow": list(allow), "refuse": list(refuse), "forget": list(forget)}
            store.access.record(actor="cli", action="customer.consent", target=customer_id, now=now, detail=detail)
        flags = store.consents.flags([customer_id])[customer_id]
    for found in consents(*flags, needed=required(chosen.consent_required)):
        click.echo(f"{found.purpose:<10} {'yes' if found.granted else 'no':<4} ({found.known_from})")


@click.group()
def retention() -> None:
    """How long recordings and words are kept."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def retention_run(dry_run: bool) -> None:
    """Take out what is older than VOC_RETENTION_AUDIO, _TEXT and _UPLOADS allow; workers do so once a day."""
    from voc.pipeline.erasing import erase_again
    from voc.pipeline.retention import run_retention
    from voc.store import open_store

    chosen = settings()
    with closing(open_store(chosen)) as store:
        report = run_retention(store, chosen, actor="cli", dry_run=dry_run)
        returned = 0 if dry_run else erase_again(store, chosen, actor="cli")
    verb = "would go" if dry_run else "gone"
    if not report.expiries and not chosen.retention_uploads:
        click.echo("No retention is set: see VOC_RETENTION_AUDIO and VOC_RETENTION_TEXT in docs/privacy.md.")
    for one in report.expiries:
        click.echo(f"{one.channel:<10} {one.kept:<6} {one.n:>7} {verb} (before {one.before:%Y-%m-%d}, {one.days} days)")
    if chosen.retention_uploads:
        click.echo(f"{'uploads':<17} {report.uploads:>7} {verb} (kept files with refused rows)")
    if returned:
        click.echo(f"{returned} people or interactions that were erased before had come back and are erased again")


@retention.command("compact")
def retention_compact() -> None:
    """Rewrite the database so that freed pages hold nothing of what was deleted."""
    from voc.pipeline.erasing import compact_all
    from voc.store import open_store

    chosen = settings()
    with closing(open_store(chosen)) as store:
        done = compact_all(store, chosen)
    if not done:
        raise InputError("The database is in use; stop the service for a moment and run it again.")
    click.echo("compacted")
