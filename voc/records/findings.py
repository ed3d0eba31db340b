"""Findings of a digest followed from the week they were found to the week they are done."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record

FindingAction = Literal["acknowledge", "assign", "comment", "dismiss", "merge", "close", "reopen"]
FindingStatus = Literal["new", "acknowledged", "assigned", "dismissed", "merged", "closed"]
Verdict = Literal["too_little", "growing", "unchanged", "receding", "back_to_usual"]


class Decision(Record):
    """One thing somebody decided about a finding; it stands until it is taken back."""

    id: int
    finding: str
    """Key of the finding: ``topic:billing.double_charge:rise``, the same in every week."""
    week: str
    """ISO week of the digest it was decided about."""
    action: FindingAction
    actor: str
    """Id of the key it was made with."""
    at: Moment
    owner: str | None = None
    due: date | None = None
    text: str | None = None
    """The comment or the reason, without personal data."""
    into: str | None = None
    """Key of the finding it was merged with."""
    undone_by: str | None = None
    undone_at: Moment | None = None


class Review(Record):
    """What was decided about a finding, as it stands."""

    status: FindingStatus = "new"
    owner: str | None = None
    due: date | None = None
    text: str | None = None
    """Why it was dismissed, or what was done before it was closed."""
    into: str | None = None
    """Key of the finding it was merged with."""
    since: str | None = None
    """The week it is followed from: that of the first decision since it was found or taken up again."""
    week: str | None = None
    """The week of the last decision, and who made it when."""
    by: str | None = None
    at: Moment | None = None
    comments: int = 0


class PeriodShare(Record):
    """What was counted of a finding's figure in some weeks: independent voices, of all voices heard in them."""

    weeks: tuple[str, ...]
    n: int
    of: int
    share: float | None
    """``None`` where nothing was heard."""
    low: float
    high: float
    """95 % interval of the share."""


class FollowUp(Record):
    """Whether the figure of a finding moved after the week it is followed from.

    ``verdict`` is neutral: ``receding`` is a rise that came down or a fall that came up again, ``growing`` the
    contrary; ``back_to_usual`` can no longer be told from the weeks before. A correlation: nothing says that what was
    decided made it move, and a week that stands out is followed by a plainer one now and then by itself.
    """

    verdict: Verdict
    until: str
    """The last week that was looked at."""
    usual: PeriodShare
    """The weeks before it was found."""
    found: PeriodShare
    since: PeriodShare
    """The weeks after."""
    p_moved: float | None = None
    """One-sided exact p-value for the direction it moved in, at a constant mix of channels, not corrected."""
    p_usual: float | None = None
    """The same for still standing out of the weeks before."""
    before_decision: bool = False
    """Whether every week looked at was over before the decision was made: then it cannot be its effect."""


class FollowedFinding(Record):
    """A finding that was decided about, where it stands and whether it moved."""

    key: str
    labels: dict[str, str] = Field(default_factory=dict)
    """Title by language, as in the digest it was first decided about."""
    topic: str | None = None
    first_week: str
    """The week of the digest it was first decided about."""
    href: str | None = None
    """The interactions behind it in the week it is followed from."""
    review: Review
    follow_up: FollowUp | None = None
    """``None`` while no later week is over, or where it is not followed any more."""
