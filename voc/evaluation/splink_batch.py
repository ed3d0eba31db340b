"""What Splink itself links in one batch, with its own library of comparisons: the peer beside our curve.

Interactions against customers, weights trained without labels, term frequencies on; each interaction gets its best
customer if the weight is above a threshold. The thresholds are those of the curve: no choice is made on the truth.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from voc.errors import InputError
from voc.store.profiles import Profile

RANDOM_PAIRS = 1_000_000
EM_PAIRS = 100_000
RULES = ("phone", "email", "reference", "birth_date")
WIDE_RULES = (("last_name", "first_name"), ("last_name", "postcode"), ("last_name", "city"), ("first_name", "postcode"))

Best = dict[str, tuple[str, float]]
"""Interaction → its best customer and the weight in bits."""


def best_matches(customers: Sequence[Profile], interactions: Sequence[Profile]) -> Best:
    """The best customer of each interaction by Splink's prediction, whatever its weight.

    Raises:
        InputError: Splink is not installed.
    """
    try:
        import splink.comparison_library as library
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError as error:
        raise InputError(f"the peer's figures need {error.name}; pip install 'voc[linking]'.") from error
    import duckdb
    import pyarrow

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": 1})
    try:
        api = DuckDBAPI(connection=connection)
        frames = [api.register(pyarrow.Table.from_pylist(_rows(one))) for one in (interactions, customers)]
        linker = Linker(
            frames,
            SettingsCreator(
                link_type="link_only",
                comparisons=[
                    library.NameComparison("first_name"),
                    library.NameComparison("last_name"),
                    library.EmailComparison("email"),
                    library.LevenshteinAtThresholds("phone", [1, 2]),
                    library.ExactMatch("postcode").configure(term_frequency_adjustments=True),
                    library.ExactMatch("city").configure(term_frequency_adjustments=True),
                    library.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
                    library.ExactMatch("reference"),
                ],
                blocking_rules_to_generate_predictions=[
                    *(block_on(rule) for rule in RULES),
                    *(block_on(*rule) for rule in WIDE_RULES),
                ],
                probability_two_random_records_match=0.9 / max(1, len(customers)),
                retain_matching_columns=False,
            ),
            log_level=None,
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1, min_count_per_level=None)
        for rule in RULES:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(rule), estimate_without_term_frequencies=True, max_pairs=EM_PAIRS
            )
        predicted: list[dict[str, Any]] = linker.inference.predict(threshold_match_weight=-8).as_record_list()
    finally:
        connection.close()
    asked = {one.customer_id for one in interactions}
    best: Best = {}
    for pair in predicted:
        sides = (pair["unique_id_l"], pair["unique_id_r"])
        ours, theirs = sides if sides[0] in asked else sides[::-1]
        if ours not in best or pair["match_weight"] > best[ours][1]:
            best[ours] = (theirs, pair["match_weight"])
    return best


def _rows(profiles: Sequence[Profile]) -> list[dict[str, str | None]]:
    def first(value: Any) -> str | None:
        return (value[0] if value else None) if isinstance(value, tuple) else value

    return [
        {"unique_id": one.customer_id} | {field: first(getattr(one, field)) for field in Profile._fields[1:]}
        for one in profiles
    ]
