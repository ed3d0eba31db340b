"""Who speaks, in French and English: names of participants to the two roles the figures are kept by."""

from __future__ import annotations

from voc.intake.column_names import fold_header

_AGENT = frozenset(
    (
        *("agent", "conseiller", "conseillere", "advisor", "adviser", "operator", "operateur", "operatrice", "rep"),
        *(
            "representative",
            "support",
            "employee",
            "staff",
            "teleconseiller",
            "teleconseillere",
            "human agent",
            "internal",
        ),
        *("bot", "automated agent", "ivr", "acd", "virtual agent", "assistant", "company", "service client", "vendeur"),
        *("end agent", "professional author", "agent 1", "agent1", "brand", "marque", "entreprise"),
    )
)
_CUSTOMER = frozenset(
    (
        *(
            "customer",
            "client",
            "cliente",
            "caller",
            "appelant",
            "appelante",
            "user",
            "utilisateur",
            "end user",
            "consumer",
        ),
        *("external", "visitor", "visiteur", "contact", "guest", "usager", "assure", "abonne", "adherent", "patient"),
        *("customer 1", "customer1", "end customer"),
    )
)


def role_of(name: str) -> str | None:
    """Read a speaker's role in French or English: ``Conseillère`` → ``agent``, ``END_USER`` → ``customer``."""
    folded = fold_header(name)
    if folded in _AGENT:
        return "agent"
    if folded in _CUSTOMER:
        return "customer"
    words = folded.split()
    if len(words) <= 4:
        if any(word in _AGENT for word in words):
            return "agent"
        if any(word in _CUSTOMER for word in words):
            return "customer"
    return None
