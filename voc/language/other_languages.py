"""Everyday words of languages that are not read: enough to name the language of "Muy bien" or "Sehr gut".

A detector has too little to go by in two words, and takes them for French or English. Each word here is none of either;
what several of these languages share stands in each of them, and the detector's own order decides between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.language.folding import word_set

EVERYDAY: Mapping[str, frozenset[str]] = {
    "es": word_set(
        "muy bien mal me no pero gracias hola buenos buenas buen bueno buena malo mala servicio atencion nunca siempre "
        "esta estan "
        "pedido llego llega todo todos nada mejor peor gusta excelente pesimo pesima rapido porque cuando donde como "
        "tengo tiene quiero dias semanas dinero para una los las del muchas mucho senor por favor con mas"
    ),
    "pt": word_set(
        "muito muita obrigado obrigada bom boa bem tudo nao nada nunca mais servico atendimento pessimo pessima "
        "horrivel otimo otima gostei recomendo encomenda chegou chegada estou esta voce minha meu seu com sem para uma "
        "dias dinheiro empresa rapido melhor pior ola"
    ),
    "it": word_set(
        "molto grazie buongiorno buonasera buono buona servizio pessimo pessima ottimo ottima piu sono "
        "soddisfatto soddisfatta consegna ritardo tutto perfetto assistenza niente nulla ancora sempre ordine arrivato "
        "arrivata pacco giorni veloce con per una gli della sono ciao prego consiglio"
    ),
    "de": word_set(
        "sehr gut gute guter gutes danke schon nicht nie wieder schlecht schlechte schlechter zufrieden leider "
        "lieferung spat teuer alles bestens mit und ist ich der das ein eine keine kein auf zu nur noch schnell "
        "schnelle "
        "kunde kunden bestellung paket immer guten tag freundlich freundliche hilfe vielen funktioniert empfehlen"
    ),
    "nl": word_set(
        "je goed goede heel zeer niet nooit meer tevreden slecht slechte snelle snel levering dank wel bedankt te duur "
        "geregeld prima het een van met voor ik mijn maar ook klant bestelling pakket weer alles werkt geen "
        "vriendelijk vriendelijke dag"
    ),
    "pl": word_set(
        "bardzo dobrze dobra dobry dziekuje polecam nie nic dzien obsluga szybka szybko jest tak zla zly paczka "
        "zamowienie klienta pieniadze zawsze nigdy ale do na sie wszystko"
    ),
    "sv": word_set("mycket bra tack inte och det jag snabb dalig service aldrig leverans nojd mer kommer"),
    "da": word_set("meget god tak ikke og det jeg hurtig darlig hjaelpen aldrig levering tilfreds for"),
    "tr": word_set("cok iyi kotu tesekkur ederim hizmet degil hic bir guzel hizli urun kargo musteri"),
    "ro": word_set("foarte bine multumesc buna ziua slab prost serviciu nu comanda livrare rapid recomand"),
    "cs": word_set("velmi dobre dekuji spatne neni sluzba rychle vsechno nikdy objednavka zbozi"),
    "fi": word_set("todella hyva huono palvelu kiitos ei nopea toimitus erittain"),
}
"""Language → folded words."""

SHARED = word_set(
    "con para un una la le les des de du en et est sur si on or as no to for me not her more gut mail us is an so "
    "par por mal bien super top service prompt excellent perfect normal total on in at by for bra god nu bad do esta "
    "plus rapid slab tag ein das der for det ei te dank het van met us ale mais sans pour ordre do na as jest sono "
    "bien me no je"
)
"""Words of these languages that are French or English ones too: beside others of theirs they are neither's."""


def named_by_words(words: Sequence[str]) -> dict[str, int]:
    """How many of ``words`` (folded) are everyday ones of each language that is not read; only those of any."""
    counts = {code: sum(word in listed and word not in SHARED for word in words) for code, listed in EVERYDAY.items()}
    return {code: count for code, count in counts.items() if count}
