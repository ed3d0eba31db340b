"""The API's documentation at ``/docs``, drawn from its OpenAPI document without any script."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.rendering import draw

router = APIRouter(include_in_schema=False)

_METHODS = ("get", "post", "put", "patch", "delete")


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Public, as ``/openapi.json`` is: it tells of the API, not of the data."""
    document: dict[str, Any] = request.app.openapi()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "tag": (found.get("tags") or ["health"])[0],
            "summary": found.get("summary", ""),
            "description": found.get("description", ""),
            "parameters": found.get("parameters", []),
            "public": "security" not in found,
        }
        for path, methods in document["paths"].items()
        for method, found in methods.items()
        if method in _METHODS
    ]
    tags: dict[str, list[dict[str, Any]]] = {}
    for one in operations:
        tags.setdefault(str(one["tag"]), []).append(one)
    return draw(request, "docs.html", tags=tags)
