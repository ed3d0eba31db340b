"""What the tests of the intake share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from voc.settings import settings


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set ``VOC_…`` variables for one test: ``set_to(time_zone="Europe/Paris")``."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"VOC_{name.upper()}", value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()
