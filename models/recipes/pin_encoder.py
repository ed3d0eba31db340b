"""Write the sizes and hashes of models/encoder/ into models/manifest.toml, after the weights were rebuilt.

python models/recipes/pin_encoder.py
"""

from __future__ import annotations

import re
from pathlib import Path

from voc.downloads import sha256_of

MODELS = Path(__file__).resolve().parents[1]


def main() -> None:
    manifest = MODELS / "manifest.toml"
    lines = []
    for name in ("encoder.onnx", "tokenizer.json", "config.json", "heads.npz"):
        file = MODELS / "encoder" / name
        lines.append(f'  {{ name = "{name}", bytes = {file.stat().st_size}, sha256 = "{sha256_of(file)}" }},\n')
    block = "files = [\n" + "".join(lines) + "]\n"
    text = manifest.read_text("utf-8")
    section = re.compile(r"(?<=\[models\.encoder\]\n)(.*?)files = \[.*?\]\n(?=\n\[)", re.DOTALL)
    manifest.write_text(section.sub(lambda found: found[1] + block, text, count=1), encoding="utf-8")
    print(block)


if __name__ == "__main__":
    main()
