"""Whose a message is: what its page says where no customer of the base has its identifiers, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from api_seed import NOW, text_analysis, text_interaction
from starlette.testclient import TestClient

from voc.records import Channel, GivenScore, Identifier, Link
from voc.store import Store
from voc.store.analyses import Analysed

ADDRESS = Identifier(type="email", value="emilie.payet@example.org", verified=True)
NAME = Identifier(type="name", value="Émilie Payet")


@pytest.fixture
def unlinked(store: Store) -> Callable[..., str]:
    """Keep an analysed message of nobody in the base; gives its id."""

    def keep(
        *identifiers: Identifier,
        text: str = "Prélevé deux fois",
        subject: str | None = None,
        given: GivenScore | None = None,
    ) -> str:
        made = text_interaction(text, channel=Channel.EMAIL, at=NOW - timedelta(days=1))
        one = made.model_copy(update={"identifiers": identifiers, "subject": subject, "author": "Émilie Payet"})
        one = one.model_copy(update={"rating": given.value if given else None})
        store.interactions.add([one], upload_id=None, work_id="w9", received_at=NOW)
        analysis = text_analysis(one, score=-0.5, topic=None)
        analysis = analysis.model_copy(update={"identifiers": identifiers, "author": "Émilie Payet"})
        analysis = analysis.model_copy(update={"given_score": given})
        link = Link(interaction_id=one.id, customer_id=None, method="none")
        store.findings.save_analyses([Analysed(analysis, None)], [link], now=NOW)
        return one.id

    return keep


def test_an_address_that_no_customer_has_is_shown_as_that(client: TestClient, unlinked: Callable[..., str]) -> None:
    page = client.get(f"/interactions/{unlinked(ADDRESS, NAME)}", headers={"accept-language": "fr"}).text
    assert "Aucun client de la base n’a ses identifiants" in page
    assert "emilie.payet@example.org" in page
    assert page.count("Émilie Payet") >= 2


def test_a_name_alone_is_said_to_point_to_nobody(client: TestClient, unlinked: Callable[..., str]) -> None:
    page = client.get(f"/interactions/{unlinked(NAME)}", headers={"accept-language": "en"}).text
    assert "A name alone points to no customer in the base" in page


def test_without_anything_it_is_anonymous(client: TestClient, unlinked: Callable[..., str]) -> None:
    page = client.get(f"/interactions/{unlinked()}", headers={"accept-language": "en"}).text
    assert "Nothing in it points to a customer in the base" in page


def test_a_title_that_the_text_repeats_stands_there_once(client: TestClient, unlinked: Callable[..., str]) -> None:
    found = unlinked(text="Ras le bol\nLe colis est perdu.", subject="Ras le bol")
    page = client.get(f"/interactions/{found}", headers={"accept-language": "fr"}).text
    assert "<h2>Ras le bol</h2>" not in page
    assert page.count("Ras le bol") == 1


def test_a_subject_of_its_own_stays(client: TestClient, unlinked: Callable[..., str]) -> None:
    found = unlinked(text="Le colis est perdu.", subject="Commande 12")
    assert "<h2>Commande 12</h2>" in client.get(f"/interactions/{found}").text


@pytest.mark.parametrize(("stars", "said"), [(1, "1 étoile sur 5"), (3, "3 étoiles sur 5")])
def test_a_score_beside_the_words_is_told_once(
    client: TestClient, unlinked: Callable[..., str], stars: int, said: str
) -> None:
    given = GivenScore(kind="rating", value=stars, scale=5, position=-1.0, words=-0.5)
    page = client.get(f"/interactions/{unlinked(given=given)}", headers={"accept-language": "fr"}).text
    assert said in page
    assert "★" not in page
