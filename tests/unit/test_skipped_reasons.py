"""Why something was not computed is told in the reader's language: every reason of the code stands in the catalogue."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from voc.locales.words import words

VOC = Path(__file__).resolve().parents[2] / "voc"


def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(VOC.rglob("*.py"))}


def constants(every: dict[Path, ast.Module]) -> dict[str, str]:
    found = {}
    for tree in every.values():
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[target.id] = value.value
    return found


def said(node: ast.expr, inside: ast.AST, known: dict[str, str]) -> Iterator[str]:
    """The sentences an expression may give, "7" standing for what is filled in."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [
            [str(one.value)] if isinstance(one, ast.Constant) else list(said(one.value, inside, known)) or ["7"]
            for one in node.values
            if isinstance(one, ast.Constant | ast.FormattedValue)
        ]
        yield from ("".join(chosen) for chosen in product(*parts))
    elif isinstance(node, ast.IfExp):
        yield from said(node.body, inside, known)
        yield from said(node.orelse, inside, known)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from said(one, inside, known)
    elif isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in known:
            yield known[name]
        for one in ast.walk(inside):
            if isinstance(one, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in one.targets):
                yield from said(one.value, inside, known)


@cache
def reasons() -> set[str]:
    every = trees()
    known = constants(every)
    found: set[str] = set()
    for tree in every.values():
        if not any(isinstance(node, ast.Name) and node.id == "Skipped" for node in ast.walk(tree)):
            continue
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Skipped":
                    for keyword in call.keywords:
                        if keyword.arg == "reason":
                            found.update(said(keyword.value, function, known))
    return {one for one in found if " " in one}


def test_the_reasons_are_found_in_the_code() -> None:
    assert {
        "the text holds no words",
        "rules are 7 only, and the language is 7",
    } <= reasons()
    assert len(reasons()) > 30


def test_every_reason_has_a_sentence_in_french() -> None:
    french = words("fr")
    assert {one for one in reasons() if french.skipped(one) == one} == set()


def test_what_a_reason_names_is_filled_in_and_told_in_the_readers_words() -> None:
    told = words("fr").skipped(
        "German (de) is spoken at 0:12.3–0:15.0, 2 more (2.7 s), not read: only French and English are read"
    )
    assert told.startswith("on parle allemand à 0:12.3–0:15.0, 2 autres (2.7 s)")
    assert words("en").skipped("no reason anybody knows") == "no reason anybody knows"
    assert "répétition" in words("fr").skipped(
        "speech not read at 0:01.0–0:02.0 (1.0 s): it gave no words that can be believed (repetition)"
    )
