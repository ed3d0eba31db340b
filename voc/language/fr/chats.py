"""What chat apps write in French when a chat is exported as text."""

from __future__ import annotations

from voc.language.chat_words import ChatWords

CHATS = ChatWords(
    at="à",
    sent_by="de",
    sent_to="à",
    held_with="avec",
    chats="discussion|chat|conversation",
    omitted=r"omis\w*|absente?|pièces? jointes?|fichier joint|exclu\w*",
    media=r"images?|photos?|vid[ée]os?|audio|gif|stickers?|documents?|fiche contact|autocollant",
    media_omitted=r"omis\w*|absente?s?|non inclus\w*",
    attached="fichier joint|pièce jointe",
    deleted="ce message a été supprimé|vous avez supprimé ce message",
    waiting="en attente de ce message",
    missed="appel (?:vocal|vidéo) manqué",
    encrypted="les messages et (?:les )?appels sont chiffrés|les messages (?:que vous )?envoy",
    edited="ce message a été modifié",
    acted=(
        r"a réagi avec .{1,20} à votre message|a aimé un message|vous avez aimé un message"
        r"|.{1,80} (?:a envoyé (?:une pièce jointe|une photo)|a manqué votre appel|a retiré un message)"
        r"|.{1,80} a partagé (?:une publication|un reel|une story)"
    ),
    voice="Vocal",
    credits="transcrit par|(?:la )?transcription (?:s['’]est )?termin[ée]e|cette transcription (?:modifiable )?a été",
    transcribing="a (?:commencé|démarré|arrêté) la transcription",
)
