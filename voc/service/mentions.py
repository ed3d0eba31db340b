"""Colleagues named in a comment: ``@lea@example.com`` gets a mail; the comment keeps ``@lea``.

Only addresses of one's own side are written to, those of ``VOC_OWN_ADDRESSES`` and of subscribers: a comment is no way
to send mail to a customer.
"""

from __future__ import annotations

import re

from voc.delivery.mail import checked_address
from voc.errors import InputError
from voc.records import Decision
from voc.service.context import Service

_MENTION = re.compile(r"(?<![\w.@])@(?P<address>(?P<name>[\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
MOST_MENTIONS = 10


def mentioned(service: Service, text: str) -> tuple[str, list[str]]:
    """The text with names in place of addresses, and the addresses, each once.

    Raises:
        InputError: somebody is named who is not of the team, or too many are.
    """
    found = list(dict.fromkeys(one["address"].lower() for one in _MENTION.finditer(text)))
    for address in found:
        if not is_team_address(service, address):
            raise InputError(
                f"@{address}: is nobody of the team; VOC_OWN_ADDRESSES names whose addresses are.",
                code="not_of_the_team",
                address=address,
            )
    if len(found) > MOST_MENTIONS:
        raise InputError(f"at most {MOST_MENTIONS} people in one comment.", code="too_many", n=MOST_MENTIONS)
    return _MENTION.sub(lambda one: f"@{one['name']}", text), found


def is_team_address(service: Service, written: str) -> bool:
    """Whether an address is of one's own side: of its domains, or somebody who gets the digest."""
    try:
        address = checked_address(written).lower()  # one address: of two, the last would vouch for the first
    except InputError:
        return False
    domain = address.rpartition("@")[2]
    ours = [one.strip().lower().removeprefix("@") for one in service.settings.own_addresses.split(",") if one.strip()]
    if address in ours or any(domain == one or domain.endswith(f".{one}") for one in ours if "@" not in one):
        return True
    return any(one.kind == "mail" and one.target.lower() == address for one in service.store.subscriptions.all())


def tell(service: Service, decision: Decision, addresses: list[str]) -> None:
    """Owe a mail about a decision to each address, once."""
    from voc.pipeline.handing_over import owe_mention

    for address in dict.fromkeys(addresses):
        owe_mention(service.store, decision, address, now=service.now())
