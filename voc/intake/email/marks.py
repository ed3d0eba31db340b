"""How mail programs and people mark the parts of an e-mail, in French and English, one line at a time.

Every expression is applied to a single line (never to a whole text) and bounded, so none can be made to take long.
"""

from __future__ import annotations

import re

WROTE = re.compile(r"(?:a\s+[ée]crit|[ée]crit|wrote|schrieb|escribi[óo])\s*:?\s*$", re.IGNORECASE)
REPLY_BEGIN = re.compile(r"^(?:[-–—*]\s*)?(?:Le|On|Am|El|Il)\s.{0,60}?\d", re.IGNORECASE)
WROTE_WITHIN = re.compile(
    r"^(?:[-–—*]\s*)?(?:(?:Le|On)\s.{0,60}?\d.{0,160}@[^\s<>]{2,120}>?\s*(?:a\s+[ée]crit|wrote)\s*:"
    r"|.{0,80}<[^\s<>]{1,64}@[^\s<>]{2,120}>\s*(?:a\s+[ée]crit|wrote)\s+(?:le|on)\b.{0,60}:\s*$"
    r"|Am\s.{0,60}?\d.{0,60}\bschrieb\b.{0,160}:\s*$|(?:quoting|selon|zitat von)\s.{0,80}@.{0,80}:\s*$)",
    re.IGNORECASE,
)
"""Who wrote what follows, in the middle of a line (Yahoo's apps) or in another order (Android, Horde, German)."""
MESSAGE_OF = re.compile(r"^(?:>\s*)?Message du \d{1,2}[/.]\d{1,2}[/.]\d{2,4}.{0,40}$", re.IGNORECASE)
REPLY_RULE = re.compile(
    r"^[-_=*#\s]{0,60}(?:message d['’]origine|original message|message original|message initial|courriel original"
    r"|reply message|mail original|mail d['’]origine"
    r"|(?:veuillez |merci de )?(?:saisir |[ée]crire |taper )?(?:votre )?r[ée]pon(?:se|dre) au-dessus de cette ligne"
    r"|(?:please )?(?:type |write |enter )?(?:your )?reply above this line)[-_=*#\s:.]{0,60}$",
    re.IGNORECASE,
)
FORWARD_RULE = re.compile(
    r"^(?:[-_=*\s]{0,60}(?:transf[ée]r[ée] par|forwarded by|message transf[ée]r[ée]|forwarded message|message transmis"
    r"|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|begin forwarded message|courriel transf[ée]r[ée])"
    r".{0,160})$",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"^[>*\s]*(de|from|von|exp[ée]diteur|envoy[ée]|sent|gesendet|date|[àa]|to|an|pour|destinataires?|objet|subject|sujet"
    r"|betreff|cc"
    r"|copie [àa]|copie|bcc"
    r"|r[ée]pondre [àa]|reply-to|importance|organization)\s*\*?\s*:\s?\*?\s*(.*)$",
    re.IGNORECASE,
)
FROM_NAMES = frozenset(("de", "from", "expéditeur", "expediteur", "von"))
SENT_NAMES = frozenset(("envoyé", "envoye", "sent", "gesendet"))
ATTACHMENT = re.compile(
    r"\((?:See attached\s+file|Embedded image moved to\s+file|Voir (?:le )?fichier (?:ci-)?joint)\s*:[^()]{0,200}\)"
    r"|\[(?:IMAGE|cid:[^\[\]]{1,200}|image:[^\[\]]{0,200})\]|<[^<>\s]{1,80}\.(?:pdf|png|jpe?g|docx?|xlsx?|gif)>",
    re.IGNORECASE,
)
TABLE_RULE = re.compile(r"^[\s|+=_*-]{5,}$")
PROGRAM = re.compile(
    r"^(?:envoy[ée]e? (?:de|depuis|à partir de|avec|via) .{2,60}|sent (?:from|via|with) .{2,60}"
    r"|provenance : courrier .{0,60}"
    r"|(?:obten(?:ez|ir)|get|t[ée]l[ée]charge[zr]|download) (?:outlook|[\w ]{2,30}? (?:pour|for) "
    r"(?:android|ios|iphone|windows|mac))\b.{0,120}"
    r"|.{0,40}garanti sans virus.{0,60}|virus-free.{0,60}|(?:l['’]absence de virus|cet e-?mail a été vérifié).{0,120}"
    r"|la visualisation des fichiers pdf.{0,60}|logo .{0,60})$",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"^\W{0,4}(?:ce (?:message|courriel|mail|e-?mail|courrier)\b.{0,60}(?:pi[èe]ces?|confidentiel|destin|fichiers?)"
    r"|(?:avis|note|clause) de confidentialit[ée]|confidentialit[ée] ?:|les informations contenues dans ce"
    r"|this (?:e-?mail|message|communication)\b.{0,80}(?:confidential|intended|attach|privileged|any files)"
    r"|the information (?:contained )?in this|confidentiality notice|disclaimer ?:|caution ?:"
    r"|if you are not the intended"
    r"|si vous n['’][êe]tes pas (?:le )?destinataire|si vous avez reçu ce (?:message|mail|courriel) par erreur"
    r"|avant d['’]imprimer|pensez (?:à l['’])?(?:environnement|planète)|n['’]imprimez ce"
    r"|please consider the environment"
    r"|think before you print|merci de (?:ne pas r[ée]pondre|penser à l['’]environnement))",
    re.IGNORECASE,
)

_CLOSING_WORDS = (
    r"(?:(?:bien |tr[èe]s |le plus |plus )?(?:cordialement|respectueusement|sinc[èe]rement|amicalement"
    r"|courtoisement)|cdlt|cdt|crdlt"
    r"|(?:bien )?[àa] (?:vous|toi)|(?:mes |nos |avec (?:mes|nos) |avec )?(?:(?:plus |tr[èe]s )?(?:sinc[èe]res"
    r"|cordiales|meilleures"
    r"|respectueuses|distingu[ée]es|amicales) )?salutations(?: (?:distingu[ée]es|sinc[èe]res|cordiales"
    r"|respectueuses|les meilleures))?"
    r"|(?:mes |nos )?meilleurs? (?:sentiments|v[œo]e?ux)|bonne (?:journ[ée]e|soir[ée]e"
    r"|r[ée]ception)(?: [àa] (?:vous|toi|tous))?"
    r"|(?:kind(?:est)?|best|warm|with kind|with best|many)? ?regards|(?:yours )?(?:sincerely|faithfully|truly)"
    r"|(?:sincerely|faithfully|truly) yours|yours|best wishes|(?:all the )?best|cheers|respectfully|cordially"
    r"|take care|rgds|br|many thanks|thanks(?: again)?(?: in advance)?|thank you(?: again)?(?: in advance)?"
    r"|avec (?:tous )?(?:mes|nos) (?:sinc[èe]res |vifs )?remerciements|encore merci|merci (?:d['’]|par )avance"
    r"|(?:dans l['’]|en )attente (?:de|d['’]une?) (?:votre |une )?(?:prompte? |rapide )?(?:retour|r[ée]ponse))"
)
_ALL_THE_SAME = r"(?: (?:tout de m[êe]me|quand m[êe]me|malgr[ée] tout|[àa] (?:vous|toi|tous)|all the same|anyway))?"
"""What people add to a formula when they are not in the mood for it."""
CLOSING = re.compile(
    rf"^(?:merci (?:d['’]avance )?(?:et )?(?:bien )?)?(?:thank(?:s"
    rf"| you)[\w ]{{0,20}},? )?{_CLOSING_WORDS}{_ALL_THE_SAME}\s*(?:[,.!;:-]+\s*.{{0,60}})?$",
    re.IGNORECASE,
)
FORMAL_CLOSING = re.compile(
    r"^(?:(?:dans l['’]attente|en vous (?:remerciant|souhaitant)|avec mes remerciements|restant).{0,120},? )?"
    r"(?:(?:veuillez|je vous prie|nous vous prions|merci)(?: de)? ?(?:bien vouloir )?(?:d['’])?(?:agr[ée]er"
    r"|recevoir|croire|accepter)"
    r".{0,160}(?:salutations|sentiments|consid[ée]ration|expression|respect).{0,80}"
    r"|recevez.{0,100}(?:salutations|sentiments).{0,60})$",
    re.IGNORECASE,
)
CLOSING_AT_END = re.compile(
    r"(?<=[.!?])\s+(?:bien |tr[èe]s )?(?:cordialement|sinc[èe]rement|bien [àa] vous|kind regards|best regards"
    r"|regards|cdlt)"
    r"[\s,.!]{0,4}(?:[^.!?\n]{0,50}[.!]?)?$",
    re.IGNORECASE,
)
_GREETING_WORDS = (
    r"(?:(?:re-?)?bonjours?|bonsoir|salut|hello|hi(?: there)?|hey|dear|good (?:morning|afternoon|evening)"
    r"|ch[èe]re?s?(?:\(e\))?(?:\(s\))?"
    r"|madame|monsieur|mesdames|messieurs|mme|mr|m\.|to whom it may concern|[àa] qui de droit|[àa] l['’]attention de)"
)
GREETING = re.compile(rf"^{_GREETING_WORDS}\b[^.!?\n:;]{{0,60}}[\s,.!:;]*$", re.IGNORECASE)
GREETING_INLINE = re.compile(
    r"^(?:bonjours?|bonsoir|hello|hi|hey|salut)(?: (?:madame|monsieur|mesdames|messieurs|mme|mr|[àa] tou(?:s"
    r"|tes)|à vous|team|there"
    r"|all|everyone|l['’][ée]quipe|et (?:madame|monsieur)|,? ?(?:madame|monsieur)))*\s*[,.!:;]\s*(?=\S)",
    re.IGNORECASE,
)
CIVILITY_NAME = re.compile(
    r"^(?:m\.|mr\.?|mme\.?|mlle\.?|monsieur|madame|mrs\.?|ms\.?|dr\.?)\s+[\w'’.-]+(?:\s+[\w'’.-]+){0,3}\s*[,.]?$",
    re.IGNORECASE,
)
NAME = re.compile(
    r"^(?:[A-ZÀ-Ý][\w'’.-]*|de|du|le|la|d['’][A-ZÀ-Ý]\w+)(?:[ -](?:[A-ZÀ-Ý][\w'’.-]*|de|du|le|la)){0,4}\s*[,.]?$"
)
ADDRESS = re.compile(r"[^\s<>\"'\[\](){}:,;@]{1,64}@[^\s<>\"'\[\](){}:,;@]{1,190}")
CONTACT = re.compile(
    r"(?:[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,40}|(?:\+\d|\b0)\d?(?:[\s.()/-]{0,3}\d){7,12}|https?://|www\."
    r"|^\s*(?:t[ée]l|tel|phone|mobile|mob|port|portable|gsm|fax|e-?mail|mail|courriel|n[°o]|contrat|client"
    r"|adresse|r[ée]f)\b[^:]{0,20}:"
    r"|^\s*\d{1,4}\s?(?:bis|ter)?,?\s+(?:rue|avenue|av\.?|bd|boulevard|place|chemin|impasse|all[ée]e|route"
    r"|quai|street|road|lane)\b"
    r"|^\s*\d{5}\s+[A-ZÀ-Ý]|^\s*\d{5}\s*$|^\s*\d{1,4} \w+ (?:street|road|lane|avenue)\b)",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"^(?:p\.?\s?s\.?|post-?scriptum|nb|n\.b\.)\s*[:.\-–]\s*\S", re.IGNORECASE)
SIGNATURE_RULE = re.compile(r"^(?:--\s?|_{3,}|-{3,}|={3,})$")
QUOTED = re.compile(r"^\s*>")
FORM_FIELD = re.compile(
    r"^(?:num[ée]ro (?:de )?(?:t[ée]l|contrat|client|dossier)|n[°o] |t[ée]l|phone|mobile|portable|e-?mail|mail|courriel"
    r"|nom|pr[ée]nom|name|first name|last name|adresse|address|ville|city|code postal|postcode|soci[ée]t[ée]|company"
    r"|contrat"
    r"|client|objet|subject|motif|reason|date)\b[^:]{0,30}\s?:\s?.{0,120}$",
    re.IGNORECASE,
)
"""A field of a contact form, which arrives as one line of the mail."""
DATE_LINE = re.compile(
    r"(?:(?:fait )?(?:[àa] [\w' -]{2,30},? )?(?:le |on )?\d{1,2}(?:er|st|nd|rd|th)?[ ./-](?:[^\W\d]{3,10}\.?|\d{1,2})"
    r"[ ./-]\d{2,4})[ .,]{0,2}",
    re.IGNORECASE,
)
WISH = re.compile(
    r"(?:en )?vous (?:en )?souhaitant (?:une? |de )?bon(?:ne)?s? .{2,60}|(?:je )?vous souhaite (?:une? )?(?:tr[èe]s )?"
    r"(?:bon(?:ne)?|belle|excellente?) (?:journ[ée]e|soir[ée]e|r[ée]ception|week-?end|fin de .{2,20})[ ,.!]{0,3}"
    r"|(?:merci(?: et|,)? )?(?:bonne|belle) (?:journ[ée]e|soir[ée]e|r[ée]ception|continuation)"
    r"(?: [àa] (?:vous|toi|tous))?[ ,.!]{0,3}"
    r"|(?:wish(?:ing)? you|have) a (?:good|nice|great|lovely) (?:day|evening|week(?:end)?)[ ,.!]{0,3}",
    re.IGNORECASE,
)
