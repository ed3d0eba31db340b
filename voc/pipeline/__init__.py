"""The durable way through: receive → transcribe → analyse → link → index, resumed by itself after any crash."""

from voc.customers.customer_search import find_customers
from voc.pipeline.customer_import import ImportReport, import_customers, relink
from voc.pipeline.events import EventReport, import_events, join_events
from voc.pipeline.ingestion import Intake
from voc.pipeline.reanalysis import reanalyse
from voc.pipeline.search import SearchResult, SearchResults, search

__all__ = [
    "EventReport",
    "ImportReport",
    "Intake",
    "SearchResult",
    "SearchResults",
    "find_customers",
    "import_customers",
    "import_events",
    "join_events",
    "reanalyse",
    "relink",
    "search",
]
