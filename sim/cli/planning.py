"""The command that plans staff and rooms: `capacity`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.cli.options import AsJson, Changes, Engine, File, PerspectiveName, Quiet, Workers, Wtp
from sim.cli.printing import print_json, progress, say
from sim.cli.reading import given
from sim.cli.storing import typed_command
from sim.errors import ScenarioError

TARGET_HELP = (
    'Such as "median_wait_days<=14", "p90_wait_days<=30", "left_before_start_share<=0.1" or '
    '"started_share>=0.6"; may be repeated. A wrong column lists all.'
)


def capacity(
    file: File,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN<=X", help=TARGET_HELP),
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(metavar="KEY", help="Left out: the first that a resource limits.")
    ] = None,
    resources: Annotated[
        str | None, typer.Option(metavar="KEY,KEY", help="Only these may change; the others stay.")
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=UNITS", help="Units of one step, such as nurse=0.5; may be repeated."),
    ] = None,
    replications: Annotated[int | None, typer.Option(help="Replications of each staffing.")] = None,
    patients: Annotated[int | None, typer.Option(help="Patients, instead of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the scenario's.")] = None,
    most: Annotated[int | None, typer.Option(help="Staffings simulated at most in the search.")] = None,
    workers: Workers = None,
    engine: Engine = "auto",
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    changes: Changes = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Tell what one more of each resource is worth, and the cheapest staffing that meets a target.

    With --json, is_met tells whether a staffing meets the target. Where it is false, staffing, cost and wait
    are those of the largest one tried, which misses it too; that is an answer, so the exit code stays 0.
    """
    from sim.api.planning import capacity as planned  # noqa: PLC0415

    with progress("staffings", quiet=quiet) as bar:
        content = planned(
            file, targets=target or (), strategy=strategy,
            resources=None if resources is None else [key.strip() for key in resources.split(",")],
            steps=_steps(step or []), patients=patients, seed=seed, wtp=wtp, perspective=perspective,
            overrides=changes or (), engine=engine, workers=workers, on_progress=bar,
            command=typed_command(), **given({"replications": replications, "most_staffings": most}),
        )  # fmt: skip
    if as_json:
        print_json(content)
        return
    _print_plan(content)
    if strategy is None and content["other_strategies"]:
        say(f"--strategy left out: '{content['strategy']}' is the first that a resource limits", quiet=quiet)


def _print_plan(content: dict[str, Any]) -> None:
    from sim.report.console import NARROW, print_report, stdout  # noqa: PLC0415
    from sim.report.staffing import staffing_caption, staffing_sentences  # noqa: PLC0415
    from sim.report.staffing_tables import folded, staffing_tables  # noqa: PLC0415

    console = stdout()
    title = f"{content['title']} ({content['scenario']}): {content['strategy_label']}"
    tables = staffing_tables(content)
    if console.width >= NARROW:  # below that width a table is printed as a list
        tables = [folded(table) for table in tables]
    print_report(console, title, staffing_sentences(content), tables, staffing_caption(content))


def _steps(texts: list[str]) -> dict[str, float]:
    """Read steps such as ``nurse=0.5``; every mistake is told at once."""
    steps: dict[str, float] = {}
    mistakes = []
    for text in texts:
        key, _, number = text.partition("=")
        try:
            steps[key.strip()] = float(number)
        except ValueError:
            mistakes.append(f"--step: must be like 'nurse=0.5', got '{text}'")
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return steps
