"""What the card of the encoder says beside the benchmarks: plain customer sentences, search vectors, speed.

    python models/recipes/check_encoder.py [--folder models/encoder] [--against models/encoder/checkpoints/frozen]

The sentences were written for this check and are in no training set. Vectors are checked on the training part of
banking77 (its test part stays for `voc eval`): the intent of the nearest neighbour, leave one out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import corpora
import numpy as np
import rebuild_encoder

from voc.analysers.sentiment.model import SentimentAnalyser
from voc.language.encoder import Encoder

SENTENCES = {
    "negative": [
        "J'ai été facturé deux fois ce mois-ci",
        "Vous avez encaissé mon chèque mais mon compte affiche toujours un impayé.",
        "Plus de connexion à la maison depuis la tempête de vendredi.",
        "Le technicien devait passer entre 8 h et 10 h, il est 14 h et toujours personne.",
        "J'ai renvoyé le modem en recommandé et vous me le facturez quand même.",
        "Cela fait six semaines que ma réclamation est restée sans réponse.",
        "Mon ancien opérateur a coupé la ligne et vous ne l'avez pas ouverte.",
        "on me prelevee encore alors que jai resilié en janvier",
        "Impossible de joindre quelqu'un, le serveur vocal tourne en boucle.",
        "Votre mise à jour a effacé toutes mes chaînes enregistrées.",
        "My internet has been down since Monday",
        "I have now explained this to four different people.",
        "The replacement handset you sent does not even turn on.",
        "There are two charges of 34.99 on my statement for June.",
        "Nobody told me the price would double after six months.",
        "The engineer left a hole in my wall and drove off.",
        "you guys cut off my line while i was abroad",
        "I was promised a call back on Tuesday, it is Friday now.",
    ],
    "neutral": [
        "Comment changer mon adresse ?",
        "Jusqu'à quelle heure la boutique de Lyon est-elle ouverte samedi ?",
        "Bonjour, je vous contacte à propos du dossier 55821.",
        "Est-ce que je peux garder mon numéro si je change d'offre ?",
        "Je vous envoie le justificatif de domicile demain.",
        "Ma date de naissance est le 4 juin 1981.",
        "Oui, je suis bien le titulaire de la ligne.",
        "Je voudrais savoir comment activer la carte SIM.",
        "Can I keep my number if I switch to another plan?",
        "I would like to add my wife to the account.",
        "My postcode is LS6 2PQ.",
        "What time does the chat close on Sundays?",
        "Hello, I am ringing regarding the letter dated 3 May.",
        "Please send the invoice to my work address.",
    ],
    "positive": [
        "Un grand merci à Samira, elle a été formidable.",
        "Le nouveau débit est impressionnant, rien à dire.",
        "Installation faite en vingt minutes, impeccable.",
        "Enfin un service client qui répond, ça fait plaisir !",
        "Brilliant service, sorted within the hour.",
        "The lady in the Bristol shop could not have been nicer.",
        "Everything arrived a day early, very pleased.",
        "Really impressed with how simple the set-up was.",
    ],
}


def banking(encoder: Encoder) -> float:
    """Share of 2,000 bank questions whose nearest neighbour has the same intent."""
    rows = corpora.rows("banking77_en/train.csv")
    chosen = np.random.default_rng(rebuild_encoder.SEED).permutation(len(rows))[:2000]
    intents = np.array([str(rows[i]["category"]) for i in chosen])
    vectors = encoder.encode([str(rows[i]["text"]) for i in chosen]).vectors
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    return float((intents[similarity.argmax(axis=1)] == intents).mean())


def check(folder: Path, *, threads: int) -> np.ndarray:
    """Print the figures of the encoder in ``folder``; returns vectors of the check sentences."""
    encoder = Encoder(folder, threads=threads)
    analyser = SentimentAnalyser(encoder)
    texts = [(text, label) for label, group in SENTENCES.items() for text in group]
    encoded = encoder.encode([text for text, _ in texts])
    right = 0
    for (text, label), found in zip(texts, analyser.score(encoded, kinds=["post"] * len(texts)).texts, strict=True):
        right += found.label == label
        if found.label != label:
            print(f"  {label} read as {found.label} ({found.score:+.2f}): {text}")
    print(f"{encoder.name} {encoder.version}: {right} of {len(texts)} customer sentences")
    print(f"  nearest neighbour of the same intent, banking77 train: {banking(encoder):.3f}")
    tweets = [str(row["text"]) for language in ("fr", "en") for row in corpora.rows(f"umsab_{language}/train.csv")]
    rates = []
    for at in range(0, 5 * 256, 256):
        began = time.perf_counter()
        encoder.encode(tweets[at : at + 256])
        rates.append(256 / (time.perf_counter() - began))
    print(f"  tweets a second, {threads} threads: median {np.median(rates):.0f} of {[round(rate) for rate in rates]}")
    return encoded.vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=rebuild_encoder.OUT)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    mine = check(arguments.folder, threads=arguments.threads)
    if arguments.against:
        theirs = check(arguments.against, threads=arguments.threads)
        cosine = (mine * theirs).sum(axis=1)
        print(f"cosine between the two, check sentences: mean {cosine.mean():.3f}, lowest {cosine.min():.3f}")


if __name__ == "__main__":
    main()
