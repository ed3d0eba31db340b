"""A channel is one description: nothing about one stands elsewhere in the code."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import get_args

from voc.intake.channels import CHANNEL_NAMES, header_words_of, names_of
from voc.records import Channel
from voc.records.channels import ChannelName

ROOT = Path(__file__).resolve().parents[2]

SAYS_OF_ITS_FILES = ("voc/intake/", "voc/evaluation/")
"""A reader says which channel its files are of, a set of texts for measuring which it is of."""
GIVES_A_DEFAULT = {
    "voc/python_api.py": "a text without a channel is an answer to a question",
    "voc/pipeline/transcription_requests.py": "a recording that is only to be transcribed is a call",
}


def test_a_channel_is_its_name_wherever_it_goes() -> None:
    for one in Channel:
        assert Channel(str(one)) is one is pickle.loads(pickle.dumps(one))
    assert get_args(ChannelName) == tuple(one.value for one in Channel)


def test_no_name_is_that_of_two_channels() -> None:
    assert len(CHANNEL_NAMES) == sum(len(names_of(one)) for one in Channel)
    words = [word for one in Channel for word in header_words_of(one)]
    assert len(words) == len(set(words))


def test_rules_ask_the_description_and_no_channel_by_name() -> None:
    """A branch on one channel is a place more to touch for the next one."""
    named = {
        name
        for room in ("voc", "api")
        for path in sorted((ROOT / room).rglob("*.py"))
        if not (name := str(path.relative_to(ROOT))).startswith(SAYS_OF_ITS_FILES) and "_data" not in path.parts
        if "Channel" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Channel"
        and node.attr in Channel.__members__
    }
    assert named == set(GIVES_A_DEFAULT)
