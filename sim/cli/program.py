"""The program: its commands, and how it ends."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import asdict
from io import StringIO, TextIOWrapper
from typing import Annotated, NoReturn, cast

import typer
from typer.main import get_command

from sim.cli.benching import bench
from sim.cli.browsing import open_app
from sim.cli.budgeting import budget
from sim.cli.comparing import compare
from sim.cli.deciding import dsa, psa
from sim.cli.differing import diff
from sim.cli.exporting import export
from sim.cli.interrupts import BAD_INPUT, FAILED, INTERRUPTED, Interrupt
from sim.cli.looking import check, cite, schema, trace
from sim.cli.options import DEBUG, JSON
from sim.cli.planning import capacity
from sim.cli.printing import print_json, say
from sim.cli.running import merge, run
from sim.cli.validating import validate
from sim.cli.valuing import voi
from sim.errors import JobError, SimError

UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)
"""Any mistake in the words of a command; typer gives a name to one kind of it only."""
GRACE_SECONDS = 2

app = typer.Typer(
    name="treatpath",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    run,
    merge,
    compare,
    diff,
    export,
    check,
    schema,
    cite,
    trace,
    validate,
    bench,
    capacity,
    psa,
    dsa,
    voi,
    budget,
):
    app.command()(command)
app.command(name="app")(open_app)


@app.callback()
def common(
    debug: Annotated[
        bool, typer.Option(DEBUG, help="Show the traceback of an error (accepted anywhere).")
    ] = False,
) -> None:
    """Compare depression treatment pathways: what they cost and achieve.

    A planning and teaching model, never advice for one patient.
    """
    del debug  # `main` takes it out before parsing, so that it works after a command too


def run_program(interrupt: Interrupt) -> NoReturn:
    """Run the command that was typed, and end the process with its exit code.

    Parameters
    ----------
    interrupt : Interrupt
        What Ctrl-C does.
    """
    debug = DEBUG in sys.argv
    words = [word for word in sys.argv[1:] if word != DEBUG]
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, StringIO())  # whoever closed it wants to hear nothing
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    command = get_command(app)
    interrupt.is_running = True
    try:
        code = command(args=words, standalone_mode=False)
    except Exception as error:
        if interrupt.was_pressed:
            _leave()
        _end(error, as_json=JSON in words, debug=debug)
    if code == INTERRUPTED:
        _leave()
    sys.exit(code)


def _end(error: Exception, *, as_json: bool, debug: bool) -> NoReturn:
    """Tell what went wrong, and end with the right code."""
    if isinstance(error, UsageError):
        _refuse(error, as_json=as_json)
    if isinstance(error, SimError):
        _fail(error, as_json=as_json, debug=debug)
    if debug:
        raise error
    say(f"treatpath failed: {type(error).__name__}: {error}; repeat with {DEBUG} to see where")
    sys.exit(FAILED)


def _refuse(mistake: typer.BadParameter, *, as_json: bool) -> NoReturn:
    """Tell what is wrong with the words of the command; no file is to blame."""
    if as_json:
        told = {"file": None, "line": None, "path": None, "message": mistake.format_message()}
        print_json({"errors": [told]})
    else:
        mistake.show()
    sys.exit(BAD_INPUT)


def _leave() -> NoReturn:
    """End an interrupted process, also when a stopped pool keeps the interpreter from closing."""
    last_resort = threading.Timer(GRACE_SECONDS, os._exit, args=(INTERRUPTED,))
    last_resort.daemon = True
    last_resort.start()
    sys.exit(INTERRUPTED)


def _fail(error: SimError, *, as_json: bool, debug: bool) -> NoReturn:
    """Tell what the user can mend, and end with the right code."""
    from sim.scenario_io.problems import problems_of  # noqa: PLC0415

    is_run = isinstance(error, JobError)
    text = str(error).partition("\n")[0] if is_run and not debug else str(error)
    if as_json:
        print_json({"errors": [asdict(problem) for problem in problems_of(SimError(text))]})
    else:
        say(text)
    if debug:
        raise error
    sys.exit(FAILED if is_run else BAD_INPUT)
