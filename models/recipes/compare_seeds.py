"""How far chance moves the tweets: each seed on the benchmark, their mean, and the mean of their weights.

    python models/recipes/compare_seeds.py --folder build/frozen --seed 1 2 3 --phase second third

Every network computes in the int8 it was taught in (lean_bert.py); with several phases it is the mean of their weights.
The fourth phase starts from the mean over the seeds (Wortsman et al. 2022, arXiv:2203.05482); nothing is chosen by
these figures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import rebuild_encoder
import torch
from fit_heads import macro_f1
from train_encoder import MAX_TOKENS, load, mean_weights
from tuned_encoder import pooled

from voc.evaluation.text import BENCHMARKS, rows


def figures(folder: Path, seeds: list[int], phases: list[str]) -> dict[str, float]:
    """Macro-F1 in percent of the UMSAB test rows by ``language`` and ``language, rough``."""
    net, collate = load(folder)
    net.load_state_dict(mean_weights(folder / "checkpoints", [f"{phase}-{seed}" for seed in seeds for phase in phases]))
    net.bert.quantised = True
    found = {}
    for benchmark in BENCHMARKS:
        if not benchmark.name.startswith("UMSAB"):
            continue
        texts, gold = rows(benchmark)
        states = pooled(net, collate, texts, limit=MAX_TOKENS)
        with torch.inference_mode():
            said = net.heads["post"](states).argmax(1).numpy()
        name = benchmark.language + (", rough" if benchmark.rough else "")
        found[name] = 100 * macro_f1(np.asarray(gold), said)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=rebuild_encoder.OUT, help="of rebuild_encoder.py")
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--phase", nargs="+", default=["second", "third"])
    arguments = parser.parse_args()
    each = {str(seed): figures(arguments.folder, [seed], arguments.phase) for seed in arguments.seed}
    names = list(next(iter(each.values())))
    mean = {name: float(np.mean([found[name] for found in each.values()])) for name in names}
    together = figures(arguments.folder, arguments.seed, arguments.phase)
    print(f"| UMSAB macro-F1, seed | {' | '.join(names)} |")
    print(f"|---|{'--:|' * len(names)}")
    for label, found in (*each.items(), ("**mean of the seeds**", mean), ("mean of their weights", together)):
        print(f"| {label} | {' | '.join(f'{found[name]:.1f}' for name in names)} |")


if __name__ == "__main__":
    main()
