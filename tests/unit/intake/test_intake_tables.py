"""Tables of feedback: any separator, encoding and format, columns guessed or given, rows with a stable identity."""

# ruff: noqa: E501 - the samples keep the lines they have
from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from voc.intake import read
from voc.intake.channels import channel_of
from voc.intake.dates import is_month_first, parse_moment
from voc.intake.file_kinds import Kind
from voc.intake.mapping import guess
from voc.intake.scores import parse_nps, parse_rating, parse_score
from voc.intake.separators import guess_separator
from voc.intake.table_opening import open_table
from voc.records import Channel, Identifier, Interaction, Rejected

HEADER = ["N° commande", "Date", "Prénom", "Nom", "E-mail", "Téléphone", "Note NPS", "Commentaire", "Ville", "Produit"]
ROWS = [
    [
        "CMD-20001",
        "09/11/2026 10:12",
        "Jeanne",
        "Lefèvre",
        "J.Lefevre@example.fr",
        "06 12 34 56 78",
        "3",
        "Livraison en retard ; colis abîmé",
        "Nîmes",
        "Box",
    ],
    [
        "CMD-20002",
        "10/11/2026 08:00",
        "Paul",
        "Martin",
        "paul@example.fr",
        "0145678901",
        "10",
        'Un service "parfait",\nmerci à Léa',
        "Brest",
        "Fibre",
    ],
    ["CMD-20003", "10/11/2026 09:30", "Ana", "Ruiz", "", "", "7", "", "Lille", "Box"],
]


def written(path: Path, rows: list[list[str]], *, separator: str = ",", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def interactions(path: Path, **options: object) -> list[Interaction]:
    found = list(read(path, **options))  # type: ignore[arg-type]
    assert not [item for item in found if isinstance(item, Rejected) and item.code != "no_date_column"], found
    return [item for item in found if isinstance(item, Interaction)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"])
def test_separators_and_encodings_give_the_same_interactions(tmp_path: Path, separator: str, encoding: str) -> None:
    one = interactions(written(tmp_path / "reference.csv", ROWS))
    other = interactions(written(tmp_path / "enquete.csv", ROWS, separator=separator, encoding=encoding))
    assert [item.id for item in one] == [item.id for item in other]
    assert [item.text for item in other] == [row[7] or None for row in ROWS]


def test_what_a_row_becomes(tmp_path: Path) -> None:
    first, _, silent = interactions(written(tmp_path / "enquete.csv", ROWS, separator=";"))
    assert first.channel is Channel.SURVEY
    assert first.source == "enquete.csv:2"
    assert first.occurred_at == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)
    assert first.nps == 3
    assert first.attributes == {"city": "Nîmes", "product": "Box"}
    assert first.identifiers == (
        Identifier(type="phone", value="+33612345678", verified=True),
        Identifier(type="email", value="j.lefevre@example.fr", verified=True),
        Identifier(type="order", value="CMD20001", verified=True),
        Identifier(type="name", value="Jeanne Lefèvre"),
    )
    assert silent.text is None
    assert silent.nps == 7


def test_workbooks_json_ndjson_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    workbook.save(tmp_path / "t.xlsx")
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    (tmp_path / "t.json").write_text(json.dumps({"meta": 1, "data": objects}))
    (tmp_path / "array.json").write_text(json.dumps(objects))
    (tmp_path / "t.ndjson").write_text("\n".join(json.dumps(item) for item in objects))
    parquet.write_table(pyarrow.Table.from_pylist(objects), tmp_path / "t.parquet")
    reference = [item.id for item in interactions(written(tmp_path / "t.csv", ROWS))]
    for name in ("t.xlsx", "t.json", "array.json", "t.ndjson", "t.parquet"):
        assert [item.id for item in interactions(tmp_path / name)] == reference, name


def test_workbooks_with_a_title_above_the_header_and_typed_cells(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Rapport mensuel"])  # type: ignore[union-attr]
    sheet = workbook.create_sheet("Données")
    sheet.append(["Export du 12/11/2026"])
    sheet.append([])
    sheet.append(["Date", "Note", "Commentaire", "Téléphone"])
    sheet.append([datetime(2026, 11, 9, 10, 12), 4.0, "Très bon accueil en boutique", 612345678])
    workbook.save(tmp_path / "avis.xlsx")
    (found,) = interactions(tmp_path / "avis.xlsx")
    assert (found.rating, found.text, found.source) == (4, "Très bon accueil en boutique", "avis.xlsx:4")
    assert found.occurred_at == datetime(2026, 11, 9, 10, 12, tzinfo=UTC)
    assert found.identifiers[0].value == "+33612345678"


def test_reading_twice_gives_the_same_ids_and_growing_only_adds(tmp_path: Path) -> None:
    short = interactions(written(tmp_path / "short.csv", ROWS[:2]))
    grown = interactions(written(tmp_path / "grown.csv", [ROWS[2], *ROWS[:2]]))
    assert {item.id for item in short} < {item.id for item in grown}
    assert len({item.id for item in grown}) == 3


def test_identical_rows_stay_as_many_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("Commentaire;Note\nMerci;5\nMerci;5\nMerci beaucoup;5\n")
    assert len({item.id for item in interactions(path)}) == 3
    again = tmp_path / "again.csv"
    again.write_text(path.read_text() + "Merci;5\n")
    assert len({item.id for item in interactions(path)} & {item.id for item in interactions(again)}) == 3


def test_a_row_number_is_not_an_id_but_a_ticket_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,texte\n1,un mot de trop\n2,deux mots de trop\n")
    assert all(item.external_id is None for item in interactions(path))
    path.write_text("ticket,texte\nRC-20417,un mot de trop\nRC-20418,deux mots de trop\n")
    assert [item.external_id for item in interactions(path)] == ["RC-20417", "RC-20418"]
    path.write_text("id,texte\n1,un mot de trop\n2,deux mots de trop\n")
    assert [item.external_id for item in interactions(path, mapping={"id": "id"})] == ["1", "2"]


def test_an_id_that_comes_back_with_other_words_is_no_id(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"TK-{10000 + n},message numéro {n}" for n in range(1500)] + ["TK-10000,un tout autre message"]
    path.write_text("ticket,texte\n" + "\n".join(rows) + "\n")
    found = interactions(path)
    assert len({item.id for item in found}) == 1501
    assert (found[-1].external_id, found[-1].thread_id) == (None, "TK-10000")


def test_a_given_mapping_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Titre;Commentaire;Verbatim;Lieu\nBien;Une chose dite;Une autre chose;Nîmes\n")
    (found,) = interactions(path, mapping={"text": "Commentaire+Verbatim", "city": "lieu"}, channel=Channel.COMPLAINT)
    assert found.text == "Bien\nUne chose dite\nUne autre chose"
    assert found.attributes["city"] == "Nîmes"
    assert found.channel is Channel.COMPLAINT


def test_positive_and_negative_parts_make_one_text(tmp_path: Path) -> None:
    path = tmp_path / "hotel.csv"
    path.write_text("Note;Points positifs;Points négatifs\n4;Accueil chaleureux;Chambre trop bruyante\n")
    (found,) = interactions(path)
    assert found.text == "Accueil chaleureux\nChambre trop bruyante"


def test_social_exports(tmp_path: Path) -> None:
    path = tmp_path / "export.ndjson"
    posts = [
        {
            "id_str": "1343458257915031553",
            "created_at": "Tue Nov 10 08:26:23 +0100 2026",
            "full_text": "Panne &amp; silence de @alize",
            "user": {"screen_name": "Jeanne_D", "name": "Jeanne"},
            "platform": "X",
            "is_brand": False,
        },
        {
            "id_str": "1343458257915031554",
            "created_at": "Tue Nov 10 09:26:23 +0100 2026",
            "full_text": "Bonjour, nous regardons",
            "user": {"screen_name": "alize", "name": "Alizé"},
            "platform": "X",
            "is_brand": True,
        },
    ]
    path.write_text("\n".join(map(json.dumps, posts)))
    (found,) = interactions(path)  # the brand's own post is not the customer's voice
    assert found.channel is Channel.SOCIAL
    assert found.external_id == "1343458257915031553"
    assert found.text == "Panne & silence de @alize"
    assert found.occurred_at == datetime(2026, 11, 10, 7, 26, 23, tzinfo=UTC)
    assert Identifier(type="handle", value="jeanne_d", verified=True, network="twitter") in found.identifiers
    assert found.attributes["network"] == "X"


@pytest.mark.parametrize(
    ("header", "customer", "company"),
    [("author type", "client", "conseiller"), ("sender_type", "end user", "company"), ("outbound", "no", "yes")],
)
def test_what_the_company_wrote_is_left_out(tmp_path: Path, header: str, customer: str, company: str) -> None:
    path = tmp_path / "posts.csv"
    rows = [("Toujours en panne ici", customer), ("Nous en sommes désolés, écrivez-nous", company)]
    lines = [f"{number};2026-11-0{number};{text};{who}" for number, (text, who) in enumerate(rows * 3, start=1)]
    path.write_text("\n".join([f"id;date;texte;{header}", *lines]))
    assert [item.text for item in interactions(path)] == ["Toujours en panne ici"] * 3


def test_a_channel_column_speaks_french(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(
        "canal;texte\nRéclamation;Je ne suis pas content\nAppel entrant;Bonjour je voudrais\nTweet;Bravo à vous\nfax;Rien à dire ici\n"
    )
    assert [item.channel for item in interactions(path)] == [
        Channel.COMPLAINT,
        Channel.CALL,
        Channel.SOCIAL,
        Channel.SURVEY,
    ]
    assert interactions(path)[3].attributes["channel"] == "fax"


@pytest.mark.parametrize(
    ("name", "header", "channel"),
    [
        ("x.csv", "nps;commentaire", Channel.SURVEY),
        ("x.csv", "csat;commentaire", Channel.SURVEY),
        ("x.csv", "note;avis", Channel.REVIEW),
        ("x.csv", "handle;text", Channel.SOCIAL),
        ("reclamations_2026.csv", "date;texte", Channel.COMPLAINT),
        ("tchat.csv", "date;texte", Channel.CHAT),
        ("x.csv", "date;texte", Channel.SURVEY),
    ],
)
def test_the_channel_is_guessed(tmp_path: Path, name: str, header: str, channel: Channel) -> None:
    path = tmp_path / name
    first = {"handle": "jeanne", "date": "2026-11-09"}.get(header.split(";", maxsplit=1)[0], "4")
    path.write_text(f"{header}\n{first};Une phrase pour en juger\n")
    table = open_table(path, Kind.CSV, name=name)
    columns = guess(table)
    assert columns.channel is channel
    assert columns.channel_reason
    assert interactions(path)[0].channel is channel


def test_rows_that_say_nothing_are_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date;texte\n2026-11-09;Une phrase dite\n2026-11-09;\n2026-11-10;\n")
    found = list(read(path))
    assert found[1:] == [
        Rejected(
            source="a.csv:3",
            reason="2 row(s) from here on have neither words nor a score and were left out.",
            code="empty_rows",
            parameters={"n": 2},
        )
    ]
    assert len(found) == 2


def test_a_table_without_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "2026-11-09;La box ne marche plus depuis hier soir\n2026-11-10;Merci pour votre aide, c'est réglé\n"
    )
    assert [item.source for item in interactions(path)] == ["a.csv:1", "a.csv:2"]


def test_ragged_rows_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date,texte\n2026-11-09\n2026-11-10,lent, cher, et mal servi\n")
    found = [item for item in read(path) if isinstance(item, Interaction)]
    assert found[0].text == "lent, cher, et mal servi"


def test_long_values_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"text": "quelques mots ici", **{f"k{n}": "v" * 2000 for n in range(200)}}]))
    (found,) = interactions(path)
    assert len(found.attributes) == 60
    assert max(map(len, found.attributes.values())) == 500


@pytest.mark.parametrize(
    ("written_as", "moment"),
    [
        ("2026-11-09T10:12:00+01:00", datetime(2026, 11, 9, 9, 12, tzinfo=UTC)),
        ("2026-11-09T10:12:00Z", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("2026-11-09 10:12", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("2020-12-28 08:26:23 +01:00", datetime(2020, 12, 28, 7, 26, 23, tzinfo=UTC)),
        ("09/11/2026", datetime(2026, 11, 9, tzinfo=UTC)),
        ("9/11/26 10h12", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("09.11.2026 à 10:12", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("2/24/2015 11:35", datetime(2015, 2, 24, 11, 35, tzinfo=UTC)),
        ("14 janvier 2025", datetime(2025, 1, 14, tzinfo=UTC)),
        ("lundi 9 novembre 2026 10:12", datetime(2026, 11, 9, 10, 12, tzinfo=UTC)),
        ("1er août 2026", datetime(2026, 8, 1, tzinfo=UTC)),
        ("21 janv. 2018 à 20:38", datetime(2018, 1, 21, 20, 38, tzinfo=UTC)),
        ("Nov 9, 2026 3:05 PM", datetime(2026, 11, 9, 15, 5, tzinfo=UTC)),
        ("Tue Oct 31 23:36:20 +0000 2017", datetime(2017, 10, 31, 23, 36, 20, tzinfo=UTC)),
        ("Mon, 9 Nov 2026 10:12:00 +0100", datetime(2026, 11, 9, 9, 12, tzinfo=UTC)),
        ("1762683120", datetime(2025, 11, 9, 10, 12, tzinfo=UTC)),
        ("1762683120000", datetime(2025, 11, 9, 10, 12, tzinfo=UTC)),
        ("20261109", datetime(2026, 11, 9, tzinfo=UTC)),
        ("31/02/2026", None),
        ("bonjour", None),
        ("12345678901234567890", None),
        ("", None),
    ],
)
def test_dates(written_as: str, moment: datetime | None) -> None:
    assert parse_moment(written_as) == moment


def test_month_first_is_told_by_the_column() -> None:
    assert is_month_first(["1/2/2015", "2/24/2015"])
    assert not is_month_first(["1/2/2015", "24/2/2015"])
    assert not is_month_first(["1/2/2015"])
    assert parse_moment("1/2/2015", month_first=True) == datetime(2015, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("4", (4, None)),
        ("4,5/5", (4.5, 5)),
        ("★★★☆☆", (3, 5)),
        ("8 sur 10", (8, 10)),
        ("85 %", (85, 100)),
        ("5 stars", (5, None)),
        ("Très satisfait", (5, 5)),
        ("10 - Très probable", (10, None)),
        ("n/a", None),
        ("bof", None),
    ],
)
def test_scores(value: str, score: tuple[float, int | None] | None) -> None:
    assert parse_score(value) == score


def test_scores_outside_their_scale_are_unknown() -> None:
    assert parse_nps("11") is None
    assert parse_nps("7.5") is None
    assert parse_nps("10") == 10
    assert parse_rating("0") is None
    assert parse_rating("8/10") == 4


def test_satisfaction_keeps_its_scale(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("CSAT;Verbatim\n7;Plutôt bien dans l'ensemble\n3;Trop long au téléphone\n")
    found = interactions(path)
    assert [(item.csat, item.attributes["csat_scale"]) for item in found] == [(7, "7"), (3, "7")]


def test_channel_names() -> None:
    assert channel_of("Appel téléphonique") is Channel.CALL
    assert channel_of("E-mail") is Channel.EMAIL
    assert channel_of("Avis Google") is Channel.REVIEW
    assert channel_of("pigeon") is None


_cell = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(_cell, _cell), min_size=1, max_size=8),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_words_survive_the_trip(tmp_path: Path, rows: list[tuple[str, str]], separator: str, encoding: str) -> None:
    path, other = tmp_path / "avis_a.csv", tmp_path / "avis_b.csv"
    for target, sep, code in ((path, ",", "utf-8"), (other, separator, encoding)):
        text = io.StringIO()
        csv.writer(text, delimiter=sep, quoting=csv.QUOTE_ALL).writerows([("Ville", "Commentaire"), *rows])
        target.write_bytes(text.getvalue().encode(code))
    first = [(i.id, i.text) for i in read(path, mapping={"text": "Commentaire"}) if isinstance(i, Interaction)]
    again = [(i.id, i.text) for i in read(path, mapping={"text": "Commentaire"}) if isinstance(i, Interaction)]
    moved = [(i.id, i.text) for i in read(other, mapping={"text": "Commentaire"}) if isinstance(i, Interaction)]
    assert first == again == moved
    assert len({key for key, _ in first}) == len(first)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(
        [
            b"",
            b"RIFF\x10\x00\x00\x00WAVEfmt ",
            b"OggS",
            b"ID3",
            b"fLaC",
            b"PK\x03\x04",
            b"PAR1",
            b"[{",
            b'{"a":',
            b"WEBVTT\n\n",
            b"From a\nFrom: b\n",
            b"\xff\xfe",
            b"a;b\n",
            b'"',
            b"\x1aE\xdf\xa3",
            b"1\n00:00:01,000 --> ",
        ]
    ),
    body=st.binary(max_size=400),
    suffix=st.sampled_from(
        [".csv", ".wav", ".json", ".mbox", ".eml", ".xlsx", ".vtt", ".srt", ".parquet", ".ndjson", ".bin"]
    ),
)
def test_random_bytes_never_raise(tmp_path: Path, head: bytes, body: bytes, suffix: str) -> None:
    path = tmp_path / f"fuzz{suffix}"
    path.write_bytes(head + body)
    for item in read(path):
        assert isinstance(item, Interaction | Rejected)
        assert item.model_dump_json()


def test_separator_of_verbatims_full_of_commas() -> None:
    assert guess_separator(["date;texte", "2026;un, deux, trois, quatre", "2026;a, b", "2027;c, d, e"]) == ";"
    assert guess_separator(["texte", "un, deux", "trois"]) == ","


def test_columns_can_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        'id,date,commentaire,"Note interne, équipe","Tél. + poste",zone\n'
        "A-10001,2026-11-09,Ma box clignote rouge,Client pénible à rappeler,0612345678,Nord\n"
        "A-10002,2026-11-10,Le technicien est venu,À ne pas rappeler du tout,0612345679,Sud\n",
        encoding="utf-8",
    )
    kept, *_ = (one for one in read(path) if isinstance(one, Interaction))
    assert set(kept.attributes) == {"Note interne, équipe", "zone"}
    assert [one.value for one in kept.identifiers] == ["+33612345678"]
    silent, *_ = (one for one in read(path, mapping={"ignore": "Tél. + poste"}) if isinstance(one, Interaction))
    assert (silent.identifiers, set(silent.attributes)) == ((), set(kept.attributes))
    for written in ("Note interne, équipe+zone", "zone+Note interne, équipe"):
        left, *_ = (one for one in read(path, mapping={"ignore": written}) if isinstance(one, Interaction))
        assert set(left.attributes) == set(kept.attributes) - {"Note interne, équipe", "zone"}
        assert left.id == kept.id
    words, *_ = (one for one in read(path, mapping={"ignore": "commentaire"}) if isinstance(one, Interaction))
    assert "box" not in (words.text or "")


def test_several_columns_may_have_commas_in_their_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('"Le bon, le pire",Autre\nTrop cher,Trop lent\n', encoding="utf-8")
    (one, *_) = read(path, mapping={"text": "Le bon, le pire+Autre"})
    assert isinstance(one, Interaction) and one.text == "Trop cher\nTrop lent"
