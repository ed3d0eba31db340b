"""Serving: the application under uvicorn, with worker processes beside it."""

from __future__ import annotations

import logging
import signal
import socket
from types import FrameType

from api.access import is_loopback
from voc.errors import SettingsError
from voc.settings import Settings

log = logging.getLogger("voc.server")


def run(settings: Settings) -> None:
    """Serve the API and the pages until stopped, keeping ``settings.workers`` workers alive.

    Raises:
        SettingsError: the address is not loopback while no key exists, or it is taken or not this machine's.
    """
    import uvicorn

    from api.app import create_app
    from voc.pipeline.supervisor import Supervisor
    from voc.store import open_store

    store = open_store(settings)
    try:
        check_address(settings, any_key=store.access.any_live())
        listening = bound(settings)
        app = create_app(store, settings)
        # uvicorn's own access log would write paths and queries, and with them people's names (api.middleware).
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=5
        )
        supervisor = Supervisor(settings.workers)
        supervisor.start()
        log.info("serving on %s", address(settings))
        # uvicorn hands a signal on after its own shutdown; the workers are to be ended before this process is.
        signal.signal(signal.SIGTERM, _leave)
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            log.info("stopped")
        finally:
            supervisor.stop()
    finally:
        store.close()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def address(settings: Settings) -> str:
    """The address to open in a browser."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def check_address(settings: Settings, *, any_key: bool) -> None:
    """Refuse to be reachable from elsewhere without a key.

    Raises:
        SettingsError: bound beyond loopback and no key is in force.
    """
    if not is_loopback(settings.host) and not any_key:
        raise SettingsError(
            f"VOC_HOST={settings.host}: others could reach this server and no key exists; "
            "make one first with `voc keys create NAME --role admin`."
        )


def bound(settings: Settings) -> socket.socket:
    """The listening socket, so that a taken port is one clear line before anything starts.

    Raises:
        SettingsError: the port is taken or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"{settings.host}:{settings.port}: {error.strerror or error}; stop what uses it or choose --port."
        ) from error
    return listening
