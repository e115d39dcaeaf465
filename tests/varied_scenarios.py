"""Scenarios of all kinds for property tests: every rule of the pathway is used by some, most by many."""

from __future__ import annotations

import copy
from typing import Any

from builders import atom, curve, set_value
from hypothesis import strategies as st

Tree = dict[str, Any]
Draw = st.DrawFn
STATES = ("depressed", "response", "remission")
WEEKS = ([480] * 5 + [0, 0], [480] * 7, [240, 0, 240, 0, 240, 0, 0], [185.5] * 5 + [90, 0])
RULES = ("maintenance", "reinduction", "severity")
chance = st.sampled_from([0.0, 0.05, 0.2, 0.5])
small_chance = st.sampled_from([0.0, 0.02, 0.1, 0.3])
days = st.sampled_from([0.0, 1.0, 3.0, 7.5, 20.0])


@st.composite
def varied_trees(draw: Draw, tiny_tree: Tree) -> Tree:
    """Return the tree of a scenario of three treatments and five strategies; not all are valid."""
    tree = copy.deepcopy(tiny_tree)
    tree["horizon_years"] = draw(st.sampled_from([0.1, 0.5, 1, 2]))
    tree["run"] |= {"seed": draw(st.integers(0, 2**32 - 1)), "n_patients": draw(st.integers(1, 50))}
    vary_clinic(draw, tree)
    vary_care(draw, tree["care"])
    vary_queue(draw, tree["care"])
    vary_illness(draw, tree)
    tree["treatments"]["other"] = copy.deepcopy(tree["treatments"]["infusion"]) | {"label": "Another"}
    for treatment in tree["treatments"].values():
        vary_course(draw, treatment)
        vary_maintenance(draw, treatment)
        vary_ends(draw, treatment)
    tree["strategies"] = varied_strategies(draw)
    return tree


def vary_clinic(draw: Draw, tree: Tree) -> None:
    """Change referrals, resources and what visits take from them."""
    if draw(st.booleans()):
        starts = sorted({0, *draw(st.lists(st.integers(1, 60), max_size=2))})
        rates = [draw(st.sampled_from([0.5, 5, 20, 200])) for _ in starts]
        tree["population"]["arrivals"] = [
            {"from_day": start, "per_week": rate} for start, rate in zip(starts, rates, strict=True)
        ]
    chairs = tree["resources"]["chairs"]
    tree["resources"] |= {"nurses": copy.deepcopy(chairs), "rooms": copy.deepcopy(chairs)}
    for resource in tree["resources"].values():
        vary_resource(draw, resource)
    for treatment in tree["treatments"].values():
        vary_visit(draw, treatment["session"])
    for name in ("screening", "preparation", "integration"):
        vary_visit(draw, tree["care"][name])


def vary_resource(draw: Draw, resource: Tree) -> None:
    """Change units, opening hours, closures and planned changes of a resource."""
    units = draw(st.sampled_from([None, 0.7, 1, 1.5, 3, 20]))
    resource |= {"units": units, "open_minutes": draw(st.sampled_from(WEEKS))}
    resource["closures"] = draw(closures())
    if units is not None:
        starts = sorted(draw(st.sets(st.integers(10, 300), max_size=2)))
        resource["changes"] = [
            {"from_day": day, "units": draw(st.sampled_from([0, 1, 2.5, 10]))} for day in starts
        ]


@st.composite
def closures(draw: Draw) -> list[Tree]:
    """Return up to two closed stretches, in order."""
    bounds = sorted(draw(st.sets(st.integers(0, 400), max_size=4)))
    return [
        {"from_day": first, "until_day": min(last, first + 21)}
        for first, last in zip(bounds[::2], bounds[1::2], strict=False)
    ]


def vary_visit(draw: Draw, visit: Tree) -> None:
    """Let a visit take minutes of some resources, alone or shared."""
    names = draw(st.sets(st.sampled_from(["chairs", "nurses", "rooms"]), max_size=3))
    visit["needs"] = {
        name: atom(draw(st.sampled_from([0, 20, 45.5, 90])), "minutes") for name in sorted(names)
    }
    if draw(st.booleans()):
        shared = {"minutes": atom(75, "minutes"), "patients_per_unit": atom(3, "ratio")}
        visit["shared"] = {"nurses": shared}


def vary_care(draw: Draw, care: Tree) -> None:
    """Change lead times, misses, visits beside sessions and rules of the programme."""
    for name in ("referral_lead", "start_lead", "deferral", "relapse_noticed"):
        set_value(care, name, draw(days))
    for name in ("screening_no_show", "session_no_show"):
        set_value(care, name, draw(chance))
    set_value(care, "rebooks", draw(st.sampled_from([0.0, 0.5, 0.9, 1.0])))
    set_value(care, "reported_unasked", draw(st.sampled_from([0.2, 1.0])))
    care["most_misses"] = draw(st.integers(1, 5))
    care["max_reinductions"] = draw(st.integers(0, 3))
    care["continues_drugs"] = draw(st.booleans())
    care["integration_after"] = draw(st.sampled_from([[], [1], [2, 6], [1, 2, 3, 4]]))
    for name in ("preparation", "integration"):
        if draw(st.integers(0, 3)) == 0:
            care.pop(name)


def vary_queue(draw: Draw, care: Tree) -> None:
    """Change how patients wait, and what they do meanwhile."""
    set_value(care, "patience", draw(st.sampled_from([0.0, 5.0, 60.0, 1e6])))
    care["holidays"] = draw(closures())
    if draw(st.booleans()):
        care["cancels"] = atom(draw(st.sampled_from([0.0, 0.5, 1.0])), "probability")
        care["cancel_notice"] = atom(draw(days), "days")
    if draw(st.booleans()):
        care["worsening"] = atom(draw(st.sampled_from([0.0, 1.0, 8.0])), "MADRS points per month")
    if draw(st.booleans()):
        order = draw(st.lists(st.sampled_from(RULES), unique=True, max_size=3))
        care["waiting_list"] = {"order": order} | ({"severe_from": 33} if "severity" in order else {})


def vary_illness(draw: Draw, tree: Tree) -> None:
    """Change the natural course, deaths, and conditions in the way of a treatment."""
    illness = tree["illness"]
    set_value(illness, "natural.improvement_hazard", draw(st.sampled_from([0.0, 0.3, 4.0])))
    set_value(illness, "natural.relapse_hazard", draw(st.sampled_from([0.0, 0.6, 9.0])))
    set_value(illness, "mortality.relative_risk", draw(st.sampled_from([0.0, 1.5, 60.0])))
    for state in STATES:
        set_value(illness, f"mortality.suicide.{state}", draw(st.sampled_from([0.0, 0.004, 0.4])))
    for name in ("remitters", "failed_trials"):
        set_value(illness, f"relapse.{name}", draw(st.sampled_from([0.0, 0.5, 2.0])))
    set_value(illness, "relapse.days", draw(days))
    set_value(illness, "improvement.speed_spread", draw(chance))
    conditions = tree["population"]["conditions"]
    for condition in conditions.values():
        set_value(condition, "prevalence", draw(chance))
        condition["resolves"] = atom(draw(chance), "probability")
    for treatment in tree["treatments"].values():
        treatment["screening"] = draw(
            st.dictionaries(
                st.sampled_from(sorted(conditions)), st.sampled_from(["exclude", "defer", "route"])
            )
        )


def vary_course(draw: Draw, treatment: Tree) -> None:
    """Change uptake and the induction."""
    set_value(treatment, "uptake.accepts", draw(st.sampled_from([0.3, 0.8, 1.0])))
    if draw(st.booleans()):
        treatment["uptake"] |= {
            "approval": atom(draw(st.sampled_from([0.4, 1.0])), "probability"),
            "approval_days": atom(draw(days), "days"),
        }
        treatment["uptake"]["by_distance"] = curve([1, 0.5], "ratio", at=[0, 10])
    n_sessions = draw(st.integers(1, 8))
    set_value(treatment, "induction.sessions", n_sessions)
    set_value(treatment, "induction.interval", draw(st.sampled_from([0.5, 1.0, 2.33, 7.0])))
    if draw(st.booleans()):
        treatment["induction"]["extension_sessions"] = atom(draw(st.integers(1, 4)), "sessions")
    treatment["effect"] |= {"onset": curve([0.5, 1.0], "ratio"), "basis": "assessed"}
    set_value(treatment, "effect.response", draw(st.sampled_from([0.3, 0.5, 0.7])))
    treatment["preparation"] = draw(st.booleans())


def vary_maintenance(draw: Draw, treatment: Tree) -> None:
    """Change durability, maintenance and tolerance to it."""
    rates = draw(st.sampled_from([[0.0, 0.0, 0.5], [2.0, 0.8, 0.3], [12.0, 6.0, 4.0]]))
    treatment["durability"]["relapse_hazard"] = curve(rates, "per year", at=[0, 30, 180])
    set_value(treatment, "durability.frailty_variance", draw(st.sampled_from([0.0, 0.5, 2.0])))
    if draw(st.booleans()):
        treatment["durability"]["holds_after"] = atom(draw(st.integers(1, 6)), "sessions")
    treatment.pop("maintenance", None)
    treatment.pop("tolerance", None)
    if draw(st.integers(0, 3)) > 0:
        treatment["maintenance"] = draw(maintenance())
        answer = draw(st.sampled_from(["shorter_interval", "higher_dose", "switch", "none"]))
        treatment["tolerance"] = {
            "share": atom(draw(st.sampled_from([1.0, 0.4, 0.0])), "probability"),
            "after_sessions": atom(draw(st.sampled_from([0, 1, 3])), "sessions"),
            "answer": answer,
            "restores": atom(draw(chance), "probability"),
            "dose_ratio": atom(1.25, "ratio"),
            "interval_ratio": atom(0.5, "ratio"),
        }


@st.composite
def maintenance(draw: Draw) -> Tree:
    """Return maintenance with or without first steps and a time limit."""
    steps = [
        {"sessions": atom(draw(st.integers(1, 5)), "sessions"), "interval": atom(draw(days), "days")}
        for _ in range(draw(st.integers(0, 2)))
    ]
    last = {"interval": atom(draw(st.sampled_from([20.0, 28.0, 45.25])), "days")}
    limit = {"limit": atom(60.0, "days")} if draw(st.booleans()) else {}
    return limit | {
        "steps": [*steps, last],
        "protects_responders": atom(draw(chance), "ratio"),
        "protects_remitters": atom(draw(chance), "ratio"),
    }


def vary_ends(draw: Draw, treatment: Tree) -> None:
    """Change what ends a treatment: harms, deaths, drop-out."""
    nausea = treatment["harms"]["nausea"]
    treatment["harms"] = {}
    for name in draw(st.sets(st.sampled_from(["nausea", "headache", "fear"]))):
        harm = treatment["harms"][name] = copy.deepcopy(nausea)
        harm |= {"period": draw(st.sampled_from(["session", "induction"])), "asked": draw(st.booleans())}
        set_value(harm, "probability", draw(chance))
        set_value(harm, "stops", draw(small_chance))
        set_value(harm, "fade", draw(st.sampled_from([0.5, 1.0])))
    set_value(treatment, "session_mortality", draw(st.sampled_from([0.0, 1.0, 2_000.0])))
    for name in ("per_induction_session", "per_maintenance_session"):
        set_value(treatment, f"dropout.{name}", draw(small_chance))


def varied_strategies(draw: Draw) -> Tree:
    """Return usual care, one line, two lines with detours, all three, and a mix."""
    lines = [draw(line(treatment)) for treatment in ("tablets", "infusion", "other")]
    return {
        "usual_care": {"label": "Usual care", "lines": []},
        "one": {"label": "One line", "lines": lines[1:2]},
        "two": {"label": "Two lines", "lines": lines[:0:-1]},
        "three": {"label": "Three lines", "lines": lines},
        "mixed": {"label": "A mix", "mix": {"two": 0.5, "usual_care": 0.125, "three": 0.375}},
    }


@st.composite
def line(draw: Draw, treatment: str) -> Tree:
    """Return a line of a treatment, with or without detours and a rule of its own."""
    others = st.none() | st.sampled_from(
        [key for key in ("tablets", "infusion", "other") if key != treatment]
    )
    again = st.none() | st.integers(0, 2)
    found = {
        "treatment": treatment,
        "route_to": draw(others),
        "instead_of_waiting": draw(others),
        "max_reinductions": draw(again),
    }
    return {name: value for name, value in found.items() if value is not None}
