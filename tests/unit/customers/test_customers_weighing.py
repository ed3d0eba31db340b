"""Weighing: fields agree by levels, weights add up to the total, and only a clear lead links."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, an_analysis, an_interaction

from voc.errors import InputError
from voc.identifiers import email_match_key
from voc.identity.merging import merge
from voc.linking.blocking import asked_keys, keys
from voc.linking.clustering import cut, mean_link, merges
from voc.linking.comparisons import CUSTOMER_FIELDS, EMAIL, KINDS, MISSING, NAME, PHONE
from voc.linking.linkage_fields import date_of, of_customer, of_interaction, postcode_of, split_name
from voc.linking.matching import Matcher, prepare
from voc.linking.non_identifying_values import FILE_NAME as BLOCKED_FILE
from voc.linking.non_identifying_values import MOST_VALUES, BlockedIdentifiers, within_limits
from voc.linking.online import link_all
from voc.linking.phonetics import sounds_like
from voc.linking.scoring import Scorer
from voc.linking.self_introduction import introduced_name
from voc.linking.weights import FILE_NAME, LEAST_BITS, MOST_BITS, Weights, load_weights, read_weights, write_weights
from voc.records import Customer, Identifier, Link, Redaction, Turn
from voc.store import Store
from voc.store.identities import By
from voc.store.profiles import Profile

ANNA = Profile("ANNA", "anna", "renault", ("anna.renault@free.fr",), ("+33612345678",), "35000", "rennes", "1980-02-03")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Renaud", "Renault"), ("Bernard", "Brnard"), ("Germain", "Geramin"), ("Philippe", "Filip"), ("Smith", "Smyth")],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert sounds_like(one) == sounds_like(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Moreau", "Moore"), ("Martin", "Bernard"), ("Petit", "Perrot")])
def test_names_that_sound_apart_do_not(one: str, other: str) -> None:
    assert sounds_like(one) != sounds_like(other)


@given(st.text(max_size=40))
def test_any_text_has_a_key_of_capitals(name: str) -> None:
    key = sounds_like(name)
    assert key == "" or (key.isascii() and key.isupper())


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        ("anna", "anna", "exact"), ("a", "anna", "initial"), ("renault", "renaud", "sound"), (None, "anna", MISSING),
        ("jean pierre", "pierre", "part"), ("bernard", "bernarb", "close"), ("anna", "robert", "else"),
    ],
)  # fmt: skip
def test_how_names_agree(ours: str | None, theirs: str, level: str) -> None:
    assert NAME.level(ours, theirs) == level


def test_a_mailbox_elsewhere_and_a_slip_in_a_number_are_seen() -> None:
    assert EMAIL.level("anna@free.fr", "anna@orange.fr") == "local part"
    assert EMAIL.level("anna.martin81@free.fr", "anna.martin4711@free.fr") == "else"
    assert PHONE.best_level(("+33612345678", "+33100000001"), ("+33612345687",)) == "close"


@given(st.sampled_from(sorted(KINDS)), st.text("ab1-@. ", max_size=8), st.text("ab1-@. ", max_size=8))
def test_agreeing_is_mutual_and_always_has_a_name(kind: str, one: str, other: str) -> None:
    found = KINDS[kind].level(one, other)
    assert found == KINDS[kind].level(other, one)
    assert found in (*KINDS[kind].level_names, MISSING)


def test_levels_and_what_is_expected_of_them_fit() -> None:
    for kind in KINDS.values():
        assert len(kind.expected) == len(kind.level_names)
        assert sum(kind.expected) == pytest.approx(1)


def test_shipped_weights_are_whole_and_within_bounds() -> None:
    weights = load_weights()
    assert weights.fields.keys() == {field.name for field in CUSTOMER_FIELDS}
    for field in CUSTOMER_FIELDS:
        for level in field.kind.level_names:
            assert LEAST_BITS <= weights.bits(field.name, level) <= MOST_BITS
        assert weights.bits(field.name, "exact") > 0 > weights.bits(field.name, "else")


def test_weights_survive_being_written_and_slips_are_named(tmp_path: Path) -> None:
    weights = load_weights()
    write_weights(weights, tmp_path / FILE_NAME)
    again = load_weights(tmp_path)
    assert again.fields["phone"]["exact"].bits == pytest.approx(weights.fields["phone"]["exact"].bits, abs=0.01)
    text = (tmp_path / FILE_NAME).read_text()
    (tmp_path / "slip.yaml").write_text(text.replace("  phone:", "  fone:"))
    with pytest.raises(InputError, match="unknown field 'fone'"):
        read_weights(tmp_path / "slip.yaml")
    (tmp_path / "broken.yaml").write_text("fields: [")
    with pytest.raises(InputError, match="not valid YAML"):
        read_weights(tmp_path / "broken.yaml")
    (tmp_path / "zero.yaml").write_text("fields: {phone: {exact: {m: 0, u: 1}}}")
    with pytest.raises(InputError, match=r"fields\.phone\.exact\.m"):
        read_weights(tmp_path / "zero.yaml")


def test_the_prior_falls_with_the_size_of_the_base() -> None:
    weights = load_weights()
    assert weights.prior_bits(10_000) - weights.prior_bits(1_000_000) == pytest.approx(6.64, abs=0.02)


def test_bits_by_field_add_up_and_a_rare_name_says_more() -> None:
    ours = Profile(first_name="anna", last_name="renault", city="rennes")
    frequent = Scorer(load_weights(), customers=1000, frequencies={("last_name", "renault"): 0.05})
    rare = Scorer(load_weights(), customers=1000, frequencies={("last_name", "martin"): 0.05})
    (common,) = frequent.score(ours, [ANNA])
    (seldom,) = rare.score(ours, [ANNA])
    assert common.bits == pytest.approx(sum(part.bits for part in common.fields))
    assert [part.field for part in common.fields] == ["prior", "first_name", "last_name", "city"]
    assert seldom.bits > common.bits
    assert 0 < common.probability < seldom.probability <= 1


def test_an_equal_postcode_makes_the_city_say_nothing_more() -> None:
    (found,) = Scorer(load_weights(), customers=1000).score(ANNA._replace(customer_id=None), [ANNA])
    assert {part.field: part.level for part in found.fields}["city"] == "implied"


def test_names_the_wrong_way_round_are_believed_at_a_cost() -> None:
    scorer = Scorer(load_weights(), customers=1000)
    straight, swapped = Profile(first_name="anna", last_name="renault"), Profile(first_name="renault", last_name="anna")
    (right,), (wrong,) = scorer.score(straight, [ANNA]), scorer.score(swapped, [ANNA])
    assert right.bits - 5 < wrong.bits < right.bits


profiles = st.builds(
    Profile,
    customer_id=st.none(),
    first_name=st.sampled_from([None, "a", "anna", "bob"]),
    last_name=st.sampled_from([None, "renault", "renaud", "martin"]),
    email=st.sampled_from([(), ("anna.renault@free.fr",)]),
    phone=st.sampled_from([(), ("+33612345678",)]),
    postcode=st.sampled_from([None, "35000"]),
    city=st.sampled_from([None, "rennes"]),
    birth_date=st.sampled_from([None, "1980-02-03"]),
)


@given(profiles)
def test_who_is_asked_for_is_found_under_a_key_of_the_same_record(profile: Profile) -> None:
    assert asked_keys(profile) <= keys(profile)


# --- preparing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Marie Dupont", "marie", "dupont"), ("Marie DUPONT", "marie", "dupont"), ("DUPONT Marie", "marie", "dupont"),
        ("Dupont, Marie", "marie", "dupont"), ("Mme Dupont", None, "dupont"), ("Zoé", "zoe", None),
        ("Jean Le Goff", "jean", "le goff"), ("", None, None), ("42", None, None),
    ],
)  # fmt: skip
def test_whole_names_are_split(name: str, first: str | None, last: str | None) -> None:
    assert split_name(name) == (first, last)


def test_dates_and_postcodes_have_one_spelling() -> None:
    assert {date_of(one) for one in ("1965-10-13", "19651013", "13/10/1965", "13.10.1965")} == {"1965-10-13"}
    assert [date_of(one) for one in (None, "", "hier", "99/99/1999")] == [None] * 4
    assert postcode_of("6000") == postcode_of(" 06 000 ") == "06000"
    assert postcode_of("sw1a 1aa") == "SW1A1AA"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("anna.martin+news@googlemail.com", "annamartin@gmail.com"),
        ("anna.martin+news@outlook.com", "anna.martin@outlook.com"),
        ("anna-news@yahoo.fr", "anna@yahoo.fr"),
        ("anna.martin+news@her-company.example", "anna.martin+news@her-company.example"),
    ],
)
def test_a_mailbox_has_one_key_where_its_provider_says_so(address: str, key: str) -> None:
    assert email_match_key(address) == key


def test_who_introduces_themselves_is_heard_and_the_agent_is_not() -> None:
    text = "Bonjour, ici Paul. Bonjour, je m'appelle Marie Dupont, Julie m'a mal répondu."
    names = [
        Redaction(type="PERSON", begin=text.index(n), end=text.index(n) + len(n))
        for n in ("Paul", "Marie Dupont", "Julie")
    ]
    cut_at = text.index("Bonjour, je")
    one = an_interaction(1, channel="call")
    heard = an_analysis(
        one,
        text=text,
        redacted=tuple(names),
        turns=(
            Turn(index=0, participant_role="agent", begin=0, end=cut_at, text=text[:cut_at]),
            Turn(index=1, participant_role="customer", begin=cut_at, end=len(text), text=text[cut_at:]),
        ),
    )
    assert introduced_name(heard) == "Marie Dupont"
    profile = of_interaction(one, heard)
    assert (profile.first_name, profile.last_name) == ("marie", "dupont")
    without_turns = heard.model_copy(update={"turns": ()})
    assert introduced_name(without_turns) is None  # Paul or Marie: nobody said which


# --- blocked values -----------------------------------------------------------------------------------------------


def test_what_names_nobody(tmp_path: Path) -> None:
    (tmp_path / BLOCKED_FILE).write_text("phone: 01 40 20 30 40  # our switchboard\nemail: *@our-company.example\n")
    blocked = BlockedIdentifiers.read(tmp_path)
    for kind, value in (
        ("phone", "+33140203040"), ("email", "claire@our-company.example"), ("email", "no-reply@shop.example"),
        ("handle", "anonymous"),
    ):  # fmt: skip
        assert Identifier(type=kind, value=value) in blocked
    assert blocked.most_owners(Identifier(type="email", value="contact@garage.example")) == 1
    assert Identifier(type="email", value="claire@garage.example") not in blocked
    (tmp_path / BLOCKED_FILE).write_text("our switchboard\n")
    with pytest.raises(InputError, match=r"blocked_identifiers.txt:1: write 'type: value'"):
        BlockedIdentifiers.read(tmp_path)


def test_a_record_keeps_so_many_values_of_a_type() -> None:
    one, dropped = within_limits(a_customer("C1", phones=[f"+3361234{n:04d}" for n in range(300)], contracts=["AZ1"]))
    assert dropped == 300 - MOST_VALUES["phone"]
    assert sum(i.type == "phone" for i in one.identifiers) == MOST_VALUES["phone"]
    assert within_limits(one) == (one, 0)


# --- clusters -----------------------------------------------------------------------------------------------------


def test_one_doubtful_pair_does_not_join_two_families() -> None:
    sure = [(a, b, 10.0) for group in (range(4), range(4, 8)) for a in group for b in group if a < b]
    assert mean_link(8, [*sure, (3, 4, 3.0)]) == [0] * 4 + [4] * 4


pairs = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda one: one[0] < one[1]), st.floats(-9, 20), max_size=20
)


@given(pairs, st.floats(-3, 6))
def test_cutting_late_and_stopping_early_are_the_same(weights: dict[tuple[int, int], float], threshold: float) -> None:
    given_pairs = [(a, b, bits) for (a, b), bits in weights.items()]
    assert cut(8, merges(8, given_pairs, lowest=-3.5), threshold=threshold) == mean_link(
        8, given_pairs, threshold=threshold
    )


# --- the whole way ------------------------------------------------------------------------------------------------


@pytest.fixture
def base(store: Store) -> Store:
    store.customers.save(
        [
            Customer(id="ANNA", first_name="Anna", last_name="Renault", city="Rennes", postcode="35000",
                     identifiers=(Identifier(type="email", value="anna.renault@gmail.com"),
                                  Identifier(type="phone", value="+33612345678"))),
            Customer(id="BOB", first_name="Bob", last_name="Renault", city="Rennes", postcode="35000",
                     identifiers=(Identifier(type="phone", value="+33612345678"),)),
            *(Customer(id=f"M{n}", first_name="Marie", last_name="Martin", city="Paris") for n in range(6)),
            *(Customer(id=f"X{n:03d}", first_name=f"Zoe{n}", last_name=f"Nom{chr(97 + n % 20)}ert", city="Lyon")
              for n in range(60)),
        ],
        now=NOW,
    )  # fmt: skip
    assert prepare(store.linking, now=NOW) == 68
    assert prepare(store.linking, now=NOW) == 0
    return store


def linked(base: Store, *identifiers: Identifier, weights: Weights | None = None, **attributes: str) -> Link:
    one = an_interaction(1, identifiers=identifiers, attributes=attributes)
    matcher = Matcher(base.linking, weights or load_weights())
    (found,) = link_all([(one, an_analysis(one))], base.customers, matcher=matcher)
    return found


def name(value: str) -> Identifier:
    return Identifier(type="name", value=value)


def test_a_name_and_a_place_that_only_one_has_link(base: Store) -> None:
    found = linked(base, name("Anna Renaut"), postcode="35000")
    assert (found.customer_id, found.method) == ("ANNA", "score")
    best, next_best = found.candidates[:2]
    assert (best.customer_id, next_best.customer_id) == ("ANNA", "BOB")
    assert found.probability == best.probability > 0.9
    assert best.bits == pytest.approx(sum(part.bits for part in best.fields), abs=0.02)


def test_six_people_of_one_name_are_for_nobody(base: Store) -> None:
    found = linked(base, name("Marie Martin"), city="Paris")
    assert found.customer_id is None
    assert found.method in {"review", "none"}


def test_a_couples_phone_is_decided_by_the_first_name(base: Store) -> None:
    phone = Identifier(type="phone", value="+33612345678", verified=True)
    assert linked(base, phone).method == "ambiguous"
    found = linked(base, phone, name("Bob Renault"))
    assert (found.customer_id, found.method) == ("BOB", "score")
    stranger = linked(base, phone, name("Zoe3 Nomdert"), city="Lyon")
    assert stranger.customer_id is None  # somebody else, who is in the base too, phones from there


def test_another_spelling_of_a_mailbox_is_as_exact_as_the_address(base: Store) -> None:
    found = linked(base, Identifier(type="email", value="annarenault+tv@gmail.com", verified=True))
    assert (found.customer_id, found.method) == ("ANNA", "exact_identifier")
    assert found.evidence[0].value == "annarenault+tv@gmail.com"


def test_a_stranger_and_a_lone_first_name_stay_anonymous(base: Store) -> None:
    assert linked(base, name("Anna")).method == "none"
    assert linked(base, name("Igor Vassiliev"), city="Brest").customer_id is None


def test_merged_records_are_one_candidate_and_do_not_halve_each_others_probability(base: Store) -> None:
    merge(base, "ANNA", "BOB", by=By(actor="test", at=NOW, reason=None))
    phone = Identifier(type="phone", value="+33612345678", verified=True)
    assert linked(base, phone).method == "exact_identifier"
    found = linked(base, name("Bob Renault"), postcode="35000")
    # The record that agrees is named, so that a split gives it back; reading resolves it to the person.
    assert (found.customer_id, found.method) == ("BOB", "score")
    assert "ANNA" not in {one.customer_id for one in found.candidates}
    assert found.probability is not None and found.probability > 0.99


def test_customers_are_prepared_again_when_they_change_and_gone_when_they_go(base: Store) -> None:
    later = NOW + timedelta(days=1)
    base.customers.save([Customer(id="ANNA", first_name="Anna", last_name="Le Goff", postcode="29200")], now=later)
    assert prepare(base.linking, now=later) == 1
    assert linked(base, name("Anna Le Goff"), postcode="29200").customer_id == "ANNA"
    changed = {(one.field, one.before, one.after) for one in base.customers.changes("ANNA")}
    assert {("last_name", "Renault", "Le Goff"), ("postcode", "35000", "29200")} <= changed
    assert ("phone", "+33612345678", None) in changed


def test_preparing_takes_the_birthday_from_the_attributes() -> None:
    one = Customer(id="C1", name="Marie DUPONT", attributes={"birth_date": "13/10/1965"})
    assert of_customer(one)[:3] == ("C1", "marie", "dupont")
    assert of_customer(one).birth_date == "1965-10-13"
