"""Receiving files: the bytes are on disk and their work is queued before anybody is told that they arrived."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Unpack

from voc import intake
from voc.errors import InputError, NotFoundError, StoreError, VocError, coded
from voc.pipeline.column_preview import with_saved_mapping
from voc.pipeline.events import import_events
from voc.pipeline.queues import TEXT_BATCH, WorkQueue
from voc.pipeline.upload_rows import chunks, interrupted, readable_path, updated, within, without_erased
from voc.pipeline.worker_liveness import is_alive, process_id
from voc.pipeline.works import fresh_work, resume_works
from voc.records import REJECTIONS_KEPT, Channel, Interaction, Rejected, Remark, UploadOptions
from voc.records.interactions import ReadAs
from voc.settings import Settings
from voc.store import Store
from voc.store.source_items import Came
from voc.store.uploads import Progress, Upload

log = logging.getLogger("voc.reception")

MAX_READINGS = 3
"""A file during whose reading voc ended so often is set aside until a person asks for it: it may be the reason."""

UNREAD = ""
"""The reader of bytes that were kept alone: nobody yet."""

_being_read: set[str] = set()
"""Uploads that a thread of this process is reading."""


@contextmanager
def _reading(upload_id: str) -> Iterator[None]:
    _being_read.add(upload_id)
    try:
        yield
    finally:
        _being_read.discard(upload_id)


class Intake:
    """Takes files in. One instance a process; thread-safe, because the store and the queue are."""

    def __init__(self, store: Store, settings: Settings, queue: WorkQueue | None = None) -> None:
        self.store = store
        self.settings = settings
        self.queue = queue or WorkQueue(settings)

    def receive(
        self,
        stream: IO[bytes],
        *,
        filename: str,
        channel: Channel | None = None,
        mapping: Mapping[str, str] | None = None,
        roles: Sequence[str] = (),
        idempotency_key: str | None = None,
        origin: Path | None = None,
        came: Came | None = None,
        backfill: bool = False,
        read: bool = True,
    ) -> Progress:
        """Keep the bytes, read the interactions in them and queue their analysis.

        Args:
            filename: as the sender calls it; decides nothing alone, the content is looked at.
            mapping: field → column for tables whose headers cannot be guessed.
            roles: role of each audio channel in order; a single one: one person speaks in the whole file.
            idempotency_key: a second call with the same key returns the first one's upload.
            origin: the file on this machine it was read from, for sidecar files beside it.
            came: what a source says of the file, entered in the same transaction.
            backfill: it lay there before: its analysis waits until nothing newer does.
            read: false to keep the bytes alone; :meth:`read_on` goes on, by a worker if nobody else.

        Returns:
            The upload's progress: one id per interaction, duplicates and rejected rows with reasons.

        Raises:
            StoreError: the disk is full or the store cannot be reached; nothing was acknowledged.
        """
        if idempotency_key is not None:
            earlier = self.store.uploads.by_idempotency_key(idempotency_key)
            if earlier is not None:
                return self._once_more(earlier)
        upload_id = "u" + secrets.token_hex(8)
        options = UploadOptions(
            channel=channel,
            mapping=dict(mapping or {}),
            roles=tuple(roles),
            origin=str(origin) if origin else None,
            reader=process_id() if read else UNREAD,
            backfill=backfill,
        )
        with _reading(upload_id):
            return self._receive(stream, upload_id, filename, options, idempotency_key, came, read=read)

    def _receive(
        self,
        stream: IO[bytes],
        upload_id: str,
        filename: str,
        options: UploadOptions,
        idempotency_key: str | None,
        came: Came | None,
        *,
        read: bool,
    ) -> Progress:
        key, size = self.store.blobs.put(stream)
        first = self.store.uploads.add(
            upload_id=upload_id,
            filename=Path(filename).name or "upload",
            sha256=key,
            size_bytes=size,
            blob=key,
            options=options,
            idempotency_key=idempotency_key,
            now=datetime.now(UTC),
            came=came,
        )
        if not first and idempotency_key is not None:  # the same request came twice at once: the other one reads it
            self.store.uploads.let_go_of_bytes(key, self.store.blobs.delete)
            earlier = self.store.uploads.by_idempotency_key(idempotency_key)
            if earlier is not None:
                return self.progress(earlier.id)
        if not self.store.blobs.exists(key):
            # The same bytes were sent before and let go of between our writing them and our upload being known.
            stream.seek(0)
            self.store.blobs.put(stream)
        return self._read(upload_id) if read else self.progress(upload_id)

    def receive_path(self, path: Path, **options: Unpack[ReadAs]) -> Progress:
        """:meth:`receive` of a file on this machine.

        Raises:
            InputError: it may not be read; a NotFoundError where there is no such file.
        """
        try:
            with path.open("rb") as stream:
                return self.receive(stream, filename=path.name, origin=path.resolve(), **options)
        except FileNotFoundError as error:
            raise NotFoundError(
                f"{path}: no such file; check the path.", code="no_such_file", file=path.name
            ) from error
        except IsADirectoryError as error:
            raise InputError(f"{path}: is a folder; name a file in it.") from error
        except PermissionError as error:
            raise InputError(f"{path}: may not be read; check its permissions.") from error

    def retry(self, upload_id: str) -> Progress:
        """Read a kept upload again, e.g. one that failed before an upgrade; what it gave already is not doubled.

        Raises:
            NotFoundError: there is no such upload.
            InputError: its bytes are gone.
        """
        return self._read(upload_id, by_hand=True)

    def _once_more(self, upload: Upload) -> Progress:
        """The answer to a request that came before; a reading that a full disk stopped in this process goes on."""
        stopped = upload.status == "received" and upload.options.reader == process_id()
        if stopped and upload.id not in _being_read:
            with _reading(upload.id):
                return self._read(upload.id)
        return self.progress(upload.id)

    def progress(self, upload_id: str) -> Progress:
        """Where an upload stands.

        Raises:
            NotFoundError: there is no such upload.
        """
        found = self.store.uploads.progress(upload_id)
        if found is None:
            raise NotFoundError(f"upload {upload_id}: no such upload.", code="no_such_upload")
        return found

    def _read(self, upload_id: str, *, by_hand: bool = False, left_by: str | None = None) -> Progress:
        """Read the kept bytes of an upload; safe to run again after a crash half-way.

        ``left_by`` is the dead process whose reading goes on here, unless another process was first.
        """
        upload = self.store.uploads.get(upload_id)
        if upload is None:
            raise NotFoundError(f"upload {upload_id}: no such upload.", code="no_such_upload")
        if upload.blob is None:
            raise InputError(f"upload {upload_id}: its bytes are gone; send the file again.", code="file_gone")
        if not self.store.uploads.begin_reading(upload_id, reader=process_id(), left_by=left_by, by_hand=by_hand):
            return self.progress(upload_id)
        self.store.uploads.clear_rejections(upload_id)
        rejected, erased, changed, given = 0, 0, 0, 0
        error: Rejected | None = None
        counted: tuple[int, int] | None = None
        if not self.store.blobs.exists(upload.blob):
            reason = f"{upload.filename}: its bytes are gone; send the file again."
            self._finish(upload, rejected=1, error=Rejected(source=upload.filename, reason=reason, code="file_gone"))
            return self.progress(upload_id)
        try:
            with self.store.blobs.as_file(upload.blob, suffix=Path(upload.filename).suffix) as kept:
                path = readable_path(upload, kept)
                upload = with_saved_mapping(self.store, upload, path)
                if upload.options.channel is None and not upload.options.mapping:
                    counted, rejected, erased = self._read_events(path, upload)
                found = intake.isolated(
                    intake.read,
                    path,
                    name=upload.filename,
                    channel=upload.options.channel,
                    mapping=upload.options.mapping or None,
                    roles=upload.options.roles,
                    source=upload.filename,
                )
                for part in chunks(found if counted is None else (), TEXT_BATCH):
                    part = [within(one, upload) for one in part]  # noqa: PLW2901
                    part, gone = without_erased(self.store, self.settings, part)  # noqa: PLW2901
                    erased += gone
                    self.store.uploads.reject(upload_id, [one for one in part if isinstance(one, Remark)])
                    refused = [one for one in part if isinstance(one, Rejected) and not isinstance(one, Remark)]
                    self.store.uploads.reject(upload_id, refused[: max(0, REJECTIONS_KEPT - rejected)])
                    rejected += len(refused)
                    found_here = [one for one in part if isinstance(one, Interaction)]
                    given += len(found_here)
                    changed += self._queue(found_here, upload)
                if changed:
                    self.store.uploads.reject(upload_id, [updated(changed, upload)])
        except InputError as problem:
            error = Rejected(source=upload.filename, reason=str(problem), **coded(problem))
            rejected += 1
        except StoreError as problem:
            raise interrupted(self.store, upload, problem) from problem
        except Exception as problem:  # a file that breaks its reader must not break every worker that resumes it
            log.error("reading upload %s failed: %s", upload_id, type(problem).__name__)
            reason = (
                f"{upload.filename}: reading stopped unexpectedly ({type(problem).__name__}); it is kept, retry it."
            )
            error = Rejected(source=upload.filename, reason=reason, code="reading_stopped")
            rejected += 1
        if error is None and not rejected and not any(counted or self.store.uploads.item_counts(upload_id)):
            error = intake.nothing_in(upload.filename)
            error = error.model_copy(update={"reason": f"{upload.filename}: {error.reason}"})
            rejected += 1
        self._finish(upload, rejected=rejected, error=error, counted=counted, erased=erased, given=given)
        return self.progress(upload_id)

    def _read_events(self, path: Path, upload: Upload) -> tuple[tuple[int, int] | None, int, int]:
        """Take in a table of events: (new, known), rejected, of erased people; ``None`` for anything else."""
        if not intake.isolated_answer(intake.holds_events, path, name=upload.filename):
            return None, 0, 0
        kept = 0

        def refuse(rows: list[Rejected]) -> None:
            nonlocal kept
            self.store.uploads.reject(upload.id, rows[: max(0, REJECTIONS_KEPT - kept)])
            kept += len(rows)

        report = import_events(self.store, path, source=upload.filename, on_rejected=refuse, settings=self.settings)
        return (report.new, report.known), report.rejected, report.erased

    def _queue(self, interactions: Sequence[Interaction], upload: Upload) -> int:
        """Add one chunk and queue its work: text rows together, each recording alone; how many were known otherwise."""
        changed = 0
        texts = [one for one in interactions if one.recording is None]
        groups = ([texts] if texts else []) + [[one] for one in interactions if one.recording is not None]
        for group in groups:
            recording = group[0].recording is not None
            work_id = fresh_work(recording=recording)
            kept = [self._kept(one, upload) for one in group] if recording else group
            anew = self.store.interactions.change(kept, work_id=work_id)
            added, _ = self.store.interactions.add(
                kept, upload_id=upload.id, work_id=work_id, received_at=upload.received_at
            )
            changed += len(anew)
            if added or anew:
                self.queue.enqueue(work_id, recording=recording, backfill=upload.options.backfill)
        return changed

    def _kept(self, interaction: Interaction, upload: Upload) -> Interaction:
        """The interaction with its recording in the blob store instead of at a path of this machine.

        The upload is the recording itself, or a table of calls on this machine that names recordings beside it.
        """
        recording = interaction.recording
        assert recording is not None
        key = upload.blob
        if recording.sha256 != upload.sha256 and recording.path is not None:
            with Path(recording.path).open("rb") as stream:
                key, _ = self.store.blobs.put(stream)
        return interaction.model_copy(update={"recording": recording.model_copy(update={"sha256": key, "path": None})})

    def _finish(
        self,
        upload: Upload,
        *,
        rejected: int,
        error: Rejected | None,
        counted: tuple[int, int] | None = None,
        erased: int = 0,
        given: int = 0,
    ) -> None:
        """Close the reading; ``given`` interactions were read, of which some may be the same one again."""
        accepted, duplicate = counted or self.store.uploads.item_counts(upload.id)
        duplicate += max(0, given - accepted - duplicate) if counted is None else 0
        self.store.uploads.finish_reading(
            upload.id, accepted=accepted, duplicate=duplicate, rejected=rejected, error=error
        )
        if upload.blob and (rejected == 0 or erased) and not self.store.interactions.uses_blob(upload.blob):
            # Every row of the export is an interaction now: a second copy of the personal data would only be one
            # more place to guard and to erase. A file with a rejected row is kept, to be looked at and retried, but
            # for one with rows of people who were erased: nothing of them may stay.
            self.store.uploads.let_go(upload.id, self.store.blobs.delete)

    def _set_aside(self, upload: Upload, *, left_by: str) -> None:
        """Stop reading a file by itself that voc did not survive again and again; what of it is in stays."""
        if self.store.uploads.begin_reading(upload.id, reader=process_id(), left_by=left_by):
            log.warning("upload %s is set aside: voc ended %d times while reading it", upload.id, upload.attempts)
            reason = (
                f"{upload.filename}: voc ended {upload.attempts} times while reading it, so it was set aside; "
                "ask for it to be read again, or export it as CSV (UTF-8)."
            )
            given = {"times": upload.attempts}
            error = Rejected(source=upload.filename, reason=reason, code="set_aside", parameters=given)
            self._finish(upload, rejected=1, error=error)

    def _is_left(self, upload: Upload, *, now: datetime) -> bool:
        """Whether whoever read it is gone."""
        reader = upload.options.reader or ""
        return reader != process_id() and not is_alive(reader, heartbeat_at=upload.received_at, now=now)

    def _read_left(self, upload: Upload) -> int:
        """Read on what a dead process left, unless it may be what ended it; 1 where it was read."""
        reader = upload.options.reader or ""
        if upload.attempts >= MAX_READINGS:
            self._set_aside(upload, left_by=reader)
            return 0
        log.info("reading upload %s again: its reader died", upload.id)
        with _reading(upload.id):
            self._read(upload.id, left_by=reader)
        return 1

    def read_on(self, upload_id: str) -> Progress | None:
        """Go on with an upload: read what was kept alone or left, leave what is read by a living process.

        Returns:
            Where it stands then, or ``None`` where there is no such upload any more.
        """
        upload = self.store.uploads.get(upload_id)
        if upload is None:
            return None
        if upload.status == "received":
            stopped = upload.options.reader == process_id() and upload.id not in _being_read
            if stopped or not upload.options.reader:  # nobody's: there is no silence to wait for
                with _reading(upload.id):
                    return self._read(upload.id, left_by=upload.options.reader)
            if self._is_left(upload, now=datetime.now(UTC)):
                self._read_left(upload)
        return self.progress(upload_id)

    def resume(self) -> int:
        """Finish what a process that died left behind; returns how many uploads and work items were picked up.

        Uploads whose reading was cut off are read again (ids come from content, so nothing doubles), and
        interactions whose workflow was never queued, or ended without them, are queued.
        """
        picked = 0
        now = datetime.now(UTC)
        for upload in self.store.uploads.unread():
            if self._is_left(upload, now=now):
                try:
                    picked += self._read_left(upload)
                except VocError as problem:
                    log.warning("upload %s cannot be read again now: %s", upload.id, problem)
        return picked + resume_works(self.store, self.queue)
