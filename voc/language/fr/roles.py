"""What only one side of a French conversation says."""

from __future__ import annotations

from voc.language.description import RoleWords

ROLES = RoleWords(
    agent=(
        (3, r"(comment|en quoi) (puis je|je peux|est ce que je peux) vous (aider|renseigner|etre utile)"),
        (3, r"(que|qu est ce que) (puis je|je peux) (faire )?pour vous|puis je vous (aider|renseigner)"),
        (3, r"(merci|vous remercie) (de|pour) (votre (appel|attente|patience)|avoir (appele|patiente|contacte))"),
        (
            3,
            r"(\w+ )?a votre (service|ecoute|disposition)|service (client|clients|clientele|technique) (bonjour|\w+ a)",
        ),
        (3, r"bienvenue (chez|au service|a) \w+"),
        (2, r"(puis je|je peux|pouvez vous me|pourriez vous me) (avoir|confirmer|donner|rappeler|epeler) votre"),
        (2, r"desole\w* (pour|de) (ce|cette|le|la|l|les) (desagrement|gene|attente|situation|probleme)"),
        (1, r"je (consulte|regarde|verifie|vois|ouvre) (dans |sur )?(votre|le) (dossier|compte|contrat|ligne)"),
        (1, r"je vous (mets en attente|propose|envoie|transfere|confirme)|ne quittez pas|un instant s il vous plait"),
        (1, r"avez vous d autres questions|bonne journee \w+ (monsieur|madame)"),
    ),
    customer=(
        (
            3,
            r"(j appelle|je vous appelle|j appelais|je vous contacte) "
            r"(parce|pour|car|au sujet|concernant|suite|a propos)",
        ),
        (3, r"(je voudrais|je souhaite|je veux|j aimerais) (resilier|annuler|me plaindre|un remboursement|parler a)"),
        (2, r"(ma|mon) (facture|box|ligne|commande|contrat|abonnement|connexion|forfait|colis|telephone|internet)\b"),
        (2, r"(on|vous) m (a|avez|avait|aviez) (dit|promis|preleve|facture|debite)|j ai ete (preleve|debite|facture)"),
        (2, r"(je vous|j) appelle (de|depuis) (?!la part)|nous n avons (plus|pas)|(je veux|je voudrais) que"),
        (1, r"(j ai|on a|nous avons) perdu|tous les voisins"),
        (
            1,
            r"(ca|cela) fait (\w+ )?(jours|semaines|mois|fois)|je n ai (plus|toujours pas|pas recu)|c est inadmissible",
        ),
        (1, r"ne (marche|fonctionne) (pas|plus|toujours)"),
        (1, r"pouvez vous m (aider|expliquer)"),
    ),
    greetings=r"bonjour|bonsoir|allo|service|ecoute",
    asking=r"chez|suis je|je suis bien|c est bien|vous etes bien|j appelle",
    read_back=("votre", "vous êtes"),
)
