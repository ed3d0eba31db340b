"""What French columns about customers are called."""

from __future__ import annotations

from voc.language.attribute_words import AttributeWords

ATTRIBUTES = AttributeWords(
    sensitive={
        "health": (
            "sante*|medic*|maladie*|patient*|handicap*|invalid*|diagnos*|allerg*|pathol*|hopital*|mutuelle*|enceinte*"
            "|grossesse*|pmr|ald|cpam*|vaccin*|sanguin*|obes*|poids*|vulnerab*|malentend*"
        ),
        "genetic_biometric": "genet*|adn|biometr*|empreinte*",
        "religion": (
            "relig*|croyance*|confession*|eglise*|halal*|casher*|musulm*|chretien*|juif*|catholi*|protestant*|bouddh*"
            "|hindu*|culte*"
        ),
        "origin": (
            "ethni*|race|racial*|origin*|nationalit*|lieu de naissance|pays de naissance|immigr*|migrant*"
            "|gens du voyage"
        ),
        "union": "union|syndic*|cgt|cfdt*",
        "politics": "politiq*|parti|vote|opinion*|militant*|ideolog*",
        "sexuality": "sexuel*|orientation*|lgbt*|gay|homo|hetero*|bisex*|trans|queer*",
        "criminal": "criminal*|casier*|condamn*|penal*|fraud*",
        "sex": "sex|sexe*|genre|civilit*|homme*|femme*",
        "age": "age|naissance*|senior*|tranche d age|generation*",
        "family": "matrimon*|marie|divorc*|celibat*|enfant*|famil*",
        "name": "prenom*|email*|telephone*|adresse*|iban*",
        "poverty": "revenu*|salaire*|rsa|precar*|pauvre*|surendett*",
    },
    ungrouped=(
        r"sante|handicap|religi\w*|ethni\w*|race|origine?|nationalit\w*|politi\w*|syndic\w*|union|orientation|sexe"
        r"|genre|civilite|naissance|age|consent\w*|rgpd|email|mail|telephone|iban|langue"
    ),
    product=r"produits?|offres?|forfait|contrat|abonnement",
    usage=(
        r"usages?|consommation|data|volume|minutes|version|appareil|terminal|modele|app|application|os|navigateur"
        r"|boutique"
    ),
    situation=(
        "version|appareil|terminal|os|plateforme|navigateur|ville|region|pays|boutique|magasin|agence|lieu|reseau|site"
        "|page|url"
    ),
    value=(
        "valeur client|valeur vie client|valeur||chiffre d affaires annuel|chiffre d affaires|ca annuel|ca"
        "|revenu annuel|depenses|panier annuel||abonnement mensuel|montant mensuel|facture moyenne|mensualite"
    ),
)
