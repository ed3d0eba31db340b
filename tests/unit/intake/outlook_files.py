"""Outlook's files, written as small as they can be: a compound file (MS-CFB) of properties, and a TNEF stream."""

from __future__ import annotations

import itertools
import struct
from datetime import UTC, datetime, timedelta

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
FOLDER, STREAM, ROOT = 1, 2, 5


def msg(properties: dict[str, str], *, sent: datetime, attachments: tuple[str, ...] = ()) -> bytes:
    """A ``.msg`` with these properties by number (MS-OXPROPS), sent at a moment, with attachments of these names."""
    ticks = (sent - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    fixed = struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    streams = {"__properties_version1.0": b"\0" * 32 + fixed}
    streams |= {f"__substg1.0_{number}001F": text.encode("utf-16-le") for number, text in properties.items()}
    folders = {
        f"__attach_version1.0_#{n:08X}": {"__substg1.0_3707001F": name.encode("utf-16-le")}
        for n, name in enumerate(attachments)
    }
    return _compound(streams, folders)


def _compound(streams: dict[str, bytes], folders: dict[str, dict[str, bytes]]) -> bytes:
    sectors: list[bytes] = []
    chain: list[int] = []

    def kept(data: bytes) -> int:
        """Put data into sectors of its own; short streams are padded, so that no mini stream is needed."""
        data = data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0")
        first, count = len(sectors), len(data) // SECTOR
        sectors.extend(data[n * SECTOR : (n + 1) * SECTOR] for n in range(count))
        chain.extend([first + n + 1 for n in range(count - 1)] + [END])
        return first

    entries: list[list[object]] = [["Root Entry", ROOT, FREE, FREE, END, 0]]  # name, kind, right, child, first, size

    def listed(names: list[tuple[str, bytes | None]]) -> list[int]:
        at = []
        for name, data in names:
            at.append(len(entries))
            stream = data is not None
            first = kept(data) if data is not None else 0
            size = max(4096, -(-len(data) // SECTOR) * SECTOR) if data is not None else 0
            entries.append([name, STREAM if stream else FOLDER, FREE, FREE, first, size])
        for one, following in itertools.pairwise(at):
            entries[one][2] = following
        return at

    top = listed([*streams.items(), *((name, None) for name in folders)])
    entries[0][3] = top[0]
    for folder, inside in zip(top[len(streams) :], folders.values(), strict=True):
        entries[folder][3] = listed(list(inside.items()))[0]
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    start, count = len(sectors), len(directory) // SECTOR
    sectors.extend(directory[n * SECTOR : (n + 1) * SECTOR] for n in range(count))
    chain.extend([start + n + 1 for n in range(count - 1)] + [END])
    tables = -(-(len(sectors) + 8) // (SECTOR // 4))
    table_at = list(range(len(sectors), len(sectors) + tables))
    fat = [*chain, *[FAT] * tables]
    fat += [FREE] * (tables * (SECTOR // 4) - len(fat))
    sectors.extend(struct.pack("<128I", *fat[n * 128 : (n + 1) * 128]) for n in range(tables))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, tables, start, 0, 4096, END, 0, END, 0,
        table_at[0],
    )  # fmt: skip
    header += struct.pack(f"<{108}I", *table_at[1:], *[FREE] * (109 - len(table_at)))
    return header[:SECTOR].ljust(SECTOR, b"\xff") + b"".join(sectors)


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", raw, len(raw) + 2, kind, 1, FREE, right, child, b"", 0, 0, 0, first, size
    )  # fmt: skip


def winmail(body: str) -> bytes:
    """A TNEF stream that holds a plain text body."""
    data = body.encode("cp1252") + b"\0"
    attribute = struct.pack("<BII", 1, 0x0002800C, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return struct.pack("<IH", 0x223E9F78, 1) + attribute
