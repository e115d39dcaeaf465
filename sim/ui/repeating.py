"""What is on screen, in the words that repeat it elsewhere."""

from __future__ import annotations

from sim.domain.scenario import Scenario
from sim.report.repeat import Repeat, asked_otherwise
from sim.scenario_io import shipped
from sim.ui import kept_files, sources
from sim.ui.view import View


def shown_again(view: View) -> Repeat:
    """Return what repeats the numbers on screen; where the last run was of other inputs, the full run now.

    A shipped file is named, with the changes above it; any other scenario goes along as a whole.
    """
    choice = view.choice
    n_patients, replications = choice.scenario.run.n_patients, choice.scenario.run.replications
    if view.is_current:
        n_patients, replications = view.n_patients, view.n_replications
    known = tuple(view.chosen.settings[view.scenario.name].strategies)
    is_named = sources.is_shipped(choice.source) and len(sources.read(choice.source)) == 1
    return Repeat(
        file=choice.source if is_named else resolved_name(choice.scenario),
        scenario=choice.scenario.name,
        what_ifs=choice.what_ifs if is_named else {},
        n_patients=n_patients,
        replications=replications,
        asked=asked_otherwise(choice.scenario, view.asked),
        strategies=() if known == tuple(choice.scenario.strategies) else known,
    )


def resolved_name(scenario: Scenario) -> str:
    """Return the name of the file that a whole scenario is downloaded as."""
    # A file of a shipped name beside the lines would be taken for the shipped one, and the other way round.
    return f"{kept_files.as_name(scenario.name)}_whole{shipped.SUFFIX}"
