"""Commands that run the service: demo, serve, worker."""

from __future__ import annotations

import click

from voc.commands.options import interface_language
from voc.settings import Settings, settings
from voc.terminal import Progress


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop after the samples are analysed.")
@click.option("--host", default=None, help="Address to bind to.")
@click.option("--port", default=None, type=int, help="Port to bind to.")
def demo(no_serve: bool, host: str | None, port: int | None) -> None:
    """Ingest the samples, print what the digest found, serve the pages."""
    from voc import models
    from voc.demo import DEMO_WEEK, load_samples
    from voc.insights.render import render
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service
    from voc.service.digests import digest_anew

    chosen = settings()
    models.pull()
    with open_service(chosen) as service:
        click.echo(f"Ingesting the samples into {chosen.home.resolve()} …")
        with Progress("analysed") as progress:
            report = load_samples(service.store, chosen, progress=progress.show)
        click.echo(
            f"{report.interactions} interactions from {report.customers} customers, {report.linked} linked, "
            f"{report.failed} failed, {report.duplicates} known already."
        )
        digest = digest_anew(service, COMMAND_LINE, DEMO_WEEK)
        click.echo(render(digest, format="text", language=interface_language(chosen)))
    if not no_serve:
        _serve(chosen, host, port, None)


@click.command()
@click.option("--host", default=None, help="Address to bind to (default 127.0.0.1).")
@click.option("--port", default=None, type=int, help="Port to bind to (default 8000).")
@click.option("--workers", default=None, type=int, help="Worker processes (default 1).")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API and the pages, with workers in processes of their own."""
    _serve(settings(), host, port, workers)


def _serve(chosen: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    from api.server import run

    run(
        chosen.model_copy(
            update={k: v for k, v in (("host", host), ("port", port), ("workers", workers)) if v is not None}
        )
    )


@click.command()
@click.option("--key", envvar="VOC_MCP_KEY", default=None, help="API key; better in VOC_MCP_KEY.")
def mcp(key: str | None) -> None:
    """A read-only MCP server on stdin and stdout, for assistants: figures, quotes and links, with a key's role."""
    import anyio

    from voc.mcp_server import create_server
    from voc.service.context import open_service

    with open_service() as service:
        anyio.run(create_server(service, secret=key).run_stdio_async)


@click.command()
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(["transcription", "text", "asked", "sources"]),
    help="Only this queue.",
)
@click.option("--parent", type=int, default=None, hidden=True)
def worker(queues: tuple[str, ...], parent: int | None) -> None:
    """A worker alone: takes queued work until it is stopped."""
    from voc.pipeline.worker import run_worker

    run_worker(settings(), queues=queues or None, parent=parent)
