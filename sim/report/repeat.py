"""The lines that repeat on any machine what a page shows: for Python, and for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.domain.scenario import Scenario
from sim.scenario_io.what_if import as_typed
from sim.scenario_io.yaml_file import Plain

DIRECTORY = "results"
"""Where the command stores results."""
OPTIONS = {
    "perspective": "--perspective",
    "comparator": "--comparator",
    "wtp": "--wtp",
    "discount_rate_costs": "--discount-costs",
    "discount_rate_effects": "--discount-effects",
    "drug_price": "--drug-price",
    "price_year": "--price-year",
}
"""Option of ``treatpath compare`` for each output setting."""
ALL_COMPARED = "The command compares all strategies; the Python lines only those chosen here."


@dataclass(frozen=True, slots=True)
class Repeat:
    """What has to be said so that somebody else gets the same numbers.

    Parameters
    ----------
    file : str
        Name of a shipped scenario, or of a file that goes with the lines.
    scenario : str
        Name of the scenario in it.
    what_ifs : mapping
        Settings above the file, by dotted path.
    n_patients, replications : int
        Sizes; patients are per strategy and replication.
    asked : mapping
        Output settings other than the scenario's own.
    strategies : tuple of str
        Keys of those compared; empty when it is all of them.
    """

    file: str
    scenario: str
    what_ifs: Mapping[str, Plain]
    n_patients: int
    replications: int
    asked: Mapping[str, Any]
    strategies: tuple[str, ...] = ()


def asked_otherwise(scenario: Scenario, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the output settings that are not those of the scenario itself.

    Parameters
    ----------
    scenario : Scenario
        What is compared.
    asked : mapping
        Output settings, by the names of `OPTIONS`.

    Returns
    -------
    dict
        Plain values, in the order of `OPTIONS`.
    """
    own = scenario.economics.model_dump(mode="json")
    return {name: asked[name] for name in OPTIONS if name in asked and asked[name] != own[name]}


def python_lines(repeat: Repeat) -> str:
    """Return a script that repeats a comparison.

    Parameters
    ----------
    repeat : Repeat
        What is repeated.

    Returns
    -------
    str
        Python that prints the table of `sim.compare`; whatever names hold, they stay text.
    """
    overrides = as_typed(repeat.what_ifs)
    changed = f", overrides={_listed(overrides)}" if overrides else ""
    sizes = f"patients={repeat.n_patients}, replications={repeat.replications}"
    only = ""
    if repeat.strategies:
        only = f"    results = results.only({repeat.scenario!r}, {list(repeat.strategies)!r})\n"
    asked = "".join(f", {name}={value!r}" for name, value in repeat.asked.items())
    return (
        "import sim\n\n"
        'if __name__ == "__main__":  # worker processes import this script\n'
        f"    scenario = sim.load({repeat.file!r}{changed})\n"
        f"    results = sim.simulate(scenario, {sizes})\n"
        f"{only}"
        f"    table = sim.compare(results{asked})\n"
        "    print(table)\n"
    )


def command_lines(repeat: Repeat) -> str:
    """Return the commands that repeat a comparison.

    Parameters
    ----------
    repeat : Repeat
        What is repeated.

    Returns
    -------
    str
        Two lines for a POSIX shell, quoted so that nothing in them is taken for anything but text.
    """
    run = ["treatpath", "run", _as_file(repeat.file)]
    for text in as_typed(repeat.what_ifs):
        run += _option("--set", text)
    run += ["--patients", str(repeat.n_patients), "--replications", str(repeat.replications)]
    compare = ["treatpath", "compare", DIRECTORY]
    for name, value in repeat.asked.items():
        compare += _option(OPTIONS[name], str(value))
    return f"{shlex.join([*run, '--out', DIRECTORY])}\n{shlex.join(compare)}\n"


def _listed(texts: Sequence[str]) -> str:
    """Return a list of texts as Python, one a line where there are several."""
    if len(texts) == 1:
        return repr(list(texts))
    return "[\n" + "".join(f"        {text!r},\n" for text in texts) + "    ]"


def _option(option: str, value: str) -> list[str]:
    """Return an option with its value, together where the value looks like an option itself."""
    return [f"{option}={value}"] if value.startswith("-") or not value else [option, value]


def _as_file(name: str) -> str:
    """Return a name that no command takes for an option."""
    return f"./{name}" if name.startswith("-") else name
