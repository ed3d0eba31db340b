"""Write ``samples/``: the customer base, every export and the truth about what was planted in them.

``python samples/generator/build.py [--out FOLDER]`` gives the same bytes every time. The recordings are a step of
their own (``speak.py``) because they need a speech synthesiser.
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

import exports
import mail
import plan
import recordings
import truth
import yaml
from customers import customer_base
from library import Library
from writing import Writer

SEED = 20261116
HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent


def build(out: Path) -> Library:
    """Write every text file of the samples into ``out``; returns the library with how often each line was used."""
    people = yaml.safe_load((HERE / "texts" / "people.yaml").read_text(encoding="utf-8"))
    base = customer_base(random.Random(SEED), people)
    contacts = plan.contacts(random.Random(SEED + 1), base)
    library = Library(HERE / "texts")
    write = Writer(random.Random(SEED + 2), library, people)
    calls, scripts, letters = out / "calls", out / "scripts", out / "emails"
    calls.mkdir(parents=True, exist_ok=True)
    for folder in (scripts, letters):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for stale in (*calls.glob("call-*.vtt"), *calls.glob("call-*.json")):
        stale.unlink()

    def on(channel: str) -> list[plan.Contact]:
        return [contact for contact in contacts if contact.channel == channel]

    exports.customers(out / "customers.csv", base)
    mail.emails(out / "emails.mbox", letters, on("email"), write)
    exports.posts(out / "posts.ndjson", on("social"), write)
    exports.complaints(out / "reclamations.csv", on("complaint"), write)
    exports.surveys(out / "enquete_nps.xlsx", on("survey"), write)
    exports.reviews(out / "reviews.csv", on("review"), write)
    exports.chats(out / "chats.json", on("chat"), write)
    recorded = [recordings.read(path) for path in sorted((HERE / "texts" / "recordings").glob("*.txt"))]
    rows = [recordings.sidecar_row(call, base) for call in recorded]
    for call in recorded:
        recordings.write_script(call, scripts)
    rows += exports.call_transcripts(calls, on("call"), write, first_number=len(recorded) + 1)
    header = ["filename", "call_id", "started_at", "caller", "agent", "language", "roles", "customer_id"]
    exports.write_table(calls / "calls.csv", header, rows, delimiter=",", encoding="utf-8")
    events = plan.solicitations(random.Random(SEED + 3), base, people["campaigns"])
    exports.write_lines(out / "events.ndjson", events)
    truth.write(out / "truth.json", contacts, [recordings.as_contact(call, base) for call in recorded], base, events)
    return library


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SAMPLES, help="folder to write into (default: samples/)")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
