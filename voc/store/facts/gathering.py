"""Topics gathered from the signals that came, once an interaction and level: the statement that puts them into the facts."""

from __future__ import annotations

from voc.store.facts import tables
from voc.store.topic_mentions import UNTOLD

_GATHERED = ("interaction_id", "level", "topic", "score", "said")
_LEVELS = {"label": "s.label <> s.parent", "parent": "true"}
_TOLD = """
    SELECT c."row", '{level}', s.{level}, max(coalesce(s.score, 0.0)) FILTER (s.kind = 'topic'),
        avg(s.sentiment) FILTER (s.kind = 'aspect')
    FROM came_signals s JOIN came c ON c.id = s.interaction_id
    WHERE s.kind IN ('topic', 'aspect') AND {which} GROUP BY ALL HAVING bool_or(s.kind = 'topic')
"""
_UNTOLD = f"""
    SELECT "row", '{UNTOLD}', NULL, NULL, NULL FROM came
    WHERE id NOT IN (SELECT interaction_id FROM came_signals WHERE kind = 'topic')
"""
_EVERY = " UNION ALL ".join((*(_TOLD.format(level=level, which=which) for level, which in _LEVELS.items()), _UNTOLD))
_KNOWN = ", ".join(f'i."{one.name}"' for one in list(tables.mention.columns)[len(_GATHERED) :])

INSERTED = (
    f"INSERT INTO mention SELECT m.*, {_KNOWN} FROM ({_EVERY}) m({', '.join(_GATHERED)}) "
    'JOIN interaction i ON i."row" = m.interaction_id ORDER BY m.level, m.topic, m.interaction_id'
)
"""Of ``came`` and ``came_signals``; by topic: what a figure groups by lies together, and compresses."""
