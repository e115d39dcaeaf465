"""What to choose, how sure that is, what is worth learning: the whole decision analysis of a table of draws.

Where a draw has several replications, chance is taken out before the value of information is counted
(`sim.analysis.chance`), since nobody can buy the luck of single patients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.analysis.draw_table import DrawTable
from sim.analysis.increments import net_monetary_benefit
from sim.analysis.net_benefit import FEWEST_DRAWS, leaders
from sim.analysis.partial_information import (
    N_SHUFFLES,
    PartialInformation,
    Smoothers,
    evppi_by,
    evppi_curves_by,
    smoothers_by_name,
)
from sim.analysis.perfect_information import Estimate, NestedEstimate, nested_evpi
from sim.analysis.population_value import people_affected
from sim.analysis.precision import FloatArray
from sim.analysis.sample_information import Arm, SampleSizes, best_size, enbs, evsi_by_size
from sim.analysis.value_curves import ValueCurves, value_curves

GROUP_SHUFFLES = 200
MOST_SHUFFLED = 20_000_000
"""Values shuffled for noise floors: one floor of 10,000 draws; more floors get fewer shuffles each."""


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """A trial that is considered.

    Parameters
    ----------
    label : str
        Plain name.
    arms : mapping
        What each arm observes; the sizes of the arms are ignored.
    sizes : sequence of int
        People in each arm.
    fixed_cost, cost_per_person : float or None
        What it costs whatever its size, and for each person in it [currency]; where both are None, its cost
        is not known, so no net value is told.
    years : float
        Until its result can change decisions.
    """

    label: str
    arms: Mapping[str, Arm]
    sizes: Sequence[int]
    fixed_cost: float | None = None
    cost_per_person: float | None = None
    years: float = 0.0

    def cost(self, n_per_arm: FloatArray) -> FloatArray | None:
        """Return the cost by size [currency], shape (n_sizes,); None if it is not known."""
        if self.fixed_cost is None and self.cost_per_person is None:
            return None
        each = len(self.arms) * (self.cost_per_person or 0.0)
        return (self.fixed_cost or 0.0) + each * n_per_arm


@dataclass(frozen=True, slots=True)
class DecisionQuestion:
    """What is asked of a table of draws.

    Parameters
    ----------
    wtp : sequence of float
        Willingness to pay at which curves are told [currency/QALY].
    chosen : float
        Willingness to pay at which details are told [currency/QALY].
    groups : mapping
        Members of each group of parameters, by name.
    trials : mapping
        `TrialPlan` by name.
    people_per_year, decision_years, discount_rate : float, optional
        Who faces the decision, how long, and the annual rate of amounts of money, that of costs: values for
        people in later years are discounted at it. Without people nothing is told for a population.
    seed : int
        Of shuffles and simulated trials.
    fewest : int
        Draws that are enough; a small table from elsewhere may be analyzed for its own sake.
    """

    wtp: Sequence[float]
    chosen: float
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trials: Mapping[str, TrialPlan] = field(default_factory=dict)
    people_per_year: float | None = None
    decision_years: float = 0.0
    discount_rate: float = 0.0
    seed: int = 0
    fewest: int = FEWEST_DRAWS


@dataclass(frozen=True, slots=True, eq=False)
class TrialValue:
    """What a trial is worth by its size.

    Parameters
    ----------
    plan : TrialPlan
        The trial.
    by_size : SampleSizes
        EVSI per person.
    people : float or None
        Discounted people who benefit.
    cost : ndarray, shape (n_sizes,) or None
        Cost of the trial [currency]; None if it is not known.
    net : ndarray, shape (n_sizes,) or None
        Expected net benefit of sampling for the population [currency]; None without people or cost.
    best : int or None
        Size with the highest; None if no trial is worth its cost, or there is no net value.
    """

    plan: TrialPlan
    by_size: SampleSizes
    people: float | None
    cost: FloatArray | None
    net: FloatArray | None
    best: int | None

    @property
    def population_value(self) -> FloatArray | None:
        """EVSI for all people who benefit [currency], shape (n_sizes,)."""
        return None if self.people is None else self.by_size.value * self.people

    @property
    def population_error(self) -> FloatArray | None:
        """Monte-Carlo standard error of `population_value` [currency], shape (n_sizes,)."""
        return None if self.people is None else self.by_size.error * self.people


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The decision analysis of a table of draws.

    Parameters
    ----------
    table : DrawTable
        What was analyzed.
    question : DecisionQuestion
        What was asked.
    curves, chosen_curves : ValueCurves
        At every willingness to pay asked for, and at the chosen one, as the following.
    nested : NestedEstimate or None
        A check of EVPI without normality, where draws have replications; too large where chance makes more
        than half of `chance_share`.
    evppi, group_evppi : dict
        `PartialInformation` by parameter, and by group.
    evppi_curves : dict
        By parameter and group, EVPPI at every willingness to pay asked for, shape (n_wtp,).
    trials : dict
        `TrialValue` by name.
    people : float or None
        Discounted people the decision is for.
    """

    table: DrawTable
    question: DecisionQuestion
    curves: ValueCurves
    chosen_curves: ValueCurves
    nested: NestedEstimate | None
    evppi: dict[str, PartialInformation]
    group_evppi: dict[str, PartialInformation]
    evppi_curves: dict[str, FloatArray]
    trials: dict[str, TrialValue]
    people: float | None

    @property
    def evpi(self) -> Estimate:
        """EVPI per person at the chosen willingness to pay."""
        return self.chosen_curves.evpi[0]

    @property
    def population_evpi(self) -> float | None:
        """EVPI for all people the decision is for [currency]."""
        return None if self.people is None else self.evpi.value * self.people

    @property
    def leaders(self) -> tuple[int, int]:
        """Positions of the two strategies of highest mean net benefit at the chosen willingness to pay."""
        return leaders(self.table.net_benefit(self.question.chosen).mean(axis=1))

    @property
    def lead(self) -> float:
        """Mean net benefit of the best strategy less that of the next, per person [currency]."""
        mean = self.table.net_benefit(self.question.chosen).mean(axis=(0, 1))
        first, second = self.leaders
        return float(mean[first] - mean[second])

    @property
    def chance_share(self) -> float | None:
        """Share of chance in how the lead varies between draws; None without replications."""
        shares = self.chosen_curves.chance_share
        return None if shares is None else float(shares[0])


def decide(table: DrawTable, question: DecisionQuestion) -> Decision:
    """Analyze a table of draws.

    Parameters
    ----------
    table : DrawTable
        Costs and effects by draw, with parameters or without.
    question : DecisionQuestion
        What is asked.

    Returns
    -------
    Decision
        Details at the chosen willingness to pay.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies or too few draws, a willingness to pay is impossible, a group
        names what does not exist or is too large for so many draws, or an arm does not fit.

    Notes
    -----
    Probabilities, losses and EVPI rest on differences from which chance was taken out; EVPPI and EVSI on
    means over the replications of each draw, whose chance a regression averages out, cut off at EVPI.
    """
    cost, effect = table.cost.mean(axis=1), table.effect.mean(axis=1)
    wtp, fewest = np.asarray(question.wtp, dtype=np.float64), question.fewest
    chosen = value_curves(table, [question.chosen], fewest=fewest)
    most = chosen.evpi[0].value
    raw = net_monetary_benefit(cost, effect, question.chosen)
    curves = value_curves(table, question.wtp, fewest=fewest)
    parameters = {name: table.column(name) for name in table.parameters}
    smoothers = smoothers_by_name(parameters, question.groups, table.n_draws)
    found = {name: one.at_most(most) for name, one in _evppi(raw, parameters, smoothers, question).items()}
    along = evppi_curves_by(cost, effect, wtp, smoothers, fewest=fewest)
    ceiling = np.array([one.value for one in curves.evpi])
    return Decision(
        table=table,
        question=question,
        curves=curves,
        chosen_curves=chosen,
        nested=nested_evpi(table.net_benefit(question.chosen)) if table.n_inner > 1 else None,
        evppi={name: found[name] for name in parameters},
        group_evppi={name: found[name] for name in question.groups},
        evppi_curves={name: np.minimum(curve, ceiling) for name, curve in along.items()},
        trials={name: _trial_value(raw, plan, question, most) for name, plan in question.trials.items()},
        people=_people(question, 0.0),
    )


def _evppi(
    net_benefit: FloatArray,
    parameters: Mapping[str, FloatArray],
    smoothers: Smoothers,
    question: DecisionQuestion,
) -> dict[str, PartialInformation]:
    """Return EVPPI of parameters, which share a noise floor, and of groups, whose floors cost more."""
    single = {name: smoothers[name] for name in parameters}
    groups = {name: smoothers[name] for name in question.groups}
    seed, fewest = question.seed, question.fewest
    return {
        **evppi_by(net_benefit, single, seed=seed, fewest=fewest, n_shuffles=shuffles_for(single)),
        **evppi_by(net_benefit, groups, seed=seed, fewest=fewest, n_shuffles=GROUP_SHUFFLES),
    }


def shuffles_for(smoothers: Smoothers) -> int:
    """Return shuffles for each noise floor; parameters that are nearly continuous share one.

    Parameters
    ----------
    smoothers : mapping of str to Smoother or None
        Of single parameters, by name.

    Returns
    -------
    int
        Between 200 and 2,000, fewer for large tables whose values repeat.
    """
    varying = [one for one in smoothers.values() if one is not None]
    n_draws = len(varying[0].row) if varying else 1
    repeating = sum(not one.is_continuous for one in varying)
    return int(np.clip(MOST_SHUFFLED / (n_draws * (1 + repeating)), GROUP_SHUFFLES, N_SHUFFLES))


def _people(question: DecisionQuestion, delay_years: float) -> float | None:
    if question.people_per_year is None:
        return None
    return people_affected(
        question.people_per_year, question.decision_years, question.discount_rate, delay_years=delay_years
    )


def _trial_value(
    net_benefit: FloatArray, plan: TrialPlan, question: DecisionQuestion, most: float
) -> TrialValue:
    """Return what a trial is worth, at most so much; it is paid at once and serves those after it."""
    by_size = evsi_by_size(net_benefit, plan.arms, plan.sizes, seed=question.seed, fewest=question.fewest)
    by_size = replace(by_size, value=np.minimum(by_size.value, most), ceiling=min(by_size.ceiling, most))
    cost, people = plan.cost(by_size.sizes.astype(np.float64)), _people(question, plan.years)
    net = None if people is None or cost is None else enbs(by_size.value, people, cost)
    best = None if net is None else best_size(by_size.sizes, net)
    return TrialValue(plan, by_size, people, cost, net, best)
