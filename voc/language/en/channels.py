"""What channels are called in English."""

from __future__ import annotations

from voc.language.channel_words import ChannelWords

CHANNELS = ChannelWords(
    names={
        "call": "call|calls|phone|telephone|tel|voice",
        "email": "email|emails|e mail|e mails|mail|mails",
        "social": "social|social media|post|posts|tweet|tweets",
        "complaint": "complaint|complaints|claim|claims|letter",
        "survey": "survey|surveys|questionnaire|verbatim",
        "review": "review|reviews",
        "chat": "chat|live chat|livechat|webchat|chatbot",
    },
    headers={
        "complaint": "complaint|complaints",
        "review": "review|reviews|reviewer",
        "chat": "chat|livechat|webchat|visitor",
    },
)
