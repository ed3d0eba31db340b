"""What channels are called in French."""

from __future__ import annotations

from voc.language.channel_words import ChannelWords

CHANNELS = ChannelWords(
    names={
        "call": "telephone|tel|appel|appels|voix|vocal",
        "email": "email|emails|e mail|e mails|mail|mails|courriel|courriels",
        "social": "social|reseau social|reseaux sociaux",
        "complaint": "reclamation|reclamations|plainte|plaintes|courrier|lettre",
        "survey": "enquete|enquetes|questionnaire|sondage|verbatim",
        "review": "avis|avis client|avis clients|avis en ligne|avis verifies",
        "chat": "chat|tchat",
    },
    headers={
        "complaint": "reclamation|reclamations|plainte",
        "review": "avis",
        "chat": "chat|tchat|visiteur",
    },
)
