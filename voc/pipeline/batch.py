"""Whole paths at once: files and folders into the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Unpack

from voc.analysis.file_analysis import files_of, without_source
from voc.errors import InputError
from voc.pipeline.ingestion import Intake
from voc.records import Record, Rejected, Remark
from voc.records.interactions import ReadAs
from voc.settings import Settings
from voc.store import Store


class IngestReport(Record):
    """What became of several files."""

    accepted: int
    duplicate: int
    rejected: int
    upload_ids: tuple[str, ...]
    rejections: tuple[Rejected, ...]
    remarks: tuple[Remark, ...] = ()


def ingest_paths(
    store: Store,
    settings: Settings,
    paths: Sequence[Path],
    **read_as: Unpack[ReadAs],
) -> IngestReport:
    """Receive every file; one that fails is reported and leaves the others unharmed.

    Raises:
        StoreError: nothing more can be kept (the disk is full, say).
    """
    reception = Intake(store, settings)
    accepted = duplicate = rejected = 0
    upload_ids: list[str] = []
    rejections: list[Rejected] = []
    remarks: list[Remark] = []
    for path in files_of(paths):
        if isinstance(path, Rejected):
            rejected += 1
            rejections.append(path)
            continue
        try:
            found = reception.receive_path(path, **read_as)
        except InputError as problem:
            rejected += 1
            rejections.append(Rejected(source=str(path), reason=without_source(str(path), str(problem))))
            continue
        upload = found.upload
        accepted, duplicate, rejected = (
            accepted + upload.accepted,
            duplicate + upload.duplicate,
            rejected + upload.rejected,
        )
        upload_ids.append(upload.id)
        rejections.extend(found.rejections)
        remarks.extend(found.remarks)
        if upload.error:
            rejections.append(Rejected(source=upload.filename, reason=without_source(upload.filename, upload.error)))
    return IngestReport(
        accepted=accepted,
        duplicate=duplicate,
        rejected=rejected,
        upload_ids=tuple(upload_ids),
        rejections=tuple(rejections),
        remarks=tuple(_together(remarks)),
    )


def _together(remarks: Sequence[Remark]) -> Iterator[Remark]:
    """One remark for all files of which the same is to be said."""
    sources: dict[str, list[str]] = {}
    for one in remarks:
        sources.setdefault(one.reason, []).append(one.source)
    for reason, (first, *others) in sources.items():
        more = f" and {len(others):,} more" if others else ""
        yield Remark(source=f"{first}{more}", reason=reason)
