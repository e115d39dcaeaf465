"""Commands that look into scenario files: `check`, `schema`, `cite` and `trace`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import AsJson, Changes, File, Files
from sim.cli.printing import print_json, print_line
from sim.cli.reading import collected, load_everything
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
    from sim.report.evidence import checked_row  # noqa: PLC0415
    from sim.scenario_io import load  # noqa: PLC0415

    checked = collected(files, lambda file: load.check(file, overrides=changes or []))
    if as_json:
        print_json({"errors": [], "scenarios": [checked_row(one, explain=explain) for one in checked]})
        return
    for one in checked:
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
    text = _schema_text(of)
    if out is None:
        print_line(text.rstrip("\n"))
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{out}: must be writable, got '{error.strerror or error}'") from error


def _schema_text(of: str) -> str:
    if of == SCENARIO:
        from sim.scenario_io.schema import schema_text  # noqa: PLC0415

        return schema_text()
    if of == MANIFEST:
        from sim.batch.manifest import manifest_schema_text  # noqa: PLC0415

        return manifest_schema_text()
    raise ScenarioError(f"--of: must be {SCENARIO} or {MANIFEST}, got '{of}'")


def cite(file: File, changes: Changes = None, as_json: AsJson = False) -> None:
    """Print every source a scenario rests on, and the assumptions apart.

    Each number comes with its grade and the published figures it was solved from.
    """
    from sim.report.evidence import assumption_rows, source_rows  # noqa: PLC0415
    from sim.report.published import read_published  # noqa: PLC0415

    scenario, *_ = load_everything([file], changes or [])
    published = read_published()
    sources, assumptions = source_rows(scenario, published), assumption_rows(scenario, published)
    if as_json:
        print_json({"sources": sources, "assumptions": assumptions})
        return
    from sim.report.console import print_sources, stdout  # noqa: PLC0415

    print_sources(stdout(), sources, assumptions)


def trace(
    file: File,
    strategy: Annotated[str, typer.Option(metavar="KEY", help="Strategy to follow the patient in.")],
    patient: Annotated[int, typer.Option(metavar="N", help="Number of the patient, from 0.")],
    replication: Annotated[int, typer.Option(metavar="R", help="Number of the replication, from 0.")] = 0,
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story of one simulated patient: dates, reasons, symptoms, cost so far."""
    from sim.report.follow import follow  # noqa: PLC0415
    from sim.report.story import as_rows  # noqa: PLC0415

    scenario = load_everything([file], changes or [])[0]
    story = follow(scenario, strategy, patient, replication)
    if as_json:
        print_json(
            {"scenario": scenario.name, "strategy": strategy, "patient": patient, "story": as_rows(story)}
        )
        return
    from sim.report.console import print_story, stdout  # noqa: PLC0415

    print_story(stdout(), story, perspective=scenario.economics.perspective)
