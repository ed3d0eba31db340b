"""What turns a find round in French."""

from __future__ import annotations

from voc.language.description import ScopeWords

SCOPE = ScopeWords(
    negations=r"ne|n|pas|jamais|aucunement|nullement",
    without=r"sans|aucune?",
    no_negations=r"pas (?:mal|que|seulement|juste)|n ?importe|pourquoi pas",
    suppositions=r"(?:meme |comme |et )?si(?: jamais)?(?: (?:ca|cela|il|elle|c))?(?: ne?)?|au cas ou",
    reports=(
        r"dit|disent|disait|affirm\w+|pretend\w*|annonc\w+|propos\w+|"
        r"(?<!ne )(?<!n )(?<!pas )(?<!jamais )(?<!plus )(?<!rien )repond\w*|"
        r"conseill(?:e|es|ees?|ent|ait|aient|a|ant)(?!\S)|demand\w+|suggere\w*"
    ),
    that=r"que?",
    own_subjects=r"j|je|nous",
    own_between=r"vous|lui|leur|l|ai|avais|avons|deja|bien|a|me|suis",
)
