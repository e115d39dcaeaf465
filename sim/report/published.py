"""Which published figures stand behind a number: those that solved it in the base case."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.agreement import scale_of
from sim.domain.parameters import Atom, Curve, Parameter
from sim.domain.scenario import Scenario
from sim.domain.targets import Target, Targets
from sim.report.validation import published_text
from sim.scenario_io.load import load
from sim.scenario_io.shipped import BASE
from sim.scenario_io.validation import load_targets


@dataclass(frozen=True, slots=True)
class Published:
    """Published figures, and the scenario whose parameters they solved.

    Parameters
    ----------
    targets : Targets
        The figures.
    base : Scenario
        The base case.
    """

    targets: Targets
    base: Scenario

    def informing(self, scenario: Scenario) -> dict[str, list[str]]:
        """Return the keys of the figures that inform each parameter of a scenario.

        Parameters
        ----------
        scenario : Scenario
            Any scenario.

        Returns
        -------
        dict
            By dotted path, only of parameters that are still what the base case says, value and source:
            another number was not solved from the figures.
        """
        base = dict(self.base.atoms())
        kept = {path for path, atom in scenario.atoms() if path in base and _is_same(atom, base[path])}
        informing: dict[str, list[str]] = {}
        for key, target in self.targets.targets.items():
            for path in target.informs:
                if path in kept:
                    informing.setdefault(path, []).append(key)
        return informing

    def figure(self, key: str) -> str:
        """Return a published figure in words: its key, what was reported, the number, where."""
        return figure_text(key, self.targets.targets[key])


def read_published() -> Published:
    """Read the shipped figures and the base case.

    Returns
    -------
    Published
        No study is read.
    """
    return Published(load_targets(), load(BASE))


def figure_text(key: str, target: Target) -> str:
    """Return a published figure in words.

    Parameters
    ----------
    key : str
        Key of the figure.
    target : Target
        The figure.

    Returns
    -------
    str
        Such as "eff.a: Response at week 4, study 'trial', 40.0% (30.0% to 50.0%) [smith2019]"; "(unchecked)"
        follows when it was not re-read in its source.
    """
    low, high = target.interval or (None, None)
    told = published_text(
        {
            "scale": scale_of(target),
            "published": target.published,
            "published_low": low,
            "published_high": high,
        }
    )
    mark = "" if target.checked else " (unchecked)"
    return f"{key}: {target.quantity}, study '{target.study}', {told} [{target.source}]{mark}"


def _is_same(atom: Atom, other: Atom) -> bool:
    return atom.source == other.source and _number(atom) == _number(other)


def _number(atom: Atom) -> object:
    if isinstance(atom, Parameter):
        return atom.value, atom.unit
    return (atom.values, atom.at, atom.unit) if isinstance(atom, Curve) else None
