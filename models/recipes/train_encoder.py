"""Fine-tune the rebuilt encoder on sentiment and emotion while keeping its search vectors; write the shipped files.

    python models/recipes/rebuild_encoder.py
    OMP_WAIT_POLICY=PASSIVE python models/recipes/train_encoder.py --minutes 60

Tasks, all from rows marked ``train`` (corpora.py) and from service_phrases.py:

- ``post``    three classes: UMSAB tweets (fr, en), and with less weight sentences customers say to a company (bank and
              shop requests, short reviews, patients' comments, phrases of our own);
- ``review``  three classes from stars: French reviews of insurers, a shop, meal boxes, restaurants, and of series;
- ``emotion`` several labels: GoEmotions (en), EmoDIFT (fr), XED (fr);
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
from training_sets import EMOTIONS, Deck, Sample, emotions, reviews, roughen, service, tweets
from tuned_encoder import Collator, Tuned, pooled

from voc.text.encoder import Encoder

SEED = 20261121
MAX_POST, MAX_REVIEW = 72, 72

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
        if step % 25 == 0:
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
    parts = {"post": batch // 2, "close": 5 * batch // 16}
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
    starred = [[("review", s)] for s in decks["review"].deal(max(2, batch // 8))]
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
    parser.add_argument("--batch", type=int, default=16, help="short texts of one step; an eighth as many reviews join")
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
