"""What is uncertain in a scenario, and the same scenario with values drawn for it.

A drawn value is one possible state of the world, not a published figure: it carries the source ``draw``, no
range and no distribution, and a note that names the number in whose place it stands.

Draws that contradict each other are settled in this order:

1. a value beyond what its unit allows is cut to the nearest value allowed;
2. shares of payers are divided by their sum;
3. a remission ratio that the drawn response rules out gives way: many can only respond when improvement is
   large, and then many of them remit;
4. anything else is refused, and the draw must be made anew (see `sim.design.draws`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel

from sim.domain.cross_checks import cross_check_values
from sim.domain.effects import (
    improvement_of,
    natural_improvement_of,
    possible_natural_ratios,
    possible_remission_ratios,
)
from sim.domain.evidence import DRAW
from sim.domain.parameters import LARGEST_RATE, Bounds, Curve, Parameter
from sim.domain.scenario import CrossCheckError, Scenario
from sim.domain.unknowns import Uncertain, uncertain_atoms
from sim.units import Unit

FloatArray = NDArray[np.float64]
PAYERS = "population.payers"
NATURAL_RATIO = "illness.natural.remission_ratio"
HAZARD = Bounds(Unit.PER_YEAR, 0, LARGEST_RATE)
"""Of the first number of a hazard curve."""


def uncertain_parameters(scenario: Scenario) -> dict[str, Uncertain]:
    """Return the parameters and curves with a distribution.

    Parameters
    ----------
    scenario : Scenario
        Any scenario.

    Returns
    -------
    dict
        By dotted path, in file order.
    """
    return dict(uncertain_atoms(scenario))


def drawn_values(scenario: Scenario, uniforms: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Turn uniforms into values of parameters, draw by draw.

    Parameters
    ----------
    scenario : Scenario
        What is uncertain.
    uniforms : mapping
        By path of a parameter with a distribution, uniforms in (0, 1), shape (n_draws,); larger ones mean
        larger values.

    Returns
    -------
    dict
        By path, values of shape (n_draws,), cut to what their units allow; when a share of payers is drawn,
        all shares are there and add up to 1.
    """
    kinds = {path: atom.distribution.kind for path, atom in uncertain_atoms(scenario) if atom.distribution}
    values = {}
    for path, uniform in uniforms.items():
        bounds = bounds_at(scenario, path)
        values[path] = np.clip(kinds[path].ppf(uniform), bounds.low, bounds.high)
    return values | _shares_of_payers(scenario, values)


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario in which parameters have drawn values.

    Parameters
    ----------
    scenario : Scenario
        The base, valid as it is; it stays so.
    values : mapping
        Value by dotted path of a parameter, each within its bounds.

    Returns
    -------
    Scenario
        Equal to one that is validated whole: every rule that a number can break was checked.

    Raises
    ------
    ValueError
        If the values contradict each other; remission ratios are settled first.
    """
    drawn = _replaced(scenario, values)
    settled = dict(_settled_ratios(drawn))
    if settled:
        drawn = _replaced(scenario, {**values, **settled})
    problems = cross_check_values(drawn)
    if problems:
        raise CrossCheckError(problems)
    return drawn


def value_at(scenario: Scenario, path: str) -> float:
    """Return the value of the parameter, or the first of the curve, at a dotted path."""
    atom: Uncertain = _parts_on(scenario, path)[-1]
    return atom.value


def bounds_at(scenario: Scenario, path: str) -> Bounds:
    """Return unit and allowed values of the parameter, or hazard curve, at a dotted path."""
    parts = _parts_on(scenario, path)
    if isinstance(parts[-1], Curve):
        return HAZARD
    models = [
        (part, step)
        for part, step in zip(parts, path.split("."), strict=False)
        if isinstance(part, BaseModel)
    ]
    model, field = models[-1]
    return _bounds_of_field(type(model), field)


def _parts_on(scenario: Scenario, path: str) -> list[Any]:
    """Return the parts of a scenario along a dotted path, from the whole to the last."""
    parts: list[Any] = [scenario]
    for step in path.split("."):
        parts.append(_child(parts[-1], step))
    return parts


def _child(part: Any, step: str) -> Any:  # noqa: ANN401  parts are models, maps and lists
    if isinstance(part, BaseModel):
        return getattr(part, step)
    return part[int(step)] if isinstance(part, tuple) else part[step]


@cache
def _bounds_of_field(model: type[BaseModel], name: str) -> Bounds:
    field = model.model_fields[name]
    found = next(_bounds_in(field.annotation, field.metadata), None)
    if found is None:
        raise TypeError(f"{model.__name__}.{name} must be a parameter with bounds")
    return found


def _bounds_in(annotation: object, metadata: list[Any]) -> Iterator[Bounds]:
    """Find the bounds of a parameter, of an optional one, or of one in a map."""
    for note in metadata:
        if isinstance(note, AfterValidator) and isinstance(note.func, Bounds):
            yield note.func
    for inner in get_args(annotation):
        if isinstance(inner, AfterValidator):
            yield from _bounds_in(None, [inner])
        else:
            yield from _bounds_in(inner, [])


def _shares_of_payers(scenario: Scenario, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Divide shares of payers by their sum when one of them is drawn; leave them when none is above 0."""
    payers = {f"{PAYERS}.{key}": share.value for key, share in scenario.population.payers.items()}
    drawn = [values[path] for path in payers if path in values]
    if not drawn:
        return {}
    shares = np.array([values.get(path, np.full(len(drawn[0]), share)) for path, share in payers.items()])
    shares[:, shares.sum(axis=0) == 0] = np.array(list(payers.values()))[:, np.newaxis]
    return dict(zip(payers, shares / shares.sum(axis=0), strict=True))


def _replaced(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a copy along the paths of the values; all other parts are shared."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, last = path.split(".")
        branch = tree
        for step in parents:
            branch = branch.setdefault(step, {})
        branch[last] = value
    replaced: Scenario = _with_branch(scenario, tree)
    return replaced


def _with_branch(part: Any, branch: Any) -> Any:  # noqa: ANN401  parts are models, maps and lists
    if isinstance(part, Parameter | Curve):
        return _drawn(part, branch)
    children = {step: _with_branch(_child(part, step), inner) for step, inner in branch.items()}
    if isinstance(part, dict):
        return {**part, **children}
    if isinstance(part, tuple):
        return tuple(children.get(str(position), child) for position, child in enumerate(part))
    if isinstance(part, Scenario) or not type(part).__pydantic_decorators__.model_validators:
        return part.model_copy(update=children)
    return type(part)(**{**vars(part), **children})


def _drawn(atom: Uncertain, value: float) -> Uncertain:
    """Return what stands for a drawn value; it must not wear the citation of another."""
    said = {
        "unit": atom.unit,
        "source": DRAW,
        "grade": atom.grade,
        "note": f"drawn in place of {atom.value:g} from '{atom.source}'",
        "label": atom.label,
    }
    if isinstance(atom, Curve):
        values = tuple(float(number * value / atom.value) for number in atom.values)
        return Curve(values=values, at=atom.at, **said)
    return Parameter(value=float(value), price_year=atom.price_year, **said)


def _settled_ratios(drawn: Scenario) -> Iterator[tuple[str, float]]:
    """Yield remission ratios that must give way, moved to the nearest that is possible."""
    ratio = drawn.illness.natural.remission_ratio.value
    try:
        natural_improvement_of(drawn)
    except ValueError:
        yield NATURAL_RATIO, float(np.clip(ratio, *possible_natural_ratios(drawn)))
    for key, treatment in drawn.treatments.items():
        ratio = treatment.effect.remission_ratio.value
        try:
            improvement_of(drawn, key)
        except ValueError:
            possible = possible_remission_ratios(drawn, key)
            yield f"treatments.{key}.effect.remission_ratio", float(np.clip(ratio, *possible))
