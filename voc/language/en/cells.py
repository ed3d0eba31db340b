"""What English exports write into their cells and headers."""

from __future__ import annotations

from voc.language.cell_words import CellWords

_FIVE = ("one", "two", "three", "four", "five")

CELLS = CellWords(
    agent=(
        "agent|advisor|adviser|operator|rep|representative|support|employee|staff|human agent|internal|bot"
        "|automated agent|virtual agent|assistant|company|end agent|professional author|agent 1|agent1|brand"
    ),
    customer=(
        "customer|client|caller|user|end user|consumer|external|visitor|contact|guest|patient|customer 1|customer1"
        "|end customer"
    ),
    inward="inbound|incoming|in|received|reception|terminating",
    outward="outbound|outgoing|out|emission|dialed|dialled",
    internal="internal",
    to_company="in|inbound|incoming|received",
    to_customer="out|outbound|outgoing|sent|shop|seller",
    unsent="note|private note|internal note|internal|system|event|comment",
    yes="true|yes|y",
    no="false|no|n",
    nothing="na|n/a|none|nil|unknown|anonymous|anonymous user|anonymous visitor",
    labels="speaker|channel|participant|guest|user|person|unknown|voice|agent|customer|client|caller",
    numbered=r"no\.|num\s",
    satisfaction={
        "very satisfied": 5,
        "satisfied": 4,
        "somewhat satisfied": 4,
        "neutral": 3,
        "neither satisfied nor dissatisfied": 3,
        "somewhat dissatisfied": 2,
        "dissatisfied": 2,
        "very dissatisfied": 1,
    },
    stars={
        **{word: stars for stars, word in enumerate(_FIVE, start=1)},
        **{f"{word} star{'s' * (stars > 1)}": stars for stars, word in enumerate(_FIVE, start=1)},
        **{f"star rating {word}": stars for stars, word in enumerate(_FIVE, start=1)},
    },
    sentiments={
        "negative": "negative|neg|bad|very negative",
        "neutral": "neutral|neu|mixed|none",
        "positive": "positive|pos|good|very positive",
    },
    states=(
        "open|closed|completed|complete|incomplete|approved|published|pending|new|solved|resolved|active|inactive"
        "|draft|rejected|partial|submitted|in progress"
    ),
    answers="response|open ended response|other please specify|score",
    answer_marks="answer|comment",
    origins="source|type|medium|media|origin",
    weak_authors="author|user|account",
    help_desk="ticket|tickets|requester|assignee|agent|case|conversation",
    answering="teammate|operator",
    mail_words="email|mail|address",
    who_words="customer|client|respondent|requester|contact",
    phone_words="phone|tel|mobile",
    totals="total|totals|grand total|average|mean|sum",
    translated="translated by google",
    original="original",
    staff_words="agent|advisor|manager|support|company|store|to|cc",
    dated=(
        "date|datetime|timestamp|time|created|creation|submitted|submit|published|publication|posted|sent|received"
        "|opened|moment|when|day|recorded|completed|started|responded|response"
    ),
    first_dated="created|creation|submitted|submit|published|posted",
    other_date=(
        "reply|update|updated|modified|modification|last|resolved|solved|closed|due|assigned|birth|birthday|expiration"
        "|expiry|deadline|since|renewal|until|next|first|contract|purchase|delivery|order|signature"
    ),
    classes="promoter|promoters|passive|passives|detractor|detractors",
    recommends=r"recomm\w+|promoter",
    satisfied=r"\w*satisf\w+|happy with",
    rates=r"rat(?:e|ed|ing)|score|stars?|evalu\w+|grade",
    no_score=(
        r"why|reason|segment|group|categor\w*|comment|verbatim|expli\w+|type|id|date|reviews?|number|count|duration"
        r"|resolution|replies|millis|price"
    ),
    digits={0: "zero", 5: "five", 10: "ten"},
    scale_to="to",
    scale_and="and",
    out_of="out of",
    weakly_out_of="of",
    star="stars?",
    point="points?|pts?",
)
"""``FIVE`` and ``STAR_RATING_FIVE`` are how Google's reviews count stars."""
