"""The command that says what to choose, how sure, and what to learn next: `voi`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import (
    AsJson,
    Comparator,
    DiscountCosts,
    DiscountEffects,
    DrugPriceName,
    PerspectiveName,
    PriceYear,
    Quiet,
)
from sim.cli.printing import print_json, say
from sim.cli.storing import typed_command
from sim.cli.tabling import refuse_beside_table
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.batch.voi_asked import Asked
    from sim.batch.voi_question import Posed

ARM_HELP = (
    "What an arm of a trial observes: response:TREATMENT (draws of this model), probability:PARAMETER or "
    "mean:PARAMETER:SD; repeat for each arm. Left out: the trials of the scenario."
)


def voi(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Draws stored by `psa --out`.")
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option(
            metavar="C.csv",
            help="Instead of DIR: costs of any model, a column per strategy and a row per draw…",
        ),
    ] = None,
    effects: Annotated[Path | None, typer.Option(metavar="E.csv", help="…its effects…")] = None,
    parameters: Annotated[
        Path | None, typer.Option(metavar="P.csv", help="…and its parameters, a column each.")
    ] = None,
    wtp: Annotated[
        str | None,
        typer.Option(
            metavar="X,X,…", help="Willingness to pay for one QALY (or unit of effect); details at the first."
        ),
    ] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    comparator: Comparator = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    drug_price: DrugPriceName = None,
    price_year: PriceYear = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=P,P,…", help="Parameters that could be learned together; may be repeated."
        ),
    ] = None,
    arm: Annotated[list[str] | None, typer.Option(metavar="SPEC", help=ARM_HELP)] = None,
    sizes: Annotated[
        str | None, typer.Option(metavar="N,N,…", help="People in each arm of the trial.")
    ] = None,
    fixed_cost: Annotated[float | None, typer.Option(help="Cost of the trial whatever its size.")] = None,
    cost_per_person: Annotated[float | None, typer.Option(help="Cost of each person in the trial.")] = None,
    trial_years: Annotated[float | None, typer.Option(help="Years until the trial reports.")] = None,
    people_per_year: Annotated[
        float | None, typer.Option(help="People who face the decision in a year.")
    ] = None,
    years: Annotated[float | None, typer.Option(help="Years the decision stays relevant.")] = None,
    discount_rate: Annotated[
        float | None,
        typer.Option(
            help="Annual rate at which values for people in later years are discounted; left out: that of "
            "costs, and none beside --costs."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with figures to this new file.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write costs.csv, effects.csv and parameters.csv, as SAVI, BCEAweb and voi read them.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what to choose, how sure that is, and what is worth learning: value of information.

    From draws of `treatpath psa`, or from a table of probabilistic results of any model.
    """
    from sim.batch.directory import check_new  # noqa: PLC0415
    from sim.batch.new_file import check_new_file  # noqa: PLC0415
    from sim.batch.voi_asked import Asked  # noqa: PLC0415

    asked = Asked(
        wtp=wtp, comparator=comparator, groups=group or [], arms=arm or [], sizes=sizes,
        fixed_cost=fixed_cost, cost_per_person=cost_per_person, trial_years=trial_years,
        people_per_year=people_per_year, years=years, discount_rate=discount_rate,
    )  # fmt: skip
    output = {
        "perspective": perspective, "discount_rate_costs": discount_costs,
        "discount_rate_effects": discount_effects, "drug_price": drug_price, "price_year": price_year,
    }  # fmt: skip
    if html is not None:
        check_new_file(html)
    if export is not None:
        check_new(export, "--export")
    posed = _posed(directory, (costs, effects, parameters), scenario, asked, output)
    _tell(posed, html=html, export=export, as_json=as_json, quiet=quiet)


def _posed(
    directory: Path | None,
    tables: tuple[Path | None, Path | None, Path | None],
    scenario: str | None,
    asked: Asked,
    output: dict[str, Any],
) -> Posed:
    """Read what is analyzed, from stored draws or from tables."""
    from sim.batch.voi_question import from_draws, from_tables  # noqa: PLC0415

    costs, effects, parameters = tables
    command = typed_command()
    if costs is None and effects is None and parameters is None:
        if directory is None:
            raise ScenarioError("voi: must be given DIR, or --costs and --effects, got neither")
        return from_draws(directory, asked, output, scenario=scenario, command=command)
    given = {f"--{name.replace('_rate', '').replace('_', '-')}": value for name, value in output.items()}
    refuse_beside_table({"DIR": directory, "--scenario": scenario, **given}, name="--costs")
    if costs is None or effects is None:
        raise ScenarioError("voi: must be given both --costs and --effects, got one of them; add the other")
    return from_tables(costs, effects, parameters, asked, command=command)


def _tell(posed: Posed, *, html: Path | None, export: Path | None, as_json: bool, quiet: bool) -> None:
    from sim.api.valuing import valued  # noqa: PLC0415

    answer = valued(posed)
    if export is not None:
        from sim.batch.three_files import write_three_files  # noqa: PLC0415

        write_three_files(export, posed.table)
        within = "" if posed.settings is None else "; means of draws still hold chance of simulated patients"
        say(f"tables written to {export}{within}", quiet=quiet)
    if as_json:
        print_json(answer.content)
    else:
        from sim.report.console import print_report, stdout  # noqa: PLC0415
        from sim.report.exhibit import caption_of  # noqa: PLC0415
        from sim.report.voi import voi_tables  # noqa: PLC0415

        caption = caption_of(answer.basis, "Means over draws ± standard error.", at_wtp=True)
        tables = voi_tables(answer.decision, answer.names, answer.basis)
        print_report(stdout(), answer.names.title, answer.sentences, tables, caption)
    if html is not None:
        from sim.batch.new_file import write_new_file  # noqa: PLC0415
        from sim.report.exhibit_page import exhibit_page  # noqa: PLC0415
        from sim.report.voi_exhibits import voi_exhibits  # noqa: PLC0415

        exhibits = voi_exhibits(answer.decision, answer.names, answer.basis, comparator=posed.comparator)
        write_new_file(
            html, exhibit_page(answer.names.title, answer.sentences, exhibits, manifest=posed.made)
        )
        say(f"page written to {html}", quiet=quiet)
