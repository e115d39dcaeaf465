"""A budget impact told: as plain values for programs, as sentences, and as tables of text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.analysis.budget_impact import BudgetImpact
from sim.analysis.budget_plan import MIXES
from sim.analysis.precision import FloatArray, differs_from_zero, half_width, mean_and_error, plain
from sim.domain.economics import Category
from sim.report.exhibit import CHANCE_ONLY, Basis, Exhibit, caption_of
from sim.report.numbers import NOTHING, count, counted, interval_text, joined, money, share, with_error
from sim.report.tables import Table
from sim.report.words import PERSPECTIVES

Row = dict[str, Any]


def budget_content(impact: BudgetImpact) -> dict[str, list[Row]]:
    """Return a budget impact as plain values, ready for JSON.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.

    Returns
    -------
    dict
        ``results`` (``year, mix, category, cost, cost_se``; categories without cost are left out), ``totals``
        (``year, mix, cost, cost_se``), ``net`` (``year, net, net_se``; year None = all together), ``people``
        (``year, mix, strategy, people``: those referred in that year) and ``settings`` (one row). All rows
        have ``scenario``; costs are means over replications, errors None with a single one.
    """
    years = range(impact.plan.years)
    rows: dict[str, list[Row]] = {"results": [], "totals": [], "net": [], "people": []}
    for year in years:
        for mix, cost, people in zip(MIXES, impact.cost, impact.plan.people, strict=True):
            key = {"year": year + 1, "mix": mix}
            rows["results"] += [
                key | {"category": category} | _mean("cost", amounts)
                for category, amounts in zip(impact.categories, cost[year], strict=True)
                if amounts.any()
            ]
            rows["totals"].append(key | _mean("cost", cost[year].sum(axis=0)))
            rows["people"] += [
                key | {"strategy": strategy, "people": float(number)}
                for strategy, number in zip(impact.plan.strategies, people[year], strict=True)
                if number
            ]
        rows["net"].append({"year": year + 1} | _mean("net", impact.net[year]))
    rows["net"].append({"year": None} | _mean("net", impact.net.sum(axis=0)))
    return {
        **{name: [{"scenario": impact.scenario} | row for row in part] for name, part in rows.items()},
        "settings": [_settings(impact)],
    }


def budget_sentences(impact: BudgetImpact, patients: BudgetImpact | None = None) -> list[str]:
    """Return the answer in sentences, and what it must be read with.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.
    patients : BudgetImpact, optional
        The same from the patients' perspective, where the budget does not hold what they pay.

    Returns
    -------
    list of str
        Net impact over all years with its interval, what patients pay beside it, then warnings.
    """
    total = impact.net.sum(axis=0)
    is_single = len(total) == 1
    mean, error = mean_and_error(total)
    over = f"Over {counted(impact.plan.years, 'year')}"
    whose = f"{PERSPECTIVES[impact.output.perspective]} perspective"
    if not total.any():
        told = f"{over} the new mix costs the same as the current one ({whose})."
    else:
        difference = f"{money(abs(float(mean)))} {'more' if mean > 0 else 'less'}"
        span = "" if is_single else interval_text(float(mean), float(half_width(error, len(total))))
        chance = f", 95 % interval {span}" if span else ""
        told = (
            f"{over} there is no clear difference between the mixes: the new one costs {difference} than the "
            f"current one ({whose}{chance})."
            if not (is_single or differs_from_zero(total))
            else f"{over} the new mix costs {difference} than the current one ({whose}{chance})."
        )
    beside = [] if patients is None else [_paid_by_patients(patients)]
    return [told, *beside, *_warnings(impact)]


def budget_tables(impact: BudgetImpact) -> list[Table]:
    """Return totals by year, costs by category, and people by strategy.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.

    Returns
    -------
    list of Table
        Three tables.
    """
    years = [str(year + 1) for year in range(impact.plan.years)]
    current, new = impact.cost.sum(axis=2)
    headings = tuple(f"Year {year}, {mix}" for year in years for mix in MIXES)
    marked = [f"{year} (cut short)" if int(year) in impact.truncated_years else year for year in years]
    labels = impact.settings.strategies
    by_category = impact.cost.mean(axis=-1).transpose(2, 1, 0).reshape(len(impact.categories), -1)
    by_strategy = impact.plan.people.transpose(2, 1, 0).reshape(len(impact.plan.strategies), -1)
    return [
        Table(
            "What both mixes cost in each year",
            ("Year", "Current mix", "New mix", "Net impact"),
            (
                *(
                    (name, *(_amount(cost) for cost in (current[row], new[row], impact.net[row])))
                    for row, name in enumerate(marked)
                ),
                ("All", *(_amount(cost.sum(axis=0)) for cost in (current, new, impact.net))),
            ),
        ),
        Table(
            "Costs by category",
            ("Category", *headings),
            tuple(
                (name.replace("_", " "), *(money(amount) for amount in amounts))
                for name, amounts in zip(impact.categories, by_category, strict=True)
                if amounts.any()
            ),
        ),
        Table(
            "People referred in each year",
            ("Strategy", *headings),
            tuple(
                (labels[key], *(count(number) if number else NOTHING for number in people))
                for key, people in zip(impact.plan.strategies, by_strategy, strict=True)
                if people.any()
            ),
        ),
    ]


def net_table(impact: BudgetImpact) -> Table:
    """Return the net impact by year, and how it adds up.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.

    Returns
    -------
    Table
        A row for each year; errors of the sums are those of sums within each replication.
    """
    plan, summed = impact.plan, impact.net.cumsum(axis=0)
    moved = np.abs(plan.moved).sum(axis=1) / 2 * plan.eligible_per_year
    return Table(
        "Net impact by year (new less current), and how it adds up",
        ("Year", "Of the way to the new mix", "People treated otherwise", "Net impact", "So far"),
        tuple(
            (
                f"{year} (cut short)" if year in impact.truncated_years else str(year),
                share(plan.uptake[year - 1]), count(moved[year - 1]),
                _amount(impact.net[year - 1]), _amount(summed[year - 1]),
            )
            for year in range(1, plan.years + 1)
        ),
    )  # fmt: skip


def budget_basis(impact: BudgetImpact) -> Basis:
    """Return what the amounts of a budget impact rest on.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.

    Returns
    -------
    Basis
        Its time is that of the budget, however long patients were followed.
    """
    basis = Basis.of(impact.settings, impact.output, n_replications=impact.net.shape[1])
    return replace(basis, horizon_years=impact.plan.years)


def budget_caption(impact: BudgetImpact) -> str:
    """Return what every budget table must say about itself."""
    plan = impact.plan
    uptake = joined([share(reached) for reached in plan.uptake.tolist()])
    people = (
        f"{count(plan.eligible_per_year)} people referred a year, evenly through each year, none before the "
        f"first; {uptake} of the way to the new mix by year."
    )
    return caption_of(budget_basis(impact), notes=(people,), discounted=False, spread=CHANCE_ONLY)


def _paid_by_patients(impact: BudgetImpact) -> str:
    total = impact.net.sum(axis=0)
    mean = float(total.mean())
    if not total.any():
        return "Not counted here: what patients pay themselves, which stays the same."
    is_clear = len(total) == 1 or differs_from_zero(total)
    direction = "more" if mean > 0 else "less"
    caveat = "" if is_clear else ", which chance could explain"
    return f"Not counted here: patients themselves pay {money(abs(mean))} {direction}{caveat}."


def _warnings(impact: BudgetImpact) -> list[str]:
    told = []
    if impact.truncated_years:
        followed = counted(impact.settings.horizon_years, "year")
        listed = joined([str(year) for year in impact.truncated_years])
        told.append(
            f"Warning: patients were followed for {followed}, so later costs are missing in year {listed}, "
            "in both mixes and in their difference; run a longer horizon (--set horizon_years=...)."
        )
    if impact.is_limited:
        told.append(
            "Warning: some resources have limits, so the cost of a person depends on how many came in the "
            "run; it is scaled to the people below as it is."
        )
    return told


def _settings(impact: BudgetImpact) -> Row:
    plan, output = impact.plan, impact.output
    return {
        "scenario": impact.scenario,
        "perspective": output.perspective.value,
        "currency": impact.settings.currency,
        "price_year": output.price_year,
        "drug_price": output.drug_price.value,
        "eligible_per_year": float(plan.eligible_per_year),
        "years": plan.years,
        "uptake": plan.uptake.tolist(),
        **{
            mix: {key: share for key, share in zip(plan.strategies, shares, strict=True) if share}
            for mix, shares in zip(MIXES, plan.shares.tolist(), strict=True)
        },
        "horizon_years": impact.settings.horizon_years,
        "truncated_years": list(impact.truncated_years),
        "is_limited": impact.is_limited,
    }


def _mean(name: str, amounts: FloatArray) -> Row:
    """Return a mean over replications and its error, None where undefined."""
    mean, error = mean_and_error(amounts)
    return {name: plain(mean), f"{name}_se": plain(error)}


def _amount(amounts: FloatArray) -> str:
    row = _mean("cost", amounts)
    return with_error(row["cost"], row["cost_se"], money)


def budget_exhibit(impact: BudgetImpact) -> Exhibit:
    """Return the figure of a budget impact, with its numbers.

    Parameters
    ----------
    impact : BudgetImpact
        From `sim.analysis.budget_impact.budget_impact`.

    Returns
    -------
    Exhibit
        Both mixes side by side by year, stacked by category, and the net impact below. Background care is
        left out of the bars: it fills most of each and hides what differs.
    """
    import pandas as pd  # noqa: PLC0415

    from sim.report.budget_figures import budget_bars  # noqa: PLC0415  draws, which tables need not

    content = budget_content(impact)
    net = pd.DataFrame([row for row in content["net"] if row["year"] is not None])
    population = f"{count(impact.plan.eligible_per_year)} people referred a year"
    costs = pd.DataFrame(content["results"])
    drawn = costs[costs["category"] != Category.BACKGROUND]
    return budget_bars(drawn, net, budget_basis(impact), population=population)
