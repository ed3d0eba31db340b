"""Exact-identifier linking: an interaction belongs to the one customer its identifiers name, and we say which did.

Identifiers that came with the channel (caller id, from-address, account handle) are *verified*; those said in the
words are *claimed*. A claimed identifier never outweighs a verified one, contradicting identifiers link nobody, and
a value shared by many records (a switchboard, a role mailbox) proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from voc.records import Analysis, Identifier, Interaction, Link, LinkEvidence
from voc.store.customers import Customers

LINKING_TYPES = ("customer", "contract", "order", "loyalty", "email", "phone", "handle")
"""Identifier types that can name a customer exactly, strongest first. A bare name never does."""

SHARED_BY_MORE_THAN = 4
"""A value owned by more records than this is a switchboard or a placeholder, not a person (Segment: blocked values)."""

Owners = dict[tuple[str, str], list[tuple[str, str]]]


def link_all(pairs: Sequence[tuple[Interaction, Analysis]], customers: Customers) -> list[Link]:
    """Link every interaction, in order, with one look-up in the customer base for all of them."""
    gathered = [evidence_of(interaction, analysis) for interaction, analysis in pairs]
    owners = customers.owners([identifier for one in gathered for identifier, _ in one])
    return [link(interaction.id, evidence, owners) for (interaction, _), evidence in zip(pairs, gathered, strict=True)]


def evidence_of(interaction: Interaction, analysis: Analysis) -> list[tuple[Identifier, Literal["metadata", "text"]]]:
    """Every identifier that may name the customer, and whether metadata or the words gave it."""
    found: list[tuple[Identifier, Literal["metadata", "text"]]] = [
        (one, "metadata") for one in interaction.identifiers if one.type in LINKING_TYPES
    ]
    known = {(one.type, one.value) for one, _ in found}
    found.extend(
        (one, "text")
        for one in analysis.identifiers
        if one.type in LINKING_TYPES and one.begin is not None and (one.type, one.value) not in known
    )
    return found


def link(
    interaction_id: str, evidence: Sequence[tuple[Identifier, Literal["metadata", "text"]]], owners: Owners
) -> Link:
    """Decide for one interaction.

    Each identifier names a set of customers. Verified ones are intersected first; claimed ones can then narrow a
    shared value (one phone, two people: the contract number decides) or link on their own when there is no verified
    one, but not contradict it. The order in which identifiers were found never matters.
    """
    matches: list[tuple[Identifier, Literal["metadata", "text"], frozenset[str]]] = []
    for identifier, found_in in evidence:
        named = frozenset(
            customer
            for customer, network in owners.get((identifier.type, identifier.value), [])
            if not (identifier.network and network) or identifier.network == network
        )
        if 0 < len(named) <= SHARED_BY_MORE_THAN:
            matches.append((identifier, found_in, named))
    if not matches:
        return Link(interaction_id=interaction_id, customer_id=None, method="none")

    verified = [named for identifier, _, named in matches if identifier.verified]
    claimed = [named for identifier, _, named in matches if not identifier.verified]
    candidates = frozenset.intersection(*verified) if verified else None
    if candidates is not None and not candidates:
        return _nobody(interaction_id, "conflict", matches)
    if candidates is None:
        candidates = frozenset.intersection(*claimed)
        if not candidates:
            return _nobody(interaction_id, "conflict", matches)
    else:
        narrowing = [candidates & named for named in claimed if candidates & named]
        # Claims that fit the verified identifier but name two different people of it decide nothing.
        candidates = frozenset.intersection(*narrowing) if narrowing else candidates
    if len(candidates) != 1:
        return _nobody(interaction_id, "ambiguous", matches)
    (customer,) = candidates
    return Link(
        interaction_id=interaction_id,
        customer_id=customer,
        method="exact_identifier",
        evidence=tuple(_reason(i, found_in) for i, found_in, named in matches if customer in named),
    )


def _nobody(
    interaction_id: str,
    method: Literal["ambiguous", "conflict"],
    matches: Sequence[tuple[Identifier, Literal["metadata", "text"], frozenset[str]]],
) -> Link:
    return Link(
        interaction_id=interaction_id,
        customer_id=None,
        method=method,
        evidence=tuple(_reason(identifier, found_in) for identifier, found_in, _ in matches),
    )


def _reason(identifier: Identifier, found_in: Literal["metadata", "text"]) -> LinkEvidence:
    return LinkEvidence(
        identifier=identifier.type,
        value=identifier.value,
        found_in=found_in,
        begin=identifier.begin if found_in == "text" else None,
        end=identifier.end if found_in == "text" else None,
        verified=identifier.verified,
    )
