"""What was found in interactions: transcripts, analyses with their signals, links, full text and vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from voc.corrections import Correction, overlay
from voc.records import Analysis, Link, masked_stretch
from voc.store import identity_links, schema
from voc.store.batches import parts
from voc.store.corrections import in_force
from voc.store.database import Database
from voc.store.folding import words
from voc.store.identity_events import Change
from voc.store.identity_name_masks import Masking, mask_names_of
from voc.store.masked_audio import owe_masked_audio
from voc.store.search.vectors import SPACE
from voc.store.signals import insert_signals, of_one_analysis, sentiment_columns

SNIPPET_CHARS = 240


@dataclass(frozen=True)
class Analysed:
    """What the analysis stage hands over for one interaction; ``vector`` is float32 [384], L2-normalised."""

    analysis: Analysis
    vector: NDArray[np.float32] | None


class Findings:
    """Everything the analysers found that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save_transcript(self, interaction_id: str, document: dict[str, Any], *, now: datetime) -> None:
        """Keep what transcription gave, so that a re-analysis of the text need not hear the call again."""
        t = schema.transcript
        with self.database.begin() as connection:
            statement = self.database.upsert(t).values(interaction_id=interaction_id, document=document, created_at=now)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[t.c.interaction_id],
                    set_={"document": statement.excluded.document, "created_at": statement.excluded.created_at},
                )
            )

    def transcript(self, interaction_id: str) -> dict[str, Any] | None:
        """The kept transcript, or ``None``."""
        t = schema.transcript
        with self.database.read() as connection:
            return connection.execute(
                select(t.c.document).where(t.c.interaction_id == interaction_id)
            ).scalar_one_or_none()

    def save_analyses(self, results: Sequence[Analysed], links: Sequence[Link], *, now: datetime) -> None:
        """Save analyses with their links, signals, full text and vectors: all in one transaction, all replaceable.

        Running it twice leaves what running it once leaves, which is what makes a workflow that is killed and
        started again safe. Links that people made or rejected stay as they are.
        """
        ids = [one.analysis.id for one in results]
        i = schema.interaction
        with self.database.begin() as connection:
            for part in parts(sorted(ids)):  # two workers with the same interactions: one after the other (PostgreSQL)
                connection.execute(select(i.c.id).where(i.c.id.in_(part)).order_by(i.c.id).with_for_update())
            self._forget_findings(connection, ids)
            decided = in_force(connection, ids)
            if results:
                self._save(connection, results, decided, now)
            owe_masked_audio(connection, ids, queued=True)
            identity_links.save_links(connection, links, now=now, reason="analysis")

    def _forget_findings(self, connection: Connection, ids: Sequence[str]) -> None:
        for table in (schema.analysis, schema.signal, schema.embedding):
            its_own = [of_one_analysis()] if table is schema.signal else []
            for part in parts(ids):
                connection.execute(delete(table).where(table.c.interaction_id.in_(part), *its_own))
        self.database.dialect.forget_words(connection, ids)

    def _save(
        self, connection: Connection, results: Sequence[Analysed], decided: Sequence[Correction], now: datetime
    ) -> None:
        """Write the rows of several analyses, a statement a table: one for each of them costs more than its rows."""
        corrected = [overlay(one.analysis, decided) for one in results]
        documents = [
            {
                "interaction_id": one.analysis.id,
                "version": one.analysis.analysis_version,
                "document": one.analysis.model_dump(mode="json"),
                "created_at": now,
            }
            for one in results
        ]
        vectors = [
            {
                "interaction_id": one.analysis.id,
                "vector": np.asarray(one.vector, dtype=np.float16).tobytes(),
                "space": SPACE,
            }
            for one in results
            if one.vector is not None
        ]
        connection.execute(insert(schema.analysis), documents)
        insert_signals(connection, corrected)
        self._index(connection, [one.analysis for one in results])
        if vectors:
            connection.execute(insert(schema.embedding), vectors)
        self._conclude(connection, corrected, now)

    def _conclude(self, connection: Connection, analyses: Sequence[Analysis], now: datetime) -> None:
        """Tell the interactions themselves what was found; only a conversation has a duration to tell."""
        i = schema.interaction
        for timed in (False, True):
            rows = [
                {
                    "this": one.id,
                    "language": one.language,
                    **sentiment_columns(one),
                    "snippet": _snippet(one),
                    "analysed_at": now,
                    **({"duration_ms": one.conversation.duration_ms} if one.conversation is not None else {}),
                }
                for one in analyses
                if (one.conversation is not None) is timed
            ]
            if rows:
                told: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "this"}
                statement = update(i).where(i.c.id == bindparam("this")).values(status="done", error=None, **told)
                connection.execute(statement, rows)

    def _index(self, connection: Connection, analyses: Sequence[Analysis]) -> None:
        # Text whose personal data could not be found stays out of the index: closed rather than open.
        # Words alone: PostgreSQL would take `shop.example.com` or `-12` for one lexeme that no query asks for.
        bodies = {one.id: " ".join(words(one.redacted_text)) for one in analyses if one.redacted_text}
        self.database.dialect.index_words(connection, bodies)

    def replace_words(self, analyses: Sequence[Analysis]) -> None:
        """Replace analyses whose words alone were redacted anew: document, snippet and full text, nothing else.

        They are the models' (``analyses(…, as_found=True)``): a correction saved with them could not be withdrawn.
        """
        a = schema.analysis
        with self.database.begin() as connection:
            for one in analyses:
                document = one.model_dump(mode="json")
                connection.execute(update(a).where(a.c.interaction_id == one.id).values(document=document))
                self.index_again(connection, one)

    def mask_again(self, interaction_id: str, masked: Callable[[Analysis], Analysis]) -> bool:
        """Change the masks of one analysis as ``masked`` says, and no other byte of it; False when they are the same.

        Read and written in one transaction: masks that somebody else puts up meanwhile stay.
        """
        a = schema.analysis
        with self.database.begin() as connection:
            # Of two that change it, the second sees what the first wrote (PostgreSQL).
            row = select(a.c.document).where(a.c.interaction_id == interaction_id).with_for_update()
            document = connection.execute(row).scalar_one_or_none()
            if document is None:  # erased meanwhile
                return False
            before = Analysis.model_validate(document)
            after = masked(before)
            if after.redacted == before.redacted:
                return False
            masks = [one.model_dump(mode="json") for one in after.redacted]
            changed = document | {"redacted": masks, "redacted_text": after.redacted_text}
            connection.execute(update(a).where(a.c.interaction_id == interaction_id).values(document=changed))
            self.index_again(connection, after)
        return True

    def index_again(self, connection: Connection, analysis: Analysis) -> None:
        """Take the masked words of an analysis into the list's snippet and the full text."""
        i = schema.interaction
        self.database.dialect.forget_words(connection, [analysis.id])
        owe_masked_audio(connection, [analysis.id], queued=False)
        connection.execute(update(i).where(i.c.id == analysis.id).values(snippet=_snippet(analysis)))
        self._index(connection, [analysis])

    def save_links(
        self,
        links: Sequence[Link],
        *,
        now: datetime,
        reason: str = "customer_base",
        masking: Masking | None = None,
        cause_id: int | None = None,
    ) -> int:
        """Replace the links of these interactions; what people decided stays. Returns how many found a customer.

        Args:
            reason: why they are decided again (``identity_reasons`` in the catalogue of the pages).
            masking: masks the names of the customers they have now in their words, in the same transaction.
            cause_id: the event of a person that it follows from.
        """
        with self.database.begin() as connection:

            def mask(ids: Sequence[str]) -> Sequence[Change]:
                return mask_names_of(connection, self, ids, masking) if masking is not None else ()

            return identity_links.save_links(connection, links, now=now, reason=reason, mask=mask, cause_id=cause_id)

    def analysis(self, interaction_id: str) -> Analysis | None:
        """The whole analysis with its corrections, or ``None`` while there is none."""
        return self.analyses([interaction_id]).get(interaction_id)

    def analyses(self, ids: Sequence[str], *, as_found: bool = False) -> dict[str, Analysis]:
        """Analyses by interaction id; what has none is left out.

        People's corrections are laid over them, unless ``as_found``: what the models said is what may be saved again.
        """
        a = schema.analysis
        found: dict[str, Analysis] = {}
        with self.database.read() as connection:
            for part in parts(ids):
                for row in connection.execute(
                    select(a.c.interaction_id, a.c.document).where(a.c.interaction_id.in_(part))
                ):
                    found[row.interaction_id] = Analysis.model_validate(row.document)
            decided: dict[str, list[Correction]] = {}
            for one in in_force(connection, list(found)) if not as_found else ():
                decided.setdefault(one.interaction_id, []).append(one)
        return found | {key: overlay(found[key], theirs) for key, theirs in decided.items()}

    def link(self, interaction_id: str) -> Link | None:
        """Whom it was linked to and why."""
        return self.links([interaction_id]).get(interaction_id)

    def links(self, ids: Sequence[str]) -> dict[str, Link]:
        """Links by interaction id; what has none is left out."""
        with self.database.read() as connection:
            rows = identity_links.rows(connection, ids)
        names = ("interaction_id", "customer_id", "method", "evidence", "probability")
        return {
            key: Link.model_validate(
                {name: getattr(row, name) for name in names} | {"candidates": row.candidates or ()}
            )
            for key, row in rows.items()
        }


def _snippet(analysis: Analysis) -> str | None:
    """How an interaction begins, without personal data: of a conversation, what the customer says in it."""
    if not analysis.redacted_text:
        return None
    line = _on_one_line(_of_the_customer(analysis, analysis.redacted_text).replace("\x00", " "))
    return line if len(line) <= SNIPPET_CHARS else line[:SNIPPET_CHARS].rsplit(" ", 1)[0].rstrip(" ·") + " …"


def _on_one_line(text: str) -> str:
    """Lines after each other, a point between those that no mark ends: a title does not run into its text."""
    found = ""
    for line in filter(None, (" ".join(one.split()) for one in text.splitlines())):
        found += (" " if found.endswith(_ENDS) else " · " if found else "") + line
        if len(found) > 2 * SNIPPET_CHARS:
            break
    return found


_ENDS = (".", "!", "?", "…", ":", ";", ",", ")", "»", '"')


def _of_the_customer(analysis: Analysis, masked: str) -> str:
    """The customer's turns of a text that is masked already; all of it where nobody is known to be the customer.

    The agent's greeting is the same in every call: a list of calls would show nothing else.
    """
    said: list[str] = []
    for turn in analysis.turns:
        if turn.participant_role != "customer" or turn.begin is None:
            continue
        end = turn.begin + len(turn.text)
        said.append(masked_stretch(analysis.text or "", turn.begin, end, analysis.redacted))
        if sum(map(len, said)) > 2 * SNIPPET_CHARS:
            break
    return "\n".join(said) or masked
