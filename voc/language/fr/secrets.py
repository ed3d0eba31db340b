"""What announces a secret in French."""

from __future__ import annotations

from voc.language.secret_words import SecretWords

SECRETS = SecretWords(
    card_codes=r"cryptogramme(?: visuel)?|code de securite",
    expiries=r"date d'expiration|valide?(?: jusqu'(?:au|en|a))?",
    codes=(
        r"code pin|code (?:secret|confidentiel|d'acces|de validation|de verification|de confirmation|sms|"
        r"a usage unique|d'activation|d'entree|d'immeuble|porte|portail|de la porte|du portail|de l'immeuble)|digicode"
    ),
    passwords=r"mots? de passe|mdp|cle wi-?fi",
    cards=r"cartes?|cb|cryptogramme",
    between=(
        r"est|c'est|cest|etait|le|la|actuel|suivante?|numero|porte|de la porte|de l'immeuble|temporaire|wifi|bien"
    ),
    given=r"est|c'est|cest|etait",
)
