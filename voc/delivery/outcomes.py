"""Why a sending did not succeed, told apart by what is to be done about it.

``code`` is a word of a program (``http:500``, ``no_connection``): pages say it in the reader's language, and no address
or answer of somebody else's server is kept.
"""

from __future__ import annotations

from collections.abc import Callable

Begin = Callable[[], bool]
"""Called right before bytes leave; False where it is not (any more) for this process to send."""


class NotSent(Exception):  # noqa: N818 - what becomes of it is told by the kinds below
    """Base of the three: see each."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(NotSent):
    """It did not arrive, and may another time: no connection, a server that is busy or broken."""


class Refused(NotSent):
    """It did not arrive, and will not: the address is wrong, or whoever is there does not want it."""


class Unsure(NotSent):
    """It left, and nobody knows whether it arrived."""
