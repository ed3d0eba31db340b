"""What French mail programs and people write around the words of an e-mail."""

from __future__ import annotations

from voc.language.mail_words import MailWords

_PLATFORMS = r"(?:android|ios|iphone|windows|mac)"

MAIL = MailWords(
    on="le",
    wrote=r"a\s+[ée]crit",
    wrote_at_end="[ée]crit",
    quoting="selon",
    message_of="message du",
    original=(
        r"message d['’]origine|message original|message initial|courriel original|mail original|mail d['’]origine"
        r"|(?:veuillez |merci de )?(?:saisir |[ée]crire |taper )?(?:votre )?r[ée]pon(?:se|dre) au-dessus de cette ligne"
    ),
    forwarded=(
        r"transf[ée]r[ée] par|message transf[ée]r[ée]|message transmis"
        r"|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|courriel transf[ée]r[ée]"
    ),
    forward_prefix="tr",
    reply_prefix="rép",
    header_from="de|expéditeur|expediteur",
    header_sent="envoyé|envoye",
    header_date="date",
    header_to="à|a",
    header_subject="objet|sujet",
    header_other=(
        "pour|destinataire|destinataires|copie à|copie a|copie|répondre à|répondre a|repondre à|repondre a|importance"
    ),
    attached=r"voir (?:le )?fichier (?:ci-)?joint",
    program=(
        r"envoy[ée]e? (?:de|depuis|à partir de|avec|via) .{2,60}|provenance : courrier .{0,60}"
        rf"|(?:obten(?:ez|ir)|t[ée]l[ée]charge[zr]) (?:outlook|[\w ]{{2,30}}? (?:pour|for) {_PLATFORMS})\b.{{0,120}}"
        r"|.{0,40}garanti sans virus.{0,60}|(?:l['’]absence de virus|cet e-?mail a été vérifié).{0,120}"
        r"|la visualisation des fichiers pdf.{0,60}|logo .{0,60}"
    ),
    disclaimer=(
        r"ce (?:message|courriel|mail|e-?mail|courrier)\b.{0,60}(?:pi[èe]ces?|confidentiel|destin|fichiers?)"
        r"|(?:avis|note|clause) de confidentialit[ée]|confidentialit[ée] ?:|les informations contenues dans ce"
        r"|si vous n['’][êe]tes pas (?:le )?destinataire|si vous avez reçu ce (?:message|mail|courriel) par erreur"
        r"|avant d['’]imprimer|pensez (?:à l['’])?(?:environnement|planète)|n['’]imprimez ce"
        r"|merci de (?:ne pas r[ée]pondre|penser à l['’]environnement)"
    ),
    thanks_before=r"merci (?:d['’]avance )?(?:et )?(?:bien )?",
    closing=(
        r"(?:bien |tr[èe]s |le plus |plus )?(?:cordialement|respectueusement|sinc[èe]rement|amicalement"
        r"|courtoisement)|cdlt|cdt|crdlt"
        r"|(?:bien )?[àa] (?:vous|toi)|(?:mes |nos |avec (?:mes|nos) |avec )?(?:(?:plus |tr[èe]s )?(?:sinc[èe]res"
        r"|cordiales|meilleures"
        r"|respectueuses|distingu[ée]es|amicales) )?salutations(?: (?:distingu[ée]es|sinc[èe]res|cordiales"
        r"|respectueuses|les meilleures))?"
        r"|(?:mes |nos )?meilleurs? (?:sentiments|v[œo]e?ux)|bonne (?:journ[ée]e|soir[ée]e"
        r"|r[ée]ception)(?: [àa] (?:vous|toi|tous))?"
        r"|avec (?:tous )?(?:mes|nos) (?:sinc[èe]res |vifs )?remerciements|encore merci|merci (?:d['’]|par )avance"
        r"|(?:dans l['’]|en )attente (?:de|d['’]une?) (?:votre |une )?(?:prompte? |rapide )?(?:retour|r[ée]ponse)"
    ),
    all_the_same=r" (?:tout de m[êe]me|quand m[êe]me|malgr[ée] tout|[àa] (?:vous|toi|tous))",
    formal_closing=(
        r"(?:(?:dans l['’]attente|en vous (?:remerciant|souhaitant)|avec mes remerciements|restant).{0,120},? )?"
        r"(?:(?:veuillez|je vous prie|nous vous prions|merci)(?: de)? ?(?:bien vouloir )?(?:d['’])?(?:agr[ée]er"
        r"|recevoir|croire|accepter)"
        r".{0,160}(?:salutations|sentiments|consid[ée]ration|expression|respect).{0,80}"
        r"|recevez.{0,100}(?:salutations|sentiments).{0,60})"
    ),
    closing_at_end=r"(?:bien |tr[èe]s )?(?:cordialement|sinc[èe]rement|bien [àa] vous|cdlt)",
    greeting=(
        r"(?:re-?)?bonjours?|bonsoir|salut|ch[èe]re?s?(?:\(e\))?(?:\(s\))?|madame|monsieur|mesdames|messieurs|mme|mr|m\."
        r"|[àa] qui de droit|[àa] l['’]attention de"
    ),
    greeting_inline="bonjours?|bonsoir|salut",
    greeted=(
        r"madame|monsieur|mesdames|messieurs|mme|mr|[àa] tou(?:s|tes)|à vous|l['’][ée]quipe|et (?:madame|monsieur)"
        r"|,? ?(?:madame|monsieur)"
    ),
    particles="de|du|le|la",
    elided="d['’]",
    contact_labels=(
        r"t[ée]l|mobile|mob|port|portable|gsm|fax|e-?mail|mail|courriel|n[°o]|contrat|client|adresse|r[ée]f"
    ),
    street_first=r"rue|avenue|av\.?|bd|boulevard|place|chemin|impasse|all[ée]e|route|quai",
    house_letters="bis|ter",
    form_fields=(
        r"num[ée]ro (?:de )?(?:t[ée]l|contrat|client|dossier)|n[°o] |t[ée]l|mobile|portable|e-?mail|mail|courriel"
        r"|nom|pr[ée]nom|adresse|ville|code postal|soci[ée]t[ée]|contrat|client|objet|motif|date"
    ),
    dated=r"(?:fait )?(?:[àa] [\w' -]{2,30},? )?(?:le )?",
    wish=(
        r"(?:en )?vous (?:en )?souhaitant (?:une? |de )?bon(?:ne)?s? .{2,60}"
        r"|(?:je )?vous souhaite (?:une? )?(?:tr[èe]s )?"
        r"(?:bon(?:ne)?|belle|excellente?) (?:journ[ée]e|soir[ée]e|r[ée]ception|week-?end|fin de .{2,20})[ ,.!]{0,3}"
        r"|(?:merci(?: et|,)? )?(?:bonne|belle) (?:journ[ée]e|soir[ée]e|r[ée]ception|continuation)"
        r"(?: [àa] (?:vous|toi|tous))?[ ,.!]{0,3}"
    ),
    no_reply=r"ne[-_.]?pas[-_.]?repondre|pas[-_.]?de[-_.]?reponse",
    machine_subject=(
        r"r[ée]ponse automatique|auto[- ]?r[ée]ponse|absence du bureau|absent\(?e?\)? du bureau"
        r"|message d['’]absence|notification d['’]absence|non (?:remis|distribu[ée])"
        r"|[ée]chec de (?:la )?(?:remise|distribution|l['’]envoi)|message non d[ée]livr[ée]|avis de non[- ]remise"
        r"|remise (?:retard[ée]e|diff[ée]r[ée]e)"
    ),
    receipt=r"lu|non lu|remis|accus[ée] de (?:r[ée]ception|lecture)",
    own_folders="envoyés|messages envoyés|brouillons|brouillon",
    junk_folders="indésirables|courrier indésirable|pourriel|catégorie : promotions",
    deleted_folders="corbeille",
    references={
        "customer": "client|adh[ée]rent|soci[ée]taire|abonn[ée]",
        "contract": "contrat|police",
        "order": "commande",
    },
    number_before=r"n[°ºo.]{0,2}\s*(?:de\s+)?",
    number_after=r"n[°ºo.]{0,2}|r[ée]f\.?",
)
