"""The command line: every command explains itself, and what goes wrong is one line and exit status 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import Result
from makers import NOW, a_customer, an_interaction, understood

from voc.cli import main
from voc.commands.options import mapping_of, roles_of
from voc.errors import InputError
from voc.store import Store, open_store
from voc.store.workers import WorkerRow

Voc = Callable[..., Result]


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


def refused(result: Result) -> str:
    """The one line a refusal is."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.strip().splitlines()
    assert "Traceback" not in result.output
    return line


def test_every_command_explains_itself(voc: Voc) -> None:
    found = [(), *commands(main)]
    assert len(found) > 18
    for command in found:
        result = voc(*command, "--help")
        assert result.exit_code == 0, command
        assert len(result.output.splitlines()) > 3
        assert result.output.count("\n  ") > 1
    for command in found[1:]:
        target: click.Command = main
        for name in command:
            assert isinstance(target, click.Group)
            target = target.commands[name]
        assert target.help, command


def test_the_version_is_said(voc: Voc) -> None:
    assert voc("--version").output.startswith("voc, version ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ingest", "x.csv", "--map", "text"), "voc: --map text: write field=column"),
        (("ingest", "x.csv", "--map", "=Verbatim"), "write field=column"),
        (("ingest", "x.wav", "--roles", "agent,customer", "--role", "agent"), "voc: --roles and --role: give one"),
        (("customers", "import", "none.csv"), "none.csv"),
        (("keys", "revoke", "k0"), "voc: key k0: no such live key; see `voc keys list`."),
        (("export", "what.xyz"), "say --format"),
        (("backup", "x.tar.gz"), "no store yet"),
        (("restore", "none.tar.gz"), "none.tar.gz: no such file"),
        (("models", "verify", "nosuch"), "nosuch"),
        (("models", "pull", "nosuch"), "nosuch"),
    ],
)
def test_what_goes_wrong_is_one_line(voc: Voc, arguments: tuple[str, ...], says: str) -> None:
    line = refused(voc(*arguments))
    assert line.startswith("voc: ")
    assert says in line


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VOC_PORT", "eighty", "VOC_PORT"),
        ("VOC_DATABASE_URL", "mysql://h/voc", "VOC_DATABASE_URL: 'mysql' is not supported"),
        ("VOC_BLOBS_URL", "nosuch://b", "VOC_BLOBS_URL"),
    ],
)
def test_a_wrong_setting_is_one_line(
    voc: Voc, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    from voc.settings import settings as settings_in_force

    monkeypatch.setenv(name, value)
    settings_in_force.cache_clear()
    assert says in refused(voc("keys", "list"))


def test_debug_shows_the_traceback(voc: Voc) -> None:
    result = voc("--debug", "keys", "revoke", "k0")
    assert isinstance(result.exception, InputError)


def test_an_unknown_command_or_option_is_a_usage_error(voc: Voc) -> None:
    for arguments in (("nosuch",), ("keys", "create", "k", "--role", "owner"), ("search", "x", "--limit", "0")):
        result = voc(*arguments)
        assert result.exit_code == 2
        assert "Error" in result.stderr


def test_mapping_and_roles_are_read_as_they_are_written() -> None:
    assert mapping_of(("text=Verbatim", "date = Le jour ", "note=a=b")) == {
        "text": "Verbatim", "date": "Le jour", "note": "a=b",
    }  # fmt: skip
    assert mapping_of(()) == {}
    assert roles_of("agent, customer,", None) == ("agent", "customer")
    assert roles_of("", "customer") == ("customer",)
    assert roles_of("", None) == ()


def test_a_key_is_shown_once_listed_and_revoked(voc: Voc, store: Store) -> None:
    created = voc("keys", "create", "dashboards", "--role", "analyst")
    assert created.exit_code == 0
    secret = created.stdout.strip()
    key = store.access.check(secret, now=NOW)
    assert key is not None and key.role == "analyst"
    listed = voc("keys", "list").stdout
    assert key.id in listed and "dashboards" in listed and "live" in listed
    assert secret not in listed
    assert voc("keys", "revoke", key.id).stdout == "revoked\n"
    assert "revoked" in voc("keys", "list").stdout
    assert store.access.check(secret, now=NOW) is None
    assert [one.action for one in store.access.trail()] == ["key.revoke", "key.create"]


def test_files_are_taken_in_with_a_line_for_each_that_is_not(voc: Voc, tmp_path: Path) -> None:
    good = tmp_path / "mails.csv"
    good.write_text("id;message\n1;Ma facture\n2;Votre fibre\n")
    result = voc("ingest", good)
    assert (result.exit_code, result.stdout) == (0, "2 accepted, 0 duplicate, 0 failed\n"), result.output
    again = voc("ingest", good, tmp_path / "none.csv")
    assert again.exit_code == 1
    assert again.stdout == "0 accepted, 2 duplicate, 1 failed\n"
    assert [line for line in again.stderr.splitlines() if line.startswith("failed: ")] == [
        f"failed: {tmp_path / 'none.csv'}: no such file; check the path."
    ]


def test_what_waits_without_a_worker_is_said(voc: Voc, tmp_path: Path, store: Store) -> None:
    note = "waiting: no worker is running; start `voc serve` or `voc worker`, or use --wait"
    good = tmp_path / "mails.csv"
    good.write_text("id;message\n1;Ma facture\n2;Votre fibre\n")
    assert note in voc("ingest", good).stderr
    assert note not in voc("ingest", good).stderr  # nothing new waits
    understood(store, an_interaction(3))
    again = voc("reanalyse")
    assert again.stdout.endswith(" queued\n") and again.stdout != "0 queued\n"
    assert note in again.stderr
    now = datetime.now(UTC)
    store.workers.announce(WorkerRow("elsewhere/1/-", host="elsewhere", pid=1, started_at=now, heartbeat_at=now))
    assert note not in voc("reanalyse").stderr


def test_customers_are_imported_and_counted(voc: Voc, tmp_path: Path, store: Store) -> None:
    crm = tmp_path / "crm.csv"
    crm.write_text("customer_id;prenom;nom;telephone\nC1;Zoé;Martin;0612345678\nC2;Bob;Durand;0687654321\n")
    result = voc("customers", "import", crm)
    assert result.exit_code == 0, result.output
    assert result.stdout == "2 new, 0 updated, 0 failed; 0 anonymous interactions found their customer\n"
    assert store.customers.count() == 2


def test_what_was_understood_is_exported_backed_up_and_restored(
    voc: Voc, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voc.settings import settings as settings_in_force

    store.customers.save([a_customer("C1")], now=NOW)
    understood(store, an_interaction(1), customer="C1")
    exported = voc("export", "insights.db")
    assert exported.exit_code == 0, exported.output
    assert (tmp_path / "insights.db").exists()
    assert voc("backup", "all.tar.gz").exit_code == 0
    monkeypatch.setenv("VOC_HOME", str(tmp_path / "other"))
    settings_in_force.cache_clear()
    assert voc("restore", "all.tar.gz").exit_code == 0
    with closing(open_store()) as restored:
        assert restored.interactions.statuses() == {"done": 1}


def test_what_is_in_force_and_missing_is_said(voc: Voc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from voc.settings import settings as settings_in_force

    monkeypatch.setenv("VOC_MODELS_DIR", str(tmp_path / "none"))
    settings_in_force.cache_clear()
    result = voc("doctor")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert all(line.startswith(("ok    ", "FAIL  ")) for line in lines)
    assert any("voc models pull" in line for line in lines if line.startswith("FAIL"))
    assert any("VOC_HOME" in line for line in lines)


def test_weights_are_listed_with_licence_and_hash(voc: Voc) -> None:
    result = voc("models", "list")
    assert result.exit_code == 0
    assert "whisper-base" in result.stdout
    assert "sha256" in result.stdout
    verified = voc("models", "verify", "encoder")
    assert verified.exit_code == 0, verified.output


def test_again_without_anything_to_do_is_no_error(voc: Voc) -> None:
    assert voc("reanalyse", "--failed").stdout == "0 queued\n"


@pytest.mark.parametrize("command", ["ingest", "analyse"])
def test_what_had_no_effect_is_noted_and_fails_nothing(
    voc: Voc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("id,commentaire,date\nA-10001,Très bon accueil,jadis\n", "utf-8")
    monkeypatch.setattr("voc.analysis.pipeline.Analyser", lambda _: SimpleNamespace(analyse=lambda _: []))
    done = voc(command, path, "--roles", "agent,customer")
    assert done.exit_code == 0, done.output
    lines = done.stderr.strip().splitlines()
    notes = [line for line in lines if not line.startswith("waiting: ")]
    assert [line.partition(": ")[0] for line in notes] == ["note", "note"]
    assert "date could not be read" in notes[0] and "no effect" in notes[1]
