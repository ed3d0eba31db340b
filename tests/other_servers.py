"""Servers of other people's software that sources pull from: S3, SFTP, IMAP, HTTP. Each is a process or a thread."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STARTS_WITHIN_S = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for_port(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")


@dataclass
class Running:
    """A server in a process of its own, on a port that stays the same when it is started again."""

    command: list[str]
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def running(command: Callable[[int], list[str]], **environment: str) -> Iterator[Running]:
    port = free_port()
    server = Running(command(port), port, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def s3_server() -> Iterator[Running]:
    """Moto's server: the S3 protocol over HTTP, objects in memory."""
    with running(lambda port: [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]) as server:
        yield server


def s3_client(port: int) -> Any:
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )


SFTP = """
import asyncio, sys, asyncssh
class Door(asyncssh.SSHServer):
    def password_auth_supported(self): return True
    def validate_password(self, user, password): return (user, password) == ("voc", "right")
async def main():
    await asyncssh.create_server(Door, "127.0.0.1", int(sys.argv[1]), server_host_keys=[sys.argv[2]],
                                 sftp_factory=True, allow_scp=False)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@contextmanager
def sftp_server(folder: Path) -> Iterator[tuple[Running, str]]:
    """AsyncSSH's server over the file system of this machine, and its public key."""
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519")
    path = folder / "host_key"
    key.write_private_key(str(path))
    public = key.export_public_key().decode().strip()
    with running(lambda port: [sys.executable, "-c", SFTP, str(port), str(path)]) as server:
        yield server, public


USER, PASSWORD = "voc", "right"


@contextmanager
def pymap_server(folder: Path) -> Iterator[Running]:
    """pymap's server over Maildir folders: what is in them outlives it."""
    from pysasl.hashing import BuiltinHash

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pymap-etc-passwd").write_text(f"{USER}::1000:1000::{folder / USER}:\n")
    digest = BuiltinHash(hash_name="sha256", rounds=1000).hash(PASSWORD).replace(":", "\\:")
    (folder / "pymap-etc-shadow").write_text(f"{USER}:{digest}:::::::\n")
    program = str(Path(sys.executable).with_name("pymap"))
    with running(
        lambda port: [program, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "maildir", str(folder)]
    ) as server:
        yield server


DOVECOT = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
mail_location = maildir:{folder}/mail
first_valid_uid = 0
mail_uid = {uid}
mail_gid = {gid}
default_internal_user = {internal}
default_login_user = {login}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""


def dovecot() -> str | None:
    """Where Dovecot is, also where the caller's path leaves out the folder that Debian puts servers in."""
    return shutil.which("dovecot", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))


@contextmanager
def dovecot_server(*, introspection: str = "http://127.0.0.1:1/") -> Iterator[Running]:
    """Dovecot, where the system has it; access tokens are asked about at ``introspection``."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # a test's own folder is closed to whom it serves mail as
    folder.chmod(0o755)
    port = free_port()
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid()).pw_name
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())  # it serves no mail of root's
    if root:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    (folder / "oauth2.conf").write_text(
        f"introspection_url = {introspection}\nintrospection_mode = post\nusername_attribute = user\n"
    )
    conf = folder / "dovecot.conf"
    conf.write_text(
        DOVECOT.format(
            folder=folder, port=port, uid=owner.pw_uid, gid=owner.pw_gid, password=PASSWORD,
            internal="dovecot" if root else me, login="dovenull" if root else me,
        )
    )  # fmt: skip
    server = Running([str(dovecot()), "-F", "-c", str(conf)], port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Pages:
    """What an HTTP server on this machine answers, by path, and what it was asked."""

    port: int
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def give(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        data = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


@contextmanager
def http_server() -> Iterator[Pages]:
    """The standard library's server in a thread."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path
            headers = {name.lower(): value for name, value in self.headers.items()}
            pages.asked.append((path, headers))
            known = pages.answers.get(path) or pages.answers.get(path.partition("?")[0])
            status, given, body = known or (404, {}, b"")
            if status == 200 and given.get("ETag") and headers.get("if-none-match") == given["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            pages.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pages = Pages(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
