"""Learning match weights from the base itself, without labels, by Splink (expectation–maximisation over DuckDB).

u comes from random pairs, m from pairs that share a strong identifier: each pass fixes one (equal phone, equal address,
…) and lets the other fields agree or not, so every field is learnt where it was not the reason to look. Nothing a
person decided is read, and nothing leaves the machine. For a base beyond one machine the same settings run on Spark
(docs/linking.md).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from voc.errors import InputError
from voc.linking.comparisons import CUSTOMER_FIELDS, NAME, Field
from voc.linking.phonetics import sounds_like
from voc.linking.weights import Thresholds, Weights, from_shares
from voc.store.profiles import Profile

log = logging.getLogger("voc.linking")

RANDOM_PAIRS = 2_000_000
"""Pairs drawn for u: an equal surname (about 1 in 1,000) is then met thousands of times."""

EM_PAIRS = 200_000
"""Pairs of one pass at most: passes on a common value (a birthday) would otherwise grow with the square of the base."""

FEWEST_INTERACTIONS = 200
"""With fewer there is nothing to learn m from; the shipped weights are better."""

SMALLEST_SHARE = 1e-6
"""Given to a level that was never met: zero would make a weight infinite."""

LEAN = 0.1
"""How much m leans on what is expected of a kind of value: one part in ten."""

PASSES = ("phone", "email", "reference", "birth_date")
"""Fields that are fixed in turn."""

Shares = dict[str, dict[str, tuple[float, float]]]
Table = dict[str, list[str | None]]


def splink_settings(
    fields: Sequence[Field], *, link_type: str, prior: float, prediction_rules: Sequence[str] = ()
) -> Any:
    """Our comparisons as Splink settings (``splink.SettingsCreator``), for DuckDB or Spark."""
    from splink import SettingsCreator
    from splink.comparison_level_library import CustomLevel, ElseLevel
    from splink.comparison_library import CustomComparison

    comparisons = []
    for field in fields:
        column = field.name
        missing = CustomLevel(f"{column}_l is null or {column}_r is null", "missing").configure(is_null_level=True)
        levels = [
            CustomLevel(level.sql.format(c=column), level.name, base_dialect_str="duckdb")
            for level in field.kind.levels
        ]
        comparisons.append(CustomComparison([missing, *levels, ElseLevel()], output_column_name=column))
    return SettingsCreator(
        link_type=link_type,
        comparisons=list(comparisons),
        blocking_rules_to_generate_predictions=list(prediction_rules),
        probability_two_random_records_match=prior,
        retain_matching_columns=False,
    )


def columns_of(profiles: Iterable[Profile], *, fields: Sequence[Field] = CUSTOMER_FIELDS) -> Table:
    """Profiles as a table for training: one value a field (the first of several), ``None`` for nothing."""
    rows = [
        {field.name: _first(getattr(profile, field.name)) for field in fields}
        | {"unique_id": profile.customer_id or str(number)}
        for number, profile in enumerate(profiles)
    ]
    return as_table(rows, fields)


def as_table(rows: Sequence[Mapping[str, str | None]], fields: Sequence[Field]) -> Table:
    """Rows with ``unique_id`` and the fields as columns, with what the levels need beside (how names sound)."""
    table: Table = {"unique_id": [row["unique_id"] for row in rows]}
    for field in fields:
        table[field.name] = [row.get(field.name) or None for row in rows]
        if field.kind is NAME:
            table[f"{field.name}_sound"] = [sounds_like(one) if one else None for one in table[field.name]]
    return table


def estimate(
    tables: Sequence[Table],
    fields: Sequence[Field],
    *,
    passes: Sequence[str],
    prior: float,
    random_pairs: int = RANDOM_PAIRS,
    em_pairs: int = EM_PAIRS,
) -> Shares:
    """(m, u) by field and level: of one table with itself (duplicates) or of two with each other (links).

    Args:
        tables: one or two, as :func:`as_table` gives them.
        fields: what is compared.
        passes: SQL conditions or names of fields to fix in turn; a pass that finds too little is left out.
        prior: probability that two random records are of one person.
        random_pairs: pairs drawn for u.
        em_pairs: most pairs of one pass.

    Raises:
        InputError: Splink is not installed, or no pass found anything to learn from.
    """
    try:
        from splink import DuckDBAPI, Linker, block_on
        from splink.internals.exceptions import EMTrainingException
    except ImportError as error:
        raise InputError(f"training needs {error.name}; pip install 'voc[linking]'.") from error
    import duckdb
    import pyarrow

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": 1})
    try:
        api = DuckDBAPI(connection=connection)
        frames = [
            api.register(pyarrow.table({name: pyarrow.array(values, pyarrow.string()) for name, values in t.items()}))
            for t in tables
        ]
        linker = Linker(
            frames if len(frames) > 1 else frames[0],
            splink_settings(fields, link_type="link_only" if len(frames) > 1 else "dedupe_only", prior=prior),
            log_level=None,
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=random_pairs, seed=1, min_count_per_level=None)
        learnt = 0
        for rule in passes:
            blocking = block_on(rule) if rule in {field.name for field in fields} else rule
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    blocking, estimate_without_term_frequencies=True, max_pairs=em_pairs
                )
                learnt += 1
            except EMTrainingException:
                log.info("no pairs agree on %s: nothing learnt from it", rule)
        if not learnt:
            raise InputError("nothing to learn from: no two records share a phone, an address, a number or a birthday.")
        return _shares(linker.misc.save_model_to_json(), fields)
    finally:
        connection.close()


def _shares(model: Mapping[str, Any], fields: Sequence[Field]) -> Shares:
    shares: Shares = {}
    kinds = {field.name: field.kind for field in fields}
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        taught = any(level.get("m_probability") for level in levels)
        lean = LEAN if taught else 1.0  # no pass could teach this field
        found: dict[str, tuple[float, float]] = {}
        most = math.inf
        for position, (level, known) in enumerate(zip(levels, kinds[name].level_names, strict=True)):
            ours = kinds[name].levels[position] if position < len(kinds[name].levels) else None
            m = _share((1 - lean) * (level.get("m_probability") or 0.0) + lean * kinds[name].expected[position])
            u = _share(level.get("u_probability"))
            limit = min(most, ours.most_bits) if ours and ours.most_bits is not None else most
            u = min(1.0, max(u, m / 2**limit))  # a lesser agreement never says more than an equal value
            found[known] = (m, u)
            most = math.log2(m / u) if position == 0 else most
        shares[name] = found
    return shares


def _share(value: float | None) -> float:
    return min(1.0, max(SMALLEST_SHARE, float(value or 0.0)))


def _first(value: str | tuple[str, ...] | None) -> str | None:
    if isinstance(value, tuple):
        return value[0] if value else None
    return value


def train(
    customers: Sequence[Profile],
    interactions: Sequence[Profile],
    *,
    known_share: float,
    thresholds: Thresholds | None = None,
    now: datetime,
    random_pairs: int = RANDOM_PAIRS,
) -> Weights:
    """Weights for linking ``interactions`` to ``customers``.

    Raises:
        InputError: there are too few interactions to learn from, or Splink is not installed.
    """
    if len(interactions) < FEWEST_INTERACTIONS:
        raise InputError(
            f"{len(interactions)} interactions say anything about who speaks; training needs {FEWEST_INTERACTIONS}. "
            "The shipped weights stay in force."
        )
    shares = estimate(
        [columns_of(interactions), columns_of(customers)],
        CUSTOMER_FIELDS,
        passes=PASSES,
        prior=known_share / max(1, len(customers)),
        random_pairs=random_pairs,
    )
    return from_shares(
        shares,
        known_share=known_share,
        thresholds=thresholds or Thresholds(),
        trained_at=now.replace(microsecond=0),
        trained_on=f"{len(customers)} customers and {len(interactions)} interactions, without labels",
    )
