"""Which kinds of signals and which analysers there are: the built-in ones, and those other packages bring.

A package adds an analyser by an entry point of the group ``voc.analysers``; what the entry point names is an analyser
made with :func:`voc.analysers.analyser`. Nothing in voc has to know it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from voc.errors import InputError, SettingsError
from voc.extensions import extensions
from voc.signals.kinds import SignalKind, did_you_mean

if TYPE_CHECKING:
    from voc.analysers import Analyser

log = logging.getLogger("voc.signals")

GROUP = "voc.analysers"

BUILT_IN = (
    *("sentiment", "topics", "emotions", "intents", "expectations", "effort", "action", "complaint"),
    *("categories", "fragility", "themes"),
)
"""Folders of :mod:`voc.analysers`, in the order in which their signals are listed and corrections shown."""


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, SignalKind]:
    """Every kind by name: the built-in ones first, then those of other packages.

    Raises:
        SettingsError: two analysers declare a kind of the same name.
    """
    found: dict[str, SignalKind] = {}
    for folder in BUILT_IN:
        for kind in import_module(f"voc.analysers.{folder}").KINDS:
            found[kind.name] = kind
    for analyser in analysers().values():
        for kind in analyser.gives:
            if kind.name in found:
                raise SettingsError(
                    f"analyser {analyser.name}: there is a kind of signal '{kind.name}' already; rename it."
                )
            found[kind.name] = kind
    return MappingProxyType(found)


def kind(name: str) -> SignalKind:
    """The kind of that name.

    Raises:
        InputError: there is none; the message lists those there are.
    """
    try:
        return kinds()[name]
    except KeyError:
        raise InputError(
            f"'{name[:60]}' is no kind of signal; there are {', '.join(kinds())}.{did_you_mean(name, kinds())}"
        ) from None


@lru_cache(maxsize=1)
def analysers() -> Mapping[str, Analyser]:
    """The analysers of other packages by name, each after those whose kinds it needs.

    Raises:
        SettingsError: one cannot be loaded, two have one name, or they need each other in a circle.
    """
    loaded: dict[str, Analyser] = {}
    for _, brought in extensions(GROUP, "analyser"):
        one = cast("Analyser", brought)
        if one.name in loaded:
            raise SettingsError(f"two packages bring an analyser called {one.name}; remove one.")
        loaded[one.name] = one
    return MappingProxyType(_ordered(loaded))


def _ordered(loaded: Mapping[str, Analyser]) -> dict[str, Analyser]:
    given = {kind.name: name for name, one in loaded.items() for kind in one.gives}
    done: dict[str, Analyser] = {}
    while len(done) < len(loaded):
        ready = [
            name
            for name, one in loaded.items()
            if name not in done and all(given.get(need, name) in (name, *done) for need in one.needs)
        ]
        if not ready:
            circle = ", ".join(sorted(set(loaded) - set(done)))
            raise SettingsError(f"the analysers {circle} need each other in a circle; one must do without.")
        done |= {name: loaded[name] for name in ready}
    return done


def forget() -> None:
    """Look again which analysers are installed (tests do)."""
    kinds.cache_clear()
    analysers.cache_clear()
