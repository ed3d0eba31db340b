"""How French says which way a figure went."""

from __future__ import annotations

from voc.language.change_words import ChangeWords

CHANGES = ChangeWords(
    up=(
        r"plus|hausses?|augment\w+|progress\w+|grimp\w+|mont(?:e|ent|ee|ees|er|ait)|croiss\w+|croit|accru\w*|"
        r"accroiss\w+|bond\w*|superieur\w*|depass\w+|eleve\w*|flamb\w+|davantage|explos\w+|pics?|gagn\w+|au dessus|"
        r"s ?envol\w+"
    ),
    down=(
        r"moins|baiss\w+|diminu\w+|recul\w*|chut\w+|decroiss\w+|decroit|inferieur\w*|repli\w*|descen\w+|tomb\w+|"
        r"au dessous|en dessous|reflu\w*|s ?attenu\w+|attenu\w+|regress\w+|ralenti\w*|calm\w+"
    ),
    better=r"mieux|meilleure?s?|amelior\w+|rassur\w+|soulag\w+",
    worse=r"pires?|degrad\w+|deterior\w+|alarm\w+|inquiet\w+|preoccup\w+|assombri\w*",
    good=r"bon(?:ne)?s?|positi\w+|encourag\w+|eloges?|agreable\w*|content\w*|satisf\w+",
    bad=r"mauvais\w*|problemes?|negati\w+|ennuis?|tendue?s?|mecontent\w*|insatisf\w+|difficultes?",
    denied=r"aucune?s?|ni|guere|rien|personne|sans",
    steady=r"habitu\w+|stables?|comme|meme|identiques?|inchange\w*|constant\w*|changements?|bouge\w*|significati\w+",
    amounts=(
        r"doubl\w+|tripl\w+|quadrupl\w+|moitie|tiers|quarts?|douzaines?|plupart|majorite|minorite|tous|toutes?|tout|"
        r"chaque|personne|rien|beaucoup|plusieurs|quelques|centaines?|milliers?|dizaines?|deux fois|peu|seule?s?|"
        r"toujours"
    ),
)
