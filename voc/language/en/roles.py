"""What only one side of an English conversation says."""

from __future__ import annotations

from voc.language.description import RoleWords

ROLES = RoleWords(
    agent=(
        (3, r"(how|what) (can|may|could) i (help|do for|assist) you|how may i direct|can i help you (today|with)"),
        (3, r"(thank you|thanks) for (calling|contacting|choosing|holding|your call|waiting)|welcome to \w+ \w+"),
        (3, r"(is there|was there) anything else (i|that i) can"),
        (2, r"(can|could|may) i (please )?(have|get|take|confirm) your|let me (pull up|check|look up|verify) your"),
        (
            2,
            r"(i m|i am) (so |very |really )?sorry (for the inconvenience|to hear)|"
            r"i (completely |totally )?apologi[sz]e",
        ),
        (1, r"(i can see|i see) (here|that|on) |on your account|place you on (a brief )?hold|bear with me"),
        (1, r"my name is|this is \w+ (from|speaking|with)"),
    ),
    customer=(
        (3, r"(i m|i am|i was|im) calling (because|about|to|regarding|in regards|since)|i d like to (cancel|complain)"),
        (2, r"my (internet|phone|bill|order|car|line|box|account|package|contract|subscription|router|connection)\b"),
        (
            2,
            r"i (was|have been|ve been|got) (charged|billed|waiting|told|promised)|i (want|need) (a|my) (refund|money)",
        ),
        (1, r"(it s|is it) unacceptable|please do\b"),
        (1, r"(does|do) not work|doesn t work|isn t working|stopped working"),
        (1, r"can you (help|tell) me|i have a (question|problem|reservation)"),
    ),
    greetings=r"hello|hi|good (morning|afternoon|evening)|speaking",
    asking=r"is this|am i|calling",
    read_back=("your", "you are"),
)
