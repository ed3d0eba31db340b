"""Titles before names of people, in every language that is read: each language lists them once.

Alternatives of patterns over a text as it is, case aside, or folded.
"""

from __future__ import annotations

from voc.language.registry import alternatives

_FULL = alternatives(lambda one: one.people.titles)
_SHORT = alternatives(lambda one: one.people.short_titles)
_DOTTED = alternatives(lambda one: one.people.dotted_titles)
_BARE = alternatives(lambda one: one.people.bare_titles)

WRITTEN = rf"(?:{_FULL}|(?:{_SHORT})\.?|(?:{_DOTTED})\.)"
"""A title as it is written: after one in full, a full stop ends the sentence ("Au revoir, Madame. Bonne journée.")."""
BEFORE_NAME = rf"(?:{_FULL}|{_SHORT}|{_BARE})\.?"
"""A title where a name is known to follow: with a full stop or without ("M Dupont")."""
RANKED = rf"(?:{_FULL}|{_SHORT}|{alternatives(lambda one: one.people.ranks)})\b\.?"
"""Everything that is put before a name to say what somebody is: professions and ranks too."""
