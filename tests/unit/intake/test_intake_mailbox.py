"""A mailbox is cut where messages begin, however it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voc.intake import limits
from voc.intake.email import mailbox
from voc.intake.email.mailbox import messages_in

LINES = st.sampled_from(
    (
        *("\n", "\r\n", "From a@b.c Mon Oct 12 10:00:00 2026\n", "From \n", "From here on all is well again\n"),
        *("From: Zoé <zoe@example.com>\n", "hello\n", ">From then on\n", ">>From him\n", "> From her\n", "From", "x"),
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=14).map("".join), st.integers(1, 60))
def test_it_is_cut_alike_whatever_is_read_at_once(tmp_path: Path, written: str, at_once: int) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(written.encode())
    whole = list(messages_in(path))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mailbox, "_BLOCK_BYTES", at_once)
        assert list(messages_in(path)) == whole


def test_sentences_that_begin_as_a_message_does_part_none(tmp_path: Path) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(
        b"\nFrom a@b.c Mon Oct 12 10:00:00 2026\nSubject: one\n\nFrom here on all is well again\nto the end.\n"
        b">From me\n\nFrom here on too, and a blank line stood above.\n\nFrom d\nSubject: two\n\n>>From him\n"
    )
    assert list(messages_in(path)) == [
        b"Subject: one\n\nFrom here on all is well again\nto the end.\nFrom me\n\n"
        b"From here on too, and a blank line stood above.\n\n",
        b"Subject: two\n\n>From him\n",
    ]


def test_a_message_too_large_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EMAIL_BYTES", 100)
    path = tmp_path / "box.mbox"
    path.write_bytes(b"From a\nSubject: one\n\n" + b"words\n" * 50 + b"\nFrom b\nSubject: two\n\nwords\n")
    assert list(messages_in(path)) == [None, b"Subject: two\n\nwords\n"]
