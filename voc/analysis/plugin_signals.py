"""What analysers of other packages find in a text, added to the analysis (:mod:`voc.analysers`)."""

from __future__ import annotations

import logging

from voc.analysers import PreparedText
from voc.analysis.preprocessing import LONGEST, PreparedInteraction
from voc.language.conversation import customer_spans, with_times
from voc.records import Analysis, Signal, Skipped
from voc.signals import analysers, kinds

log = logging.getLogger("voc.analysers")


def with_signals(analysis: Analysis, work: PreparedInteraction) -> Analysis:
    """The analysis with the signals of every installed analyser, each after those it needs.

    One that fails costs its own signals only: the analysis stands, and ``skipped`` says which analyser failed and how.
    """
    read = len(work.text[:LONGEST])
    found: list[Signal] = []
    skipped: list[Skipped] = []
    for name, analyser in analysers().items():
        sofar = analysis.model_copy(update={"signals": tuple(found)})
        known = {kind: each.signals(sofar) for kind, each in kinds().items()}
        prepared = PreparedText(
            text=work.text[:read],
            language=work.language.language,
            channel=work.interaction.channel,
            sentences=analysis.sentences,
            turns=analysis.turns,
            heard=customer_spans(work.turns),
            signals=known,
            flat=work.flat,
        )
        try:
            found += analyser(prepared)
        except Exception as error:  # somebody else's code: whatever it raises, the rest of the analysis stands
            log.warning("analyser %s failed: %s", name, type(error).__name__)
            skipped.append(Skipped(feature=name, reason=f"the analyser {name} failed ({type(error).__name__})"))
    timed = with_times(found, analysis.turns)
    return analysis.model_copy(update={"signals": tuple(timed), "skipped": (*analysis.skipped, *skipped)})
