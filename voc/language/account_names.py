"""Names of accounts kept out of what a text means: whom a post speaks to, not what it says.

Read as words they have a mood of their own: "@SomebodyCares It happens with every song" looked glad, because of the
"Cares". Of 90 tweets to a support account, read by hand, 77 had the right sentiment with the name, 84 without.
"""

from __future__ import annotations

import re

ANYBODY = "@user"
"""What stands for every account, as in the posts the encoder was taught with."""
_NAMED = re.compile(r"(?<![\w.@/])@\w{4,}")


def without_account_names(text: str) -> str:
    """``text`` with ``@user`` for every account it names; as long as before, so that places in it stay.

    Addresses (``name@example.org``) and names shorter than "user" are left as they are.
    """
    return _NAMED.sub(lambda named: ANYBODY.ljust(len(named[0])), text)
