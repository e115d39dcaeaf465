"""Commands that simulate and compare: `run` and `compare`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import (
    AsJson,
    Changes,
    Comparator,
    DiscountCosts,
    DiscountEffects,
    DrugPriceName,
    Engine,
    Files,
    Pairs,
    PerspectiveName,
    PriceYear,
    Quiet,
    Workers,
    Wtp,
)
from sim.cli.printing import print_json, progress, say
from sim.cli.reading import load_everything, numbers
from sim.cli.tabling import compare_given, refuse_beside_table
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.report.subgroups import SubgroupAnswer
    from sim.results import Results

Asked = Mapping[str, Any]


def run(
    files: Files,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Store results in this new directory.")
    ] = None,
    replications: Annotated[int | None, typer.Option(help="Replications, instead of the scenario's.")] = None,
    patients: Annotated[
        int | None, typer.Option(help="Patients per strategy, instead of the scenario's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the scenario's.")] = None,
    workers: Workers = None,
    changes: Changes = None,
    engine: Engine = "auto",
    patient_totals: Annotated[
        bool,
        typer.Option("--patient-totals", help="Keep what single patients cost and gain, for subgroups."),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate all strategies of one or several scenarios and compare them."""
    from sim.analysis.comparison import compare as compare_results  # noqa: PLC0415
    from sim.batch.directory import check_new  # noqa: PLC0415
    from sim.batch.run import prepare, simulate  # noqa: PLC0415

    sizes = {"run.n_patients": patients, "run.replications": replications, "run.seed": seed}
    settings = [*(changes or []), *(f"{path}={value}" for path, value in sizes.items() if value is not None)]
    scenarios = prepare(load_everything(files, settings))
    if out is not None:
        check_new(out)
    with progress("replications", quiet=quiet) as on_progress:
        results = simulate(
            scenarios,
            workers=workers,
            engine=engine,
            patients=patient_totals,
            on_progress=on_progress,
            command=shlex.join(["treatpath", *sys.argv[1:]]),
        )
    _print_comparison(results, as_json=as_json)
    if out is not None:
        results.save(out, compare_results(results))
        say(f"results stored in {out}", quiet=quiet)


def compare(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Results stored by `run --out`.")
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="T.csv",
            help="Instead of DIR: results of any model, with the columns strategy, cost, effect. Increments "
            "then count from the first strategy unless --comparator names another.",
        ),
    ] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    comparator: Comparator = None,
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    drug_price: DrugPriceName = None,
    price_year: PriceYear = None,
    inventory: Annotated[
        bool, typer.Option("--inventory", help="Also show which costs count in which perspective.")
    ] = False,
    pair: Pairs = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE",
            help="Subgroups by severity, failed_trials, age, distance or insurance; "
            "needs results of `run --patient-totals`.",
        ),
    ] = None,
    cuts: Annotated[
        str | None,
        typer.Option(metavar="X,Y", help="Where subgroups end and begin, such as 25,35; else quartiles."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare stored results under other output settings, or the results of any model, without a new run."""
    if table is not None:
        refuse_beside_table(
            {
                "DIR": directory, "--scenario": scenario, "--perspective": perspective, "--pair": pair,
                "--discount-costs": discount_costs, "--discount-effects": discount_effects,
                "--drug-price": drug_price, "--price-year": price_year, "--inventory": inventory or None,
                "--by": by, "--cuts": cuts,
            }
        )  # fmt: skip
        compare_given(table, comparator=comparator, wtp=wtp, as_json=as_json)
        return
    if directory is None:
        raise ScenarioError("compare: must be given DIR or --table, got neither")
    from sim.results import Results  # noqa: PLC0415

    asked = {
        "comparator": comparator, "wtp": wtp, "perspective": perspective,
        "discount_rate_costs": discount_costs, "discount_rate_effects": discount_effects,
        "drug_price": drug_price, "price_year": price_year,
    }  # fmt: skip
    results = Results.load(directory)
    answers = []
    if by is not None:
        from sim.report.subgroups import subgroup_answers  # noqa: PLC0415

        answers = subgroup_answers(
            results, by=by, cuts=numbers("--cuts", cuts), scenario=scenario, asked=asked
        )
    elif cuts is not None:
        raise ScenarioError(f"--cuts: must come with --by, got '{cuts}' alone; say what to divide by")
    _print_comparison(
        results,
        as_json=as_json,
        scenario=scenario,
        asked=asked,
        pairs=pair or [],
        inventory=inventory,
        subgroups=answers,
    )


def _print_comparison(
    results: Results,
    *,
    as_json: bool,
    scenario: str | None = None,
    asked: Asked | None = None,
    pairs: Sequence[str] = (),
    inventory: bool = False,
    subgroups: Sequence[SubgroupAnswer] = (),
) -> None:
    """Print the comparison of all scenarios, or of one, and their subgroups if there are any."""
    from sim.report.answer import ask  # noqa: PLC0415
    from sim.report.content import comparison_content, told_below  # noqa: PLC0415
    from sim.report.inventory import inventory_rows  # noqa: PLC0415
    from sim.report.subgroups import print_subgroups, subgroup_content  # noqa: PLC0415

    content = comparison_content(results, scenario=scenario, asked=asked, pairs=pairs)
    if inventory:
        content["impact_inventory"] = inventory_rows()
    if as_json:
        print_json(content | (subgroup_content(subgroups) if subgroups else {}))
        return
    from sim.report.console import print_comparison, print_inventory, stdout  # noqa: PLC0415

    console = stdout()
    for number, name in enumerate(dict.fromkeys(row["scenario"] for row in content["results"])):
        if number:
            console.print()
        rows, waits = (
            [row for row in content[part] if row["scenario"] == name] for part in ("results", "capacity")
        )
        question = ask(results, name, asked)
        print_comparison(console, question, rows, waits, told_below(results, question, pairs))
        for answer in subgroups:
            if answer.scenario == name:
                print_subgroups(console, answer)
    if inventory:
        console.print()
        print_inventory(console)
