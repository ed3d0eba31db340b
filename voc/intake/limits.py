"""How much of a file is taken on trust, in one place: beyond these, one clear line instead of a full memory.

Each limit is far above what exports and recordings look like (the largest real cell seen is a 40 kB e-mail) and far
below what a small machine can hold.
"""

from __future__ import annotations

LINE_BYTES = 8 * 2**20
"""Longest physical line of a text file, bytes."""

CELL_CHARACTERS = 1_000_000
"""Longest cell or message, characters."""

RECORD_LINES = 2_000
"""Most lines one quoted CSV record may span before its opening quote is taken for a stray one."""

COLUMNS = 2_000
"""Most columns of a table."""

ROWS = 10_000_000
"""Most rows read from one table."""

JSON_BYTES = 256 * 2**20
"""Largest JSON document that has to be held whole (an array of objects is read item by item and has no such limit)."""

JSON_DEPTH = 100
"""Deepest nesting of a JSON value."""

XLSX_BYTES = 1024 * 2**20
"""Largest declared uncompressed size of a workbook, bytes."""

XLSX_ROWS = 1_048_576
"""Rows a sheet has (ECMA-376 leaves it open; Excel's specifications and LibreOffice say 2^20)."""

XLSX_RATIO = 400
"""Highest compression ratio of a workbook part above :data:`XLSX_RATIO_FLOOR`; real sheets stay under 60."""

XLSX_RATIO_FLOOR = 8 * 2**20
"""Parts smaller than this when unpacked cannot hurt, whatever their ratio, bytes."""

PARQUET_RATIO = 400
"""Highest compression ratio of a Parquet file above :data:`PARQUET_RATIO_FLOOR`."""

PARQUET_RATIO_FLOOR = 64 * 2**20
"""Parquet files smaller than this when unpacked cannot hurt, whatever their ratio, bytes."""

EMAIL_BYTES = 64 * 2**20
"""Largest single e-mail with its attachments, bytes."""

TRANSCRIPT_BYTES = 64 * 2**20
"""Largest transcript file, bytes."""

ATTRIBUTES = 60
"""Most attributes kept with one interaction."""

ATTRIBUTE_CHARACTERS = 500
"""Longest attribute value kept, characters; the rest is cut."""

READER_MEMORY_BYTES = 2 * 2**30
"""Address space that reading one file may add to its process (``RLIMIT_AS``), bytes."""

READER_CPU_SECONDS = 60.0
"""Processor time that reading any file may take (``RLIMIT_CPU``), seconds; the largest sample takes less than one."""

READER_CPU_SECONDS_PER_MB = 20.0
"""What each megabyte of the file adds to that, seconds: several times what the slowest kind takes."""

READER_SILENCE = 5.0
"""A reader may give nothing for so many times its processor time before it counts as stuck: machines are busy."""

SMALLER = "split it, or export it as CSV (UTF-8)."
"""What to do with a file that is too much for its reader."""

SAMPLE_ROWS = 1_000
"""Rows looked at to guess what the columns mean."""


def megabytes(size: int) -> str:
    """``size`` bytes as people read it: ``8 MB``."""
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"


def too_much_memory() -> str:
    """The reason of a file that :data:`READER_MEMORY_BYTES` are not enough for."""
    return f"reading it takes more than {megabytes(READER_MEMORY_BYTES)} of memory; {SMALLER}"
