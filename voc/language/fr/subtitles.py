"""What French subtitles say beside what is spoken (faster-whisper #506, #949; openai/whisper #679, #928)."""

from __future__ import annotations

_VIDEO = r"(?:cette|la|ma|notre|une)? ?(?:videos?|chaine|emission|channel|episode|show)?"

SUBTITLES = (
    r"sous titr(?:es?|age|ages|e)(?: (?:realises?|faits?|traduits?|st|fr|par|de|la|le|l|les|communaute|societe|amara|"
    r"org|radio|canada|d|\d+|\w+ \w+))*",
    r"(?:sous titrage )?(?:de )?(?:la )?(?:societe )?radio canada",
    rf"abonnez vous(?: a {_VIDEO})?(?: et .*cloche.*)?",
    rf"merci(?: a tous)?(?: beaucoup)? (?:d avoir )?(?:regarde|visionne)(?: {_VIDEO})?"
    r"(?: (?:jusqu )?(?:au bout|a la fin))?",
    r"n oubliez pas de (?:vous abonner|liker)(?: et .*)?",
    r"a (?:bientot|la prochaine) (?:pour|dans) .*video.*",
    r"musique(?: de (?:generique|fin|fond))?|applaudissements|rires?|silence",
)
OFTEN_INVENTED = r"merci|ok|hmm?|ah|oh|oui"
