"""``openai-whisper`` for :mod:`benchmarks.openai_whisper`, run by a Python that has it (and torch); not part of voc.

Reads from standard input one JSON object a line, ``{"sound": "x.npy", "language": …}`` (float32 mono at 16 kHz), and
answers with the seconds it took and the words. The first argument is the archive of weights, the second the threads.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import torch
import whisper


def main() -> None:
    """Load, say that it is ready, answer until standard input ends."""
    torch.set_num_threads(int(sys.argv[2]))
    weights = {name: torch.from_numpy(array) for name, array in np.load(sys.argv[1]).items()}
    width, mels = weights["encoder.conv1.weight"].shape[:2]
    layers = [
        1 + max(int(name.split(".")[2]) for name in weights if name.startswith(f"{half}.blocks."))
        for half in ("encoder", "decoder")
    ]
    model = whisper.model.Whisper(
        whisper.model.ModelDimensions(
            n_mels=mels,
            n_vocab=len(weights["decoder.token_embedding.weight"]),
            n_audio_ctx=1500,
            n_audio_state=width,
            n_audio_head=width // 64,
            n_audio_layer=layers[0],
            n_text_ctx=448,
            n_text_state=width,
            n_text_head=width // 64,
            n_text_layer=layers[1],
        )
    )
    model.load_state_dict(weights)
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])
    print(json.dumps({"version": whisper.__version__, "torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        sound = np.load(asked["sound"])
        begin = time.perf_counter()
        # The options of its command line, and word times, which ours come with.
        found = model.transcribe(sound, beam_size=5, best_of=5, word_timestamps=True, fp16=False)
        print(json.dumps({"seconds": time.perf_counter() - begin, "text": found["text"]}), flush=True)


if __name__ == "__main__":
    main()
