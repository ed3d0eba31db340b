"""The store: one schema, all SQL, and the blobs. ``open_store()`` gives it as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from voc.records.alerts import AlertRule
from voc.records.handover import AssignmentRule, ShareLink, Ticket, Tracker
from voc.records.subscriptions import Subscription
from voc.records.views import Annotation, SavedView
from voc.settings import Settings, settings
from voc.store.access import Access
from voc.store.alert_tables import alert_rule
from voc.store.alerts import FiredAlerts
from voc.store.analyses import Findings
from voc.store.anonymising import Anonymising
from voc.store.blobs import BlobStore
from voc.store.categories import CategoryRows
from voc.store.consents import Consents
from voc.store.context_answers import ContextAnswers
from voc.store.contexts import Contexts
from voc.store.corrections import Corrections
from voc.store.corroboration import CorroborationRows
from voc.store.customer_features import Behaviours
from voc.store.customers import Customers
from voc.store.database import Database
from voc.store.deliveries import Deliveries
from voc.store.delivery_tables import subscription
from voc.store.digests import Digests
from voc.store.erasing import Erasing
from voc.store.erasures import Erasures
from voc.store.events import Events
from voc.store.export_jobs import ExportJobs
from voc.store.export_tables import Tables
from voc.store.facts import Facts
from voc.store.figures import Figures
from voc.store.filters import Filters
from voc.store.finding_reviews import FindingReviews
from voc.store.handover_tables import assignment_rule, share_link, ticket, tracker
from voc.store.identities import Identities
from voc.store.identity_review import IdentityReview
from voc.store.interaction_changes import CustomerMarks, InteractionChanges
from voc.store.interactions import Interactions
from voc.store.issues import Issues
from voc.store.known_numbers import KnownNumbers
from voc.store.linking import LinkingIndex
from voc.store.masked_audio import MaskedAudio
from voc.store.mention_index import MentionIndex
from voc.store.mentions import Mentions
from voc.store.page_sessions import PageSessions
from voc.store.phrases import Phrases
from voc.store.pressure import Pressures
from voc.store.record_table import RecordTable
from voc.store.saved_mappings import SavedMappings
from voc.store.scored import Scored
from voc.store.search import Search
from voc.store.signal_counts import Meanings
from voc.store.source_items import SourceItems
from voc.store.source_runs import SourceRuns
from voc.store.sources import Sources
from voc.store.theme_counts import ThemeCounts
from voc.store.theme_decisions import ThemeDecisions
from voc.store.themes import ThemeRows
from voc.store.tombstones import Tombstones
from voc.store.topic_versions import TopicVersions
from voc.store.transcription_requests import AskedTranscriptions
from voc.store.uploads import Uploads
from voc.store.usual_languages import UsualLanguages
from voc.store.view_tables import annotation, saved_view
from voc.store.waiting_works import WaitingWorks
from voc.store.workers import Workers

__all__ = ["Filters", "Store", "open_store"]


class Store:
    """The database by noun, and the blobs. A ``with`` statement closes it.

    Args:
        facts: folder in which what figures are counted over is saved for the next start; without it, nowhere.
    """

    def __init__(self, database_url: str, blobs_url: str, *, facts: Path | None = None) -> None:
        self.database = Database(database_url)
        self.facts = Facts(self.database, facts)
        self.blobs = BlobStore(blobs_url)
        self.uploads = Uploads(self.database)
        self.interactions = Interactions(self.database, self.facts)
        self.languages = UsualLanguages(self.database)
        self.interaction_changes = InteractionChanges(self.database)
        self.findings = Findings(self.database)
        self.customer_marks = CustomerMarks(self.database)
        self.customers = Customers(self.database, self.facts)
        self.known_numbers = KnownNumbers(self.database)
        self.linking = LinkingIndex(self.database)
        self.identities = Identities(self.database, self.findings)
        self.identity_review = IdentityReview(self.database)
        self.events = Events(self.database)
        self.issues = Issues(self.facts)
        self.pressure = Pressures(self.database, self.facts)
        self.behaviour = Behaviours(self.database)
        self.corrections = Corrections(self.database)
        self.search = Search(self.database, self.facts, facts / "search" if facts is not None else None)
        self.figures = Figures(self.facts)
        self.scored = Scored(self.facts)
        self.meanings = Meanings(self.facts)
        self.categories = CategoryRows(self.database, self.facts)
        self.masked_audio = MaskedAudio(self.database)
        self.waiting_works = WaitingWorks(self.database)
        self.asked = AskedTranscriptions(self.database)
        self.digests = Digests(self.database)
        self.finding_reviews = FindingReviews(self.database)
        self.subscriptions = RecordTable(self.database, subscription, Subscription)
        self.views = RecordTable(self.database, saved_view, SavedView)
        self.annotations = RecordTable(self.database, annotation, Annotation)
        self.alert_rules = RecordTable(self.database, alert_rule, AlertRule)
        self.fired_alerts = FiredAlerts(self.database)
        self.phrases = Phrases(self.database)
        self.export_jobs = ExportJobs(self.database)
        self.assignment_rules = RecordTable(self.database, assignment_rule, AssignmentRule)
        self.trackers = RecordTable(self.database, tracker, Tracker)
        self.tickets = RecordTable(self.database, ticket, Ticket)
        self.share_links = RecordTable(self.database, share_link, ShareLink)
        self.deliveries = Deliveries(self.database)
        self.access = Access(self.database)
        self.page_sessions = PageSessions(self.database)
        self.tables = Tables(self.database)
        self.saved_mappings = SavedMappings(self.database)
        self.sources = Sources(self.database)
        self.source_runs = SourceRuns(self.database)
        self.source_items = SourceItems(self.database)
        self.workers = Workers(self.database)
        self.erasing = Erasing(self.database)
        self.erasures = Erasures(self.database)
        self.mentions = Mentions(self.database)
        self.mention_index = MentionIndex(self.database)
        self.anonymising = Anonymising(self.database)
        self.tombstones = Tombstones(self.database)
        self.consents = Consents(self.database)
        self.contexts = Contexts(self.database, self.facts)
        self.context_answers = ContextAnswers(self.database)
        self.topic_versions = TopicVersions(self.database)
        self.themes = ThemeRows(self.database)
        self.corroboration = CorroborationRows(self.database)
        self.theme_decisions = ThemeDecisions(self.database)
        self.theme_counts = ThemeCounts(self.database, self.facts)

    def close(self) -> None:
        """Close the database."""
        self.facts.close()
        self.search.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(chosen: Settings | None = None) -> Store:
    """The store the settings name."""
    chosen = chosen or settings()
    return Store(chosen.database, chosen.blobs, facts=chosen.home / "facts")
