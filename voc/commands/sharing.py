"""Commands about what is kept and passed on: saved views, trackers, links that open without a key."""

from __future__ import annotations

import click

from voc.commands.options import unless_unknown
from voc.language.registry import FIRST
from voc.locales import interface_languages

NO_VIEW = "view {}: there is none of that number; see `voc views list`."
NO_TRACKER = "tracker {}: there is none of that number; see `voc trackers list`."
NO_SHARE = "link {}: there is none of that number; see `voc shares list`."


@click.group()
def views() -> None:
    """Saved views: a page with its filters under a name."""


@views.command("list")
def list_views() -> None:
    """Those saved here, and all that are shared."""
    from voc.service import views as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for one in use_cases.listing(service, COMMAND_LINE):
            click.echo(f"{one.id}  {'shared' if one.shared else 'own':<6}  {one.href}  {one.name}")


@views.command("save")
@click.argument("name")
@click.argument("path")
@click.option("--own", is_flag=True, help="Keep it from the others.")
def save_view(name: str, path: str, own: bool) -> None:
    """Keep PATH, as the address bar shows it (/explore?metric=negative&by=week), for everybody under NAME."""
    from voc.service import views as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    page, _, query = path.partition("?")
    with open_service() as service:
        made = use_cases.save(service, COMMAND_LINE, name=name, path=page, query=query, shared=not own)
    click.echo(f"view {made.id}: {made.href}")


@views.command("remove")
@click.argument("number", type=int)
def remove_view(number: int) -> None:
    """Forget a view."""
    from voc.service import views as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(NO_VIEW.format(number)):
        use_cases.remove(service, COMMAND_LINE, number)


@click.group()
def trackers() -> None:
    """Trackers in which findings become tickets."""


@trackers.command("list")
def list_trackers() -> None:
    """Every tracker, without its secret."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for one in handover.trackers(service, COMMAND_LINE):
            project = f", project {one.project}" if one.project else ""
            click.echo(f"{one.id}  {one.kind:<7}  {one.url}{project}  {one.name}")


@trackers.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--kind", type=click.Choice(["webhook", "jira"]), default="webhook", show_default=True)
@click.option("--project", default="", help="Key of the project in which tickets are made (jira).")
@click.option("--issue-type", default="Task", show_default=True, help="What tickets are there (jira).")
@click.option("--language", type=click.Choice(interface_languages()), default=FIRST, show_default=True)
def add_tracker(name: str, url: str, kind: str, project: str, issue_type: str, language: str) -> None:
    """Know the tracker at URL; asks for the secret of a jira one, and shows that of a webhook this once."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.handover import TrackerWish

    # Asked for, not an option: what stands on a command line is in histories and lists of processes.
    secret = click.prompt("user:token, or a token", hide_input=True, err=True) if kind == "jira" else ""
    wish = TrackerWish(
        name=name,
        kind="jira" if kind == "jira" else "webhook",
        url=url,
        secret=secret,
        project=project,
        issue_type=issue_type,
        language=language,
    )
    with open_service() as service:
        made, shown = handover.add_tracker(service, COMMAND_LINE, wish)
    click.echo(f"tracker {made.id}")
    if shown:
        click.echo(f"secret, shown this once: {shown}")


@trackers.command("remove")
@click.argument("number", type=int)
def remove_tracker(number: int) -> None:
    """Forget a tracker and its tickets; what was made there stays there."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(NO_TRACKER.format(number)):
        handover.remove_tracker(service, COMMAND_LINE, number)


@click.group()
def shares() -> None:
    """Links that show a digest, as a reader sees it, to whoever has them."""


@shares.command("list")
def list_shares() -> None:
    """Links that still open something."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for one in handover.shares(service, COMMAND_LINE):
            what = one.finding or "the whole digest"
            until = f"until {one.expires_at:%Y-%m-%d %H:%M} UTC"
            click.echo(f"{one.id}  {one.week}  {what}  {until}  {handover.address_of(service, one)}")


@shares.command("add")
@click.argument("week")
@click.option("--finding", default=None, help="Key of the one finding that it shows.")
@click.option("--days", type=click.IntRange(1, 90), default=14, show_default=True)
@click.option("--language", type=click.Choice(interface_languages()), default=FIRST, show_default=True)
def add_share(week: str, finding: str | None, days: int, language: str) -> None:
    """Make a link to the digest of WEEK (2026-W46); it ends by itself."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        made, address = handover.share(service, COMMAND_LINE, week, finding=finding, days=days, language=language)
    click.echo(f"link {made.id}: {address}")


@shares.command("end")
@click.argument("number", type=int)
def end_share(number: int) -> None:
    """Take a link back."""
    from voc.service import handover
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(NO_SHARE.format(number)):
        handover.end_share(service, COMMAND_LINE, number)
