"""Requests to an address somebody typed in reach the internet, and of the private network only what was named."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import httpx
import pytest

from voc.errors import InputError, SettingsError
from voc.outbound import Allowed, Outbound, RefusedAddressError, is_public

PUBLIC = "93.184.215.14"


@pytest.fixture
def server() -> Iterator[int]:
    """A server on loopback; ``/away`` redirects to itself under another name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/away" else 200)
            if self.path == "/away":
                self.send_header("Location", f"http://inside.example:{self.server.server_address[1]}/")
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write((self.headers["Host"] + " " * 5)[:5].encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running.server_address[1]
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "168.63.129.16", "100.100.100.200", "192.0.2.1"),
        *("::", "::1", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:a00:1", "::7f00:1"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:db8::1"),
        "2001:0:7f00:1::1",  # Teredo of a server on loopback
    ],
)
def test_what_is_not_of_the_internet_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_of_the_internet_is(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:9/x", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data"),
        *("http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0/", "http://[::ffff:127.0.0.1]/"),
    ],
)
def test_a_private_address_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(RefusedAddressError) as refused:
        Outbound().check_url(url)
    assert refused.value.code == "outbound_private"


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "//example.com", "example.com", ""),
        *("http://", "https://user:secret@example.com/", "http://a b/", "http://①②⑦.0.0.1/", "https://[::1"),
        "https://example.com/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        Outbound(resolver=lambda host, port: [PUBLIC]).check_url(url)
    assert refused.value.code == "outbound_url"
    assert "secret" not in str(refused.value)


def test_a_host_that_cannot_be_looked_up_now_is_taken_and_looked_at_again() -> None:
    """A name server that is away for a minute must not keep anybody from saving a rule."""

    def away(host: str, port: int) -> list[str]:
        raise OSError("no answer")

    assert Outbound(resolver=away).check_url("https://hooks.example.com/T1") == "https://hooks.example.com/T1"
    with Outbound(resolver=away).client() as client, pytest.raises(httpx.ConnectError):
        client.get("https://hooks.example.com/T1")


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(RefusedAddressError):
        Outbound(resolver=lambda host, port: [PUBLIC, "10.1.2.3"]).check_url("https://two.example/")


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(server: int) -> None:
    """DNS rebinding: what is connected to is what was looked at."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    outbound = Outbound(resolver=lambda host, port: next(answers))
    url = outbound.check_url(f"http://rebind.example:{server}/")
    with outbound.client() as client, pytest.raises(RefusedAddressError):
        client.get(url)


def test_a_redirect_into_the_private_network_is_not_followed(server: int) -> None:
    """The first host is allowed, the one it sends to is not."""
    outbound = Outbound("front.example", resolver=lambda host, port: ["127.0.0.1"])
    with outbound.client(follow_redirects=True) as client, pytest.raises(RefusedAddressError) as refused:
        client.get(f"http://front.example:{server}/away")
    assert refused.value.parameters == {"host": "inside.example"}


def test_what_is_allowed_is_reached_under_its_own_name(server: int) -> None:
    outbound = Outbound("front.example", resolver=lambda host, port: ["127.0.0.1"])
    with outbound.client() as client:
        assert client.get(f"http://front.example:{server}/").text == "front"


def test_the_next_address_is_tried_where_one_does_not_answer(server: int) -> None:
    outbound = Outbound("127.0.0.0/8", resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    with outbound.client() as client:
        assert client.get(f"http://two.example:{server}/").status_code == 200
    outbound.connect("two.example", server).close()


def test_a_socket_for_other_protocols_is_guarded_too(server: int) -> None:
    with pytest.raises(RefusedAddressError):
        Outbound().connect("localhost", server)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, server: int) -> None:
    """A proxy would look the name up itself, past the guard."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Outbound("127.0.0.1").client() as client:
        assert client.get(f"http://127.0.0.1:{server}/").status_code == 200


@pytest.mark.parametrize("setting", ["10.0.0.0/99", "http://hooks", "a b"])
def test_a_setting_that_cannot_be_understood_is_said(setting: str) -> None:
    with pytest.raises(SettingsError):
        Outbound(setting)


def test_what_may_be_reached_is_read_from_the_setting() -> None:
    allowed = Allowed.of("Hooks.Internal, 10.0.0.0/8, ::1,")
    assert allowed.lets("hooks.internal", ip_address("192.168.0.1"))
    assert allowed.lets("any", ip_address("10.9.9.9"))
    assert allowed.lets("any", ip_address("::ffff:10.9.9.9"))
    assert not allowed.lets("any", ip_address("192.168.0.1"))
    assert Allowed.of("*").lets("any", ip_address("127.0.0.1"))
