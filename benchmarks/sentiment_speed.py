"""Speed of sentiment alone beside `transformers` with torch, on the same short messages and cores, in one run.

    pip install voc[train]
    python -m benchmarks.sentiment_speed [--messages 300] [--rounds 5] [--threads 2]

Ours is the shipped int8 encoder with its head on ONNX Runtime. Beside it, in float32 on torch: a BERT classifier of the
same size (12 layers, 384 wide, the same tokenizer) and one of the size of XLM-R base (12 layers, 768 wide, 250,002
pieces), each as `pipeline("text-classification")` is used by default, one text after the other, and in batches of 32
sorted by length. Their weights are random: speed does not depend on them. Rounds take turns, so that the machine's
noise falls on all alike; medians are printed, and ratios of medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence

from benchmarks.text_analysis import messages


def torch_models(threads: int) -> dict[str, Callable[[Sequence[str]], object]]:
    """Classifiers of both sizes, one text at a time and batched."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline
    from transformers.utils import logging

    from voc import models

    logging.set_verbosity_error()
    torch.set_num_threads(threads)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(models.path("encoder") / "tokenizer.json"), pad_token="<pad>", model_max_length=512
    )
    sizes = {
        "same size": BertConfig(
            vocab_size=37_263,
            hidden_size=384,
            num_hidden_layers=12,
            num_attention_heads=12,
            intermediate_size=1536,
            num_labels=3,
        ),
        "XLM-R base size": BertConfig(
            vocab_size=250_002,
            hidden_size=768,
            num_hidden_layers=12,
            num_attention_heads=12,
            intermediate_size=3072,
            num_labels=3,
        ),
    }
    found: dict[str, Callable[[Sequence[str]], object]] = {}
    for name, config in sizes.items():
        classify = pipeline(
            "text-classification", model=BertForSequenceClassification(config).eval(), tokenizer=tokenizer, device="cpu"
        )

        def one_by_one(texts: Sequence[str], classify: Callable[..., object] = classify) -> object:
            return [classify(text) for text in texts]

        def batched(texts: Sequence[str], classify: Callable[..., object] = classify) -> object:
            return classify(sorted(texts, key=len), batch_size=32)

        found[f"torch, {name}, one at a time"] = one_by_one
        found[f"torch, {name}, batches of 32"] = batched
    return found


def main() -> None:
    """Run the benchmark and print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: options.threads]))
    os.environ["VOC_THREADS"] = str(options.threads)

    from voc.analysers.sentiment.choice import load_sentiment
    from voc.language.encoder import load_encoder

    encoder, sentiment = load_encoder(), load_sentiment()

    def ours(texts: Sequence[str]) -> object:
        return sentiment.score(encoder.encode(texts), kinds=["post"] * len(texts))

    texts, origin = messages(options.messages)
    candidates = {"voc, int8, ONNX Runtime": ours, **torch_models(options.threads)}
    rates: dict[str, list[float]] = {name: [] for name in candidates}
    for work in candidates.values():
        work(texts[:32])
    for _ in range(options.rounds):
        for name, work in candidates.items():
            begin = time.perf_counter()
            work(texts)
            rates[name].append(len(texts) / (time.perf_counter() - begin))
    mine = statistics.median(rates["voc, int8, ONNX Runtime"])
    print(f"{len(texts)} messages ({origin}), {options.threads} cores, {options.rounds} rounds taking turns\n")
    print("| sentiment by | messages/s, median | slowest – quickest | voc is quicker by |\n|---|---:|---:|---:|")
    for name, each in rates.items():
        median = statistics.median(each)
        print(f"| {name} | {median:.0f} | {min(each):.0f} – {max(each):.0f} | {mine / median:.1f} × |", flush=True)


if __name__ == "__main__":
    main()
