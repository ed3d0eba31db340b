"""Sentences that differ by little and feel unlike: negation, irony, politeness, strength, street words, emoji.

Tweets show a classifier that "problème" is bad news and "satisfait" good news; that "aucun problème" and "pas
satisfait" are the other way round it sees too rarely to learn. These sentences are put together from parts, so that
each word of feeling stands on both sides. They were written from grammars and from how people talk, without the sheet
``benchmarks/pairs_fr.yaml``: none of its texts may be among them, which :func:`phrases` checks.
"""

# ruff: noqa: E501 - sentences are not broken
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np

Deck = dict[str, list[str]]

FR: Deck = {
    "sujet": [
        "le service client", "la livraison", "l'application", "le site", "votre conseiller", "le technicien", "la box", "le forfait",
        "l'accueil en agence", "le rapport qualité-prix", "la connexion", "le suivi de commande", "la prise en charge", "le contrat",
        "le remboursement", "la boutique", "l'espace client", "votre assurance", "le dépannage", "la carte", "le trajet", "la hotline",
    ],
    "bien": [
        "satisfaisant", "efficace", "rapide", "clair", "à la hauteur", "agréable", "fiable", "professionnel", "pratique", "au point",
        "sérieux", "réactif", "convaincant", "utile", "correct", "simple", "transparent", "disponible", "aimable",
    ],
    "mal": [
        "mauvais", "lent", "compliqué", "décevant", "désagréable", "cher", "pénible", "inutile", "confus", "en retard", "bruyant",
        "opaque", "déplorable", "catastrophique", "nul", "bâclé", "défectueux", "impoli", "illisible",
    ],
    "souci": ["problème", "souci", "retard", "bug", "coupure", "erreur", "panne", "difficulté", "mauvaise surprise", "anomalie"],
    "fait_mal": [
        "on me prélève deux fois", "trois semaines pour une simple réponse", "ma commande est partie à la mauvaise adresse",
        "vous perdez mon dossier", "ma ligne est encore coupée", "une heure d'attente pour se faire raccrocher au nez",
        "le colis est arrivé en miettes", "vous augmentez le tarif sans rien dire", "personne ne répond depuis mardi",
        "l'appli plante à chaque ouverture", "on me demande le même document pour la quatrième fois", "mon remboursement a disparu",
        "le train est supprimé sans un mot", "le technicien n'est jamais passé", "mon compte est bloqué le week-end",
        "deux heures de musique au téléphone", "la réparation a tenu un jour", "je découvre des frais cachés",
    ],
    "fait_bien": [
        "tout est réglé en une matinée", "le conseiller m'a rappelé comme prévu", "le colis est arrivé avec un jour d'avance",
        "vous m'avez remboursé sans discuter", "la ligne remarche parfaitement", "on m'a répondu en dix minutes",
        "l'appli est devenue très fluide", "le technicien a pris le temps d'expliquer", "mon dossier est déjà accepté",
        "le prix a baissé comme promis", "l'échange s'est fait en un clic", "la nouvelle agence est superbe",
    ],
    "neutre": [
        "j'ai reçu votre courrier", "ma commande est arrivée", "le technicien est passé", "j'ai eu un conseiller au téléphone",
        "j'ai installé la mise à jour", "je suis allé en boutique", "la facture du mois est là", "j'ai changé de forfait", "rendez-vous demain à dix heures",
        "nouvelle version de l'appli", "réponse du service client",
    ],
    "bravo": [
        "Bravo,", "Félicitations,", "Quelle efficacité,", "Génial,", "Super,", "Merci beaucoup,", "Chapeau,", "Formidable,", "Magnifique,",
        "Ah bravo,", "Quel professionnalisme,", "Parfait,", "Merveilleux,", "Toujours au top,", "Comme d'habitude, c'est du grand art :",
    ],
    "peu": ["un peu", "légèrement", "plutôt", "assez"],
    "tres": ["vraiment", "extrêmement", "totalement", "franchement", "tellement", "profondément", "carrément", "super"],
    "etat_mal": ["déçu", "mécontent", "agacé", "fâché", "inquiet", "frustré", "insatisfait", "dégoûté", "choqué", "énervé"],
    "etat_bien": ["content", "satisfait", "ravi", "soulagé", "enchanté", "rassuré", "conquis", "comblé"],
    "poli": [
        "Je me permets de vous signaler que", "Sauf erreur de ma part,", "Permettez-moi de vous faire remarquer que", "Je regrette d'avoir à vous écrire que",
        "J'ai le regret de constater que", "Vous voudrez bien noter que", "Avec tout le respect que je vous dois,", "Je suis au regret de vous informer que",
        "Je vous serais reconnaissant de bien vouloir m'expliquer pourquoi",
    ],
    "demande": [
        "m'envoyer une copie du contrat", "m'indiquer les horaires de l'agence", "me confirmer la date du rendez-vous", "mettre à jour mes coordonnées",
        "me préciser les documents à fournir", "me transmettre un relevé", "me communiquer le numéro du service",
    ],
    "argot_bien": [
        "c'est de la balle", "c'est trop stylé", "ça déchire", "nickel chrome", "au top du top", "c'est le feu", "validé direct", "trop bien franchement",
        "impec", "je kiffe", "c'est carré", "une masterclass", "c'est ouf comme c'est bien", "c'est une dinguerie tellement c'est rapide", "tip top", "ça roule",
        "pas pire pantoute", "c'est l'fun", "ben correct", "c'est gavé bien", "ça envoie du lourd", "une tuerie", "j'adore de ouf", "chapeau bas",
        "rien à redire", "zéro défaut", "sans prise de tête", "les doigts dans le nez", "du beau boulot", "trop cool",
    ],
    "argot_mal": [
        "c'est claqué au sol", "c'est trop relou", "une vraie galère", "ça craint", "c'est moisi", "c'est naze", "foutage de gueule", "j'ai le seum",
        "c'est la cata", "ça me saoule", "ça m'a gavé", "c'est mort", "une daube", "c'est du vol", "éclaté", "pourri de chez pourri", "c'est poche", "c'est plate à mort",
        "ça bugue de partout", "ras la casquette", "la lose", "du grand n'importe quoi", "une usine à gaz", "j'en peux plus", "ça rame grave", "c'est abusé",
        "la honte", "bande de charlots", "une arnaque", "l'enfer", "laisse tomber", "de la camelote", "c'est chaud là, ça marche jamais",
    ],
    "emoji_bien": ["😍", "😊", "👍", "🎉", "❤️", "🤩", "😀", "👌", "💪", "🙏😊", "🥰", "✅😄"],
    "emoji_mal": ["😡", "😠", "👎", "😤", "🤬", "😞", "😭", "🤦", "💩", "😒", "🙄", "😩"],
    "emoji_faux": ["🙃", "🙄", "🤡", "👏👏👏", "😒", "🤦"],
}  # fmt: skip

FR_PATTERNS: Deck = {
    "negative": [
        "{sujet} n'est pas {bien}", "{sujet} n'est vraiment pas {bien}", "{sujet} n'est plus {bien} du tout", "{sujet} n'a jamais été {bien}",
        "{sujet} : rien de {bien} là-dedans", "{sujet} est {mal}", "{sujet} est trop {mal}", "je ne trouve pas {sujet} {bien}", "{sujet} est tout sauf {bien}",
        "{sujet} est loin d'être {bien}", "on ne peut pas dire que {sujet} soit {bien}", "encore un {souci} avec {sujet}", "toujours le même {souci} avec {sujet}",
        "rien que des soucis avec {sujet}", "un {souci} de plus, merci {sujet}", "j'espérais que {sujet} serait {bien}, c'est raté", "{sujet} aurait pu être {bien}",
        "{sujet} était {bien}, avant", "plus jamais {sujet}", "{bravo} {fait_mal}", "{bravo} {fait_mal} !", "{fait_mal}, {bravo2} !", "merci pour rien, {fait_mal}",
        "on adore quand {fait_mal}", "c'est exactement ce que j'attendais : {fait_mal}", "{fait_mal}", "{poli} {fait_mal}.", "{poli} {fait_mal} ?",
        "Je suis {peu} {etat_mal} : {fait_mal}", "Je suis {tres} {etat_mal}, {fait_mal}", "je ne suis pas {etat_bien} de {sujet2}", "je ne suis pas du tout {etat_bien}",
        "je suis {tres} {etat_mal}", "je ne peux pas dire que je suis {etat_bien}", "personne n'est {etat_bien} de {sujet2}", "sans être {etat_mal}, je m'attendais à mieux",
        "je n'ai rien trouvé de {bien}", "{sujet} {argot_mal}", "{argot_mal} {sujet}", "franchement {argot_mal}", "{argot_mal}", "{sujet}, {argot_mal} {emoji_mal}",
        "{neutre} {emoji_mal}", "{neutre} {emoji_mal}{emoji_mal}", "{sujet} {emoji_mal}", "{sujet} trop {bien} {emoji_faux}", "super {sujet0} {emoji_faux}", "{bravo} {fait_mal} {emoji_faux}",
        "je ne vous dis pas merci, {fait_mal}", "ce n'est pas faute d'avoir prévenu : {fait_mal}", "si au moins {sujet} était {bien}", "je ne recommande {sujet2} à personne",
        "ne comptez pas sur moi pour recommander {sujet2}", "il n'y a que la pub qui soit {bien}, {sujet} est {mal}", "je regrette d'avoir choisi {sujet2}",
    ],
    "positive": [
        "{sujet} n'est pas {mal}, au contraire", "{sujet} n'est pas {mal} du tout", "{sujet} n'a rien de {mal}", "{sujet} est {bien}", "{sujet} est très {bien}",
        "je trouve {sujet} {bien}", "aucun {souci} avec {sujet}", "pas le moindre {souci} avec {sujet}", "zéro {souci} avec {sujet}", "jamais eu de {souci} avec {sujet}",
        "plus un seul {souci} depuis que {fait_bien}", "sans aucun {souci}, {fait_bien}", "je craignais que {sujet} soit {mal}, pas du tout", "{sujet} est enfin {bien}",
        "{sujet} était {mal}, maintenant c'est {bien}", "{bravo} {fait_bien}", "{bravo} {fait_bien} !", "{fait_bien}, {bravo2} !", "merci pour tout, {fait_bien}",
        "{fait_bien}", "Je suis {tres} {etat_bien}, {fait_bien}", "je ne suis pas {etat_mal}, bien au contraire", "je ne suis pas {etat_mal} de {sujet2} : {fait_bien}",
        "je suis {tres} {etat_bien}", "je suis plutôt {etat_bien} de {sujet2}", "je n'ai rien à reprocher à {sujet2}", "impossible de ne pas être {etat_bien}",
        "je ne peux pas dire que je ne suis pas {etat_bien}", "on ne peut pas dire que {sujet} soit {mal}, {fait_bien}", "il n'y a pas plus {bien} que {sujet}",
        "on ne peut pas faire plus {bien}", "rien de {mal} à signaler, {fait_bien}", "je n'hésite pas à recommander {sujet2}", "je ne regrette pas d'avoir choisi {sujet2}",
        "{sujet} {argot_bien}", "{argot_bien} {sujet}", "franchement {argot_bien}", "{argot_bien}", "{sujet}, {argot_bien} {emoji_bien}", "{neutre} {emoji_bien}", "{neutre} {emoji_bien}{emoji_bien}",
        "{sujet} {emoji_bien}", "{sujet} trop {bien} {emoji_bien}", "ce n'est pas souvent qu'on le dit : {fait_bien}", "je n'aurais pas cru {sujet} si {bien}",
        "moi qui m'attendais au pire : {fait_bien}", "pas besoin de rappeler, {fait_bien}", "je n'ai pas eu à attendre, {fait_bien}",
    ],
    "neutral": [
        "Auriez-vous l'amabilité de {demande} ?", "Pourriez-vous {demande}, s'il vous plaît ?", "Je vous saurais gré de bien vouloir {demande}.", "Merci de {demande}.",
        "{neutre}", "{neutre}.", "Je vous remercie de bien vouloir {demande}.", "Je me permets de vous écrire pour vous demander de {demande}.", "est-ce que {sujet} est disponible le samedi ?",
        "quelles sont les conditions pour {sujet2} ?", "j'ai une question sur {sujet2}", "{sujet} ouvre à quelle heure ?", "y a-t-il un numéro pour {sujet2} ?",
        "{sujet} n'est ni bien ni mal, c'est dans la moyenne", "sans avis sur {sujet2}", "je ne suis ni {etat_bien} ni {etat_mal}", "pas d'opinion particulière",
        "Serait-il possible de {demande} avant lundi ?", "Comment faire pour {demande2} ?", "je voudrais savoir si {sujet} change de tarif",
    ],
}  # fmt: skip

EN: Deck = {
    "sujet": [
        "the customer service", "the delivery", "the app", "the website", "your advisor", "the engineer", "the router", "the plan", "the branch", "the price",
        "the connection", "the order tracking", "the contract", "the refund process", "the store", "your insurance", "the repair", "the card", "the helpline",
    ],
    "bien": [
        "good", "efficient", "quick", "clear", "up to scratch", "pleasant", "reliable", "professional", "handy", "helpful", "responsive", "convincing", "useful",
        "easy", "transparent", "friendly",
    ],
    "mal": ["bad", "slow", "complicated", "disappointing", "unpleasant", "expensive", "painful", "useless", "confusing", "late", "rude", "awful", "faulty", "dreadful"],
    "souci": ["problem", "issue", "delay", "bug", "outage", "mistake", "glitch", "hassle", "nasty surprise"],
    "fait_mal": [
        "you charge me twice", "three weeks for a simple reply", "my order went to the wrong address", "you lost my file", "my line is down again",
        "an hour on hold and then cut off", "the parcel came in pieces", "you put the price up without a word", "nobody has answered since Tuesday",
        "the app crashes every time", "I am asked for the same form a fourth time", "my refund has vanished", "the engineer never turned up",
        "my account is locked all weekend", "the repair lasted a day", "I find hidden fees",
    ],
    "fait_bien": [
        "everything was sorted in a morning", "the advisor called back as promised", "the parcel came a day early", "you refunded me without a fuss",
        "the line works perfectly again", "I had a reply in ten minutes", "the app runs so smoothly now", "the engineer took time to explain",
        "my claim is accepted already", "the price went down as promised",
    ],
    "neutre": [
        "I got your letter", "my order came", "the engineer came by", "I spoke to an advisor", "I installed the update", "I went to the store", "this month's bill is here",
        "I changed plans", "appointment tomorrow at ten", "new version of the app", "reply from customer service",
    ],
    "bravo": [
        "Well done,", "Congratulations,", "Great job,", "Brilliant,", "Oh great,", "Thanks a lot,", "Hats off,", "Wonderful,", "Fantastic,", "Perfect,", "Lovely,", "Nice one,",
    ],
    "peu": ["a bit", "slightly", "somewhat", "a little"],
    "tres": ["really", "extremely", "totally", "absolutely", "so", "deeply"],
    "etat_mal": ["disappointed", "unhappy", "annoyed", "upset", "worried", "frustrated", "dissatisfied", "disgusted", "angry"],
    "etat_bien": ["happy", "satisfied", "delighted", "relieved", "pleased", "impressed", "thrilled"],
    "poli": [
        "I am afraid", "Unless I am mistaken,", "May I point out that", "I regret to say that", "With all due respect,", "I am sorry to have to write that",
        "Kindly note that", "I would be grateful if you could explain why",
    ],
    "demande": [
        "send me a copy of the contract", "tell me the opening hours", "confirm the date of the appointment", "update my details", "tell me which papers to send",
        "send me a statement",
    ],
    "argot_bien": ["it slaps", "spot on", "top notch", "ace", "it's fire", "absolutely smashing it", "no complaints", "can't fault it", "a breeze", "chuffed to bits", "goat", "sick, love it"],
    "argot_mal": ["absolute joke", "it sucks", "total rip-off", "what a shambles", "rubbish", "a nightmare", "pants", "gone to the dogs", "trash", "a con", "fed up", "mid at best", "doing my head in"],
    "emoji_bien": FR["emoji_bien"],
    "emoji_mal": FR["emoji_mal"],
    "emoji_faux": FR["emoji_faux"],
}  # fmt: skip

EN_PATTERNS: Deck = {
    "negative": [
        "{sujet} is not {bien}", "{sujet} isn't {bien} at all", "{sujet} was never {bien}", "{sujet} is {mal}", "{sujet} is far too {mal}", "{sujet} is anything but {bien}",
        "nobody could call {sujet} {bien}", "yet another {souci} with {sujet}", "the same {souci} with {sujet} again", "nothing {bien} about {sujet}", "{sujet} used to be {bien}",
        "{sujet} could have been {bien}", "I hoped {sujet} would be {bien}, it was not", "{bravo} {fait_mal}", "{bravo} {fait_mal}!", "thanks for nothing, {fait_mal}", "just what I needed: {fait_mal}",
        "love it when {fait_mal}", "{fait_mal}", "{poli} {fait_mal}.", "I am {peu} {etat_mal}: {fait_mal}", "I am {tres} {etat_mal}, {fait_mal}", "I am not {etat_bien} with {sujet}",
        "I can't say I am {etat_bien}", "{sujet}, {argot_mal}", "{argot_mal}", "{sujet} {emoji_mal}", "{neutre} {emoji_mal}", "{bravo} {fait_mal} {emoji_faux}", "I would not recommend {sujet} to anyone",
        "I regret choosing {sujet}", "if only {sujet} were {bien}",
    ],
    "positive": [
        "{sujet} is not {mal} at all", "there is nothing {mal} about {sujet}", "{sujet} is {bien}", "{sujet} is very {bien}", "no {souci} with {sujet}", "not a single {souci} with {sujet}",
        "never had a {souci} with {sujet}", "I feared {sujet} would be {mal}, it was not", "{sujet} is {bien} at last", "{sujet} was {mal}, now it is {bien}", "{bravo} {fait_bien}", "{bravo} {fait_bien}!",
        "{fait_bien}", "I am {tres} {etat_bien}, {fait_bien}", "I am not {etat_mal}, quite the opposite", "I am {tres} {etat_bien}", "you can't help being {etat_bien} with {sujet}",
        "I can't say {sujet} is {mal}, {fait_bien}", "nothing to complain about, {fait_bien}", "it could not be more {bien}", "I would not hesitate to recommend {sujet}", "I don't regret choosing {sujet}",
        "{sujet}, {argot_bien}", "{argot_bien}", "{sujet} {emoji_bien}", "{neutre} {emoji_bien}", "and there I was fearing the worst: {fait_bien}", "no need to ring again, {fait_bien}",
    ],
    "neutral": [
        "Would you be so kind as to {demande}?", "Could you {demande}, please?", "I would be grateful if you could {demande}.", "Please {demande}.", "{neutre}", "{neutre}.", "is {sujet} available on Saturdays?",
        "I have a question about {sujet}", "what are the terms for {sujet}?", "I am neither {etat_bien} nor {etat_mal}", "no opinion on {sujet}", "Thank you for letting me know how to {demande}.",
    ],
}  # fmt: skip

NEAR = 0.6
"""Share of the words of two texts together that both have, from which one is too like the other."""
SHEET = Path(__file__).parents[2] / "benchmarks" / "pairs_fr.yaml"


def folded(text: str) -> str:
    """Letters and digits only, lower case, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+|[^\w\s.,!?;:'’-]", plain))


def sheet() -> set[str]:
    """The texts of the sheet, folded."""
    return {folded(text) for text in re.findall(r'"([^"]+)"', SHEET.read_text("utf-8"))}


def near_sheet() -> Callable[[str], bool]:
    """Whether a text is one of the sheet's, or shares three words in five with one of them."""
    words = [set(text.split()) for text in sheet()]

    def near(text: str) -> bool:
        mine = set(folded(text).split())
        return any(len(mine & each) >= NEAR * len(mine | each) for each in words)

    return near


def phrases(rng: np.random.Generator, *, french: int, english: int) -> list[tuple[str, str]]:
    """About so many sentences of each language with their labels, duplicates and texts of the sheet dropped."""
    judged = sheet()
    found: dict[str, str] = {}
    for slots, patterns, wanted in ((FR, FR_PATTERNS, french), (EN, EN_PATTERNS, english)):
        share = {"negative": 0.42, "positive": 0.42, "neutral": 0.16}
        for label, choices in patterns.items():
            for turn in range(round(wanted * share[label])):
                text = _filled(choices[turn % len(choices)], slots, rng)
                if folded(text) not in judged:
                    found[text] = label
    return list(found.items())


def _filled(pattern: str, slots: Deck, rng: np.random.Generator) -> str:
    def fill(slot: re.Match[str]) -> str:
        name = slot[1]
        if name == "bravo2":
            return str(rng.choice(["bravo", "chapeau", "merci", "super", "génial", "quelle efficacité"]))
        if name == "demande2":  # "pour me confirmer" asks for one's own act: "pour confirmer"
            return re.sub(r"^(me |m')", "", str(rng.choice(slots["demande"])))
        if name == "sujet0":
            return re.sub(r"^(le |la |l'|votre )", "", str(rng.choice(slots["sujet"])))
        return str(rng.choice(slots[name.rstrip("2")]))

    text = re.sub(r"{(\w+)}", fill, pattern)
    for wrong, right in ((" de le ", " du "), (" à le ", " au "), ("que il ", "qu'il "), (" de l'", " de l'")):
        text = text.replace(wrong, right)
    return text[:1].upper() + text[1:] if rng.random() < 0.6 else text
