"""``python -m voc``."""

from voc.cli import main

main()
