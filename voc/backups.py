"""Backup and restore of the embedded store: a consistent copy of the databases, and the recordings, in one archive.

A PostgreSQL store is backed up with ``pg_dump`` and the bucket's own tools, which do it better.
"""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from voc.errors import InputError, StoreError
from voc.pipeline.queues import work_database
from voc.settings import Settings


def back_up(settings: Settings, target: Path) -> int:
    """Write the archive (tar, gzip) while the service may run; returns its size in bytes.

    Raises:
        InputError: the target exists, or the store is not the embedded one.
    """
    database, work = _files(settings)
    if target.exists():
        raise InputError(f"{target}: exists already; name a new file.")
    if not database.exists():
        raise InputError(f"{database}: there is no store yet; nothing to back up.")
    with tempfile.TemporaryDirectory(prefix="voc-backup-") as folder:
        # The work queue first: work it owes is found in the data copied after it, never the other way round.
        copies = [(work, "work.db"), (database, "voc.db")]
        for source, name in copies:
            if source.exists():
                _copy_database(source, Path(folder) / name)
        partial = target.with_name(target.name + ".part")
        try:
            with tarfile.open(partial, "w:gz", compresslevel=1) as archive:
                for _, name in copies:
                    if (Path(folder) / name).exists():
                        archive.add(Path(folder) / name, arcname=name)
                blobs = Path(settings.blobs)
                if blobs.is_dir():
                    archive.add(blobs, arcname="blobs", filter=_only_whole_blobs)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StoreError(
                f"{target}: the archive cannot be written ({error.strerror}); nothing was left."
            ) from error
    return target.stat().st_size


def put_back(settings: Settings, source: Path) -> None:
    """Unpack an archive into a home that has no store yet.

    Raises:
        InputError: there is a store already, or the file is not such an archive.
    """
    database, work = _files(settings)
    if database.exists() or work.exists():
        raise InputError(f"{database.parent}: holds a store already; restore into an empty VOC_HOME.")
    try:
        with tarfile.open(source, "r:gz") as archive:
            names = archive.getnames()
            if "voc.db" not in names:
                raise InputError(f"{source}: is not an archive of `voc backup` (no voc.db in it).")
            database.parent.mkdir(parents=True, exist_ok=True)
            archive.extractall(database.parent, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise InputError(f"{source}: is not a whole archive of `voc backup`; take another copy.") from error
    except FileNotFoundError as error:
        raise InputError(f"{source}: no such file; check the path.") from error
    blobs = database.parent / "blobs"
    if blobs.is_dir() and blobs.resolve() != Path(settings.blobs).resolve():
        Path(settings.blobs).parent.mkdir(parents=True, exist_ok=True)
        blobs.rename(settings.blobs)


def _files(settings: Settings) -> tuple[Path, Path]:
    url, work = make_url(settings.database), make_url(work_database(settings))
    if url.get_backend_name() != "sqlite" or not url.database or not work.database:
        raise InputError("backup: the store is on PostgreSQL; use pg_dump and your bucket's own copy.")
    return Path(url.database), Path(work.database)


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup: consistent although writers go on."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _only_whole_blobs(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(info.name).name.startswith(".incoming-") else info
