"""How English names are spelt, towards how they sound: Knight, Wright, MacDonald."""

from __future__ import annotations

from voc.language.name_sounds import NameSounds

SOUNDS = NameSounds(
    spellings=(
        (r"^ma?c(?=[^aeiouyh])", "mk"),
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^wh", "v"),
        (r"ph", "f"),
        (r"(?:sch|tch|sh|ch)", "x"),
        (r"gh(?=[^aeiouy]|$)", ""),
        (r"gn", "n"),
        (r"ck|cqu?|qu|q|k", "k"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"g(?=[eiy])|dg", "j"),
        (r"th", "t"),
        (r"w", "v"),
        (r"x(?=.)(?<=[aeiouy]x)", "ks"),
        (r"z", "s"),
        (r"h", ""),
    ),
)
