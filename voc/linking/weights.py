"""Match weights: what each level of each field is worth in bits, and from how many bits on we decide.

The file is YAML that a person can read, correct and keep under version control. A weight is log2(m / u): how often the
level is met among records of one person against among records of two (Fellegi and Sunter 1969). m and u are kept, not
only their ratio, because the frequency of a value takes the place of u where it is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field as Setting
from pydantic import ValidationError

from voc.errors import InputError
from voc.linking.comparisons import CUSTOMER_FIELDS, MISSING, Field
from voc.records import Record

LEAST_BITS, MOST_BITS = -10.0, 24.0
"""What one field may say at most. Estimates run wild where a level is never met (one came out at −169 bits), and a
single field must not outvote all others together."""

FILE_NAME = "linking.yaml"
SHIPPED = Path(__file__).with_name("default_weights.yaml")


class LevelWeight(Record):
    """Share of pairs at this level among pairs of one person (``m``) and of two (``u``)."""

    m: float = Setting(gt=0, le=1)
    u: float = Setting(gt=0, le=1)

    @property
    def bits(self) -> float:
        """The weight, clamped."""
        return clamp(math.log2(self.m / self.u))


class Thresholds(Record):
    """From when on a decision is taken, in bits of the total (prior included)."""

    automatic: float = 2.0
    """Linked without asking from here on …"""
    margin: float = 2.0
    """… if the runner-up is at least this far behind."""
    review: float = -3.0
    """Below this nobody is asked either: the interaction stays anonymous."""


class Weights(Record):
    """All that scoring needs: weights by field and level, the prior and the thresholds."""

    fields: dict[str, dict[str, LevelWeight]]
    known_share: float = Setting(default=0.9, gt=0, lt=1)
    """Share of interactions that come from somebody in the customer base at all."""
    thresholds: Thresholds = Thresholds()
    trained_at: datetime | None = None
    trained_on: str | None = None
    """In words: how many customers and interactions, by what."""

    def prior_bits(self, customers: int) -> float:
        """Log odds that a given one of ``customers`` is the one, before anything is compared (bits, negative).

        Rescaled with the size of the base: a name that was enough among 10,000 is not among a million.
        """
        share = self.known_share / max(1, customers)
        return math.log2(share / (1 - share))

    def bits(self, field: str, level: str, *, frequency: float | None = None) -> float:
        """Weight of a level in bits; ``frequency`` (0…1) of the very value takes the place of u where known."""
        if level == MISSING:
            return 0.0
        known = self.fields.get(field, {}).get(level)
        if known is None:
            return 0.0
        return known.bits if frequency is None else clamp(math.log2(known.m / max(frequency, 1e-9)))


def clamp(bits: float) -> float:
    """``bits`` within what one field may say."""
    return max(LEAST_BITS, min(MOST_BITS, bits))


def load_weights(home: Path | None = None) -> Weights:
    """The weights in force: ``linking.yaml`` of ``home`` if it is there, else those shipped.

    Raises:
        InputError: the file is not valid; the message says where.
    """
    own = home / FILE_NAME if home is not None else None
    return read_weights(own if own is not None and own.exists() else SHIPPED)


def read_weights(path: Path) -> Weights:
    """Read a weights file.

    Raises:
        InputError: it cannot be read, or a value is impossible; the message names it.
    """
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the weights cannot be read ({error}); restore or delete the file.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise InputError(f"{path}{line}: is not valid YAML; correct or delete it.") from error
    try:
        weights = Weights.model_validate(document)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        raise InputError(
            f"{path}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}; correct or delete it."
        ) from error
    check_levels(weights, CUSTOMER_FIELDS, str(path))
    return weights


def check_levels(weights: Weights, fields: Sequence[Field], name: str) -> None:
    """Refuse weights that name a field or level there is not: a slip of the pen must not weigh nothing silently.

    Raises:
        InputError: a name is unknown; the message lists the right ones.
    """
    kinds = {field.name: field.kind.level_names for field in fields}
    for field, levels in weights.fields.items():
        if field not in kinds:
            raise InputError(f"{name}: unknown field {field!r}; there are {', '.join(kinds)}.")
        for level in levels:
            if level not in kinds[field]:
                raise InputError(f"{name}: {field} has no level {level!r}; there are {', '.join(kinds[field])}.")


HEADER = """\
# Weights by which interactions are linked to customers, made by `voc customers train-linking`; correct them freely.
# m: how often the level is met when both are one person; u: when they are two. Its weight is log2(m / u) bits.
# known_share: share of interactions that come from known customers at all.
# thresholds, in bits: linked from `automatic` on if the next candidate is `margin` behind; asked from `review` on.
"""


def write_weights(weights: Weights, path: Path) -> None:
    """Write a weights file a person can read; replaces it as a whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    import yaml

    document: dict[str, Any] = {
        "trained_at": weights.trained_at,
        "trained_on": weights.trained_on,
        "known_share": round(weights.known_share, 4),
        "thresholds": weights.thresholds.model_dump(),
        "fields": {
            field: {level: {"m": _figures(one.m), "u": _figures(one.u)} for level, one in levels.items()}
            for field, levels in weights.fields.items()
        },
    }
    body = HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(body, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise InputError(f"{path}: the weights cannot be written ({error.strerror}); check the folder.") from error


def from_shares(shares: Mapping[str, Mapping[str, tuple[float, float]]], **more: Any) -> Weights:
    """Weights from (m, u) by field and level."""
    return Weights(
        fields={f: {n: LevelWeight(m=m, u=u) for n, (m, u) in levels.items()} for f, levels in shares.items()}, **more
    )


def _figures(value: float) -> float:
    return float(f"{value:.4g}")
