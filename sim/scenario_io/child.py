"""A scenario as a small file on top of a shipped one, as a reader would write it by hand; and a first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sim.domain.scenario import Scenario
from sim.scenario_io import shipped
from sim.scenario_io.dump import plain_tree, text_above
from sim.scenario_io.layers import SOURCES
from sim.scenario_io.load import LoadedScenario, check

ReadShipped = Callable[[str], Sequence[LoadedScenario]]
NAME = "name"
TEMPLATE = """\
# A scenario of your own: what is not said here is as in the base case.
extends: base.yaml
name: my_programme
title: Our programme
question: "What would this programme cost, and who would wait?"

# How many people, followed how often; more replications make intervals narrower.
run: {n_patients: 400, replications: 10}

# A number with its source. A parameter is given whole: value, unit, source, grade; range and distribution
# where they are known. Write `source: assumption` where nobody measured it.
economics:
  wtp: 100000
  patient_hour:
    {value: 30, unit: USD per hour, price_year: 2025, source: assumption, grade: assumption, range: [15, 60],
     note: "our own guess"}

# How much there is of everything: units in parallel while open; null means no limit.
resources:
  chair: {units: 4}

# Strategies that are compared: lines of treatment, one after the other. `replace: true` leaves out others.
strategies:
  replace: true
  usual_care: {label: Usual care, lines: []}
  ketamine_home: {label: Ketamine at home, lines: [{treatment: ketamine_home}]}
"""
"""A first file of one's own."""


def child_text(loaded: LoadedScenario, scenario: Scenario, name: str, *, read: ReadShipped = check) -> str:
    """Return a scenario as a small file that extends a shipped one.

    Parameters
    ----------
    loaded : LoadedScenario
        What the scenario was made from; tells which shipped file is nearest.
    scenario : Scenario
        The scenario, with all changes.
    name : str
        What it is to be called in the new file.
    read : callable
        Gives the scenarios of a shipped file by its name; one that remembers them saves a second.

    Returns
    -------
    str
        YAML 1.2 that says only what differs; `load` reads back the scenario, but for its name.
    """
    file, parent = _nearest(loaded, read)
    tree = {**plain_tree(scenario), NAME: name}
    # A file without a name is named after itself, so the name is always said.
    below = {key: part for key, part in plain_tree(parent).items() if key != NAME}
    # Sources that nothing cites any more may stay in the parent: reading leaves them out.
    below[SOURCES] = {key: source for key, source in below[SOURCES].items() if key in tree[SOURCES]}
    return text_above(tree, below, f"{file}{shipped.SUFFIX}")


def _nearest(loaded: LoadedScenario, read: ReadShipped) -> tuple[str, Scenario]:
    """Return the nearest shipped ancestor, or the scenario itself, that gives one scenario."""
    for name in _shipped_names(loaded):
        found = read(name)
        if len(found) == 1:
            return name, found[0].scenario
    [base] = read(shipped.BASE)
    return shipped.BASE, base.scenario


def _shipped_names(loaded: LoadedScenario) -> Iterator[str]:
    for file in reversed(loaded.files):
        known = shipped.named(file.stem)
        if known is not None and known.resolve() == file.resolve():
            yield file.stem
