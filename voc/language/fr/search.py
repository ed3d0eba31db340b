"""French words as full-text search knows them (stop words after the list of the Snowball project)."""

from __future__ import annotations

from pathlib import Path

from voc.language.description import SearchWords
from voc.language.folding import word_set

SEARCH = SearchWords(
    # Folded, with what an apostrophe leaves of them; numbers say something and stay.
    stop=word_set(
        "a ai aie ait ainsi alors apres as au aussi autre aux avais avait avant avec avez avoir avons c car ce ceci "
        "cela celle celles celui ces cet cette ceux chez ci comme comment d dans de des donc dont du elle elles en "
        "encore es est et etaient etait etant ete etes etre eu eux fait font hors ici il ils j je jusque l la le les "
        "leur leurs lui m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont ou par parce pas peu peut "
        "plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera serait ses si soit son "
        "sont sous suis sur t ta te tes toi ton tous tout toute toutes tres trop tu un une vers voila vos votre vous "
        "y etc ca"
    ),
    endings=(
        *("s", "x", "e", "es", "ee", "ees", "er", "ez", "ent", "ait", "ais", "aient", "ant", "ants", "ante", "antes"),
        *("ement", "ements", "issement", "issements", "ation", "ations", "ateur", "ateurs", "euse", "euses"),
    ),
    translations=Path(__file__).with_name("translations.txt"),
)
