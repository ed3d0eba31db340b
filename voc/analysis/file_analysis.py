"""Whole paths analysed without a store: every interaction of files and folders, in input order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voc import intake
from voc.errors import InputError
from voc.records import Analysis, Channel, Interaction, Rejected, Remark

if TYPE_CHECKING:
    from voc.analysis.pipeline import Analyser

TOGETHER = 64
"""Texts analysed at once: enough to batch, few enough to see the first results soon."""


def analyse_paths(
    analyser: Analyser,
    paths: Sequence[Path],
    *,
    channel: Channel | None = None,
    mapping: Mapping[str, str] | None = None,
    roles: Sequence[str] = (),
) -> Iterator[Analysis | Rejected]:
    """Analyse every interaction of ``paths`` in input order; what fails is a :class:`Rejected` in its place.

    Args:
        analyser: whose models are used.
        paths: files and folders.
        channel: where everything comes from, where a file does not say.
        mapping: field → column, for tables.
        roles: of the channels of recordings, in order.

    Raises:
        ModelError: weights are missing.
        SettingsError: a file that a setting names is wrong.
    """
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
            yield Rejected(source=source, reason=without_source(source, str(problem)))
            return
        for one in interactions:
            yield from _analysed(analyser, [one])
        return
    yield from (one.analysis for one in found)


def _interactions(
    paths: Sequence[Path], *, channel: Channel | None, mapping: Mapping[str, str] | None, roles: Sequence[str]
) -> Iterator[Interaction | Rejected]:
    for path in files_of(paths):
        if isinstance(path, Rejected):
            yield path
            continue
        found = False
        try:
            for one in intake.read(path, channel=channel, mapping=mapping or None, roles=roles):
                found = found or not isinstance(one, Remark)
                yield one
            if not found:
                yield intake.nothing_in(path.name)
        except InputError as problem:
            yield Rejected(source=str(path), reason=without_source(str(path), str(problem)))


def files_of(paths: Sequence[Path]) -> Iterator[Path | Rejected]:
    """The files of ``paths``: what folders hold in their place, and a :class:`Rejected` for a folder that is closed."""
    for path in paths:
        if path.is_dir():
            yield from intake.walk(path)
        else:
            yield path


def without_source(source: str, message: str) -> str:
    """``message`` without the file's name in front: it is shown before it already."""
    return message.removeprefix(f"{source}: ").removeprefix(f"{Path(source).name}: ")
