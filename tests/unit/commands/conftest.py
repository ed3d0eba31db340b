"""What tests of commands ask for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from click.testing import CliRunner, Result

from voc.cli import main
from voc.settings import Settings
from voc.store import Store, open_store


@pytest.fixture
def voc(settings: Settings) -> Iterator[Callable[..., Result]]:
    """Runs a command in a home of its own; handlers a command gave the loggers are taken back."""
    handlers, level = list(logging.root.handlers), logging.root.level
    yield lambda *arguments: CliRunner().invoke(main, [str(one) for one in arguments])
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(open_store(settings)) as opened:
        yield opened
