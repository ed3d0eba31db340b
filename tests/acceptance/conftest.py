"""The browser that the tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser_support import browser, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """Chromium; without it these tests fail and say what to install."""
    try:
        chromium_path()
    except FileNotFoundError as error:
        pytest.fail(str(error))
    with browser() as found:
        yield found
