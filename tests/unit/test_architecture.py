"""The rooms and who may enter which: imports point left or down, never back."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400

COMMON = (
    "voc.records",
    "voc.events",
    "voc.errors",
    "voc.extensions",
    "voc.settings",
    "voc.resources",
    "voc.identifiers",
    "voc.language",
    "voc.locales",
    "voc.signals",
    "voc.analysers",
    "voc.containers",
    "voc.__version__",
)

MAY_USE: dict[str, tuple[str, ...]] = {
    "voc.records": (),
    "voc.locales": ("voc.errors", "voc.language", "voc.records", "voc.signals"),
    "voc.language": (
        "voc.records",
        "voc.errors",
        "voc.extensions",
        "voc.settings",
        "voc.resources",
        "voc.models",
        "voc.locales",
    ),
    "voc.signals": ("voc.records", "voc.errors", "voc.extensions", "voc.analysers"),
    "voc.events": ("voc.records", "voc.language"),
    "voc.corrections": ("voc.records", "voc.errors", "voc.signals", "voc.analysers"),
    "voc.analysers": (*COMMON, "voc.models", "voc.privacy", "voc.topics"),
    "voc.errors": (),
    "voc.extensions": ("voc.errors",),
    "voc.identifiers": ("voc.language",),
    "voc.resources": (),
    "voc.containers": ("voc.errors",),
    "voc.settings": ("voc.errors", "voc.language.registry", "voc.locales"),
    "voc.terminal": ("voc.errors",),
    "voc.outbound": ("voc.errors",),
    "voc.signing": ("voc.errors", "voc.settings"),
    "voc.delivery": (*COMMON, "voc.insights", "voc.outbound", "voc.signing", "voc.store"),
    "voc.intake": COMMON,
    "voc.sources": (*COMMON, "voc.intake", "voc.outbound"),
    "voc.speech": (*COMMON, "voc.models"),
    "voc.analysis": (*COMMON, "voc.models", "voc.privacy", "voc.speech", "voc.topics", "voc.intake"),
    "voc.privacy": (*COMMON, "voc.models"),
    "voc.topics": COMMON,
    "voc.themes": COMMON,
    "voc.python_api": (*COMMON, "voc.analysis", "voc.intake", "voc.privacy", "voc.speech", "voc.store"),
    "voc.store": (*COMMON, "voc.corrections"),
    "voc.linking": (*COMMON, "voc.store"),
    "voc.identity": (*COMMON, "voc.privacy", "voc.store"),
    "voc.rights": (*COMMON, "voc.privacy", "voc.store"),
    "voc.customers": (*COMMON, "voc.privacy", "voc.linking", "voc.store"),
    "voc.insights": (*COMMON, "voc.store", "voc.themes", "voc.topics.loading", "voc.topics.packs"),
    "voc.pipeline": (
        *COMMON,
        *("voc.analysis", "voc.corrections", "voc.customers", "voc.identity", "voc.insights", "voc.intake"),
        *("voc.linking", "voc.privacy", "voc.rights", "voc.sources", "voc.speech", "voc.store", "voc.themes"),
        *("voc.topics", "voc.delivery", "voc.exporting", "voc.outbound"),
    ),
    "voc.service": (
        *COMMON,
        *("voc.corrections", "voc.customers", "voc.identity", "voc.insights", "voc.pipeline", "voc.privacy"),
        *("voc.rights", "voc.sources", "voc.store", "voc.exporting", "voc.backups"),
        *("voc.delivery", "voc.outbound", "voc.signing"),
    ),
    "voc.mcp_server": (*COMMON, "voc.service", "voc.insights", "voc.store"),
    "voc.evaluation": (
        *COMMON,
        *("voc.analysis", "voc.insights", "voc.intake.email", "voc.linking", "voc.models", "voc.pipeline.search"),
        *("voc.privacy", "voc.speech", "voc.store", "voc.themes", "voc.topics"),
    ),
    "voc.exporting": (*COMMON, "voc.intake.file_type", "voc.store", "voc.topics.loading"),
    "voc.backups": (*COMMON, "voc.pipeline", "voc.store"),
    "voc.demo": (*COMMON, "voc.pipeline", "voc.store"),
    "voc.doctor": (*COMMON, "voc.insights", "voc.intake", "voc.models", "voc.pipeline", "voc.sources", "voc.store"),
    "voc.models": (*COMMON, "voc.downloads"),
    "voc.downloads": ("voc.errors", "voc.records"),
}
"""Room → what it may use beside itself, the standard library and other people's packages."""

NEVER: dict[str, tuple[str, ...]] = {
    "voc.pipeline": ("api", "voc.commands", "voc.cli", "sqlalchemy.select", "sqlalchemy.text"),
    "api": ("voc.speech", "voc.intake.email", "voc.topics", "voc.analysis", "voc.commands", "voc.cli"),
    "voc": ("torch", "api"),
}
"""Room → what it must not use."""

DOORS = {"voc/commands/service.py": ("api.server",), "voc/analysers/sentiment/classifier.py": ("torch",)}
"""Where the command line opens the service, and where a model of somebody else's asks for torch."""

TOPICS_FOR_PEOPLE = {"api/routers/topics.py", "api/pages/topics.py"}
"""Labels of topics are read from the taxonomy file, no model is behind them."""


DECLARATIONS_ONLY = (
    *("voc.store", "voc.insights", "voc.customers", "voc.linking", "voc.identity", "voc.rights", "voc.intake"),
    *("voc.speech", "voc.corrections", "api"),
)
"""Rooms that know analysers by what they declare: their kinds of signals, never how these are found."""

FINDING_FOR_ALL = ("voc.analysers.action.needed",)
"""What is to be done follows from the intents, corrected ones too."""


def sources() -> Iterator[Path]:
    for room in ("voc", "api"):
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            if "_data" not in path.parts:
                yield path


def module_of(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> set[str]:
    """Every module a file imports, at its top or inside a function, with the name when one is taken from it."""
    found: set[str] = set()
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package.split(".")[: len(package.split(".")) - node.level + 1], base]).rstrip(".")
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def inside(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def test_every_room_uses_only_what_is_left_of_it_or_below() -> None:
    wrong = []
    for path in sources():
        module = module_of(path)
        room = next((one for one in MAY_USE if inside(module, (one,))), None)
        if room is None:
            continue
        for used in sorted(imports_of(path)):
            ours = inside(used, ("voc", "api"))
            if ours and not inside(used, (room, *MAY_USE[room])):
                wrong.append(f"{path.relative_to(REPOSITORY)} uses {used}")
    assert wrong == []


def test_every_room_is_in_the_table() -> None:
    """The package itself, its command line and what stands above everything are not held by it."""
    above = ("voc.commands", "voc.cli", "voc.__main__", "api")
    known = {module_of(path) for path in sources() if module_of(path) != "voc"}
    assert [one for one in sorted(known) if not inside(one, (*MAY_USE, *above))] == []


def test_no_room_uses_what_is_forbidden_to_it() -> None:
    wrong = []
    for path in sources():
        module, name = module_of(path), str(path.relative_to(REPOSITORY))
        for room, forbidden in NEVER.items():
            for used in sorted(imports_of(path)):
                if not inside(module, (room,)) or not inside(used, forbidden) or inside(used, DOORS.get(name, ())):
                    continue
                if inside(used, ("voc.topics.taxonomy",)) and name in TOPICS_FOR_PEOPLE:
                    continue
                wrong.append(f"{name} uses {used}")
    assert wrong == []


def test_analysers_are_known_by_what_they_declare() -> None:
    files = {module_of(path) for path in sources() if path.name != "__init__.py"}
    insides = tuple(one for one in files if one.startswith("voc.analysers.") and one not in FINDING_FOR_ALL)
    wrong = [
        f"{path.relative_to(REPOSITORY)} uses {used}"
        for path in sources()
        if inside(module_of(path), DECLARATIONS_ONLY)
        for used in sorted(imports_of(path))
        if inside(used, insides)
    ]
    assert wrong == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Imports within functions count as well; those for type checkers alone do not."""
    files = {module_of(path): path for path in sources()}
    graph = {name: {one for one in _runtime_imports(path, files) if one != name} for name, path in files.items()}
    assert [sorted(circle) for circle in _circles(graph)] == []


def _runtime_imports(path: Path, files: dict[str, Path]) -> set[str]:
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            found.update(f"{base}.{a.name}" if f"{base}.{a.name}" in files else base for a in node.names)
        waiting.extend(ast.iter_child_nodes(node))
    return found & files.keys()


def _circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components of more than one file (Kosaraju)."""
    order: list[str] = []
    seen: set[str] = set()
    for start, used in graph.items():
        stack = [(start, iter(used))] if start not in seen else []
        seen.add(start)
        while stack:
            name, following = stack[-1]
            after = next((one for one in following if one not in seen), None)
            if after is None:
                order.append(stack.pop()[0])
            else:
                seen.add(after)
                stack.append((after, iter(graph[after])))
    back: dict[str, set[str]] = {name: set() for name in graph}
    for name, used in graph.items():
        for one in used:
            back[one].add(name)
    circles: list[list[str]] = []
    placed: set[str] = set()
    for name in reversed(order):
        reached, waiting = [], [name]
        while waiting:
            one = waiting.pop()
            if one not in placed:
                placed.add(one)
                reached.append(one)
                waiting.extend(back[one])
        if len(reached) > 1:
            circles.append(reached)
    return circles


DOORS_TO_USE_CASES = ("api.routers", "api.pages")
"""Routes and pages parse, ask a use case and draw; what they know of the store, they know from its answer."""


def test_routes_and_pages_go_through_use_cases() -> None:
    past = [
        f"{path.relative_to(REPOSITORY)} uses {used}"
        for path in sources()
        if inside(module_of(path), DOORS_TO_USE_CASES)
        for used in sorted(imports_of(path))
        if inside(used, ("voc.store",)) or (inside(used, ("api.routers",)) and inside(module_of(path), ("api.pages",)))
    ]
    assert past == []


OPENS_THE_STORE = {"api/app.py", "api/server.py"}


def test_what_surrounds_the_doors_knows_no_store_either() -> None:
    knows = {
        str(path.relative_to(REPOSITORY))
        for path in sources()
        if inside(module_of(path), ("api",)) and any(inside(used, ("voc.store",)) for used in imports_of(path))
    }
    assert knows == OPENS_THE_STORE


LINES_OF_THEIR_OWN = {
    "voc/service/audit.py",
    "voc/service/sessions.py",  # the end of a session whose key may be gone
    "voc/pipeline/erasing.py",
    "voc/pipeline/retention.py",
    "voc/rights/erasure_steps.py",
}
"""Where audit lines are written: by use cases through one function, and by durable work, once however often it is cut
off."""


def test_audit_lines_are_written_in_one_place() -> None:
    writes = {
        str(path.relative_to(REPOSITORY))
        for path in sources()
        if re.search(r"access\s*\.record(_once)?\(|schema\.audit\)", path.read_text(encoding="utf-8"))
    }
    assert {one for one in writes if not one.startswith("voc/store/")} <= LINES_OF_THEIR_OWN


MASKS = "voc.service.visibility"


def test_who_may_see_what_is_decided_in_the_use_cases() -> None:
    """The name of a file is shown without numbers to everybody in lists; everything else is masked before it comes."""
    decides = {
        str(path.relative_to(REPOSITORY))
        for path in sources()
        if inside(module_of(path), ("api", "voc.commands")) and any(inside(one, (MASKS,)) for one in imports_of(path))
    }
    assert decides == {"api/pages/rendering.py"}


NAMES_LANGUAGES = {"voc/evaluation/": "each set of texts that is measured on is of one language"}
"""Where the code of a language is no knowledge of languages, with the reason."""


def test_no_language_is_named_outside_its_folder() -> None:
    """Code asks :mod:`voc.language.registry` about languages; words for readers are in the catalogue."""
    codes = {path.parent.name for path in (REPOSITORY / "voc" / "language").glob("*/__init__.py")}
    assert len(codes) > 1
    named = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}: {node.value!r}"
        for path in sources()
        if not any(inside(module_of(path), (f"voc.language.{code}",)) for code in codes)
        and not str(path.relative_to(REPOSITORY)).startswith(tuple(NAMES_LANGUAGES))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in codes
    ]
    assert named == []


WORDS_OF_THEIR_OWN = {
    "voc/evaluation/": "each set of texts that is measured on is of one language",
    "voc/store/doubtful_links.py": "a step of the store does the same for ever, whatever languages know by then",
    "voc/privacy/id_numbers.py": "shapes of national numbers are those of a country, not of a language",
    "voc/privacy/common_words.py": "brands, shops and towns",
    "voc/demo.py": "names of the files of the samples",
}
"""Where words of a language stand beside its folder, with the reason."""
ENGLISH_TOO = frozenset(
    (
        *("absent", "ages", "application", "calm", "charge", "clause", "demand", "disposition", "exact", "expression"),
        *(
            "fibre",
            "french",
            "general",
            "initial",
            "journal",
            "passage",
            "phrase",
            "pieces",
            "port",
            "questions",
            "refuse",
        ),
        *("resume", "route", "sentiments", "theme", "tokenizer", "usage"),
    )
)
"""English words, mostly names of fields, that are words of another language and that English does not list."""
OF_NEITHER = {
    "cest": "a time zone",
    "font": "a tag of HTML",
    "sans": "a family of fonts",
    "part": "of a message, or of a split text",
    "neuf": "a provider of mail",
    "allee": "a street in German",
    "plein": "a square in Dutch",
    "canada": "a glen in Spanish",
    "depot": "a shop named like a person",
}
"""What looks like a word of another language."""


def test_no_word_of_a_language_stands_outside_its_folder() -> None:
    """Names of fields look like English; so each word is looked for that another language writes, and English not."""
    from voc.language.folding import fold
    from voc.language.registry import languages

    def words(value: object) -> set[str]:
        if isinstance(value, str):
            return set(re.findall("[a-z]{4,}", fold(value)))
        if isinstance(value, Mapping):
            value = [*value, *value.values()]
        elif is_dataclass(value):
            value = [getattr(value, field.name) for field in fields(value)]
        return {word for one in value for word in words(one)} if isinstance(value, Iterable) else set()

    written = {one.fallback: set[str]() for one in languages()}
    for one in languages():
        written[one.fallback] |= words(one)
    foreign = written[False] - written[True] - ENGLISH_TOO - OF_NEITHER.keys()
    assert len(foreign) > 1000
    strays = []
    for path in sources():
        name = str(path.relative_to(REPOSITORY))
        if inside(module_of(path), ("voc.language",)) or name.startswith(tuple(WORDS_OF_THEIR_OWN)):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        strays += [
            f"{name}:{node.lineno}: {', '.join(sorted(found))}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
            if (found := words(node.value) & foreign)
        ]
    assert strays == []


def test_records_need_nothing_but_pydantic() -> None:
    files = (REPOSITORY / "voc" / "records").glob("*.py")
    used = {one.partition(".")[0] for path in files for one in imports_of(path) if not inside(one, ("voc.records",))}
    assert used - set(sys.stdlib_module_names) == {"pydantic"}


def test_sql_is_spoken_in_the_store_only() -> None:
    speaks = [
        str(path.relative_to(REPOSITORY))
        for path in sources()
        if any(inside(one, ("sqlalchemy",)) and not inside(one, ("sqlalchemy.engine",)) for one in imports_of(path))
        and not module_of(path).startswith("voc.store")
        and module_of(path) != "voc.sources.database"  # somebody else's database
    ]
    assert speaks == []


def test_a_file_is_one_noun_and_not_longer_than_it_needs() -> None:
    long = {
        str(path.relative_to(REPOSITORY)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


MOST_WITH_MANY_BRANCHES = 10


def test_few_functions_have_more_than_fifteen_branches_and_each_says_why() -> None:
    """The linter counts them (C901); this counts those that it is told to let pass."""
    told = [
        (str(path.relative_to(REPOSITORY)), reason)
        for path in sources()
        for reason in re.findall(r"# noqa:[^\n]*\bC901\b(?: - )?([^\n]*)", path.read_text(encoding="utf-8"))
    ]
    assert [name for name, reason in told if not reason] == []
    assert len(told) <= MOST_WITH_MANY_BRANCHES


def test_no_file_is_named_for_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [path for path in sources() if path.stem in empty_names] == []


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.integration
@pytest.mark.parametrize("module", ["voc.cli", "voc.pipeline", "api.app", "voc.analysis.pipeline", "voc.intake"])
def test_importing_loads_no_model_library_and_opens_no_socket(module: str) -> None:
    heavy = run(f"""
        import socket, sys

        def refuse(*arguments, **more):
            raise AssertionError("a socket was opened at import")

        socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
        import {module}
        models = ("torch", "transformers", "onnxruntime", "ctranslate2", "faster_whisper", "spacy")
        print(*[one for one in models if one in sys.modules])
    """)
    assert heavy == ""


@pytest.mark.integration
def test_the_command_line_starts_quickly() -> None:
    """Under a second on a machine at rest; measured as the CPU time it takes, so that other work does not count."""
    seconds = float(
        run("""
        import time
        began = time.process_time()
        import voc.cli
        print(time.process_time() - began)
    """)
    )
    assert seconds < 1.0


def test_the_package_says_its_version() -> None:
    import tomllib

    import voc

    assert voc.__version__ == tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
