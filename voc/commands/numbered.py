"""Commands that every resource has which people make and know by its number: pause it, remove it."""

from __future__ import annotations

from importlib import import_module

import click

from voc.commands.options import unless_unknown


def add_pause_and_remove(
    group: click.Group, use_cases: str, unknown: str, *, pause_help: str, remove_help: str
) -> None:
    """Give ``group`` the commands ``pause NUMBER [--resume]`` and ``remove NUMBER``.

    Args:
        use_cases: module with the use cases ``alter`` and ``remove``; imported when a command runs.
        unknown: what is said where nothing has the number, with a blank for it.
    """

    @group.command("pause", help=pause_help)
    @click.argument("number", type=int)
    @click.option("--resume", is_flag=True, help="Begin again.")
    def pause(number: int, resume: bool) -> None:
        from voc.service.actor import COMMAND_LINE
        from voc.service.context import open_service

        with open_service() as service, unless_unknown(unknown.format(number)):
            import_module(use_cases).alter(service, COMMAND_LINE, number, {"paused": not resume})
        click.echo("resumed" if resume else "paused")

    @group.command("remove", help=remove_help)
    @click.argument("number", type=int)
    def remove(number: int) -> None:
        from voc.service.actor import COMMAND_LINE
        from voc.service.context import open_service

        with open_service() as service, unless_unknown(unknown.format(number)):
            import_module(use_cases).remove(service, COMMAND_LINE, number)
        click.echo("removed")
