"""Call categories: rules a person can read, over what the analysers found in a conversation."""

from voc.categories.matching import categorised
from voc.categories.rules import Categories, load_categories

__all__ = ["Categories", "categorised", "load_categories"]
