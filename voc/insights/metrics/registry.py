"""Which metrics there are: a file each in ``built_in``, and those that other packages bring.

A package adds a metric by an entry point of the group ``voc.metrics`` that names its
:class:`voc.insights.metrics.Metric`. Nothing in voc has to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from voc.errors import InputError, SettingsError, nearest
from voc.extensions import extensions, not_a
from voc.insights.drilldown import SIGNALS, filterable
from voc.insights.metrics import built_in
from voc.insights.metrics.contract import Metric
from voc.records.metrics import NAME_CHARS
from voc.signals.kinds import did_you_mean
from voc.store import Filters

GROUP = "voc.metrics"


@lru_cache(maxsize=1)
def metrics() -> Mapping[str, Metric]:
    """Every metric by name: the built-in ones by rank, then those of other packages.

    Raises:
        SettingsError: one of another package cannot be loaded, is no metric, has the name of another, or divides by
            what is no filter.
    """
    files = [import_module(f"{built_in.__name__}.{one.name}") for one in iter_modules(built_in.__path__)]
    ours = sorted((one for file in files for one in file.METRICS), key=lambda one: (one.rank, one.name))
    found: dict[str, Metric] = {one.name: one for one in ours}
    for point, brought in extensions(GROUP, "metric"):
        if not isinstance(brought, Metric):
            raise not_a(point, "metric", "voc.insights.metrics.Metric")
        if brought.name in found:
            raise SettingsError(f"there is a metric called {brought.name} already; rename that of {point.value}.")
        _check_filters(point, brought)
        found[brought.name] = brought
    return MappingProxyType(found)


def _check_filters(point: EntryPoint, brought: Metric) -> None:
    """Refuse what is no filter; asked late, as the kinds of signals may come from the very package of the metric."""
    known = [*(name for name in Filters.model_fields if name != SIGNALS), *filterable()]
    for name in brought.divides_by:
        if name not in known:
            near = did_you_mean(name, known)
            raise SettingsError(
                f"the metric {brought.name} ({point.value}) divides by {name!r}, which is neither a filter nor a kind "
                f"of signal; correct divides_by.{near}"
            )


def metric(name: str) -> Metric:
    """The metric of that name.

    Raises:
        InputError: there is none (``no_such_metric``).
    """
    try:
        return metrics()[name]
    except KeyError:
        near = nearest(name, metrics())
        raise InputError(
            f"metric: there is no {name[:NAME_CHARS]}; use one of {', '.join(metrics())}."
            + (f" Did you mean {near}?" if near else ""),
            code="no_such_metric",
            given=name[:NAME_CHARS],
        ) from None


def _names(schema: dict[str, Any]) -> None:
    schema["enum"] = list(metrics())


MetricName = Annotated[str, Field(max_length=NAME_CHARS, json_schema_extra=_names)]
"""The name of a metric where it is asked for: descriptions of an interface list those there are when they are made."""


def forget() -> None:
    """Look again which metrics are installed (tests do)."""
    metrics.cache_clear()
