"""Train the weights of voc-tone: activation and tension from the states of Whisper's encoder.

    python models/recipes/train_tone.py [--out models/tone]
    python models/recipes/train_tone.py --figures    # measures the weights that ship, writes figures.json beside them

Reads EmoDB alone (`VOC_SHARED_DATA`, default `../shared/data`; `speech/emodb`, CC0). The method is that of
voc/evaluation/tone_fitting.py, the ways of hearing are LINES of voc/evaluation/tone.py; what either was chosen by is
said in models/tone/README.md. Needs no torch. Ten minutes of one core, nearly all of it the encoder's. `--figures`
also hears EMOVO (`speech/emovo`), from which nothing is learnt; the page of a call shows them as its error.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from voc import models
from voc.evaluation import tone
from voc.evaluation.tone_fitting import rows_of, train
from voc.evaluation.tone_sets import load
from voc.speech.tone import ToneHead
from voc.speech.transcribe import fingerprint
from voc.speech.whisper import WindowReader


def save(head: ToneHead, path: Path) -> None:
    """Write a head, float32."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        weights=head.weights,
        bias=head.bias,
        usual=head.usual,
        share=np.float32(head.share),
        calibration=head.calibration,
        relative_calibration=head.relative_calibration,
        encoder=np.array(head.encoder),
    )


def main() -> None:
    """Hear, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "tone")
    parser.add_argument("--figures", action="store_true")
    given = parser.parse_args()
    out = given.out
    if given.figures:
        found = tone.evaluate(progress=print)
        lines = [json.dumps(one.model_dump(mode="json")) for one in found]
        (out / "figures.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
        print(tone.table(found))
        return
    sounds = load(tone.TRAINED_ON)
    with tone.whisper().lent() as model:
        heard = tone.heard_for_training(sounds, WindowReader(model), progress=print)
    head = train(rows_of(heard), sounds.clips, encoder=fingerprint(models.path("whisper-base")))
    save(head, out / "tone.npz")
    written = (out / "tone.npz").read_bytes()
    print(f"share {head.share}, calibration {head.calibration.tolist()} {head.relative_calibration.tolist()}")
    print(f'{{ name = "tone.npz", bytes = {len(written)}, sha256 = "{hashlib.sha256(written).hexdigest()}" }}')


if __name__ == "__main__":
    main()
