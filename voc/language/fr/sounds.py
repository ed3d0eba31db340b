"""How French names are spelt, towards how they sound: Renaud, Renault and Renaut end alike, Moreau in an *o*."""

from __future__ import annotations

from voc.language.name_sounds import NameSounds

SOUNDS = NameSounds(
    letters={"ç": "s"},
    spellings=(
        (r"^ps", "s"),
        (r"ph", "f"),
        (r"(?:sch|tch|sh|ch)", "x"),
        (r"gn", "n"),
        (r"ck|cqu?|qu|q|k", "k"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])|dg", "j"),
        (r"th", "t"),
        (r"w", "v"),
        (r"x(?=.)(?<=[aeiouy]x)", "ks"),
        (r"z", "s"),
        (r"h", ""),
        (r"m(?=[bp])", "n"),
    ),
    o_sound=r"(?:eau|au|o)(?:l?[dt])?[sxz]?",
    silent=r"(?<=[^aeiouy])e?(?:s|nt)?|(?<=.)(?:[sxztd]+|e[sz]?)",
)
