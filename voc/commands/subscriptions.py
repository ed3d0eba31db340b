"""Commands about who gets the digest."""

from __future__ import annotations

import sys

import click

from voc.commands.numbered import add_pause_and_remove
from voc.commands.options import unless_unknown
from voc.language.registry import FIRST
from voc.locales import interface_languages
from voc.records.subscriptions import Delivery

UNKNOWN = "subscription {}: there is none of that number; see `voc subscriptions list`."


@click.group()
def subscriptions() -> None:
    """Who gets the digest of each week: by mail, or in a chat room."""


@subscriptions.command("list")
def listing() -> None:
    """Every subscription."""
    from voc.service import subscriptions as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for one in use_cases.listing(service, COMMAND_LINE):
            state = "left" if one.unsubscribed_at else "paused" if one.paused else "live"
            what = ", ".join([*one.topics, *one.segments]) or "everything"
            click.echo(
                f"{one.id}  {state:<6}  day {one.day}  {one.language}  {one.kind} {one.target}  {what}  {one.name}"
            )


@subscriptions.command("add")
@click.argument("name")
@click.argument("target")
@click.option("--kind", type=click.Choice(["mail", "slack", "teams"]), default="mail", show_default=True)
@click.option("--language", type=click.Choice(interface_languages()), default=FIRST, show_default=True)
@click.option("--day", type=click.IntRange(1, 7), default=1, show_default=True, help="1 = Monday.")
@click.option("--topic", "topics", multiple=True, help="Only findings about it and what is below; may be repeated.")
@click.option("--segment", "segments", multiple=True, help="Only findings customers of it speak of; may be repeated.")
@click.option("--view", type=int, default=None, help="Only findings that a saved view (its number) holds some of.")
@click.option("--only-with-findings", is_flag=True, help="Send nothing of a week without any.")
def add(
    name: str,
    target: str,
    kind: str,
    language: str,
    day: int,
    topics: tuple[str, ...],
    segments: tuple[str, ...],
    view: int | None,
    only_with_findings: bool,
) -> None:
    """Send the digest to TARGET: an e-mail address, or the webhook of a chat room."""
    from voc.service import subscriptions as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.subscriptions import SubscriptionWish

    with open_service() as service:
        wish = SubscriptionWish(
            name=name,
            kind="slack" if kind == "slack" else "teams" if kind == "teams" else "mail",
            target=target,
            language=language,
            day=day,
            topics=topics,
            segments=segments,
            view=view,
            only_with_findings=only_with_findings,
        )
        click.echo(f"subscription {use_cases.create(service, COMMAND_LINE, wish).id}")


add_pause_and_remove(
    subscriptions,
    "voc.service.subscriptions",
    UNKNOWN,
    pause_help="Send nothing for a while.",
    remove_help="Forget a subscription and its address.",
)


@subscriptions.command("test")
@click.argument("number", type=int)
def test(number: int) -> None:
    """Send the latest digest to it now; exits with 1 when that failed."""
    from voc.service import subscriptions as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(UNKNOWN.format(number)):
        found = use_cases.try_out(service, COMMAND_LINE, number)
    click.echo(outcome(found))
    if found.state != "sent":
        sys.exit(1)


def outcome(found: Delivery) -> str:
    """What became of a sending, in a line."""
    why = f" ({found.error})" if found.error else ""
    again = f", again at {found.due_at:%Y-%m-%d %H:%M} UTC" if found.state == "due" and found.error else ""
    return f"{found.state}{why}{again}"
