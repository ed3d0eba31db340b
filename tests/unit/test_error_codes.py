"""Every error has a class that says its status and a code that stays; every code has its words."""

from __future__ import annotations

import ast
import pickle
import re
from functools import cache
from pathlib import Path

import pytest

from api import problems
from api.localisation import LANGUAGES, catalogue, words
from voc import errors
from voc.errors import InputError, NotFoundError, StoreError, StoreFullError, VocError, coded, not_kept

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "errors.md"
CLASSES = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, VocError)]
OF_CLASSES = {one.CODE for one in CLASSES}

RAISED = {*(one.__name__ for one in CLASSES), "Problem", "Rejected", "Remark", "_MappingError"}
"""What carries a code."""

LOOKED_UP = {"not_found", "there"}
"""What says, by its last argument, what nothing has the id of."""

OF_OPENAI = {"invalid_value"}
"""Codes of the route that answers as OpenAI's server does; its clients know them."""


@cache
def source() -> tuple[dict[str, str], set[str]]:
    """Every code that is written where an error is made → the file; and every text that the code writes."""
    found: dict[str, str] = {}
    written: set[str] = set()
    for room in ("voc", "api"):
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Constant) and isinstance(call.value, str):
                    written.add(call.value)
                called = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
                if isinstance(call, ast.Call) and called in LOOKED_UP and isinstance(call.args[-1], ast.Constant):
                    name = str(call.args[-1].value)
                    found[f"no_such_{name.replace(' ', '_')}"] = str(path.relative_to(REPOSITORY))
                if not isinstance(call, ast.Call) or called not in RAISED:
                    continue
                for keyword in call.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        found[str(keyword.value.value)] = str(path.relative_to(REPOSITORY))
    from voc.intake.file_type import _REFUSED

    found |= {code: "voc/intake/file_type.py" for _, _, code in _REFUSED}
    found |= dict.fromkeys(problems.FAULTS.values(), "api/problems.py")
    return found, written


def codes_in_the_source() -> dict[str, str]:
    return source()[0]


def known() -> set[str]:
    return {key.removeprefix("errors.") for key in catalogue("en") if key.startswith("errors.")}


def test_every_code_that_is_given_has_its_words_in_both_languages() -> None:
    without = {code: path for code, path in codes_in_the_source().items() if code not in known() | OF_CLASSES}
    assert without == {}


def test_no_words_are_kept_for_a_code_that_nothing_gives() -> None:
    assert known() - source()[1] - codes_in_the_source().keys() == set()


def test_the_page_lists_every_code_with_its_words() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    english = catalogue("en")
    assert {(code, str(english[f"errors.{code}"])) for code in known()} <= rows
    assert OF_CLASSES | set(problems.CODES.values()) <= {code for code, _ in rows}


def test_no_advice_for_the_command_line_is_given_on_a_page() -> None:
    for language in LANGUAGES:
        texts = [str(text) for key, text in catalogue(language).items() if key.startswith(("errors.", "reasons."))]
        assert [text for text in texts if "--" in text or "VOC_" in text or "`" in text] == []


def test_the_tree_at_the_head_of_the_file_is_the_tree() -> None:
    drawn = re.findall(r"(\w*Error)\s+(\w+)(?:\s|$)", errors.__doc__ or "")
    assert {name: code for name, code in drawn if code in OF_CLASSES} == {one.__name__: one.CODE for one in CLASSES}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("VocError", 500),
        ("InputError", 422),
        ("NotFoundError", 404),
        ("ConflictError", 409),
        ("GoneError", 410),
        ("ForbiddenError", 403),
        ("ModelError", 503),
        ("StoreError", 503),
        ("StoreFullError", 507),
        ("SettingsError", 500),
    ],
)
def test_the_status_follows_from_the_class_alone(kind: str, status: int) -> None:
    made = getattr(errors, kind)("The disk is full of free space; there is no such thing.")
    problem = problems.of(made)
    assert (problem.status, problem.code) == (status, made.CODE)
    assert len(CLASSES) == 10

    class Closer(type(made)):  # type: ignore[misc]
        pass

    assert problems.of(Closer("x")).status == status


def test_a_code_and_what_is_named_travel_with_the_error() -> None:
    error = NotFoundError("a.csv: there is no such file.", code="no_such_file", file="a.csv")
    again = pickle.loads(pickle.dumps(error))  # to a reader's process and back
    assert (str(again), again.code, again.parameters) == (str(error), "no_such_file", {"file": "a.csv"})
    assert coded(again) == {"code": "no_such_file", "parameters": {"file": "a.csv"}}
    assert coded(InputError("x")) == {"code": None, "parameters": {}}


@pytest.mark.parametrize(("number", "kind"), [(28, StoreFullError), (122, StoreFullError), (13, StoreError)])
def test_a_full_disk_is_known_by_its_number(number: int, kind: type[StoreError]) -> None:
    assert type(not_kept(OSError(number, "…"), "x")) is kind


def test_a_sentence_that_names_more_than_was_kept_is_not_said() -> None:
    assert words("fr").error("no_text_column", {}) is None
    assert words("fr").error("invalid_input", {}) is None
    assert words("fr").error("no_text_column", {"columns": "a, b"}) == (
        "Aucune colonne de texte ni de note n’a été reconnue parmi a, b. Dites laquelle contient le texte."
    )
