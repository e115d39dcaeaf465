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
    from sim.api.validating import studies, validated  # noqa: PLC0415
    from sim.batch.new_file import check_new_file, write_new_file  # noqa: PLC0415

    asked = studies(patients=patients, directory=directory)
    if html is not None:
        check_new_file(html)
    with progress("studies", quiet=quiet) as bar:
        found = validated(asked, workers=workers, on_progress=bar, command=typed_command())
    if as_json:
        print_json(found.content)
    else:
        from sim.report.validation_console import print_validation, stdout  # noqa: PLC0415

        print_validation(stdout(), found.content, found.validation)
    if html is not None:
        from sim.report.validation_page import validation_page  # noqa: PLC0415

        write_new_file(html, validation_page(found.validation, found.observed, found.manifest))
        say(f"page written to {html}", quiet=quiet)
