"""What is asked for in French, and how the answer begins."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.identifier_words import QuestionWords

QUESTIONS = QuestionWords(
    things={
        "loyalty": r"fidelite",
        "code": (
            r"pin|puk|secrets?|confidentiel|securite|cvv|cvc|cryptogramme|digicode|acces|verification|validation|porte|sms"
        ),
        "postcode": r"postal",
        "bank": r"iban|rib|compte bancaire",
        "national": r"secu|securite sociale",
        "card": r"cartes?(?: bancaires?| bleues?)?|cb",
        "contract": r"contrats?|police|abonnements?|adhesion|adherent|societaire",
        "order": r"commandes?|achat",
        "customer": r"clients?|comptes?",
        "phone": r"telephone|tel|portable|mobile|fixe|ligne|contact",
        "reference": r"dossiers?|tickets?|reclamation|sinistre|incident|suivi|colis|reservation|reference",
    },
    numbers_before=r"numeros?|references?|identifiant|codes?",
    links=r"\s(?:de|du|votre|la|le)|\sd'",
    suffixes=r"bancaire|client|fidelite|sociale",
    alone=r"code postal|digicode|cryptogramme|cvv|iban",
    your=r"votre",
    yours=r"numero|reference|identifiant|code|rib|pin",
    birth=r"dates? de naissance|etes-vous nee?",
    name=(
        r"(?:votre|vos|ton|quel est le)\s(?:noms?|prenoms?)(?:\s(?:et|de famille|votre|nom|prenom|complet))*\b"
        r"(?!\s(?:de domaine|du)|\sd'utilisateur)|a quel nom|qui est a l'appareil"
    ),
    labels=r"nom|prenom|nom et prenom",
    own=r"mon|ma|mes|notre",
    own_codes=r"(?:le|mon|mes|un) codes?",
    telling=r"c'est|cest|est|etait|sera|donc|alors|le|la|voici|voila|il s'agit du|bien",
    asking=(
        r"s'il (?:vous|te) plait|svp|stp|quel(?:le)?s?|pouvez|pourriez|pourrai[st]|puis-je|"
        r"(?:re)?donnez?|(?:re)?donner|communique[rz]|epeler|epelez|rappele[rz]|rappelle|confirme[rz]|precise[rz]|"
        r"indique[rz]|(?:re)?dire|(?:re)?dites|besoin|"
        # what is lacking or wanted, whoever it is that lacks it
        r"(?:me|nous|lui|leur|m'en|nous en|te|vous|il) (?:faut|faudra|faudrait|fallait|manque(?:rait)?)|"
        r"(?:necessite|demande)(?:r|rai|rons|ra)?|(?:veux|voudrais|voudrions|souhaite(?:rais)?|aimerais|attends|cherche)|"
        r"avez(?:-vous)?|auriez|(?:re)?prend(?:re|s|rai|rons)|note[rz]?|relever?|verifie[rz]?|retrouve[rz]|recuperer|"
        r"fourni(?:r|ssez)|transmet(?:tre|tez)|envoye[rz]|lire|lisez|repete[rz]|munissez|saisi(?:r|ssez)|entrez|tapez|"
        r"composez|laissez"
    ),
    units=r"euros?|eur|go|mo|km|kg|h|heures?|minutes?|min|jours?|semaines?|mois|ans?|fois|articles?",
    lead_in=(
        r"oui|ouais|alors|bien sur|bien|ok|d'accord|euh|bonjour|bonsoir|(?:donc |alors )?c'est|je m'appelle|je suis|"
        r"moi c'est|(?:mon|le) (?:nom(?: de famille)?|prenom)(?: est| c'est)?|nom|prenom|madame|monsieur|mademoiselle|"
        r"mme|mlle|au nom de|donc|voila|tout a fait|absolument"
    ),
    giving=r"c'est|est|suis|m'appelle|madame|monsieur|mme",
    fillers=r"et|euh",
    year_begins=r"mille?|neuf|cents?|deux",
    no_name=word_set(
        "pardon comment pourquoi comme attendez attends attendre instant moment seconde minute allo volontiers "
        "evidemment exactement exact absolument excusez quoi hein nom prenom numero adresse mail email telephone "
        "contrat toujours jamais peut-etre"
    ),
)
