"""How addresses of mail and numbers of phones are said in English."""

from __future__ import annotations

from voc.language.folding import word_set
from voc.language.identifier_words import ContactWords

CONTACT = ContactWords(
    at=r"at sign|at",
    weak_at=r"at",
    hidden_at=r"at",
    misheard_at=r"(?:at|ad|add)[\s-]sign\b",
    sign_itself=r"the|an?|that|symbol",
    signs={"dot": ".", "underscore": "_", "dash": "-", "hyphen": "-"},
    domain_hyphens=r"dash|hyphen",
    mail=r"e-?mails?|mails?|address|contact|write|reach",
    phone=r"telephone|mobile|phone|cell|call|number|ring|reach|text|line|sms|whatsapp|contact\w*",
    no_mailbox=word_set("is mail mails email e-mail address me us you him her them it contact a"),
    nobodys=word_set(
        "noreply no-reply no_reply no.reply donotreply do-not-reply mailer-daemon postmaster bounce bounces nobody "
        "null abuse hostmaster root daemon anonymous unknown none test xxx noemail no-email nomail notprovided na"
    ),
    shared=word_set(
        "contact info infos hello support help admin office service customerservice customer.service sales orders "
        "billing accounts accounting hr jobs marketing press webmaster"
    ),
)
