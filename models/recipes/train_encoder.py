"""Fine-tune the rebuilt encoder on sentiment and emotion while keeping its search vectors; write the shipped files.

    python models/recipes/rebuild_encoder.py
    OMP_WAIT_POLICY=PASSIVE python models/recipes/train_encoder.py --minutes 60

Tasks, all from rows marked ``train`` (corpora.py) and from service_phrases.py:

- ``post``    three classes: UMSAB tweets (fr, en), and with half the weight sentences customers say to a company;
- ``review``  three classes from stars: French reviews of insurers, a shop, meal boxes and restaurants, series reviews,
              English patients' comments;
- ``emotion`` several labels: GoEmotions (en), EmoDIFT (fr), XED (fr);
- vectors     a linear map of the pooled state towards the vector the frozen encoder gives the same text.

A quarter of the short samples are two texts in one sequence, each with the loss of its own label on the mean of its
own tokens: sentences inside a longer text are read that way at run time. The embeddings stay frozen (a word that was
not in training keeps its place among those that were). The learning rate falls to zero over ``--minutes``, whatever
the machine's speed; a checkpoint is written every few minutes and taken up again.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import corpora
import numpy as np
import onnx_graph
import rebuild_encoder
import service_phrases
import torch
import torch_encoder
from tokenizers import Tokenizer
from torch import nn

from voc.text.encoder import Encoder
from voc.text.sentiment import LABELS

SEED = 20261121
FULL, CLOSE = 1.0, 0.5
MAX_POST, MAX_REVIEW = 80, 112
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "gratitude", "disappointment", "confusion")
GOEMOTIONS = {
    "anger": {"anger", "annoyance"},
    "disgust": {"disgust"},
    "fear": {"fear", "nervousness"},
    "joy": {"joy", "amusement", "excitement", "love", "pride", "relief"},
    "sadness": {"sadness", "grief", "remorse"},
    "surprise": {"surprise"},
    "gratitude": {"gratitude"},
    "disappointment": {"disappointment"},
    "confusion": {"confusion"},
}
EMODIFT = {"anger": "Colere", "disgust": "Degout", "fear": "Peur", "sadness": "Tristesse", "surprise": "Surprise"}
BANKING_NEGATIVE = {
    "Refund_not_showing_up",
    "balance_not_updated_after_bank_transfer",
    "card_not_working",
    "card_payment_fee_charged",
    "card_payment_not_recognised",
    "card_payment_wrong_exchange_rate",
    "card_swallowed",
    "cash_withdrawal_charge",
    "cash_withdrawal_not_recognised",
    "compromised_card",
    "contactless_not_working",
    "declined_card_payment",
    "declined_cash_withdrawal",
    "declined_transfer",
    "direct_debit_payment_not_recognised",
    "extra_charge_on_statement",
    "failed_transfer",
    "lost_or_stolen_card",
    "top_up_failed",
    "transaction_charged_twice",
    "transfer_fee_charged",
    "transfer_not_received_by_recipient",
    "virtual_card_not_working",
    "wrong_amount_of_cash_received",
    "wrong_exchange_rate_for_cash_withdrawal",
}
BANKING_NEUTRAL = {
    "activate_my_card",
    "age_limit",
    "apple_pay_or_google_pay",
    "atm_support",
    "automatic_top_up",
    "card_acceptance",
    "card_linking",
    "change_pin",
    "country_support",
    "disposable_card_limits",
    "edit_personal_details",
    "exchange_rate",
    "exchange_via_app",
    "fiat_currency_support",
    "get_disposable_virtual_card",
    "get_physical_card",
    "getting_spare_card",
    "getting_virtual_card",
    "order_physical_card",
    "receiving_money",
    "supported_cards_and_currencies",
    "top_up_by_cash_or_cheque",
    "top_up_limits",
    "topping_up_by_card",
    "transfer_into_account",
    "verify_my_identity",
    "visa_or_mastercard",
    "verify_top_up",
}
BITEXT_NEGATIVE = {"complaint", "payment_issue", "registration_problems"}

log = logging.getLogger("train")


@dataclass(frozen=True)
class Sample:
    """One training text: the label of its task (an index, or a 0/1/nan vector of emotions) and its weight."""

    text: str
    label: int | tuple[float, ...]
    weight: float = FULL


# --- data --------------------------------------------------------------------------------------------------------


def _clean(text: object) -> str:
    return " ".join(str(text or "").split())


def _take(rng: np.random.Generator, samples: list[Sample], *, each: int) -> list[Sample]:
    """At most ``each`` samples of every label."""
    groups: dict[object, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.label, []).append(sample)
    return [group[i] for group in groups.values() for i in rng.permutation(len(group))[:each]]


def _label(name: str | None) -> int:
    return LABELS.index(name) if name in LABELS else -1  # type: ignore[arg-type]


def _starred(path: str, columns: tuple[str, ...], stars: str) -> list[Sample]:
    found = []
    for row in corpora.rows(path):
        text = ". ".join(filter(None, (_clean(row.get(column)) for column in columns)))
        label = _label(rebuild_encoder.stars_to_label(row[stars]))
        if text and label >= 0:
            found.append(Sample(text, label))
    return found


def tweets(split: str) -> list[Sample]:
    """UMSAB French and English."""
    rows = [row for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/{split}.csv")]
    return [Sample(_clean(row["text"]), _label(str(row["label"]))) for row in rows]


def service(rng: np.random.Generator) -> list[Sample]:
    """Sentences customers say to a company: what they tell is bad, neither, or good."""
    found = []
    for row in corpora.rows("banking77_en/train.csv"):
        name = "negative" if row["category"] in BANKING_NEGATIVE else "neutral"
        if name == "negative" or row["category"] in BANKING_NEUTRAL:
            found.append(Sample(_clean(row["text"]), _label(name), CLOSE))
    banking = _take(rng, found, each=1200)
    found = [
        Sample(_clean(row["utterance"]), _label("negative" if row["intent"] in BITEXT_NEGATIVE else "neutral"), CLOSE)
        for row in corpora.rows("bitext_cs_en/train.csv")
    ]
    bitext = _take(rng, found, each=350)
    found = [
        Sample(_clean(row["text"]), _label("positive" if row["intent"] == "thank_you" else "neutral"), CLOSE)
        for row in corpora.rows("clinc150_en/train.csv")
        if row["intent"] not in {"card_declined", "report_fraud", "lost_luggage", "account_blocked", "damaged_card"}
    ]
    clinc = _take(rng, found, each=400)
    short = []
    for path, columns, stars in (
        ("insurance_reviews_fr/train_insurers.csv", ("avis",), "note"),
        ("trustpilot_certideal_fr/reviews.csv", ("Titre commentaire",), "Note client"),
        ("trustpilot_hellofresh_fr/reviews_repaired.csv", ("titre",), "note"),
    ):
        for row in corpora.rows(path):
            text = _clean(row.get(columns[0]))
            value = str(row[stars]).strip()[:1]
            if 8 <= len(text) <= 220 and value in {"1", "5"}:
                short.append(Sample(text, _label("negative" if value == "1" else "positive"), CLOSE))
    patients = [
        Sample(
            _clean(row["feedback"]),
            _label("negative" if str(row["criticality"]) in {"-2", "-3"} else "positive"),
            CLOSE,
        )
        for row in corpora.rows("nhs_fft_phase1_en/text_data.csv")
        if row["label"] != "Couldn't be improved"
        and (str(row["criticality"]), str(row["question"])[-2:])
        in {("-2", "Q2"), ("-3", "Q2"), ("2", "Q1"), ("3", "Q1")}
        and len(_clean(row["feedback"])) >= 8
    ]
    ours = [Sample(text, _label(name), CLOSE) for text, name in service_phrases.phrases(rng, each=900)]
    return banking + bitext + clinc + _take(rng, short, each=1500) + _take(rng, patients, each=500) + ours


def reviews(rng: np.random.Generator) -> tuple[list[Sample], list[Sample]]:
    """Starred reviews, classes balanced within each set; and some of the largest set held apart for calibration."""
    insurance = _starred("insurance_reviews_fr/train_insurers.csv", ("avis",), "note")
    order = rng.permutation(len(insurance))
    apart = _take(rng, [insurance[i] for i in order[:2500]], each=200)
    found = _take(rng, [insurance[i] for i in order[2500:]], each=2200)
    found += _take(
        rng,
        _starred("trustpilot_certideal_fr/reviews.csv", ("Titre commentaire", "Commentaire"), "Note client"),
        each=300,
    )
    found += _take(rng, _starred("trustpilot_hellofresh_fr/reviews_repaired.csv", ("titre", "text"), "note"), each=450)
    found += _take(
        rng,
        _starred("tripadvisor_lyon_restaurants_fr/reviews.csv", ("titre_avis", "contenu_avis"), "note_restaurant"),
        each=350,
    )
    found += _take(rng, _starred("tripadvisor_absa_fr/train.csv", ("Avis",), "Note"), each=400)
    found += [
        Sample(_clean(row["text"]), _label(str(row["label"]))) for row in corpora.rows("allocine_series_fr/train.csv")
    ]
    return found, apart


def emotions(rng: np.random.Generator) -> list[Sample]:
    """Texts with the emotions their set knows; ``nan`` where it does not tell."""
    found = []
    for row in corpora.rows("goemotions_en/train.csv"):
        said = set(str(row["labels"]).replace(",", "|").split("|"))
        label = tuple(float(bool(said & GOEMOTIONS[emotion])) for emotion in EMOTIONS)
        if any(label) or rng.random() < 0.15:
            found.append(Sample(_clean(row["text"]), label))
    found = [found[i] for i in rng.permutation(len(found))[:9000]]
    for row in corpora.rows("emodift_fr/emodift_train.csv"):
        levels = [float(str(row[EMODIFT[e]] or 0)) if e in EMODIFT else np.nan for e in EMOTIONS]
        found.append(Sample(_clean(row["tweet"]), tuple(v if np.isnan(v) else float(v >= 0.3) for v in levels)))
    subtitles = corpora.rows("xed_fr/xed.csv")
    for i in rng.permutation(len(subtitles))[:2500]:
        said = set(str(subtitles[i]["labels"]).split("|"))
        known = {"anger", "disgust", "fear", "joy", "sadness", "surprise"}
        label = tuple(float(e in said) if e in known else np.nan for e in EMOTIONS)
        found.append(Sample(_clean(subtitles[i]["text"]), label, CLOSE))
    return found


def roughen(text: str, rng: np.random.Generator) -> str:
    """The same text as people and recognisers type it: no capitals, no accents, no punctuation, a typing slip."""
    chance = rng.random(4)
    if chance[0] < 0.15:
        text = text.lower()
    if chance[1] < 0.10:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if chance[2] < 0.12:
        text = " ".join("".join(c if c.isalnum() or c in "'@# " else " " for c in text).split())
    if chance[3] < 0.10 and len(text) > 12:
        at = int(rng.integers(1, len(text) - 2))
        text = (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :] if rng.random() < 0.5 else text[:at] + text[at + 1 :]
        )
    return text


class Deck:
    """Deals samples for ever, every one once before any comes again."""

    def __init__(self, samples: list[Sample], rng: np.random.Generator) -> None:
        self._samples, self._rng = samples, rng
        self._left: list[int] = []

    def __len__(self) -> int:
        return len(self._samples)

    def deal(self, n: int) -> list[Sample]:
        """The next ``n`` samples."""
        while len(self._left) < n:
            self._left += self._rng.permutation(len(self._samples)).tolist()
        dealt, self._left = self._left[:n], self._left[n:]
        return [self._samples[i] for i in dealt]


# --- the network -------------------------------------------------------------------------------------------------


class Tuned(nn.Module):
    """The encoder with its heads; all read the mean of the last hidden states."""

    def __init__(self, state: dict[str, np.ndarray], *, epsilon: float) -> None:
        super().__init__()
        self.bert = torch_encoder.model(state, epsilon=epsilon, dropout=0.1)
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad_(False)
        for layer in self.bert.encoder.layer:
            layer.attention.self.dropout.p = 0.0
        self.post, self.review = nn.Linear(384, 3), nn.Linear(384, 3)
        self.emotion = nn.Linear(384, len(EMOTIONS))
        self.vectors = nn.Linear(384, 384, bias=False)
        nn.init.eye_(self.vectors.weight)
        for head in (self.post, self.review, self.emotion):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def hidden(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Last hidden states, float32 [batch, tokens, 384]."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()


class Collator:
    """Texts to padded ids, with the token ranges that each segment is pooled over."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._head = self._tokenizer.encode("passage:").ids[:-1]

    def __call__(self, sequences: list[list[str]], *, limit: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """``ids``, ``mask`` [batch, tokens] and pooling weights [segments, batch × tokens] in the order given."""
        rows, ranges = [], []
        for texts in sequences:
            ids, places = list(self._head), []
            for text in texts:
                pieces = self._tokenizer.encode(text, add_special_tokens=False).ids[: max(4, limit // len(texts))]
                places.append((len(ids), len(ids) + len(pieces)))
                ids += pieces
            ids.append(2)
            rows.append(ids)
            ranges.append(places if len(texts) > 1 else [(0, len(ids))])
        longest = max(map(len, rows))
        ids = torch.ones(len(rows), longest, dtype=torch.long)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        pool = torch.zeros(sum(map(len, ranges)), len(rows) * longest)
        segment = 0
        for row, pieces in enumerate(rows):
            ids[row, : len(pieces)] = torch.tensor(pieces)
            mask[row, : len(pieces)] = 1
            for begin, end in ranges[row]:
                pool[segment, row * longest + begin : row * longest + max(end, begin + 1)] = 1 / max(1, end - begin)
                segment += 1
        return ids, mask, pool


@torch.inference_mode()
def pooled(net: Tuned, collate: Collator, texts: list[str], *, limit: int = 256) -> torch.Tensor:
    """Pooled states of whole texts, float32 [n, 384]."""
    net.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = torch.zeros(len(texts), 384)
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        ids, mask, pool = collate([[texts[i]] for i in chosen], limit=limit)
        out[chosen] = pool @ net.hidden(ids, mask).flatten(0, 1)
    net.train()
    return out


def macro_f1(gold: np.ndarray, found: np.ndarray) -> float:
    """Mean F1 of the three classes."""
    from sklearn.metrics import f1_score

    return float(f1_score(gold, found, average="macro"))


# --- training ----------------------------------------------------------------------------------------------------


def train(folder: Path, *, minutes: float, batch: int) -> None:
    """Train from ``folder``/checkpoints/frozen.npz and leave ``tuned.pt`` beside it."""
    checkpoints = folder / "checkpoints"
    config = json.loads((folder / "config.json").read_text("utf-8"))
    state = dict(np.load(checkpoints / "frozen.npz"))
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    post, close = tweets("train"), service(rng)
    starred, _apart = reviews(rng)
    felt = emotions(rng)
    log.info("samples: %d tweets, %d service, %d reviews, %d emotions", len(post), len(close), len(starred), len(felt))
    teacher = _teacher(folder, [*post, *close, *starred[::4], *felt[::4]])
    centre = torch.tensor(np.stack(list(teacher.values())).mean(axis=0))
    decks = {
        "post": Deck(post, rng),
        "close": Deck(close, rng),
        "review": Deck(starred, rng),
        "emotion": Deck(felt, rng),
    }
    net = Tuned(state, epsilon=config["layer_norm_epsilon"]).train()
    net.bert.embeddings.eval()
    collate = Collator(folder / "tokenizer.json")
    body = [p for p in net.bert.parameters() if p.requires_grad]
    heads = [p for name, p in net.named_parameters() if not name.startswith("bert.")]
    groups = [{"params": body, "lr": 6e-5, "base": 6e-5}, {"params": heads, "lr": 1e-3, "base": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    spent, step, best = 0.0, 0, 0.0
    resume = checkpoints / "training.pt"
    if resume.exists():
        saved = torch.load(resume, weights_only=True)
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        spent, step, best = saved["spent"], saved["step"], saved["best"]
        rng = np.random.default_rng(SEED + step)
        log.info("resumed at step %d after %.1f minutes", step, spent / 60)
    validation = tweets("val")
    began, last_check, running = time.monotonic() - spent, spent, np.zeros(5)
    shown = 0
    while (spent := time.monotonic() - began) < minutes * 60:
        share = spent / (minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(1.0, (step + 1) / 50) * (1 - share)
        losses = _step(net, collate, decks, teacher, centre, rng, batch=batch)
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        running += losses
        step, shown = step + 1, shown + 1
        if step % 50 == 0:
            log.info(
                "step %d, %.0f %% of the time: post %.3f close %.3f emotion %.3f review %.3f vectors %.3f",
                step,
                100 * share,
                *(running / shown),
            )
            running[:], shown = 0, 0
        if spent - last_check > 480 or share > 0.995:
            last_check = spent
            score = _validate(net, collate, validation)
            best = max(best, score)
            torch.save(
                {
                    "net": net.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "spent": spent,
                    "step": step,
                    "best": best,
                },
                resume,
            )
            log.info("step %d: validation macro-F1 of the tweets %.4f", step, score)
    log.info("done: %d steps, validation %.4f", step, _validate(net, collate, validation))
    torch.save({"net": net.state_dict(), "steps": step}, checkpoints / "tuned.pt")
    resume.unlink(missing_ok=True)


def _teacher(folder: Path, samples: list[Sample]) -> dict[str, np.ndarray]:
    """Vectors of the frozen encoder by text, computed once and kept."""
    frozen = folder / "checkpoints" / "frozen"
    kept = folder / "checkpoints" / "teacher.npz"
    texts = list(dict.fromkeys(sample.text for sample in samples))
    if kept.exists():
        vectors = np.load(kept)["vectors"]
        if len(vectors) == len(texts):
            return dict(zip(texts, vectors, strict=True))
    vectors = Encoder(frozen, threads=2).encode([text[:500] for text in texts]).vectors
    np.savez(kept, vectors=vectors)
    log.info("teacher: %d vectors", len(vectors))
    return dict(zip(texts, vectors, strict=True))


def _step(
    net: Tuned,
    collate: Collator,
    decks: dict[str, Deck],
    teacher: dict[str, np.ndarray],
    centre: torch.Tensor,
    rng: np.random.Generator,
    *,
    batch: int,
) -> np.ndarray:
    """One batch of short texts and a smaller one of reviews, gradients summed; returns the five losses."""
    parts = {"post": 3 * batch // 8, "close": batch // 3}
    parts["emotion"] = batch - sum(parts.values())
    short = [(task, sample) for task, n in parts.items() for sample in decks[task].deal(n)]
    order = rng.permutation(len(short)).tolist()
    sequences: list[list[tuple[str, Sample]]] = []
    while order:
        first = short[order.pop()]
        if order and rng.random() < 0.15:
            sequences.append([first, short[order.pop()]])
        else:
            sequences.append([first])
    losses = _losses(net, collate, sequences, teacher, centre, rng, limit=MAX_POST)
    starred = [[("review", s)] for s in decks["review"].deal(max(2, batch // 5))]
    more = _losses(net, collate, starred, teacher, centre, rng, limit=MAX_REVIEW)
    return np.array([losses[0], losses[1], losses[2], more[3], losses[4]])


def _losses(
    net: Tuned,
    collate: Collator,
    sequences: list[list[tuple[str, Sample]]],
    teacher: dict[str, np.ndarray],
    centre: torch.Tensor,
    rng: np.random.Generator,
    *,
    limit: int,
) -> list[float]:
    ids, mask, pool = collate([[roughen(s.text, rng) for _, s in sequence] for sequence in sequences], limit=limit)
    states = pool @ net.hidden(ids, mask).flatten(0, 1)
    flat = [(task, sample, len(sequence) == 1) for sequence in sequences for task, sample in sequence]
    values = [0.0] * 5
    total = states.new_zeros(())
    for slot, (task, head) in enumerate(
        (("post", net.post), ("close", net.post), ("emotion", net.emotion), ("review", net.review))
    ):
        chosen = [i for i, (found, _, _) in enumerate(flat) if found == task]
        if not chosen:
            continue
        logits = head(states[chosen])
        if task == "emotion":
            gold = torch.tensor([flat[i][1].label for i in chosen], dtype=torch.float32)
            known = ~gold.isnan()
            each = nn.functional.binary_cross_entropy_with_logits(logits, gold.nan_to_num(), reduction="none")
            loss = (each * known).sum() / known.sum().clamp(min=1)
        else:
            gold = torch.tensor([flat[i][1].label for i in chosen])
            loss = nn.functional.cross_entropy(logits, gold, label_smoothing=0.05)
        share = len(chosen) / max(1, len(flat))
        total = total + loss * share * {"post": 1.6, "close": 1.0, "emotion": 1.5, "review": 0.6}[task]
        values[slot] = float(loss.detach())
    kept = [i for i, (_, sample, alone) in enumerate(flat) if alone and sample.text in teacher]
    if kept:
        gold = torch.tensor(np.stack([teacher[flat[i][1].text] for i in kept]))
        mine = nn.functional.normalize(net.vectors(states[kept]), dim=1)
        away = 1 - nn.functional.cosine_similarity(mine - centre, gold - centre, dim=1).mean()
        total = total + 0.5 * away * len(kept) / max(1, len(flat))
        values[4] = float(away.detach())
    total.backward()
    return values


def _validate(net: Tuned, collate: Collator, samples: list[Sample]) -> float:
    states = pooled(net, collate, [s.text for s in samples], limit=MAX_POST)
    with torch.inference_mode():
        found = net.post(states).argmax(1).numpy()
    return macro_f1(np.array([s.label for s in samples]), found)


# --- export ------------------------------------------------------------------------------------------------------


def temperature(logits: np.ndarray, gold: np.ndarray) -> float:
    """The temperature that makes the held-apart labels likeliest."""
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        scaled -= scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(gold)), gold]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def export(folder: Path, out: Path) -> None:
    """Write the shipped files from ``tuned.pt`` into ``out``, heads calibrated on the states of the int8 file."""
    out.mkdir(parents=True, exist_ok=True)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    epsilon = config["layer_norm_epsilon"]
    saved = torch.load(folder / "checkpoints" / "tuned.pt", weights_only=True)["net"]
    state = {name.removeprefix("bert."): values.numpy() for name, values in saved.items() if name.startswith("bert.")}
    onnx_graph.write(state, out / "encoder.onnx", heads=config["attention_heads"], epsilon=epsilon)
    if out != folder:
        shutil.copy(folder / "tokenizer.json", out / "tokenizer.json")
    heads: dict[str, np.ndarray] = {"vectors.weight": saved["vectors.weight"].numpy().T.copy()}
    for head in ("post", "review", "emotion"):
        heads[f"{head}.weight"] = saved[f"{head}.weight"].numpy().T.copy()
        heads[f"{head}.bias"] = saved[f"{head}.bias"].numpy()
    np.savez(out / "heads.npz", **heads)
    rebuild_encoder.write_config(
        out,
        name=config["name"],
        version="1",
        vocabulary_size=config["vocabulary"],
        heads=config["attention_heads"],
        epsilon=epsilon,
        emotions=EMOTIONS,
    )
    encoder = Encoder(out, threads=2)
    rng = np.random.default_rng(SEED)
    service(rng)  # leaves the generator where training found it, so that the same reviews are apart
    for head, apart in (("post", tweets("val")), ("review", reviews(rng)[1])):
        logits = encoder.encode([s.text for s in apart]).states @ heads[f"{head}.weight"] + heads[f"{head}.bias"]
        gold = np.array([s.label for s in apart])
        heads[f"{head}.temperature"] = np.float32(temperature(logits.astype(np.float64), gold))
        log.info(
            "%s: held-apart macro-F1 %.4f (n=%d), temperature %.3f",
            head,
            macro_f1(gold, logits.argmax(1)),
            len(gold),
            heads[f"{head}.temperature"],
        )
    np.savez(out / "heads.npz", **heads)
    rebuild_encoder.compare(state, encoder, epsilon=epsilon, projection=heads["vectors.weight"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=rebuild_encoder.OUT)
    parser.add_argument("--out", type=Path, help="where the shipped files go; default the same folder")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32, help="short texts of one step; a fifth as many reviews join")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--only", choices=("train", "export"))
    arguments = parser.parse_args()
    logging.basicConfig(filename=arguments.log, level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    frozen = arguments.folder / "checkpoints" / "frozen"
    if not frozen.exists():
        frozen.mkdir()
        for name in ("encoder.onnx", "tokenizer.json", "config.json", "heads.npz"):
            shutil.copy(arguments.folder / name, frozen / name)
    if arguments.only != "export":
        train(arguments.folder, minutes=arguments.minutes, batch=arguments.batch)
    if arguments.only != "train":
        export(arguments.folder, arguments.out or arguments.folder)


if __name__ == "__main__":
    main()
