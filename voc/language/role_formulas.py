"""What only one side of a conversation says, in French and English: who is the company's and who the customer.

A role is asserted only when the words leave no doubt (:data:`MARGIN`): a wrong one would put the agent's words in the
customer's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from voc.language.folding import bare

K = TypeVar("K")

AGENT: Final = "agent"
CUSTOMER: Final = "customer"

MARGIN: Final = 3
"""How far two speakers must be apart, in points: one offer of help, or several weaker formulas."""

# Formulas are matched on folded text (lower case, no accents nor punctuation). Points: 3 what only that side says,
# 1 what that side says more often.
_AGENT: Final = (
    (3, r"(how|what) (can|may|could) i (help|do for|assist) you|how may i direct|can i help you (today|with)"),
    (3, r"(thank you|thanks) for (calling|contacting|choosing|holding|your call|waiting)|welcome to \w+ \w+"),
    (3, r"(comment|en quoi) (puis je|je peux|est ce que je peux) vous (aider|renseigner|etre utile)"),
    (3, r"(que|qu est ce que) (puis je|je peux) (faire )?pour vous|puis je vous (aider|renseigner)"),
    (3, r"(merci|vous remercie) (de|pour) (votre (appel|attente|patience)|avoir (appele|patiente|contacte))"),
    (3, r"(\w+ )?a votre (service|ecoute|disposition)|service (client|clients|clientele|technique) (bonjour|\w+ a)"),
    (3, r"bienvenue (chez|au service|a) \w+|(is there|was there) anything else (i|that i) can"),
    (2, r"(can|could|may) i (please )?(have|get|take|confirm) your|let me (pull up|check|look up|verify) your"),
    (2, r"(puis je|je peux|pouvez vous me|pourriez vous me) (avoir|confirmer|donner|rappeler|epeler) votre"),
    (2, r"(i m|i am) (so |very |really )?sorry (for the inconvenience|to hear)|i (completely |totally )?apologi[sz]e"),
    (2, r"desole\w* (pour|de) (ce|cette|le|la|l|les) (desagrement|gene|attente|situation|probleme)"),
    (1, r"je (consulte|regarde|verifie|vois|ouvre) (dans |sur )?(votre|le) (dossier|compte|contrat|ligne)"),
    (1, r"(i can see|i see) (here|that|on) |on your account|place you on (a brief )?hold|bear with me"),
    (1, r"je vous (mets en attente|propose|envoie|transfere|confirme)|ne quittez pas|un instant s il vous plait"),
    (
        1,
        r"my name is|this is \w+ (from|speaking|with)|avez vous d autres questions|bonne journee \w+ (monsieur|madame)",
    ),
)
_CUSTOMER: Final = (
    (
        3,
        r"(i m|i am|i was|im) calling (because|about|to|regarding|in regards|since)|i d like to (cancel|complain)",
    ),
    (3, r"(j appelle|je vous appelle|j appelais|je vous contacte) (parce|pour|car|au sujet|concernant|suite|a propos)"),
    (
        3,
        r"(je voudrais|je souhaite|je veux|j aimerais) (resilier|annuler|me plaindre|un remboursement|parler a)",
    ),
    (2, r"my (internet|phone|bill|order|car|line|box|account|package|contract|subscription|router|connection)\b"),
    (
        2,
        r"(ma|mon) (facture|box|ligne|commande|contrat|abonnement|connexion|forfait|colis|telephone|internet)\b",
    ),
    (2, r"i (was|have been|ve been|got) (charged|billed|waiting|told|promised)|i (want|need) (a|my) (refund|money)"),
    (
        2,
        r"(on|vous) m (a|avez|avait|aviez) (dit|promis|preleve|facture|debite)|j ai ete (preleve|debite|facture)",
    ),
    (2, r"(je vous|j) appelle (de|depuis) (?!la part)|nous n avons (plus|pas)|(je veux|je voudrais) que"),
    (1, r"(j ai|on a|nous avons) perdu|tous les voisins|(it s|is it) unacceptable|please do\b"),
    (1, r"(ca|cela) fait (\w+ )?(jours|semaines|mois|fois)|je n ai (plus|toujours pas|pas recu)|c est inadmissible"),
    (1, r"(does|do) not work|doesn t work|isn t working|stopped working|ne (marche|fonctionne) (pas|plus|toujours)"),
    (1, r"can you (help|tell) me|pouvez vous m (aider|expliquer)|i have a (question|problem|reservation)"),
)
_OPENING: Final = 80
"""Characters of a speaker's first words in which a company is named that they answer for."""

_GREETING: Final = re.compile(
    r" (bonjour|bonsoir|hello|hi|good (morning|afternoon|evening)|allo|service|ecoute|speaking) "
)
_ASKING: Final = re.compile(r" (chez|is this|am i|suis je|je suis bien|c est bien|vous etes bien|j appelle|calling) ")

_COMPILED: Final = {
    AGENT: [(points, re.compile(rf"\b(?:{pattern})")) for points, pattern in _AGENT],
    CUSTOMER: [(points, re.compile(rf"\b(?:{pattern})")) for points, pattern in _CUSTOMER],
}


def role_points(text: str) -> int:
    """Points for ``agent`` minus points for ``customer``; each formula counts once."""
    words = bare(text)
    agent, customer = (
        sum(points for points, pattern in _COMPILED[role] if pattern.search(words)) for role in (AGENT, CUSTOMER)
    )
    return agent - customer


def brand_points(opening: str, brands: Sequence[str]) -> int:
    """Points for ``agent`` of a speaker's first words: who greets and names the company answers for it."""
    words = f" {bare(opening)} "
    named = any(name in words[:_OPENING] for brand in brands if (name := f" {bare(brand)} ").strip())
    return 3 if named and _GREETING.search(words) and not _ASKING.search(words) else 0


def agent_and_customer(points: Mapping[K, int]) -> tuple[K, K] | None:
    """Which of two speakers is the agent and which the customer, by their points; ``None`` where that is in doubt.

    One must be ahead by :data:`MARGIN`, and the other must not have as many for the same role.
    """
    agent, customer = sorted(points, key=lambda one: -points[one])
    doubtful = points[customer] >= MARGIN or points[agent] <= -MARGIN or points[agent] <= 0 <= points[customer]
    return None if points[agent] - points[customer] < MARGIN or doubtful else (agent, customer)
