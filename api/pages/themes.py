"""Themes on a map and in a table, and each with its words, quotes and what may be decided about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.figures import sparkline
from api.pages.forms import posted
from api.pages.rendering import draw, speech
from api.problems import Problem
from voc.language.registry import codes
from voc.locales import interface_languages
from voc.records.themes import ThemeFigure, ThemeWeek
from voc.service import themes
from voc.service.actor import Actor

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WIDTH, HEIGHT, MARGIN = 960, 520, 60
SMALLEST_RADIUS, LARGEST_RADIUS = 7.0, 34.0
MOST_ON_MAP = 80
LETTER, LINE = 6.6, 15
"""Width and height that a letter and a line of a name are reckoned to take, in units of the map."""
LONGEST_NAME = 28
COLOURS = 8
PUSHES = 60

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass
class Dot:
    """One theme on the map; ``name`` is empty where it would lie over another."""

    figure: ThemeFigure
    x: float
    y: float
    radius: float
    colour: int
    name: str = ""
    name_y: float = 0.0


def dots(figures: Sequence[ThemeFigure]) -> list[Dot]:
    """Places of the largest themes on the map, apart from each other, named where there is room."""
    shown = [one for one in figures if one.n][:MOST_ON_MAP]
    if not shown:
        return []
    most = max(one.n for one in shown)
    groups = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in shown))}
    found = [
        Dot(
            figure=one,
            x=MARGIN + one.x * (WIDTH - 2 * MARGIN),
            y=MARGIN + one.y * (HEIGHT - 2 * MARGIN),
            radius=SMALLEST_RADIUS + (LARGEST_RADIUS - SMALLEST_RADIUS) * math.sqrt(one.n / most),
            colour=groups[one.group] % COLOURS,
        )
        for one in shown
    ]
    _push_apart(found)
    _name(found)
    return found


def _push_apart(found: Sequence[Dot]) -> None:
    for _ in range(PUSHES):
        moved = False
        for place, one in enumerate(found):
            for other in found[place + 1 :]:
                across, down = other.x - one.x, other.y - one.y
                apart = math.hypot(across, down)
                missing = one.radius + other.radius + 3 - apart
                if missing <= 0:
                    continue
                moved = True
                way = (across / apart, down / apart) if apart > 1e-6 else (1.0, 0.0)
                for dot, sign in ((one, -0.5), (other, 0.5)):
                    dot.x = min(max(dot.x + sign * missing * way[0], dot.radius), WIDTH - dot.radius)
                    dot.y = min(max(dot.y + sign * missing * way[1], dot.radius), HEIGHT - dot.radius - LINE)
        if not moved:
            return


def _name(found: Sequence[Dot]) -> None:
    """Names under or over the dots, the largest first; one that would cross another name or dot, or leave the map, is
    left out: the dot still tells it when it is pointed at.
    """
    taken: list[Box] = []
    for one in found:
        label = one.figure.label
        name = label if len(label) <= LONGEST_NAME else label[: LONGEST_NAME - 1].rsplit(" ", 1)[0].rstrip(" ·") + "…"
        half = len(name) * LETTER / 2
        for top in (one.y + one.radius + 2, one.y - one.radius - 2 - LINE):
            box = (one.x - half, top, one.x + half, top + LINE)
            inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
            if (
                inside
                and not any(_cross(box, other) for other in taken)
                and not any(_covers(box, dot) for dot in found)
            ):
                one.name, one.name_y = name, top + LINE - 4
                taken.append(box)
                break


def _cross(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _covers(box: Box, dot: Dot) -> bool:
    """Whether a box lies over a part of a dot."""
    nearest_x, nearest_y = min(max(dot.x, box[0]), box[2]), min(max(dot.y, box[1]), box[3])
    return math.hypot(dot.x - nearest_x, dot.y - nearest_y) < dot.radius


@router.get("/themes", response_class=HTMLResponse)
def page(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """The themes of the last discovery, or of a period of one's own."""
    service = service_of(request)
    found = themes.listing(service, actor, filters, language=speech(request).language, quotes=1)
    return draw(
        request,
        "themes.html",
        filters=filters,
        found=found,
        dots=dots(found.themes),
        width=WIDTH,
        height=HEIGHT,
        lines={one.id: sparkline([_share(week) for week in one.weeks]) for one in found.themes},
        waiting=themes.is_asked(service, actor),
    )


def _share(week: ThemeWeek) -> float | None:
    return week.n / week.total if week.total else None


@router.get("/themes/{theme_id}", response_class=HTMLResponse)
def one(request: Request, actor: Reader, theme_id: str, filters: Filtered) -> HTMLResponse:
    """One theme; analysts see the rules it would have as a topic, and what these would count."""
    service, language = service_of(request), speech(request).language
    figure = themes.one(service, actor, theme_id, filters, language=language)
    may = actor.allows("analyst") and figure.status != "merged"
    others = themes.listing(service, actor, filters, language=language, quotes=0).themes if may else ()
    shown = may and figure.status != "rejected"
    return draw(
        request,
        "theme.html",
        figure=figure,
        may=may,
        others=[other for other in others if other.id != theme_id],
        effect=themes.try_rules(service, actor, theme_id, figure.rules or None) if shown else None,
        decisions=themes.decisions(service, actor, theme_id),
    )


@router.post("/themes/discover")
async def discover(request: Request, actor: Analyst) -> RedirectResponse:
    """Ask a worker for a discovery, and come back."""
    await posted(request)
    await run_in_threadpool(themes.ask_discovery, service_of(request), actor)
    return RedirectResponse("/themes", status_code=303)


@router.post("/themes/{theme_id}/{action}")
async def decide(request: Request, actor: Analyst, theme_id: str, action: str) -> RedirectResponse:
    """Carry a decision out and come back."""
    form = await posted(request)
    await run_in_threadpool(_decide, request, actor, theme_id, action, form)
    return RedirectResponse(f"/themes/{theme_id}", status_code=303)


def _decide(request: Request, actor: Actor, theme_id: str, action: str, form: dict[str, str]) -> None:
    service = service_of(request)
    names = {key: form[f"label_{key}"] for key in interface_languages() if form.get(f"label_{key}", "").strip()}
    rules = {key: form.get(f"rules_{key}", "").splitlines() for key in codes()}
    if action == "accept":
        themes.accept(service, actor, theme_id, rules, names or None)
    elif action == "reject":
        themes.reject(service, actor, theme_id)
    elif action == "rename":
        themes.rename(service, actor, theme_id, names)
    elif action == "merge":
        themes.merge(service, actor, theme_id, form.get("into", "")[:80])
    elif action == "split":
        themes.split(service, actor, theme_id)
    elif action == "undo":
        themes.undo(service, actor, theme_id)
    else:
        raise Problem(404, "There is no such decision.", code="not_found")
    if action in {"accept", "reject", "undo"}:
        themes.tag_again(service, actor)
