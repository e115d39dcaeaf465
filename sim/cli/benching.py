"""The command that measures speed: `bench`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import AsJson, Quiet
from sim.cli.printing import print_json, say

USUAL = ("base", "small_clinic")
"""Shipped scenarios that are measured unless one is named: without and with limits."""


def bench(
    as_json: AsJson = False,
    patients: Annotated[int | None, typer.Option(help="Patients per strategy.")] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="FILE", help="Measure this scenario instead of two shipped ones.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--quick", help="Fewer patients and repeats, and a smaller largest cohort.")
    ] = False,
    naive: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Python file with a naive version to compare with.")
    ] = None,
    sizes: Annotated[
        tuple[int, int] | None,
        typer.Option(metavar="SMALL LARGE", help="Cohorts whose cost per patient is compared."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=0, help="Parameter draws run on all processors; 0 = none.", show_default="100"),
    ] = None,
    stream: Annotated[
        int | None,
        typer.Option(
            min=0, help="Patients of one strategy whose run is timed and weighed.", show_default="100,000"
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Measure speed: patient-arms and events a second, shares of the parts, large cohorts, whole runs."""
    from sim.batch import bench as batch  # noqa: PLC0415
    from sim.batch.inputs import scenarios_from  # noqa: PLC0415
    from sim.batch.naive import load_naive  # noqa: PLC0415

    asked = batch.QUICK if fast else batch.FULL
    if patients is not None:
        asked = replace(asked, n_patients=patients)
    if sizes is not None:
        asked = replace(asked, small=sizes[0], large=sizes[1])
    if draws is not None:
        asked = replace(asked, n_draws=draws)
    if stream is not None:
        asked = replace(asked, n_streamed=stream)
    found = batch.bench(
        scenarios_from([scenario] if scenario else USUAL),
        asked,
        naive=load_naive(naive) if naive else None,
        say=lambda text: say(text, quiet=quiet),
    )
    if as_json:
        print_json(found)
        return
    from sim.report.console import print_table, stdout  # noqa: PLC0415
    from sim.report.speed import speed_tables  # noqa: PLC0415

    console = stdout()
    for table in speed_tables(found):
        print_table(console, table)
        console.print()
