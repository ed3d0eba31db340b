"""Fine-tune the rebuilt encoder on every task at once, in four phases, while keeping its search vectors.

    python models/recipes/rebuild_encoder.py --out build/frozen
    python models/recipes/train_encoder.py first --folder build/frozen
    python models/recipes/train_encoder.py second --folder build/frozen --seed 1  # and 2, 3
    python models/recipes/train_encoder.py third --folder build/frozen --seed 1  # and 2, 3
    python models/recipes/train_encoder.py fourth --folder build/frozen --seed 1
    python models/recipes/export_encoder.py --folder build/frozen --seed 1

``first`` sees every set (training_sets.py) in float; ``second`` starts where it ended, returns to the tweets four
times while rehearsing the rest, and computes in the int8 of the shipped file (lean_bert.py); ``third`` starts where the
second of the same seed ended and adds sentences that turn on one word (contrast_phrases.py); ``fourth`` starts at the
mean of the weights of all of these and adds plain sentences of many words (plain_phrases.py), sentences of reviews
that an encoder so taught finds as glad or as cross as the review, and comments of one group of emotions. Each phase
goes through a plan fixed by its seed; the learning rate rises over 30 steps and falls to zero at the end of the plan. A
checkpoint is written every few minutes and taken up again. All layers learn; the embeddings stay, so that a word that
was not in training keeps its place among those that were. Now and then two short samples share a sequence, each with
the loss of its own label on the mean of its own tokens: sentences inside a longer text are read that way at run time.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rebuild_encoder
import torch
from fit_heads import macro_f1
from roughening import roughen
from task_heads import HEADS
from torch import nn
from training_sets import Sample, decks, tweets
from tuned_encoder import Batch, Collator, Tuned, pooled

SEED = 20261121
MAX_TOKENS = 80
MAX_PAIRED = 160
BATCH_TOKENS = 1100
SHARED = 0.12
"""Share of short samples that are followed by another in their sequence."""
VECTORS = 0.8
CHARACTERS_A_TOKEN = 3.9

EPOCHS: dict[str, dict[str, float]] = {
    "first": {
        "tweets": 3, "banking": 2, "clinc": 1, "bitext": 0.4, "nlupp": 0.7, "goemotions": 0.35, "xed_fr": 1,
        "xed_en": 0.15, "emodift": 1.5, "reviews": 0.7, "short_reviews": 1, "tables": 0.8, "terms": 1, "patients": 0.5,
        "ours": 2,
    },
    "second": {
        "tweets": 4, "banking": 1.5, "clinc": 0.25, "bitext": 0.1, "nlupp": 0.2, "goemotions": 0.06, "xed_fr": 0.15,
        "emodift": 0.4, "reviews": 0.1, "short_reviews": 0.3, "tables": 0.25, "terms": 0.4, "patients": 0.05, "ours": 1,
    },
    "third": {
        "contrasts": 2, "tweets": 1.5, "banking": 0.5, "clinc": 0.1, "bitext": 0.05, "nlupp": 0.1, "goemotions": 0.03,
        "xed_fr": 0.1, "emodift": 0.3, "reviews": 0.07, "short_reviews": 0.3, "tables": 0.7, "terms": 0.4,
        "patients": 0.05, "ours": 1,
    },
    "fourth": {
        "sentences": 0.6, "plain": 1, "contrasts": 1, "comments": 0.12, "tweets": 2, "banking": 0.4, "clinc": 0.1,
        "bitext": 0.05, "nlupp": 0.1, "xed_fr": 0.1, "emodift": 0.3, "reviews": 0.07, "short_reviews": 0.3,
        "tables": 0.5, "terms": 0.4, "patients": 0.05, "ours": 1,
    },
}  # fmt: skip
RATES = {"first": 7e-5, "second": 4e-5, "third": 2.5e-5, "fourth": 2.5e-5}
BEFORE_FOURTH = [f"{phase}-{seed}" for seed in (1, 2, 3) for phase in ("second", "third")]
"""What the fourth phase starts from is the mean of these (Wortsman et al. 2022, arXiv:2203.05482)."""
LEAST_AGREED = 0.25
"""Probability of its review's feeling from which a sentence is believed."""
TEACHER = {
    "tweets": 2, "banking": 2, "clinc": 10, "bitext": 6, "xed_fr": 6, "short_reviews": 3, "reviews": 12, "patients": 6,
    "ours": 1, "tables": 12,
}  # fmt: skip
"""Every how many of a deck's samples also teach the search vectors."""

Sequenced = list[tuple[Sample, str]]
log = logging.getLogger("train")


def load(folder: Path) -> tuple[Tuned, Collator]:
    """The rebuilt encoder with fresh heads."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    state = dict(np.load(folder / "checkpoints" / "frozen.npz"))
    net = Tuned(state, attention_heads=config["attention_heads"], epsilon=config["layer_norm_epsilon"])
    return net, Collator(folder / "tokenizer.json")


def train(folder: Path, *, phase: str, seed: int) -> None:
    """Run one phase and leave ``first.pt``, or ``PHASE-SEED.pt``, in the checkpoints."""
    checkpoints = folder / "checkpoints"
    data_rng = np.random.default_rng(SEED)  # the same decks in every run
    dealt, _apart = decks(data_rng)
    torch.manual_seed(SEED + seed)
    rng = np.random.default_rng(SEED + seed)
    net, collate = load(folder)
    teacher = _teacher(folder, net, collate, dealt)
    centre = torch.tensor(np.stack(list(teacher.values())).mean(axis=0))
    if phase != "first":
        before = {
            "second": ["first"],
            "third": [f"second-{seed}"],
            "fourth": BEFORE_FOURTH,
        }[phase]
        net.load_state_dict(mean_weights(checkpoints, before))
        net.bert.quantised = True
    if phase == "fourth":
        dealt["sentences"] = _believed(folder, net, collate, dealt["sentences"])
    name = phase if phase == "first" else f"{phase}-{seed}"
    plan = _plan(dealt, EPOCHS[phase], rng)
    body = [p for p in net.bert.parameters() if p.requires_grad]
    heads = [*net.heads.parameters(), *net.vectors.parameters()]
    head_rate = 1e-3 if phase == "first" else 4e-4
    groups = [
        {"params": body, "lr": RATES[phase], "base": RATES[phase]},
        {"params": heads, "lr": head_rate, "base": head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    first_step, resume = 0, checkpoints / f"{name}.resume.pt"
    if resume.exists():
        saved = torch.load(resume, weights_only=True)
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        first_step = saved["step"]
        log.info("resumed at step %d", first_step)
    log.info("%s: %d steps", name, len(plan))
    net.train()
    running: dict[str, list[float]] = {}
    began, saved_at = time.monotonic(), time.monotonic()
    for step in range(first_step, len(plan)):
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(1.0, (step + 1) / 30) * (1 - step / len(plan))
        shown = [[(s, _shown(s, np.random.default_rng((SEED, seed, step, i, j)))) for j, s in enumerate(each)]
                 for i, each in enumerate(plan[step])]  # fmt: skip
        for task, loss in _losses(net, collate(shown, limit=MAX_TOKENS), teacher, centre).items():
            running.setdefault(task, []).append(loss)
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if (step + 1) % 100 == 0:
            losses = ", ".join(f"{task} {np.mean(values):.3f}" for task, values in running.items())
            left = (time.monotonic() - began) / (step + 1 - first_step) * (len(plan) - step - 1)
            log.info("step %d, %.0f min left: %s", step + 1, left / 60, losses)
            running = {}
        if time.monotonic() - saved_at > 300:
            saved_at = time.monotonic()
            state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}
            torch.save(state, resume)
    torch.save({"net": net.state_dict()}, checkpoints / f"{name}.pt")
    resume.unlink(missing_ok=True)
    log.info("%s done: validation macro-F1 of the tweets %s", name, validate(net, collate))


def mean_weights(checkpoints: Path, names: Sequence[str]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several checkpoints."""
    found = [torch.load(checkpoints / f"{name}.pt", weights_only=True)["net"] for name in names]
    return {name: torch.stack([each[name].float() for each in found]).mean(0) for name in found[0]}


def _believed(folder: Path, net: Tuned, collate: Collator, samples: list[Sample]) -> list[Sample]:
    """The sentences of reviews that ``net`` does not find unlike their review, decided once and kept."""
    kept = folder / "checkpoints" / "believed.npz"
    chances = np.load(kept)["chances"] if kept.exists() else np.zeros(0)
    if len(chances) != len(samples):
        states = pooled(net, collate, [s.text for s in samples], limit=MAX_TOKENS)
        with torch.inference_mode():
            every = torch.softmax(net.heads["post"](states), dim=1).numpy()
        chances = every[np.arange(len(samples)), [int(str(s.targets["post"])) for s in samples]]
        np.savez(kept, chances=chances)
    believed = [s for s, chance in zip(samples, chances, strict=True) if chance >= LEAST_AGREED]
    log.info("%d of %d sentences of reviews are believed", len(believed), len(samples))
    return believed


def validate(net: Tuned, collate: Collator) -> dict[str, float]:
    """Macro-F1 on the validation tweets, by language."""
    found: dict[str, float] = {}
    samples = tweets("val")
    half = len(samples) // 2
    for language, part in (("fr", samples[:half]), ("en", samples[half:])):
        states = pooled(net, collate, [s.text for s in part], limit=MAX_TOKENS)
        with torch.inference_mode():
            labels = net.heads["post"](states).argmax(1).numpy()
        found[language] = round(macro_f1(np.array([s.targets["post"] for s in part]), labels), 4)
    return found


def _teacher(folder: Path, net: Tuned, collate: Collator, dealt: dict[str, list[Sample]]) -> dict[str, np.ndarray]:
    """Vectors of the encoder before training by text, computed once and kept."""
    kept = folder / "checkpoints" / "teacher.npz"
    texts = list(dict.fromkeys(s.text for name, every in TEACHER.items() for s in dealt[name][::every]))
    if kept.exists():
        vectors = np.load(kept)["vectors"]
        if len(vectors) == len(texts):
            return dict(zip(texts, vectors, strict=True))
    states = nn.functional.normalize(pooled(net, collate, texts, limit=MAX_TOKENS), dim=1).numpy()
    np.savez(kept, vectors=states)
    log.info("teacher: %d vectors", len(states))
    return dict(zip(texts, states, strict=True))


def _shown(sample: Sample, rng: np.random.Generator) -> str:
    """The text as this step shows it; offsets of spans must hold, so those texts only lose their capitals."""
    if sample.spans:
        return (
            sample.text.lower() if rng.random() < 0.2 and len(sample.text.lower()) == len(sample.text) else sample.text
        )
    return roughen(sample.text, rng)


def _plan(
    dealt: dict[str, list[Sample]], epochs: dict[str, float], rng: np.random.Generator
) -> list[list[list[Sample]]]:
    """Every step's sequences: similar lengths together, steps in random order."""
    order: list[Sample] = []
    for name, times in epochs.items():
        samples = dealt[name]
        for _ in range(int(times)):
            order += [samples[i] for i in rng.permutation(len(samples))]
        order += [samples[i] for i in rng.permutation(len(samples))[: round((times - int(times)) * len(samples))]]
    order = [order[i] for i in rng.permutation(len(order))]
    steps: list[list[list[Sample]]] = []
    for at in range(0, len(order), 4000):
        waiting = order[at : at + 4000]
        sequences: list[list[Sample]] = []
        while waiting:
            first = waiting.pop()
            short = waiting and len(first.text) < MAX_PAIRED and len(waiting[-1].text) < MAX_PAIRED
            sequences.append([first, waiting.pop()] if short and rng.random() < SHARED else [first])
        sequences.sort(key=_length)
        block: list[list[list[Sample]]] = [[]]
        for sequence in sequences:
            if (len(block[-1]) + 1) * (_length(sequence) + 5) > BATCH_TOKENS:
                block.append([])
            block[-1].append(sequence)
        steps += [block[i] for i in rng.permutation(len(block)) if block[i]]
    return steps


def _length(sequence: list[Sample]) -> float:
    return min(MAX_TOKENS, sum(len(sample.text) for sample in sequence) / CHARACTERS_A_TOKEN)


def _losses(net: Tuned, batch: Batch, teacher: dict[str, np.ndarray], centre: torch.Tensor) -> dict[str, float]:
    """Gradients of one batch; returns the mean loss of each head."""
    states = batch.pool @ net.bert(batch.ids, batch.mask).flatten(0, 1)
    n = len(batch.samples)
    total, found = states.new_zeros(()), {}

    def add(name: str, each: torch.Tensor, weight: float) -> None:
        nonlocal total
        total = total + weight * each.sum() / n
        found[name] = float(each.detach().mean())

    for name, head in HEADS.items():
        rows = [i for i, s in enumerate(batch.samples) if name in s.targets and s.targets[name] != -1]
        if not rows:
            continue
        out = net.heads[name](states[rows])
        gold = torch.tensor([batch.samples[i].targets[name] for i in rows])
        if head.kind == "classes":
            each = nn.functional.cross_entropy(out, gold, reduction="none", label_smoothing=0.05)
        elif head.kind == "stars":
            each = _stars_loss(out, gold.float())
        elif head.kind == "labels":
            known = ~torch.isnan(gold.float())
            bits = nn.functional.binary_cross_entropy_with_logits(out, torch.nan_to_num(gold.float()), reduction="none")
            each = (bits * known).sum(1) / known.sum(1).clamp(min=1)
        else:
            each = nn.functional.smooth_l1_loss(out[:, 0], gold.float(), reduction="none", beta=0.3)
        add(name, each, head.weight)
    if len(batch.polarity):
        out = net.heads["aspect"](states[n:])
        each = nn.functional.cross_entropy(out, batch.polarity, reduction="none", label_smoothing=0.05)
        add("aspect", each, HEADS["aspect"].weight / 2.5)
    kept = [i for i, s in enumerate(batch.samples) if batch.alone[i] and s.text in teacher]
    if kept:
        gold = torch.tensor(np.stack([teacher[batch.samples[i].text] for i in kept]))
        mine = nn.functional.normalize(net.vectors(states[kept]), dim=1)
        add("vectors", 1 - nn.functional.cosine_similarity(mine - centre, gold - centre, dim=1), VECTORS)
    total.backward()
    return found


def _stars_loss(out: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of five stars, plus that of bad, middling and good: what is read of them at run time."""
    logs = torch.log_softmax(out, dim=1)
    five = -(gold * logs).sum(1)
    three = torch.stack([logs[:, :2].logsumexp(1), logs[:, 2], logs[:, 3:].logsumexp(1)], dim=1)
    wanted = torch.stack([gold[:, :2].sum(1), gold[:, 2], gold[:, 3:].sum(1)], dim=1)
    return 0.5 * five + 0.7 * -(wanted * three).sum(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phase", choices=tuple(EPOCHS))
    parser.add_argument("--folder", type=Path, default=rebuild_encoder.OUT, help="of rebuild_encoder.py")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="two processes of one thread do more than one of two")
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    logging.basicConfig(filename=arguments.log, level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    train(arguments.folder, phase=arguments.phase, seed=arguments.seed)


if __name__ == "__main__":
    main()
