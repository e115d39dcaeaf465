"""Readable names for parameters and their distributions."""

from __future__ import annotations

from sim.domain.parameters import Atom, Curve, Parameter
from sim.domain.scenario_parts import ScenarioParts
from sim.domain.unknowns import TREATMENTS, Unknown

ILLNESS = "illness"
BY_RESOURCE = frozenset({"needs", "shared"})
LONGEST_NAME = 3


def plain_name(path: str) -> str:
    """Return a readable name for a dotted path: its last parts, without underscores.

    Two of them, or three where two would not tell which visit it is; places in a list count from 1.

    Examples
    --------
    >>> plain_name("treatments.ect.dropout.per_induction_session")
    'dropout: per induction session'
    """
    *before, last = path.split(".")[-LONGEST_NAME:]
    if before and before[-1].isdecimal():
        before = [f"{before[-2]} {int(before[-1]) + 1}"]
    elif not before or before[-1] not in BY_RESOURCE:
        before = before[-1:]
    return ": ".join(part.replace("_", " ") for part in (*before, last))


def name_of(scenario: ScenarioParts, unknown: Unknown) -> str:
    """Return a readable name for an unknown, with the treatments it is about.

    Parameters
    ----------
    scenario : ScenarioParts
        Where it stands.
    unknown : Unknown
        One figure, in one or several places.

    Returns
    -------
    str
        Such as ``tolerance: share (Ketamine at home and 3 more)``.
    """
    name = unknown.atom.label or plain_name(unknown.path)
    steps = [path.split(".") for path in unknown.paths]
    labels = [scenario.treatments[step[1]].label for step in steps if step[0] == TREATMENTS]
    labels = list(dict.fromkeys(labels))
    if not labels:
        return name
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return f"{name} ({labels[0]}{more})"


def distribution_text(atom: Atom) -> str | None:
    """Return a distribution in a few words, such as ``beta(alpha 5, beta 5)``; None where there is none.

    A spread that was judged, and not published with the value, is said to be assumed.
    """
    if not isinstance(atom, Parameter | Curve) or atom.distribution is None:
        return None
    for name, kind in atom.distribution.model_dump(exclude_none=True).items():
        judged = ", spread assumed" if atom.spread_assumed else ""
        return f"{name}({', '.join(f'{field} {value:g}' for field, value in kind.items())}){judged}"
    return None


def unit_of(scenario: ScenarioParts, atom: Atom) -> str:
    """Return the unit of a figure; an amount in other prices than those of results says in which."""
    year = atom.price_year if isinstance(atom, Parameter) else None
    if year is None or year == scenario.economics.price_year:
        return str(atom.unit)
    return f"{atom.unit} in {year} prices"


def theme_of(path: str) -> str:
    """Return what a parameter is about, so that a study could learn several at once.

    Parameters
    ----------
    path : str
        Dotted path.

    Returns
    -------
    str
        Section of the treatment for treatments (``effect``, ``durability`` …), that of the illness, else the
        first step.

    Examples
    --------
    >>> theme_of("treatments.ect.effect.response"), theme_of("illness.utility.per_point")
    ('effect of treatments', 'illness utility')
    """
    steps = path.split(".")
    if steps[0] == TREATMENTS:
        return f"{steps[2].replace('_', ' ')} of treatments"
    return " ".join(steps[:2] if steps[0] == ILLNESS else steps[:1]).replace("_", " ")
