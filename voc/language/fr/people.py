"""What stands around names of people in French."""

from __future__ import annotations

from pathlib import Path

from voc.language.folding import word_set
from voc.language.name_words import NameWords

_ROLE = (
    r"conseill(?:er|ère|ere)|coll[eè]gue|technicien(?:ne)?|vendeu(?:r|se)|livreu(?:r|se)|g[eé]rante?|responsable|"
    r"directeur|directrice"
)

PEOPLE = NameWords(
    titles=r"monsieur|madame|mademoiselle|ma[iî]tre",
    short_titles=r"mme|mlle|dr",
    dotted_titles=r"m|me",
    bare_titles=r"m",
    ranks=r"docteur|prof",
    before=(
        r"\bm['’]appelle|\bmon nom(?:\sest|\sc['’]est)?|\bau nom de|"
        r"\b(?:nom de famille|pr[eé]nom)(?:\sest|,?\sc['’]est|\s?:)|"
        rf"\btitulaire\s?:?|\bde la part de|\bsign[eé]\s?:|\b(?:{_ROLE})|\bnomm[eé]e?|\bgr[aâ]ce [aà]|\bmerci [aà]|"
        r"\baccueil de|\bc['’]est|\bparl[eé] (?:[aà]|avec)|\bbonjour|\bbonsoir|\bch[eè]re?|\bcontact(?:er|ez)?|"
        r"\b(?:mon|ma|mes) (?:mari|femme|[ée]poux|[ée]pouse|fils|fille|m[èe]re|p[èe]re|fr[èe]re|s[oœ]e?ur|ami|"
        r"amie|voisine?|conjointe?|compagne|compagnon)"
    ),
    closings=(r"cordialement|bien [aà] vous|sinc[eè]rement|respectueusement|salutations(?: distingu[eé]es)?"),
    after=r"[aà] (?:l['’]|votre )appareil\b",
    introductions=r"m['’]appelle|nom(?:\sest|\sc['’]est|\s?:)?",
    greetings=r"bonjour|bonsoir|ch[eè]re?",
    done_by=r"par",
    places=r"boutiques?|magasins?|agences?|quartiers?",
    wishes=r"joyeux|joyeuses?|bon|bonnes?",
    said_titles=r"monsieur|madame|mademoiselle",
    said_before=(
        r"je m'appelle|mon nom (?:est|c'est)|(?:nom de famille|prenom)(?: est|,? c'est)|"
        r"(?:ici |c'est |je suis )(?:monsieur|madame|mademoiselle)|(?:votre|mon|ta|une?|le|la) collegue"
    ),
    said_weakly=r"moi c'est|(?:bonjour|hello) c'est",
    said_around=r"(?:(?:ici )?c'est|ici)\s+<name>\s+a (?:l'|votre )appareil\b",
    imperatives=r"ez(?:-(?:moi|nous|les?|la|vous|y|en))?$",
    never=word_set(
        "bonjour bonsoir merci svp stp madame monsieur mesdames messieurs client cliente clients service services sav "
        "conseiller conseillere technicien box internet fibre mobile mail bravo super nul nulle mdr lol ptdr tous "
        "toutes equipe objet re tr cordialement signe attention facture contrat prix top rien bien tres pas prime "
        "bonus devis auto moto sante assureur mutuelle credit lundi mardi mercredi jeudi vendredi samedi dimanche "
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre appli simple rapide "
        "parfait parfaite excellent excellente satisfait satisfaite efficace dommage impossible sinon honteux arnaque "
        "bug bugs courtois serait catastrophique enfaite enfin actu retrouvez visitez remaniement chapeau meh "
        "franchement deception ref joyeux joyeuse joyeuses salutations bluffant bluffante bof question urgent reponse "
        "accueil courage dr agent impeccable nickel appel appels venant premier premiere deuxieme troisieme quatrieme"
    ),
    saints=word_set("saint sainte st ste"),
    companies=word_set("banque hotel hotels restaurant avenue assurance assurances telecom"),
    accented=word_set("rene andre jose zoe chloe noe herve desire aime honore barnabe timothe"),
    ends=word_set(
        "je j'ai j'etais j'appelle j'habite tu il elle on nous vous ils elles le la les l'appareil un une des du de "
        "d'accord et ou mais donc or ni car que qui quoi dont a au aux en dans par pour sur sous avec sans chez ce "
        "cet cette ces mon ma mes votre vos notre nos leur leurs oui non bonjour bonsoir merci alors voila bon bien "
        "tres pas plus comme si est sont etait c'est ca cela ici la-bas m'a m'ont ne n'a me se quand depuis toujours "
        "encore deja juste parce vraiment"
    ),
    first_names=Path(__file__).with_name("first_names.txt"),
)
