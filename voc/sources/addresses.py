"""Which machines sources connect to: those that :mod:`voc.outbound` lets, at an address that was looked at."""

from __future__ import annotations

import socket

from voc.errors import InputError
from voc.outbound import Outbound
from voc.settings import Settings

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0


def address_of(host: str, port: int, settings: Settings) -> str:
    """The address to connect to for ``host``, for libraries that open connections themselves.

    Raises:
        InputError: there is no such host, or it is one that may not be connected to (``outbound_private``).
    """
    try:
        return Outbound(settings.outbound_allow).addresses(host, port)[0]
    except OSError as error:
        raise InputError(
            f"{host[:100]}: no machine of that name was found; check the name, or the network of this machine.",
            code="source_unknown_host",
            host=host[:100],
        ) from error


def connect(host: str, port: int, settings: Settings) -> socket.socket:
    """A connection to ``host``.

    Raises:
        InputError: it may not be connected to, or does not answer.
    """
    try:
        made = Outbound(settings.outbound_allow).connect(host, port, timeout=CONNECT_SECONDS)
    except OSError as error:
        raise unreachable(host, error) from error
    made.settimeout(READ_SECONDS)
    return made


def unreachable(host: str, error: BaseException) -> InputError:
    """What to say of a machine that does not answer, or breaks off; never with the error's own words."""
    why = getattr(error, "strerror", None) or type(error).__name__
    return InputError(f"{host[:100]}: does not answer ({why}).", code="source_unreachable", host=host[:100], why=why)
