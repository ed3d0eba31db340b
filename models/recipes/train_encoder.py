"""Fine-tune the rebuilt encoder on sentiment while keeping its search vectors; write the shipped files.

    python models/recipes/rebuild_encoder.py
    OMP_WAIT_POLICY=PASSIVE python models/recipes/train_encoder.py --minutes 60

Tasks, all from rows marked ``train`` (corpora.py) and from service_phrases.py:

- ``post``    three classes: UMSAB tweets (fr, en), and with less weight sentences customers say to a company (bank and
              shop requests, short reviews, patients' comments, phrases of our own);
- ``review``  three classes from stars: French reviews of insurers, a shop, meal boxes, restaurants, and of series;
- vectors     a linear map of the pooled state towards the vector the frozen encoder gives the same text.

About a quarter of the short samples share a sequence with another, each with the loss of its own label on the mean
of its own tokens: sentences inside a longer text are read that way at run time. The embeddings and the four lowest
layers stay frozen: a word that was not in training keeps its place among those that were, and a step costs less. The
learning rate falls to zero over ``--minutes``, whatever the machine's speed; a checkpoint is written every few
minutes and taken up again.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import time
from pathlib import Path

import numpy as np
import onnx_graph
import rebuild_encoder
import torch
from torch import nn
from training_sets import Deck, Sample, reviews, roughen, service, tweets
from tuned_encoder import Collator, Tuned, pooled

from voc.text.encoder import Encoder

SEED = 20261121
MAX_TOKENS = 80
MAX_CHARACTERS = 320
MAX_PAIRED = 160
TYPICAL_CHARACTERS = 115
WEIGHTS = {"post": 1.6, "close": 1.0, "review": 1.0, "vectors": 0.5}

Sequenced = list[tuple[str, Sample]]
"""The samples that share a sequence, each with its task."""

log = logging.getLogger("train")


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
    log.info("samples: %d tweets, %d service, %d reviews", len(post), len(close), len(starred))
    teacher = _teacher(folder, [*post, *close, *starred[::4]])
    centre = torch.tensor(np.stack(list(teacher.values())).mean(axis=0))
    decks = {"post": Deck(post, rng), "close": Deck(close, rng), "review": Deck(starred, rng)}
    net = Tuned(state, epsilon=config["layer_norm_epsilon"]).train()
    net.bert.embeddings.eval()
    collate = Collator(folder / "tokenizer.json")
    body = [p for p in net.bert.parameters() if p.requires_grad]
    heads = [p for name, p in net.named_parameters() if not name.startswith("bert.")]
    groups = [{"params": body, "lr": 6e-5, "base": 6e-5}, {"params": heads, "lr": 1e-3, "base": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    spent, step = 0.0, 0
    resume = checkpoints / "training.pt"
    if resume.exists():
        saved = torch.load(resume, weights_only=True)
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        spent, step = saved["spent"], saved["step"]
        rng = np.random.default_rng(SEED + step)
        log.info("resumed at step %d after %.1f minutes", step, spent / 60)
    validation = tweets("val")
    began, saved_at, checked_at = time.monotonic() - spent, spent, spent
    running: list[list[float]] = []
    planned: list[list[Sequenced]] = []
    while (spent := time.monotonic() - began) < minutes * 60:
        share = spent / (minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(1.0, (step + 1) / 30) * (1 - share)
        planned = planned or _plan(decks, rng, batch=batch)
        running.append(_losses(net, collate, planned.pop(), teacher, centre, rng, batch=batch))
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        if step % 50 == 0:
            losses = ", ".join(f"{loss:.3f}" for loss in np.nanmean(running, axis=0))
            log.info("step %d, %.0f %% of the time: tweets, service, reviews, vectors: %s", step, 100 * share, losses)
            running = []
        if spent - saved_at > 300:
            saved_at = spent
            state_now = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "step": step}
            torch.save(state_now, resume)
        if spent - checked_at > 900:
            checked_at = spent
            log.info("step %d: validation macro-F1 of the tweets %.4f", step, _validate(net, collate, validation[::2]))
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


def _plan(decks: dict[str, Deck], rng: np.random.Generator, *, batch: int) -> list[list[Sequenced]]:
    """The next eight batches or so: sequences of similar length together, batches in random order.

    Of sixteen samples nine are tweets, six are service sentences and one is a review. A batch of short sequences
    holds more of them than one of long ones.
    """
    dealt: list[tuple[str, Sample]] = []
    for task, sixteenths in (("post", 9), ("close", 6), ("review", 1)):
        dealt += [(task, sample) for sample in decks[task].deal(8 * batch * sixteenths // 16)]
    order = rng.permutation(len(dealt)).tolist()
    sequences: list[Sequenced] = []
    while order:
        first = dealt[order.pop()]
        short = order and len(first[1].text) < MAX_PAIRED and len(dealt[order[-1]][1].text) < MAX_PAIRED
        sequences.append([first, dealt[order.pop()]] if short and rng.random() < 0.15 else [first])
    sequences.sort(key=lambda sequence: min(MAX_CHARACTERS, sum(len(sample.text) for _, sample in sequence)))
    batches: list[list[Sequenced]] = [[]]
    for sequence in sequences:
        longest = min(MAX_CHARACTERS, sum(len(sample.text) for _, sample in sequence))
        if (len(batches[-1]) + 1) * longest > batch * TYPICAL_CHARACTERS:
            batches.append([])
        batches[-1].append(sequence)
    return [batches[i] for i in rng.permutation(len(batches)) if batches[i]]


def _losses(
    net: Tuned,
    collate: Collator,
    sequences: list[Sequenced],
    teacher: dict[str, np.ndarray],
    centre: torch.Tensor,
    rng: np.random.Generator,
    *,
    batch: int,
) -> list[float]:
    """Gradients of one batch; returns the mean losses of tweets, service sentences, reviews and vectors."""
    ids, mask, pool = collate([[roughen(s.text, rng) for _, s in sequence] for sequence in sequences], limit=MAX_TOKENS)
    states = pool @ net.hidden(ids, mask).flatten(0, 1)
    flat = [(task, sample, len(sequence) == 1) for sequence in sequences for task, sample in sequence]
    values = [np.nan] * 4
    total = states.new_zeros(())
    for slot, (task, head) in enumerate((("post", net.post), ("close", net.post), ("review", net.review))):
        chosen = [i for i, (found, _, _) in enumerate(flat) if found == task]
        if not chosen:
            continue
        gold = torch.tensor([flat[i][1].label for i in chosen])
        loss = nn.functional.cross_entropy(head(states[chosen]), gold, label_smoothing=0.05)
        total = total + loss * WEIGHTS[task] * len(chosen) / batch
        values[slot] = float(loss.detach())
    kept = [i for i, (_, sample, alone) in enumerate(flat) if alone and sample.text in teacher]
    if kept:
        gold = torch.tensor(np.stack([teacher[flat[i][1].text] for i in kept]))
        mine = nn.functional.normalize(net.vectors(states[kept]), dim=1)
        away = 1 - nn.functional.cosine_similarity(mine - centre, gold - centre, dim=1).mean()
        total = total + WEIGHTS["vectors"] * away * len(kept) / batch
        values[3] = float(away.detach())
    total.backward()
    return values


def _validate(net: Tuned, collate: Collator, samples: list[Sample]) -> float:
    states = pooled(net, collate, [s.text for s in samples], limit=MAX_TOKENS)
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
    for head in ("post", "review"):
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
    )
    encoder = Encoder(out, threads=2)
    rng = np.random.default_rng(SEED)
    trained = {sample.text for sample in service(rng)}  # it is dealt first, as in training, so that the same stay apart
    starred = [sample for sample in reviews(rng)[1] if sample.text not in trained]
    for head, apart in (("post", tweets("val")), ("review", starred)):
        logits = encoder.encode([s.text for s in apart]).states @ heads[f"{head}.weight"] + heads[f"{head}.bias"]
        gold = np.array([s.label for s in apart])
        fitted = temperature(logits.astype(np.float64), gold)
        heads[f"{head}.temperature"] = np.float32(fitted)
        score = macro_f1(gold, logits.argmax(1))
        log.info("%s: held-apart macro-F1 %.4f (n=%d), temperature %.3f", head, score, len(gold), fitted)
    np.savez(out / "heads.npz", **heads)
    rebuild_encoder.compare(state, encoder, epsilon=epsilon, projection=heads["vectors.weight"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=rebuild_encoder.OUT)
    parser.add_argument("--out", type=Path, help="where the shipped files go; default the same folder")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16, help="texts of typical length in one step")
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
