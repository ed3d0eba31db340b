"""Transcription for somebody who waits for it: nothing of the file or its words is kept."""

from __future__ import annotations

from voc.service.actor import Actor
from voc.service.asked_of_pipeline import NotTranscribed, Transcribed
from voc.service.context import Service
from voc.service.uploads import SentFile
from voc.service.use_cases import use_case

__all__ = ["NotTranscribed", "Transcribed", "answer", "ask", "forget"]


@use_case("analyst")
def ask(service: Service, actor: Actor, file: SentFile, *, language: str | None, prompt: str = "") -> str:
    """Queue the transcription of a file; returns the id to ask for it by.

    Args:
        prompt: words and names to expect, or what was said before.
    """
    return service.pipeline.ask_transcription(file.stream, filename=file.filename, language=language, prompt=prompt)


@use_case("analyst")
def answer(service: Service, actor: Actor, asked_id: str) -> Transcribed | NotTranscribed | None:
    """The transcript, why there will be none, or ``None`` while it is being made."""
    return service.pipeline.asked_transcription(asked_id)


@use_case("analyst")
def forget(service: Service, actor: Actor, asked_id: str) -> None:
    """Remove the file and its words."""
    service.pipeline.forget_transcription(asked_id)
