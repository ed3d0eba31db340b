"""How an English customer base says what a customer agreed to."""

from __future__ import annotations

from voc.language.consent_words import ConsentWords

CONSENT = ConsentWords(
    consent=r"consent\w*|opt ?(?:in|out)|gdpr|agree\w*|permission|refus\w*|do not",
    opposed=r"opt ?out|refus\w*|oppos\w*|do not|no|robinson",
    purposes={
        "tone": r"tone|voice|emotion\w*|biometri\w*",
        "calls": r"calls?|recording\w*|telephon\w*|phone",
        "marketing": (
            r"marketing|telemarketing|commercial\w*|newsletter|mail(?:ing)?|e ?mail(?:ing)?|sms|publicit\w*|solicit\w*"
            r"|contact"
        ),
    },
    granted="accepted|granted|opt in|in",
    refused="refused|denied|opt out",
)
