"""The doors to the pipeline that use cases go through, so that importing them loads none of it.

:class:`Pipeline` is what a test replaces with a stand-in of a dozen lines; :class:`QueuedPipeline` is the real one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from voc.errors import InputError, ModelError, SettingsError
from voc.records import Channel, Rejected, TableReading
from voc.records.topic_packs import DryRun, TopicsState
from voc.service.asked_of_pipeline import NotTranscribed, SearchAnswer, SearchQuery, TopicsChange, Transcribed
from voc.settings import Settings
from voc.store import Store
from voc.store.source_items import SourceItem
from voc.store.sources import SourceRow
from voc.store.uploads import Progress

if TYPE_CHECKING:
    from voc.pipeline import Intake
    from voc.pipeline.queues import WorkQueue
    from voc.sources import Push, Pushed

log = logging.getLogger("voc.service")


class CategoryNames(Protocol):
    """A call category for whoever shows it."""

    @property
    def id(self) -> str:
        """Its id, as filters take it."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Its name by language."""

    @property
    def why(self) -> Mapping[str, str]:
        """When it holds, in a sentence, by language."""

    @property
    def channels(self) -> Sequence[str]:
        """The channels it is asked of."""


@dataclass(frozen=True)
class Imported:
    """What became of a customer import."""

    new: int
    updated: int
    rejected: int
    relinked: int
    rejections: tuple[Rejected, ...] = ()
    events_joined: int = 0
    """Events that came before their customer did and belong to them now."""


class Pipeline(Protocol):
    """What use cases ask of the pipeline and of what loads models."""

    def receive(
        self,
        stream: IO[bytes],
        *,
        filename: str,
        channel: Channel | None,
        mapping: Mapping[str, str] | None,
        roles: Sequence[str],
        role: str | None,
        idempotency_key: str | None,
    ) -> Progress:
        """Keep a file, read it, queue its work."""

    def retry(self, upload_id: str) -> Progress:
        """Read an upload again whose file could not be taken in."""

    def reanalyse(self, ids: Sequence[str]) -> list[str]:
        """Queue the analysis of these interactions again."""

    def import_customers(self, path: Path, *, mapping: Mapping[str, str] | None, source: str) -> Imported:
        """Read a CRM export into the customer base."""

    def search(self, asked: SearchQuery) -> SearchAnswer:
        """Words and meaning together."""

    def columns(self, upload_id: str) -> tuple[str, ...]:
        """Headers of a kept table, for the person who says which column is what."""

    def preview(
        self, path: Path, *, name: str, mapping: Mapping[str, str] | None, channel: Channel | None
    ) -> TableReading:
        """How a table would be read."""

    def topic_labels(self) -> dict[str, dict[str, str]]:
        """Topic id → name by language, in the taxonomy's order."""

    def topics_state(self) -> TopicsState:
        """The topic packs there are, which are on, and which would fit what came in."""

    def change_topics(self, change: TopicsChange, *, by: str) -> int:
        """Put other packs, or other topics of one's own, in force; returns the new version."""

    def try_topics(self, change: TopicsChange) -> DryRun:
        """What such a change would do to the texts that are here, without putting it in force."""

    def categories(self) -> Sequence[CategoryNames]:
        """The call categories in force, in the order of their file."""

    def mask(self, text: str) -> str:
        """What somebody wrote beside the data, without personal data in it."""

    def mask_audio(self, ids: Sequence[str]) -> None:
        """Make the copies without personal data of these recordings anew."""

    def ask_transcription(self, stream: IO[bytes], *, filename: str, language: str | None, prompt: str = "") -> str:
        """Queue the transcription of a file somebody waits for; returns the id to ask for it by."""

    def asked_transcription(self, asked_id: str) -> Transcribed | NotTranscribed | None:
        """The transcript, why there will be none, or ``None`` while it is being made."""

    def forget_transcription(self, asked_id: str) -> None:
        """Remove the file and its words."""

    def run_source(self, run_id: str, *, backfill: bool) -> None:
        """Queue a run of a source that is entered."""

    def keep_pushed(self, source: SourceRow, thing: Pushed) -> bool:
        """Keep what was pushed to a source, for a run to read or to fetch; false where it came before."""

    def pushed_to(self, source: SourceRow, push: Push) -> list[Pushed]:
        """What a request to a source holds, once its sender is known."""

    def retry_source_item(self, item: SourceItem) -> bool:
        """Read what was kept of a refused thing again; false where nothing was kept, so that it has to be fetched."""


class QueuedPipeline:
    """The doors to :mod:`voc.pipeline`, opened at first use."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self._lock = threading.Lock()
        self._queue: WorkQueue | None = None

    @property
    def queue(self) -> WorkQueue:
        """The work queue, connected once a process."""
        from voc.pipeline.queues import WorkQueue

        with self._lock:
            if self._queue is None:
                self._queue = WorkQueue(self.settings)
            return self._queue

    @property
    def intake(self) -> Intake:
        """The reception desk."""
        from voc.pipeline import Intake

        return Intake(self.store, self.settings, self.queue)

    def receive(
        self,
        stream: IO[bytes],
        *,
        filename: str,
        channel: Channel | None,
        mapping: Mapping[str, str] | None,
        roles: Sequence[str],
        role: str | None,
        idempotency_key: str | None,
    ) -> Progress:
        """See :meth:`Pipeline.receive`."""
        return self.intake.receive(
            stream,
            filename=filename,
            channel=channel,
            mapping=mapping,
            roles=roles or ((role,) if role else ()),
            idempotency_key=idempotency_key,
        )

    def retry(self, upload_id: str) -> Progress:
        """See :meth:`Pipeline.retry`."""
        return self.intake.retry(upload_id)

    def reanalyse(self, ids: Sequence[str]) -> list[str]:
        """See :meth:`Pipeline.reanalyse`."""
        from voc.pipeline import reanalyse

        return reanalyse(self.store, self.queue, ids=ids)

    def import_customers(self, path: Path, *, mapping: Mapping[str, str] | None, source: str) -> Imported:
        """See :meth:`Pipeline.import_customers`."""
        from voc.pipeline import import_customers

        report = import_customers(self.store, path, mapping=mapping, source=source, settings=self.settings)
        return Imported(
            new=report.new,
            updated=report.updated,
            rejected=report.rejected,
            relinked=report.relinked,
            rejections=report.rejections,
            events_joined=report.events_joined,
        )

    def search(self, asked: SearchQuery) -> SearchAnswer:
        """See :meth:`Pipeline.search`; without the encoder's weights the words alone are searched, and it is said."""
        try:
            return searched(self.store, asked)
        except ModelError as error:
            log.warning("search by words alone: %s", error)
            return searched(self.store, asked, words_only=True)

    def columns(self, upload_id: str) -> tuple[str, ...]:
        """See :meth:`Pipeline.columns`."""
        from voc.pipeline.column_preview import columns

        return columns(self.store, upload_id)

    def preview(
        self, path: Path, *, name: str, mapping: Mapping[str, str] | None, channel: Channel | None
    ) -> TableReading:
        """See :meth:`Pipeline.preview`."""
        from voc.pipeline.column_preview import preview

        return preview(self.store, path, name=name, mapping=mapping, channel=channel)

    def topic_labels(self) -> dict[str, dict[str, str]]:
        """See :meth:`Pipeline.topic_labels`."""
        from voc.pipeline.labels import topic_labels

        return topic_labels(self.store, self.settings)

    def topics_state(self) -> TopicsState:
        """See :meth:`Pipeline.topics_state`."""
        from voc.pipeline.topics_in_force import state_of_topics

        return state_of_topics(self.store, self.settings)

    def change_topics(self, change: TopicsChange, *, by: str) -> int:
        """See :meth:`Pipeline.change_topics`."""
        from voc.pipeline.topics_in_force import put_in_force

        try:
            made = put_in_force(
                self.store, self.settings, packs=change.packs, own=change.own, keep_own=change.keep_own,
                note=change.note, after=change.after, now=datetime.now(UTC), by=by,
            )  # fmt: skip
        except SettingsError as error:  # what was sent is at fault, not the server's settings
            raise InputError(str(error), code=error.code, **error.parameters) from error
        return made.version

    def try_topics(self, change: TopicsChange) -> DryRun:
        """See :meth:`Pipeline.try_topics`."""
        from voc.pipeline.topic_dry_run import dry_run
        from voc.pipeline.topics_in_force import changed, taxonomy_in_force

        before = taxonomy_in_force(self.store, self.settings)
        try:
            after = changed(self.store, packs=change.packs, own=change.own, keep_own=change.keep_own)
        except SettingsError as error:
            raise InputError(str(error), code=error.code, **error.parameters) from error
        return dry_run(self.store, before, after)

    def categories(self) -> Sequence[CategoryNames]:
        """See :meth:`Pipeline.categories`."""
        from voc.pipeline.categorising import category_names

        return category_names(self.settings)

    def mask(self, text: str) -> str:
        """See :meth:`Pipeline.mask`.

        Raises:
            InputError: it could not be searched, so it cannot be kept.
        """
        from voc.pipeline.note_masking import masked_note

        return masked_note(self.store, self.settings, text)

    def mask_audio(self, ids: Sequence[str]) -> None:
        """See :meth:`Pipeline.mask_audio`; what cannot be queued now is found by the next worker."""
        from voc.pipeline.masked_audio import resume_masking

        self.store.masked_audio.owe(ids)
        resume_masking(self.store, self.queue)

    def ask_transcription(self, stream: IO[bytes], *, filename: str, language: str | None, prompt: str = "") -> str:
        """See :meth:`Pipeline.ask_transcription`."""
        from voc.pipeline.transcription_requests import ask

        now = datetime.now(UTC)
        return ask(self.store, self.queue, stream, filename=filename, language=language, prompt=prompt, now=now)

    def asked_transcription(self, asked_id: str) -> Transcribed | NotTranscribed | None:
        """See :meth:`Pipeline.asked_transcription`."""
        from voc.pipeline.transcription_requests import TranscriptionRefusal, answer_of

        found = answer_of(self.store, asked_id)
        if isinstance(found, TranscriptionRefusal):
            return NotTranscribed(found.fault, found.reason)
        return Transcribed(found.language, found.duration_ms, found.turns) if found else None

    def forget_transcription(self, asked_id: str) -> None:
        """See :meth:`Pipeline.forget_transcription`."""
        from voc.pipeline.transcription_requests import forget

        forget(self.store, asked_id)

    def run_source(self, run_id: str, *, backfill: bool) -> None:
        """See :meth:`Pipeline.run_source`."""
        self.queue.enqueue_source(run_id, backfill=backfill)

    def keep_pushed(self, source: SourceRow, thing: Pushed) -> bool:
        """See :meth:`Pipeline.keep_pushed`."""
        from voc.pipeline.source_pushes import keep

        return keep(self.store, self.intake, source, thing)

    def pushed_to(self, source: SourceRow, push: Push) -> list[Pushed]:
        """See :meth:`Pipeline.pushed_to`."""
        from voc.pipeline.source_pushes import received

        return received(self.store, self.settings, source, push)

    def retry_source_item(self, item: SourceItem) -> bool:
        """See :meth:`Pipeline.retry_source_item`."""
        from voc.pipeline.source_runs import read_again

        return read_again(self.store, self.intake, item)

    def close(self) -> None:
        """Disconnect from the work queue."""
        with self._lock:
            if self._queue is not None:
                self._queue.close()
                self._queue = None


def searched(store: Store, asked: SearchQuery, *, words_only: bool = False) -> SearchAnswer:
    """What a search of the store finds.

    Raises:
        ModelError: meanings are to be compared, and the encoder is missing.
    """
    from voc.pipeline import search

    found = search(
        store,
        asked.query,
        asked.filters,
        limit=asked.limit,
        offset=asked.offset,
        like=asked.like,
        by_words=words_only,
        told=asked.told,
    )
    return SearchAnswer(found.hits, found.total, found.facets, words_only=words_only)
