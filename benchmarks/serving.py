"""Fifty readers and five uploaders at once, against a served store: how long each waits, and whether health answers.

    python -m benchmarks.serving HOME [--seconds 120] [--readers 50] [--uploaders 5]

Serves HOME (a store made by ``benchmarks.grown_store``) with one worker, makes a key, and asks. A reader waits a second
between two requests, as somebody who looks at a page does; an uploader sends ten rows, and again a second later.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx

PORT = 8790
READ = (
    *(
        "/",
        "/topics",
        "/interactions",
        "/interactions?topic=billing&sentiment=negative",
        "/digest/2026-W47",
        "/customers",
    ),
    *(
        "/v1/insights/volumes?by=week,channel",
        "/v1/insights/sentiment?by=topic&week=2026-W47",
        "/v1/topics?week=2026-W47",
    ),
    *("/v1/insights/trends?by=channel", "/v1/insights/repeat_contacts", "/v1/insights/drivers?score=nps"),
    *("/v1/interactions?segment=Pro&limit=50", "/v1/insights/effort?by=topic&week=2026-W46"),
)
THINKING = 1.0
TEXTS = (
    "Votre facture est fausse, {n} euros de trop !",
    "Thanks, line {n} works again.",
    "Toujours rien reçu, dossier {n}.",
)


async def reader(client: httpx.AsyncClient, until: float, took: dict[str, list[float]], wrong: list[str]) -> None:
    """One person who looks at page after page."""
    while time.monotonic() < until:
        address = random.choice(READ)
        await timed(client.get(address, follow_redirects=True), "read", took, wrong)
        await asyncio.sleep(THINKING * random.random() * 2)


async def uploader(client: httpx.AsyncClient, until: float, took: dict[str, list[float]], wrong: list[str]) -> None:
    """One program that sends ten rows at a time."""
    while time.monotonic() < until:
        rows = [random.choice(TEXTS).format(n=random.randrange(10**6)) for _ in range(10)]
        body = "date;texte\n" + "\n".join(f"2026-11-20;{row}" for row in rows)
        sent = client.post("/v1/uploads", files={"file": (f"{random.random()}.csv", body.encode(), "text/csv")})
        await timed(sent, "upload", took, wrong)
        await asyncio.sleep(THINKING)


async def pulse(client: httpx.AsyncClient, until: float, took: dict[str, list[float]], wrong: list[str]) -> None:
    """An orchestrator's probe."""
    while time.monotonic() < until:
        await timed(client.get("/healthz"), "health", took, wrong)
        await asyncio.sleep(0.25)


async def timed(asked: object, what: str, took: dict[str, list[float]], wrong: list[str]) -> None:
    """Keep how long an answer took, and what was wrong with it."""
    began = time.monotonic()
    try:
        answer = await asked  # type: ignore[misc]
    except httpx.HTTPError as error:
        wrong.append(f"{what}: {type(error).__name__}")
        return
    took.setdefault(what, []).append(time.monotonic() - began)
    if answer.status_code >= 400:
        wrong.append(f"{what}: {answer.status_code} {answer.url.path}")


async def load(key: str, seconds: float, readers: int, uploaders: int) -> tuple[dict[str, list[float]], list[str]]:
    """Seconds of each kind of request, and what went wrong."""
    took: dict[str, list[float]] = {}
    wrong: list[str] = []
    until = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=120, limits=limits
    ) as client:
        jobs = [reader(client, until, took, wrong) for _ in range(readers)]
        jobs += [uploader(client, until, took, wrong) for _ in range(uploaders)]
        await asyncio.gather(*jobs, pulse(client, until, took, wrong))
    return took, wrong


def main() -> None:
    """Serve, ask, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--uploaders", type=int, default=5)
    chosen = parser.parse_args()
    environment = {**os.environ, "VOC_HOME": str(chosen.home)}
    os.environ["VOC_HOME"] = str(chosen.home)
    from voc.store import open_store

    with closing(open_store()) as store:
        _, key = store.access.create_key("benchmark", "admin", now=datetime.now(UTC))
    served = subprocess.Popen(
        [sys.executable, "-m", "voc", "serve", "--port", str(PORT), "--workers", "1"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(240):
            try:
                if httpx.get(f"http://127.0.0.1:{PORT}/readyz", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.5)
        took, wrong = asyncio.run(load(key, chosen.seconds, chosen.readers, chosen.uploaders))
    finally:
        served.terminate()
        served.wait(30)
    print("| asked | n | p50 | p95 | p99 | longest |\n|---|--:|--:|--:|--:|--:|")
    for what, seconds in sorted(took.items()):
        ordered = sorted(seconds)
        shown = [ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.95, 0.99, 1.0)]
        print(f"| {what} | {len(ordered):,} | " + " | ".join(f"{1000 * one:.0f} ms" for one in shown) + " |")
    kinds = sorted({one: wrong.count(one) for one in wrong}.items())
    print(f"\nWrong answers: {', '.join(f'{n} × {one}' for one, n in kinds) or 'none'}.")


if __name__ == "__main__":
    main()
