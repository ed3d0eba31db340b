"""Any sequence classifier of the ``transformers`` library in place of our sentiment heads (``VOC_SENTIMENT_MODEL``).

It reads the words themselves: each text, and each sentence, clause and turn as a text of its own, in batches of like
length. Its labels are mapped to ours by their names, by their number, or as ``VOC_SENTIMENT_LABELS`` says. torch is
imported here and nowhere else, when such a model is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voc.analysers.sentiment.model import LABELS, ScoredSentiments, SentimentKind, sentiment_of
from voc.errors import ModelError, SettingsError
from voc.language.encoder import Encoded
from voc.language.folding import bare
from voc.language.registry import alternatives, words_of
from voc.records import Sentiment
from voc.settings import settings

BATCH = 32
LONGEST_TOKENS = 512
"""Tokens of one text that are read, or fewer where the model knows fewer; the rest counts for nothing."""
LONGEST_CHARACTERS = 8 * LONGEST_TOKENS

_NEIGHBOURS = {"negative": ("negativ", "negativo"), "neutral": ("neutro",), "positive": ("positiv", "positivo")}
"""What models call the three in languages that are not read here."""


def _names_of(label: str) -> tuple[str, ...]:
    return words_of(lambda one: one.cells.sentiments.get(label, ""), *_NEIGHBOURS[label])


NAMES: Mapping[str, tuple[str, ...]] = {label: _names_of(label) for label in LABELS}
"""What models call the three, folded (lower case, no accents, spaces for signs)."""
_STAR = alternatives(lambda one: one.cells.star)
_STARS = re.compile(rf"(?:(?P<n>[1-5])(?: (?:{_STAR}))?|(?:{_STAR}) (?P<m>[1-5])|(?P<s>★{{1,5}}))")
_NUMBERED = re.compile(r"label (\d+)")
NUMBERED: Mapping[int, tuple[str, ...]] = {
    2: ("negative", "positive"),
    3: ("negative", "neutral", "positive"),
    5: ("negative", "negative", "neutral", "positive", "positive"),
}
"""What ``LABEL_0`` … mean by their number, as models that name none have them (TweetEval, SST-2, stars)."""


class Classifier:
    """A sequence classifier read as a model of sentiment.

    Raises:
        ModelError: torch is not installed, or there is no such model, or it classifies no sequences.
        SettingsError: what its labels mean cannot be told.
    """

    pools = False

    def __init__(self, model: str, *, labels: str = "", threads: int = 0) -> None:
        torch, transformers = _libraries()
        if threads:
            torch.set_num_threads(threads)
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        try:
            config = transformers.AutoConfig.from_pretrained(model)
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(model)
            net = transformers.AutoModelForSequenceClassification.from_pretrained(model)
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            raise ModelError(
                f"VOC_SENTIMENT_MODEL={model}: cannot be loaded ({_first_line(error)}); "
                "name a sequence classifier on the hub, or a folder that holds one with its tokenizer."
            ) from error
        self.name = Path(model).name or model
        self.version = _version(model, config)
        self._torch, self._net = torch, net.eval()
        self._longest = min(LONGEST_TOKENS, _positions(config, self._tokenizer))
        self._member = _mapping({int(k): str(v) for k, v in config.id2label.items()}, labels, model=model)

    def score(self, encoded: Encoded, *, kinds: Sequence[SentimentKind]) -> ScoredSentiments:
        """Sentiment of every text and span of ``encoded``; one model reads all ``kinds``.

        Raises:
            ValueError: ``kinds`` is given for another number of texts, or the words are not in ``encoded``.
        """
        if len(kinds) != len(encoded) or len(encoded.texts) != len(encoded):
            raise ValueError(f"kinds of {len(kinds)} and {len(encoded.texts)} texts were given for {len(encoded)}")
        spans = list(encoded.spans) or [()] * len(encoded)
        inner = [text[b:e] for text, places in zip(encoded.texts, spans, strict=True) for b, e in places]
        found = self._sentiments([*encoded.texts, *inner])
        rest = iter(found[len(encoded) :])
        return ScoredSentiments(texts=found[: len(encoded)], spans=[[next(rest) for _ in places] for places in spans])

    def _sentiments(self, texts: Sequence[str]) -> list[Sentiment]:
        """Each different text once, in batches of like length."""
        known = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        if not known:
            return []
        probabilities = np.zeros((len(known), len(LABELS)))
        ordered = sorted(known, key=len)
        for begin in range(0, len(ordered), BATCH):
            batch = ordered[begin : begin + BATCH]
            probabilities[[known[text] for text in batch]] = self._probabilities(batch)
        moods = [sentiment_of(row) for row in probabilities]
        return [moods[known[text]] for text in texts]

    def _probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        tokens = self._tokenizer(
            [text[:LONGEST_CHARACTERS] or " " for text in texts],
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        )
        with self._torch.inference_mode():
            logits = self._net(**tokens).logits.double()
            found: npt.NDArray[np.float64] = self._torch.softmax(logits, dim=-1).numpy() @ self._member
        return found


def _libraries() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError(
            "VOC_SENTIMENT_MODEL: running a model of the transformers library needs torch, which is not installed; "
            "run `pip install 'voc[torch]'` or unset it."
        ) from error
    return torch, transformers


def _mapping(names: Mapping[int, str], given: str, *, model: str) -> npt.NDArray[np.float64]:
    """Which of our labels each of the model's adds to: float [its labels, 3]."""
    meant = _given(names, given, model=model) if given.strip() else _told(names, model=model)
    missing = {"negative", "positive"} - set(meant.values())
    if missing:
        raise SettingsError(
            f"VOC_SENTIMENT_MODEL={model}: none of its labels ({', '.join(names.values())}) means "
            f"{' or '.join(sorted(missing))}; say which do, like VOC_SENTIMENT_LABELS=A=negative,B=positive."
        )
    member = np.zeros((len(names), len(LABELS)))
    for index, label in meant.items():
        member[index, LABELS.index(label)] = 1.0
    return member


def _told(names: Mapping[int, str], *, model: str) -> dict[int, str]:
    folded = {index: _folded(name) for index, name in names.items()}
    if all(_NUMBERED.fullmatch(name) for name in folded.values()) and len(folded) in NUMBERED:
        return dict(enumerate(NUMBERED[len(folded)]))
    stars = {index: _stars(name) for index, name in folded.items()}
    if len(folded) == 5 and all(stars.values()):
        return {index: NUMBERED[5][n - 1] for index, n in stars.items() if n}
    meant = {index: label for index, name in folded.items() for label, aliases in NAMES.items() if name in aliases}
    unknown = [names[index] for index in names if index not in meant]
    if unknown:
        raise SettingsError(
            f"VOC_SENTIMENT_MODEL={model}: what its label {unknown[0]} means is not known; say it, like "
            f"VOC_SENTIMENT_LABELS={','.join(f'{name}=negative' for name in list(names.values())[:1])},…"
        )
    return meant


def _given(names: Mapping[int, str], given: str, *, model: str) -> dict[int, str]:
    pairs = [pair.rpartition("=") for pair in given.split(",") if pair.strip()]
    wanted = {name.strip(): label.strip().lower() for name, _, label in pairs}
    for name, label in wanted.items():
        if name not in names.values() or label not in LABELS:
            raise SettingsError(
                f"VOC_SENTIMENT_LABELS: '{name}={label}' does not say which of {', '.join(LABELS)} a label of {model} "
                f"is; its labels are {', '.join(names.values())}."
            )
    absent = [name for name in names.values() if name not in wanted]
    if absent:
        raise SettingsError(f"VOC_SENTIMENT_LABELS: says nothing of {absent[0]}, a label of {model}; add it.")
    return {index: wanted[name] for index, name in names.items()}


def _folded(name: str) -> str:
    return bare(name, keep="★")


def _stars(folded: str) -> int | None:
    match = _STARS.fullmatch(folded)
    return (len(match["s"]) if match["s"] else int(match["n"] or match["m"])) if match else None


def _positions(config: Any, tokenizer: Any) -> int:
    """Tokens the model has positions for: RoBERTa's count from behind the padding token's."""
    known = [int(tokenizer.model_max_length)]
    if isinstance(positions := getattr(config, "max_position_embeddings", None), int):
        roberta = "roberta" in str(config.model_type) or str(config.model_type) == "camembert"
        known.append(positions - (int(config.pad_token_id or 0) + 1 if roberta else 0))
    return max(8, min(known))


def _version(model: str, config: Any) -> str:
    """The hub's commit, or a hash of what is in the folder."""
    if commit := getattr(config, "_commit_hash", None):
        return str(commit)[:12]
    digest = sha256()
    for path in sorted(Path(model).iterdir()) if Path(model).is_dir() else ():
        if path.suffix in {".json", ".safetensors", ".bin"}:
            with path.open("rb") as file:
                digest.update(path.name.encode() + file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(".") if lines else type(error).__name__


@lru_cache(maxsize=1)
def load_classifier(model: str, *, labels: str = "") -> Classifier:
    """The classifier named in the settings, loaded once a process; see :class:`Classifier` for what it raises."""
    return Classifier(model, labels=labels, threads=settings().threads)
