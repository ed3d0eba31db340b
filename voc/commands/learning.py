"""The command that learns from people's corrections."""

from __future__ import annotations

from contextlib import closing

import click

from voc.settings import settings


@click.command()
@click.option("--force", is_flag=True, help="Put refitted heads in force even where what was held back got worse.")
@click.option("--dry-run", is_flag=True, help="Measure only; nothing is put in force.")
@click.option("--reset", is_flag=True, help="Go back to the models as they were shipped.")
@click.option("--json", "as_json", is_flag=True)
def learn(force: bool, dry_run: bool, reset: bool, as_json: bool) -> None:
    """Refit the models of sentiment, emotion … to people's corrections, measured on a part held back."""
    if reset:
        from voc.analysers import refitted_heads as learned

        gone = learned.reset()
        click.echo("back to the shipped models" if gone else "the shipped models are in force already")
        if gone:
            click.echo("run `voc reanalyse` to bring what is stored up to date")
        return
    from voc.pipeline.learning import learn as again
    from voc.store import open_store

    with closing(open_store(settings())) as store:
        report = again(store, force=force, dry_run=dry_run)
    if as_json:
        click.echo(report.model_dump_json())
        return
    if not report.heads:
        click.echo("there are no corrections to learn from; make some in an interaction's page")
    for one in report.heads:
        verdict = "in force" if one.put_in_force else "not in force"
        click.echo(f"{one.head}: {verdict}: {one.reason} ({one.decisions} decisions about {one.texts} texts)")
        if one.gain_interval is None:
            continue
        click.echo(f"    accuracy  {one.accuracy_before:.1%} before, {one.accuracy_after:.1%} after")
        click.echo(f"    macro-F1  {one.macro_f1_before:.1%} before, {one.macro_f1_after:.1%} after")
        low, high = 100 * one.gain_interval.low, 100 * one.gain_interval.high
        click.echo(f"    gain      {100 * (one.gain or 0):+.1f} points of accuracy (95 %: {low:+.1f} to {high:+.1f})")
        click.echo(f"    others    {one.moved:.1%} of {one.anchors} texts nobody corrected change their label")
    for why, n in report.not_learnt.items():
        click.echo(f"not learnt from: {n} ({why})")
    if any(one.put_in_force for one in report.heads):
        click.echo(f"learned.{report.version} is in force; run `voc reanalyse` to bring what is stored up to date")
