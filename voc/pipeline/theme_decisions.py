"""What people decide about themes: accept, reject, rename, merge, split, and taking any of it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy.engine import Connection

from voc.errors import ConflictError, InputError
from voc.insights.quotes import masked
from voc.insights.themes import no_such_theme
from voc.language.registry import FALLBACK, codes, listed
from voc.language.vectors import unit
from voc.locales import interface_languages, listed_languages
from voc.pipeline.theme_discovery import sample
from voc.records import Channel, Quote, Record
from voc.records.themes import RuleEffect, Theme
from voc.store import Filters, Store
from voc.store.themes import StoredClauses
from voc.themes.clustering import SMALLEST
from voc.themes.naming import READ_EACH, labels, named
from voc.themes.rules import proposed, wrong_pattern
from voc.themes.space import FloatArray, placed
from voc.themes.tagging import AcceptedThemes

MOST_RULES, LONGEST_RULE = 60, 300
LONGEST_NAME = 80
OTHER_TEXTS = 2000
"""Interactions outside a theme that its proposed rules are held against: the latest."""
MOST_EXAMPLES = 12
ROUNDS = 25


class Decided(Record):
    """A decision that was made: its id, and the themes as they are now."""

    decision: int
    theme: Theme
    others: tuple[Theme, ...] = ()


@dataclass(frozen=True)
class _Change:
    """What a decision changes: themes (with a centre where it is another), and the theme of clauses."""

    themes: Sequence[tuple[Theme, FloatArray | None]]
    clauses: Mapping[str | None, Sequence[int]]


def rule_effect(
    store: Store, theme_id: str, rules: Mapping[str, Sequence[str]] | None = None, *, filters: Filters | None = None
) -> RuleEffect:
    """What rules would count, before they count: those given, else those proposed from the theme's own words.

    Raises:
        NotFoundError: there is no such theme.
        InputError: a rule cannot be read.
    """
    one = _theme(store, theme_id)
    chosen = checked(rules) if rules is not None else proposals(store, one)
    asked = AcceptedThemes([one.model_copy(update={"rules": chosen})])
    own = set(store.themes.members(theme_id).interactions)
    hits: set[str] = set()
    examples: list[Quote] = []
    for batch in store.theme_counts.analysed_batches(filters or Filters()) if chosen else ():
        for analysis in store.findings.analyses(batch).values():
            place = asked.found(analysis.text, analysis.language).get(theme_id)
            if place is None:
                continue
            hits.add(analysis.id)
            if analysis.id not in own and len(examples) < MOST_EXAMPLES and analysis.redacted_text:
                begin, end = _sentence(analysis.sentences, place)
                examples.append(
                    Quote(
                        interaction_id=analysis.id,
                        text=masked(analysis.text, begin, end, analysis.redacted),
                        channel=Channel(analysis.channel),
                        occurred_at=analysis.occurred_at,
                        href=f"/interactions/{analysis.id}#c={begin}-{end}",
                    )
                )
    inside = len(hits & own)
    return RuleEffect(rules=chosen, adds=len(hits), inside=inside, missed=len(own) - inside, examples=tuple(examples))


def proposals(store: Store, one: Theme) -> dict[str, tuple[str, ...]]:
    """Rules from a theme's words: those that find most of its clauses and little of what others write."""
    members = store.themes.members(one.id)
    inside = _read(store, members, OTHER_TEXTS)
    return proposed(one.words, inside, store.theme_counts.others(set(members.interactions), limit=OTHER_TEXTS))


def accept(
    store: Store,
    theme_id: str,
    *,
    actor: str,
    rules: Mapping[str, Sequence[str]],
    names: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Decided:
    """Make a theme a topic of the same id, found by ``rules``.

    ``retag_due`` (:mod:`voc.pipeline.theme_tags`) lays them over what is there.

    Raises:
        NotFoundError, InputError: no such theme; no rule, or one that cannot be read.
    """
    one = _theme(store, theme_id)
    chosen = checked(rules)
    if not chosen:
        raise InputError(
            f"theme {theme_id}: has no rule to be found by as a topic; give at least one.", code="rules_missing"
        )
    changes: dict[str, object] = {"status": "accepted", "rules": chosen}
    if names:
        changes |= {"labels": _names(one, names), "named_by_person": True}
    return _decide(store, "accept", one, [one.model_copy(update=changes)], actor=actor, now=now)


def reject(store: Store, theme_id: str, *, actor: str, now: datetime | None = None) -> Decided:
    """Put a theme aside for good: what is like it joins it unseen, and never makes a new one."""
    one = _theme(store, theme_id)
    return _decide(store, "reject", one, [one.model_copy(update={"status": "rejected"})], actor=actor, now=now)


def rename(
    store: Store, theme_id: str, names: Mapping[str, str], *, actor: str, now: datetime | None = None
) -> Decided:
    """Give a theme a name of one's own, in either language or both."""
    one = _theme(store, theme_id)
    changed = one.model_copy(update={"labels": _names(one, names), "named_by_person": True})
    return _decide(store, "rename", one, [changed], actor=actor, now=now)


def merge(store: Store, theme_id: str, into: str, *, actor: str, now: datetime | None = None) -> Decided:
    """Make a theme part of another, which keeps its id and name."""
    one, other = _theme(store, theme_id), _theme(store, into)
    if one.id == other.id:
        raise InputError(f"theme {into}: cannot be merged into itself; name another.", code="same_theme")
    moved = store.themes.members(one.id)
    merged = one.model_copy(update={"status": "merged", "merged_into": other.id, "state": "merged"})
    known = store.themes.all()
    sizes = len(moved.ids), max(1, len(store.themes.members(other.id).ids))
    centre = unit(known[one.id][1] * sizes[0] + known[other.id][1] * sizes[1])
    change = _Change([(merged, None), (other, centre)], {other.id: moved.ids.tolist()})
    return _change(store, "merge", one, change, detail={"into": other.id}, actor=actor, now=now)


def split(store: Store, theme_id: str, *, actor: str, now: datetime | None = None) -> Decided:
    """Make two of a theme along its longest axis; the larger part keeps the id.

    Raises:
        ConflictError: it is too small to be two.
    """
    now = now or datetime.now(UTC)
    one = _theme(store, theme_id)
    members = store.themes.members(theme_id)
    if len(members.ids) < 2 * SMALLEST:
        raise ConflictError(
            f"theme {theme_id}: has {len(members.ids)} clauses, too few to be two; {2 * SMALLEST} are needed.",
            code="too_small_to_split",
            n=len(members.ids),
            least=2 * SMALLEST,
        )
    vectors = placed(members.states.astype(np.float32), members.languages, _centres(store))
    second = halves(vectors)
    if second.sum() * 2 > len(second):
        second = ~second
    rows = {False: np.flatnonzero(~second), True: np.flatnonzero(second)}
    words = named({int(part): sample(store, members, rows[part][:READ_EACH]) for part in rows})
    new_id = f"theme_{hashlib.sha256(f'{theme_id}{now.isoformat()}'.encode()).hexdigest()[:10]}"
    update = {"id": new_id, "status": "discovered", "split_from": one.id, "state": "split", "created_at": now}
    update |= {"words": words[1], "labels": labels(words[1], fallback=one.labels[FALLBACK]), "named_by_person": False}
    update |= {"rules": {}, "x": min(1.0, one.x + 0.03), "y": min(1.0, one.y + 0.03)}
    new = one.model_copy(update=update)
    kept = one
    if not one.named_by_person:
        kept = one.model_copy(update={"words": words[0], "labels": labels(words[0], fallback=one.labels[FALLBACK])})
    middles = {part: unit(vectors[rows[part]].mean(axis=0)) for part in rows}
    moved = [int(key) for key in members.ids[rows[True]]]
    change = _Change([(new, middles[True]), (kept, middles[False])], {new.id: moved})
    return _change(store, "split", one, change, detail={"new": new.id}, actor=actor, now=now)


def undo(store: Store, theme_id: str, *, actor: str, now: datetime | None = None) -> Decided:
    """Take back the last decision about a theme that stands.

    Raises:
        ConflictError: none stands, or a later decision about a theme it touched must be taken back first.
    """
    now = now or datetime.now(UTC)
    _theme(store, theme_id, even_merged=True)
    standing = [one for one in store.theme_decisions.all() if one.undone_at is None]
    last = next((one for one in standing if one.theme_id == theme_id), None)
    if last is None:
        raise ConflictError(
            f"theme {theme_id}: no decision about it stands; there is nothing to take back.", code="nothing_to_undo"
        )
    touched = {one["id"] for one in last.before["themes"]} | set(last.before["made"])
    later = next((one for one in standing if one.id > last.id and one.theme_id in touched), None)
    if later is not None:
        raise ConflictError(
            f"theme {later.theme_id}: was decided about later; take that back first.",
            code="later_decision",
            theme=later.theme_id,
        )
    restored = [Theme.model_validate(one) for one in last.before["themes"]]
    known = store.themes.all()
    centres = {key: np.array(value, dtype=np.float32) for key, value in last.before["centres"].items()}
    ended = {"status": "merged", "merged_into": theme_id}
    gone = [known[key][0].model_copy(update=ended) for key in last.before["made"]]
    # Clauses that joined a theme since its split come back with it.
    home = {key: sorted(store.themes.members(key).ids.tolist()) for key in last.before["made"]}
    with store.themes.database.begin() as connection:
        for one in [*restored, *gone]:
            store.themes.put(connection, one, centres.get(one.id))
        for home_id, clauses in last.before["clauses"].items():
            store.themes.move(connection, clauses, home_id or None)
        for clauses in home.values():
            store.themes.move(connection, clauses, theme_id)
        store.theme_decisions.undone(connection, last.id, now=now)
        store.themes.rewrite_signals(connection)
    back = next(one for one in restored if one.id == theme_id)
    return Decided(decision=last.id, theme=back, others=tuple(one for one in restored if one.id != theme_id))


def checked(rules: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Rules by language, stripped and without repetitions.

    Raises:
        InputError: a language that is not read, too many or too long rules, or one that cannot be read.
    """
    found: dict[str, tuple[str, ...]] = {}
    for language, patterns in rules.items():
        if language not in codes():
            raise InputError(
                f"rules: '{language[:20]}' is not read; use {listed('or')}.",
                code="rule_language",
                language=language[:20],
            )
        kept = tuple(dict.fromkeys(" ".join(one.split()) for one in patterns if one.strip()))
        if len(kept) > MOST_RULES or any(len(one) > LONGEST_RULE for one in kept):
            raise InputError(
                f"rules: at most {MOST_RULES} of {LONGEST_RULE} characters each; shorten them.",
                code="rules_too_long",
                most=MOST_RULES,
                characters=LONGEST_RULE,
            )
        if kept:
            found[language] = kept
    if wrong := wrong_pattern(found):
        raise InputError(f"rule '{wrong[0][:80]}': {wrong[1]}; correct it.", code="rule_unreadable", rule=wrong[0][:80])
    return found


def halves(vectors: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows are of the second of two groups (2-means on the sphere, begun along the longest axis): bool [n]."""
    _, _, axes = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    second = vectors @ axes[0] > float(vectors.mean(axis=0) @ axes[0])
    for _ in range(ROUNDS):
        if not second.any() or second.all():
            break
        middles = unit(np.stack([vectors[~second].mean(axis=0), vectors[second].mean(axis=0)]))
        again = (vectors @ middles.T).argmax(axis=1) == 1
        if bool((again == second).all()):
            break
        second = again
    return np.asarray(second, dtype=np.bool_)


def _decide(
    store: Store, action: str, before: Theme, after: Sequence[Theme], *, actor: str, now: datetime | None
) -> Decided:
    change = _Change([(one, None) for one in after], {})
    return _change(store, action, before, change, detail={}, actor=actor, now=now)


def _change(
    store: Store,
    action: str,
    about: Theme,
    change: _Change,
    *,
    detail: dict[str, str],
    actor: str,
    now: datetime | None,
) -> Decided:
    """Carry a decision out, with what taking it back restores, in one transaction."""
    now = now or datetime.now(UTC)
    known = store.themes.all()
    touched = [one.id for one, _ in change.themes]
    before = {
        "themes": [known[key][0].model_dump(mode="json") for key in touched if key in known],
        "centres": {
            one.id: known[one.id][1].tolist() for one, centre in change.themes if centre is not None and one.id in known
        },
        "made": [key for key in touched if key not in known],
        "clauses": {about.id: sorted(clause for rows in change.clauses.values() for clause in rows)},
    }
    with store.themes.database.begin() as connection:
        _carry_out(store, connection, change)
        decision = store.theme_decisions.decide(
            connection, actor=actor, action=action, theme_id=about.id, detail=detail, before=before, now=now
        )
        store.themes.rewrite_signals(connection)
    themes = [one for one, _ in change.themes]
    mine = next(one for one in themes if one.id == about.id)
    return Decided(decision=decision, theme=mine, others=tuple(one for one in themes if one.id != about.id))


def _carry_out(store: Store, connection: Connection, change: _Change) -> None:
    for one, centre in change.themes:
        store.themes.put(connection, one, centre)
    for into, clauses in change.clauses.items():
        store.themes.move(connection, clauses, into)


def _theme(store: Store, theme_id: str, *, even_merged: bool = False) -> Theme:
    one = store.themes.get(theme_id)
    if one is None:
        raise no_such_theme(theme_id)
    if one.status == "merged" and not even_merged:
        raise ConflictError(
            f"theme {theme_id}: is part of {one.merged_into} now; decide about that one.",
            code="theme_merged",
            theme=theme_id,
            into=one.merged_into or "",
        )
    return one


def _names(one: Theme, names: Mapping[str, str]) -> dict[str, str]:
    given = {
        key: " ".join(value.split()) for key, value in names.items() if key in interface_languages() and value.strip()
    }
    if not given or any(len(value) > LONGEST_NAME for value in given.values()):
        raise InputError(
            f"theme {one.id}: give a name of at most {LONGEST_NAME} characters in {listed_languages('or')}.",
            code="theme_name",
            characters=LONGEST_NAME,
        )
    return {**one.labels, **given}


def _read(store: Store, clauses: StoredClauses, most: int) -> list[tuple[str, str | None]]:
    return sample(store, clauses, np.arange(min(most, len(clauses.ids))))


def _centres(store: Store) -> dict[str, FloatArray]:
    from voc.language.encoder import load_encoder

    encoder = load_encoder()
    return store.themes.centres(f"{encoder.name}@{encoder.version}")


def _sentence(sentences: Sequence[object], place: tuple[int, int]) -> tuple[int, int]:
    for one in sentences:
        begin, end = getattr(one, "begin"), getattr(one, "end")  # noqa: B009
        if begin <= place[0] < end:
            return begin, end
    return place
