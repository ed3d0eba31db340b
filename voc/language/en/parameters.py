"""What people may call parameters of the HTTP service in English."""

from __future__ import annotations

PARAMETERS = {
    "from": "since|start|after|begin|date_from",
    "to": "until|end|before|date_to",
    "language": "lang",
    "topic": "theme",
    "customer": "client",
    "q": "query|search",
}
