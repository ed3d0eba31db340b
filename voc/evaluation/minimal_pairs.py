"""Minimal pairs in French, as ``voc eval pairs`` reports them: two texts alike but for what turns the feeling.

The sheet (``benchmarks/pairs_fr.yaml``) was written by hand before the analysis was run on it. A pair counts as right
only when both of its texts are, so that an analysis which calls everything negative gets none (contrast sets: Gardner
et al. 2020, arXiv:2004.02709).

A text is right when the sentiment of the whole has its label. ``mixed`` is right when something praised *and*
something blamed was found: among the aspects, the sentences and the clauses of those that turn. The reverse, both found
in a text that only praises or only blames, is counted beside it rather than against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import yaml

from voc.analysis.text_pipeline import TextAnalyser
from voc.errors import InputError
from voc.insights.statistics import wilson
from voc.records import Analysis, Channel, Interaction, Record
from voc.resources import resource

SHEET = "pairs_fr.yaml"
TELLING_SCORE = 0.25
"""From which score on (P(positive) − P(negative)) an aspect praises or blames rather than mentions."""

PairLabel = Literal["negative", "neutral", "positive", "mixed"]


class PairText(Record):
    """One text of a pair with the label careful readers give it."""

    text: str
    gold: PairLabel


class Pair(Record):
    """Two texts of one ``category`` whose labels differ."""

    category: str
    first: PairText
    second: PairText


class Miss(Record):
    """A text that was read otherwise than people read it; ``found`` is the sentiment of the whole."""

    text: str
    gold: PairLabel
    found: PairLabel | None


class CategoryScore(Record):
    """What became of the pairs of one category."""

    category: str
    pairs: int
    pairs_right: int
    texts_right: int
    """Of twice as many texts as pairs."""
    mixed_found_elsewhere: int
    """Texts with one feeling in which both praise and blame were found."""
    misses: tuple[Miss, ...]


def evaluate() -> Sequence[Record]:
    """Read the sheet, analyse every text as a customer's message, score by category in the sheet's order.

    Raises:
        InputError: the sheet is missing or is not one.
        ModelError: the encoder is missing.
    """
    pairs = read_sheet(sheet_path())
    interactions = [_interaction(number, each) for number, each in enumerate(_texts(pairs))]
    return score(pairs, [result.analysis for result in TextAnalyser().analyse(interactions)])


def sheet_path() -> Path:
    """Where the sheet is.

    Raises:
        InputError: it is not there: an installed package does not carry the benchmarks.
    """
    try:
        return resource("benchmarks", SHEET)
    except FileNotFoundError as error:
        raise InputError(f"benchmarks/{SHEET}: not found; run `voc eval pairs` from a clone of voc.") from error


def read_sheet(path: Path) -> list[Pair]:
    """The pairs of a sheet: ``pairs: {category: [{label: text, label: text}, …], …}``.

    Raises:
        InputError: a pair is not two texts with two different labels; the message says which.
    """
    pairs: list[Pair] = []
    for category, rows in (yaml.safe_load(path.read_text("utf-8")) or {}).get("pairs", {}).items():
        for number, row in enumerate(rows, start=1):
            where = f"{path.name}: {category}, pair {number}"
            if not isinstance(row, dict) or len(row) != 2:
                raise InputError(f"{where}: is not two texts with two different labels; correct the sheet.")
            unknown = [label for label in row if label not in get_args(PairLabel)]
            if unknown:
                raise InputError(f"{where}: unknown label {unknown[0]}; there are {', '.join(get_args(PairLabel))}.")
            first, second = (PairText(text=text, gold=gold) for gold, text in row.items())
            pairs.append(Pair(category=category, first=first, second=second))
    return pairs


def score(pairs: Sequence[Pair], analyses: Sequence[Analysis]) -> list[CategoryScore]:
    """Compare; ``analyses`` are those of the first and the second text of each pair in turn."""
    found = iter(zip(_texts(pairs), analyses, strict=True))
    outcomes = [(pair.category, [next(found), next(found)]) for pair in pairs]
    scores = []
    for category in dict.fromkeys(pair.category for pair in pairs):
        both = [members for name, members in outcomes if name == category]
        right = [[is_right(one.gold, analysis) for one, analysis in members] for members in both]
        every = [member for members in both for member in members]
        scores.append(
            CategoryScore(
                category=category,
                pairs=len(both),
                pairs_right=sum(all(members) for members in right),
                texts_right=sum(sum(members) for members in right),
                mixed_found_elsewhere=sum(praises_and_blames(a) for one, a in every if one.gold != "mixed"),
                misses=tuple(
                    Miss(text=one.text, gold=one.gold, found=analysis.sentiment.label if analysis.sentiment else None)
                    for one, analysis in every
                    if not is_right(one.gold, analysis)
                ),
            )
        )
    return scores


def is_right(gold: PairLabel, analysis: Analysis) -> bool:
    """Whether an analysis says what people say of the text."""
    if gold == "mixed":
        return praises_and_blames(analysis)
    return analysis.sentiment is not None and analysis.sentiment.label == gold


def praises_and_blames(analysis: Analysis) -> bool:
    """Whether something praised and something blamed was found in one text."""
    said = [part for each in analysis.sentences for part in (each.clauses or (each,))]
    found = {each.sentiment.label for each in said if each.sentiment}
    telling = [each.sentiment for each in analysis.aspects if abs(each.sentiment) >= TELLING_SCORE]
    found |= {"positive" if sentiment > 0 else "negative" for sentiment in telling}
    return {"positive", "negative"} <= found


def table(found: Sequence[CategoryScore]) -> str:
    """A Markdown table in percent, a line of totals with 95 % intervals, then every miss."""
    lines = [
        "| category | pairs | texts right | pairs right | praise and blame found elsewhere |",
        "| --- | --: | --: | --: | --: |",
    ]
    for each in found:
        texts = f"{100 * each.texts_right / (2 * each.pairs):.0f} %"
        whole = f"{100 * each.pairs_right / each.pairs:.0f} %"
        lines.append(f"| {each.category} | {each.pairs} | {texts} | {whole} | {each.mixed_found_elsewhere} |")
    pairs = sum(each.pairs for each in found)
    texts = _share(sum(each.texts_right for each in found), 2 * pairs)
    whole = _share(sum(each.pairs_right for each in found), pairs)
    elsewhere = sum(each.mixed_found_elsewhere for each in found)
    lines.append(f"| **all** | {pairs} | {texts} | {whole} | {elsewhere} |")
    return "\n".join([*lines, "", *_misses(found)])


def _misses(found: Sequence[CategoryScore]) -> Iterator[str]:
    yield f"Misses: {sum(len(each.misses) for each in found)}"
    yield ""
    for each in found:
        for miss in each.misses:
            yield f"- {each.category}: « {miss.text} » is {miss.gold}, found {miss.found or 'nothing'}"


def _share(right: int, n: int) -> str:
    interval = wilson(right, n)
    return f"{100 * right / n:.1f} % ({100 * interval.low:.0f}–{100 * interval.high:.0f})"


def _texts(pairs: Sequence[Pair]) -> list[PairText]:
    return [text for pair in pairs for text in (pair.first, pair.second)]


def _interaction(number: int, one: PairText) -> Interaction:
    key = f"pair-{number:03d}"
    return Interaction(id=key, channel=Channel.CHAT, source=f"{SHEET}:{number}", content_hash=key, text=one.text)
