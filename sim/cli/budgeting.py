"""The command that tells what another mix of strategies does to a budget: `budget`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import (
    AsJson,
    Changes,
    DrugPriceName,
    Engine,
    PerspectiveName,
    PriceYear,
    Quiet,
    Workers,
)
from sim.cli.printing import print_json, progress, say
from sim.cli.reading import load_everything, numbers
from sim.cli.storing import typed_command
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.analysis.budget_impact import BudgetImpact
    from sim.results import Results

Asked = Mapping[str, Any]


def budget(
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|DIR", help="A scenario file, or results stored by `run --out`."),
    ],
    years: Annotated[int | None, typer.Option(help="Years of the budget, 1 to 5.")] = None,
    eligible: Annotated[float | None, typer.Option(help="People referred a year.")] = None,
    uptake: Annotated[
        str | None, typer.Option(metavar="X,X,...", help="Share of the way to the new mix, year by year.")
    ] = None,
    perspective: PerspectiveName = None,
    drug_price: DrugPriceName = None,
    price_year: PriceYear = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    replications: Annotated[int | None, typer.Option(help="Replications, instead of the scenario's.")] = None,
    patients: Annotated[int | None, typer.Option(help="Patients, instead of the scenario's.")] = None,
    changes: Changes = None,
    workers: Workers = None,
    engine: Engine = "auto",
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with figures to this new file.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Tell what another mix of strategies costs a budget holder, year by year, undiscounted.

    The mixes stand in the scenario's section budget. Left out, the perspective is the payer's.
    """
    from sim.analysis.budget_impact import budget_impact  # noqa: PLC0415
    from sim.analysis.output_settings import scenario_names  # noqa: PLC0415
    from sim.batch.new_file import check_new_file, write_new_file  # noqa: PLC0415
    from sim.domain.economics import Perspective  # noqa: PLC0415
    from sim.report.budget import budget_sentences  # noqa: PLC0415

    if html is not None:
        check_new_file(html)
    question: Asked = {"years": years, "eligible_per_year": eligible, "uptake": numbers("--uptake", uptake)}
    money: dict[str, Any] = {"perspective": perspective, "drug_price": drug_price, "price_year": price_year}
    sizes = {"run.n_patients": patients, "run.replications": replications}
    settings = [*(changes or []), *(f"{path}={value}" for path, value in sizes.items() if value is not None)]
    if Path(source).is_dir():
        results = _stored(source, settings)
    else:
        results = _simulated(source, settings, question, workers=workers, engine=engine, quiet=quiet)
    names = scenario_names(results, scenario)
    impacts = [budget_impact(results, name, **money, **question) for name in names]
    is_payers = perspective in (None, Perspective.PAYER)
    of_patients = money | {"perspective": Perspective.PATIENT.value}
    told = [
        budget_sentences(
            impact, budget_impact(results, impact.scenario, **of_patients, **question) if is_payers else None
        )
        for impact in impacts
    ]
    _print_budget(impacts, told, results, as_json=as_json)
    if html is not None:
        write_new_file(html, _budget_page(impacts, told))
        say(f"page written to {html}", quiet=quiet)


def _stored(source: str, settings: list[str]) -> Results:
    from sim.results import Results  # noqa: PLC0415

    if settings:
        raise ScenarioError(
            f"{source}: must be a scenario file for --set, --patients and --replications, "
            "got stored results; leave these out"
        )
    return Results.load(source)


def _simulated(
    file: str, settings: list[str], question: Asked, *, workers: int | None, engine: str, quiet: bool
) -> Results:
    """Run the scenarios of a file, once their budget questions are known to make sense."""
    from sim.analysis.budget_plan import budget_plan  # noqa: PLC0415
    from sim.batch.run import prepare, simulate  # noqa: PLC0415
    from sim.results import ScenarioSettings  # noqa: PLC0415

    scenarios = prepare(load_everything([file], settings))
    for scenario in scenarios:
        budget_plan(ScenarioSettings.of(scenario), **question)
    with progress("replications", quiet=quiet) as on_progress:
        return simulate(
            scenarios,
            workers=workers,
            engine=engine,
            on_progress=on_progress,
            command=typed_command(),
        )


def _print_budget(
    impacts: list[BudgetImpact], told: list[list[str]], results: Results, *, as_json: bool
) -> None:
    from sim.report.budget import budget_caption, budget_content, budget_tables  # noqa: PLC0415

    if as_json:
        parts = [budget_content(impact) for impact in impacts]
        rows = {name: [row for part in parts for row in part[name]] for name in parts[0]}
        print_json(rows | {"manifest": dict(results.manifest)})
        return
    from sim.report.console import print_report, stdout  # noqa: PLC0415

    console = stdout()
    for impact, sentences in zip(impacts, told, strict=True):
        print_report(console, _title(impact), sentences, budget_tables(impact), budget_caption(impact))


def _budget_page(impacts: list[BudgetImpact], told: list[list[str]]) -> str:
    from sim.report.budget import budget_caption, budget_exhibit  # noqa: PLC0415
    from sim.report.exhibit_page import exhibit_page  # noqa: PLC0415

    made = [*map(budget_caption, impacts), f"command: {shlex.join(['treatpath', *sys.argv[1:]])}"]
    sentences = [sentence for each in told for sentence in each]
    return exhibit_page(_title(impacts[0]), sentences, list(map(budget_exhibit, impacts)), manifest=made)


def _title(impact: BudgetImpact) -> str:
    return f"{impact.settings.title} ({impact.scenario})"
