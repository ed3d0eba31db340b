"""Linking: an interaction belongs to the one customer its identifiers name, else to the one the evidence weighs for.

Exact identifiers come first. Those that came with the channel (caller id, from-address, account handle) are *verified*;
those said in the words are *claimed*. A claimed identifier never outweighs a verified one, contradicting identifiers
link nobody, and a value shared by many records (a switchboard, a role mailbox) proves nothing.

Where they leave it open, everything else that is known (names, places, a date of birth, parts of a number) is weighed
against the candidates who share something with the interaction: sure enough, and clearly before the next, is a link;
likely is for a person to decide; the rest stays anonymous. So is an identifier from the words alone that may be
another person's (:mod:`voc.linking.third_party_identifiers`), whatever it names.

No link rests on a doubtful identifier (:attr:`voc.records.Identifier.doubt`): it can still contradict, and name whom a
person is to decide on. So whatever lowers the confidence of a word can only make a link less sure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from voc.language.word_alignment import heard_confidence
from voc.linking.linkage_fields import of_interaction, says_anything
from voc.linking.matching import Matcher
from voc.linking.non_identifying_values import SHARED_BY_MORE_THAN, BlockedIdentifiers
from voc.linking.scoring import decide
from voc.linking.third_party_identifiers import is_named_otherwise, is_of_another
from voc.linking.weights import Weights
from voc.records import Analysis, Identifier, Interaction, Link, LinkCandidate, LinkEvidence
from voc.store.customers import Customers
from voc.store.profiles import Profile

__all__ = ["LINKING_TYPES", "SHARED_BY_MORE_THAN", "evidence_of", "link", "link_all"]

LINKING_TYPES = ("customer", "contract", "order", "loyalty", "email", "phone", "handle")
"""Identifier types that can name a customer exactly, strongest first. A bare name never does."""

IDENTIFYING = frozenset(("email", "phone", "reference"))
"""Fields that are identifiers."""

Evidence = Sequence[tuple[Identifier, Literal["metadata", "text"]]]
Owners = dict[tuple[str, str], list[tuple[str, str]]]
_SHIPPED = BlockedIdentifiers()


def link_all(
    pairs: Sequence[tuple[Interaction, Analysis]], customers: Customers, *, matcher: Matcher | None = None
) -> list[Link]:
    """Link every interaction, in order, with one look-up in the customer base for all of them.

    Args:
        pairs: interactions with what was found in them.
        customers: the base, for exact identifiers.
        matcher: weighs the rest; without it only exact identifiers link.
    """
    with customers.database.reading_together():
        return _link_all(pairs, customers, matcher)


def _link_all(
    pairs: Sequence[tuple[Interaction, Analysis]], customers: Customers, matcher: Matcher | None
) -> list[Link]:
    gathered = [evidence_of(interaction, analysis) for interaction, analysis in pairs]
    owners = customers.owners([identifier for one in gathered for identifier, _ in one])
    blocked = matcher.blocked if matcher is not None else _SHIPPED
    links = [
        _exact(interaction, analysis, evidence, owners, blocked=blocked)
        for (interaction, analysis), evidence in zip(pairs, gathered, strict=True)
    ]
    links = _doubted(pairs, links, customers)
    if matcher is None:
        return links
    shared = {
        (identifier.type, identifier.value)
        for evidence in gathered
        for identifier, _ in evidence
        if len({customer for customer, _ in owners.get((identifier.type, identifier.value), ())})
        > blocked.most_owners(identifier)
    }
    return _weigh_open(pairs, gathered, links, matcher, shared)


def _exact(
    interaction: Interaction, analysis: Analysis, evidence: Evidence, owners: Owners, *, blocked: BlockedIdentifiers
) -> Link:
    """:func:`_said`; where it takes a doubtful identifier to name the same customer, that goes to review."""
    found = _said(interaction, analysis, evidence, owners, blocked=blocked)
    sure = [(one, where) for one, where in evidence if one.doubt is None]
    if found.customer_id is None or len(sure) == len(evidence):
        return found
    by_sure = _said(interaction, analysis, sure, owners, blocked=blocked)
    return by_sure if by_sure.customer_id == found.customer_id else _to_review(found)


def _said(
    interaction: Interaction, analysis: Analysis, evidence: Evidence, owners: Owners, *, blocked: BlockedIdentifiers
) -> Link:
    """:func:`link`; what the words give to somebody else counts where there is nothing better, and goes to review."""
    theirs = {
        (identifier.begin, identifier.end)
        for identifier, found_in in evidence
        if found_in == "text" and is_of_another(analysis.text, identifier)
    }
    if not theirs:
        return link(interaction.id, evidence, owners, blocked=blocked)
    own = [(one, where) for one, where in evidence if where != "text" or (one.begin, one.end) not in theirs]
    found = link(interaction.id, own, owners, blocked=blocked)
    if found.method != "none":
        return found
    return _to_review(link(interaction.id, evidence, owners, blocked=blocked))


def _doubted(pairs: Sequence[tuple[Interaction, Analysis]], links: Sequence[Link], customers: Customers) -> list[Link]:
    """Links by words alone, put to review where the sender has another name than the customer."""
    senders = {
        interaction.id: name
        for interaction, _ in pairs
        if (name := next((one.value for one in interaction.identifiers if one.type == "name"), None))
    }
    by_words = {
        one.interaction_id: one.customer_id
        for one in links
        if one.customer_id and one.interaction_id in senders and all(part.found_in == "text" for part in one.evidence)
    }
    names = customers.names(sorted(set(by_words.values()))) if by_words else {}
    return [
        _to_review(one)
        if one.interaction_id in by_words
        and is_named_otherwise(senders[one.interaction_id], names.get(by_words[one.interaction_id], ()))
        else one
        for one in links
    ]


def _to_review(found: Link) -> Link:
    """A link that a person is to decide; the customer it named is the candidate, at even odds if not weighed."""
    if found.customer_id is None:
        return found
    named = LinkCandidate(customer_id=found.customer_id, bits=0.0, probability=0.5)
    return found.model_copy(
        update={"customer_id": None, "method": "review", "candidates": found.candidates or (named,)}
    )


def _weigh_open(
    pairs: Sequence[tuple[Interaction, Analysis]],
    gathered: Sequence[Evidence],
    links: Sequence[Link],
    matcher: Matcher,
    shared: Collection[tuple[str, str]],
) -> list[Link]:
    """Weigh what exact identifiers left open; the others stay as they are."""
    profiles = {
        interaction.id: profile
        for (interaction, analysis), one in zip(pairs, links, strict=True)
        if one.customer_id is None
        and says_anything(profile := of_interaction(interaction, analysis, blocked=matcher.blocked, shared=shared))
    }
    if not profiles:
        return list(links)
    candidates = matcher.match(profiles)
    found = [
        weighed(one, candidates[one.interaction_id], matcher.weights, evidence=evidence)
        if one.interaction_id in profiles
        else one
        for one, evidence in zip(links, gathered, strict=True)
    ]
    return _weigh_without_doubt(pairs, gathered, links, found, matcher, shared)


def _weigh_without_doubt(
    pairs: Sequence[tuple[Interaction, Analysis]],
    gathered: Sequence[Evidence],
    open_links: Sequence[Link],
    found: Sequence[Link],
    matcher: Matcher,
    shared: Collection[tuple[str, str]],
) -> list[Link]:
    """``found``, put to review where the weights link to nobody, or to another, without what is doubtful.

    As soon as one number was heard unsurely none that was heard counts here: taken one by one, a doubt could remove
    what speaks against a customer and make the link surer.
    """
    profiles: dict[str, Profile] = {}
    kept: dict[str, Evidence] = {}
    doubts: dict[str, Evidence] = {}
    for (interaction, analysis), evidence, before, after in zip(pairs, gathered, open_links, found, strict=True):
        doubtful = [(one, where) for one, where in evidence if one.doubt is not None]
        if not doubtful or before.customer_id is not None or after.customer_id is None:
            continue
        sure = tuple(one for one in interaction.identifiers if one.doubt is None)
        bare = interaction.model_copy(update={"identifiers": sure})
        unheard = analysis.model_copy(update={"identifiers": ()})
        profiles[interaction.id] = of_interaction(bare, unheard, blocked=matcher.blocked, shared=shared)
        kept[interaction.id] = [(one, where) for one, where in evidence if where == "metadata" and one.doubt is None]
        doubts[interaction.id] = doubtful
    if not profiles:
        return list(found)
    asked = {name: one for name, one in profiles.items() if says_anything(one)}
    candidates = matcher.match(asked) if asked else {}
    decided = []
    for before, after in zip(open_links, found, strict=True):
        name = after.interaction_id
        if name not in profiles:
            decided.append(after)
            continue
        again = weighed(before, candidates.get(name, ()), matcher.weights, evidence=kept[name])
        if again.customer_id != after.customer_id:
            reasons = after.evidence or tuple(_reason(one, where) for one, where in doubts[name])
            again = _to_review(after).model_copy(update={"evidence": reasons})
        decided.append(again)
    return decided


def weighed(open_link: Link, candidates: Sequence[LinkCandidate], weights: Weights, *, evidence: Evidence = ()) -> Link:
    """Decide by weight what exact identifiers left open.

    Identifiers that contradict each other, or that may be another person's, are for a person, whatever the weights say.
    Among several owners of one
    value (a couple's phone) the weights choose, but nobody else.
    """
    if not candidates:
        return open_link
    best = candidates[0]
    told = {"candidates": tuple(candidates), "probability": best.probability}
    if open_link.method in {"conflict", "review"}:
        return open_link.model_copy(update=told)
    mailboxes = [(one, found_in) for one, found_in in evidence if one.type == "email"]
    same = [one for one in candidates if ("email", "exact") in {(part.field, part.level) for part in one.fields}]
    if open_link.method == "none" and mailboxes and len(same) == 1:
        # The same mailbox in another spelling (dots, a tag): as exact as the address itself.
        which, found_in = max(mailboxes, key=lambda one: one[0].verified)
        return open_link.model_copy(
            update={
                "customer_id": same[0].customer_id,
                "method": "exact_identifier",
                "evidence": (_reason(which, found_in),),
            }
        )
    decision = decide(candidates, weights)
    if open_link.method == "ambiguous":
        if decision == "score" and _owns(best):
            return open_link.model_copy(update={**told, "customer_id": best.customer_id, "method": "score"})
        return open_link.model_copy(update=told)
    if decision == "score":
        return open_link.model_copy(update={**told, "customer_id": best.customer_id, "method": "score"})
    return open_link.model_copy(update={**told, "method": "review"}) if decision == "review" else open_link


def _owns(candidate: LinkCandidate) -> bool:
    return any(part.field in IDENTIFYING and part.level == "exact" for part in candidate.fields)


def evidence_of(interaction: Interaction, analysis: Analysis) -> list[tuple[Identifier, Literal["metadata", "text"]]]:
    """Every identifier that may name the customer, and whether metadata or the words gave it."""
    found: list[tuple[Identifier, Literal["metadata", "text"]]] = [
        (one, "metadata") for one in interaction.identifiers if one.type in LINKING_TYPES
    ]
    known = {(one.type, one.value) for one, _ in found if one.doubt is None}
    found.extend(
        (_heard(one, analysis), "text")
        for one in analysis.identifiers
        if one.type in LINKING_TYPES and one.begin is not None and (one.type, one.value) not in known
    )
    return found


def _heard(one: Identifier, analysis: Analysis) -> Identifier:
    """With how surely it was heard, which analyses of earlier releases do not say of their identifiers."""
    if one.confidence is not None or one.begin is None or one.end is None:
        return one
    return one.model_copy(update={"confidence": heard_confidence(analysis.turns, one.begin, one.end)})


def link(
    interaction_id: str,
    evidence: Evidence,
    owners: Owners,
    *,
    blocked: BlockedIdentifiers | None = None,
) -> Link:
    """Decide for one interaction by exact identifiers alone.

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
        if 0 < len(named) <= (blocked or _SHIPPED).most_owners(identifier):
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
        confidence=identifier.confidence,
        doubt=identifier.doubt,
    )
