"""Requests that leave this machine for an address somebody typed in: webhooks, trackers, feeds, mailboxes.

Such an address must not open what only this machine can reach (server-side request forgery). A host is resolved once,
every address it has is looked at, and the connection goes to an address that was looked at: a name that answers
otherwise the second time gains nothing. Redirects and pooled connections go the same way, since it is the opening of a
connection that is guarded, not the writing of a URL.

Private networks are refused unless ``VOC_OUTBOUND_ALLOW`` names them.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpcore
import httpx

from voc.errors import InputError, SettingsError

__all__ = ["Allowed", "Outbound", "RefusedAddressError"]

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve: TypeAlias = Callable[[str, int], list[str]]
"""Host and port → the addresses the host has, in the order they are to be tried."""

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
URL_CHARS = 2000
SCHEMES = ("https", "http")

_EMBEDS_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
"""Prefixes whose last 32 bits are an IPv4 address (RFC 6052, RFC 4291); 6to4 and Teredo are known to ``ipaddress``."""
_OF_THE_HOST = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("64:ff9b:1::/48"))
"""Public by their number, and yet not of the internet: a cloud's own service to its machines; local-use NAT64."""


class RefusedAddressError(InputError):
    """An address that requests of this service must not go to; the message names the host."""


@dataclass(frozen=True)
class Allowed:
    """Private places that may be reached all the same."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    everything: bool = False

    @classmethod
    def of(cls, setting: str) -> Allowed:
        """What ``VOC_OUTBOUND_ALLOW`` says: host names, addresses, networks (10.0.0.0/8), or ``*``.

        Raises:
            SettingsError: a part of it is none of these.
        """
        hosts, networks, everything = set(), [], False
        for part in (one.strip().lower().rstrip(".") for one in setting.split(",")):
            if not part:
                continue
            if part == "*":
                everything = True
            elif "/" in part or _address(part) is not None:
                try:
                    networks.append(ipaddress.ip_network(part, strict=False))
                except ValueError as error:
                    raise SettingsError(f"VOC_OUTBOUND_ALLOW: '{part}' is no network; write 10.0.0.0/8.") from error
            elif all(letter.isalnum() or letter in "-._" for letter in part):
                hosts.add(part)
            else:
                raise SettingsError(f"VOC_OUTBOUND_ALLOW: '{part}' is no host name, address or network.")
        return cls(frozenset(hosts), tuple(networks), everything)

    def lets(self, host: str, address: Address) -> bool:
        """Whether ``address``, which ``host`` was resolved to, may be connected to."""
        if self.everything or is_public(address) or host.lower().rstrip(".") in self.hosts:
            return True
        seen = {address, *_embedded(address)}
        return any(one.version == network.version and one in network for one in seen for network in self.networks)


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, and so is every IPv4 address it stands for."""
    embedded = tuple(_embedded(address))
    if embedded:
        return all(is_public(one) for one in embedded)
    if any(address.version == network.version and address in network for network in _OF_THE_HOST):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _embedded(address: Address) -> Iterable[Address]:
    if not isinstance(address, ipaddress.IPv6Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif int(address) > 1 and any(address in network for network in _EMBEDS_IPV4):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host by the resolver of this machine, each once.

    Raises:
        OSError: it has none, or they cannot be asked for now.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Outbound:
    """The way out. ``client()`` is for HTTP; :meth:`connect` gives a socket for whatever speaks another protocol.

    Args:
        allow: private places that may be reached, as ``VOC_OUTBOUND_ALLOW`` has them.
        resolver: looks hosts up; the machine's own unless a test brings one.

    Raises:
        SettingsError: ``allow`` cannot be understood.
    """

    def __init__(self, allow: str = "", *, resolver: Resolve = resolve) -> None:
        self.allowed = Allowed.of(allow)
        self._resolve = resolver

    def check_url(self, url: str) -> str:
        """The URL, if requests may go there as far as can be told now; for when somebody types it in.

        A host that cannot be looked up at this moment passes: it is looked at again before each connection.

        Raises:
            InputError: it is no ``http(s)://`` URL, or carries a name and password (``outbound_url``).
            RefusedAddressError: it leads into a private network (``outbound_private``).
        """
        try:
            parsed = httpx.URL(url.strip())
            host, port = parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80)
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise _bad_url() from error
        if parsed.scheme not in SCHEMES or not host or parsed.userinfo or len(url) > URL_CHARS:
            raise _bad_url()
        if "%" in host and ":" not in host:  # what no host name may hold was escaped
            raise _bad_url()
        with suppress(OSError):
            self.addresses(host, port)
        return str(parsed)

    def addresses(self, host: str, port: int) -> list[str]:
        """Addresses of ``host`` that may be connected to. One private address among public ones refuses all of them.

        Raises:
            RefusedAddressError: one of them must not be connected to.
            OSError: the host cannot be looked up.
        """
        try:
            found = self._resolve(host, port)
        except UnicodeError as error:  # a label of more than 63 characters
            raise OSError("not a host name") from error
        for text in found:
            address = _address(text)
            if address is None or not self.allowed.lets(host, address):
                raise RefusedAddressError(
                    f"{host}: is an address of a private network; name it in VOC_OUTBOUND_ALLOW if it may be reached.",
                    code="outbound_private",
                    host=host,
                )
        if not found:
            raise OSError("no address")
        return found

    def connect(self, host: str, port: int, *, timeout: float = CONNECT_SECONDS) -> socket.socket:
        """An open TCP connection to ``host``; wrap it with ``server_hostname=host`` for TLS.

        Raises:
            RefusedAddressError: the host must not be connected to.
            OSError: it cannot be looked up, or none of its addresses answers within ``timeout`` seconds.
        """
        last: OSError | None = None
        for address in self.addresses(host, port):
            try:
                return socket.create_connection((address, port), timeout=timeout)
            except OSError as error:
                last = error
        raise last or OSError("no address")

    def client(
        self, *, timeout: float = READ_SECONDS, follow_redirects: bool = False, headers: dict[str, str] | None = None
    ) -> httpx.Client:
        """An HTTP client whose every connection is guarded; proxies of the environment are not used.

        Its requests raise :class:`RefusedAddressError` for a host that must not be reached, and ``httpx.HTTPError``
        for what else goes wrong. Close it, or use it in a ``with`` statement.
        """
        return httpx.Client(
            transport=_GuardedTransport(self),
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            follow_redirects=follow_redirects,
            max_redirects=5,
            trust_env=False,
            headers={"User-Agent": "voc", **(headers or {})},
        )


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool that opens connections by :class:`_GuardedBackend`."""

    def __init__(self, outbound: Outbound) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=10,
            keepalive_expiry=5.0,
            network_backend=_GuardedBackend(outbound),
        )


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to addresses that were looked at. TLS still asks for the certificate of the host's name."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._outbound.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: cannot be looked up.") from error
        for address in addresses[:-1]:
            try:
                return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("a socket of this machine is not an address to go to")

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


def _bad_url() -> InputError:
    return InputError(
        "url: is no address to send to; write https://… without a name and password in it.", code="outbound_url"
    )
