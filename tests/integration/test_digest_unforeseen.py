"""Twenty people in one week speak of what no pack holds, among seven hundred messages: the digest begins with it.

All texts are made up. Everyday messages are put together from parts, in French and English on four channels; the twenty
are written one by one, each in its own words.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from voc.insights.digest import build
from voc.insights.drilldown import from_href
from voc.insights.emerging_figures import emerging
from voc.insights.periods import begins
from voc.pipeline.batch import ingest_paths
from voc.pipeline.theme_discovery import discover
from voc.pipeline.waiting import some_worker, wait_until_done
from voc.records import Channel, Digest
from voc.settings import Settings
from voc.store import Filters, Store, open_store

# Seven hundred messages go through every model; a busy machine takes its time over it.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1800)]

WEEK = "2026-W46"
MONDAY = begins(WEEK)
NOW = MONDAY + timedelta(days=8)
CHANNELS = (Channel.EMAIL, Channel.SOCIAL, Channel.REVIEW, Channel.CHAT)
WEEKS, WEEKLY = 9, 76

EVERYDAY = {
    "fr": (
        (
            "Bonjour,",
            "Bonsoir, je me permets de vous écrire.",
            "Madame, Monsieur,",
            "Alors voilà,",
            "Client depuis 2014,",
            "Je vous contacte pour mon dossier.",
            "Petit retour après un mois.",
            "Suite à notre échange de mardi,",
        ),
        (
            "ma facture de ce mois est plus élevée que la précédente",
            "le colis annoncé pour lundi n'est pas arrivé",
            "le conseiller a pris le temps de tout m'expliquer",
            "j'attends un remboursement depuis trois semaines",
            "l'application se ferme dès que j'ouvre mes documents",
            "personne ne décroche au service client",
            "le technicien est passé à l'heure et a tout réparé",
            "je n'arrive pas à changer mon mot de passe",
            "le prix a augmenté sans que l'on me prévienne",
            "la commande était incomplète, il manquait un article",
            "je souhaite résilier mon contrat avant la fin du mois",
            "l'accueil en agence était vraiment agréable",
            "on m'a prélevé deux fois la même somme",
            "le délai de traitement est beaucoup trop long",
            "j'ai déménagé et mon adresse n'est toujours pas à jour",
            "votre site m'affiche une erreur au paiement",
            "le produit reçu est abîmé sur un côté",
            "les explications données sont claires et complètes",
        ),
        (
            "et je ne sais plus quoi faire.",
            "ce qui est plutôt rare.",
            "merci de me répondre vite.",
            "comme l'an dernier.",
            "malgré deux relances de ma part.",
            "je tenais à le dire.",
            "c'est la deuxième fois cette année.",
            "pouvez-vous vérifier ?",
            "et ma femme vous le confirmera.",
            "rien de plus à ajouter.",
        ),
    ),
    "en": (
        (
            "Hi there,",
            "Good morning,",
            "Hello team,",
            "So,",
            "Customer for six years now:",
            "Just a quick note:",
            "Following my call on Tuesday,",
            "Not sure who to write to, but",
        ),
        (
            "my bill this month is higher than the one before",
            "the parcel promised for Monday never came",
            "the agent took the time to explain everything",
            "I have been waiting three weeks for a refund",
            "the app closes whenever I open my documents",
            "nobody picks up the phone at customer service",
            "the engineer came on time and fixed it all",
            "I cannot change my password on the website",
            "the price went up and nobody told me",
            "the order was incomplete, one item was missing",
            "I want to cancel my contract before the end of the month",
            "the welcome in the branch was really pleasant",
            "you charged me twice for the same thing",
            "it takes far too long to process anything",
            "I moved house and my address is still the old one",
            "your site shows an error when I pay",
            "the product arrived damaged on one side",
            "the explanations were clear and complete",
        ),
        (
            "and I don't know what else to do.",
            "which is rare these days.",
            "please answer soon.",
            "just like last year.",
            "even after two reminders.",
            "I wanted to say so.",
            "the second time this year.",
            "can you check?",
            "my wife will tell you the same.",
            "nothing more to add.",
        ),
    ),
}

UNFORESEEN = (
    "Votre montgolfière publicitaire survole notre ferme à l'aube et affole les chevaux.",
    "Encore cette montgolfière à vos couleurs au-dessus du village à six heures, le brûleur réveille tout le monde.",
    "Le ballon publicitaire s'est posé dans mon champ de blé hier, qui va payer les épis couchés ?",
    "Trois fois cette semaine que le ballon avec votre logo frôle notre toit, mon fils en a peur.",
    "Quelle idée de faire voler une montgolfière pour votre marque au-dessus d'un haras !",
    "Mes brebis se sont enfuies quand la montgolfière de votre enseigne est passée au ras des haies.",
    "Le pilote de votre ballon a atterri dans notre pré sans demander et a laissé la barrière ouverte.",
    "La montgolfière, c'est joli de loin, mais au-dessus de la maternité ce brûleur est insupportable.",
    "Que vos vols en ballon cessent au-dessus de la réserve d'oiseaux, les hérons ont quitté le nid.",
    "Les enfants de l'école ont vu la montgolfière raser la ligne électrique, c'est de la folie.",
    "Your advertising balloon drifts over our stables at dawn and the horses panic.",
    "That hot air balloon with your name on it woke the whole street again, the burner is so loud.",
    "Your balloon came down in my wheat field yesterday, who is going to pay for the crop?",
    "Why on earth is a hot-air balloon in your colours skimming our roof at six in the morning?",
    "My sheep broke through the fence when your balloon passed just above the hedge.",
    "The pilot of your hot air balloon landed in our meadow without asking and left the gate open.",
    "Lovely from afar, but a balloon burner roaring above a maternity ward is not lovely at all.",
    "Please stop flying that balloon over the bird reserve, the herons have left their nests.",
    "Half the school watched your hot air balloon miss the power line by a few feet.",
    "Third balloon flight over the farm this week and my dogs are still hiding under the bed.",
)  # fmt: skip


def everyday(rng: random.Random) -> str:
    openings, matters, closings = EVERYDAY[rng.choice(("fr", "fr", "en"))]
    first, second = rng.sample(matters, 2)
    one = f"{rng.choice(openings)} {first}, {rng.choice(closings)}"
    return f"{one} {second[0].upper()}{second[1:]}." if rng.random() < 0.4 else one


def messages() -> list[tuple[Channel, datetime, str]]:
    rng = random.Random(46)
    found = []
    for number in range(WEEKS * WEEKLY):
        begin = MONDAY - timedelta(weeks=WEEKS - 1 - number // WEEKLY)
        found.append((CHANNELS[number % 4], begin + timedelta(minutes=rng.randrange(10_000)), everyday(rng)))
    for number, text in enumerate(UNFORESEEN):
        found.append((CHANNELS[number % 4], MONDAY + timedelta(days=1, hours=5 * number), text))
    return found


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four exports taken in through the pipeline, and the weekly discovery after them."""
    home = tmp_path_factory.mktemp("unforeseen")
    settings = Settings(home=home / "voc")
    store = open_store(settings)
    with some_worker(store, settings):
        uploads: list[str] = []
        for channel in CHANNELS:
            path = home / f"{channel.value}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["date", "text"])
                rows.writerows([at.isoformat(), text] for own, at, text in messages() if own is channel)
            uploads += ingest_paths(store, settings, [path], channel=channel).upload_ids
        wait_until_done(store, uploads)
    discover(store, until=NOW, now=NOW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def digest(heard: Store) -> Digest:
    return build(heard, WEEK, now=NOW)


def planted(store: Store) -> set[str]:
    ids = store.interactions.all_ids(Filters())
    return {one for one, analysis in store.findings.analyses(ids).items() if analysis.text.strip() in UNFORESEEN}


def test_everything_came_in(heard: Store) -> None:
    assert heard.interactions.count(Filters()) == WEEKS * WEEKLY + len(UNFORESEEN)
    assert len(planted(heard)) == len(UNFORESEEN)


def test_the_digest_begins_with_it(heard: Store, digest: Digest) -> None:
    first, ours = digest.rises[0], planted(heard)
    assert first.topic is None
    assert first.href is not None
    opened = set(heard.interactions.all_ids(from_href(first.href)))
    assert len(opened & ours) >= 0.9 * len(opened)
    assert len(opened & ours) >= len(ours) / 2
    assert first.extra.early_sign
    assert len(first.channels) == len(CHANNELS)
    assert {"montgolfière", "ballon", "balloon"} & set(" ".join(first.extra.emerging_words).split())


def test_the_week_before_had_nothing_of_the_kind(heard: Store) -> None:
    assert emerging(heard, "2026-W45", now=NOW).subjects == ()
