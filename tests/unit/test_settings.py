"""Settings: a variable over voc.toml over the default; what is wrong is one line that names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from voc.errors import SettingsError
from voc.settings import Settings
from voc.settings import settings as settings_in_force


@pytest.fixture
def read(settings: Settings):  # type: ignore[no-untyped-def]
    """Reads the settings in force anew."""

    def again() -> Settings:
        settings_in_force.cache_clear()
        return settings_in_force()

    return again


def test_without_anything_they_are_the_defaults(read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.delenv("VOC_HOME")
    found = read()
    assert found.home == Path(".voc")
    assert (found.host, found.port, found.workers) == ("127.0.0.1", 8000, 1)
    assert found.database == f"sqlite:///{tmp_path / '.voc' / 'voc.db'}"
    assert found.blobs == str(tmp_path / ".voc" / "blobs")


def test_a_variable_outweighs_the_file_and_the_file_the_default(  # type: ignore[no-untyped-def]
    read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "voc.toml").write_text('port = 9000\nworkers = 3\nwhisper_model = "small"\n')
    monkeypatch.setenv("VOC_PORT", "9001")
    found = read()
    assert (found.port, found.workers, found.whisper_model) == (9001, 3, "small")


def test_two_urls_move_a_user_to_a_server_and_a_bucket(read, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("VOC_DATABASE_URL", "postgresql://db/voc")
    monkeypatch.setenv("VOC_BLOBS_URL", "s3://bucket/voc")
    found = read()
    assert (found.database, found.blobs) == ("postgresql://db/voc", "s3://bucket/voc")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VOC_PORT", "eighty"),
        ("VOC_PORT", "70000"),
        ("VOC_WORKERS", "-1"),
        ("VOC_THREADS", "-2"),
        ("VOC_MAX_UPLOAD_MB", "0"),
        ("VOC_LANGUAGE", "de"),
        ("VOC_UI_LANGUAGE", "klingon"),
    ],
)
def test_what_is_wrong_is_one_line_that_names_it(  # type: ignore[no-untyped-def]
    read, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as raised:
        read()
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_toml_is_one_line(read, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "voc.toml").write_text("port = = 3")
    with pytest.raises(SettingsError, match=r"voc\.toml") as raised:
        read()
    assert "\n" not in str(raised.value)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
