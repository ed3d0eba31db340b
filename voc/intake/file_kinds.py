"""The kinds of files that voc reads by itself, and names under which nothing to read comes."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What can be read."""

    RECORDING = "recording"
    MBOX = "mbox"
    EML = "e-mail"
    MSG = "Outlook message"
    CSV = "CSV"
    XLSX = "XLSX"
    JSON = "JSON"
    NDJSON = "NDJSON"
    PARQUET = "Parquet"
    WEBVTT = "WebVTT"
    SRT = "SRT"
    TRANSCRIPT = "transcript"
    CHAT = "chat export"


DOCUMENT_SUFFIXES = frozenset(
    (
        *(
            ".md",
            ".rst",
            ".py",
            ".js",
            ".ts",
            ".css",
            ".html",
            ".htm",
            ".xml",
            ".yaml",
            ".yml",
            ".toml",
            ".ini",
            ".cfg",
        ),
        *(".sh", ".bat", ".sql", ".log", ".tex", ".rtf", ".ipynb", ".r", ".java", ".c", ".h", ".lock"),
        *(".rttm", ".ctm", ".stm", ".uem", ".lab", ".textgrid", ".trs", ".eaf"),  # who speaks when, beside recordings
    )
)
"""Text that is written for people or programs: never a table of feedback, though any text can be read as one."""
