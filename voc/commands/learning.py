"""The command that learns from people's corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from voc.pipeline.learning import HeadReport, LearningReport

_REANALYSE = "run `voc reanalyse` to bring what is stored up to date"


@click.command()
@click.option("--force", is_flag=True, help="Put refitted heads in force even where what was held back got no better.")
@click.option("--dry-run", is_flag=True, help="Measure only; nothing is put in force.")
@click.option("--undo", is_flag=True, help="Go back to what was in force before the last change.")
@click.option("--reset", is_flag=True, help="Go back to the models as they were shipped.")
@click.option("--json", "as_json", is_flag=True)
def learn(force: bool, dry_run: bool, undo: bool, reset: bool, as_json: bool) -> None:
    """Refit the models of sentiment, emotion … to people's corrections, measured on a part held back."""
    from voc.service import learning
    from voc.service.actor import COMMAND_LINE
    from voc.service.context import open_service

    with open_service() as service:
        if undo or reset:
            done = (learning.undo if undo else learning.reset)(service, COMMAND_LINE)
            version = learning.state(service, COMMAND_LINE).version
            click.echo(f"learned.{version} is in force" if version else "the models as shipped are in force")
            if done:
                click.echo(_REANALYSE)
            return
        report = learning.learn(service, COMMAND_LINE, force=force, dry_run=dry_run)
    if as_json:
        click.echo(report.model_dump_json())
        return
    _tell(report)


def _tell(report: LearningReport) -> None:
    if not report.heads and not report.misfires:
        click.echo("there are no corrections to learn from; make some in an interaction's page")
    for one in report.heads:
        _tell_head(one)
    for why, n in report.not_learnt.items():
        click.echo(f"not learnt from: {n} ({why})")
    for topic in report.misfires:
        words = ", ".join(f"“{each.words}” {each.n}" for each in topic.words) or "no words of a rule"
        click.echo(f"topic {topic.topic}: taken away {topic.removed}, confirmed {topic.confirmed}; named by {words}")
    if any(one.put_in_force for one in report.heads):
        click.echo(f"learned.{report.version} is in force; {_REANALYSE}; `voc learn --undo` takes it back")


def _tell_head(one: HeadReport) -> None:
    verdict = "in force" if one.put_in_force else "not in force"
    click.echo(f"{one.head}: {verdict}: {one.reason} ({one.decisions} decisions about {one.texts} texts)")
    click.echo(f"    learnt from {', '.join(f'{label} {n}' for label, n in one.learnt_from.items())}")
    if one.gain_interval is None:
        return
    click.echo(f"    accuracy  {one.accuracy_before:.1%} before, {one.accuracy_after:.1%} after")
    click.echo(f"    macro-F1  {one.macro_f1_before:.1%} before, {one.macro_f1_after:.1%} after")
    low, high = 100 * one.gain_interval.low, 100 * one.gain_interval.high
    click.echo(f"    gain      {100 * (one.gain or 0):+.1f} points of accuracy (95 %: {low:+.1f} to {high:+.1f})")
    click.echo(f"    others    {one.moved:.1%} of {one.anchors} texts nobody corrected change their label")
