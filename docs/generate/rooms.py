"""The picture of the rooms: which part of the code imports which, read from the code itself.

A room is a folder of ``voc`` or the package ``api``. Rooms that import each other share a box. A room stands above
everything it imports; of the arrows only those are drawn that do not follow from others (transitive reduction).
"""

from __future__ import annotations

import ast
from functools import cache
from html import escape
from itertools import pairwise, product
from pathlib import Path
from textwrap import wrap

REPOSITORY = Path(__file__).resolve().parents[2]

BOX_WIDTH, BOX_HEIGHT, GAP, STEP, MARGIN, PASSAGE = 150, 44, 26, 84, 20, 10
"""Sizes in pixels; STEP is from one floor to the next, PASSAGE what an arrow takes that passes a floor."""

LINE_HEIGHT, BOX_LETTERS = 16, 21
"""Pixels from one line of a box to the next, and letters of a line."""

Edges = dict[str, set[str]]


@cache
def rooms() -> tuple[str, ...]:
    """Names of the rooms, sorted: ``api``, ``voc.analysers`` …"""
    folders = (path.parent for path in (REPOSITORY / "voc").glob("*/__init__.py"))
    return ("api", *sorted(f"voc.{folder.name}" for folder in folders if not folder.name.startswith("_")))


def imports() -> Edges:
    """Room → rooms it imports, at the top of a file or inside a function.

    A file directly in ``voc`` is no room: what it imports counts for whoever imports the file.
    """
    direct: Edges = {}
    for root in ("voc", "api"):
        for path in sorted((REPOSITORY / root).rglob("*.py")):
            if "_data" not in path.parts:
                module = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
                direct.setdefault(_place(module), set()).update(map(_place, _imported(path, module)))
    found: Edges = {}
    for room in rooms():
        seen, waiting = set[str](), list(direct.get(room, ()))
        while waiting:
            place = waiting.pop()
            if place not in seen and place not in {room, "voc"}:
                seen.add(place)
                if place not in rooms():
                    waiting.extend(direct.get(place, ()))
        found[room] = seen & set(rooms())
    return found


def _imported(path: Path, module: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in names if name.partition(".")[0] in {"voc", "api"}}


def _place(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "api" else ".".join(parts[:2])


def reachable(edges: Edges) -> Edges:
    """Everything each room needs, directly or not (Warshall 1962)."""
    every = {room: set(used) for room, used in edges.items()}
    for middle, room in product(edges, edges):
        if middle in every[room]:
            every[room] |= every[middle]
    return every


def grouped() -> tuple[dict[str, tuple[str, ...]], Edges]:
    """Boxes by their first room, with rooms that need each other in one, and the arrows that are drawn."""
    every = reachable(imports())
    box_of = {room: min(other for other in rooms() if other == room or _mutual(every, room, other)) for room in rooms()}
    boxes = {box: tuple(room for room in rooms() if box_of[room] == box) for box in sorted(set(box_of.values()))}
    needs = {
        box: {box_of[used] for room in members for used in every[room] if box_of[used] != box}
        for box, members in boxes.items()
    }
    drawn = {
        box: {used for used in used_here if not any(used in needs[other] for other in used_here)}
        for box, used_here in needs.items()
    }
    return boxes, drawn


def _mutual(every: Edges, one: str, other: str) -> bool:
    return other in every[one] and one in every[other]


def floors() -> tuple[list[list[str]], list[list[str]]]:
    """Nodes by floor from the bottom up, and each arrow as the nodes it passes.

    An arrow over several floors passes one node of its own on each of them (``from>to``), so that it runs between
    boxes instead of behind them; floors are ordered by the mean place of what is below (Sugiyama et al. 1981).
    """
    boxes, arrows = grouped()
    floor_of: dict[str, int] = {}
    while len(floor_of) < len(boxes):
        for box in boxes:
            if box not in floor_of and all(used in floor_of for used in arrows[box]):
                floor_of[box] = 1 + max((floor_of[used] for used in arrows[box]), default=-1)
    built: list[list[str]] = [[] for _ in range(max(floor_of.values()) + 1)]
    for box, level in sorted(floor_of.items()):
        built[level].append(box)
    routes = []
    for box, used_here in sorted(arrows.items()):
        for used in sorted(used_here):
            between = range(floor_of[used] + 1, floor_of[box])
            for level in between:
                built[level].append(f"{box}>{used}")
            routes.append([used, *[f"{box}>{used}"] * len(between), box])
    below: dict[tuple[int, str], list[str]] = {}
    for route in routes:
        level = floor_of[route[0]]
        for number, (lower, upper) in enumerate(pairwise(route), start=level + 1):
            below.setdefault((number, upper), []).append(lower)
    for level, floor in enumerate(built[1:], start=1):
        place = {node: (index + 0.5) / len(built[level - 1]) for index, node in enumerate(built[level - 1])}
        middle = {node: _mean([place[lower] for lower in below.get((level, node), ())]) for node in floor}
        floor.sort(key=lambda node: (middle[node], node))
    return built, routes


def picture() -> str:
    """The rooms as SVG, what everything else rests on at the bottom."""
    boxes, _ = grouped()
    built, routes = floors()
    widths = [
        sum(BOX_WIDTH if node in boxes else PASSAGE for node in floor) + GAP * (len(floor) - 1) for floor in built
    ]
    width = max(widths) + 2 * MARGIN
    height = len(built) * STEP + MARGIN
    place: dict[tuple[int, str], tuple[float, float]] = {}
    """Middle of the top of each node."""
    for level, floor in enumerate(built):
        left = (width - widths[level]) / 2
        for node in floor:
            wide = BOX_WIDTH if node in boxes else PASSAGE
            place[level, node] = (left + wide / 2, height - MARGIN - BOX_HEIGHT - level * STEP)
            left += wide + GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif"'
        ' font-size="13">',
        "<title>The rooms of voc and what each imports</title>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#7a8794"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    level_of = {node: level for level, floor in enumerate(built) for node in floor if node in boxes}
    for route in routes:
        top = level_of[route[-1]]
        points = [place[top - number, node] for number, node in enumerate(reversed(route))]
        (x, y), *others = points
        path = [f"M{x:.0f} {y + BOX_HEIGHT:.0f}"]
        y += BOX_HEIGHT
        for x2, y2 in others:
            bend = (y2 - y) / 2
            path.append(f"C{x:.0f} {y + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}")
            if (x2, y2) != others[-1]:
                path.append(f"V{y2 + BOX_HEIGHT:.0f}")
            x, y = x2, y2 + BOX_HEIGHT
        lines.append(f'<path d="{" ".join(path)}" fill="none" stroke="#7a8794" marker-end="url(#head)"/>')
    for box, members in boxes.items():
        x, y = place[level_of[box], box]
        words = wrap(" + ".join(member.removeprefix("voc.") for member in members), BOX_LETTERS)
        lines.append(
            f'<rect x="{x - BOX_WIDTH / 2:.0f}" y="{y:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"'
            ' fill="#eaf1f8" stroke="#2f5d8a"/>'
        )
        for number, line in enumerate(words):
            middle = y + BOX_HEIGHT / 2 + 5 + (number - (len(words) - 1) / 2) * LINE_HEIGHT
            lines.append(
                f'<text x="{x:.0f}" y="{middle:.0f}" text-anchor="middle" fill="#16324f">{escape(line)}</text>'
            )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
