"""From a voice to a person: linking interactions to customer records, with reasons."""

from voc.customers.linking import link_all
from voc.customers.lookup import find_customers
from voc.customers.matching import Matcher, prepare
from voc.privacy.masking import mask_names

__all__ = ["Matcher", "find_customers", "link_all", "mask_names", "prepare"]
