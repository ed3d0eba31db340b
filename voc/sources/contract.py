"""What a kind of source is: its fields, and what it gives when it is pulled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from voc.errors import InputError, VocError
from voc.locales.catalogue import spoken_under
from voc.settings import Settings

Cursor = Mapping[str, Any]
"""What a source goes on from, as plain JSON; empty before the first run."""

FieldType = Literal["text", "long", "number", "boolean", "choice", "secret"]


@dataclass(frozen=True)
class Field:
    """One thing that has to be known of a source: ``labels`` and ``help`` by language (``fr``, ``en``).

    ``default`` is what stands where nothing is said; a ``secret`` is given as the place where it is kept
    (``env:NAME``, ``file:NAME``), never as itself.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    type: FieldType = "text"
    required: bool = False
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    help: Mapping[str, str] = field(default_factory=dict)


def in_catalogue(kind: str, *fields: Field) -> tuple[Field, ...]:
    """The fields of a kind, each with what the catalogue calls it (``source_kinds.KIND.fields.NAME``) and says of it.

    A field that brings labels of its own stays as it is.

    Raises:
        KeyError: the catalogue has no title for one.
    """
    said = spoken_under(f"source_kinds.{kind}.fields")
    return tuple(
        one if one.labels else replace(one, labels=said[f"{one.name}.title"], help=said.get(f"{one.name}.help", {}))
        for one in fields
    )


@dataclass(frozen=True)
class Item:
    """One thing that lies in a source: a file on this machine while it is being taken.

    ``key`` is what it is known by there: the same key is the same thing, and is taken once. ``locator`` is what its
    kind finds it by again. ``beside``: what lies beside ``path`` (side files of a recording) belongs to it. ``cursor``
    is what the source goes on from once this is in; ``None`` leaves it.
    """

    key: str
    name: str
    path: Path
    locator: Mapping[str, Any] = field(default_factory=dict)
    cursor: Cursor | None = None
    beside: bool = False


@dataclass(frozen=True)
class Failed:
    """One thing that could not be fetched. ``for_now``: another try may do (it is made, a few times)."""

    key: str
    name: str
    locator: Mapping[str, Any]
    problem: VocError
    for_now: bool = True
    cursor: Cursor | None = None


@dataclass(frozen=True)
class Moved:
    """Nothing to take here, but the next run goes on from ``cursor``."""

    cursor: Cursor


@dataclass(frozen=True)
class Later:
    """One thing that is known of and will be fetched by its ``locator`` in its turn (:meth:`SourceKind.fetch`)."""

    key: str
    name: str
    locator: Mapping[str, Any]
    cursor: Cursor | None = None


@dataclass(frozen=True)
class Push:
    """A request that the other side sent; names of ``headers`` are lower case, ``url`` is the one it was sent to,
    ``sender`` the network address it came from."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    sender: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Pushed:
    """One thing that was pushed: ``data`` itself, or ``locator`` by which it will be fetched."""

    key: str
    name: str
    data: bytes | None = None
    locator: Mapping[str, Any] = field(default_factory=dict)


Given = Item | Failed | Moved | Later


class Again(VocError):  # noqa: N818 - not an error of anybody's: a server says when it wants to be asked
    """A source asks to be left alone for ``seconds``."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message, code="source_busy", seconds=round(seconds))
        self.seconds = seconds


@dataclass(frozen=True)
class Reached:
    """A source as its kind works with it.

    Args:
        options: every field of the kind, checked, with its default where nothing was said.
        secrets: field → the secret itself; for use, never to be kept, shown or logged.
        staging: an empty folder of this source's own; what is fetched into it is removed once it is in.
        known: those of some keys that came already.
        stopped: whether the worker is ending; a kind that waits looks at it.
    """

    source_id: str
    name: str
    options: Mapping[str, Any]
    secrets: Mapping[str, str]
    settings: Settings
    staging: Path
    known: Callable[[Sequence[str]], Set[str]]
    stopped: Callable[[], bool] = lambda: False

    def wait(self, seconds: float) -> bool:
        """Wait so long, less where the worker ends; whether the time is over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.stopped():
                return False
            time.sleep(min(left, 0.2))
        return True


class SourceKind:
    """One kind of source. A kind overrides what it does; instances hold nothing.

    Args (of the class):
        name: what it is called in commands and JSON.
        labels: its name for people by language.
        about: one sentence by language.
        fields: what has to be known of it.
        pushed: nothing is pulled, the other side sends; then ``every`` is None.
        every: seconds between runs unless somebody says otherwise.
        local: reads files of this machine.
    """

    name: ClassVar[str]
    labels: ClassVar[Mapping[str, str]]
    about: ClassVar[Mapping[str, str]]
    fields: ClassVar[tuple[Field, ...]] = ()
    pushed: ClassVar[bool] = False
    every: ClassVar[int | None] = 60
    local: ClassVar[bool] = False

    def address(self, source_id: str) -> str:
        """Path of this server that the other side sends to, for kinds that are pushed to."""
        return f"/v1/sources/{source_id}/hook"

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """Refuse options that contradict each other or are not allowed; nothing is connected to.

        Raises:
            InputError: one of them, by name, and what to do.
        """

    def received(self, reached: Reached, push: Push) -> list[Pushed]:
        """What a request holds, for kinds that are pushed to; nothing where it tells of what is not taken.

        Raises:
            ForbiddenError: it does not come from whom it should.
            InputError: it cannot be understood.
        """
        raise InputError(f"{self.name}: nothing can be sent to such a source.", code="source_not_pushed")

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """Everything from ``cursor`` on, oldest first; each is taken before the next is asked for.

        Raises:
            VocError: the source cannot be reached or read now; what was given before stays.
        """
        return iter(())

    def fetch(self, reached: Reached, name: str, locator: Mapping[str, Any]) -> Item:
        """One thing again, by its locator; its key is that of before.

        Raises:
            VocError: it cannot be had now.
        """
        raise InputError(f"{name}: it cannot be fetched again; send it once more.", code="source_gone")

    def settled(self, reached: Reached, name: str, locator: Mapping[str, Any], *, refused: bool) -> None:
        """Told once a thing is in, or refused: moves it out of the way where the kind does so. May come twice.

        Raises:
            VocError: it could not be moved; it is in all the same, and is not taken again.
        """
