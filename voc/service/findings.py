"""Findings of digests decided about, followed and done: who takes it, and whether it moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from voc.errors import InputError
from voc.insights.finding_review import OPEN, check, check_undo, reviewed, reviews
from voc.insights.periods import begins
from voc.insights.reviewed_digests import followed, known_finding, reviewed_digest
from voc.insights.saved_digests import last_week_with_data
from voc.records import Decision, Digest, DigestItem, FindingAction, FollowedFinding
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.mentions import is_team_address, mentioned, tell
from voc.service.use_cases import not_found, there, use_case
from voc.store.finding_reviews import NewDecision

__all__ = ["OPEN", "Detail", "Wish", "board", "decide", "detail", "owners", "undo", "with_reviews"]

OWNER_CHARS = 100
TEXT_CHARS = 2000
NEEDS: Mapping[FindingAction, str] = {"assign": "owner", "comment": "text", "dismiss": "text", "merge": "into"}
"""What an action cannot go without."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to decide: ``text`` is a comment or a reason, ``into`` the key of another finding."""

    action: FindingAction
    owner: str | None = None
    due: date | None = None
    text: str | None = None
    into: str | None = None


@dataclass(frozen=True)
class Detail:
    """One finding with every decision about it, newest first, those taken back too."""

    finding: FollowedFinding
    history: list[Decision]


@use_case("analyst")
def decide(service: Service, actor: Actor, key: str, wish: Wish, *, items: Iterable[DigestItem], week: str) -> Decision:
    """Keep one decision about a finding, in the name of ``actor``; comments and reasons without personal data.

    Args:
        key: of one of ``items``, or of a finding somebody decided about before.
        items: what the digest of ``week`` found.
        week: the ISO week of the digest that is reviewed.

    Raises:
        NotFoundError: there is no such finding.
        InputError: what the action needs is missing or too long, or it would be merged with itself.
        ConflictError: the finding is done, or open, as it must not be.
    """
    begins(week)
    wish = _checked(wish)
    known = service.store.finding_reviews.known() | {one.key: known_finding(one, week) for one in items}
    named = [key, wish.into] if wish.into else [key]
    if any(one not in known for one in named):
        raise not_found("finding")
    text, told = mentioned(service, wish.text) if wish.text else (None, [])
    text = service.pipeline.mask(text) if text else None
    if wish.owner and is_team_address(service, wish.owner):
        told.append(wish.owner)
    made = service.store.finding_reviews.decide(
        [known[one] for one in named if one],
        NewDecision(week, wish.action, actor.id, wish.owner, wish.due, text, wish.into),
        check=lambda decisions: check(key, wish.action, decisions, into=wish.into),
        now=service.now(),
    )
    # Neither the words nor the owner: the trail outlives what is taken back and whom it names.
    audit.record(service, actor, f"finding.{wish.action}", key, week=week, decision=made.id)
    tell(service, made, told)
    return made


def _checked(wish: Wish) -> Wish:
    """The wish with its texts trimmed and only what its action takes.

    Raises:
        InputError: something is missing or too long.
    """
    owner, text = ((one or "").strip() or None for one in (wish.owner, wish.text))
    for name, given, most in (("owner", owner, OWNER_CHARS), ("text", text, TEXT_CHARS)):
        if given and len(given) > most:
            raise InputError(f"{name}: at most {most} characters.", code="field_too_long", field=name, max_length=most)
    takes_text = wish.action in {"comment", "dismiss", "close", "reopen"}
    wish = Wish(
        wish.action,
        owner=owner if wish.action == "assign" else None,
        due=wish.due if wish.action == "assign" else None,
        text=text if takes_text else None,
        into=wish.into if wish.action == "merge" else None,
    )
    needed = NEEDS.get(wish.action)
    if needed and not getattr(wish, needed):
        raise InputError(f"{needed}: is missing; {wish.action} needs it.", code="field_missing", field=needed)
    return wish


@use_case("analyst")
def undo(service: Service, actor: Actor, decision_id: int, *, of: str) -> str:
    """Take a decision about the finding ``of`` back; it stays on record. Returns the key of the finding.

    Raises:
        NotFoundError: there is no such decision about it.
        ConflictError: it was taken back already, or later ones about the same finding stand on it.
    """
    service.store.finding_reviews.undo(
        decision_id,
        actor=actor.id,
        check=lambda decisions: check_undo(decision_id, [one for one in decisions if one.finding == of]),
        now=service.now(),
    )
    audit.record(service, actor, "finding.undo", of, decision=decision_id)
    return of


@use_case("reader")
def board(service: Service, actor: Actor) -> list[FollowedFinding]:
    """Every finding somebody decided about: open ones by their due day, then what is done, latest first."""
    decisions = service.store.finding_reviews.all()
    known, states = service.store.finding_reviews.known(), reviews(decisions)
    until = last_week_with_data(service.store, now=service.now())
    found = followed(service.store, [one for one in known.values() if one.key in states], states, until=until)
    latest = date.max
    open_ones = [one for one in found if one.review.status in OPEN]
    done = [one for one in found if one.review.status not in OPEN]
    open_ones.sort(key=lambda one: (one.review.due or latest, one.review.since or one.first_week, one.key))
    return open_ones + sorted(done, key=_decided_at, reverse=True)


def _decided_at(one: FollowedFinding) -> datetime:
    assert one.review.at is not None  # what is done was decided
    return one.review.at


@use_case("reader")
def detail(service: Service, actor: Actor, key: str) -> Detail:
    """One finding, where it stands, whether it moved, and all that was decided.

    Raises:
        NotFoundError: nobody decided anything about a finding of that key.
    """
    known = there(service.store.finding_reviews.known().get(key), "finding")
    decisions = service.store.finding_reviews.of(key)
    until = last_week_with_data(service.store, now=service.now())
    (finding,) = followed(service.store, [known], {key: reviewed(decisions)}, until=until)
    return Detail(finding=finding, history=decisions[::-1])


@use_case("reader")
def owners(service: Service, actor: Actor) -> list[str]:
    """Whom findings were assigned to, the latest first: what a form may offer."""
    named = [one.owner for one in reversed(service.store.finding_reviews.all()) if one.owner]
    return list(dict.fromkeys(named))


@use_case("reader")
def with_reviews(service: Service, actor: Actor, digest: Digest) -> Digest:
    """The digest with what was decided about its items and about those of the weeks before, as it stands now.

    Dismissed and merged items come after the others. Findings that are open are followed week by week; those done are
    told once more, in the digest of the week after.
    """
    return reviewed_digest(service.store, digest, now=service.now())
