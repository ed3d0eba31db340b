"""Files that lie elsewhere, reached through fsspec: what is new is fetched with what lies beside it for it.

Another store that fsspec knows is a class of some lines: its fields and :meth:`RemoteFiles.opened`.
"""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from voc.errors import InputError, NotFoundError, StoreError, VocError, not_kept
from voc.intake.file_type import names_recording
from voc.intake.reader_registry import is_document
from voc.intake.readers import IGNORED_NAMES
from voc.intake.telephony import TABLE_STEMS, TABLE_SUFFIXES, described_by, side_names
from voc.sources.addresses import unreachable
from voc.sources.contract import Cursor, Failed, Field, Given, Item, Reached, SourceKind, in_catalogue
from voc.sources.folder import DONE, REFUSED, SETTLE_SECONDS, is_finished, matches, patterns_of

CHUNK_BYTES = 1 << 20

_STATES = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "updated", "created")
"""What file systems call that which changes with the content of a file, the surest first."""

_PLACES = ("path", "bucket", "url")
"""Fields that say where the files lie."""

PATTERN, SETTLED = in_catalogue("folder", Field("pattern"), SETTLE_SECONDS)


def after_field(default: str) -> Field:
    """What becomes of a file that is in."""
    (after,) = in_catalogue("folder", Field("after", type="choice", default=default, choices=("move", "leave")))
    return after


@dataclass(frozen=True)
class Lying:
    """A file where it lies; ``state`` is another when its content is."""

    path: PurePosixPath
    size: int
    state: str


Files = Mapping[PurePosixPath, Lying]


class RemoteFiles(SourceKind):
    """What every store of files has in common."""

    every: ClassVar[int | None] = 300

    @abstractmethod
    def opened(self, reached: Reached) -> Any:
        """A context manager of a connected file system of fsspec and the path below which everything lies."""

    def settle_seconds(self, reached: Reached) -> float:
        """How long a file has to stay as it is before it is taken; 0 where it is never seen half-written."""
        return 0.0

    def move(self, fs: Any, path: str, target: str) -> None:
        """Give a file another path."""
        fs.mv(path, target)

    def pull(self, reached: Reached, cursor: Cursor) -> Iterator[Given]:
        """See :meth:`SourceKind.pull`; what is known is in the store, so the cursor stays empty."""
        with self._reaching(reached) as (fs, root):
            lying = _find(fs, root)
            new = _new(root, lying, reached)
            if new and (seconds := self.settle_seconds(reached)):
                if not reached.wait(seconds):
                    return
                later = _find(fs, root)
                new = [one for one in new if later.get(one.path) == one]
            for one in new:
                relative = str(one.path.relative_to(root))
                locator = {"path": relative, "state": one.state}
                try:
                    yield _fetched(fs, reached, one, _beside(one.path, lying), locator)
                except NotFoundError:  # somebody took it away meanwhile
                    continue
                except InputError as problem:
                    lasting = problem.code == "source_too_large"
                    yield Failed(_key(relative, one.state), one.path.name, locator, problem, for_now=not lasting)

    def fetch(self, reached: Reached, name: str, locator: Mapping[str, Any]) -> Item:
        """See :meth:`SourceKind.fetch`."""
        with self._reaching(reached) as (fs, root):
            path = root / str(locator["path"])
            lying = _find(fs, path.parent)
            if path not in lying:
                raise NotFoundError(f"{name}: it is not there any more.", code="source_gone")
            return _fetched(fs, reached, lying[path], _beside(path, lying), locator)

    def settled(self, reached: Reached, name: str, locator: Mapping[str, Any], *, refused: bool) -> None:
        """Move the file, with its own side file, where that was chosen; unless it changed since."""
        if reached.options["after"] != "move" or "path" not in locator:
            return
        with self._reaching(reached) as (fs, root):
            path = root / str(locator["path"])
            lying = _find(fs, path.parent)
            if path not in lying or lying[path].state != locator.get("state"):
                return
            target = root / (REFUSED if refused else DONE) / str(locator["path"])
            own = [one for one in _beside(path, lying) if not _is_table_of_calls(one)]
            try:
                fs.makedirs(str(target.parent), exist_ok=True)
                for one in (*own, path):  # the recording last: cut off before, the rest is done again
                    self.move(fs, str(one), str(_free(fs, target.with_name(one.name))))
            except Exception as error:  # each library has errors of its own
                raise StoreError(
                    f"{name}: it is in, but could not be moved; let voc write there, or choose to leave files where "
                    "they are.",
                    code="source_not_moved",
                ) from error

    @contextmanager
    def _reaching(self, reached: Reached) -> Iterator[tuple[Any, PurePosixPath]]:
        """The file system, with every library's errors as ours."""
        try:
            with self.opened(reached) as (fs, root):
                yield fs, PurePosixPath(root)
        except VocError:
            raise
        except PermissionError as error:
            raise InputError(
                f"{reached.name}: refuses the credentials; check them.", code="source_credentials", host=reached.name
            ) from error
        except FileNotFoundError as error:
            raise NotFoundError(
                f"{reached.name}: there is no such place; check it.",
                code="source_folder_missing",
                folder=next(str(told) for told in (*map(reached.options.get, _PLACES), reached.name) if told),
            ) from error
        except Exception as error:
            raise unreachable(reached.name, error) from error


def _find(fs: Any, root: PurePosixPath) -> dict[PurePosixPath, Lying]:
    """Every file below ``root`` that has content, in a stable order."""
    found: dict[PurePosixPath, Lying] = {}
    for written, info in sorted(fs.find(str(root), detail=True).items()):
        path = PurePosixPath(str(written))
        if info.get("type") == "file" and info.get("size") and path.is_relative_to(root):
            state = str(next((info[key] for key in _STATES if info.get(key)), "")).strip('"')
            found[path] = Lying(path, int(info["size"]), f"{info['size']}-{state}")
    return found


def _new(root: PurePosixPath, lying: Files, reached: Reached) -> list[Lying]:
    """What may be taken and is not known yet."""
    patterns = patterns_of(reached.options["pattern"])
    wanted = {
        _key(str(relative), one.state): one
        for path, one in lying.items()
        if _may_be_taken(relative := path.relative_to(root))
        and matches(relative, patterns)
        and not _describes(path, lying)
    }
    known = reached.known(list(wanted))
    return [one for key, one in wanted.items() if key not in known]


def _may_be_taken(relative: PurePosixPath) -> bool:
    name = relative.name
    return (
        relative.parts[0] not in {DONE, REFUSED}
        and not any(part.startswith((".", "~$")) for part in relative.parts)
        and name.lower() not in IGNORED_NAMES
        and not is_document(relative.suffix.lower())
        and is_finished(relative)
    )


def _describes(path: PurePosixPath, lying: Files) -> bool:
    """Whether it is the side file of a recording, or the table of calls of a folder of recordings."""
    if path.suffix.lower() == ".json" and any(path.with_name(one) in lying for one in described_by(path.name)):
        return True
    return _is_table_of_calls(path) and any(
        other.parent == path.parent and names_recording(other.name) for other in lying
    )


def _is_table_of_calls(path: PurePosixPath) -> bool:
    return path.stem.lower() in TABLE_STEMS and path.suffix.lower() in TABLE_SUFFIXES


def _beside(path: PurePosixPath, lying: Files) -> list[PurePosixPath]:
    """What is fetched with a recording: its side file, and the tables of calls of its folder."""
    if not names_recording(path.name):
        return []
    own = [one for one in map(path.with_name, side_names(path.name)) if one in lying]
    tables = [one for one in lying if one.parent == path.parent and _is_table_of_calls(one)]
    return [*own, *tables]


def _fetched(
    fs: Any, reached: Reached, one: Lying, beside: Sequence[PurePosixPath], locator: Mapping[str, Any]
) -> Item:
    """The file on this machine, in a folder of its own.

    Raises:
        NotFoundError: it is gone.
        InputError: it is too large, or the connection broke off.
        StoreError: it cannot be kept here.
    """
    most = reached.settings.max_upload_mb << 20
    if one.size > most:
        raise InputError(
            f"{one.path.name}: it is larger than {most >> 20} MB; raise VOC_MAX_UPLOAD_MB.",
            code="source_too_large",
            mb=most >> 20,
        )
    folder = Path(tempfile.mkdtemp(dir=reached.staging))
    target = folder / one.path.name
    for path in (*beside, one.path):
        _download(fs, path, folder / path.name, most)
    return Item(
        key=_key(str(locator["path"]), one.state),
        name=one.path.name,
        path=target,
        locator=locator,
        beside=names_recording(one.path.name),
    )


def _download(fs: Any, path: PurePosixPath, target: Path, most: int) -> None:
    try:
        with fs.open(str(path), "rb") as stream, target.open("wb") as file:
            left = most
            while (chunk := stream.read(CHUNK_BYTES)) and left > 0:
                left -= len(chunk)
                try:
                    file.write(chunk)
                except OSError as error:
                    raise not_kept(
                        error, f"{path.name}: cannot be kept ({error.strerror}); free some space."
                    ) from error
    except VocError:
        raise
    except FileNotFoundError as error:
        raise NotFoundError(f"{path.name}: it is not there any more.", code="source_gone") from error
    except Exception as error:
        raise unreachable(path.name, error) from error


def _key(relative: str, state: str) -> str:
    return f"{relative}\0{state}"


def _free(fs: Any, target: PurePosixPath) -> PurePosixPath:
    """``target``, or the same name with a number where something is there already."""
    number, free = 2, target
    while fs.exists(str(free)):
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
        number += 1
    return free
