"""Make ``first_names.txt`` and ``surnames.txt`` of ``voc/language``: names as people wrote them on birth certificates.

First names: Insee, *fichier des prénoms* (those given at least 500 times in France since 1940; Licence Ouverte 2.0),
and the United States Census of 1990 (public domain; the copy in the PyPI package ``names``, MIT). Surnames: the most
frequent of the same census. Names are folded (lower case, no accents). A ``*`` marks what is also a word, a month, a
place or a brand: alone such a word names nobody.

    python models/recipes/first_names.py --insee …/insee_prenoms_ge500_since1940.csv --census …/names
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from voc.language.folding import fold, word_set
from voc.privacy.common_words import NEVER, STOP, is_common_word

SURNAMES = 5000
TARGET = Path(__file__).resolve().parents[2] / "voc" / "language"

ALSO_WORDS = word_set(
    # English
    "art bell bill bud buddy candy chance charity chase chuck clay cliff crystal dawn daisy dale dean destiny "
    "diamond dick dollar drew earl faith fawn forest foster frank gay gene ginger glory golden grace grant guy "
    "harmony heath heather holly honey hope hunter iris ivy jack jade jewel joy june king kit lance lane laurel "
    "lily love lovely mark marvel max may melody mercy merry miles miracle misty noble norm olive page parker "
    "pat patience pearl penny porter precious prince princess queen rain randy raven ray rich robin rocky rose "
    "royal ruby rusty sage sandy season shade sky spring star sterling storm stormy summer sunny sunshine "
    "temple tiny tracy trinity van violet ward will windy winter young alpha delta angel august april autumn "
    "easter january july octavia sunday tuesday wednesday friday monday amber basil cherry clove coral cookie "
    "dusty echo genie major minor velvet venus wade walker carter cooper tanner tyler taylor fisher mason "
    "miller baker cook cash case chad curry dot fanny gale hazel jean lark mina myrtle nova ok reed rod rob sue "
    "ted ty wren see many any can so my in an son said may even soon line long "
    # French
    "aime aimee ambre ami amie ange angelique anne aura avril belle ben blanche brune cannelle capucine celeste "
    "cerise chante chere cher claire clair clement clemence colombe constance constant cyprien desire desiree "
    "dominique esperance eve fares felicite fidele fleur florent fortune france francois franc franche gentiane "
    "harmonie honore hortense jasmin jolie juste laid lilas lou loup lucide mage maire mai mains malo "
    "marguerite marin marine maris mauve maxime merveille mignon modeste myrtille noel noelle nine olivier or "
    "ondine pacifique parfait parfaite pascal pascale perle pierre placide prosper prudence prune reine rime "
    "romain romaine rosier sabine sauveur soline sylvestre valentin valentine vanille victoire violette zen hui "
    "tu le un les ma deja avis aide else toi signe lien peter manuel charme camel caramel "
    # places
    "adelaide africa alabama albany america angola argentina asia atlanta austin bali berlin boston brooklyn "
    "carolina charlotte chelsea china cuba dakota dallas denver derby devon diego eden egypt england essex "
    "florence francisco geneva georgia germany holland houston india indiana ireland israel italia italy "
    "jackson jordan kent kenya lincoln london lorraine lourdes lyon madison milan montana nancy nantes nevada "
    "normand orlando oregon paris phoenix rochelle salem savannah sydney troy valencia venice vernon victoria "
    "vienna virginia washington zurich tours saint santa san angeles bristol chester clifton milton oxford "
    "preston trenton london german roman "
    # brands and products
    "alexa amazon apple azur camille-albane carrefour chanel chevrolet clio darty dior ferrari hermes infinity "
    "kia lexus mercedes megane meta nike nokia orange porsche sephora siri sony tesla zara zoe vinci clara "
    "leroy google bing windows prime visa tiffany alba cesar mars mickey marge homer elmo uber iban "
    "florida kansas jesus neo song "
)

NO_NAMES = word_set("saint sainte santa san st ste")
"""In the lists, but what comes after them is a place."""


def read(insee: Path, census: Path) -> tuple[dict[str, bool], dict[str, bool], list[str]]:
    """First names of either source with whether they are also words, and surnames, most frequent first."""
    with insee.open(encoding="utf-8", newline="") as handle:
        french = {fold(row["prenom"]) for row in csv.DictReader(handle)}
    english: set[str] = set()
    for table in ("dist.male.first", "dist.female.first"):
        english |= {line.split()[0].lower() for line in (census / table).read_text(encoding="utf-8").splitlines()}
    last = [line.split()[0].lower() for line in (census / "dist.all.last").read_text(encoding="utf-8").splitlines()]
    return _marked(french), _marked(english), last[:SURNAMES]


def _marked(names: set[str]) -> dict[str, bool]:
    kept = sorted(name for name in names if len(name) > 1 and name not in STOP | NEVER | NO_NAMES)
    return {name: name in ALSO_WORDS or (len(name) < 4 and is_common_word(name)) for name in kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--insee", type=Path, required=True)
    parser.add_argument("--census", type=Path, required=True, help="folder of the package `names`")
    given = parser.parse_args()
    french, english, last = read(given.insee, given.census)
    for folder, names, source in (
        ("fr", french, "Insee, fichier des prénoms (Licence Ouverte 2.0)"),
        ("en", english, "US Census 1990 (public domain)"),
    ):
        lines = "\n".join(f"{name}*" if word else name for name, word in names.items())
        (TARGET / folder / "first_names.txt").write_text(f"# {source}. * = also a word.\n{lines}\n", encoding="utf-8")
    kept = sorted(name for name in last if len(name) > 2 and not is_common_word(name))
    (TARGET / "en" / "surnames.txt").write_text("# US Census 1990 (public domain).\n" + "\n".join(kept) + "\n", "utf-8")
    print(f"{len(french)} and {len(english)} first names; {len(kept)} surnames")


if __name__ == "__main__":
    main()
