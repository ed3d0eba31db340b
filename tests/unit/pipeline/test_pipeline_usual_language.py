"""What a caller usually speaks is told to whoever transcribes their next recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, a_customer, an_interaction, understood

from voc.pipeline.ingestion import Intake
from voc.store import Store


@pytest.mark.parametrize(("phone", "usual"), [("+33612345678", "en"), ("+33698765432", None)])
def test_a_caller_who_is_known_is_read_in_their_language(
    store: Store,
    reception: Intake,
    analyser: Any,
    work: Callable[[], None],
    recording: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    phone: str,
    usual: str | None,
) -> None:
    told: list[str | None] = []
    transcribe = analyser.transcribe

    def heard(interaction: Any, *, path: Path, usual_language: str | None) -> Any:
        told.append(usual_language)
        return transcribe(interaction, path=path)

    monkeypatch.setattr(analyser, "transcribe", heard)
    store.customers.save([a_customer("C1", phones=["+33612345678"])], now=NOW)
    understood(store, an_interaction(1), customer="C1", language="en")
    reception.receive_path(recording(f"20261103-101500_{phone.replace('+33', '0')}_agent12.wav"))
    work()
    assert told == [usual]
