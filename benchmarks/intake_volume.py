"""Files of gigabytes through the intake: rows a second, and the most memory that server and reader ever held.

    python -m benchmarks.intake_volume                # a CSV of 2 GB and a mailbox of 5 GB: 40 min, 6 GB of disk
    python -m benchmarks.intake_volume --csv-gb 0.2 --mbox-gb 0.5 --taken-gb 0.02

The files are made up (seeded) and read as an upload is: by a process of its own, whose rows come through a pipe. Each
is read at 1 %, 10 % and 100 % of its size, in processes of their own, so that peaks can be compared; memory is flat
where they agree. Nothing is analysed. Tables named ``taken in`` are also kept in a store and queued, as an upload is.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

SEED = 20261130
PARTS = (0.01, 0.1, 1.0)
LOOK_EVERY = 2_000
"""Rows between two looks at the reader's memory."""

_SPOKEN = """
la box ne marche plus depuis mardi et personne ne rappelle malgré trois relances au service client très déçu de
facture trop élevée remboursement promis jamais reçu merci à la conseillère qui a tout réglé rapidement colis
livré abîmé attente interminable the line drops every evening nobody answers my emails great help from the agent
refund still not here delivery was quick price went up again without warning cannot log in to my account
"""
_WORDS = _SPOKEN.split()
_NAMES = ("Camille Durand", "Nadia Martin", "John Smith", "Aïcha Benali", "Luc Petit", "Emma Jones", "Zoé Lefèvre")
_SHOPS = ("Lyon", "Paris 12", "Lille", "Nantes", "Toulouse", "online")


def sentences(draw: random.Random, count: int = 20_000) -> list[str]:
    """Made-up sentences of 5 to 30 words."""
    return [" ".join(draw.choices(_WORDS, k=draw.randint(5, 30))).capitalize() + "." for _ in range(count)]


def plain_rows(draw: random.Random) -> Iterator[bytes]:
    """Lines of a table of dates and words."""
    said = sentences(draw)
    yield b"date,verbatim\n"
    while True:
        at = f"2026-{draw.randint(1, 11):02}-{draw.randint(1, 28):02} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}"
        yield f'{at},"{draw.choice(said)} {draw.choice(said)}"\n'.encode()


def nine_columns(draw: random.Random) -> Iterator[bytes]:
    """Lines of a table as survey tools export it."""
    said, number = sentences(draw), 0
    yield b"response id,date,name,email,phone,nps,shop,channel,comment\n"
    while True:
        number += 1
        at = f"{draw.randint(1, 28):02}/{draw.randint(1, 11):02}/2026 {draw.randint(0, 23):02}:{draw.randint(0, 59):02}"
        who = draw.choice(_NAMES)
        phone = f"06{draw.randint(10_000_000, 29_999_999)}"
        yield (
            f"R-{number:08},{at},{who},c{draw.randint(0, 3_000_000)}@example.com,{phone},{draw.randint(0, 10)},"
            f'{draw.choice(_SHOPS)},survey,"{draw.choice(said)} {draw.choice(said)}"\n'
        ).encode()


def messages(draw: random.Random) -> Iterator[bytes]:
    """Messages of a mailbox: seven in ten plain, two with HTML, one with an attachment of 200 to 800 kB."""
    said, number = sentences(draw), 0
    pictures = [draw.randbytes(draw.randint(150_000, 600_000)) for _ in range(8)]
    while True:
        number += 1
        message = EmailMessage()
        message["From"] = f"{draw.choice(_NAMES)} <c{draw.randint(0, 200_000)}@example.com>"
        message["To"] = "service@alize.example"
        message["Subject"] = draw.choice(said)[:60]
        message["Date"] = f"{draw.randint(1, 28)} Oct 2026 10:{draw.randint(0, 59):02}:00 +0200"
        message["Message-ID"] = f"<{number}@example.com>"
        words = "\n\n".join(" ".join(draw.choices(said, k=6)) for _ in range(draw.randint(1, 4)))
        message.set_content(f"Bonjour,\n\n{words}\n\nCordialement,\n{draw.choice(_NAMES)}\n")
        kind = draw.random()
        if kind < 0.3:
            body = "".join(f'<p style="font-family:Arial">{" ".join(draw.choices(said, k=6))}</p>' for _ in range(20))
            message.add_alternative(f"<html><body>{body}</body></html>", subtype="html")
        if kind < 0.1:
            message.add_attachment(draw.choice(pictures), maintype="image", subtype="jpeg", filename="photo.jpg")
        raw = message.as_bytes()
        yield b"From c@example.com Mon Oct 12 10:00:00 2026\n" + raw + b"\n"


KINDS: dict[str, tuple[str, Callable[[random.Random], Iterator[bytes]]]] = {
    "CSV, date and words": ("csv", plain_rows),
    "CSV, nine columns": ("csv", nine_columns),
    "mailbox": ("mbox", messages),
}


def made(path: Path, size: int, lines: Callable[[random.Random], Iterator[bytes]]) -> None:
    """Write lines until ``size`` bytes are reached."""
    written = 0
    with path.open("wb") as file:
        for line in lines(random.Random(SEED)):
            file.write(line)
            written += len(line)
            if written >= size:
                return


# --- in a process of its own ------------------------------------------------------------------------------------


def peak(process: int | str) -> int:
    """Most memory a process ever held, bytes; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _readers_peak() -> int:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return max((peak(one) for one in children), default=0)


def _seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def read_one(path: Path, home: Path | None) -> dict[str, float]:
    """Read a file as an upload is read; with ``home``, take it into a store there and queue it too."""
    from voc import intake
    from voc.intake import isolation
    from voc.pipeline.ingestion import Intake
    from voc.records import Interaction
    from voc.settings import Settings
    from voc.store import open_store

    rows = looked = reader = 0
    begun, used = time.monotonic(), _seconds(resource.RUSAGE_SELF)

    def counted(found: Iterator[object]) -> Iterator[object]:
        nonlocal rows, looked, reader
        for one in found:
            rows += isinstance(one, Interaction)
            looked += 1
            if looked % LOOK_EVERY == 0:
                reader = max(reader, _readers_peak())
            yield one

    refused = 0
    if home is None:
        for one in counted(intake.isolated(intake.read, path, name=path.name)):
            refused += not isinstance(one, Interaction)
    else:
        settings = Settings(home=home)
        really = intake.isolated
        intake.isolated = lambda *given, **options: counted(really(*given, **options))  # type: ignore[assignment]
        with open_store(settings) as store:
            refused = Intake(store, settings).receive_path(path).upload.rejected
    reader = max(reader, _readers_peak())
    isolation.close()
    return {
        "rows": rows,
        "refused": refused,
        "server_mb": peak("self") / 2**20,
        "reader_mb": reader / 2**20,
        "reader_us": _seconds(resource.RUSAGE_CHILDREN) / max(1, rows) * 1e6,
        "server_us": (_seconds(resource.RUSAGE_SELF) - used) / max(1, rows) * 1e6,
        "seconds": time.monotonic() - begun,
    }


def measured(path: Path, home: Path | None) -> dict[str, float]:
    """:func:`read_one` in a fresh process."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.intake_volume",
        "--one",
        str(path),
        *(["--home", str(home)] if home else []),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def bare_reader(size: int = 10_000_000) -> float:
    """CPU µs a row that Python's CSV reader alone takes on the plain table: how fast the machine is just now."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        made(Path(file.name), size, plain_rows)
        used = time.process_time()
        with Path(file.name).open(encoding="utf-8", newline="") as stream:
            rows = sum(1 for _ in csv.reader(stream))
        return (time.process_time() - used) / rows * 1e6


def main() -> None:
    """Make the files, read them and print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--csv-gb", type=float, default=2.0)
    parser.add_argument("--nine-gb", type=float, default=0.5)
    parser.add_argument("--mbox-gb", type=float, default=5.0)
    parser.add_argument(
        "--taken-gb",
        type=float,
        default=0.2,
        help="size of the table that is kept in a store too; a size of 0 leaves a kind out",
    )
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(read_one(options.one, options.home)))
        return
    print(f"Python {sys.version.split()[0]}, csv.reader alone on the first: {bare_reader():.1f} µs a row\n")
    sizes = dict(zip(KINDS, (options.csv_gb, options.nine_gb, options.mbox_gb), strict=True))
    runs = [(name, size, False) for name, size in sizes.items()]
    runs = [one for one in (*runs, ("CSV, nine columns", options.taken_gb, True)) if one[1]]
    print("| file | size | rows | rows/s of CPU | CPU µs a row, reader | server | peak MB, reader | server | refused |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, gigabytes, taken in runs:
        suffix, lines = KINDS[name]
        for part in PARTS:
            size = int(gigabytes * part * 1e9)
            with tempfile.TemporaryDirectory(prefix="voc-volume-") as folder:
                path = Path(folder) / f"made-up.{suffix}"
                made(path, size, lines)
                one = measured(path, Path(folder) / "home" if taken else None)
            whole = f"{name}, taken in" if taken else name
            print(
                f"| {whole} | {size / 1e6:,.0f} MB | {one['rows']:,.0f} | {1e6 / one['reader_us']:,.0f} | "
                f"{one['reader_us']:.1f} | {one['server_us']:.1f} | {one['reader_mb']:.0f} | {one['server_mb']:.0f} | "
                f"{one['refused']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
