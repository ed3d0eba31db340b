"""What French exports call their columns."""

from __future__ import annotations

from voc.language.column_words import ColumnWords
from voc.language.fr.tool_columns import TOOLS

COLUMNS = ColumnWords(
    text=(
        "verbatim|verbatims|texte|commentaire|commentaires|contenu avis|avis|contenu|feedback|corps|corps du message"
        "|message|tweet|post|commentaire client|texte libre|reponse ouverte|reclamation|plainte|transcription"
        "|transcript|remarque|remarques|observation|observations|opinion|temoignage|suggestion|suggestions"
        "|description|detail|details|reponse|requete|phrase"
    ),
    reasons="pourquoi|raison|raisons",
    text_words="avis|commentaire|commentaires|contenu|feedback|message|opinion|remarque|texte|tweet|verbatim|verbatims|pourquoi|ameliorer",
    no_text_words=(
        "auteur|canal|categorie|date|heure|id|ids|label|labels|lang|langue|lien|longueur|nb|nom|nombre|note|objet"
        "|score|sentiment|source|statut|sujet|titre|type|url|version"
    ),
    parts=(
        "commentaire positif|avis positif|points positifs|point positif|positif|avantages|commentaire negatif"
        "|avis negatif|points negatifs|point negatif|negatif|inconvenients"
    ),
    fields={
        "title": (
            "titre|titre avis|titre commentaire|titre du commentaire|titre de l avis|objet|sujet|resume"
            "|objet du message"
        ),
        "id": (
            "id|identifiant|uuid|guid|id tweet|id post|id avis|id reponse|id commentaire|ticket|id ticket"
            "|numero ticket|numero de ticket|id reclamation|numero reclamation|numero de reclamation|n reclamation"
            "|no reclamation|id interaction|id appel|id enquete|reference|ref|id message|sid"
        ),
        "thread": "id conversation|conversation|id session|fil",
        "date": (
            "date heure|date|horodatage|date publication|date de publication|date avis|date de l avis|date reponse"
            "|date de reponse|date de creation|date creation|date envoi|date d envoi|date reception|date de reception"
            "|recu le|envoye le|cree le|publie le|date appel|date de l appel|date contact|date du contact|jour|heure"
            "|debut"
        ),
        "time": "heure|heure appel|heure de l appel",
        "channel": (
            "canal|canal de contact|canal contact|media|type de contact|type contact|point de contact|origine|source"
            "|type"
        ),
        "nps": (
            "nps|score nps|note nps|recommandation|note de recommandation|note recommandation"
            "|probabilite de recommandation|intention de recommandation"
        ),
        "csat": (
            "csat|score csat|satisfaction|satisfaction globale|note satisfaction|note de satisfaction"
            "|niveau de satisfaction|score satisfaction|satisfaction client|satisfaction generale"
            "|note du sejour|note de l avis"
        ),
        "rating": "etoiles|nb etoiles|nombre d etoiles|note|note client|score|note avis|note globale|note sur 5",
        "handle": "compte|compte twitter|pseudo|pseudonyme|auteur|utilisateur|instagram|twitter|handle twitter",
        "network": "reseau|reseau social|plateforme|site|media|source|canal",
        "name": (
            "nom complet|nom prenom|prenom nom|nom client|nom du client|nom auteur|auteur|pseudo|nom|client|votre nom"
            "|nom et prenom"
        ),
        "first_name": "prenom|prenoms",
        "last_name": "nom de famille|nom",
        "email": (
            "email|e mail|mail|adresse email|adresse e mail|adresse mail|courriel|email client|mail client|expediteur"
        ),
        "phone": (
            "telephone|tel|mobile|portable|numero de telephone|numero telephone|no telephone|n telephone|tel mobile"
            "|tel portable|telephone mobile|telephone portable|gsm|numero appelant|appelant|tel client"
            "|telephone client|tel fixe|telephone fixe|fixe|numero|telephone 1|telephone 2|tel 1|tel 2"
            "|numero de l appelant"
        ),
        "customer": (
            "id client|numero client|numero de client|no client|n client|code client|ref client|reference client"
            "|id crm|num client|numero de compte client|identifiant client"
        ),
        "contract": (
            "numero de contrat|numero contrat|no contrat|n contrat|n de contrat|contrat|id contrat|ref contrat"
            "|reference contrat|contrats|numero de police|no de contrat|num contrat"
        ),
        "order": (
            "numero de commande|numero commande|no commande|n commande|n de commande|commande|ref commande"
            "|reference commande|id commande|no de commande|num commande|commandes"
        ),
        "loyalty": (
            "carte fidelite|carte de fidelite|numero fidelite|numero de fidelite|n fidelite|no fidelite|fidelite"
        ),
        "language": "lang|langue",
        "own": "est marque",
        "inbound": "entrant",
        "role": "role|locuteur|intervenant",
        "begin": "debut",
        "end": "fin",
        "filename": (
            "fichier|nom de fichier|nom du fichier|audio|enregistrement|chemin|nom fichier|fichier audio|wav"
            "|enregistrements"
        ),
        "roles": "roles|roles canaux|canaux",
    },
    attributes={
        "city": "ville|commune|localite|ville client",
        "postcode": "code postal|cp",
        "birth_date": "date naissance|date de naissance|naissance|ne le|nee le|ddn",
        "region": "region|departement|province",
        "country": "pays",
        "product": "produit|offre|nom produit|nom du produit|article",
        "segment": "segment|segment client|type de client|type client",
        "store": "magasin|boutique|agence|point de vente|pdv|restaurant",
        "brand": "marque|entreprise|nom entreprise|assureur|enseigne",
        "agent": "agent|conseiller|teleconseiller",
        "direction": "direction|sens|sens appel|sens de l appel",
        "queue": "file d attente|competence|groupe",
        "app_version": "version application|version app|version de l application",
        "device": "appareil|terminal|os|modele",
        "category": "categorie|motif|theme|type de demande",
        "status": "statut",
        "csat_scale": "echelle csat|echelle",
    },
    tools=TOOLS,
    calls={
        "caller": "numero appelant|numero de l appelant|appelant|emetteur|numero emetteur",
        "callee": "destination|numero appele|appele|numero compose|destinataire|numero destinataire",
        "direction": "type d appel|type appel",
        "outward": "sortant",
        "inward": "entrant",
        "notes": "notes|note|commentaires|commentaire|notes de l agent|note de l agent|compte rendu",
        "lasts": "duree",
        "ends": "numero",
        "date": "debut",
        "id": "id appel",
        "channel": "canal",
        "milliseconds": "millisecondes",
        "seconds": "secondes",
        "tables": "appels|enregistrements|journal",
    },
    customers={
        "id": "id|identifiant|code|ref|reference|matricule",
        "name": "nom complet|nom prenom|prenom nom|nom client|contact",
        "email": "email secondaire",
        "phone": "telephones|telephone 3|telephone pro",
        "order": "derniere commande",
        "handle": "compte twitter|compte instagram|pseudo",
        "segment": "categorie client",
        "since": (
            "client depuis|date d entree|date entree|date creation|date de creation|date inscription|date d inscription"
            "|date adhesion|date d adhesion|anciennete|date souscription"
        ),
    },
    events={
        "id": "id evenement|evenement id",
        "type": "type d evenement|type evenement|evenement|type|action|nature|activite",
        "at": (
            "date d envoi|date envoi|date evenement|date de l evenement|date d achat|date achat|date de commande"
            "|date de visite|moment|heure"
        ),
        "email": "destinataire",
        "phone": "numero appele",
        "channel": "canal|media",
        "label": "campagne|nom de campagne|produit|article|libelle|objet|titre|nom|offre|page|description",
        "amount": "montant|total|prix|valeur|ca|montant ttc",
        "currency": "devise|monnaie",
        "place": "magasin|boutique|agence|lieu|ville",
        "device": "appareil|terminal|plateforme",
    },
    transcripts={
        "text": "texte",
        "role": "locuteur",
        "language": "langue",
        "customer": "id_client",
        "contract": "contrat",
        "order": "commande",
        "channel": "canal",
    },
    replies="reponse|votre reponse",
    replied="date de reponse|date de la reponse|date reponse",
    lists="donnees|avis|commentaires|clients|reponses",
    sides="direction|sens|emetteur|expediteur|type d emetteur|type d auteur",
)
