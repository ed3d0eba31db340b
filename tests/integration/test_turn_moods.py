"""Moods of turns in conversations written by hand, each turn labelled before its score was looked at.

Each line is who speaks (C customer, A agent), what the turn is, and its words: ``-`` displeased, ``+`` pleased, ``0``
matter of fact, ``~`` a courtesy (a greeting, thanks, a goodbye), which may be neutral or kindly but is no complaint.
"""

from collections import Counter

import pytest

from voc.analysis.text_pipeline import TextAnalyser
from voc.records import Channel, Interaction, Turn
from voc.settings import settings

pytestmark = [pytest.mark.integration, pytest.mark.slow]

CONVERSATIONS = {
    "overcharged, then put right": """
A ~ Bonjour, service clients, Karim à votre écoute.
C - Bonjour, je vous appelle parce que vous m'avez prélevé deux fois ce mois-ci, c'est inadmissible.
A 0 D'accord, je regarde ça. Vous pouvez me donner votre numéro de client ?
C 0 Oui, c'est le 40 27 18 95.
A 0 Merci. Je vous demande un petit instant.
C - Ça fait trois fois que j'appelle pour la même chose et personne ne fait rien.
A 0 Je vois effectivement deux prélèvements, le 4 et le 6.
C - J'ai été à découvert à cause de vous, et la banque m'a pris des frais.
A ~ Je suis désolé, je fais le remboursement tout de suite, vous l'aurez sous 48 heures.
C + Ah, très bien, c'est parfait, je vous remercie beaucoup.
A ~ Je vous en prie. Bonne journée, Madame.
C ~ Merci, au revoir.
""",
    "a move, all goes well": """
A ~ Bonjour, que puis-je faire pour vous ?
C 0 Je déménage le 12 du mois prochain et je voudrais transférer ma ligne.
A 0 Quelle est la nouvelle adresse ?
C 0 14 rue des Lilas, à Nantes, au deuxième étage.
A 0 Le logement est déjà raccordé, il n'y aura pas de technicien.
C + Super, c'est vraiment simple, je ne m'y attendais pas.
A 0 Vous recevrez un courrier de confirmation sous trois jours.
C + Franchement, vous êtes toujours très efficaces, merci.
A ~ Merci à vous, bonne fin de journée.
""",
    "no one came": """
A ~ Assistance technique, bonjour.
C - Le technicien devait passer hier et il n'est jamais venu.
A 0 À quelle heure était le rendez-vous ?
C 0 Entre 8 heures et 10 heures.
A 0 Ne quittez pas, je vérifie sur le planning.
C - J'ai posé une journée de congé pour rien, c'est n'importe quoi.
A 0 Je peux vous proposer jeudi matin.
C 0 Jeudi matin, oui, je suis là.
C - Mais bon, je n'y crois plus, à chaque fois vous me dites la même chose.
A 0 Vous recevrez un SMS la veille.
C - Si ça recommence, je résilie.
A ~ Je comprends. Au revoir, Monsieur.
""",
    "a question about roaming": """
A ~ Bonjour et bienvenue.
C 0 Bonjour, je pars au Maroc la semaine prochaine, est-ce que mon forfait marche là-bas ?
A 0 Le Maroc n'est pas compris dans votre forfait, il faut une option.
C 0 Et elle coûte combien ?
A 0 Dix euros pour sept jours.
C 0 D'accord, vous pouvez l'activer à partir de lundi ?
A 0 C'est fait.
C ~ Merci bien, bonne soirée.
""",
    "chat in French, glad then cross": """
C ~ bonjour
C + j'adore votre nouvelle appli, elle est géniale
C - par contre impossible de télécharger ma facture, ça plante à chaque fois
A 0 Bonjour, quel est le modèle de votre téléphone ?
C 0 un samsung a54
A 0 Avez-vous installé la dernière mise à jour ?
C - oui et c'est toujours pareil, ça ne marche pas
A 0 Je vous l'envoie par mail dans la minute.
C + ok reçu, top, merci pour votre rapidité
""",
    "broadband down": """
A ~ Good morning, you're through to Sarah, how can I help?
C - My broadband has been down for five days and nobody is telling me anything.
A 0 Can I take your account number, please?
C 0 Yes, it's 5 5 0, 1 2, 8 8.
A 0 Thank you. And the postcode?
C 0 It's LS6, 2AB.
C - I work from home, so I have lost a whole week of pay because of this.
A 0 There is a fault at the exchange, and the engineers are on site.
C - That's what you said on Monday, and it was a lie.
A ~ I'm really sorry about that, I will put a credit of thirty pounds on your account.
C + Oh, that's very kind, I really appreciate it.
A 0 It should be back by six this evening.
C ~ All right, thank you, bye.
A ~ Thank you for calling, have a nice day.
""",
    "an upgrade": """
A ~ Hello, thanks for holding.
C 0 Hi, I'd like to know when my contract ends.
A 0 It ends on the third of March.
C 0 And what would the new phone cost me per month?
A 0 That would be twenty-four pounds a month over two years.
C + Oh brilliant, that's much cheaper than I thought.
A 0 Shall I send the paperwork to the address we hold?
C 0 Yes, the address is still the same.
C + You've been so helpful, thank you so much.
A ~ You're welcome. Goodbye.
""",
    "car repair": """
C 0 Hello, I am calling about the car I brought in last Tuesday.
A 0 One moment, let me pull up your file.
C - The service light came on already, two days after you fixed it.
A 0 Which garage did you go to?
C 0 The one on Mill Street.
C - I paid four hundred pounds and it is worse than before.
A ~ I understand, that must be frustrating.
A 0 I can book you in for tomorrow at nine.
C - I can't take another day off work for your mistakes.
A 0 We can lend you a car in the meantime.
C + Well, that would be great, that solves my problem.
C ~ See you tomorrow then, bye bye.
""",
    "chat in English, refund refused": """
C ~ Hi there
C 0 I returned the shoes on 4 May, order 118-2204
C - still no refund, this is ridiculous
A 0 Let me check that for you.
A 0 The parcel reached our warehouse on the 9th.
C - so you have had it for three weeks and kept my money
A 0 The refund was issued this morning.
C ~ ok thanks
""",
    "thanks for a technician": """
A ~ Service clients bonjour, Léa à l'appareil.
C + Bonjour, j'appelle juste pour vous remercier, votre technicien a été formidable.
A ~ Oh, ça fait plaisir, merci.
C + Il a tout réparé en vingt minutes et il a même rangé derrière lui.
A 0 Je note votre message dans le dossier.
C 0 Il s'appelait Marc, je crois.
C - Par contre, la facture, elle est fausse, je ne dois pas cent euros.
A 0 Il y a eu une erreur de tarif, je refais la facture.
C + Impeccable, je suis ravie, c'est rare d'être aussi bien reçue.
A ~ Merci beaucoup, à bientôt.
""",
    "a happy chat in English": """
C ~ hello
C + just wanted to say your new store in Leeds is lovely, the staff are brilliant
A ~ Hello! Thank you for letting us know.
C 0 what time do you close on Sundays?
A 0 We close at four on Sundays.
C + perfect, you are the best
C - only the car park is a nightmare, twenty minutes to get out
A 0 I will pass that on to the store manager.
""",
}

FLOORS = {"-": 18, "0": 43, "~": 21, "+": 12}
"""Turns of each kind that come out right, at least: of 19, 53, 26 and 14. Pooled they were 17, 17, 20 and 10.

One or two below what is found: the encoder's rounding moves a turn on the border with what is read beside it."""
ROLES = {"A": "agent", "C": "customer"}


def conversation(number: int, lines: str) -> Interaction:
    turns = tuple(
        Turn(index=index, participant_role=ROLES[line[0]], text=line[4:])
        for index, line in enumerate(lines.strip().splitlines())
    )
    return Interaction(id=str(number), channel=Channel.CHAT, source="a.json", content_hash=str(number), turns=turns)


def comes_out(kind: str, score: float) -> bool:
    return {"-": score <= -0.25, "+": score >= 0.25, "0": -0.25 < score < 0.6, "~": score > -0.25}[kind]


def test_a_turn_has_its_own_mood_and_not_that_of_the_conversation() -> None:
    results = TextAnalyser(settings()).analyse([conversation(*each) for each in enumerate(CONVERSATIONS.values())])
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for lines, result in zip(CONVERSATIONS.values(), results, strict=True):
        for line, turn in zip(lines.strip().splitlines(), result.analysis.turns, strict=True):
            assert turn.sentiment is not None
            if comes_out(line[2], turn.sentiment.score):
                right[line[2]] += 1
            else:
                wrong.append(f"{turn.sentiment.score:+.2f} {line}")
    assert {kind: right[kind] >= floor for kind, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True), wrong


def test_what_does_not_complain_is_not_shown_as_the_complaint_of_a_conversation() -> None:
    results = TextAnalyser(settings()).analyse([conversation(*each) for each in enumerate(CONVERSATIONS.values())])
    shown: Counter[str] = Counter()
    missed: list[str] = []
    for (name, lines), result in zip(CONVERSATIONS.items(), results, strict=True):
        said, analysis = lines.strip().splitlines(), result.analysis
        evidence = next((one for one in analysis.intents if one.label == "complain"), None)
        if evidence is not None:
            at = next(turn.index for turn in analysis.turns if (turn.begin or 0) <= evidence.begin < (turn.end or 0))
            shown[said[at][2]] += 1
        elif any(line.startswith("C -") for line in said):
            missed.append(name)
    assert shown["-"] >= 8, shown
    assert sum(shown.values()) - shown["-"] <= 1, shown
    assert missed == []
