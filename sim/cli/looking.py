"""Commands that look into scenario files: `check`, `schema`, `cite` and `trace`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import AsJson, Changes, File, Files
from sim.cli.printing import print_json, print_line
from sim.errors import ScenarioError

SCENARIO, MANIFEST = "scenario", "manifest"


def check(
    files: Files,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every value and the line that set it.")
    ] = False,
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Check scenario files; every mistake is told at once."""
    from sim.api.looking import check as rows_of  # noqa: PLC0415
    from sim.api.looking import checked_files  # noqa: PLC0415

    if as_json:
        rows = rows_of(files, explain=explain, overrides=changes or ())
        print_json({"errors": [], "scenarios": rows})
        return
    for one in checked_files(files, overrides=changes or ()):
        scenario = one.scenario
        sizes = f"{len(list(scenario.atoms()))} parameters, {len(scenario.strategies)} strategies"
        print_line(f"{scenario.name}: {sizes}, no mistakes")
        for setting in one.settings() if explain else ():
            print_line(
                f"  {setting.path} = {json.dumps(setting.value, ensure_ascii=False)}  [{setting.origin}]"
            )


def schema(
    of: Annotated[
        str,
        typer.Option(
            metavar=f"{SCENARIO}|{MANIFEST}", help="Scenario files, or the manifest beside stored results."
        ),
    ] = SCENARIO,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there instead of to stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors, or of manifests of results."""
    from sim.api.looking import schema as schema_of  # noqa: PLC0415
    from sim.scenario_io.schema import as_text  # noqa: PLC0415

    text = as_text(schema_of(of))
    if out is None:
        print_line(text.rstrip("\n"))
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{out}: must be writable, got '{error.strerror or error}'") from error


def cite(file: File, changes: Changes = None, as_json: AsJson = False) -> None:
    """Print every source a scenario rests on, and the assumptions apart.

    Each number comes with its grade and the published figures it was solved from.
    """
    from sim.api.looking import cite as cited  # noqa: PLC0415

    content = cited(file, overrides=changes or ())
    if as_json:
        print_json(content)
        return
    from sim.report.console import print_sources, stdout  # noqa: PLC0415

    print_sources(stdout(), content["sources"], content["assumptions"])


def trace(
    file: File,
    strategy: Annotated[str, typer.Option(metavar="KEY", help="Strategy to follow the patient in.")],
    patient: Annotated[int, typer.Option(metavar="N", help="Number of the patient, from 0.")],
    replication: Annotated[int, typer.Option(metavar="R", help="Number of the replication, from 0.")] = 0,
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story of one simulated patient: dates, reasons, symptoms, cost so far."""
    from sim.api.looking import followed  # noqa: PLC0415

    told = followed(file, strategy, patient, replication=replication, overrides=changes or ())
    if as_json:
        print_json(told.content)
        return
    from sim.report.console import print_story, stdout  # noqa: PLC0415

    print_story(stdout(), told.story, perspective=told.scenario.economics.perspective)
