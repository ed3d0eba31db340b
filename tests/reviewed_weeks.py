"""Six weeks to review: what leapt in one of them, and what became of it in the next."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime

from makers import a_customer, add, an_analysis, an_interaction, anonymous, linked
from store_templates import filled_once

from voc.records import Aspect, Channel, Conversation, Interaction, Recording, TopicMention, Turn, Word, interaction_id
from voc.store import Store
from voc.store.analyses import Analysed

KEY, OTHER = "topic:billing.double_charge:rise", "topic:network:rise"
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
"""The morning on which week 46 is reviewed."""
SAID = "On m'a prélevé deux fois ce mois-ci, je veux être remboursé."
SAID_AT_MS = 5000
HOSTILE = '<script>alert("xss")</script>"\' onmouseover=alert(1) &amp;'


@filled_once
def fill(store: Store) -> None:
    """Six weeks: the double charges and the network leap in week 46; in 47 the former are gone, the latter are not."""
    store.customers.save(
        [
            a_customer("C1", name="Ana Lopez"),
            a_customer("C2", name=HOSTILE),
            a_customer("C3", name="Tom", attributes={"opt-in marketing": "non"}),
            a_customer("C4", name="Zoé"),
        ],
        now=MONDAY,
    )
    rows, found, links = [], [], []
    for week in range(42, 48):
        told = ["price", "advisor", "delivery"] * 20
        told += ["billing.double_charge"] * (16 if week == 46 else 1) + ["network"] * (20 if week >= 46 else 1)
        for place, topic in enumerate(told):
            at = datetime.fromisocalendar(2026, week, 1 + place % 7).replace(hour=12, tzinfo=UTC)
            of = place - 60 if topic == "billing.double_charge" and week == 46 else -1
            row = an_interaction(len(rows), occurred_at=at, channel=("email", "review", "chat")[place % 3])
            rows.append(row)
            found.append(Analysed(an_analysis(row, topics=(topic,), score=-0.6), None))
            links.append(linked(row, ("C1", "C2", "C3", "C4", "C1")[of]) if 0 <= of < 5 else anonymous(row))
    store.interactions.add(rows, upload_id=None, work_id="w", received_at=MONDAY)
    store.findings.save_analyses(found, links, now=MONDAY)


def a_call(store: Store) -> Interaction:
    """A recording of ten seconds in week 46: the agent greets, the customer says it from second five on."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x00" * 80_000)
    sound.seek(0)
    key, size = store.blobs.put(sound)
    text = f"Bonjour, que puis-je faire ?\n{SAID}"
    begin = text.index(SAID)
    words = [
        Word(text=word, begin_ms=SAID_AT_MS + 300 * place, end_ms=SAID_AT_MS + 300 * place + 250, confidence=0.9)
        for place, word in enumerate(SAID.split())
    ]
    turns = (
        Turn(index=0, participant_role="agent", channel_tag=1, begin_ms=0, end_ms=3000, begin=0, end=begin - 1,
             text=text[: begin - 1], language="fr"),
        Turn(index=1, participant_role="customer", channel_tag=1, begin_ms=SAID_AT_MS, end_ms=words[-1].end_ms,
             begin=begin, end=len(text), text=SAID, words=tuple(words), language="fr"),
    )  # fmt: skip
    one = Interaction(
        id=interaction_id(Channel.CALL, external_id="monday", content_hash=key), channel=Channel.CALL,
        source="monday.wav", content_hash=key, external_id="monday",
        occurred_at=datetime.fromisocalendar(2026, 46, 3).replace(hour=12, tzinfo=UTC),
        recording=Recording(filename="monday.wav", sha256=key, size_bytes=size, duration_ms=10_000, channels=1),
    )  # fmt: skip
    topic, end_ms = "billing.double_charge", words[-1].end_ms
    made = an_analysis(one, text=text, turns=turns, score=-0.9, conversation=Conversation(duration_ms=10_000))
    spoken = Aspect(topic=topic, sentiment=-0.9, begin=begin, end=len(text), text=SAID, begin_ms=SAID_AT_MS,
                    end_ms=end_ms)  # fmt: skip
    about = TopicMention(id=topic, label=topic, score=0.9, begin=begin, end=len(text))
    found = made.model_copy(update={"aspects": (spoken,), "topics": (about,)})
    add(store, one)
    store.findings.save_analyses([Analysed(found, None)], [anonymous(one)], now=MONDAY)
    return one
