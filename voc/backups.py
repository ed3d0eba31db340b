"""Backup and restore of the embedded store: a consistent copy of the database, and the recordings, in one archive.

The work queue is not in it: which work is owed is in the data, and a worker queues it again. That also keeps an archive
from elsewhere harmless, because the queue's own database holds pickles, which can be programs.

A PostgreSQL store is backed up with ``pg_dump`` and the bucket's own tools, which do it better.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from voc.errors import InputError, NotFoundError, not_kept
from voc.pipeline.queues import work_database
from voc.settings import Settings
from voc.store.database import copy_database, database_file
from voc.store.uploads import unread_blobs

COPIES = 5
"""Copies of the data made until one fits the bytes of the uploads being read; a reading ends between two at most."""

_BLOB = re.compile(r"blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})")


def back_up(settings: Settings, target: Path) -> int:
    """Write the archive (tar, gzip) while the service may run; returns its size in bytes.

    Raises:
        InputError: the target exists, or the store is not the embedded one.
    """
    database_of(settings)
    if target.exists():
        raise InputError(f"{target}: exists already; name a new file.")
    with tempfile.TemporaryDirectory(prefix="voc-backup-") as folder, ExitStack() as held:
        copy = Path(folder) / "voc.db"
        unread = _copy_with_unread(settings.database, copy, Path(settings.blobs), held)
        partial = target.with_name(target.name + ".part")
        try:
            partial.touch(mode=0o600)  # it holds everything every customer said
            with tarfile.open(partial, "w:gz", compresslevel=1) as archive:
                archive.add(copy, arcname="voc.db")
                for key, stream in unread.items():
                    archive.addfile(archive.gettarinfo(arcname=f"blobs/{key[:2]}/{key}", fileobj=stream), stream)
                for blob in _blobs(settings):
                    # One that goes meanwhile is of an export whose rows are all in the copy: nothing is missing.
                    with suppress(FileNotFoundError):
                        if blob.name not in unread:
                            archive.add(blob, arcname=f"blobs/{blob.parent.name}/{blob.name}", recursive=False)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise not_kept(
                error, f"{target}: the archive cannot be written ({error.strerror}); nothing was left."
            ) from error
    return target.stat().st_size


def database_of(settings: Settings) -> Path:
    """The file of the embedded database.

    Raises:
        InputError: the store is not the embedded one.
        NotFoundError: there is none yet.
    """
    database, _ = _files(settings)
    if not database.exists():
        raise NotFoundError(f"{database}: there is no store yet; nothing to back up.")
    return database


def put_back(settings: Settings, source: Path) -> None:
    """Unpack an archive into a home that has no store yet.

    Raises:
        InputError: there is a store already, or the file is not such an archive.
    """
    database, work = _files(settings)
    if database.exists() or work.exists():
        raise InputError(f"{database.parent}: holds a store already; restore into an empty VOC_HOME.")
    try:
        with gzip.open(source) as whole:  # tar stops before the checksum, and a damaged copy must not become a store
            while whole.read(1 << 20):
                pass
        with tarfile.open(source, "r:gz") as archive:
            names = archive.getnames()
            if "voc.db" not in names:
                raise InputError(f"{source}: is not an archive of `voc backup` (no voc.db in it).")
            database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _unpack(archive, database, Path(settings.blobs))
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{source}: is not a whole archive of `voc backup`; take another copy.") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFoundError(
            f"{source}: no such file; check the path.", code="no_such_file", file=source.name
        ) from error
    except OSError as error:
        raise not_kept(error, f"{database.parent}: the archive cannot be unpacked there ({error.strerror}).") from error


def _unpack(archive: tarfile.TarFile, database: Path, blobs: Path) -> None:
    """Write what an archive of ours holds to where this home keeps it, and nothing else: it may come from anywhere.

    The database comes last: a home that has one is whole.
    """
    for member in archive:
        found = _BLOB.fullmatch(member.name)
        if found and member.isfile():
            _write(archive, member, blobs / found[1] / found[2])
    _write(archive, archive.getmember("voc.db"), database)


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    source = archive.extractfile(member)
    if source is None:
        raise tarfile.ReadError(f"{member.name} is not a file")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f".incoming-{target.name}")
    with source, partial.open("wb") as file:
        shutil.copyfileobj(source, file)
    partial.replace(target)


def _blobs(settings: Settings) -> Iterator[Path]:
    folder = Path(settings.blobs)
    for path in sorted(folder.glob("??/*")) if folder.is_dir() else ():
        if _BLOB.fullmatch(f"blobs/{path.parent.name}/{path.name}"):
            yield path


def _files(settings: Settings) -> tuple[Path, Path]:
    database, work = database_file(settings.database), database_file(work_database(settings))
    if database is None or work is None:
        raise InputError("backup: the store is on PostgreSQL; use pg_dump and your bucket's own copy.")
    if "://" in settings.blobs:
        raise InputError(
            "backup: the recordings are in a bucket (VOC_BLOBS_URL); use its own copy, and sqlite3 .backup."
        )
    return database, work


def _copy_with_unread(database: str, target: Path, blobs: Path, held: ExitStack) -> dict[str, IO[bytes]]:
    """Copy the data, and open the bytes of the uploads that are still being read in it.

    When such a reading ends, its bytes go (the rows are in the database then, but not in the copy): open, they stay.
    Where they went between the copy and the opening, a new copy has the rows.
    """
    for _ in range(COPIES):
        keys = unread_blobs(copy_database(database, target))
        with ExitStack() as opened:
            try:
                unread: dict[str, IO[bytes]] = {
                    key: opened.enter_context((blobs / key[:2] / key).open("rb")) for key in sorted(keys)
                }
            except FileNotFoundError:
                continue
            held.push(opened.pop_all())
            return unread
    # Not a race any more: an upload whose bytes somebody removed is that way in the live store, too.
    return {}
