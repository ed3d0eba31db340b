"""What reads one kind of file: how it knows its files, and the function that makes interactions of one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from voc.intake.encodings import decoded
from voc.records import Channel, Interaction, Rejected


@dataclass(frozen=True)
class Opening:
    """How a file begins: its first 64 KiB, and its name.

    Attributes:
        name: what people call the file, with its folders where it has some.
        suffix: of the name, in small letters, with its point.
        head: the first bytes, never empty.
    """

    name: str
    suffix: str
    head: bytes

    @cached_property
    def text(self) -> str:
        """The first bytes as text, whatever their encoding, without white space and marks in front."""
        return decoded([self.head]).lstrip("\ufeff \t\r\n\x00")


@dataclass(frozen=True)
class Reading:
    """What is known of a file that is to be read.

    Attributes:
        name: what to call it to people, in errors and as the source of its interactions.
        kind: name of its reader.
        channel: where everything in it comes from, where somebody said so.
        mapping: field → column, for tables.
        roles: of the channels of a recording, in order.
        speakers: folded name of a speaker → role, as somebody said.
        own_domains: e-mail domains of the company.
    """

    name: str
    kind: str
    channel: Channel | None = None
    mapping: Mapping[str, str] | None = None
    roles: Sequence[str] = ()
    speakers: Mapping[str, str] = field(default_factory=dict)
    own_domains: Collection[str] = ()


Read = Callable[[Path, Reading], Iterator[Interaction | Rejected]]


@dataclass(frozen=True)
class FileReader:
    """A reader for one kind of file.

    Attributes:
        name: what the kind is called to people: ``Outlook message``.
        matches: whether a file that begins so is of the kind. Asked for every file that comes in: quick, and sure.
        read: yields the interactions of a file, and a :class:`voc.records.Rejected` for each part that cannot be used;
            an ``InputError`` is one line about the whole file.
        suffixes: names under which such files come, where folders pass over them otherwise (``.log``, ``.xml``).
    """

    name: str
    matches: Callable[[Opening], bool]
    read: Read
    suffixes: frozenset[str] = frozenset()
