"""A bucket, or a part of one, on S3 or any store that speaks its protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from voc.errors import InputError
from voc.locales.catalogue import spoken
from voc.settings import Settings
from voc.sources.addresses import address_of
from voc.sources.contract import Field, Reached, in_catalogue
from voc.sources.http import check_url
from voc.sources.object_network import s3_client_config
from voc.sources.remote_files import PATTERN, RemoteFiles, after_field


class S3(RemoteFiles):
    """Objects are whole when they are seen, so nothing is waited for."""

    name: ClassVar[str] = "s3"
    labels: ClassVar[Mapping[str, str]] = spoken("source_kinds.s3.title")
    about: ClassVar[Mapping[str, str]] = spoken("source_kinds.s3.about")
    fields: ClassVar[tuple[Field, ...]] = in_catalogue(
        "s3",
        Field("bucket", required=True),
        Field("prefix"),
        Field(
            "endpoint",
        ),
        Field("region"),
        PATTERN,
        after_field("leave"),
        Field(
            "key_id",
            type="secret",
        ),
        Field("secret_key", type="secret"),
    )

    def check(self, options: Mapping[str, Any], settings: Settings) -> None:
        """See :meth:`SourceKind.check`."""
        if "/" in str(options["bucket"]) or ":" in str(options["bucket"]):
            raise InputError("bucket: is no name of a bucket.", code="source_field_wrong", field="bucket")
        if options["endpoint"]:
            check_url("endpoint", str(options["endpoint"]))
        _library()

    @contextmanager
    def opened(self, reached: Reached) -> Iterator[tuple[Any, str]]:
        """See :meth:`RemoteFiles.opened`."""
        options = reached.options
        client: dict[str, Any] = {}
        if options["endpoint"]:
            parts = urlsplit(str(options["endpoint"]))
            address_of(str(parts.hostname), parts.port or 443, reached.settings)
            client["endpoint_url"] = options["endpoint"]
        if options["region"]:
            client["region_name"] = options["region"]
        fs = _library().S3FileSystem(
            key=reached.secrets.get("key_id"),
            secret=reached.secrets.get("secret_key"),
            client_kwargs=client,
            use_listings_cache=False,
            skip_instance_cache=True,
            config_kwargs=s3_client_config(reached.settings),
        )
        prefix = str(options["prefix"] or "").strip("/")
        yield fs, "/".join(part for part in (str(options["bucket"]), prefix) if part)


def _library() -> Any:
    try:
        import s3fs
    except ImportError as error:
        raise InputError(
            "s3: its library is missing; pip install 'voc[s3]'.", code="source_library", name="s3fs"
        ) from error
    return s3fs
