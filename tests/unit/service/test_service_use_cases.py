"""Every use case refuses whoever has too low a role, whichever door asks, and leaves its line in the trail."""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from makers import NOW, a_customer, an_interaction, understood

import voc.service
from voc.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from voc.records import Identifier
from voc.service import audit, customers, keys, links, privacy
from voc.service.actor import COMMAND_LINE, LOCAL, ROLES, Actor, Role
from voc.service.context import Service, open_service
from voc.service.use_cases import USE_CASES
from voc.settings import Settings
from voc.store import open_store

MODULES = [importlib.import_module(f"voc.service.{one.name}") for one in pkgutil.iter_modules(voc.service.__path__)]
READER, ANALYST, ADMIN = (Actor(id=f"k-{role}", name=role, role=role, via="key") for role in ROLES)


class NoPipeline:
    """Use cases here ask nothing of it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked of the pipeline")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = Settings(home=tmp_path / "voc")
    with closing(open_store(settings)) as store:
        yield Service(store, settings, NoPipeline(), lambda: NOW)  # type: ignore[arg-type]


def lines(service: Service) -> list[tuple[str, str, str | None]]:
    return [(one.actor, one.action, one.target) for one in audit.trail(service, ADMIN)]


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Whatever takes a service and an actor, by its own name."""
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if list(inspect.signature(function).parameters)[:2] == ["service", "actor"]:
                yield f"{module.__name__}.{name}", function


NO_QUESTION_OF_ROLE = {
    "voc.service.audio.sound_of": "part of an answer, made for the actor it names",
    "voc.service.audit.file_left": "the line itself",
    "voc.service.audit.record": "the line itself",
    "voc.service.audit.record_once": "the line itself",
    "voc.service.lookalikes.are_wanted": "says whether the actor would be let in",
    "voc.service.sessions.begin": "whoever showed a key",
}


def test_whatever_an_actor_may_ask_for_says_the_role_it_takes() -> None:
    found = {name for name, _ in public_functions()}
    assert found - USE_CASES.keys() == NO_QUESTION_OF_ROLE.keys()
    assert USE_CASES.keys() <= found


@pytest.mark.parametrize(("name", "role"), [one for one in USE_CASES.items() if one[1] != "reader"])
def test_whoever_has_a_lower_role_is_refused_before_anything_is_done(name: str, role: Role) -> None:
    function = dict(public_functions())[name]
    for lower in ROLES[: ROLES.index(role)]:
        with pytest.raises(ForbiddenError) as refused:
            function(None, Actor(id="k", name="k", role=lower, via="key"))
        assert refused.value.code == "needs_role"
        assert refused.value.parameters == {"needed": role, "yours": lower}


def test_the_command_line_and_a_laptop_without_keys_may_everything() -> None:
    assert [one.role for one in (COMMAND_LINE, LOCAL)] == ["admin", "admin"]
    assert [READER.sees_people, ANALYST.sees_people, ADMIN.sees_people] == [False, True, True]


# --- the trail ---------------------------------------------------------------------------------------------------


def test_a_merge_its_split_and_their_undoing_are_lines_of_whoever_asked(service: Service) -> None:
    service.store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    merged = links.merge(service, ANALYST, "C1", "C2", reason="same phone")
    with pytest.raises(ForbiddenError):
        links.undo(service, READER, merged)
    links.undo(service, COMMAND_LINE, merged)
    assert lines(service) == [("cli", "links.undo", str(merged)), ("k-analyst", "links.merge", "C1 + C2")]


def test_what_is_refused_leaves_no_line(service: Service) -> None:
    with pytest.raises(NotFoundError) as unknown:
        privacy.change_consent(service, ANALYST, "C404", "calls", granted=True)
    assert unknown.value.code == "no_such_customer"
    with pytest.raises(NotFoundError):
        keys.revoke(service, ADMIN, "k404")
    assert lines(service) == []


def test_a_person_s_file_is_a_line_about_the_person_and_one_about_the_file(service: Service, tmp_path: Path) -> None:
    service.store.customers.save([a_customer("C1")], now=NOW)
    target = tmp_path / "c1.zip"
    privacy.export_to_file(service, COMMAND_LINE, "C1", target, language="fr")
    assert lines(service) == [("cli", "export.person", str(target)), ("cli", "customer.export", "C1")]
    with pytest.raises(InputError, match="exists already"):
        privacy.export_to_file(service, COMMAND_LINE, "C1", target, language="fr")
    with pytest.raises(NotFoundError):
        privacy.export_to_file(service, COMMAND_LINE, "C404", tmp_path / "c404.zip", language="fr")
    assert not (tmp_path / "c404.zip").exists()


def test_consent_is_one_line_a_purpose(service: Service) -> None:
    service.store.customers.save([a_customer("C1")], now=NOW)
    said = privacy.change_consent(service, ANALYST, "C1", "tone", granted=False)
    assert [(one.purpose, one.granted, one.known_from) for one in said][1] == ("tone", False, "recorded")
    (line,) = audit.trail(service, ADMIN)
    assert (line.action, line.detail) == ("customer.consent", {"purpose": "tone", "granted": False})


# --- keys --------------------------------------------------------------------------------------------------------


def test_the_first_key_is_an_administrator_s_unless_commands_can_always_make_another(service: Service) -> None:
    with pytest.raises(InputError) as refused:
        keys.create(service, LOCAL, name="bi", role="reader")
    assert refused.value.code == "first_key_admin"
    made, _ = keys.create(service, COMMAND_LINE, name="  bi   tool ", role="reader")
    assert made.name == "bi tool"


def test_the_last_administrator_s_key_stays_while_others_are_in_force(service: Service) -> None:
    admin, _ = keys.create(service, LOCAL, name="admin", role="admin")
    reader, _ = keys.create(service, LOCAL, name="bi", role="reader")
    with pytest.raises(ConflictError) as refused:
        keys.revoke(service, ADMIN, admin.id)
    assert refused.value.code == "last_admin_key"
    keys.revoke(service, ADMIN, reader.id)
    keys.revoke(service, ADMIN, admin.id)
    assert keys.names(service, READER) == {admin.id: "admin", reader.id: "bi"}


# --- who sees what -----------------------------------------------------------------------------------------------


def test_identifiers_and_attributes_of_a_customer_are_for_analysts(service: Service) -> None:
    phone = Identifier(type="phone", value="+33612345678")
    customer = a_customer("C1").model_copy(update={"identifiers": (phone,), "attributes": {"offer": "gold"}})
    service.store.customers.save([customer], now=NOW)
    known = customers.find(service, ANALYST, "C1")
    assert phone.value in {one.value for one in known.identifiers} and known.attributes == {"offer": "gold"}
    for shown in (customers.find(service, READER, "C1"), customers.records(service, READER, "C1")[0]):
        assert phone.value not in {one.value for one in shown.identifiers}
        assert shown.attributes == {}


def test_the_reason_of_a_decision_is_for_analysts(service: Service) -> None:
    service.store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    links.merge(service, ANALYST, "C1", "C2", reason="Mrs Leroy called to say so")
    assert [one.reason for one in links.history(service, READER, "C1")] == [None]
    assert [one.reason for one in links.history(service, ANALYST, "C1")] == ["Mrs Leroy called to say so"]


def test_a_story_names_files_without_the_numbers_in_them(service: Service) -> None:
    service.store.customers.save([a_customer("C1")], now=NOW)
    understood(service.store, an_interaction(1, source="0612345678.wav"), customer="C1")
    for actor, source in ((ANALYST, "0612345678.wav"), (READER, "████████78.wav")):
        story = customers.detail(service, actor, "C1").story
        assert [row.source for row in story.rows] == [source]
        assert [one.interaction.source for one in story.entries if one.interaction] == [source]


# --- opening -----------------------------------------------------------------------------------------------------


def test_a_service_is_opened_and_closed_by_its_settings(tmp_path: Path) -> None:
    with open_service(Settings(home=tmp_path / "own")) as own:
        assert customers.count(own, COMMAND_LINE) == 0
        assert own.topics("billing", "fr") == "Facturation"
        assert own.now().tzinfo is not None


def test_an_export_goes_to_whatever_can_be_written(service: Service) -> None:
    service.store.customers.save([a_customer("C1")], now=NOW)
    target = io.BytesIO()
    found = privacy.export(service, ANALYST, "C1", target, language="en")
    assert found.customer_id == "C1" and target.getvalue()[:2] == b"PK"
