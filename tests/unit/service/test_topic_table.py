"""The table of topics: families by how often they are spoken of, ties as the taxonomy has them."""

from __future__ import annotations

from itertools import permutations

import pytest

from voc.insights.records import TopicFigure, Topics
from voc.service.topics import _families


@pytest.mark.parametrize("known", list(permutations(["billing", "app", "store"])))
def test_families_spoken_of_alike_stand_as_the_taxonomy_has_them(known: tuple[str, ...]) -> None:
    counts = {"app": 3, "billing": 3, "store": 3, "app.bug": 3, "network": 9}
    figures = tuple(TopicFigure.model_construct(topic=topic, n=n) for topic, n in counts.items())
    found = _families(Topics.model_construct(figures=figures), known)
    assert [parent for parent, _ in found] == ["network", *known]
    assert dict(found)["app"] == ["app.bug"]
