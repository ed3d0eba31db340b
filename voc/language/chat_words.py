"""What chat apps write in a language when a chat is exported as text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatWords:
    """Alternatives of patterns over the text as it is, case aside.

    Attributes:
        at: what stands between the day and the time of a message.
        sent_by, sent_to: what stands before who wrote a message, and to whom.
        held_with: what stands before whom a chat was held with; ``chats`` what the app calls a chat.
        omitted: what stands in angle brackets where a picture was left out.
        media, media_omitted: kinds of pictures and recordings, and the words behind them where one was left out.
        attached: what stands in brackets behind the name of a file.
        deleted, waiting, missed: what stands for a message that was taken back or has not come, and for a call that
            nobody took.
        encrypted: how the app's own notices begin.
        edited: what stands in angle brackets behind a message that was changed.
        acted: what stands for something that is no message: a reaction, a picture.
        voice: what the name of a file calls a voice message.
        credits: how a tool begins the line below a transcript that says who made it, or that it ends.
        transcribing: what stands behind a name where somebody began or ended a transcription.
    """

    at: str = ""
    sent_by: str = ""
    sent_to: str = ""
    held_with: str = ""
    chats: str = ""
    omitted: str = ""
    media: str = ""
    media_omitted: str = ""
    attached: str = ""
    deleted: str = ""
    waiting: str = ""
    missed: str = ""
    encrypted: str = ""
    edited: str = ""
    acted: str = ""
    voice: str = ""
    credits: str = ""
    transcribing: str = ""
