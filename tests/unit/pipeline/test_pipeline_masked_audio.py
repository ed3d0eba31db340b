"""The copy that everybody may hear: what is silenced in it, that it stays in step, and when it stays closed."""

from __future__ import annotations

import hashlib
import wave
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, an_analysis, an_interaction, anonymous, linked

from voc.pipeline.erasing import erase_customers
from voc.pipeline.masked_audio import mask_recording, resume_masking
from voc.privacy.audio_redaction import DATA_MARGIN_MS, muted
from voc.records import Analysis, Channel, Interaction, Recording, Redaction, Turn, Word
from voc.rights.retention import expire, expiries
from voc.settings import Settings
from voc.speech.decode import decode
from voc.store import Store
from voc.store.analyses import Analysed

SAID = "Je suis Claire Dumont"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))


def a_turn(text: str = SAID, *, at_ms: int = 1000, begin: int | None = 0, tag: int | None = 1, index: int = 0) -> Turn:
    """One word every half second from ``at_ms`` on."""
    words = tuple(
        Word(text=one, begin_ms=at_ms + 500 * n, end_ms=at_ms + 500 * n + 400) for n, one in enumerate(text.split())
    )
    return Turn(
        index=index,
        channel_tag=tag,
        begin_ms=at_ms,
        end_ms=words[-1].end_ms,
        begin=begin,
        end=None if begin is None else begin + len(text),
        text=text,
        words=words,
    )


def heard(*turns: Turn, redacted: tuple[Redaction, ...] = (), masked: str | None = "") -> Analysis:
    text = turns[0].text if turns else ""
    shown = text
    for one in reversed(redacted):
        shown = shown[: one.begin] + one.mask + shown[one.end :]
    return Analysis(
        id="i1",
        channel=Channel.CALL,
        source="call.wav",
        turns=turns,
        text=text,
        redacted=redacted,
        redacted_text=shown if masked == "" else masked,
    )


NAME = Redaction(type="PERSON", begin=8, end=21)


def is_silent(silences: list[tuple[int, int]], ms: int) -> bool:
    return any(begin <= ms < end for begin, end in silences)


def test_a_name_is_silenced_with_a_margin_and_the_words_before_it_are_heard() -> None:
    (silences,) = muted(heard(a_turn(), redacted=(NAME,)), duration_ms=5000, channels=1)
    assert not is_silent(silences, 1200)
    assert not is_silent(silences, 1700)
    assert all(is_silent(silences, ms) for ms in range(2000 - DATA_MARGIN_MS, 2900 + DATA_MARGIN_MS))


def test_personal_data_is_silenced_on_every_channel_and_other_words_on_their_own_only() -> None:
    other = a_turn("oui oui oui oui oui", begin=None, tag=2, index=1).model_copy(update={"begin": 100, "end": 119})
    agent, customer = muted(heard(a_turn(), other, redacted=(NAME,)), duration_ms=5000, channels=2)
    assert is_silent(agent, 2500)
    assert is_silent(customer, 2500)
    assert not is_silent(customer, 1200)


def test_what_nobody_wrote_down_is_silenced_but_for_pauses_within_speech() -> None:
    late = a_turn("et voilà", at_ms=20_000, begin=0)
    (silences,) = muted(heard(late), duration_ms=30_000, channels=1)
    assert is_silent(silences, 10_000)
    assert is_silent(silences, 29_000)
    assert not is_silent(silences, 20_450)


@pytest.mark.parametrize(
    "analysis",
    [
        heard(a_turn(), masked=None),
        heard(a_turn(begin=None)),
        heard(a_turn().model_copy(update={"begin_ms": None})),
        heard(a_turn(), redacted=(NAME,), masked="other words altogether"),
        heard(),
    ],
    ids=["not masked", "no place in the text", "no times", "masks that do not fit", "no words"],
)
def test_where_personal_data_was_not_looked_for_nothing_is_heard(analysis: Analysis) -> None:
    (silences,) = muted(analysis, duration_ms=4000, channels=1)
    assert all(is_silent(silences, ms) for ms in (0, 1200, 2500, 3999)) or silences == [(0, 4000)]


def test_a_word_that_is_not_found_in_the_text_is_silenced_with_the_name_it_may_be_part_of() -> None:
    turn = a_turn()
    misheard = turn.words[2].model_copy(update={"text": "Klaire"})
    turn = turn.model_copy(update={"words": (*turn.words[:2], misheard, turn.words[3])})
    (silences,) = muted(heard(turn, redacted=(NAME,)), duration_ms=5000, channels=1)
    assert is_silent(silences, 2200)
    assert is_silent(silences, 2700)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=4),
    st.integers(0, 9000),
    st.integers(1, 3),
    st.sampled_from([None, 1, 2, 7]),
)
def test_silences_are_in_order_apart_within_the_recording_and_cover_every_masked_word(
    spans: list[tuple[int, int]], at_ms: int, channels: int, tag: int | None
) -> None:
    redacted, position = [], 0
    for begin, end in sorted(spans):
        if position <= begin < end:
            redacted.append(Redaction(type="PERSON", begin=begin, end=end))
            position = end
    analysis = heard(a_turn(at_ms=at_ms, tag=tag), redacted=tuple(redacted))
    for silences in muted(analysis, duration_ms=8000, channels=channels):
        assert all(0 <= begin < end <= 8000 for begin, end in silences)
        assert all(one[1] < other[0] for one, other in pairwise(silences))
        place = 0
        for word in analysis.turns[0].words:
            place = SAID.index(word.text, place)
            if any(place < one.end and place + len(word.text) > one.begin for one in redacted):
                within = [ms for ms in range(word.begin_ms, word.end_ms, 50) if ms < 8000]
                assert all(is_silent(silences, ms) for ms in within)


# --- the copy itself ---------------------------------------------------------------------------------------------


def a_recording(store: Store, folder: Path, *, channels: int = 1, kind: str = "wav") -> Interaction:
    """A call of four seconds of noise in the store, queued."""
    noise = np.random.default_rng(7).integers(-9000, 9000, size=(4 * 16_000, channels), dtype=np.int16)
    path = folder / "call.wav"
    with wave.open(str(path), "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(noise.tobytes())
    if kind != "wav":
        path = _encoded(path, folder / f"call.{kind}", channels)
    with path.open("rb") as stream:
        key, size = store.blobs.put(stream)
    call = an_interaction(
        1, channel="call", text=None, recording=Recording(filename=path.name, sha256=key, size_bytes=size)
    )
    store.interactions.add([call], upload_id=None, work_id="rec-1", received_at=NOW)
    return call


def _encoded(source: Path, target: Path, channels: int) -> Path:
    import av

    codec = {"mp3": "libmp3lame", "ogg": "libopus"}[target.suffix[1:]]
    rate = 48_000 if codec == "libopus" else 16_000
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        stream = write.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        for frame in read.decode(audio=0):
            for out in resampler.resample(frame):
                write.mux(stream.encode(out))
        for out in resampler.resample(None):
            write.mux(stream.encode(out))
        write.mux(stream.encode(None))
    return target


def understood(store: Store, call: Interaction, **fields: object) -> None:
    said = heard(a_turn(), redacted=(NAME,))
    given = {"turns": said.turns, "text": said.text, "redacted": said.redacted, "redacted_text": said.redacted_text}
    analysis = an_analysis(call, **given | fields)
    store.findings.save_analyses([Analysed(analysis, None)], [anonymous(call)], now=NOW)


@pytest.mark.parametrize(("kind", "channels"), [("wav", 1), ("wav", 2), ("wav", 6), ("mp3", 2), ("ogg", 1)])
def test_the_copy_is_as_long_as_the_recording_silent_at_the_name_and_the_same_elsewhere(
    store: Store, tmp_path: Path, kind: str, channels: int
) -> None:
    call = a_recording(store, tmp_path, channels=channels, kind=kind)
    understood(store, call)
    assert store.masked_audio.get(call.id).status == "pending"  # type: ignore[union-attr]
    assert mask_recording(store, call.id) == "ready"
    copy = store.masked_audio.get(call.id)
    assert copy is not None
    assert copy.blob is not None
    assert call.recording is not None
    assert call.recording.sha256 is not None
    with store.blobs.as_file(copy.blob) as one, store.blobs.as_file(call.recording.sha256) as other:
        masked, original = decode(one), decode(other)
        assert one.read_bytes()[:4] == b"fLaC"
    assert masked.pcm.shape == original.pcm.shape
    name = slice(16 * (2000 - DATA_MARGIN_MS), 16 * (2900 + DATA_MARGIN_MS))
    words = slice(16 * 1000, 16 * 1700)
    assert not masked.pcm[name].any()
    assert (masked.pcm[words, 0] == original.pcm[words, 0]).all()
    assert original.pcm[name].any()


def test_a_mono_call_in_two_channels_is_copied_as_the_one_it_was_read_as(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path, channels=2)
    store.findings.save_transcript(call.id, {"channels": 1}, now=NOW)
    understood(store, call)
    mask_recording(store, call.id)
    blob = store.masked_audio.get(call.id).blob  # type: ignore[union-attr]
    with store.blobs.as_file(str(blob)) as path:
        assert decode(path).channels == 1


def test_the_same_words_give_the_same_copy_and_other_words_another_in_its_place(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call)
    mask_recording(store, call.id)
    first = store.masked_audio.get(call.id)
    understood(store, call)
    assert store.masked_audio.get(call.id).status == "pending"  # type: ignore[union-attr]
    mask_recording(store, call.id)
    assert store.masked_audio.get(call.id).blob == first.blob  # type: ignore[union-attr]
    understood(store, call, redacted=(), redacted_text=SAID)
    mask_recording(store, call.id)
    second = store.masked_audio.get(call.id)
    assert second.blob != first.blob  # type: ignore[union-attr]
    assert not store.blobs.exists(first.blob)  # type: ignore[union-attr, arg-type]
    assert store.blobs.exists(second.blob)  # type: ignore[union-attr, arg-type]


def test_words_masked_later_close_the_copy_until_it_is_made_anew(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call, redacted=(), redacted_text=SAID)
    mask_recording(store, call.id)
    store.findings.replace_words([store.findings.analyses([call.id], as_found=True)[call.id]])
    copy = store.masked_audio.get(call.id)
    assert copy is not None
    assert (copy.status, copy.work_id) == ("pending", None)


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"redacted_text": None}, "closed", "not masked"),
        ({"text": "", "turns": (), "redacted": (), "redacted_text": ""}, "closed", "no words"),
    ],
)
def test_what_was_not_searched_stays_closed_and_says_why(
    store: Store, tmp_path: Path, fields: dict[str, object], status: str, reason: str
) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call, **fields)
    assert mask_recording(store, call.id) == status
    copy = store.masked_audio.get(call.id)
    assert copy is not None
    assert copy.blob is None
    assert reason in str(copy.reason)


def test_a_recording_that_cannot_be_copied_fails_with_a_reason_and_can_be_retried(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    key = call.recording.sha256  # type: ignore[union-attr]
    understood(store, call)
    with store.blobs.open(key) as source:  # type: ignore[arg-type]
        content = source.read()
    store.blobs.delete(key)  # type: ignore[arg-type]
    assert mask_recording(store, call.id) == "failed"
    assert "gone" in str(store.masked_audio.get(call.id).reason)  # type: ignore[union-attr]
    assert mask_recording(store, call.id) is None
    back = tmp_path / "back"
    back.write_bytes(content)
    with back.open("rb") as stream:
        assert store.blobs.put(stream)[0] == hashlib.sha256(content).hexdigest()
    store.masked_audio.owe([call.id])
    assert mask_recording(store, call.id) == "ready"


def test_the_copy_goes_with_the_recording(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call)
    mask_recording(store, call.id)
    (blob,) = store.masked_audio.blobs_of([call.id])
    store.uploads.let_go_of_bytes(blob, store.blobs.delete)
    assert store.blobs.exists(blob)  # still in use
    store.erasing.let_go_of_recordings([call.id])
    assert store.masked_audio.get(call.id) is None
    store.uploads.let_go_of_bytes(blob, store.blobs.delete)
    assert not store.blobs.exists(blob)


class Queue:
    """A work queue that remembers."""

    def __init__(self, **statuses: str) -> None:
        self.known = statuses
        self.queued: list[str] = []

    def statuses(self, work_ids: list[str]) -> dict[str, str]:
        return {one: self.known[one] for one in work_ids if one in self.known}

    def enqueue_masking(self, work_id: str) -> None:
        self.queued.append(work_id)


def test_what_is_owed_and_not_under_way_is_queued_once(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call)
    running = Queue(**{"rec-1": "PENDING"})
    assert resume_masking(store, running) == 0  # type: ignore[arg-type]
    ended = Queue(**{"rec-1": "SUCCESS"})
    assert resume_masking(store, ended) == 1  # type: ignore[arg-type]
    (work,) = ended.queued
    assert store.masked_audio.of_work(work) == [call.id]
    assert resume_masking(store, Queue(**{work: "ENQUEUED"})) == 0  # type: ignore[arg-type]
    assert resume_masking(store, Queue(**{work: "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})) == 0  # type: ignore[arg-type]
    assert store.masked_audio.get(call.id).status == "failed"  # type: ignore[union-attr]


def test_recordings_of_an_older_store_are_owed_a_copy(store: Store, tmp_path: Path) -> None:
    from sqlalchemy import delete

    from voc.store.audio_tables import masked_audio

    call = a_recording(store, tmp_path)
    understood(store, call)
    with store.database.begin() as connection:
        connection.execute(delete(masked_audio))
    assert store.masked_audio.owe_missing() == 1
    assert store.masked_audio.owe_missing() == 0


def test_erasing_the_customer_erases_the_copy(store: Store, settings: Settings, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    store.customers.save([a_customer("C1", name="Claire Dumont")], now=NOW)
    said = heard(a_turn(), redacted=(NAME,))
    fields = {"turns": said.turns, "text": said.text, "redacted": said.redacted, "redacted_text": said.redacted_text}
    analysis = an_analysis(call, **fields)
    store.findings.save_analyses([Analysed(analysis, None)], [linked(call, "C1")], now=NOW)
    mask_recording(store, call.id)
    assert len(list(store.blobs.keys())) == 2
    erase_customers(store, settings, ["C1"], actor="cli")
    assert list(store.blobs.keys()) == []
    assert store.masked_audio.get(call.id) is None


def test_retention_of_recordings_takes_the_copy_too(store: Store, tmp_path: Path) -> None:
    call = a_recording(store, tmp_path)
    understood(store, call)
    mask_recording(store, call.id)
    (due,) = expiries(store, Settings(retention_audio="call=1"), now=NOW + timedelta(days=30))
    assert expire(store, due) == 1
    assert list(store.blobs.keys()) == []
    assert store.findings.analysis(call.id) is not None
