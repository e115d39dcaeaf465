"""Say what to choose, how sure that is, and what is worth learning: value of information."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.decision import Decision, decide
from sim.batch.voi_asked import Asked, Groups, Numbers
from sim.batch.voi_question import Posed, from_draws, from_tables
from sim.report.exhibit import Basis
from sim.report.voi import voi_sentences
from sim.report.voi_content import Names, voi_content
from sim.worlds.stored import ProbabilisticResults


@dataclass(frozen=True, slots=True)
class Valued:
    """A question about uncertain results, and its answer.

    Parameters
    ----------
    posed : Posed
        Draws and question.
    decision : Decision
        The answer.
    names : Names
        Plain names.
    basis : Basis
        What the numbers rest on.
    sentences : list of str
        The answer in words, with what must be said besides.
    """

    posed: Posed
    decision: Decision
    names: Names
    basis: Basis
    sentences: list[str]

    @property
    def content(self) -> dict[str, Any]:
        """Everything as plain values."""
        content = voi_content(self.decision, self.names, self.posed.setting)
        return content | {"sentences": self.sentences, "manifest": self.posed.manifest}


def valued(posed: Posed, decision: Decision | None = None) -> Valued:
    """Answer a question that was put to draws.

    Parameters
    ----------
    posed : Posed
        From `sim.batch.voi_question`.
    decision : Decision, optional
        Its answer, if it is known already.

    Returns
    -------
    Valued
        With its answer.

    Raises
    ------
    AnalysisError
        If there are too few draws or strategies.
    """
    names, basis = Names(posed.title, posed.labels, posed.parameters), _basis(posed)
    answered = decide(posed.table, posed.question) if decision is None else decision
    return Valued(posed, answered, names, basis, [*voi_sentences(answered, names, basis), *posed.notes])


def _basis(posed: Posed) -> Basis:
    n_draws, n_inner = posed.table.n_draws, posed.table.n_inner
    if posed.settings is None or posed.output is None:
        return Basis(n_draws=n_draws, wtp=posed.question.chosen, effect="unit of effect", person="person")
    return Basis.of(posed.settings, posed.output, n_draws=n_draws, n_replications=n_inner)


def voi(
    draws: ProbabilisticResults | Path | str,
    *,
    scenario: str | None = None,
    wtp: Numbers = None,
    comparator: str | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
    groups: Groups = (),
    arms: Sequence[str] = (),
    sizes: Numbers = None,
    fixed_cost: float | None = None,
    cost_per_person: float | None = None,
    trial_years: float | None = None,
    people_per_year: float | None = None,
    years: float | None = None,
    discount_rate: float | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Say what to choose, how sure that is, and what is worth learning: ``treatpath voi DIR --json``.

    Parameters
    ----------
    draws : ProbabilisticResults, Path or str
        From `sim.psa`, or the directory they are stored in.
    scenario : str, optional
        Which scenario; left out = the only one.
    wtp : float or sequence of float, optional
        Willingness to pay [currency/QALY]; details are told at the first. Left out = around the scenario's.
    comparator, perspective, discount_rate_costs, discount_rate_effects, drug_price, price_year
        As for `sim.compare`.
    groups : mapping of str to sequence of str
        Parameters that could be learned together, by name of the group; none = by theme.
    arms : sequence of str
        What the arms of a trial observe: ``response:TREATMENT``, ``probability:PARAMETER`` or
        ``mean:PARAMETER:SD``; none = the trials of the scenario.
    sizes : sequence of int, optional
        People in each arm.
    fixed_cost, cost_per_person : float, optional
        Cost of the trial whatever its size, and of each person in it [currency].
    trial_years : float, optional
        Years until the trial reports.
    people_per_year, years : float, optional
        People who face the decision in a year, and for how many years.
    discount_rate : float, optional
        Annual rate of values for people in later years; left out = that of costs [1/year].
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values by willingness to pay (``ceac``, ``ceaf``, ``expected_loss``, ``evpi``, ``evppi``), at
        the chosen one (``frontier``, ``ranking``, ``evsi``, ``population``), ``sentences`` and ``manifest``;
        see `sim.report.voi_content.voi_content`.

    Raises
    ------
    AnalysisError
        If there are too few draws or strategies, a name is unknown, or a directory cannot be read.
    ScenarioError
        If a number, a group or an arm is impossible; tells every mistake.
    """
    asked = Asked(
        wtp=wtp, comparator=comparator, groups=groups, arms=arms, sizes=sizes, fixed_cost=fixed_cost,
        cost_per_person=cost_per_person, trial_years=trial_years, people_per_year=people_per_year,
        years=years, discount_rate=discount_rate,
    )  # fmt: skip
    output = {
        "perspective": perspective, "discount_rate_costs": discount_rate_costs,
        "discount_rate_effects": discount_rate_effects, "drug_price": drug_price, "price_year": price_year,
    }  # fmt: skip
    return valued(from_draws(draws, asked, output, scenario=scenario, command=command)).content


def voi_given(
    costs: Path | str,
    effects: Path | str,
    parameters: Path | str | None = None,
    *,
    wtp: Numbers = None,
    comparator: str | None = None,
    groups: Groups = (),
    arms: Sequence[str] = (),
    sizes: Numbers = None,
    fixed_cost: float | None = None,
    cost_per_person: float | None = None,
    trial_years: float | None = None,
    people_per_year: float | None = None,
    years: float | None = None,
    discount_rate: float | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    r"""Say the same of draws of any model: ``treatpath voi --costs C.csv --effects E.csv --json``.

    Parameters
    ----------
    costs, effects : Path or str
        CSV files with a column for each strategy and a row for each draw.
    parameters : Path or str, optional
        CSV file with a column for each parameter.
    wtp : float or sequence of float
        Willingness to pay [currency per unit of effect]; details are told at the first.
    comparator : str, optional
        Strategy that increments are counted from; left out = the first.
    groups, arms, sizes, fixed_cost, cost_per_person, trial_years, people_per_year, years, command
        As for `voi`; arms observe parameters only.
    discount_rate : float, optional
        As for `voi`; left out = none.

    Returns
    -------
    dict
        As from `voi`.

    Raises
    ------
    ScenarioError
        If a file, a number, a group or an arm is not of its form; tells every mistake.
    AnalysisError
        If a name is unknown, or there are too few draws or strategies.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     costs, effects = Path(folder) / "costs.csv", Path(folder) / "effects.csv"
    ...     _ = costs.write_text("a,b\n100,200\n100,240\n")
    ...     _ = effects.write_text("a,b\n1,1.1\n1,0.9\n")
    ...     told = voi_given(costs, effects, wtp=2_000)
    >>> round(told["chosen_evpi"]["value"])
    50
    """
    asked = Asked(
        wtp=wtp, comparator=comparator, groups=groups, arms=arms, sizes=sizes, fixed_cost=fixed_cost,
        cost_per_person=cost_per_person, trial_years=trial_years, people_per_year=people_per_year,
        years=years, discount_rate=discount_rate,
    )  # fmt: skip
    rest = None if parameters is None else Path(parameters)
    return valued(from_tables(Path(costs), Path(effects), rest, asked, command=command)).content
