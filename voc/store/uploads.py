"""Uploads: what was sent, what became of it, and what could not be taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    create_engine,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from voc.records import Rejected, Remark, UploadOptions
from voc.store import schema
from voc.store.audio_tables import asked_transcription, masked_audio
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.export_jobs import export_job
from voc.store.source_items import Came, keep_came

R = TypeVar("R", bound=Rejected)


@dataclass(frozen=True)
class Upload:
    """One file as it was sent.

    ``status`` is ``done`` as soon as nothing of it waits: that is found on reading, because what an upload waits for
    is known by its interactions alone.
    """

    id: str
    filename: str
    sha256: str
    size_bytes: int
    blob: str | None
    options: UploadOptions
    idempotency_key: str | None
    received_at: datetime
    status: str
    accepted: int
    duplicate: int
    rejected: int
    error: str | None
    error_code: str | None = None
    error_parameters: dict[str, Any] | None = None
    attempts: int = 0
    """Readings begun since a person asked for one."""

    @property
    def refusal(self) -> Rejected | None:
        """Why the whole file could not be taken in."""
        if self.error is None:
            return None
        return Rejected(
            source=self.filename, reason=self.error, code=self.error_code, parameters=self.error_parameters or {}
        )


@dataclass(frozen=True)
class Progress:
    """How far the work of an upload is: interactions by status, the rejected rows, and what else is to be said."""

    upload: Upload
    statuses: dict[str, int]
    interaction_ids: list[str]
    rejections: list[Rejected]
    remarks: list[Remark] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Nothing of it is waiting or being worked on."""
        return self.upload.status in {"queued", "done", "failed"} and not self.statuses.get("queued")


class Uploads:
    """Everything about uploads that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(
        self, *, upload_id: str, filename: str, sha256: str, size_bytes: int, blob: str | None,
        options: UploadOptions, idempotency_key: str | None, now: datetime, came: Came | None = None,
    ) -> bool:  # fmt: skip
        """Remember that these bytes arrived, before anything is read from them.

        ``came`` is what a source says of them: it is entered, and the source's cursor moved, in the same transaction.

        False, and nothing changed, when another upload came with this ``idempotency_key`` first.
        """
        u = schema.upload
        with self.database.begin() as connection:
            done = connection.execute(
                self.database.upsert(u).on_conflict_do_nothing(index_elements=[u.c.idempotency_key]).values(
                    id=upload_id, filename=filename, sha256=sha256, size_bytes=size_bytes, blob=blob,
                    options=options.model_dump(mode="json"),
                    idempotency_key=idempotency_key, received_at=now, status="received", accepted=0, duplicate=0, rejected=0,
                ).returning(u.c.id)
            )  # fmt: skip
            if done.first() is None:
                return False
            if came is not None:
                keep_came(connection, self.database, came, upload_id=upload_id, now=now)
            return True

    def by_idempotency_key(self, key: str) -> Upload | None:
        """The upload that already came with this ``Idempotency-Key``, if any."""
        with self.database.read() as connection:
            row = connection.execute(_read().where(schema.upload.c.idempotency_key == key)).one_or_none()
        return _upload(row) if row is not None else None

    def get(self, upload_id: str) -> Upload | None:
        """One upload, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(_read().where(schema.upload.c.id == upload_id)).one_or_none()
        return _upload(row) if row is not None else None

    def recent(self, *, limit: int = 20) -> list[Upload]:
        """The latest uploads, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(_read().order_by(schema.upload.c.received_at.desc()).limit(limit)).all()
        return [_upload(row) for row in rows]

    def unread(self) -> list[Upload]:
        """Uploads whose bytes are kept but whose reading never ended: a process died in between."""
        with self.database.read() as connection:
            rows = connection.execute(select(schema.upload).where(schema.upload.c.status == "received")).all()
        return [_upload(row) for row in rows]

    def begin_reading(self, upload_id: str, *, reader: str, left_by: str | None = None, by_hand: bool = False) -> bool:
        """Enter that the process ``reader`` begins to read it, before it does: what ends it may end the process.

        Args:
            left_by: the reading that this one takes over; another process may have done so first.
            by_hand: a person asked, so earlier readings do not count.

        Returns:
            False, and nothing changed, when there is no such upload or another process was first.
        """
        u = schema.upload
        with self.database.begin() as connection:
            row = connection.execute(
                select(u.c.options, u.c.status, u.c.attempts).where(u.c.id == upload_id).with_for_update()
            ).one_or_none()
            if row is None:
                return False
            if left_by is not None and (row.status != "received" or row.options.get("reader") != left_by):
                return False
            connection.execute(
                update(u)
                .where(u.c.id == upload_id)
                .values(options=row.options | {"reader": reader}, attempts=1 if by_hand else row.attempts + 1)
            )
            return True

    def forgive_reading(self, upload_id: str) -> None:
        """Do not count the reading under way: what stopped it was not the file."""
        u = schema.upload
        with self.database.begin() as connection:
            connection.execute(update(u).where(u.c.id == upload_id, u.c.attempts > 0).values(attempts=u.c.attempts - 1))

    def clear_rejections(self, upload_id: str) -> None:
        """Forget the rejections of a reading that is about to start again."""
        with self.database.begin() as connection:
            connection.execute(delete(schema.rejection).where(schema.rejection.c.upload_id == upload_id))

    def reject(self, upload_id: str, rejected: Sequence[Rejected]) -> None:
        """Keep the rows that could not be taken in, with their reasons, and remarks."""
        if not rejected:
            return
        with self.database.begin() as connection:
            connection.execute(
                insert(schema.rejection),
                [
                    {
                        "upload_id": upload_id,
                        "source": one.source,
                        "reason": one.reason,
                        "code": one.code,
                        "parameters": one.parameters or None,
                        "remark": isinstance(one, Remark),
                    }
                    for one in rejected
                ],
            )

    def finish_reading(
        self, upload_id: str, *, accepted: int, duplicate: int, rejected: int, error: Rejected | None = None
    ) -> None:
        """Close the reading: everything of the file is now queued, known already or rejected."""
        failure = {
            "error": error.reason if error else None,
            "error_code": error.code if error else None,
            "error_parameters": (error.parameters or None) if error else None,
        }
        status = "failed" if error is not None or (accepted == 0 and duplicate == 0) else "queued"
        with self.database.begin() as connection:
            connection.execute(
                update(schema.upload)
                .where(schema.upload.c.id == upload_id)
                .values(status=status, accepted=accepted, duplicate=duplicate, rejected=rejected, **failure)
            )

    def item_counts(self, upload_id: str) -> tuple[int, int]:
        """(new, known already) interactions of an upload."""
        item = schema.upload_item
        with self.database.read() as connection:
            rows = connection.execute(
                select(item.c.duplicate, func.count()).where(item.c.upload_id == upload_id).group_by(item.c.duplicate)
            ).all()
        counts = {bool(row[0]): int(row[1]) for row in rows}
        return counts.get(False, 0), counts.get(True, 0)

    def let_go(self, upload_id: str, delete: Callable[[str], None]) -> None:
        """Forget the bytes of this upload; ``delete`` is called with their key unless something else still needs them.

        All of it holds the write lock that :meth:`add` needs: whoever sends the same bytes meanwhile is either seen
        here, or adds its upload after the deletion and finds them gone (:meth:`voc.pipeline.ingestion.Intake.receive`).
        """
        u = schema.upload
        with self.database.begin() as connection:
            self.database.dialect.hold_table(connection, schema.upload.name)
            key = connection.execute(select(u.c.blob).where(u.c.id == upload_id)).scalar_one_or_none()
            if key is not None:
                connection.execute(update(u).where(u.c.id == upload_id).values(blob=None))
                self._delete_unused(connection, key, delete)

    def let_go_of_bytes(self, key: str, delete: Callable[[str], None]) -> None:
        """:meth:`let_go` of bytes that were written for an upload that never came to be."""
        with self.database.begin() as connection:
            self.database.dialect.hold_table(connection, schema.upload.name)
            self._delete_unused(connection, key, delete)

    def _delete_unused(self, connection: Connection, key: str, delete: Callable[[str], None]) -> None:
        u, i = schema.upload, schema.interaction
        m, a = masked_audio, asked_transcription
        users: list[tuple[ColumnElement[str], ColumnElement[Any]]]
        users = [(u.c.id, u.c.blob), (i.c.id, i.c.blob), (m.c.interaction_id, m.c.blob), (a.c.id, a.c.blob)]
        users.append((cast(export_job.c.id, String), export_job.c.blob))
        one, *others = (select(who).where(blob == key) for who, blob in users)
        if connection.execute(one.union_all(*others).limit(1)).first() is None:
            delete(key)

    def statuses(self, upload_ids: Sequence[str]) -> dict[str, int]:
        """How many interactions of these uploads are in each status; one of two of them counts twice."""
        with self.database.read() as connection:
            return _statuses(connection, upload_ids)

    def progress(self, upload_id: str, *, ids_limit: int = 1000) -> Progress | None:
        """Where an upload stands, or ``None`` when there is no such upload."""
        u, item, i = schema.upload, schema.upload_item, schema.interaction
        with self.database.read() as connection:
            row = connection.execute(select(u).where(u.c.id == upload_id)).one_or_none()
            if row is None:
                return None
            joined = item.join(i, i.c.id == item.c.interaction_id)
            ids = connection.execute(
                select(item.c.interaction_id)
                .select_from(joined)
                .where(item.c.upload_id == upload_id)
                .order_by(i.c.at, i.c.id)
                .limit(ids_limit)
            ).scalars()
            rejections = connection.execute(
                select(schema.rejection)
                .where(schema.rejection.c.upload_id == upload_id)
                .order_by(schema.rejection.c.id)
            ).all()
            by_status = _statuses(connection, [upload_id])
            upload = _upload(row)
            if upload.status == "queued" and not by_status.get("queued"):
                upload = replace(upload, status="done")
            return Progress(
                upload=upload,
                statuses=by_status,
                interaction_ids=list(ids),
                rejections=[_reason(Rejected, one) for one in rejections if not one.remark],
                remarks=[_reason(Remark, one) for one in rejections if one.remark],
            )


def _statuses(connection: Connection, upload_ids: Sequence[str]) -> dict[str, int]:
    item, i = schema.upload_item, schema.interaction
    found: Counter[str] = Counter()
    for part in parts(upload_ids):
        statement = (
            select(i.c.status, func.count())
            .select_from(item.join(i, i.c.id == item.c.interaction_id))
            .where(item.c.upload_id.in_(part))
            .group_by(i.c.status)
        )
        found.update({row[0]: row[1] for row in connection.execute(statement)})
    return dict(found)


def unread_blobs(url: str) -> set[str]:
    """Bytes (SHA-256) of the uploads still being read in a copy of the data, which is left as it lies there."""
    unread = schema.upload.c.status == "received"
    statement = select(schema.upload.c.blob).where(unread, schema.upload.c.blob.is_not(None))
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return set(connection.execute(statement).scalars())
    finally:
        engine.dispose()


def _reason(kind: type[R], row: Row[Any]) -> R:
    return kind(source=row.source, reason=row.reason, code=row.code, parameters=row.parameters or {})


def _read() -> Select[Any]:
    """Uploads with the status they have now: one whose interactions are all settled is ``done``."""
    u, item, i = schema.upload, schema.upload_item, schema.interaction
    # From what waits to its uploads, not from each upload through all it ever held.
    waiting = select(item.c.upload_id).join(i, i.c.id == item.c.interaction_id).where(i.c.status == "queued")
    settled = and_(u.c.status == "queued", u.c.id.not_in(waiting))
    status = case((settled, literal("done")), else_=u.c.status)
    return select(*(status.label("status") if column is u.c.status else column for column in u.c))


def _upload(row: Row[Any]) -> Upload:
    return Upload(**{**row._mapping, "options": UploadOptions.model_validate(row.options)})
