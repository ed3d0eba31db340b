"""What English subtitles say beside what is spoken (faster-whisper #506, #949; openai/whisper #679, #928)."""

from __future__ import annotations

_VIDEO = r"(?:our|this|the|my)? ?(?:videos?|channel|episode|show)?"

SUBTITLES = (
    r"(?:thank you|thanks)(?: so much| very much)? (?:for )?(?:watching|viewing|listening)"
    rf"(?: {_VIDEO})?(?: to the end)?",
    rf"(?:please )?(?:like and )?subscribe(?: to {_VIDEO})?",
    r"(?:subtitles?|transcri(?:bed|ption|pt)|captions?|translated) by .*",
    r"see you (?:in the next|next) (?:video|time).*",
    r"music|applause|laughter|silence",
)
OFTEN_INVENTED = r"you|bye|thank you(?: very much)?|thanks|ok|okay|hmm?|uh|mm|the|so|oh|ah|yeah"
