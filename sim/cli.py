"""The command line: parse, call one function, print.

Data goes to stdout; progress and messages go to stderr. Exit codes: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Heavy packages are imported inside commands.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import JobError, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.batch.run import Progress
    from sim.domain.scenario import Scenario
    from sim.results import Results

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
DEBUG = "--debug"
JSON = "--json"

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped ones.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a shipped one.")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Replace one setting; may be repeated.")
]
AsJson = Annotated[bool, typer.Option(JSON, help="Print JSON instead of text.")]
Comparator = Annotated[str | None, typer.Option(metavar="KEY", help="Strategy that increments are counted from.")]
Wtp = Annotated[float | None, typer.Option(help="Willingness to pay for one QALY.")]
PerspectiveName = Annotated[
    str | None, typer.Option(metavar="NAME", help="sector, payer, patient, programme or societal.")
]
DiscountCosts = Annotated[float | None, typer.Option(help="Annual discount rate for costs, such as 0.03.")]
DiscountEffects = Annotated[float | None, typer.Option(help="Annual discount rate for QALYs and life-years.")]

app = typer.Typer(
    name="treatpath",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def common(
    debug: Annotated[bool, typer.Option(DEBUG, help="Show the traceback of an error (accepted anywhere).")] = False,
) -> None:
    """Compare depression treatment pathways: what they cost and achieve.

    A planning and teaching model, never advice for one patient.
    """
    del debug  # `main` takes it out before parsing, so that it works after a command too


@app.command()
def run(
    files: Files,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Store results there as well.")] = None,
    replications: Annotated[int | None, typer.Option(help="Replications, instead of the scenario's.")] = None,
    patients: Annotated[int | None, typer.Option(help="Patients per strategy, instead of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the scenario's.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes; results do not depend on it.")] = None,
    changes: Changes = None,
    engine: Annotated[str, typer.Option(help="Clock that drives the simulation: simpy.")] = "simpy",
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Simulate all strategies of one or several scenarios and compare them."""
    from sim.batch.run import ENGINE, prepare, simulate, with_settings  # noqa: PLC0415

    if engine != ENGINE:
        raise ScenarioError(f"--engine: must be '{ENGINE}', got '{engine}'")
    scenarios = _load_everything(files, changes or [])
    if patients is not None:
        scenarios = [with_settings(scenario, {"run.n_patients": patients}) for scenario in scenarios]
    scenarios = prepare(scenarios, replications=replications, seed=seed)
    if out is not None:
        _check_writable(out)
    with _progress(quiet) as on_progress:
        results = simulate(scenarios, workers=workers, on_progress=on_progress, command=_command())
    if out is not None:
        results.save(out)
        _say(f"results stored in {out}", quiet=quiet)
    _print_comparison(results, as_json=as_json)


@app.command()
def compare(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Results stored by `run --out`.")],
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    comparator: Comparator = None,
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    as_json: AsJson = False,
) -> None:
    """Compare stored results under other output settings, without a new run."""
    from sim.results import Results  # noqa: PLC0415

    _print_comparison(
        Results.load(directory),
        as_json=as_json,
        scenario=scenario,
        comparator=comparator,
        wtp=wtp,
        perspective=perspective,
        discount_rate_costs=discount_costs,
        discount_rate_effects=discount_effects,
    )
