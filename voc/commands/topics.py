"""Commands about topics: which there are, which packs are on or would fit, and a pack of one's own checked first."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voc.commands.options import interface_language
from voc.language.registry import FALLBACK
from voc.records.topic_packs import PackOffer
from voc.settings import Settings, settings

if TYPE_CHECKING:
    from voc.store import Store


@click.group()
def topics() -> None:
    """The topics texts are read for, and the packs they come in."""


@topics.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """Every topic in force: its id, its name, the pack it comes from."""
    from voc.pipeline.topics_in_force import taxonomy_in_force
    from voc.store import open_store

    chosen = settings()
    language = interface_language(chosen)
    with closing(open_store(chosen)) as store:
        taxonomy = taxonomy_in_force(store, chosen)
    for topic in taxonomy:
        if as_json:
            entry = {"id": topic.id, "labels": topic.labels, "pack": topic.pack, "yields": list(topic.yields)}
            click.echo(json.dumps(entry, ensure_ascii=False))
        else:
            click.echo(f"{topic.id:<28} {topic.label(language):<44} {topic.pack}")


@topics.command()
@click.option("--json", "as_json", is_flag=True)
def packs(as_json: bool) -> None:
    """The packs there are, which of them are on, and which would fit what came in."""
    from voc.pipeline.topics_in_force import state_of_topics
    from voc.store import open_store

    chosen = settings()
    language = interface_language(chosen)
    with closing(open_store(chosen)) as store:
        state = state_of_topics(store, chosen)
    if as_json:
        click.echo(state.model_dump_json())
        return
    for pack in state.packs:
        name, about = (texts.get(language) or texts[FALLBACK] for texts in (pack.labels, pack.about))
        click.echo(f"{'on ' if pack.on else 'off'}  {pack.id:<16} {pack.topics:>3} topics  {name}. {about}")
    by = {
        "taxonomy": "VOC_TAXONOMY names one file in place of all packs",
        "setting": "chosen by VOC_TOPIC_PACKS",
        "choice": f"version {state.version}",
        "nobody": "nobody has chosen yet: only what is true in any trade is read",
    }[state.chosen_by]
    click.echo(by)
    if state.offer:
        say_offer(state.offer, language)


def say_offer(offer: PackOffer, language: str) -> None:
    """Offer the packs that fit, with what speaks for them and the command that takes them."""
    for sign in offer.packs:
        name = sign.labels.get(language) or sign.labels[FALLBACK]
        words = ", ".join(sign.words)
        click.echo(f"{sign.texts} of {offer.texts} texts look like {name} ({words})")
    every = " ".join(sign.pack for sign in offer.packs)
    click.echo(f"take the pack: voc topics take {every}   (or `voc topics take core` to stay with what is general)")


def offer_packs(store: Store, chosen: Settings) -> None:
    """Offer the packs that fit what came in, unless somebody has chosen already."""
    from voc.pipeline.topics_in_force import state_of_topics

    offer = state_of_topics(store, chosen).offer
    if offer:
        say_offer(offer, interface_language(chosen))


@topics.command()
@click.argument("names", nargs=-1, required=True, metavar="PACK…")
@click.option("--reanalyse", is_flag=True, help="Queue what is stored to be read again with them.")
def take(names: tuple[str, ...], reanalyse: bool) -> None:
    """Take these packs, and no others, beside core; `core` alone takes none."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.topic_packs import TopicsChange, change, newest

    with open_service() as service:
        made, queued = change(service, COMMAND_LINE, TopicsChange(packs=names), reanalyse=reanalyse)
        kept = newest(service, COMMAND_LINE)
        click.echo(f"version {made}: core{''.join(f', {one}' for one in kept.packs) if kept else ''}")
        if reanalyse:
            click.echo(f"{queued} queued")
        else:
            click.echo("what comes in from now on is read with them; `voc reanalyse` brings what is stored up to date")


@topics.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check(file: Path) -> None:
    """Check a pack of one's own: nothing is put in force."""
    from voc.topics.packs import CORE, combine, load_pack

    pack = load_pack(str(file if file.suffix in (".yaml", ".yml") else file.resolve()))
    taxonomy = combine([load_pack(CORE), pack])
    click.echo(f"{file}: {len(pack.topics)} topics, {len(pack.additions)} additions, {len(taxonomy)} with core")


@topics.command("dry-run")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
def dry_run_(file: Path, as_json: bool) -> None:
    """What a pack of one's own would change on the texts that are here: what it adds, what it removes, and where."""
    from voc.pipeline.topic_dry_run import dry_run
    from voc.pipeline.topics_in_force import changed, taxonomy_in_force
    from voc.store import open_store
    from voc.topics.pack_files import read_source

    chosen = settings()
    source = read_source(file, setting="the file")
    with closing(open_store(chosen)) as store:
        found = dry_run(store, taxonomy_in_force(store, chosen), changed(store, own=source))
    if as_json:
        click.echo(found.model_dump_json())
        return
    click.echo(f"on the newest {found.texts} texts: adds {found.adds}, removes {found.removes}")
    for one in found.differences:
        click.echo(f"{'+' if one.added else '-'} {one.topic:<28} {one.words or '(not shown)'}")


@topics.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--note", default=None, help="Why, for whoever reads the versions.")
def import_(file: Path, note: str | None) -> None:
    """Put a pack of one's own in force beside the packs taken, in place of the one before."""
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.topic_packs import TopicsChange, change
    from voc.topics.pack_files import read_source

    source = read_source(file, setting="the file")
    with open_service() as service:
        made, _ = change(service, COMMAND_LINE, TopicsChange(own=source, note=note))
    click.echo(f"version {made} is in force; `voc reanalyse` brings what is stored up to date")


@topics.command("export")
def export() -> None:
    """Print the pack of one's own that is in force, as YAML."""
    from voc.store import open_store

    with closing(open_store(settings())) as store:
        newest = store.topic_versions.newest()
    click.echo((newest.own if newest else None) or "", nl=False)
