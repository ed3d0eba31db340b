"""The durable workflows and their steps.

``analyse_recordings`` hears one recording and understands it, ``analyse_texts`` understands a batch of text rows,
``run_source`` takes what lies in a source.
Each step leaves its result in the store before it is checkpointed and replaces what an earlier try left, so a process
that is killed anywhere and started again ends where an undisturbed one would have.

Understanding, linking and indexing are one step: their results go into the store in one transaction, so there is no
moment at which an interaction has signals but no link, or a link but no full text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dbos import DBOS

from voc.errors import InputError, ModelError, StoreError
from voc.identity.thread_relinking import requeue_threads
from voc.linking.matching import Matcher, prepare
from voc.linking.online import link_all
from voc.pipeline import transcription_requests as asked
from voc.pipeline.consent_enforcement import skip_for_consent, with_consent
from voc.pipeline.known_numbers import mask_again, mask_known
from voc.pipeline.masked_audio import mask_recording
from voc.pipeline.outgoing import write_down_digests
from voc.pipeline.queues import WorkQueue
from voc.pipeline.source_runs import PARTS_A_RUN, run_part
from voc.pipeline.theme_tags import with_accepted_themes
from voc.pipeline.topics_in_force import taxonomy_in_force
from voc.pipeline.works import gather
from voc.privacy.masking import mask_names
from voc.records import Interaction
from voc.settings import Settings
from voc.store import Store
from voc.store.analyses import Analysed

if TYPE_CHECKING:
    from voc.analysis.pipeline import Analyser

log = logging.getLogger("voc.workflows")

TRIED_AGAIN: dict[str, Any] = {
    "retries_allowed": True,
    "max_attempts": 4,
    "interval_seconds": 2.0,
    "backoff_rate": 3.0,
    "should_retry": lambda problem: isinstance(problem, StoreError),
}
"""Of a step that the store may stop: 2, 6, 18 s between tries, as a full disk or a locked database is often freed
within half a minute."""

SMALLER_BATCH = 64
"""Text rows understood and saved together: a crash costs one such group of work, never the whole batch."""


class WorkerContext:
    """What the steps of this process work with; set once by :func:`set_worker_context`."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        queue: WorkQueue | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.store = store
        self.settings = settings
        self.queue = queue or WorkQueue(settings)
        self.stopped = stopped
        self._analyser: Analyser | None = None
        self._matcher: Matcher | None = None

    @property
    def analyser(self) -> Analyser:
        """The analysers, loaded at first use and kept, with the topics in force at this moment."""
        if self._analyser is None:
            from voc.analysis.pipeline import Analyser

            self._analyser = Analyser(self.settings)
        self._analyser.use_taxonomy(taxonomy_in_force(self.store, self.settings))
        return self._analyser

    @property
    def matcher(self) -> Matcher:
        """What weighs evidence when exact identifiers do not link, over an index that is up to date."""
        if self._matcher is None:
            prepare(self.store.linking, now=datetime.now(UTC))
            self._matcher = Matcher.of_home(
                self.store.linking,
                self.settings.home,
                region=self.settings.default_region,
                own_numbers=self.settings.own_numbers,
            )
        return self._matcher


_stage: WorkerContext | None = None


def set_worker_context(stage: WorkerContext | None) -> None:
    """Give the steps of this process their store and analysers."""
    global _stage  # noqa: PLW0603 - DBOS steps are module functions: what they need must be found, not passed
    _stage = stage


def stage() -> WorkerContext:
    """The stage of this process."""
    if _stage is None:
        raise RuntimeError("voc.pipeline.workflows.set_worker_context() was not called in this process")
    return _stage


@DBOS.workflow(name="analyse_recordings", max_recovery_attempts=5)
def analyse_recordings(work_id: str) -> None:
    """Transcribe and understand the recordings that owe their analysis to ``work_id``."""
    for interaction_id in pending_interactions(work_id):
        if hear(interaction_id) and understand([interaction_id]):
            mask(interaction_id)


@DBOS.workflow(name="mask_recordings", max_recovery_attempts=5)
def mask_recordings(work_id: str) -> None:
    """Make the masked copies that are owed by ``work_id``."""
    for interaction_id in pending_audio(work_id):
        mask(interaction_id)


@DBOS.workflow(name="analyse_texts", max_recovery_attempts=5)
def analyse_texts(work_id: str) -> None:
    """Understand the texts that owe their analysis to ``work_id``, with those of small works behind it."""
    ids = pending_interactions(work_id, gathered=True)
    for start in range(0, len(ids), SMALLER_BATCH):
        understand(ids[start : start + SMALLER_BATCH])


@DBOS.workflow(name="transcribe_asked", max_recovery_attempts=2)
def transcribe_asked(asked_id: str) -> None:
    """Transcribe a file that somebody waits for."""
    answer_asked(asked_id)


@DBOS.workflow(name="digests_of_the_day", max_recovery_attempts=2)
def digests_of_the_day(_at: datetime, _context: object) -> None:
    """Owe every digest whose day has come: run by the hour, by one of all workers."""
    owe_digests()


@DBOS.step(name="owe_digests")
def owe_digests() -> int:
    """The one step of it; a digest that was owed before is not owed again."""
    return write_down_digests(stage().store, stage().settings)


@DBOS.workflow(name="run_source", max_recovery_attempts=100)
def run_source(run_id: str) -> None:
    """Take what lies in a source, part by part."""
    for part in range(PARTS_A_RUN):
        if not pull_part(run_id, part == PARTS_A_RUN - 1):
            return


@DBOS.step(name="pull_part", **TRIED_AGAIN)
def pull_part(run_id: str, last: bool) -> bool:
    """Do a part of a run; whether more is left."""
    here = stage()
    return run_part(here.store, here.settings, here.queue, run_id, last=last, stopped=here.stopped)


@DBOS.step(name="answer_asked", retries_allowed=True, max_attempts=2, interval_seconds=1.0)
def answer_asked(asked_id: str) -> bool:
    """The one step of it: its result is in the store and goes when it is fetched, never into a checkpoint."""
    return asked.transcribe_asked(stage().store, stage().analyser, asked_id)


@DBOS.step(name="owed")
def pending_interactions(work_id: str, gathered: bool = False) -> list[str]:
    """Ids that still owe their analysis to ``work_id``; ``gathered``: with what small works behind it owe."""
    here = stage()
    if gathered:
        gather(here.store, here.queue, work_id, room=SMALLER_BATCH)
    return here.store.interactions.of_work(work_id)


@DBOS.step(name="owed_copies")
def pending_audio(work_id: str) -> list[str]:
    """Ids of recordings whose masked copy is owed by ``work_id``."""
    return stage().store.masked_audio.of_work(work_id)


@DBOS.step(name="mask", **TRIED_AGAIN)
def mask(interaction_id: str) -> str | None:
    """Make the copy of one recording with personal data silenced; returns what became of it."""
    return mask_recording(stage().store, interaction_id)


@DBOS.step(name="hear", **TRIED_AGAIN)
def hear(interaction_id: str) -> bool:
    """Transcribe one recording and keep the transcript; False when it cannot be heard (it is marked failed)."""
    here = stage()
    (interaction,) = here.store.interactions.records([interaction_id]) or (None,)
    if interaction is None:  # erased meanwhile
        return False
    if interaction.recording is None or interaction.recording.sha256 is None:
        here.store.interactions.fail([interaction_id], f"{interaction.source}: has no recording; send it again.")
        return False
    if skip_for_consent(here.store, here.settings, interaction):
        return False
    if not here.store.blobs.exists(interaction.recording.sha256):
        here.store.interactions.fail(
            [interaction_id], f"{interaction.source}: its recording is gone from the blob store; send it again."
        )
        return False
    try:
        with here.store.blobs.as_file(interaction.recording.sha256) as path:
            usual = here.store.languages.usual(interaction)
            transcript = here.analyser.transcribe(interaction, path=path, usual_language=usual)
    except (InputError, ModelError) as problem:
        here.store.interactions.fail([interaction_id], str(problem))
        return False
    except StoreError:
        raise
    except Exception as problem:
        # The message may quote what was said: only the type and the id go to the log.
        log.error("transcription of %s failed: %s", interaction_id, type(problem).__name__)
        here.store.interactions.fail(
            [interaction_id],
            f"{interaction.source}: transcription stopped unexpectedly ({type(problem).__name__}); retry it.",
        )
        return False
    here.store.findings.save_transcript(interaction_id, transcript.model_dump(mode="json"), now=datetime.now(UTC))
    return True


@DBOS.step(name="understand", **TRIED_AGAIN)
def understand(ids: Sequence[str]) -> int:
    """Analyse, link and index these interactions; returns how many were understood.

    What one of them breaks is its own: it is marked failed with the reason, the others go through.
    """
    interactions = stage().store.interactions.records(ids)
    if len(interactions) > 1:
        try:
            return _understand(interactions)
        except StoreError:
            raise
        except Exception as problem:
            log.warning("a batch of %d failed (%s): one by one", len(interactions), type(problem).__name__)
    return sum(_understand_alone(one) for one in interactions)


def _understand_alone(interaction: Interaction) -> int:
    try:
        return _understand([interaction])
    except StoreError:
        raise
    except (InputError, ModelError) as problem:
        stage().store.interactions.fail([interaction.id], str(problem))
        return 0
    except Exception as problem:
        log.error("analysis of %s failed: %s", interaction.id, type(problem).__name__)
        stage().store.interactions.fail(
            [interaction.id],
            f"{interaction.source}: analysis stopped unexpectedly ({type(problem).__name__}); retry it.",
        )
        return 0


def _understand(interactions: Sequence[Interaction]) -> int:
    here = stage()
    if not interactions:
        return 0
    from voc.speech.transcript import Transcript

    transcripts: dict[str, Transcript] = {}
    for one in interactions:
        if one.recording is not None:
            document = here.store.findings.transcript(one.id)
            if document is None:
                raise InputError(f"{one.source}: has no transcript yet.")
            transcripts[one.id] = Transcript.model_validate(document)
    analysed = here.analyser.analyse_text(interactions, transcripts=transcripts)
    pairs = [(i, a.analysis) for i, a in zip(interactions, analysed, strict=True)]
    links = link_all(pairs, here.store.customers, matcher=here.matcher)
    # Whom a person linked it to stays, whatever is found now: it is their names that must be masked.
    decided = here.store.identities.decided([one.id for one in interactions])
    whose = [decided.get(one.interaction_id, one.customer_id) for one in links]
    names = here.store.customers.names([one for one in whose if one is not None])
    base = here.store.known_numbers.state()
    named = [mask_names(a.analysis, names.get(who or "", ())) for a, who in zip(analysed, whose, strict=True)]
    masked = mask_known(here.store, here.settings, named)
    results = [Analysed(analysis=one, vector=a.vector) for one, a in zip(masked, analysed, strict=True)]
    results = with_accepted_themes(here.store, results)
    results = with_consent(here.store, here.settings, results, links)
    here.store.findings.save_analyses(results, links, now=datetime.now(UTC))
    if here.store.known_numbers.state() != base:  # an import that came in between did not see these texts yet
        mask_again(here.store, here.settings, [one.id for one in interactions])
    requeue_threads(here.store, [one.id for one in interactions], now=datetime.now(UTC))
    return len(results)
