"""The durable way through: receive → transcribe → analyse → link → index, resumed by itself after any crash."""

from voc.customers.customer_search import find_customers
from voc.pipeline.crm import ImportReport, import_customers, relink
from voc.pipeline.events import EventReport, import_events, join_events
from voc.pipeline.finder import SearchResult, search
from voc.pipeline.reception import Intake
from voc.pipeline.reruns import reanalyse

__all__ = [
    "EventReport",
    "ImportReport",
    "Intake",
    "SearchResult",
    "find_customers",
    "import_customers",
    "import_events",
    "join_events",
    "reanalyse",
    "relink",
    "search",
]
