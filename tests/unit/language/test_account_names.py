"""What an account is called is no part of what a post says."""

from __future__ import annotations

import pytest

from voc.language.account_names import without_account_names


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("@BrightCares it stops again", "@user        it stops again"),
        ("Merci @LaBanque et @AutreMarque", "Merci @user     et @user       "),
        ("Écrivez à nora@example.org", "Écrivez à nora@example.org"),
        ("seen at example.org/@someone", "seen at example.org/@someone"),
        ("@Al is away", "@Al is away"),
        ("nothing named", "nothing named"),
    ],
)
def test_every_account_is_anybody_and_no_place_moves(text: str, read: str) -> None:
    assert without_account_names(text) == read
    assert len(without_account_names(text)) == len(text)
