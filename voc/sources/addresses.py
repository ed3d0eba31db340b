"""Which machines sources may connect to: public ones, and those inside the company that VOC_SOURCE_PRIVATE names.

What is connected to is the address that was checked, so that a name cannot mean another machine a moment later.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from voc.errors import InputError, SettingsError
from voc.settings import Settings

CONNECT_SECONDS = 20.0
READ_SECONDS = 60.0

Address = IPv4Address | IPv6Address


def address_of(host: str, port: int, settings: Settings) -> str:
    """The address to connect to for ``host``.

    Raises:
        InputError: there is no such host, or it is one that sources may not connect to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"{host[:100]}: no machine of that name was found; check the name, or the network of this machine.",
            code="source_unknown_host",
            host=host[:100],
        ) from error
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    allowed = [one for one in addresses if _is_allowed(host, one, settings)]
    if not allowed:
        raise InputError(
            f"{host[:100]}: lies inside a private network, where sources may not connect; name it in "
            "VOC_SOURCE_PRIVATE if it is meant.",
            code="source_private_address",
            host=host[:100],
        )
    return str(allowed[0])


def connect(host: str, port: int, settings: Settings) -> socket.socket:
    """A connection to an allowed address of ``host``.

    Raises:
        InputError: it may not be connected to, or does not answer.
    """
    address = address_of(host, port, settings)
    try:
        made = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    except OSError as error:
        raise unreachable(host, error) from error
    made.settimeout(READ_SECONDS)
    return made


def unreachable(host: str, error: BaseException) -> InputError:
    """What to say of a machine that does not answer, or breaks off; never with the error's own words."""
    why = getattr(error, "strerror", None) or type(error).__name__
    return InputError(f"{host[:100]}: does not answer ({why}).", code="source_unreachable", host=host[:100], why=why)


def _is_allowed(host: str, address: Address, settings: Settings) -> bool:
    plain: Address = getattr(address, "ipv4_mapped", None) or address
    if plain.is_global and not plain.is_multicast:
        return True
    for one in (part.strip().lower() for part in settings.source_private.split(",")):
        if not one:
            continue
        if one == host.lower().rstrip("."):
            return True
        try:
            network = ip_network(one, strict=False)
        except ValueError:
            if "/" in one:
                raise SettingsError(f"VOC_SOURCE_PRIVATE: '{one}' is neither a host nor a network.") from None
            continue
        if plain in network:
            return True
    return False
