"""Commands about alerts."""

from __future__ import annotations

from typing import Any

import click

from voc.commands.numbered import add_pause_and_remove
from voc.commands.options import unless_unknown

UNKNOWN = "alert {}: there is none of that number; see `voc alerts list`."


@click.group()
def alerts() -> None:
    """Alerts: rules on figures, words and what emerges; what rang."""


@alerts.command("list")
def listing() -> None:
    """Every rule."""
    from voc.service import alerts as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        for one in use_cases.listing(service, COMMAND_LINE):
            what = one.words if one.kind == "words" else f"{one.metric} {one.condition} {one.threshold or ''}".strip()
            to = ", ".join(f"{target.kind} {target.address}" for target in one.targets) or "the page alone"
            state = "paused" if one.paused else "live"
            click.echo(f"{one.id}  {state:<6}  {one.severity:<8}  {one.kind} {what}, {one.period}, {to}  {one.name}")


@alerts.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice(["metric", "emerging", "words"]), default="metric", show_default=True)
@click.option(
    "--metric",
    default="volume",
    show_default=True,
    help="volume, share, negative …",
)
@click.option("--query", default="", help="Filters, as an address has them: topic=network&city=Nantes.")
@click.option("--above", type=float, default=None, help="Rings above this.")
@click.option("--below", type=float, default=None, help="Rings below this.")
@click.option("--words", default="", help="Words or phrases, comma-separated; --above says from how many on.")
@click.option("--period", type=click.Choice(["day", "week"]), default="day", show_default=True)
@click.option("--least-n", type=click.IntRange(0), default=20, show_default=True)
@click.option("--severity", type=click.Choice(["info", "warning", "critical"]), default="warning", show_default=True)
@click.option("--cool-down-hours", type=click.IntRange(0, 2160), default=24, show_default=True)
@click.option("--webhook", "webhooks", multiple=True, help="Address of a signed webhook; may be repeated.")
@click.option("--mail", "mails", multiple=True, help="E-mail address; may be repeated.")
def add(name: str, above: float | None, below: float | None, webhooks: tuple[str, ...], mails: tuple[str, ...],
        **given: Any) -> None:  # fmt: skip
    """Set an alert; without --above or --below it rings for what is unusual."""
    from voc.service import alerts as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.alerts import AlertWish, TargetWish
    from voc.service.context import open_service

    targets = [*(TargetWish("webhook", one) for one in webhooks), *(TargetWish("mail", one) for one in mails)]
    condition = "above" if above is not None else "below" if below is not None else "unusual"
    threshold = above if above is not None else below
    with open_service() as service:
        wish = AlertWish(name=name, condition=condition, threshold=threshold, targets=targets, **given)  # type: ignore[arg-type]
        rule, secrets = use_cases.create(service, COMMAND_LINE, wish)
    click.echo(f"alert {rule.id}")
    for secret in secrets:
        click.echo(secret)


add_pause_and_remove(
    alerts,
    "voc.service.alerts",
    UNKNOWN,
    pause_help="Ring for nothing for a while.",
    remove_help="Forget a rule, its addresses and its history.",
)


@alerts.command("test")
@click.argument("number", type=int)
def test(number: int) -> None:
    """Ring it now, marked as a try."""
    from voc.commands.options import interface_language
    from voc.service import alerts as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service, unless_unknown(UNKNOWN.format(number)):
        fired = use_cases.try_out(service, COMMAND_LINE, number)
        click.echo(fired.titles.get(interface_language(service.settings), fired.rule))


@alerts.command("fired")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
def fired(limit: int) -> None:
    """What rang lately, newest first."""
    from voc.commands.options import interface_language
    from voc.service import alerts as use_cases
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        language = interface_language(service.settings)
        for one in use_cases.fired(service, COMMAND_LINE, limit=limit):
            click.echo(f"{one.at:%Y-%m-%d %H:%M}  {one.severity:<8}  {one.titles.get(language, one.rule)}")
