"""How a French customer base says what a customer agreed to."""

from __future__ import annotations

from voc.language.consent_words import ConsentWords

CONSENT = ConsentWords(
    consent=r"consent\w*|rgpd|accord|autoris\w*|permission|refus\w*",
    opposed=r"refus\w*|oppos\w*|sans|bloctel",
    purposes={
        "tone": r"ton|voix|emotion\w*|biometri\w*",
        "calls": r"appels?|enregistrement\w*|telephon\w*|ecoute\w*",
        "marketing": (
            r"marketing|prospection|demarchage|commercial\w*|newsletter|mail(?:ing)?|e ?mail(?:ing)?|sms|publicit\w*"
            r"|sollicit\w*|contact"
        ),
    },
    granted="accepte",
    refused="refuse|oppose",
)
