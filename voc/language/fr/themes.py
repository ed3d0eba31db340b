"""Words for naming themes."""

from __future__ import annotations

from voc.language.folding import word_set

PARTICIPLES = r"ante?s?|ée?s?"
EMPTY_LEMMAS = word_set(
    "etre avoir faire dire aller pouvoir vouloir devoir falloir savoir mettre prendre donner voir venir bonjour merci "
    "cordialement madame monsieur cher chose fois jour an annee mois semaine heure temps rien tout autre meme tel "
    "plein svp bonsoir ca cela car donc tres plus bien bon"
)
