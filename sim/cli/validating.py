"""The command that holds the model against published results: `validate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import AsJson, Quiet, Workers
from sim.cli.printing import print_json, progress, say
from sim.cli.storing import typed_command


def validate(
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with figures to this new file.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(help="Patients per study and strategy, instead of each study's.")
    ] = None,
    workers: Workers = None,
    quiet: Quiet = False,
    directory: Annotated[
        Path | None, typer.Option(hidden=True, help="Folder of studies and figures, for tests.")
    ] = None,
) -> None:
    """Run the shipped studies and compare them with what was published."""
    from sim.batch import validate as batch  # noqa: PLC0415
    from sim.batch.clock import ready_clock  # noqa: PLC0415
    from sim.batch.manifest import now  # noqa: PLC0415
    from sim.batch.new_file import check_new_file, write_new_file  # noqa: PLC0415
    from sim.engine.clocks import AUTO  # noqa: PLC0415
    from sim.report.validation import validation_content  # noqa: PLC0415
    from sim.scenario_io.validation import load_validation  # noqa: PLC0415

    started = now()
    overrides = [] if patients is None else [f"run.n_patients={patients}"]
    validation = load_validation(directory, overrides)
    if html is not None:
        check_new_file(html)
    clock = ready_clock(AUTO, [study.scenario for study in validation.studies.values()])
    with progress("studies", quiet=quiet) as on_progress:
        observed = batch.validate(validation, clock=clock, workers=workers, on_progress=on_progress)
    command = typed_command()
    manifest = batch.manifest_of(validation, started=started, clock=clock, workers=workers, command=command)
    content = validation_content(validation.targets, observed, manifest)
    if as_json:
        print_json(content)
    else:
        from sim.report.validation_console import print_validation, stdout  # noqa: PLC0415

        print_validation(stdout(), content, validation)
    if html is not None:
        from sim.report.validation_page import validation_page  # noqa: PLC0415

        write_new_file(html, validation_page(validation, observed, manifest))
        say(f"page written to {html}", quiet=quiet)
