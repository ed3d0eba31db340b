"""Starting the server: refuses what is unsafe or impossible in one line, before anything runs."""

from __future__ import annotations

import gc
import socket
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.server import address, bound, check_address
from voc.errors import SettingsError
from voc.settings import Settings
from voc.signing import signing_secret
from voc.store import Store


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "voc.example"])
def test_reachable_from_elsewhere_needs_a_key(host: str) -> None:
    with pytest.raises(SettingsError, match="voc keys create"):
        check_address(Settings(host=host), any_key=False)
    check_address(Settings(host=host), any_key=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_none(host: str) -> None:
    check_address(Settings(host=host), any_key=False)


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port}: .+ choose --port"):
            bound(Settings(port=port))


def test_the_address_can_be_opened() -> None:
    assert address(Settings(port=8001)) == "http://127.0.0.1:8001"
    assert address(Settings(host="::1", port=8001)) == "http://[::1]:8001"


def test_the_signing_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = signing_secret(settings)
    assert len(first) >= 40
    assert signing_secret(settings) == first
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600
    (tmp_path / "home" / "secret").write_text("")
    assert signing_secret(settings) != ""


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="VOC_SECRET"):
        signing_secret(Settings(secret="short"))


def test_what_the_start_made_is_not_collected_again_while_it_serves(store: Store, settings: Settings) -> None:
    before = gc.get_freeze_count()
    with TestClient(create_app(store, settings)):
        assert gc.get_freeze_count() > before
    assert gc.get_freeze_count() == 0
