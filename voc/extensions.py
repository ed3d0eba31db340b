"""What other packages add: objects that their entry points name, a group for each thing that can be added."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from voc.errors import SettingsError


def named(group: str) -> list[EntryPoint]:
    """The entry points of the installed packages under ``group``, in the order of their names; nothing is loaded."""
    return sorted(entry_points(group=group), key=lambda one: one.name)


def extensions(group: str, what: str) -> Iterator[tuple[EntryPoint, object]]:
    """What the installed packages name under ``group``, in the order of the names; ``what`` is it, for a message.

    Raises:
        SettingsError: one cannot be loaded; the message says whose it is.
    """
    for point in named(group):
        try:
            found = point.load()
        except Exception as error:  # somebody else's code: whatever it raises, say whose it is
            raise not_loaded(point, what, error) from error
        yield point, found


def not_loaded(point: EntryPoint, what: str, error: Exception) -> SettingsError:
    """What to raise where the code of an entry point fails."""
    return SettingsError(
        f"the {what} {point.name} ({point.value}) cannot be loaded: {type(error).__name__}: {error}; "
        "repair or remove the package it comes from."
    )


def not_a(point: EntryPoint, what: str, wanted: str) -> SettingsError:
    """What to raise where an entry point names something else than it must."""
    return SettingsError(f"the {what} {point.name} ({point.value}) is no {wanted}; correct it.")
