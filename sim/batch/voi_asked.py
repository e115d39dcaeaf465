"""The question of `voi`, typed or from Python: numbers, groups of parameters and arms of a trial.

Every mistake is told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Any, TypeAlias

from sim.analysis.decision import TrialPlan
from sim.analysis.draw_table import DrawTable
from sim.analysis.partial_information import DRAWS_PER_MEMBER
from sim.analysis.sample_information import Arm, Binomial, Normal
from sim.domain.cross_checks import not_found
from sim.errors import ScenarioError

SIZES = (25, 50, 100, 200, 400, 800, 1600)
LARGEST_SIZE = 1_000_000_000
LARGEST = 1e15
"""No number asked for is larger: sums of products of such numbers are still finite."""
RESPONSE, PROBABILITY, MEAN = "response", "probability", "mean"
OF_TRIAL = ("sizes", "fixed_cost", "cost_per_person", "trial_years")
OF_PEOPLE = ("years", "discount_rate")
MAY_BE_NOTHING = ("fixed_cost", "cost_per_person", "trial_years", "discount_rate")
MUST_BE_MORE = ("people_per_year", "years")
Numbers: TypeAlias = str | float | Sequence[float] | None
"""Numbers as typed, with commas between, or as they are."""
Groups: TypeAlias = Sequence[str] | Mapping[str, Sequence[str]]
"""Groups of parameters as typed, ``NAME=P,P``, or members by name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question; None where nothing is asked.

    Parameters
    ----------
    wtp, sizes : str, float or sequence of float, optional
        Numbers, or a text with commas between them.
    comparator : str, optional
        Key of the strategy increments are counted from.
    groups : mapping of str to sequence of str, or sequence of str
        Members by name of the group, or texts ``NAME=P,P``.
    arms : sequence of str
        ``KIND:NAME``, see `treatpath voi --help`.
    fixed_cost, cost_per_person, trial_years, people_per_year, years : float, optional
        Of the trial, and of those the decision is for.
    discount_rate : float, optional
        Annual rate of amounts of money; None = that of costs in draws, and none in tables [1/year].
    """

    wtp: Numbers = None
    comparator: str | None = None
    groups: Groups = ()
    arms: Sequence[str] = ()
    sizes: Numbers = None
    fixed_cost: float | None = None
    cost_per_person: float | None = None
    trial_years: float | None = None
    people_per_year: float | None = None
    years: float | None = None
    discount_rate: float | None = None

    def given(self, names: Sequence[str]) -> list[str]:
        """Return those of the options that are given, as they are typed."""
        return [_option(name) for name in names if getattr(self, name) is not None]


def check_asked(asked: Asked) -> None:
    """Check all numbers that are asked for.

    Parameters
    ----------
    asked : Asked
        The question as typed.

    Raises
    ------
    ScenarioError
        If a number is impossible; tells every mistake.
    """
    mistakes = list(_mistakes(asked))
    if mistakes:
        raise ScenarioError("\n".join(mistakes))


def _mistakes(asked: Asked) -> Iterator[str]:
    for reader in (wtp_asked, sizes_asked):
        try:
            reader(asked)
        except ScenarioError as error:
            yield str(error)
    for name in MAY_BE_NOTHING + MUST_BE_MORE:
        value, is_more = getattr(asked, name), name in MUST_BE_MORE
        if value is not None and not (0 <= value <= LARGEST and (value > 0 or not is_more)):
            rule = "above 0" if is_more else "at least 0"
            yield f"{_option(name)}: must be {rule} and at most {LARGEST:g}, got {value:g}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def check_used(asked: Asked, *, has_trial: bool, people: float | None, years: float | None) -> None:
    """Check that no number is given that would change nothing, and that people come with their years.

    Parameters
    ----------
    asked : Asked
        The question as typed.
    has_trial : bool
        Whether there is a trial.
    people, years : float, optional
        How many people face the decision in a year and for how long, where it is known.

    Raises
    ------
    ScenarioError
        If there are details of a trial, years or a rate without what they belong to, or people without
        years.
    """
    idle = [] if has_trial else asked.given(OF_TRIAL)
    if idle:
        raise ScenarioError(f"{', '.join(idle)}: must stand beside --arm, got no trial; add --arm")
    idle = [] if people is not None else asked.given(OF_PEOPLE)
    if idle:
        raise ScenarioError(f"{', '.join(idle)}: must stand beside --people-per-year, got no people; add it")
    if people is not None and years is None:
        raise ScenarioError(
            "--people-per-year: must stand beside --years, got no years; add how long the decision stays "
            "relevant, such as --years 10"
        )


def wtp_asked(asked: Asked) -> list[float]:
    """Return willingness to pay in the order asked for; none if not asked.

    Raises
    ------
    ScenarioError
        If it is not numbers above 0.
    """
    numbers = _numbers(asked.wtp)
    if numbers is None or not all(0 < number < inf for number in numbers):
        raise ScenarioError(
            "--wtp: must be finite numbers above 0 with commas between, such as 20000,30000, "
            f"got '{asked.wtp}'"
        )
    return numbers


def sizes_asked(asked: Asked) -> list[int]:
    """Return people in each arm; none if not asked.

    Raises
    ------
    ScenarioError
        If it is not whole numbers that increase.
    """
    numbers = _numbers(asked.sizes)
    if (
        numbers is None
        or not all(1 <= number <= LARGEST_SIZE and number.is_integer() for number in numbers)
        or any(later <= earlier for earlier, later in pairwise(numbers))
    ):
        raise ScenarioError(
            f"--sizes: must be whole numbers from 1 to {LARGEST_SIZE:,}, increasing, with commas between, "
            f"got '{asked.sizes}'"
        )
    return [int(number) for number in numbers]


def _numbers(asked: Numbers) -> list[float] | None:
    """Return numbers, or those of a text with commas between; None if they are not."""
    if asked is None:
        return []
    if isinstance(asked, int | float):
        return [float(asked)]
    try:
        return [float(part) for part in (asked.split(",") if isinstance(asked, str) else asked)]
    except (TypeError, ValueError):
        return None


def groups_asked(asked: Groups, table: DrawTable) -> dict[str, list[str]]:
    """Read groups of parameters.

    Parameters
    ----------
    asked : mapping of str to sequence of str, or sequence of str
        Members by name; or texts such as ``costs=p1,p2``, where a name with a comma stands in double quotes.
    table : DrawTable
        Has the parameters, and draws enough for groups that are not too large.

    Returns
    -------
    dict of str to list of str
        Members by group, each once.

    Raises
    ------
    ScenarioError
        If a group is not of this form, stands twice, is called as a parameter, is too large, or names what
        does not exist; tells every mistake.
    """
    groups: dict[str, list[str]] = {}
    mistakes: list[str] = []
    for name, listed in asked.items() if isinstance(asked, Mapping) else map(_group, asked):
        members = list(dict.fromkeys(listed))
        mistakes += [f"--group: {told}" for told in _group_mistakes(name, members, table)]
        if name in groups:
            mistakes.append(f"--group: must give '{name}' once, got it again; choose another name")
        groups[name] = members
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return groups


def _group(text: str) -> tuple[str, list[str]]:
    """Return name and members of a group that was typed."""
    name, _, listed = (part.strip() for part in text.partition("="))
    cells = next(csv.reader([listed], skipinitialspace=True), [])
    return name, [cell.strip() for cell in cells if cell.strip()]


def _group_mistakes(name: str, members: Sequence[str], table: DrawTable) -> Iterator[str]:
    if not (name and members):
        yield f"must be like 'costs=p1,p2', got '{name}={','.join(members)}'"
        return
    if name in table.parameters:
        yield f"must not have the name of a parameter, got '{name}'; rename it"
    yield from (_no_parameter(member, table) for member in members if member not in table.parameters)
    if is_too_large(members, table):
        yield (
            f"must have {DRAWS_PER_MEMBER} draws for each member, got {table.n_draws} draws for "
            f"{len(members)} members of '{name}'; name fewer, or make more draws"
        )


def is_too_large(members: Sequence[str], table: DrawTable) -> bool:
    """Tell whether a group has more members than its draws can tell apart."""
    return len(members) > table.n_draws // DRAWS_PER_MEMBER


def _no_parameter(name: str, table: DrawTable) -> str:
    if not table.parameters:
        return f"must name parameters, got '{name}' and no parameters; give --parameters P.csv"
    return not_found(name, "parameter", table.parameters)


def trial_asked(asked: Asked, table: DrawTable, response: Mapping[str, Any]) -> TrialPlan | None:
    """Return the trial that is described by options.

    Parameters
    ----------
    asked : Asked
        The question as typed.
    table : DrawTable
        Has the parameters that arms observe.
    response : mapping of str to ndarray, shape (n_draws,)
        Probability of response by treatment; empty for tables of another model.

    Returns
    -------
    TrialPlan or None
        None if no arm is asked for.

    Raises
    ------
    ScenarioError
        If an arm is not of its form, stands twice or names what does not exist; tells every mistake.
    """
    if not asked.arms:
        return None
    arms: dict[str, Arm] = {}
    mistakes = []
    for text in asked.arms:
        try:
            if text in arms:
                raise ScenarioError(f"must be given once, got '{text}' again; leave it out")
            arms[text] = _arm(text, table, response)
        except ScenarioError as error:
            mistakes.append(f"--arm: {error}")
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return TrialPlan(
        label=", ".join(asked.arms),
        arms=arms,
        sizes=sizes_asked(asked) or SIZES,
        fixed_cost=asked.fixed_cost,
        cost_per_person=asked.cost_per_person,
        years=asked.trial_years or 0.0,
    )


def _arm(text: str, table: DrawTable, response: Mapping[str, Any]) -> Arm:
    kind, _, rest = text.partition(":")
    if kind == RESPONSE and not response:
        raise ScenarioError(f"must be of draws stored by psa to observe a response, got '{text}' and tables")
    if kind == RESPONSE:
        if rest not in response:
            raise ScenarioError(not_found(rest, "treatment of these draws", response))
        return Binomial(response[rest], 1)
    name, _, spread = rest.rpartition(":") if kind == MEAN else (rest, "", "")
    if kind not in {PROBABILITY, MEAN} or not name:
        raise ScenarioError(f"must be like 'response:ect', 'probability:p' or 'mean:x:12', got '{text}'")
    if name not in table.parameters:
        raise ScenarioError(_no_parameter(name, table))
    if kind == PROBABILITY:
        return Binomial(table.column(name), 1)
    numbers = _numbers(spread)
    if numbers is None or len(numbers) > 1 or not 0 < numbers[0] < inf:
        raise ScenarioError(f"must end in a standard deviation above 0, got '{text}'")
    return Normal(table.column(name), numbers[0], 1)
