"""Heads refitted to what a company's own people say (``voc learn``): kept in ``VOC_HOME``, never in the package.

They belong to the shipped heads they were pulled towards. When those change (a newer voc), they are left aside and it
is said in the log: numbers learnt for another encoder would be noise.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voc.errors import ModelError, StoreError, not_kept
from voc.settings import settings

log = logging.getLogger(__name__)

FloatArray = npt.NDArray[np.float32]
FOLDER, FILE, BEFORE = "learned", "heads.npz", "before.npz"
"""Where what is in force is kept, and what was before it, so that a step can be taken back."""
SHIPPED = "heads.npz"
_ABOUT = "about"


@dataclass(frozen=True)
class Learned:
    """Refitted heads.

    Attributes:
        version: of these numbers: a hash of them.
        base: of the shipped heads they belong to.
        arrays: ``post.weight`` float32 [384, classes], ``post.bias`` float32 [classes] … of every refitted head.
        about: what they were learnt from: counts and days, no words.
    """

    version: str
    base: str
    arrays: dict[str, FloatArray]
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the refitted heads."""
        return tuple(sorted({name.rpartition(".")[0] for name in self.arrays}))


@dataclass(frozen=True)
class HeadsInForce:
    """The arrays of every head, refitted where they were, and what to call them in an analysis."""

    version: str
    """``2`` as shipped, ``2+learned.1a2b3c4d`` where some were refitted."""
    arrays: Mapping[str, FloatArray]


def place(home: Path | None = None) -> Path:
    """Where refitted heads are kept: in ``home``, else in the one of the settings in force."""
    return (home or settings().home) / FOLDER / FILE


def stamp() -> tuple[str, int] | None:
    """Changes whenever refitted heads are put in force or taken out, so that running workers notice."""
    path = place()
    try:
        return str(path), path.stat().st_mtime_ns
    except OSError:
        return None


def heads_in_force(folder: Path, version: str) -> HeadsInForce:
    """The heads of the encoder in ``folder`` (of that ``version``) with those refitted laid over them.

    Raises:
        ModelError: the refitted ones are damaged.
    """
    with np.load(folder / SHIPPED, allow_pickle=False) as shipped:
        arrays: dict[str, FloatArray] = {name: shipped[name] for name in shipped.files}
    learned = load()
    if learned is None:
        return HeadsInForce(version, arrays)
    if learned.base != base_of(folder):
        log.warning("what was learned from corrections belongs to another encoder and is left aside: run voc learn")
        return HeadsInForce(version, arrays)
    return HeadsInForce(f"{version}+learned.{learned.version}", arrays | learned.arrays)


def base_of(folder: Path) -> str:
    """What identifies the shipped heads of an encoder."""
    path = folder / SHIPPED
    return _digest(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _digest(path: str, changed_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def load(home: Path | None = None) -> Learned | None:
    """The refitted heads in force (of ``home``), or ``None``.

    Raises:
        ModelError: the file is damaged.
    """
    path = place(home)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files if name != _ABOUT}
            about = json.loads(str(kept[_ABOUT]))
        return Learned(version=about.pop("version"), base=about.pop("base"), arrays=arrays, about=about)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: is damaged; run `voc learn` again, or `voc learn --reset` to do without.") from error


def put_in_force(arrays: Mapping[str, FloatArray], *, folder: Path, about: Mapping[str, Any] | None = None) -> Learned:
    """Keep refitted heads of the encoder in ``folder``; running workers take them up with their next batch.

    What was in force before is kept beside them, for :func:`undo`. ``about`` says what they were learnt from.

    Raises:
        StoreError: they cannot be written.
    """
    digest = hashlib.sha256(b"".join(name.encode() + arrays[name].tobytes() for name in sorted(arrays))).hexdigest()
    learned = Learned(version=digest[:8], base=base_of(folder), arrays=dict(arrays), about=dict(about or {}))
    told = json.dumps({**learned.about, "version": learned.version, "base": learned.base})
    path = place()
    fresh = path.with_name(f"{FILE}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            np.savez(file, **{_ABOUT: np.array(told)}, **learned.arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        _keep_before(path)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise not_kept(
            error, f"{path}: cannot be written ({error.strerror}); free space or correct VOC_HOME."
        ) from error
    return learned


def _keep_before(path: Path) -> None:
    """Put what is in force aside; an empty file stands for the shipped heads."""
    before = path.with_name(BEFORE)
    if path.exists():
        os.link(path, fresh := path.with_name(f"{BEFORE}.{os.getpid()}.new"))
        fresh.replace(before)
    else:
        before.write_bytes(b"")


def reset() -> bool:
    """Go back to the shipped heads; False when nothing was refitted. :func:`undo` brings them back.

    Raises:
        StoreError: they cannot be taken out.
    """
    path = place()
    if not path.exists():
        return False
    try:
        path.replace(path.with_name(BEFORE))
    except OSError as error:
        raise StoreError(f"{path}: cannot be removed ({error.strerror}); check its folder.") from error
    return True


def undo() -> bool:
    """Put in force what was before the last change, and the present aside; False when there was no change.

    Raises:
        StoreError: they cannot be exchanged.
    """
    path = place()
    before = path.with_name(BEFORE)
    if not before.exists():
        return False
    aside = path.with_name(f"{BEFORE}.{os.getpid()}.old")
    try:
        shipped_before = before.stat().st_size == 0
        before.replace(aside)
        if path.exists():
            path.replace(before)
        else:
            before.write_bytes(b"")
        if shipped_before:
            aside.unlink()
        else:
            aside.replace(path)
            os.utime(path)  # running workers notice by its time
    except OSError as error:
        raise StoreError(f"{path}: cannot be exchanged ({error.strerror}); check its folder.") from error
    return True
