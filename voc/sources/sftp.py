"""A folder of a server that is reached over SFTP; the server is known by its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

from voc.errors import InputError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.addresses import CONNECT_SECONDS, address_of
from voc.sources.contract import Field, Reached, in_catalogue
from voc.sources.remote_files import PATTERN, SETTLED, RemoteFiles, after_field


class Sftp(RemoteFiles):
    """Files are taken once they have stopped growing."""

    name: ClassVar[str] = "sftp"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.sftp.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.sftp.about")
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "sftp",
        Field("host", required=True),
        Field("port", type="number", default=22, least=1, most=65535),
        Field("user", required=True),
        Field("path", required=True),
        Field(
            "host_key",
            required=True,
        ),
        PATTERN,
        after_field("move"),
        SETTLED,
        Field("password", type="secret"),
        Field("private_key", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        _known_host(str(options["host_key"]))
        if not str(options["path"]).startswith("/"):
            raise InputError("path: write the whole path, from /.", code="source_path_not_whole", folder="path")

    def move(self, fs: Any, path: str, target: str) -> None:
        """Rename on the server; the library's own way deletes the file where the server cannot."""
        from fsspec.asyn import sync

        async def rename() -> None:
            async with fs._pool.get() as channel:
                await channel.rename(path, target)

        sync(fs.loop, rename)

    def settle_seconds(self, reached: Reached) -> float:
        """See :meth:`RemoteFiles.settle_seconds`."""
        return float(reached.options["settle_seconds"])

    @contextmanager
    def opened(self, reached: Reached) -> Iterator[tuple[Any, str]]:
        """See :meth:`RemoteFiles.opened`."""
        asyncssh, sshfs = _libraries()
        options, secrets = reached.options, reached.secrets
        address = address_of(str(options["host"]), int(options["port"]), reached.settings)
        keys = [asyncssh.import_private_key(secrets["private_key"] + "\n")] if "private_key" in secrets else None
        try:
            fs = sshfs.SSHFileSystem(
                address,
                port=int(options["port"]),
                username=str(options["user"]),
                password=secrets.get("password"),
                client_keys=keys,
                agent_path=None,
                config=None,
                known_hosts=_known_host(str(options["host_key"])),
                connect_timeout=CONNECT_SECONDS,
                skip_instance_cache=True,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise InputError(
                f"{reached.name}: the server shows another key than the one that was named; find out why before "
                "anything is sent there.",
                code="source_host_key",
            ) from error
        except asyncssh.PermissionDenied as error:
            raise InputError(
                f"{reached.name}: refuses the credentials; check them.", code="source_credentials", host=reached.name
            ) from error
        try:
            yield fs, str(options["path"])
        finally:
            with suppress(Exception):  # else it is closed when it is forgotten
                fs._finalize(fs.loop, fs._pool, fs._stack)


def _known_host(key: str) -> Any:
    """The server's key as what the library compares with, whatever the address.

    Raises:
        InputError: it is no public key.
    """
    asyncssh, _ = _libraries()
    words = key.split()
    found = next((words[n : n + 2] for n, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-"))), [])
    try:
        asyncssh.import_public_key(" ".join(found))  # a list of known hosts passes over what it cannot read
    except (ValueError, asyncssh.KeyImportError) as error:
        raise InputError(
            "host_key: is no public key of a server; take a line of ssh-keyscan.",
            code="source_field_wrong",
            field="host_key",
        ) from error
    return asyncssh.import_known_hosts(f"* {' '.join(found)}\n")


def _libraries() -> tuple[Any, Any]:
    try:
        import asyncssh
        import sshfs
    except ImportError as error:
        raise InputError(
            "sftp: its library is missing; pip install 'voc[sftp]'.", code="source_library", name="sshfs"
        ) from error
    return asyncssh, sshfs
