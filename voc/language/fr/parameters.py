"""What people who speak French may call parameters of the HTTP service."""

from __future__ import annotations

PARAMETERS = {
    "from": "depuis|debut",
    "to": "jusqua|fin",
    "channel": "canal",
    "language": "langue",
    "week": "semaine",
    "topic": "theme",
    "customer": "client",
}
