"""What to choose, how sure that is, what is worth learning: the whole decision analysis of a table of draws.

Where a draw has several replications, chance is taken out before the value of information is counted
(`sim.analysis.chance`), since nobody can buy the luck of single patients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.analysis.chance import VarianceParts
from sim.analysis.frontier import Standing
from sim.analysis.partial_information import PartialInformation
from sim.analysis.perfect_information import Estimate, NestedEstimate
from sim.analysis.precision import FloatArray
from sim.analysis.sample_information import Arm, SampleSizes


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
    fixed_cost, cost_per_person : float
        What it costs whatever its size, and for each person in it [currency].
    years : float
        Until its result can change decisions.
    """

    label: str
    arms: Mapping[str, Arm]
    sizes: Sequence[int]
    fixed_cost: float = 0.0
    cost_per_person: float = 0.0
    years: float = 0.0


@dataclass(frozen=True, slots=True)
class DecisionQuestion:
    """What is asked of a table of draws.

    Parameters
    ----------
    wtp : sequence of float
        Willingness to pay at which everything is told; details are told at the first [currency/QALY].
    groups : mapping
        Members of each group of parameters, by name.
    trials : mapping
        `TrialPlan` by name.
    people_per_year, decision_years, discount_rate : float, optional
        Who faces the decision, how long, and the annual rate people and trials are discounted at; without
        people nothing is told for a population.
    seed : int
        Of shuffles and simulated trials.
    """

    wtp: Sequence[float]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    trials: Mapping[str, TrialPlan] = field(default_factory=dict)
    people_per_year: float | None = None
    decision_years: float = 1.0
    discount_rate: float = 0.0
    seed: int = 0


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
    cost : ndarray, shape (n_sizes,)
        Cost of the trial [currency].
    net : ndarray, shape (n_sizes,) or None
        Expected net benefit of sampling for the population [currency].
    best : int or None
        Size with the highest; None if no trial is worth its cost, or there is no population.
    """

    plan: TrialPlan
    by_size: SampleSizes
    people: float | None
    cost: FloatArray
    net: FloatArray | None
    best: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The decision analysis of a table of draws.

    Parameters
    ----------
    strategies, parameters : tuple of str
        As in the table.
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay.
    cost, effect : ndarray, shape (n_strategies,)
        Means over draws.
    standings : list of Standing
        Place of each strategy on the frontier.
    probability, loss : ndarray, shape (n_wtp, n_strategies)
        Of being best (CEAC); expected loss of choosing it [currency].
    best : ndarray of int, shape (n_wtp,)
        Position of the strategy with the highest mean net benefit.
    evpi : list of Estimate
        By willingness to pay, chance taken out where it can be.
    evpi_with_chance : list of Estimate
        As if the means of draws held no chance.
    nested : NestedEstimate or None
        A check without assumptions at the first willingness to pay, where draws have replications.
    parts : VarianceParts or None
        Spread of net benefit by parameters and by chance, at the first willingness to pay.
    evppi : dict
        `PartialInformation` by parameter at the first willingness to pay.
    group_evppi : dict
        The same by group.
    evppi_curves : dict
        By parameter and group, EVPPI by willingness to pay.
    trials : dict
        `TrialValue` by name.
    people : float or None
        Discounted people the decision is for.
    """

    strategies: tuple[str, ...]
    parameters: tuple[str, ...]
    wtp: FloatArray
    cost: FloatArray
    effect: FloatArray
    standings: list[Standing]
    probability: FloatArray
    loss: FloatArray
    best: FloatArray
    evpi: list[Estimate]
    evpi_with_chance: list[Estimate]
    nested: NestedEstimate | None
    parts: VarianceParts | None
    evppi: dict[str, PartialInformation]
    group_evppi: dict[str, PartialInformation]
    evppi_curves: dict[str, FloatArray]
    trials: dict[str, TrialValue]
    people: float | None
