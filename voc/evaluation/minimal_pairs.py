"""Minimal pairs in French, as ``voc eval pairs`` reports them: two texts alike but for what turns the feeling.

Two sheets (:data:`SHEETS`), written by hand before the analysis was run on them. The misses of the first were read when
phrases to train on were written; those of the second are counted and not listed, so that it stays one that nobody has
looked into. A pair counts as right only when both of its texts are, so that an analysis which calls everything negative
gets none (contrast sets: Gardner et al. 2020, arXiv:2004.02709).

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
BLIND = "pairs_fr_blind.yaml"
SHEETS = (SHEET, BLIND)
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
    """What became of the pairs of one category of a sheet."""

    sheet: str = SHEET
    category: str
    pairs: int
    pairs_right: int
    texts_right: int
    """Of twice as many texts as pairs."""
    mixed_found_elsewhere: int
    """Texts with one feeling in which both praise and blame were found."""
    misses: tuple[Miss, ...]


def evaluate() -> Sequence[Record]:
    """Read the sheets, analyse every text as a customer's message, score by category in the order of the sheets.

    Raises:
        InputError: a sheet is missing or is not one.
        ModelError: the encoder is missing.
    """
    analyser = TextAnalyser()
    found: list[Record] = []
    for sheet in SHEETS:
        pairs = read_sheet(sheet_path(sheet))
        interactions = [_interaction(sheet, number, each) for number, each in enumerate(_texts(pairs))]
        found += score(pairs, [result.analysis for result in analyser.analyse(interactions)], sheet=sheet)
    return found


def sheet_path(sheet: str = SHEET) -> Path:
    """Where a sheet is.

    Raises:
        InputError: it is not there: an installed package does not carry the benchmarks.
    """
    try:
        return resource("benchmarks", sheet)
    except FileNotFoundError as error:
        raise InputError(f"benchmarks/{sheet}: not found; run `voc eval pairs` from a clone of voc.") from error


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


def score(pairs: Sequence[Pair], analyses: Sequence[Analysis], *, sheet: str = SHEET) -> list[CategoryScore]:
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
                sheet=sheet,
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
    """A Markdown table in percent for each sheet, a line of totals with 95 % intervals, then the misses.

    Those of the blind sheet are counted only.
    """
    sheets = [[one for one in found if one.sheet == sheet] for sheet in SHEETS]
    return "\n\n".join("\n".join(_sheet_lines(some)) for some in sheets if some)


def _sheet_lines(found: Sequence[CategoryScore]) -> Iterator[str]:
    sheet = found[0].sheet
    yield f"| {sheet} | pairs | texts right | pairs right | praise and blame found elsewhere |"
    yield "| --- | --: | --: | --: | --: |"
    for each in found:
        texts = f"{100 * each.texts_right / (2 * each.pairs):.0f} %"
        whole = f"{100 * each.pairs_right / each.pairs:.0f} %"
        yield f"| {each.category} | {each.pairs} | {texts} | {whole} | {each.mixed_found_elsewhere} |"
    pairs = sum(each.pairs for each in found)
    texts = _share(sum(each.texts_right for each in found), 2 * pairs)
    whole = _share(sum(each.pairs_right for each in found), pairs)
    elsewhere = sum(each.mixed_found_elsewhere for each in found)
    yield f"| **all** | {pairs} | {texts} | {whole} | {elsewhere} |"
    yield ""
    if sheet == BLIND:
        yield f"Misses: {sum(len(each.misses) for each in found)}, not listed so that nobody reads them"
    else:
        yield from _misses(found)


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


def _interaction(sheet: str, number: int, one: PairText) -> Interaction:
    key = f"{sheet}:{number}"
    return Interaction(id=key, channel=Channel.CHAT, source=key, content_hash=key, text=one.text)
