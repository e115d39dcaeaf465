"""The command line: parse, call one function, print.

Data goes to stdout; progress and messages go to stderr. Exit codes: 0 done, 1 a run
failed, 2 bad input, 130 interrupted. Heavy packages are imported inside commands.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from sim.errors import JobError, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.batch.run import Progress
    from sim.domain.scenario import Scenario
    from sim.results import Results

T = TypeVar("T")
Asked = Mapping[str, Any]
FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
GRACE_SECONDS = 2
DEBUG = "--debug"
JSON = "--json"

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped ones.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a shipped one.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Replace one setting; may be repeated."),
]
AsJson = Annotated[bool, typer.Option(JSON, help="Print JSON instead of text.")]
Comparator = Annotated[
    str | None, typer.Option(metavar="KEY", help="Strategy that increments are counted from.")
]
Wtp = Annotated[float | None, typer.Option(help="Willingness to pay for one QALY.")]
PerspectiveName = Annotated[
    str | None, typer.Option(metavar="NAME", help="sector, payer, patient, programme or societal.")
]
DiscountCosts = Annotated[float | None, typer.Option(help="Annual discount rate for costs, such as 0.03.")]
DiscountEffects = Annotated[float | None, typer.Option(help="Annual discount rate for QALYs and life-years.")]

app = typer.Typer(
    name="treatpath",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


@app.command()
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
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; results do not depend on it.")
    ] = None,
    changes: Changes = None,
    engine: Annotated[str, typer.Option(help="Clock that drives the simulation: simpy.")] = "simpy",
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no messages.")] = False,
) -> None:
    """Simulate all strategies of one or several scenarios and compare them."""
    from sim.analysis.comparison import compare as compare_results  # noqa: PLC0415
    from sim.batch.directory import check_new  # noqa: PLC0415
    from sim.batch.run import ENGINE, prepare, simulate  # noqa: PLC0415

    if engine != ENGINE:
        raise ScenarioError(f"--engine: must be '{ENGINE}', got '{engine}'")
    sizes = {"run.n_patients": patients, "run.replications": replications, "run.seed": seed}
    settings = [*(changes or []), *(f"{path}={value}" for path, value in sizes.items() if value is not None)]
    scenarios = prepare(_load_everything(files, settings))
    if out is not None:
        check_new(out)
    with _progress(quiet=quiet) as on_progress:
        results = simulate(
            scenarios,
            workers=workers,
            on_progress=on_progress,
            command=shlex.join(["treatpath", *sys.argv[1:]]),
        )
    _print_comparison(results, as_json=as_json)
    if out is not None:
        results.save(out, compare_results(results))
        _say(f"results stored in {out}", quiet=quiet)


@app.command()
def compare(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Results stored by `run --out`.")],
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Only this scenario.")] = None,
    comparator: Comparator = None,
    wtp: Wtp = None,
    perspective: PerspectiveName = None,
    discount_costs: DiscountCosts = None,
    discount_effects: DiscountEffects = None,
    as_json: AsJson = False,
) -> None:
    """Compare stored results under other output settings, without a new run."""
    from sim.results import Results  # noqa: PLC0415

    asked = {
        "comparator": comparator, "wtp": wtp, "perspective": perspective,
        "discount_rate_costs": discount_costs, "discount_rate_effects": discount_effects,
    }  # fmt: skip
    _print_comparison(Results.load(directory), as_json=as_json, scenario=scenario, asked=asked)


@app.command()
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

    checked = _collected(files, lambda file: load.check(file, overrides=changes or []))
    if as_json:
        _print_json({"errors": [], "scenarios": [checked_row(one, explain=explain) for one in checked]})
        return
    for one in checked:
        scenario = one.scenario
        sizes = f"{len(list(scenario.atoms()))} parameters, {len(scenario.strategies)} strategies"
        _print(f"{scenario.name}: {sizes}, no mistakes")
        for setting in one.settings() if explain else ():
            _print(f"  {setting.path} = {json.dumps(setting.value, ensure_ascii=False)}  [{setting.origin}]")


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there instead of to stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario_io.schema import schema_text  # noqa: PLC0415

    if out is None:
        _print(schema_text().rstrip("\n"))
        return
    try:
        out.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{out}: must be writable, got '{error.strerror or error}'") from error


@app.command()
def cite(file: File, changes: Changes = None, as_json: AsJson = False) -> None:
    """Print every source a scenario rests on, with its grade, and the assumptions apart."""
    from sim.report.evidence import assumption_rows, source_rows  # noqa: PLC0415

    scenarios = _load_everything([file], changes or [])
    sources, assumptions = source_rows(scenarios[0]), assumption_rows(scenarios[0])
    if as_json:
        _print_json({"sources": sources, "assumptions": assumptions})
        return
    from sim.report.console import print_sources, stdout  # noqa: PLC0415

    print_sources(stdout(), sources, assumptions)


@app.command()
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

    scenario = _load_everything([file], changes or [])[0]
    story = follow(scenario, strategy, patient, replication)
    if as_json:
        _print_json(
            {"scenario": scenario.name, "strategy": strategy, "patient": patient, "story": as_rows(story)}
        )
        return
    from sim.report.console import print_story, stdout  # noqa: PLC0415

    print_story(stdout(), story, perspective=scenario.economics.perspective)


@app.command(name="app")
def open_app(
    port: Annotated[int | None, typer.Option(help="Port of the local web server.")] = None,
    address: Annotated[str, typer.Option(help="Address it listens to.")] = "localhost",
) -> None:
    """Open the browser app."""
    from sim.batch.browser import serve  # noqa: PLC0415

    raise typer.Exit(serve(port, address))


def main() -> None:
    """Run the command line and end the process with its exit code."""
    debug = DEBUG in sys.argv
    words = [word for word in sys.argv[1:] if word != DEBUG]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(args=words)
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            _leave_soon()
        raise
    except SimError as error:
        _fail(error, as_json=JSON in words, debug=debug)
    except Exception as error:
        if debug:
            raise
        _say(f"treatpath failed: {type(error).__name__}: {error}; repeat with {DEBUG} to see where")
        sys.exit(FAILED)


def _leave_soon() -> None:
    """End the process in a moment, also when a stopped pool keeps the interpreter from closing."""
    last_resort = threading.Timer(GRACE_SECONDS, os._exit, args=(INTERRUPTED,))
    last_resort.daemon = True
    last_resort.start()


def _fail(error: SimError, *, as_json: bool, debug: bool) -> NoReturn:
    """Tell what the user can mend, and end with the right code."""
    from sim.scenario_io.problems import problems_of  # noqa: PLC0415

    is_run = isinstance(error, JobError)
    text = str(error).partition("\n")[0] if is_run and not debug else str(error)
    if as_json:
        _print_json({"errors": [asdict(problem) for problem in problems_of(SimError(text))]})
    else:
        _say(text)
    if debug:
        raise error
    sys.exit(FAILED if is_run else BAD_INPUT)


def _load_everything(files: Sequence[str], settings: Sequence[str]) -> list[Scenario]:
    """Read all scenarios of all files."""
    from sim.scenario_io.load import load_all  # noqa: PLC0415

    return _collected(files, lambda file: load_all(file, overrides=settings))


def _collected(files: Sequence[str], read: Callable[[str], list[T]]) -> list[T]:
    """Read all files and tell the mistakes of all of them at once."""
    found: list[T] = []
    mistakes: list[str] = []
    for file in files:
        try:
            found += read(file)
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(dict.fromkeys("\n".join(mistakes).splitlines())))
    return found


def _print_comparison(
    results: Results, *, as_json: bool, scenario: str | None = None, asked: Asked | None = None
) -> None:
    """Print the comparison of all scenarios, or of one."""
    from sim.report.answer import ask  # noqa: PLC0415
    from sim.report.content import comparison_content  # noqa: PLC0415

    content = comparison_content(results, scenario=scenario, asked=asked)
    if as_json:
        _print_json(content)
        return
    from sim.report.console import print_comparison, stdout  # noqa: PLC0415

    console = stdout()
    for number, name in enumerate(dict.fromkeys(row["scenario"] for row in content["results"])):
        if number:
            console.print()
        rows, waits = (
            [row for row in content[part] if row["scenario"] == name] for part in ("results", "capacity")
        )
        print_comparison(console, ask(results, name, asked), rows, waits)


@contextlib.contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on stderr while replications are done, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replications", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _print_json(content: object) -> None:
    _print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def _say(text: str, *, quiet: bool = False) -> None:
    """Write a message to stderr."""
    if not quiet:
        sys.stderr.write(f"{text}\n")
