"""Write the sizes and hashes of models/encoder/ and models/search/ into models/manifest.toml, after they were rebuilt.

python models/recipes/pin_encoder.py
"""

from __future__ import annotations

import re
from pathlib import Path

from voc.downloads import sha256_of

MODELS = Path(__file__).resolve().parents[1]


FILES = {"encoder": ("encoder.onnx", "tokenizer.json", "config.json", "heads.npz"), "search": ("search.npz",)}


def main() -> None:
    manifest = MODELS / "manifest.toml"
    text = manifest.read_text("utf-8")
    for model, names in FILES.items():
        lines = []
        for name in names:
            file = MODELS / model / name
            lines.append(f'  {{ name = "{name}", bytes = {file.stat().st_size}, sha256 = "{sha256_of(file)}" }},\n')
        block = "files = [\n" + "".join(lines) + "]\n"
        section = re.compile(rf"(?<=\[models\.{model}\]\n)(.*?)files = \[.*?\]\n(?=\n\[)", re.DOTALL)
        text = section.sub(lambda found, block=block: found[1] + block, text, count=1)
        print(block)
    manifest.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
