"""What ``import voc`` offers: its names, what it takes for a text and for a file, and what it says of what fails."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st
from makers import an_analysis, an_interaction, understood

import voc
from voc import python_api
from voc.analysis.pipeline import AnalysisResult
from voc.insights.volumes import volumes
from voc.privacy.redaction import Redacted
from voc.records import Analysis, Interaction, Rejected, Turn, Word
from voc.settings import Settings

PUBLIC = [
    *("Analysis", "Channel", "ConflictError", "Filters", "InputError", "ModelError", "NotFoundError", "RedactedText"),
    *("Redaction", "Rejected", "RejectedWarning", "Remark", "SettingsError", "Store", "StoreError", "StoreFullError"),
    *("Transcript", "Turn", "VocError", "Word", "__version__", "analyse", "open_store", "redact", "transcribe"),
]


class WithoutModels:
    """Stands in for the analyser: finds nothing, refuses texts that hold ``broken``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.asked: list[Interaction] = []

    def analyse(self, interactions: Sequence[Interaction]) -> list[AnalysisResult]:
        self.asked += interactions
        if any("broken" in (one.text or "") for one in interactions):
            raise voc.InputError(f"{interactions[0].source}: is broken.")
        return [AnalysisResult(an_analysis(one), None) for one in interactions]


@pytest.fixture
def analyser(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> WithoutModels:
    stand_in = WithoutModels(settings)
    monkeypatch.setattr(python_api, "_shared", stand_in)
    return stand_in


def table(folder: Path, *rows: str, name: str = "avis.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(["id,date,commentaire", *rows, ""]), encoding="utf-8")
    return path


# --- names -------------------------------------------------------------------------------------------------------


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert list(voc.__all__) == PUBLIC
    assert [name for name in PUBLIC if not hasattr(voc, name)] == []
    assert set(PUBLIC) <= set(dir(voc))


def test_every_public_name_is_documented() -> None:
    undocumented = [name for name in PUBLIC if name != "__version__" and not (getattr(voc, name).__doc__ or "").strip()]
    assert undocumented == []


def test_no_public_name_is_a_module_too() -> None:
    """Importing ``voc.NAME`` would put the module in the place of the function."""
    modules = {one.name for one in pkgutil.iter_modules(voc.__path__)}
    assert modules & set(PUBLIC) == set()


def test_an_unknown_name_is_said_as_python_says_it() -> None:
    with pytest.raises(AttributeError, match="module 'voc' has no attribute 'analyze'"):
        voc.analyze  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_loads_none_of_it() -> None:
    program = "import sys, voc; print([one for one in sys.modules if one.startswith('voc.') or one == 'pydantic'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- texts -------------------------------------------------------------------------------------------------------


def test_a_text_gives_one_analysis(analyser: WithoutModels) -> None:
    analysis = voc.analyse("La facture est fausse.", channel="email", language="fr")
    assert isinstance(analysis, Analysis)
    (asked,) = analyser.asked
    assert (asked.text, asked.channel, asked.source, asked.language) == (
        "La facture est fausse.",
        "email",
        "text",
        "fr",
    )


def test_texts_give_a_list_in_their_order(analyser: WithoutModels) -> None:
    found = voc.analyse(["un", "deux", "un"], channel="review")
    assert [one.text for one in found] == ["un", "deux", "un"]
    assert [one.source for one in found] == ["text:1", "text:2", "text:3"]
    assert voc.analyse([]) == []


def test_a_text_of_no_channel_is_taken_like_a_table_of_none(analyser: WithoutModels) -> None:
    assert voc.analyse("bien").channel is voc.Channel.SURVEY


def test_of_an_email_what_its_writer_wrote_is_analysed(analyser: WithoutModels) -> None:
    quoted = "Le 3 nov. 2026 à 10:12, Service client <sav@voc.example> a écrit :\n> Bonjour,\n> merci"
    mail = f"Ma box est en panne.\n\n{quoted}"
    voc.analyse(mail, channel="email")
    assert analyser.asked[0].text == "Ma box est en panne."
    voc.analyse(mail, channel="review")
    assert analyser.asked[1].text == mail


@checks(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(), max_size=8))
def test_any_texts_come_back_one_for_one(analyser: WithoutModels, texts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", voc.RejectedWarning)
        found = voc.analyse([text.replace("broken", "") for text in texts], channel="social")
    assert [one.text for one in found] == [text.replace("broken", "") for text in texts]


def test_a_text_that_names_a_file_is_still_a_text(analyser: WithoutModels, tmp_path: Path) -> None:
    table(tmp_path, "1,2026-11-01,bien")
    with pytest.warns(voc.RejectedWarning, match=r"not the file of that name; give Path\('avis.csv'\)"):
        assert voc.analyse("avis.csv").text == "avis.csv"


def test_a_text_longer_in_bytes_than_any_name_names_no_file(analyser: WithoutModels) -> None:
    text = "Très bien. " + "é" * 240
    assert voc.analyse(text).text == text


@pytest.mark.parametrize("given", [3, b"bien", [b"bien"], ["bien", Path("x.csv")], [None]])
def test_what_is_neither_text_nor_path_is_refused(analyser: WithoutModels, given: object) -> None:
    with pytest.raises(voc.InputError, match="give a text, a Path, or a list of one of the two"):
        voc.analyse(given)  # type: ignore[call-overload]


def test_options_that_do_not_go_with_what_is_given_are_refused(analyser: WithoutModels, tmp_path: Path) -> None:
    with pytest.raises(voc.InputError, match="are options of files"):
        voc.analyse("bien", roles=("agent", "customer"))  # type: ignore[call-overload]
    with pytest.raises(voc.InputError, match="language: is an option of texts"):
        voc.analyse(table(tmp_path, "1,2026-11-01,bien"), language="fr")  # type: ignore[call-overload]
    with pytest.raises(voc.InputError, match="channel: 'letter' is not one of call, email"):
        voc.analyse("bien", channel="letter")  # type: ignore[call-overload]


# --- files -------------------------------------------------------------------------------------------------------


def test_a_file_gives_its_rows_as_they_are_asked_for(analyser: WithoutModels, tmp_path: Path) -> None:
    found = voc.analyse(table(tmp_path, "1,2026-11-01,bien", "2,2026-11-02,mal"), channel="review")
    assert analyser.asked == []
    assert [(one.source, one.text) for one in found] == [("avis.csv:2", "bien"), ("avis.csv:3", "mal")]


def test_files_and_folders_come_in_input_order(analyser: WithoutModels, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    paths = [
        table(tmp_path, "1,2026-11-01,premier", name="z.csv"),
        folder,
        table(tmp_path, "1,2026-11-01,dernier", name="a.csv"),
    ]
    table(folder, "1,2026-11-01,dedans")
    assert [one.text for one in voc.analyse(paths)] == ["premier", "dedans", "dernier"]


def test_what_is_left_out_is_warned_of(analyser: WithoutModels, tmp_path: Path) -> None:
    path = table(tmp_path, "1,2026-11-01,broken", "2,2026-11-02,bien")
    with pytest.warns(voc.RejectedWarning, match="avis.csv:2: is broken"):
        assert [one.text for one in voc.analyse(path)] == ["bien"]


def test_what_is_left_out_can_be_had_instead(analyser: WithoutModels, tmp_path: Path) -> None:
    left_out: list[Rejected] = []
    paths = [tmp_path / "none.csv", table(tmp_path, "1,2026-11-01,bien", "2,2026-11-02,broken")]
    assert [one.text for one in voc.analyse(paths, rejected=left_out.append)] == ["bien"]
    assert [one.source for one in left_out] == [str(tmp_path / "none.csv"), "avis.csv:3"]


def test_nothing_at_all_is_an_error(analyser: WithoutModels, tmp_path: Path) -> None:
    path = table(tmp_path, "1,2026-11-01,broken", "2,2026-11-02,broken again")
    with pytest.raises(voc.InputError, match=r"avis.csv:2: is broken. \(1 more\)"):
        list(voc.analyse(path))


@pytest.mark.parametrize("folder", [False, True])
def test_a_file_in_which_nothing_is_found_is_said(analyser: WithoutModels, tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("id,date,commentaire,is_brand\n1,2026-11-01,Merci de votre avis,yes\n", "utf-8")
    left_out: list[Rejected] = []
    assert list(voc.analyse(tmp_path if folder else path, rejected=left_out.append)) == []
    assert (left_out[-1].source, left_out[-1].code) == ("answers.csv", "nothing_in_it")
    with pytest.raises(voc.InputError, match=r"answers.csv: nothing in it is a customer's words or score"):
        list(voc.analyse(path))


def test_a_path_that_is_not_there_is_said_before_anything_is_read(analyser: WithoutModels, tmp_path: Path) -> None:
    with pytest.raises(voc.NotFoundError, match=r"none.csv: there is no such file"):
        voc.analyse([table(tmp_path, "1,2026-11-01,bien"), tmp_path / "none.csv"])


def test_settings_read_anew_give_another_analyser(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_api, "_shared", None)
    from voc.settings import settings as settings_in_force

    first = python_api._analyser()
    assert python_api._analyser() is first
    monkeypatch.setenv("VOC_LANGUAGE", "en")
    settings_in_force.cache_clear()
    assert python_api._analyser().settings.language == "en"


# --- recordings --------------------------------------------------------------------------------------------------


def test_only_a_recording_is_transcribed(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(voc.InputError, match=r"avis\.csv: is no recording but CSV; voc\.analyse reads it"):
        voc.transcribe(table(tmp_path, "1,2026-11-01,bien"))
    with pytest.raises(voc.NotFoundError, match=r"none\.wav: there is no such file"):
        voc.transcribe(tmp_path / "none.wav")
    with pytest.raises(voc.InputError, match="is a folder; give one recording"):
        voc.transcribe(str(tmp_path))


# --- personal data -----------------------------------------------------------------------------------------------


def test_nothing_is_redacted_where_the_search_is_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_api, "settings", lambda: settings.model_copy(update={"redaction": "off"}))
    with pytest.raises(voc.SettingsError, match="VOC_REDACTION=off"):
        voc.redact("Je suis Julie Martin")


def test_a_text_that_could_not_be_searched_is_not_given(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from voc.privacy import pii_search

    closed = Redacted(None, (), (), "names could not be recognised (OSError): the text is kept closed")
    monkeypatch.setattr(pii_search, "search", lambda *_, **__: [closed])
    with pytest.raises(voc.ModelError, match="names could not be recognised"):
        voc.redact("Je suis Julie Martin", language="fr")


# --- the store ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", ["url", "path", "text"])
def test_a_store_is_read_by_url_or_path(settings: Settings, tmp_path: Path, spelled: str) -> None:
    file = tmp_path / "elsewhere" / "voc.db"
    address = {"url": f"sqlite:///{file}", "path": file, "text": str(file)}[spelled]
    with voc.open_store(address, create=True) as store:
        understood(store, an_interaction(1, channel="review"))
    with voc.open_store(address) as store:
        assert volumes(store, voc.Filters(channel="review")).n == 1
        assert Path(store.blobs.root) == file.parent / "blobs"


def test_the_settings_say_which_store(settings: Settings) -> None:
    with voc.open_store(create=True) as store:
        assert store.database.url == settings.database


def test_no_empty_store_is_made_by_a_slip_of_the_pen(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(voc.NotFoundError, match="there is no store") as caught:
        voc.open_store(tmp_path / "vocc.db")
    assert (caught.value.code, caught.value.parameters) == ("not_found", {"file": str(tmp_path / "vocc.db")})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(voc.StoreError, match="'oracle' is not supported"):
        voc.open_store("oracle://db")


# --- what is printed ---------------------------------------------------------------------------------------------


def test_a_record_prints_as_a_short_line() -> None:
    words = tuple(Word(text="mot", begin_ms=n, end_ms=n + 1) for n in range(40))
    turn = Turn(index=0, participant_role="customer", begin_ms=0, end_ms=900, text="mot " * 40, words=words)
    assert repr(turn) == (
        "Turn(index=0, participant_role='customer', begin_ms=0, end_ms=900, "
        f"text='{('mot ' * 40)[:59]}…', words=<40 Word>)"
    )


def test_an_analysis_prints_what_it_is_about_and_nobody() -> None:
    text = "Je suis Julie Martin. " * 400
    analysis = an_analysis(
        an_interaction(1, text=text), score=-0.62, topics=("billing",), redacted_text="Je suis [PERSON]. " * 400
    )
    line = repr(analysis)
    assert "sentiment='negative -0.62'" in line
    assert "topics=['billing']" in line
    assert "Julie" not in line
    assert len(line) < 300
