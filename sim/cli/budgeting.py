"""The command that tells what another mix of strategies does to a budget: `budget`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from sim.cli.reading import numbers
from sim.cli.storing import typed_command

if TYPE_CHECKING:
    from sim.analysis.budget_impact import BudgetImpact
    from sim.api.budgeting import BudgetAnswer


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
    from sim.api.budgeting import budget_answer, budget_results  # noqa: PLC0415
    from sim.batch.new_file import check_new_file, write_new_file  # noqa: PLC0415

    if html is not None:
        check_new_file(html)
    question = {"years": years, "eligible_per_year": eligible, "uptake": numbers("--uptake", uptake)}
    money = {"perspective": perspective, "drug_price": drug_price, "price_year": price_year}
    with progress("replications", quiet=quiet) as bar:
        results = budget_results(
            source, question, replications=replications, patients=patients, overrides=changes or (),
            engine=engine, workers=workers, on_progress=bar, command=typed_command(),
        )  # fmt: skip
    answer = budget_answer(results, question, money, scenario=scenario)
    if as_json:
        print_json(answer.content)
    else:
        _print_budget(answer)
    if html is not None:
        write_new_file(html, _budget_page(answer))
        say(f"page written to {html}", quiet=quiet)


def _print_budget(answer: BudgetAnswer) -> None:
    from sim.report.budget import budget_caption, budget_tables  # noqa: PLC0415
    from sim.report.console import print_report, stdout  # noqa: PLC0415

    console = stdout()
    for impact, sentences in zip(answer.impacts, answer.sentences, strict=True):
        print_report(console, _title(impact), sentences, budget_tables(impact), budget_caption(impact))


def _budget_page(answer: BudgetAnswer) -> str:
    from sim.report.budget import budget_caption, budget_exhibit  # noqa: PLC0415
    from sim.report.exhibit_page import exhibit_page  # noqa: PLC0415

    impacts = answer.impacts
    made = [*map(budget_caption, impacts), f"command: {typed_command()}"]
    sentences = [sentence for each in answer.sentences for sentence in each]
    return exhibit_page(_title(impacts[0]), sentences, list(map(budget_exhibit, impacts)), manifest=made)


def _title(impact: BudgetImpact) -> str:
    return f"{impact.settings.title} ({impact.scenario})"
