"""Bytes in, interactions out: recordings, e-mail, tables, transcripts and customer records, whatever wrote them."""

from voc.intake.customers import read_customers
from voc.intake.reading import read, read_all, read_folder, walk

__all__ = ["read", "read_all", "read_customers", "read_folder", "walk"]
