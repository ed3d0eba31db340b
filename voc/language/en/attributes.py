"""What English columns about customers are called."""

from __future__ import annotations

from voc.language.attribute_words import AttributeWords

ATTRIBUTES = AttributeWords(
    sensitive={
        "health": (
            "health*|medic*|disease*|illness*|patient*|handicap*|disab*|invalid*|diagnos*|allerg*|pathol*|hospital*"
            "|pregnan*|vaccin*|blood|obes*|weight*|vulnerab*|deaf*"
        ),
        "genetic_biometric": "genet*|dna|biometr*|fingerprint*",
        "religion": (
            "relig*|belief*|confession*|faith*|church*|halal*|kosher*|muslim*|christian*|jewish*|catholi*|protestant*"
            "|buddh*|hindu*"
        ),
        "origin": (
            "ethni*|race|racial*|origin*|nationalit*|citizenship*|birthplace*|country of birth|immigr*|migrant*|skin"
        ),
        "union": "union|trade union",
        "politics": "politic*|party|vote|opinion*|militant*|ideolog*",
        "sexuality": "sexual*|orientation*|lgbt*|gay|homo|hetero*|bisex*|trans|queer*",
        "criminal": "criminal*|convict*|penal*|offence*|fraud*",
        "sex": "sex|gender*|salutation*|mr mrs|male|female*",
        "age": "age|birth*|dob|senior*|age group|generation*",
        "family": "marital*|married*|divorc*|child*|famil*|household*",
        "name": "surname*|first name|last name|email*|phone*|address*|iban*",
        "poverty": "income*|salary*|poor*|debt*",
    },
    ungrouped=(
        r"health|handicap|disabilit\w*|religi\w*|ethni\w*|race|origin|nationalit\w*|politi\w*|union|orientation|sex"
        r"|gender|title|salutation|birth\w*|age|consent\w*|opt ?(?:in|out)|gdpr|email|mail|phone|telephone|iban"
        r"|language"
    ),
    product=r"products?|offers?|plan|contract|subscription",
    usage=r"usages?|consumption|data|volume|minutes|version|device|terminal|model|app|application|os|browser|store|shop",
    situation=(
        "app version|version|device|terminal|os|platform|browser|city|region|country|store|place|network|location|site"
        "|page|url"
    ),
    value=(
        "customer value|customer lifetime value|lifetime value|clv|cltv|ltv|value||annual revenue|revenue|arr|mrr|arpu"
        "|annual spend|spend|total spent|monthly fee"
    ),
)
