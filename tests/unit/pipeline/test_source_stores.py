"""Buckets and SFTP servers, by real servers on this machine: each file once, with its side file, moved or left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import s3fs
from botocore.exceptions import EndpointConnectionError
from other_servers import Running, s3_client, s3_server, sftp_server

from voc.errors import InputError
from voc.outbound import Outbound
from voc.settings import Settings
from voc.sources import kind
from voc.sources.object_store import STORES
from voc.sources.object_store import Store as ObjectStoreKind
from voc.store import Filters, Store
from voc.store.source_runs import SourceRun

pytestmark = pytest.mark.integration  # real S3 and SFTP servers

RunSource = Callable[..., SourceRun]
CSV = "id;message;date\n{0}-1;Ma facture {0};2026-11-09\n"


@pytest.fixture(scope="module")
def s3() -> Iterator[Running]:
    with s3_server() as server:
        yield server


@pytest.fixture
def bucket(s3: Running, request: pytest.FixtureRequest) -> tuple[str, Any]:
    client = s3_client(s3.port)
    name = f"b{abs(hash(request.node.name))}"
    client.create_bucket(Bucket=name)
    return name, client


@pytest.fixture
def s3_options(s3: Running, bucket: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("VOC_SOURCE_KEY", "key")
    monkeypatch.setenv("VOC_SOURCE_SECRET", "secret")
    return {"bucket": bucket[0], "endpoint": f"http://127.0.0.1:{s3.port}", "region": "us-east-1", "prefix": "in/"}


SECRETS = {"key_id": "env:VOC_SOURCE_KEY", "secret_key": "env:VOC_SOURCE_SECRET"}


def test_objects_come_once_with_what_lies_beside_them(
    store: Store, run_source: RunSource, bucket: tuple[str, Any], s3_options: dict[str, Any], recording: Any,
    local_machines: Settings,
) -> None:  # fmt: skip
    name, client = bucket
    client.put_object(Bucket=name, Key="in/2026/a.csv", Body=CSV.format("a").encode())
    client.put_object(Bucket=name, Key="in/call.wav", Body=recording().read_bytes())
    client.put_object(Bucket=name, Key="in/call.json", Body=json.dumps({"call_id": "77"}).encode())
    client.put_object(Bucket=name, Key="in/.hidden.csv", Body=CSV.format("h").encode())
    client.put_object(Bucket=name, Key="elsewhere/b.csv", Body=CSV.format("b").encode())
    run = run_source("s3", s3_options, secrets=SECRETS)
    assert (run.status, run.taken, run.accepted, run.refused, run.reason) == ("done", 2, 2, 0, None)
    ids = [one.id for one in store.interactions.page(Filters(), limit=10).items]
    assert {one.external_id for one in store.interactions.records(ids)} == {"77", "a-1"}
    assert run_source("s3", s3_options).taken == 0
    client.put_object(Bucket=name, Key="in/2026/a.csv", Body=CSV.format("changed").encode())
    assert run_source("s3", s3_options).accepted == 1
    assert not any((local_machines.home / "sources" / "s3").iterdir())  # nothing stays on this machine


def test_objects_may_be_moved_out_of_the_way(
    run_source: RunSource, bucket: tuple[str, Any], s3_options: dict[str, Any], local_machines: Settings
) -> None:
    name, client = bucket
    client.put_object(Bucket=name, Key="in/a.csv", Body=CSV.format("a").encode())
    client.put_object(Bucket=name, Key="in/bad.bin", Body=bytes(range(256)) * 20)
    run = run_source("s3", s3_options | {"after": "move"}, secrets=SECRETS)
    assert (run.taken, run.refused, run.reason) == (1, 1, None)
    keys = [one["Key"] for one in client.list_objects_v2(Bucket=name)["Contents"]]
    assert keys == ["in/done/a.csv", "in/failed/bad.bin"]
    assert run_source("s3", s3_options).taken == 0


def test_a_bucket_that_is_not_there_is_said(
    run_source: RunSource, s3_options: dict[str, Any], local_machines: Settings
) -> None:
    run = run_source("s3", s3_options | {"bucket": "nowhere"}, secrets=SECRETS)
    assert (run.status, run.code) == ("failed", "source_folder_missing")


def test_an_endpoint_inside_the_company_is_not_reached_unless_it_is_allowed(
    run_source: RunSource, s3_options: dict[str, Any]
) -> None:
    run = run_source("s3", s3_options, secrets=SECRETS)
    assert (run.status, run.code) == ("failed", "outbound_private")


def test_a_secret_that_is_not_there_ends_the_run_with_its_place(
    run_source: RunSource, s3_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOC_SOURCE_SECRET")
    run = run_source("s3", s3_options, secrets=SECRETS)
    assert (run.status, run.code) == ("failed", "source_secret_missing")
    assert run.parameters == {"field": "secret_key", "place": "env:VOC_SOURCE_SECRET"}


# --- SFTP -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def sftp_options(
    sftp: tuple[Running, str], tmp_path: Path, settings: Settings, local_machines: Settings
) -> dict[str, Any]:
    (settings.home / "secrets").mkdir(parents=True)
    (settings.home / "secrets" / "sftp").write_text("right\n")
    (tmp_path / "calls").mkdir()
    return {
        "host": "127.0.0.1", "port": sftp[0].port, "user": "voc", "path": str(tmp_path / "calls"),
        "host_key": sftp[1], "settle_seconds": 0.1,
    }  # fmt: skip


PASSWORD = {"password": "file:sftp"}


def test_files_of_a_server_come_once_and_move(
    store: Store, run_source: RunSource, sftp_options: dict[str, Any], recording: Any
) -> None:
    folder = Path(sftp_options["path"])
    (folder / "sub").mkdir()
    (folder / "sub" / "a.csv").write_text(CSV.format("a"), encoding="utf-8")
    recording().rename(folder / "call.wav")
    (folder / "calls.csv").write_text("file;call id\ncall.wav;88\n", encoding="utf-8")
    run = run_source("sftp", sftp_options, secrets=PASSWORD)
    assert (run.status, run.taken, run.accepted, run.reason) == ("done", 2, 2, None)
    assert sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()) == [
        "calls.csv",
        "done/call.wav",
        "done/sub/a.csv",
    ]
    ids = [one.id for one in store.interactions.page(Filters(), limit=10).items]
    assert {one.external_id for one in store.interactions.records(ids)} == {"88", "a-1"}
    assert run_source("sftp", sftp_options).taken == 0


def test_a_server_with_another_key_is_not_spoken_to(run_source: RunSource, sftp_options: dict[str, Any]) -> None:
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVtcHR5ZW1wdHllbXB0eWVtcHR5ZW1wdHllbXB0eWVt"
    run = run_source("sftp", sftp_options | {"host_key": other}, secrets=PASSWORD)
    assert (run.status, run.code) == ("failed", "source_host_key")


def test_wrong_credentials_are_said_without_them(
    run_source: RunSource, sftp_options: dict[str, Any], settings: Settings
) -> None:
    (settings.home / "secrets" / "sftp").write_text("wrong-password\n")
    run = run_source("sftp", sftp_options, secrets=PASSWORD)
    assert (run.status, run.code) == ("failed", "source_credentials")
    assert "wrong-password" not in str(run)


def test_what_is_no_key_is_refused_when_it_is_set(run_source: RunSource, sftp_options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="host_key"):
        run_source("sftp", sftp_options | {"host_key": "ssh-ed25519 not-a-key"})


# --- any object store, by URL ---------------------------------------------------------------------------------------


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """fsspec's own store in memory, as if it were one that can be named."""
    import fsspec

    monkeypatch.setitem(STORES, "memory", ObjectStoreKind("memory", "fsspec", lambda *_: {}))
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs.clear()
    yield fs
    fs.store.clear()


def test_objects_of_any_store_come_once_and_move(
    store: Store, run_source: RunSource, memory: Any, recording: Any, local_machines: Settings
) -> None:
    memory.pipe("/calls/in/2026/a.csv", CSV.format("a").encode())
    memory.pipe("/calls/in/call.wav", recording().read_bytes())
    memory.pipe("/calls/in/call.json", json.dumps({"call_id": "77"}).encode())
    memory.pipe("/calls/in/bad.bin", bytes(range(256)) * 20)
    memory.pipe("/calls/elsewhere/b.csv", CSV.format("b").encode())
    options = {"url": "memory://calls/in/", "after": "move"}
    run = run_source("objects", options)
    assert (run.status, run.taken, run.accepted, run.refused, run.reason) == ("done", 2, 2, 1, None)
    ids = [one.id for one in store.interactions.page(Filters(), limit=10).items]
    assert {one.external_id for one in store.interactions.records(ids)} == {"77", "a-1"}
    assert sorted(memory.find("/calls/in")) == [
        f"/calls/in/{one}" for one in ("done/2026/a.csv", "done/call.json", "done/call.wav", "failed/bad.bin")
    ]
    assert run_source("objects", options).taken == 0


def test_an_s3_bucket_by_its_url(
    run_source: RunSource, bucket: tuple[str, Any], s3_options: dict[str, Any], local_machines: Settings
) -> None:
    name, client = bucket
    client.put_object(Bucket=name, Key="in/a.csv", Body=CSV.format("a").encode())
    client.put_object(Bucket=name, Key="elsewhere/b.csv", Body=CSV.format("b").encode())
    options = {"url": f"s3://{name}/in", "endpoint": s3_options["endpoint"]}
    secrets = {"key_id": "env:VOC_SOURCE_KEY", "key": "env:VOC_SOURCE_SECRET"}
    assert run_source("objects", options, secrets=secrets).accepted == 1
    assert run_source("objects", options, secrets=secrets).taken == 0


def test_a_store_that_is_not_there_is_said(
    run_source: RunSource, s3_options: dict[str, Any], local_machines: Settings
) -> None:
    secrets = {"key_id": "env:VOC_SOURCE_KEY", "key": "env:VOC_SOURCE_SECRET"}
    options = {"url": "s3://nowhere/in", "endpoint": s3_options["endpoint"]}
    run = run_source("objects", options, secrets=secrets)
    assert (run.status, run.code) == ("failed", "source_folder_missing")
    assert run.parameters == {"folder": "s3://nowhere/in"}


def test_an_object_store_inside_the_company_is_not_reached_unless_it_is_allowed(
    run_source: RunSource, bucket: tuple[str, Any], s3_options: dict[str, Any]
) -> None:
    run = run_source("objects", {"url": f"s3://{bucket[0]}/in", "endpoint": s3_options["endpoint"]})
    assert (run.status, run.code) == ("failed", "outbound_private")


NO_STORES = ["file:///etc", "http://example.com/a", "memory://a", "gs://", "az://a:b@c/d", "gs://b/c?x=1", "none", "["]


@pytest.mark.parametrize("url", NO_STORES)
def test_only_object_stores_can_be_named(url: str, settings: Settings) -> None:
    with pytest.raises(InputError) as said:
        kind("objects").check({"url": url, "account": None, "endpoint": None}, settings)
    assert (said.value.code, said.value.parameters) == ("source_field_wrong", {"field": "url"})


@pytest.mark.parametrize(("url", "extra"), [("gs://bucket/calls", "gcs"), ("az://calls", "azure"), ("oss://b", "oss")])
def test_a_library_that_is_missing_is_named(
    url: str, extra: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> Any:
        raise ImportError

    monkeypatch.setattr("fsspec.get_filesystem_class", missing)
    with pytest.raises(InputError, match=rf"pip install 'voc\[{extra}\]'") as said:
        kind("objects").check({"url": url, "account": "a", "endpoint": None}, settings)
    assert said.value.code == "source_library"


def test_what_each_store_is_given(settings: Settings) -> None:
    nothing: dict[str, str | None] = dict.fromkeys(("account", "endpoint", "key_id", "key"))
    account = {"type": "service_account", "project_id": "p"}
    assert STORES["gs"].arguments(nothing | {"key": json.dumps(account)}, settings) == {"token": account}
    assert STORES["gs"].arguments(nothing, settings) == {}
    azure = nothing | {"account": "alize"}
    assert STORES["az"].arguments(azure | {"key": "k=="}, settings) == {"account_name": "alize", "account_key": "k=="}
    assert STORES["az"].arguments(azure | {"key": "?sv=1&sig=x"}, settings)["sas_token"] == "?sv=1&sig=x"
    with pytest.raises(InputError, match="service account"):
        STORES["gs"].arguments(nothing | {"key": "no json"}, settings)


def test_a_name_that_leads_elsewhere_the_second_time_is_not_followed(
    local_machines: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def rebound(host: str, _: int) -> list[str]:
        looked_up.append(host)
        return ["169.254.169.254"]

    monkeypatch.setattr(Outbound.__init__, "__kwdefaults__", {"resolver": rebound})
    fs = STORES["s3"].arguments(
        {"endpoint": "http://store.example.com", "key_id": "k", "key": "s", "account": None}, local_machines
    )
    with pytest.raises(EndpointConnectionError):
        s3fs.S3FileSystem(**fs, skip_instance_cache=True).find("bucket/calls")
    assert looked_up
