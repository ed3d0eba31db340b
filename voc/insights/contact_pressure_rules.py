"""How much contact is too much: rules per segment, from a YAML file anybody can read and change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from voc.errors import SettingsError
from voc.records import Moment, Record
from voc.settings import rules_of
from voc.store.pressure import Sent

SHIPPED = Path(__file__).with_name("tolerance.yaml")


class Rule(Record):
    """At most ``at_most`` messages in any ``days`` days, over all channels or on one."""

    days: int = Field(gt=0, le=366)
    at_most: int = Field(ge=0, le=10_000)
    channel: str | None = None


class Excess(Record):
    """The fullest window of one rule: ``n`` messages from ``begins`` to ``ends``, more than the rule allows."""

    rule: Rule
    n: int
    begins: Moment
    ends: Moment


class Tolerance(Record):
    """The rules of every segment; the segments that are not named have the default ones."""

    default: tuple[Rule, ...] = Field(min_length=1)
    segments: dict[str, tuple[Rule, ...]] = Field(default_factory=dict)

    def rules(self, segment: str | None) -> tuple[Rule, ...]:
        """The rules of one segment."""
        return self.segments.get(segment, self.default) if segment is not None else self.default

    @property
    def longest(self) -> timedelta:
        """The longest window of all rules: how far before a period messages still count in it."""
        every = [*self.default, *(rule for rules in self.segments.values() for rule in rules)]
        return timedelta(days=max(rule.days for rule in every))


def load_tolerance(path: Path | None = None) -> Tolerance:
    """The rules of ``path``, by default the ones shipped (``tolerance.yaml`` beside this file says what they are).

    Raises:
        SettingsError: the file cannot be read or is not such rules.
    """
    return rules_of(path or SHIPPED, _load, setting="VOC_PRESSURE")


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> Tolerance:
    import yaml

    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Tolerance.model_validate(document)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"VOC_PRESSURE: {path.name} is not YAML ({str(error).splitlines()[0]}).") from error
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in wrong["loc"]) or "the file"
        raise SettingsError(
            f"VOC_PRESSURE: {path.name}, {place}: {wrong['msg']}; each rule is days, at_most and perhaps channel."
        ) from error


def excess(sent: Sequence[Sent], rules: Sequence[Rule], *, since: datetime, until: datetime) -> Excess | None:
    """Where one customer's messages (by time) pass a rule furthest; ``None`` where they never do.

    A window counts when its last message lies in ``since`` ≤ at < ``until``; it may begin before. Rules compare by how
    many times over they are.
    """
    worst: Excess | None = None
    for rule in rules:
        counted = [one.at for one in sent if rule.channel is None or one.channel == rule.channel]
        window = timedelta(days=rule.days)
        first = 0
        for last, at in enumerate(counted):
            while at - counted[first] >= window:
                first += 1
            n = last - first + 1
            if n <= rule.at_most or not since <= at < until:
                continue
            found = Excess(rule=rule, n=n, begins=counted[first], ends=at)
            if worst is None or _times(found) > _times(worst):
                worst = found
    return worst


def _times(one: Excess) -> float:
    return one.n / max(one.rule.at_most, 0.5)
