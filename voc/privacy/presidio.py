"""Presidio both ways: a deployment's own Presidio recognisers run inside voc, and voc's run inside Presidio.

Presidio's file format and classes are what data engineers know, so ``VOC_RECOGNISERS`` takes a Presidio recognisers
file, and :func:`analyzer` gives an ``AnalyzerEngine`` with our recognisers for use elsewhere. Both read each text once
with voc's own spaCy pipelines. Inside voc the built-in recognisers are called directly: through the engine the same
finds take about three times as long (``voc eval pii`` prints both).

Nothing is fetched: the suffix list Presidio's e-mail recogniser would download is the one shipped with ``tldextract``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # Presidio imports it; it speaks of a missing torch

import tldextract
from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from voc.errors import SettingsError
from voc.language.folding import open_ligatures
from voc.language.registry import listed
from voc.privacy.pii_span import PiiSpan, Recogniser
from voc.privacy.redaction import RECOGNISERS, find_in
from voc.privacy.spacy_docs import documents, language_read, load_names, named_codes, readable

ENTITIES = {
    "PHONE": "PHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS", "CARD": "CREDIT_CARD", "IBAN": "IBAN_CODE",
    "ADDRESS": "STREET_ADDRESS",
}  # fmt: skip
"""What Presidio calls our kinds where it has a name of its own."""

tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class SharedReading(NlpEngine):
    """Presidio's view of voc's spaCy pipelines."""

    engine_name = "spacy"
    is_available = True

    def load(self) -> None:
        """Load both pipelines."""
        for code in named_codes():
            load_names(code)

    def is_loaded(self) -> bool:
        """They are loaded when first asked for."""
        return True

    def process_text(self, text: str, language: str) -> Any:
        """Read one text."""
        ((document,),) = documents([readable(open_ligatures(text))], [language], all_of_them=True)
        return self.artifacts(document, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 64, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, Any]]:
        """Read texts together; yields each with its reading."""
        del batch_size, n_process, kwargs
        chosen = list(texts)
        read = documents(
            [readable(open_ligatures(text)) for text in chosen], [language] * len(chosen), all_of_them=True
        )
        for text, (document,) in zip(chosen, read, strict=True):
            yield text, self.artifacts(document, language)

    def artifacts(self, document: Any, language: str) -> Any:
        """A spaCy document as Presidio's recognisers want it; words stand for lemmas, which voc does not compute."""
        words = [token.lower_ for token in document]
        return NlpArtifacts(
            entities=list(document.ents), tokens=document, tokens_indices=[token.idx for token in document],
            lemmas=words, nlp_engine=self, language=language,
        )  # fmt: skip

    def is_stopword(self, word: str, language: str) -> bool:
        """Whether a word is too common to be context."""
        return bool(load_names(language).vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Whether a word is punctuation."""
        return bool(load_names(language).vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Names of people: what the pipelines are used for."""
        return ["PERSON"]

    def get_supported_languages(self) -> list[str]:
        """Those there is a pipeline for."""
        return list(named_codes())


class VocRecognizer(LocalRecognizer):
    """One of voc's recognisers as a Presidio recogniser of one language."""

    def __init__(self, recogniser: Recogniser, language: str) -> None:
        self._recogniser = recogniser
        entities = sorted({ENTITIES.get(kind, kind) for kind in recogniser.kinds})
        super().__init__(supported_entities=entities, supported_language=language, name=f"voc-{recogniser.name}")

    def load(self) -> None:
        """Nothing to load: models are loaded when a text is read."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any = None) -> list[Any]:
        """Finds of the wanted ``entities`` in ``text``."""
        read = [nlp_artifacts.tokens] if nlp_artifacts is not None else []
        return [
            RecognizerResult(ENTITIES.get(one.kind, one.kind), one.begin, one.end, one.score)
            for one in find_in(self._recogniser, text, self.supported_language, read)
            if ENTITIES.get(one.kind, one.kind) in entities
        ]


def analyzer(languages: Sequence[str] = ()) -> Any:
    """A Presidio ``AnalyzerEngine`` with voc's recognisers and pipelines, and nothing else.

    Args:
        languages: codes of languages; default all there is a pipeline for.
    """
    languages = languages or named_codes()
    registry = RecognizerRegistry(
        recognizers=[VocRecognizer(one, language) for one in RECOGNISERS for language in languages],
        supported_languages=list(languages),
    )
    return AnalyzerEngine(registry=registry, nlp_engine=SharedReading(), supported_languages=list(languages))


class OwnRecognisers:
    """A deployment's Presidio recognisers, asked with the reading voc has made already."""

    name = "presidio"

    def __init__(self, registry: Any) -> None:
        registry.recognizers = [one for one in registry.recognizers if not isinstance(one, SpacyRecognizer)]
        self._languages = tuple(registry.supported_languages)
        self._reading = SharedReading()
        self._engine = AnalyzerEngine(
            registry=registry, nlp_engine=self._reading, supported_languages=list(self._languages)
        )
        self.kinds: Sequence[str] = sorted({kind for one in registry.recognizers for kind in one.supported_entities})

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        """Yield what the deployment's recognisers find, each under its own entity's name."""
        for document in read:
            code = language_read(document)
            if code not in self._languages:
                continue
            artifacts = self._reading.artifacts(document, code)
            for one in self._engine.analyze(text, language=code, nlp_artifacts=artifacts):
                metadata = one.recognition_metadata or {}
                by = metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY, self.name)
                yield PiiSpan(one.entity_type, one.start, one.end, one.score, by)


@lru_cache(maxsize=4)
def load_recognisers(path: Path) -> Sequence[Recogniser]:
    """Load a Presidio recognisers file (YAML), once per process.

    Raises:
        SettingsError: the file is missing, is not valid, or names a language voc does not read.
    """
    if not path.is_file():
        raise SettingsError(f"VOC_RECOGNISERS: {path} is not a file; give the path of a Presidio recognisers file.")
    try:
        registry = RecognizerRegistryProvider(conf_file=path).create_recognizer_registry()
    except Exception as error:  # Presidio raises whatever its own checks raise
        reason = " ".join(str(error).split())[:300]
        raise SettingsError(f"VOC_RECOGNISERS: {path}: {reason}; see docs/privacy-detection.md.") from error
    if unknown := sorted(set(registry.supported_languages) - set(named_codes())):
        raise SettingsError(
            f"VOC_RECOGNISERS: {path}: voc reads {listed('and', names=True)}, not {', '.join(unknown)}; correct"
            " supported_languages."
        )
    return (OwnRecognisers(registry),)
