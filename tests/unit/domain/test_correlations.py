"""Correlations between figures: what they may name, and what contradicts them."""

from __future__ import annotations

from typing import Any

import pytest
from builders import Tree
from pydantic import ValidationError

from sim.domain.scenario import Scenario

SCREENING, TABLETS, INFUSION = (
    "care.screening.price",
    "treatments.tablets.effect.response",
    "treatments.infusion.effect.response",
)


def pair(of: str, to: str, value: float = 0.5) -> Tree:
    """Return a correlation that is an assumption."""
    said = {
        "unit": "correlation",
        "source": "assumption",
        "grade": "assumption",
        "range": [min(value, -1), max(value, 1)],
    }
    return {"of": of, "to": to, "correlation": {"value": value, **said}}


def with_pairs(tree: Tree, *pairs: Tree) -> Scenario:
    """Return the scenario with these correlations."""
    return Scenario.model_validate(
        tree | {"correlations": {f"pair{place}": one for place, one in enumerate(pairs)}}
    )


def test_two_may_follow_one(tiny_tree: Tree) -> None:
    scenario = with_pairs(tiny_tree, pair(TABLETS, INFUSION), pair(SCREENING, INFUSION, -1))
    assert [one.correlation.value for one in scenario.correlations.values()] == [0.5, -1]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (
            [pair("care.screening.prize", TABLETS)],
            r"correlations\.pair0\.of: 'care\.screening\.prize' is not a parameter; "
            r"did you mean 'care\.screening\.price'\?",
        ),
        ([pair(TABLETS, "care.nothing")], r"correlations\.pair0\.to: 'care\.nothing' is not a parameter"),
        (
            [pair(TABLETS, TABLETS)],
            r"correlations\.pair0: must be between two different figures, "
            r"got 'treatments\.tablets\.effect\.response' twice",
        ),
        (
            [pair(TABLETS, INFUSION), pair(TABLETS, SCREENING)],
            r"correlations\.pair1\.of: must follow one other only, "
            r"got 'treatments\.tablets\.effect\.response' again",
        ),
        (
            [pair(TABLETS, INFUSION), pair(INFUSION, SCREENING)],
            r"correlations\.pair0\.to: must not itself follow another \(stand under 'of'\), got 'treatments\.infusion\.effect\.response'",
        ),
        ([pair(TABLETS, INFUSION, 1.5)], r"correlation must lie in \[-1, 1\], got 1\.5"),
    ],
)
def test_a_correlation_that_makes_no_sense_is_refused(
    tiny_tree: Tree, pairs: list[Tree], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        with_pairs(tiny_tree, *pairs)


def test_places_of_one_figure_cannot_follow_each_other(tiny_tree: Tree) -> None:
    uncertain: dict[str, Any] = {"distribution": {"gamma": {"shape": 25, "scale": 0.02}}, "range": [0.1, 1]}
    for key in ("tablets", "infusion"):
        tiny_tree["treatments"][key]["durability"]["frailty_variance"] |= uncertain
    first, second = (f"treatments.{key}.durability.frailty_variance" for key in ("tablets", "infusion"))
    with pytest.raises(ValidationError, match=rf"between two different figures, got '{first}' twice"):
        with_pairs(tiny_tree, pair(second, first))


@pytest.mark.parametrize("path", ["care.deferral", "care.waiting_list.places"])
def test_what_is_certain_or_left_out_may_be_named(tiny_tree: Tree, path: str) -> None:
    assert len(with_pairs(tiny_tree, pair(path, TABLETS)).correlations) == 1
