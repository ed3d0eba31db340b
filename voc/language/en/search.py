"""English words as full-text search knows them (stop words after the list of the Snowball project)."""

from __future__ import annotations

from voc.language.description import SearchWords
from voc.language.folding import word_set

SEARCH = SearchWords(
    stop=word_set(
        "about after again all also am an and any are at be because been before being both but by can could did do "
        "does doing for from had has have having he her here hers him his how i if in into is it its just me more "
        "most my no nor not of off on once only or other our ours out over own same she should so some such than that "
        "the their them then there these they this those through to too up upon very was we were what when where "
        "which while who whom why will with would you your yours"
    ),
    endings=("ed", "ing", "ings", "ly", "y", "ies", "ied", "ment", "ments"),
    doubled=r"ed|ing|ings",
)
