"""A folder of this machine, or a share mounted on it, whose files are taken as they come."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any, ClassVar

from sqlalchemy.engine import make_url

from voc.errors import InputError, NotFoundError, StoreError
from voc.intake import side_files, walk
from voc.locales.catalogue import spoken
from voc.records import Rejected
from voc.settings import Settings
from voc.sources.contract import Cursor, Failed, Field, Given, Item, Reached, SourceKind, in_catalogue
from voc.sources.secrets import folder_of

DONE, REFUSED = "done", "failed"
"""Folders inside the watched one that files go to."""

UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp", "~")
"""What programs add to the name of a file while they write it."""

SETTLE_SECONDS = Field("settle_seconds", type="number", default=5, least=0, most=600)
"""How long a file must not have changed to be taken."""


class Folder(SourceKind):
    """Files are taken once they have stopped growing, and moved to ``done`` or ``failed``."""

    name: ClassVar[str] = "folder"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.folder.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.folder.about")
    local: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "folder",
        Field(
            "path",
            required=True,
        ),
        Field(
            "pattern",
        ),
        Field(
            "after",
            type="choice",
            default="move",
            choices=("move", "leave"),
        ),
        SETTLE_SECONDS,
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        allowed_folder(str(options["path"]), settings)

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """See :meth:`SourceKind.pull`; what is known is in the store, so the cursor stays empty."""
        root = allowed_folder(str(reached.options["path"]), reached.settings)
        if not root.is_dir():
            raise NotFoundError(
                f"{root}: there is no such folder now; mount it, or correct the path.",
                code="source_folder_missing",
                folder=str(root),
            )
        patterns = patterns_of(reached.options["pattern"])
        seen: dict[Path, tuple[int, int]] = {}
        for path in walk(root, without=(root / DONE, root / REFUSED)):
            if isinstance(path, Rejected):
                key = f"folder\0{path.source}"
                problem = InputError(f"{path.source}: {path.reason}", code=path.code or "not_permitted")
                yield Failed(key=key, name=path.source, locator={"path": path.source}, problem=problem)
            elif is_finished(path) and matches(path.relative_to(root), patterns) and (state := _state(path)):
                seen[path] = state
        new = self._new(root, seen, reached)
        if not new or not reached.wait(float(reached.options["settle_seconds"])):
            return
        for path, state in new.items():
            if _state(path) == state:  # else it is still being written: the next run sees it
                relative = path.relative_to(root)
                locator = {"path": str(relative), "state": list(state)}
                yield Item(key=_key(relative, state), name=path.name, path=path, locator=locator, beside=True)

    def _new(self, root: Path, seen: Mapping[Path, tuple[int, int]], reached: Reached) -> dict[Path, tuple[int, int]]:
        keys = {path: _key(path.relative_to(root), state) for path, state in seen.items()}
        known = reached.known(list(keys.values()))
        return {path: seen[path] for path, key in keys.items() if key not in known}

    def fetch(self, reached: Reached, name: str, locator: Mapping[str, Any]) -> Item:
        """See :meth:`SourceKind.fetch`."""
        root = allowed_folder(str(reached.options["path"]), reached.settings)
        relative = Path(str(locator["path"]))
        path = root / relative
        state = _state(path)
        if state is None or not path.resolve().is_relative_to(root):
            raise NotFoundError(f"{name}: it is not in the folder any more.", code="source_gone", file=name)
        known = tuple(locator.get("state", state))
        return Item(key=_key(relative, known), name=path.name, path=path, locator=locator, beside=True)

    def settled(self, reached: Reached, name: str, locator: Mapping[str, Any], *, refused: bool) -> None:
        """Move the file, with what lies beside it for it alone, unless it changed since."""
        if reached.options["after"] != "move":
            return
        root = allowed_folder(str(reached.options["path"]), reached.settings)
        path = root / str(locator["path"])
        if _state(path) != tuple(locator.get("state", ())):  # moved before, or written anew: that is another thing
            return
        target = root / (REFUSED if refused else DONE) / path.relative_to(root).parent
        moving = [*side_files(path), path]
        try:
            # Whoever may put files here must not choose by a link where they go, or which others go with them.
            if not target.resolve().is_relative_to(root) or path.parent.resolve() != path.parent:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            target.mkdir(parents=True, exist_ok=True)
            for one in moving:  # the recording last: cut off before, the rest is done again
                shutil.move(one, _free(target / one.name))
        except OSError as error:
            raise StoreError(
                f"{name}: it is in, but could not be moved to {target.name} ({error.strerror}); let voc write to the "
                "folder, or choose to leave files where they are.",
                code="source_not_moved",
            ) from error


def allowed_folder(written: str, settings: Settings) -> Path:
    """The folder somebody named, with links followed.

    Raises:
        InputError: it is no whole path, it holds voc's own data or the secrets of sources, or it lies outside
            VOC_SOURCE_FOLDERS.
    """
    path = Path(written).expanduser()
    if not path.is_absolute():
        raise InputError(
            f"{written}: write the whole path of the folder, from /.", code="source_path_not_whole", folder=written
        )
    path = path.resolve()
    ours = [settings.home.resolve(), folder_of(settings).resolve()]
    if (settings.database_url or "").startswith("sqlite") and (own := make_url(str(settings.database_url)).database):
        ours.append(Path(own).resolve())
    roots = [Path(one.strip()).expanduser().resolve() for one in settings.source_folders.split(",") if one.strip()]
    inside = not roots or any(path.is_relative_to(root) for root in roots)
    if not inside or any(path.is_relative_to(one) or one.is_relative_to(path) for one in ours):
        raise InputError(
            f"{written}: this folder may not be watched; choose one that VOC_SOURCE_FOLDERS allows and that holds none "
            "of the service's own data.",
            code="source_path_not_allowed",
            folder=written,
        )
    return path


def _key(relative: Path, state: tuple[int, ...]) -> str:
    return "\0".join((str(relative), *map(str, state)))


def _state(path: Path) -> tuple[int, int] | None:
    """Size in bytes and time of the last change in ns; ``None`` where it is gone or is no file."""
    try:
        stat = path.lstat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns) if path.is_file() and stat.st_size else None


def is_finished(path: PurePath) -> bool:
    """Whether its name is none that programs write under until they are done."""
    return not path.name.lower().endswith(UNFINISHED_SUFFIXES)


def patterns_of(written: Any) -> list[str]:
    """``*.wav, *.mp3`` one by one."""
    return [one.strip() for one in str(written or "").split(",") if one.strip()]


def matches(relative: PurePath, patterns: list[str]) -> bool:
    """Whether the name, or the path below the folder, is one of those that are asked for."""
    return not patterns or any(
        fnmatch(relative.name.lower(), one.lower()) or fnmatch(str(relative).lower(), one.lower()) for one in patterns
    )


def _free(target: Path) -> Path:
    """``target``, or the same name with a number where something is there already."""
    number, free = 2, target
    while free.exists():
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
        number += 1
    return free
