"""What is refused of decisions about who is whom: each refusal with its sentence and its code."""

from __future__ import annotations

from voc.errors import ConflictError, InputError, NotFoundError


def unknown_customer(customer_id: str) -> InputError:
    """A decision names a customer whom the base does not have."""
    message = f"customer {customer_id}: is not in the customer base; look it up under Customers."
    return InputError(message, code="unknown_customer", customer=customer_id)


def nothing_to_merge(first: str, second: str) -> InputError:
    """Both are one person already."""
    return InputError(
        f"customers {first} and {second}: are one person already; nothing to merge.", code="nothing_to_merge"
    )


def not_merged(record_id: str) -> InputError:
    """A record that is merged with no other cannot be split from it."""
    return InputError(f"customer {record_id}: is not merged with another; nothing to split.", code="not_merged")


def linked_already(customer_id: str) -> InputError:
    """A person has decided exactly that before."""
    return InputError(
        f"customer {customer_id}: a person linked all of these interactions to them already.", code="linked_already"
    )


def nobody_to_reject(interaction_id: str) -> InputError:
    """No candidate is left."""
    return InputError(
        f"interaction {interaction_id}: there is nobody left to reject; link it to somebody instead.",
        code="nobody_to_reject",
    )


def not_ready(interaction_id: str) -> InputError:
    """Only what is analysed can be linked."""
    return InputError(
        f"interaction {interaction_id}: is unknown or not analysed yet; try again when it is done.",
        code="not_analysed_yet",
    )


def no_such_event(event_id: int) -> NotFoundError:
    """No decision has this number."""
    return NotFoundError(f"event {event_id}: there is no such event.", code="no_such_event", event=event_id)


def already_undone(event_id: int) -> InputError:
    """A decision is taken back once."""
    return InputError(f"event {event_id}: was taken back already; decide anew instead.", code="already_undone")


def later_decisions(event_id: int, events: str) -> ConflictError:
    """Decisions that came after it would lose their ground."""
    return ConflictError(
        f"event {event_id}: later decisions stand on it (events {events}); take those back first, the newest first, "
        "or all of them together.",
        code="later_decisions",
        events=events,
    )


def records_changed(event_id: int) -> ConflictError:
    """What it joined is no longer as it was then."""
    return ConflictError(
        f"event {event_id}: the records it joined have changed since; split them instead.", code="records_changed"
    )


def rejected_since(event_id: int, interaction_id: str) -> ConflictError:
    """Taking it back would contradict a rejection that came after it."""
    return ConflictError(
        f"event {event_id}: taking it back would give interaction {interaction_id} to a customer it was rejected for "
        "since; take that rejection back first.",
        code="rejected_since",
    )
