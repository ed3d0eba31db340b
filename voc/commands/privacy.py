"""Commands for people's rights: export, erase, consent, retention."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from voc.commands.options import interface_language, unless_unknown
from voc.errors import InputError
from voc.locales import InterfaceLanguage, interface_languages
from voc.settings import settings

if TYPE_CHECKING:
    from voc.service.privacy import Purpose


@click.command("export")
@click.argument("customer_id")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option(
    "--language", type=click.Choice(interface_languages()), default=None, help="Language of the page to read."
)
def export_person(customer_id: str, target: Path | None, language: InterfaceLanguage | None) -> None:
    """Everything held about one person: TARGET.zip with JSON, a page to read and the recordings (GDPR art. 15)."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.privacy import export_to_file

    path = target or Path("person.zip")
    with open_service() as service, unless_unknown(f"customer {customer_id}: no such customer."):
        spoken = language or interface_language(service.settings)
        everything = export_to_file(service, COMMAND_LINE, customer_id, path, language=spoken)
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
    from voc.service import privacy
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    if not yes:
        click.confirm(f"Erase {len(customer_ids)} people for good?", abort=True)
    with open_service() as service:
        report = privacy.erase(service, COMMAND_LINE, customer_ids, policy=policy, thorough=thorough)
    for one in report.erasures:
        click.echo(
            f"erased {one.reference}: {one.interactions} interactions ({one.kept_anonymous} counted on anonymously), "
            f"{one.recordings} recordings, {one.uploads} kept files, {one.mentions} mentions elsewhere masked"
        )
    for path in report.elsewhere:
        click.echo(f"still to be dealt with: {path} was written before and may hold them", err=True)
    if report.compacted_later:
        click.echo("The database is large: a worker rewrites it within a day, `voc retention compact` at once.")
    elif not report.compacted:
        click.echo("The database was busy: freed pages may still hold them; run `voc retention compact`.", err=True)
        sys.exit(1)


@click.command("consent")
@click.argument("customer_id")
@click.option("--allow", multiple=True, type=click.Choice(["calls", "tone", "marketing"]))
@click.option("--refuse", multiple=True, type=click.Choice(["calls", "tone", "marketing"]))
@click.option("--forget", multiple=True, type=click.Choice(["calls", "tone", "marketing"]), help="Let the base decide.")
def consent(
    customer_id: str, allow: tuple[Purpose, ...], refuse: tuple[Purpose, ...], forget: tuple[Purpose, ...]
) -> None:
    """What a customer allows: the analysis of calls, of tone, marketing; without options, as it stands."""
    from voc.service import privacy
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(f"customer {customer_id}: no such customer."):
        for purposes, granted in ((allow, True), (refuse, False), (forget, None)):
            for one in purposes:
                privacy.change_consent(service, COMMAND_LINE, customer_id, one, granted)
        stands = privacy.consents_of(service, COMMAND_LINE, customer_id)
    for found in stands:
        click.echo(f"{found.purpose:<10} {'yes' if found.granted else 'no':<4} ({found.known_from})")


@click.group()
def retention() -> None:
    """How long recordings and words are kept."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def retention_run(dry_run: bool) -> None:
    """Take out what is older than VOC_RETENTION_AUDIO, _TEXT and _UPLOADS allow; workers do so once a day."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.privacy import run_retention

    chosen = settings()
    with open_service(chosen) as service:
        report, returned = run_retention(service, COMMAND_LINE, dry_run=dry_run)
    verb = "would go" if dry_run else "gone"
    if not report.expiries and not chosen.retention_uploads:
        click.echo("No retention is set: see VOC_RETENTION_AUDIO and VOC_RETENTION_TEXT in docs/privacy.md.")
    for one in report.expiries:
        click.echo(f"{one.channel:<10} {one.kept:<6} {one.n:>7} {verb} (before {one.before:%Y-%m-%d}, {one.days} days)")
    if chosen.retention_uploads:
        click.echo(f"{'uploads':<17} {report.uploads:>7} {verb} (kept files with refused rows)")
    if report.source_items:
        click.echo(f"{'sources':<17} {report.source_items:>7} {verb} (what is known of refused things)")
    if returned:
        click.echo(f"{returned} people or interactions that were erased before had come back and are erased again")


@retention.command("compact")
def retention_compact() -> None:
    """Rewrite the database so that freed pages hold nothing of what was deleted."""
    from voc.service import privacy
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        done = privacy.compact(service, COMMAND_LINE)
    if not done:
        raise InputError("The database is in use; stop the service for a moment and run it again.")
    click.echo("compacted")
