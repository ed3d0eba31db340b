"""The company's own side: its domains, addresses, agents and accounts, whose words are never a customer's."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

from voc.errors import SettingsError
from voc.identifiers import is_filler, normalise_email, normalise_handle
from voc.intake.column_names import fold_header
from voc.settings import settings


def is_own_address(address: str, *, domains: frozenset[str] | None = None) -> bool:
    """Whether an e-mail address is the company's: itself, or its domain, as set (``VOC_OWN_ADDRESSES``).

    ``domains`` are taken instead of the setting where they are given.
    """
    ours = own_addresses() if domains is None else domains
    address = address.strip().lower()
    if not ours or "@" not in address:
        return False
    domain = address.rpartition("@")[2]
    return address in ours or any(domain == one or domain.endswith(f".{one}") for one in ours if "@" not in one)


def own_addresses() -> frozenset[str]:
    """The company's domains and addresses, in lower case."""
    return _addresses(settings().own_addresses)


def has_own_side() -> bool:
    """Whether anything is set by which the company's own words could be told."""
    chosen = settings()
    return bool(chosen.own_addresses or chosen.own_agents or chosen.brands)


@lru_cache(maxsize=16)
def _addresses(written: str) -> frozenset[str]:
    ours = frozenset(one.strip().lower().removeprefix("@") for one in written.split(",") if one.strip())
    for one in ours:
        if "." not in one or ("@" in one and normalise_email(one) is None):
            raise SettingsError(f"VOC_OWN_ADDRESSES: {one!r} is no domain nor e-mail address; correct it.")
    return ours


def is_own_person(name: str) -> bool:
    """Whether a name or account is that of an agent (``VOC_OWN_AGENTS``) or holds a brand's (``VOC_BRANDS``)."""
    agents, brands = _people(settings().own_agents, settings().brands)
    if not agents and not brands:
        return False
    folded = fold_header(name)
    handle = normalise_handle(name) or ""
    if folded in agents or handle in agents:
        return True
    return any(f" {brand} " in f" {folded} " for brand in brands)


@lru_cache(maxsize=16)
def _people(agents: str, brands: str) -> tuple[frozenset[str], frozenset[str]]:
    names = agents.split(",")
    if agents and "," not in agents and (path := Path(agents)).suffix and path.is_file():
        names = path.read_text(encoding="utf-8").splitlines()
    called = {fold_header(name) for name in names} | {normalise_handle(name) or "" for name in names}
    return (
        frozenset(called) - {""},
        frozenset(fold_header(brand) for brand in brands.split(",") if len(fold_header(brand)) > 2),
    )


FEWEST_POSTS = 20
"""Posts below which nobody stands out."""


class Authors:
    """Who wrote the posts of one file, so that an account of the company can be told among them."""

    def __init__(self) -> None:
        self.posts: Counter[str] = Counter()
        self.total = 0

    def add(self, author: str | None) -> None:
        """Count one post."""
        self.total += 1
        if author and (author in self.posts or len(self.posts) < 100_000):
            self.posts[author] += 1

    def likely_own(self) -> tuple[str, int] | None:
        """The account that wrote three in twenty posts and more, three times as many as the next; and how many."""
        (account, times), (_, next_times) = [*self.posts.most_common(2), ("", 0), ("", 0)][:2]
        if self.total < FEWEST_POSTS or times < 0.15 * self.total or is_filler(account):
            return None
        return (account, times) if times >= 3 * next_times and len(self.posts) > 2 else None
