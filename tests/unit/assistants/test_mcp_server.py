"""The MCP server driven by the official client: figures, quotes and links, and nothing beyond its key."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from makers import an_interaction, redactions, understood
from mcp import Client, StdioServerParameters
from reviewed_weeks import MONDAY, fill

from voc.errors import ForbiddenError
from voc.mcp_server import create_server
from voc.service.context import Service
from voc.service.pipeline import QueuedPipeline
from voc.settings import Settings
from voc.store import Store, open_store

SAID = "Ma fibre est coupée depuis lundi, appelez Léa Martin au 06 12 34 56 78."


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    settings = settings.model_copy(update={"public_url": "https://voc.example.com"})
    with closing(open_store(settings)) as store:
        fill(store)
        redacted = redactions(SAID, "Léa Martin", "06 12 34 56 78")
        masked = SAID.replace("Léa Martin", "[PERSON]").replace("06 12 34 56 78", "[PHONE]")
        understood(
            store, an_interaction(9000, text=SAID, occurred_at=MONDAY), topics=["network"], score=-0.8,
            redacted=redacted, redacted_text=masked,
        )  # fmt: skip
        pipeline = QueuedPipeline(store, settings)
        yield Service(store, settings, pipeline, lambda: MONDAY)
        pipeline.close()


def key(store: Store, role: Any) -> str:
    return store.access.create_key(role, role, now=MONDAY)[1]


def asked(server: Any, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    async def ask() -> list[Any]:
        async with Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(ask)


def test_an_assistant_gets_figures_with_n_interval_and_link(service: Service) -> None:
    server = create_server(service)
    where = {"topic": "network", "week": "2026-W46"}
    (answer,) = asked(server, ("figures", {"metric": "share", "where": where, "compare": "previous"}))
    assert not answer.is_error
    found = answer.structured_content
    assert (found["overall"]["n"], round(found["overall"]["value"], 3)) == (96, round(20 / 96, 3))
    assert {"low", "high"} == found["overall"]["interval"].keys() and found["previous"]["p_value"] < 0.001
    assert found["overall"]["link"].startswith("https://voc.example.com/interactions?topic=network")


def test_every_tool_answers_and_is_marked_read_only(service: Service) -> None:
    server = create_server(service)

    async def listed() -> Any:
        async with Client(server) as client:
            return (await client.list_tools()).tools

    tools = anyio.run(listed)
    assert all(one.annotations.read_only_hint and one.description for one in tools)
    arguments: dict[str, dict[str, Any]] = {
        "read_interaction": {"interaction_id": an_interaction(9000).id},
        "find_customers": {"query": "Ana"},
        "weekly_digest": {"week": "2026-W46"},
        "figures": {"by": "topic,channel", "limit": 3},
        "search_interactions": {"query": "fibre coupée", "where": {"channel": "review"}},
    }
    for tool, answer in zip(
        tools, asked(server, *((one.name, arguments.get(one.name, {})) for one in tools)), strict=True
    ):
        assert not answer.is_error, (tool.name, answer.content)
        assert "https://voc.example.com/" in str(answer.structured_content) or tool.name in {
            "list_topics", "followed_findings", "what_emerges", "search_interactions",
        }, tool.name  # fmt: skip
    digest = asked(server, ("weekly_digest", {"language": "fr"}))[0].structured_content
    assert digest["week"] == "2026-W46" and "Double prélèvement" in digest["digest_with_customer_words"]


def test_a_reader_s_key_sees_no_personal_data_and_an_analyst_s_does(service: Service) -> None:
    keys = {role: key(service.store, role) for role in ("admin", "reader", "analyst")}
    words = {}
    for role in ("reader", "analyst"):
        call = ("read_interaction", {"interaction_id": an_interaction(9000).id})
        (answer,) = asked(create_server(service, secret=keys[role]), call)
        words[role] = str(answer.structured_content)
    assert "06 12 34 56 78" in words["analyst"]
    assert "06 12 34 56 78" not in words["reader"]


def test_several_values_of_a_filter_are_an_or(service: Service) -> None:
    server = create_server(service)

    def n(**where: object) -> int:
        (answer,) = asked(server, ("figures", {"metric": "volume", "where": where}))
        return int(answer.structured_content["overall"]["n"])

    assert n(topic=["network", "billing"]) == n(topic="network") + n(topic="billing") > 0
    assert n(channel=["email", "review", "chat"]) == n()


def test_without_a_key_it_opens_only_where_none_exists_and_as_a_reader(service: Service) -> None:
    call = ("read_interaction", {"interaction_id": an_interaction(9000).id})
    (answer,) = asked(create_server(service), call)
    assert "06 12 34 56 78" not in str(answer.structured_content)
    key(service.store, "admin")
    for secret in (None, "voc_wrong"):
        with pytest.raises(ForbiddenError):
            create_server(service, secret=secret)


def test_a_key_that_is_revoked_meanwhile_opens_nothing_more(service: Service) -> None:
    made, secret = service.store.access.create_key("r", "reader", now=MONDAY)
    server = create_server(service, secret=secret)
    service.store.access.revoke(made.id, now=MONDAY)
    (answer,) = asked(server, ("list_topics", {}))
    assert answer.is_error and "revoked" in str(answer.content)


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("figures", {"where": {"week": "46"}}, "ISO week"),
        ("figures", {"by": "mood"}, "not a dimension"),
        ("figures", {"where": {"signals": {"mood": "x"}}}, "no filter"),
        ("figures", {"metric": "happiness"}, "happiness"),
        ("read_interaction", {"interaction_id": "nope"}, "no such interaction"),
        ("figures", {"compare": "previous"}, "needs a period"),
    ],
)
def test_what_cannot_be_asked_is_told(service: Service, name: str, arguments: dict[str, Any], says: str) -> None:
    (answer,) = asked(create_server(service), (name, arguments))
    assert answer.is_error and says in str(answer.content), answer.content


def test_it_leaves_nothing_changed(service: Service) -> None:
    before = service.store.interactions.statuses()
    asked(create_server(service), ("weekly_digest", {}), ("figures", {}), ("search_interactions", {}))
    assert service.store.interactions.statuses() == before
    assert [one.action for one in service.store.access.trail()] == ["mcp.begin"]


@pytest.mark.integration
def test_the_command_speaks_the_protocol(service: Service) -> None:
    """As an assistant starts it: a process of its own, on stdin and stdout."""
    secret = key(service.store, "reader")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "voc", "mcp"],
        env={
            "VOC_HOME": str(service.settings.home.resolve()),
            "VOC_MCP_KEY": secret,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]),
        },
    )
    (answer,) = asked(server, ("figures", {"where": {"week": "2026-W46"}}))
    assert not answer.is_error and answer.structured_content["overall"]["n"] == 96
