"""Whole paths at once: files and folders into the store, or analysed without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voc import intake
from voc.errors import InputError
from voc.pipeline.ingestion import Intake
from voc.records import Analysis, Channel, Interaction, Record, Rejected, Remark
from voc.settings import Settings
from voc.store import Store

if TYPE_CHECKING:
    from voc.analysis import Analyser

TOGETHER = 64
"""Texts analysed at once by ``voc analyse``: enough to batch, few enough to see the first lines soon."""


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
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
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
    for path in _files(paths):
        if isinstance(path, Rejected):
            rejected += 1
            rejections.append(path)
            continue
        try:
            found = reception.receive_path(path, channel=channel, mapping=mapping, roles=roles)
        except InputError as problem:
            rejected += 1
            rejections.append(Rejected(source=str(path), reason=_without(str(path), str(problem))))
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
            rejections.append(Rejected(source=upload.filename, reason=_without(upload.filename, upload.error)))
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


def analyse_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
) -> Iterator[Analysis | Rejected]:
    """Analyse every interaction of ``paths`` in input order; what fails is a :class:`Rejected` in its place."""
    from voc.analysis import Analyser

    analyser = Analyser(settings)
    waiting: list[Interaction] = []
    for one in _interactions(paths, channel=channel, mapping=mapping, roles=roles):
        if isinstance(one, Interaction) and one.recording is None:
            waiting.append(one)
            if len(waiting) < TOGETHER:
                continue
        yield from _analysed(analyser, waiting)
        waiting.clear()
        if isinstance(one, Rejected):
            yield one
        elif one.recording is not None:
            yield from _analysed(analyser, [one])
    yield from _analysed(analyser, waiting)


def _analysed(analyser: Analyser, interactions: Sequence[Interaction]) -> Iterator[Analysis | Rejected]:
    if not interactions:
        return
    try:
        found = analyser.analyse(interactions)
    except InputError as problem:
        if len(interactions) == 1:
            source = interactions[0].source
            yield Rejected(source=source, reason=_without(source, str(problem)))
            return
        for one in interactions:
            yield from _analysed(analyser, [one])
        return
    yield from (one.analysis for one in found)


def _interactions(
    paths: Sequence[Path], *, channel: Channel | None, mapping: Mapping[str, str] | None, roles: Sequence[str]
) -> Iterator[Interaction | Rejected]:
    for path in _files(paths):
        if isinstance(path, Rejected):
            yield path
            continue
        try:
            yield from intake.read(path, channel=channel, mapping=mapping or None, roles=roles)
        except InputError as problem:
            yield Rejected(source=str(path), reason=_without(str(path), str(problem)))


def _files(paths: Sequence[Path]) -> Iterator[Path | Rejected]:
    for path in paths:
        if path.is_dir():
            yield from intake.walk(path)
        else:
            yield path


def _without(source: str, message: str) -> str:
    """``message`` without the file's name in front: it is printed before it already."""
    return message.removeprefix(f"{source}: ").removeprefix(f"{Path(source).name}: ")
