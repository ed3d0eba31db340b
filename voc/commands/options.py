"""What several commands take as options."""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from voc.errors import InputError, NotFoundError
from voc.language.registry import FALLBACK
from voc.locales import InterfaceLanguage, interface_languages
from voc.records import Channel, Rejected, Remark
from voc.settings import Settings

CHANNELS = click.Choice([one.value for one in Channel])

Command = TypeVar("Command", bound=Callable[..., Any])


columns_named = click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what.")
"""``--map``: what :func:`mapping_of` reads."""


def tell(found: Iterable[Rejected]) -> None:
    """Say what was refused, and what was only remarked, of files or rows; to people, not into the output."""
    for one in found:
        mark = "note" if isinstance(one, Remark) else "failed"
        click.echo(f"{mark}: {one.source}: {one.reason}", err=True)


def what_files_hold(command: Command) -> Command:
    """``--channel --map --roles --role``: what somebody knows of files that they do not say themselves."""
    options = (
        click.option("--channel", type=CHANNELS, default=None, help="Channel, where the file does not say."),
        columns_named,
        click.option(
            "--roles",
            default="",
            help="Role of each audio channel in order (agent,customer), or of speakers by name (NAME=agent).",
        ),
        click.option("--role", default=None, help="One person of this role speaks in the whole file."),
    )
    for option in reversed(options):
        command = option(command)
    return command


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


def roles_of(roles: str, role: str | None) -> tuple[str, ...]:
    """``--roles agent,customer`` names the channels in order; ``--role`` the one person of the whole file.

    Raises:
        InputError: both were given.
    """
    several = tuple(one.strip() for one in roles.split(",") if one.strip())
    if several and role:
        raise InputError("--roles and --role: give one of them; --roles names channels, --role the one speaker.")
    return several or ((role,) if role else ())


@contextmanager
def unless_unknown(line: str) -> Iterator[None]:
    """Say ``line`` where nothing has the id that was typed: it repeats what was, and names the command that helps.

    Raises:
        NotFoundError: with that line.
    """
    try:
        yield
    except NotFoundError as error:
        raise NotFoundError(line, code=error.code, **error.parameters) from error


def interface_language(chosen: Settings) -> InterfaceLanguage:
    """Language for people: as set, else that of the terminal's locale."""
    if chosen.ui_language != "auto":
        return chosen.ui_language
    spoken = (locale.getlocale()[0] or "").lower()[:2]
    return spoken if spoken in interface_languages() else FALLBACK
