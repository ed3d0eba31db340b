"""Bytes in, interactions out: recordings, e-mail, tables, transcripts; customer records and events too."""

from voc.intake.customers import read_customers
from voc.intake.events import holds_events, read_events
from voc.intake.isolation import isolated, isolated_answer
from voc.intake.reader_contract import FileReader, Opening, Reading
from voc.intake.readers import nothing_in, read, read_all, read_folder, walk
from voc.intake.telephony import side_files

__all__ = [
    "FileReader",
    "Opening",
    "Reading",
    "holds_events",
    "isolated",
    "isolated_answer",
    "nothing_in",
    "read",
    "read_all",
    "read_customers",
    "read_events",
    "read_folder",
    "side_files",
    "walk",
]
