"""The command that plans staff and rooms: `capacity`."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from sim.cli.options import AsJson, Changes, Engine, File, PerspectiveName, Quiet, Workers, Wtp
from sim.cli.printing import print_json, print_line, progress, say
from sim.cli.reading import load_everything
from sim.errors import ScenarioError


def capacity(
    file: File,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN<=X", help='Such as "median_wait_days<=14"; may be repeated.'),
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
    """Tell what one more of each resource is worth, and the cheapest staffing that meets a target."""
    from sim.batch.staffing import MOST_STAFFINGS, REPLICATIONS, Question, plan_capacity  # noqa: PLC0415

    sizes = {"run.n_patients": patients, "run.seed": seed}
    settings = [*(changes or []), *(f"{path}={value}" for path, value in sizes.items() if value is not None)]
    scenarios = load_everything([file], settings)
    if len(scenarios) > 1:
        raise ScenarioError(f"{file}: must be one scenario, got a sweep of {len(scenarios)}; name a point")
    question = Question(
        targets=target or (),
        strategy=strategy,
        resources=None if resources is None else [key.strip() for key in resources.split(",")],
        steps=_steps(step or []),
        output={"wtp": wtp, "perspective": perspective},
        replications=REPLICATIONS if replications is None else replications,
        most_staffings=MOST_STAFFINGS if most is None else most,
        workers=workers,
        engine=engine,
    )
    command = shlex.join(["treatpath", *sys.argv[1:]])
    with progress("staffings", quiet=quiet) as bar:
        # How many it takes shows only at the end.
        told = None if bar is None else lambda done: bar(done, question.most_staffings)
        content = plan_capacity(scenarios[0], question, on_progress=told, command=command)
    if as_json:
        print_json(content)
        return
    _print_plan(content)
    if strategy is None and content["other_strategies"]:
        say(f"--strategy left out: '{content['strategy']}' is the first that a resource limits", quiet=quiet)


def _print_plan(content: dict[str, object]) -> None:
    from sim.report.answer import NOTICE  # noqa: PLC0415
    from sim.report.console import print_table, stdout  # noqa: PLC0415
    from sim.report.staffing import staffing_caption, staffing_sentences, staffing_tables  # noqa: PLC0415

    console = stdout()
    print_line(f"{content['title']} ({content['scenario']}): {content['strategy_label']}")
    for sentence in staffing_sentences(content):
        print_line(sentence)
    for table in staffing_tables(content):
        print_line("")
        print_table(console, table)
    print_line("")
    print_line(staffing_caption(content))
    print_line(NOTICE)


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
