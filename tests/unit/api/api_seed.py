"""A small store that looks like a real one, and a stand-in for the pipeline."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import numpy as np
from fastapi import FastAPI

from api.problems import Problem
from voc.pipeline.categorising import CategoryNames
from voc.pipeline.column_preview import preview
from voc.pipeline.source_pushes import received
from voc.records import (
    Analysis,
    Aspect,
    Channel,
    Conversation,
    Customer,
    Identifier,
    Interaction,
    Link,
    LinkEvidence,
    Recording,
    Redaction,
    Rejected,
    Sentence,
    Sentiment,
    Skipped,
    TableReading,
    TopicMention,
    Turn,
    UploadOptions,
    Word,
    interaction_id,
)
from voc.records.topic_packs import DryRun, TopicsState
from voc.service.asked_of_pipeline import SearchAnswer, SearchQuery, TopicsChange, Transcribed
from voc.service.pipeline import Imported, searched
from voc.settings import Settings
from voc.sources import Push, Pushed
from voc.store import Store
from voc.store.analyses import Analysed
from voc.store.source_items import SourceItem
from voc.store.sources import SourceRow
from voc.store.uploads import Progress

NOW = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)
AUDIO = bytes(range(256)) * 40
HOSTILE = '<script>alert("xss")</script>"\' onmouseover=alert(1) &amp;'
TRANSCRIBED = "Bonjour <b>à tous</b>, la ligne est coupée. Merci de rappeler."
HELD = CategoryNames(
    id="hold_too_long",
    labels={"fr": "Attente trop longue", "en": "Hold too long"},
    why={"fr": "Personne ne parle.", "en": "Nobody speaks."},
    channels=("call",),
)
LABELS = {
    "billing": {"fr": "Facturation", "en": "Billing"},
    "billing.double_charge": {"fr": "Double prélèvement", "en": "Double charge"},
    "network": {"fr": "Réseau", "en": "Network"},
}


class StandIn:
    """The pipeline in a few lines: one interaction a line of text; a file of ``bad`` lines is refused."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.requeued: list[str] = []
        self.source_runs: list[str] = []
        self.pushed: list[Pushed] = []
        self.asked: list[tuple[str, str | None, bytes]] = []
        self.prompt = ""
        self.forgotten: list[str] = []

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
        if idempotency_key and (earlier := self.store.uploads.by_idempotency_key(idempotency_key)):
            return self._progress(earlier.id)
        key, size = self.store.blobs.put(stream)
        upload_id = "u" + secrets.token_hex(8)
        chosen = tuple(roles) or ((role,) if role else ())
        options = UploadOptions(channel=channel, mapping=dict(mapping or {}), roles=chosen)
        self.store.uploads.add(
            upload_id=upload_id, filename=filename, sha256=key, size_bytes=size, blob=key, options=options,
            idempotency_key=idempotency_key, now=NOW,
        )  # fmt: skip
        return self.retry(upload_id)

    def retry(self, upload_id: str) -> Progress:
        upload = self.store.uploads.get(upload_id)
        assert upload is not None and upload.blob is not None
        with self.store.blobs.open(upload.blob) as source:
            lines = source.read().decode("utf-8", "replace").splitlines()
        self.store.uploads.clear_rejections(upload_id)
        good = [
            text_interaction(line, source=f"{upload.filename}:{n}")
            for n, line in enumerate(lines, 1)
            if line and line != "bad"
        ]
        bad = [
            Rejected(source=f"{upload.filename}:{n}", reason="the line says bad; write something else.")
            for n, line in enumerate(lines, 1)
            if line == "bad"
        ]
        self.store.uploads.reject(upload_id, bad)
        new, known = self.store.interactions.add(good, upload_id=upload_id, work_id="w1", received_at=NOW)
        said = f"{upload.filename}: the file is empty; send another."
        error = None if lines else Rejected(source=upload.filename, reason=said)
        self.store.uploads.finish_reading(
            upload_id, accepted=len(new), duplicate=len(known), rejected=len(bad), error=error
        )
        return self._progress(upload_id)

    def preview(
        self, path: Path, *, name: str, mapping: Mapping[str, str] | None, channel: Channel | None
    ) -> TableReading:
        return preview(self.store, path, name=name, mapping=mapping, channel=channel)

    def run_source(self, run_id: str, *, backfill: bool) -> None:
        self.source_runs.append(run_id)

    def keep_pushed(self, source: SourceRow, thing: Pushed) -> bool:
        self.pushed.append(thing)
        return True

    def pushed_to(self, source: SourceRow, push: Push) -> list[Pushed]:
        return received(self.store, Settings(), source, push)

    def retry_source_item(self, item: SourceItem) -> bool:
        return False

    def _progress(self, upload_id: str) -> Progress:
        found = self.store.uploads.progress(upload_id)
        assert found is not None
        return found

    def reanalyse(self, ids: Sequence[str]) -> list[str]:
        self.requeued += ids
        return list(ids)

    def import_customers(self, path: Path, *, mapping: Mapping[str, str] | None, source: str) -> Imported:
        rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
        new, updated = self.store.customers.save(
            [Customer(id=row[0], name=row[1]) for row in rows if len(row) > 1], now=NOW
        )
        return Imported(new=new, updated=updated, rejected=0, relinked=0)

    def search(self, asked: SearchQuery) -> SearchAnswer:
        return searched(self.store, asked, words_only=True)

    def columns(self, upload_id: str) -> tuple[str, ...]:
        return ("Colonne A", HOSTILE)

    def topic_labels(self) -> dict[str, dict[str, str]]:
        return LABELS

    def topics_state(self) -> TopicsState:
        return TopicsState(chosen_by="choice", version=1, taxonomy="test", packs=(), offer=None)

    def change_topics(self, change: TopicsChange, *, by: str) -> int:
        raise NotImplementedError

    def try_topics(self, change: TopicsChange) -> DryRun:
        raise NotImplementedError

    def categories(self) -> list[CategoryNames]:
        return [HELD]

    def mask(self, text: str) -> str:
        return text.replace("Léa Martin", "[PERSON]")

    def mask_audio(self, ids: Sequence[str]) -> None:
        self.store.masked_audio.owe(ids)

    def ask_transcription(self, stream: IO[bytes], *, filename: str, language: str | None, prompt: str = "") -> str:
        self.asked.append((filename, language, stream.read()))
        self.prompt = prompt
        return "ask-1"

    def asked_transcription(self, asked_id: str) -> Transcribed | None:
        _, language, content = self.asked[-1]
        if content == b"broken":
            raise Problem(400, "broken.wav: not a recording that can be decoded.")
        words = tuple(
            Word(text=one, begin_ms=500 * n, end_ms=500 * n + 400, confidence=0.9)
            for n, one in enumerate(TRANSCRIBED.split())
        )
        turn = Turn(index=0, begin_ms=0, end_ms=words[-1].end_ms, begin=0, text=TRANSCRIBED, words=words)
        return Transcribed(language or "fr", 5000, (turn,))

    def forget_transcription(self, asked_id: str) -> None:
        self.forgotten.append(asked_id)


def set_clock(app: FastAPI, moment: datetime) -> None:
    """Let it be ``moment`` for the application."""
    app.state.service = replace(app.state.service, clock=lambda: moment)


def text_interaction(
    text: str, *, source: str = "posts.csv:1", channel: Channel = Channel.SOCIAL, at: datetime | None = None
) -> Interaction:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Interaction(
        id=interaction_id(channel, external_id=None, content_hash=digest),
        channel=channel,
        source=source,
        content_hash=digest,
        occurred_at=at or NOW,
        text=text,
    )


def sentiment_of(score: float) -> Sentiment:
    label = "negative" if score < -0.2 else "positive" if score > 0.2 else "neutral"
    return Sentiment(
        label=label,
        score=score,
        probabilities={"negative": max(0, -score), "neutral": 1 - abs(score), "positive": max(0, score)},
    )


def text_analysis(one: Interaction, *, score: float, topic: str | None, redacted: Sequence[Redaction] = ()) -> Analysis:
    text = one.text or ""
    masked = text
    for span in redacted:
        masked = masked[: span.begin] + f"[{span.type}]" + masked[span.end :]
    return Analysis(
        id=one.id,
        channel=one.channel,
        source=one.source,
        occurred_at=one.occurred_at,
        language="fr",
        language_confidence=0.98,
        models={"sentiment": "stand-in@1"},
        text=text,
        redacted_text=masked,
        redacted=tuple(redacted),
        sentences=(Sentence(begin=0, end=len(text), sentiment=sentiment_of(score)),),
        sentiment=sentiment_of(score),
        topics=(TopicMention(id=topic, label=topic, score=0.9, begin=0, end=min(12, len(text))),) if topic else (),
        aspects=(Aspect(topic=topic, sentiment=score, begin=0, end=min(12, len(text)), text=text[:12]),)
        if topic
        else (),
    )


def vector(seed: int) -> np.ndarray:
    raw = np.random.default_rng(seed).standard_normal(384).astype(np.float32)
    return raw / np.linalg.norm(raw)


def call(store: Store) -> tuple[Interaction, Analysis]:
    key, size = store.blobs.put(io.BytesIO(AUDIO))
    lines = [
        ("agent", "Bonjour, service client, que puis-je faire ?", 0),
        ("customer", "Bonjour, je suis Léa Martin, on m'a prélevé deux fois.", 4000),
        ("agent", "Je regarde cela tout de suite.", 9000),
        ("customer", "Merci beaucoup, c'est très gentil.", 13000),
    ]
    turns, text = [], ""
    for index, (role, said, begin_ms) in enumerate(lines):
        begin = len(text) + (1 if text else 0)
        text = f"{text}\n{said}" if text else said
        words, position = [], begin_ms
        for word in said.split():
            words.append(Word(text=word, begin_ms=position, end_ms=position + 280, confidence=0.9))
            position += 300
        turns.append(
            Turn(
                index=index, participant_role=role, channel_tag=1 if role == "agent" else 2, begin_ms=begin_ms,
                end_ms=position, begin=begin, end=begin + len(said), text=said, words=tuple(words), language="fr",
                sentiment=sentiment_of({1: -0.7, 3: 0.8}.get(index, 0.0)),
            )
        )  # fmt: skip
    name = text.index("Léa Martin")
    charged = text.index("on m'a prélevé deux fois")
    one = Interaction(
        id=interaction_id(Channel.CALL, external_id="call-1", content_hash=key),
        channel=Channel.CALL,
        source='appel "n°1"; <b>.ogg',
        content_hash=key,
        external_id="call-1",
        occurred_at=NOW - timedelta(days=1),
        recording=Recording(
            filename='appel "n°1"; <b>.ogg',
            sha256=key,
            size_bytes=size,
            duration_ms=16000,
            channels=2,
            roles=("agent", "customer"),
        ),
        identifiers=(Identifier(type="phone", value="+33612345678", verified=True),),
        attributes={"ville": HOSTILE},
    )
    analysis = Analysis(
        id=one.id,
        channel=one.channel,
        source=one.source,
        occurred_at=one.occurred_at,
        language="fr",
        language_confidence=0.99,
        models={"transcription": "whisper-base@1"},
        turns=tuple(turns),
        text=text,
        redacted_text=text.replace("Léa Martin", "[PERSON]"),
        redacted=(Redaction(type="PERSON", begin=name, end=name + 10),),
        sentiment=sentiment_of(-0.3),
        conversation=Conversation(duration_ms=16000, talk_time_ms={"agent": 5000, "customer": 7000}, overtalk_ms=0),
        topics=(TopicMention(id="billing.double_charge", label="Double prélèvement", score=0.9),),
        aspects=(
            Aspect(
                topic="billing.double_charge", sentiment=-0.8, begin=charged, end=charged + 24,
                text="on m'a prélevé deux fois", begin_ms=5500, end_ms=7000,
            ),
        ),
        identifiers=(Identifier(type="phone", value="+33612345678", verified=True),),
        skipped=(Skipped(feature="tone", reason="no tone model is installed"),),
    )  # fmt: skip
    return one, analysis


def seed(store: Store) -> dict[str, str]:
    """Customers, ten weeks of posts, one call, one failed and one waiting interaction; returns ids by name."""
    store.customers.save(
        [
            Customer(
                id="C001",
                name="Léa Martin",
                first_name="Léa",
                last_name="Martin",
                city="Brest",
                segment="Particulier",
                identifiers=(Identifier(type="phone", value="+33612345678"),),
                attributes={"offre": "Fibre"},
            ),
            Customer(id="C/2 é", name=HOSTILE, city=HOSTILE, segment="Pro"),
        ],
        now=NOW,
    )
    batch, links = [], []
    posts = []
    for week in range(10):
        for n in range(6 + (12 if week == 9 else 0)):
            at = NOW - timedelta(weeks=9 - week, hours=n)
            topic = "billing.double_charge" if n % 2 or week == 9 else "network"
            channel = [Channel.SOCIAL, Channel.EMAIL, Channel.REVIEW][n % 3]
            posts.append((f"Semaine {week} message {n} : la facture encore", channel, at, topic))
    hostile = text_interaction(HOSTILE, source=f"{HOSTILE}.csv:3", at=NOW - timedelta(hours=2))
    interactions = [text_interaction(text, channel=channel, at=at) for text, channel, at, _ in posts]
    store.interactions.add([*interactions, hostile], upload_id=None, work_id="w0", received_at=NOW)
    for n, (one, (_, _, _, topic)) in enumerate(zip(interactions, posts, strict=True)):
        batch.append(Analysed(text_analysis(one, score=[-0.8, 0.0, 0.7][n % 3], topic=topic), vector(n)))
        links.append(Link(interaction_id=one.id, customer_id="C001" if n % 4 == 0 else None, method="none"))
    batch.append(
        Analysed(
            text_analysis(hostile, score=-0.5, topic="network", redacted=[Redaction(type="PERSON", begin=8, end=14)]),
            None,
        )
    )
    links.append(Link(interaction_id=hostile.id, customer_id="C/2 é", method="exact_identifier"))
    one_call, analysis = call(store)
    store.interactions.add([one_call], upload_id=None, work_id="w0", received_at=NOW)
    batch.append(Analysed(analysis, vector(999)))
    links.append(
        Link(
            interaction_id=one_call.id,
            customer_id="C001",
            method="exact_identifier",
            evidence=(LinkEvidence(identifier="phone", value="+33612345678", found_in="metadata", verified=True),),
        )
    )
    store.findings.save_analyses(batch, links, now=NOW)
    waiting, failed = text_interaction("en attente"), text_interaction("en échec")
    store.interactions.add([waiting, failed], upload_id=None, work_id="w2", received_at=NOW)
    store.interactions.fail([failed.id], "failed.wav: holds no sound; export it again.")
    return {
        "call": one_call.id,
        "text": interactions[0].id,
        "hostile": hostile.id,
        "waiting": waiting.id,
        "failed": failed.id,
    }


def say(store: Store, moments: Sequence[datetime], *, topic: str = "network", channel: Channel = Channel.EMAIL) -> None:
    """More messages on a topic, analysed, at these moments."""
    rows = [
        text_interaction(f"Message {n} sur {topic} du {at:%d/%m %H:%M}", channel=channel, at=at)
        for n, at in enumerate(moments)
    ]
    store.interactions.add(rows, upload_id=None, work_id="w9", received_at=NOW)
    found = [Analysed(text_analysis(one, score=-0.5, topic=topic), None) for one in rows]
    links = [Link(interaction_id=one.id, customer_id=None, method="none") for one in rows]
    store.findings.save_analyses(found, links, now=NOW)


def rise(store: Store) -> None:
    """Enough of the weeks before W46, and of W46, for a rise of double charges to be found; all work done."""
    for week in range(1, 5):
        say(store, [NOW - timedelta(weeks=week, hours=n) for n in range(12)])
    for channel in (Channel.EMAIL, Channel.REVIEW):
        say(store, [NOW - timedelta(hours=n) for n in range(8)], topic="billing.double_charge", channel=channel)
    say(store, [NOW - timedelta(hours=n, minutes=30) for n in range(20)], channel=Channel.SOCIAL)
    waiting = store.interactions.of_work("w2")
    store.interactions.fail(waiting, "waiting.txt: given up; send it again.")
