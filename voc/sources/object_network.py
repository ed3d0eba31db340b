"""How libraries of object stores reach the network: each name at addresses that were looked at, every time anew."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from voc.outbound import Outbound, RefusedAddressError
from voc.settings import Settings

S3_CLIENT: dict[str, Any] = {"connect_timeout": 20, "read_timeout": 60, "retries": {"max_attempts": 2}}
"""How long a store may take, seconds, and how often it is asked again."""


def s3_client_config(settings: Settings) -> dict[str, Any]:
    """What botocore's client is given, so that a name cannot lead into the company once it was checked."""
    return S3_CLIENT | {"connector_args": {"resolver": guarded_resolver(settings), "use_dns_cache": False}}


def guarded_resolver(settings: Settings) -> Any:
    """A resolver for aiohttp that gives no address which may not be connected to."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Guarded(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            """Addresses of ``host``.

            Raises:
                OSError: it has none that may be connected to.
            """
            try:
                found = await asyncio.to_thread(Outbound(settings.outbound_allow).addresses, host, port)
            except RefusedAddressError as error:
                raise OSError(str(error)) from error
            return [
                ResolveResult(
                    hostname=host,
                    host=one,
                    port=port,
                    family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                    proto=socket.IPPROTO_TCP,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
                for one in found
            ]

        async def close(self) -> None:
            """Nothing is held."""

    return Guarded()
