"""Commands about uncertain inputs: `dsa` varies them on purpose, `psa` by chance."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import (
    AsJson,
    Backend,
    Changes,
    Comparator,
    DiscountCosts,
    DiscountEffects,
    DrugPriceName,
    Engine,
    Files,
    PerspectiveName,
    PriceYear,
    Quiet,
    Resume,
    Scheduler,
    Shard,
    Workers,
    Wtp,
)
from sim.cli.printing import print_json, progress, say
from sim.cli.reading import given
from sim.cli.storing import kept_when_stopped, tell_shard, typed_command

if TYPE_CHECKING:
    from sim.worlds.stored import ProbabilisticResults


def psa(
    files: Files,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Store the draws in this new directory.")],
    draws: Annotated[
        int | None, typer.Option(help="Draws of what is uncertain.", show_default="1000")
    ] = None,
    inner: Annotated[
        int | None,
        typer.Option(
            help="Replications of each draw; two or more tell chance from uncertainty.", show_default="2"
        ),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(help="Patients per strategy, draw and replication.", show_default="500"),
    ] = None,
    sampling: Annotated[
        str, typer.Option(metavar="lhs|random", help="Latin hypercube, or each draw by itself.")
    ] = "lhs",
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the scenario's.")] = None,
    workers: Workers = None,
    engine: Engine = "auto",
    changes: Changes = None,
    resume: Resume = False,
    shard: Shard = None,
    backend: Backend = "local",
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the probabilistic sensitivity analysis: all strategies in many draws of what is uncertain.

    Then `treatpath voi DIR` says what to choose, how sure that is, and what is worth learning.
    """
    from sim.api.deciding import draw_summary  # noqa: PLC0415
    from sim.api.deciding import psa as drawn  # noqa: PLC0415

    with kept_when_stopped(out, quiet=quiet), progress("draws", quiet=quiet) as bar:
        results = drawn(
            files, out, sampling=sampling, seed=seed, overrides=changes or [], resume=resume, shard=shard,
            engine=engine, workers=workers, backend=backend, scheduler=scheduler, on_progress=bar,
            command=typed_command(), **given({"draws": draws, "inner": inner, "patients": patients}),
        )  # fmt: skip
    if shard is not None:
        tell_shard(out, shard, as_json=as_json, quiet=quiet)
        return
    if as_json:
        print_json(draw_summary(results))
    else:
        from sim.report.draws import print_draws  # noqa: PLC0415

        print_draws(results)
    say(f"draws stored in {out}; {_next_step(results, out)}", quiet=quiet)


def _next_step(results: ProbabilisticResults, out: Path) -> str:
    """Say what can be done with the draws."""
    from sim.analysis.net_benefit import FEWEST_DRAWS  # noqa: PLC0415

    n_draws = results.manifest["psa"]["draws"]
    fewest = min(len(one.settings.strategies) for one in results.scenarios.values())
    if n_draws < FEWEST_DRAWS or fewest < 2:
        return f"`treatpath voi` needs {FEWEST_DRAWS} draws and two strategies, so it cannot use them"
    return f"next: treatpath voi {shlex.quote(str(out))}"


def dsa(
    files: Files,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH", help="Vary only this parameter; may be repeated. Left out: all with a range."
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Look for values at which the choice changes along this parameter; may be repeated. "
            "Left out: the five with the largest effect that change it, and odds ratios between treatments.",
        ),
    ] = None,
    two_way: Annotated[
        tuple[str, str] | None, typer.Option(metavar="PATH PATH", help="Vary two parameters together.")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(metavar="KEY", help="Show the net benefit of this strategy…")
    ] = None,
    comparator: Comparator = None,
    steps: Annotated[int | None, typer.Option(help="Points along a range.", show_default="9")] = None,
    replications: Annotated[
        int | None, typer.Option(help="Replications of each point.", show_default="4")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(help="Patients per strategy and replication.", show_default="1000")
    ] = None,
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    workers: Workers = None,
    engine: Engine = "auto",
    drug_price: DrugPriceName = None,
    price_year: PriceYear = None,
    changes: Changes = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with figures to this new file.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Vary parameters over their ranges: what moves net benefit, and where the choice changes.

    The first scenario is analyzed; further ones are held against it as they are.
    """
    from sim.api.deciding import dsa as analyzed  # noqa: PLC0415
    from sim.batch.new_file import check_new_file, write_new_file  # noqa: PLC0415

    if html is not None:
        check_new_file(html)
    with progress("points", quiet=quiet) as bar:
        content = analyzed(
            files, parameters=parameter or (), thresholds=threshold or (), two_way=two_way, strategy=strategy,
            comparator=comparator, wtp=wtp, perspective=perspective, discount_rate_costs=discount_costs,
            discount_rate_effects=discount_effects, drug_price=drug_price, price_year=price_year,
            overrides=changes or (), engine=engine, workers=workers, on_progress=bar,
            **given({"steps": steps, "replications": replications, "patients": patients}),
        )  # fmt: skip
    if as_json:
        print_json(content)
    else:
        _print_dsa(content)
    if html is not None:
        write_new_file(html, _dsa_page(content))
        say(f"page written to {html}", quiet=quiet)


def _print_dsa(content: dict[str, Any]) -> None:
    from sim.report.console import print_report, stdout  # noqa: PLC0415
    from sim.report.dsa import dsa_caption, dsa_sentences, dsa_tables  # noqa: PLC0415

    print_report(stdout(), _title(content), dsa_sentences(content), dsa_tables(content), dsa_caption(content))


def _dsa_page(content: dict[str, Any]) -> str:
    from sim.report.dsa import dsa_caption, dsa_sentences  # noqa: PLC0415
    from sim.report.dsa_exhibits import dsa_exhibits  # noqa: PLC0415
    from sim.report.exhibit_page import exhibit_page  # noqa: PLC0415

    made = [dsa_caption(content), f"command: {typed_command()}"]
    return exhibit_page(_title(content), dsa_sentences(content), dsa_exhibits(content), manifest=made)


def _title(content: dict[str, Any]) -> str:
    return f"{content['title']} ({content['scenario']})"
