"""Made-up frames of a decision analysis, and every figure drawn from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.report.budget_figures import budget_bars
from sim.report.choice_figures import threshold_line, two_way
from sim.report.exhibit import Basis
from sim.report.frontier_figures import frontier_plane
from sim.report.information_figures import evppi_bars, evsi_curve
from sim.report.plane_figures import ce_plane
from sim.report.sensitivity_figures import inmb_intervals, tornado
from sim.report.wtp_figures import acceptability_curves, evpi_curve, expected_loss_curves

LABELS = {
    "usual_care": "Usual care",
    "ssri": "SSRI switch",
    "ketamine_home": "Ketamine at home",
    "ketamine_iv": "Ketamine IV in clinic",
    "esketamine": "Esketamine in clinic",
    "ect": "ECT",
}
MEANS = {
    "usual_care": (0.0, 0.0),
    "ssri": (200.0, 0.005),
    "ketamine_home": (-900.0, 0.03),
    "ketamine_iv": (2500.0, 0.06),
    "esketamine": (6000.0, 0.045),
    "ect": (7000.0, 0.12),
}
BASIS = Basis("USD", 2024, "sector", 5, 0.03, 0.03, 2000, 1000, 1, 50_000)
POPULATION = "12,000 referred a year for 10 years, discounted 3.0% a year"
WTP = np.arange(0, 200_001, 2000.0)


class Frames:
    """Every frame that the figures take, from one table of draws."""

    def __init__(self, n_draws=1000, seed=1):
        dice = np.random.default_rng(seed)
        self.keys = list(MEANS)
        spread = np.array([0.0, 300.0, 900.0, 1200.0, 1500.0, 2500.0])
        self.cost = np.array([MEANS[key][0] for key in self.keys])[:, None] + spread[:, None] * dice.normal(
            size=(6, n_draws)
        )
        gain = np.array([MEANS[key][1] for key in self.keys])[:, None]
        self.effect = gain + 0.02 * (gain != 0) * dice.normal(size=(6, n_draws))
        self.benefit = WTP[:, None, None] * self.effect - self.cost

    def long(self, values, name):
        return pd.DataFrame(
            [
                (wtp, key, float(value))
                for wtp, row in zip(WTP, values, strict=True)
                for key, value in zip(self.keys, row, strict=True)
            ],
            columns=["wtp", "strategy", name],
        )

    @property
    def cloud(self):
        n = self.cost.shape[1]
        return pd.concat(
            pd.DataFrame(
                {
                    "draw": range(n),
                    "strategy": key,
                    "incremental_cost": self.cost[at],
                    "incremental_qaly": self.effect[at],
                }
            )
            for at, key in enumerate(self.keys)
        )

    @property
    def means(self):
        cost, effect = self.cost.mean(axis=1), self.effect.mean(axis=1)
        below = (self.effect * BASIS.wtp > self.cost).mean(axis=1)
        return pd.DataFrame(
            {
                "strategy": self.keys,
                "incremental_cost": cost,
                "incremental_qaly": effect,
                "share_below": below,
            }
        )

    @property
    def ellipse(self):
        angle = np.linspace(0, 2 * np.pi, 41)
        return pd.concat(
            pd.DataFrame(
                {
                    "strategy": key,
                    "x": self.effect[at].mean() + 2.45 * self.effect[at].std() * np.cos(angle),
                    "y": self.cost[at].mean() + 2.45 * self.cost[at].std() * np.sin(angle),
                }
            )
            for at, key in enumerate(self.keys)
            if at
        )

    @property
    def curves(self):
        best = self.benefit.argmax(axis=1)
        return self.long([[(row == at).mean() for at in range(6)] for row in best], "probability")

    @property
    def frontier(self):
        at = self.benefit.mean(axis=2).argmax(axis=1)
        best = self.benefit.argmax(axis=1)
        return pd.DataFrame(
            {
                "wtp": WTP,
                "strategy": [self.keys[place] for place in at],
                "probability": [(row == place).mean() for row, place in zip(best, at, strict=True)],
            }
        )

    @property
    def losses(self):
        return self.long((self.benefit.max(axis=1)[:, None, :] - self.benefit).mean(axis=2), "loss")

    @property
    def evpi(self):
        value = self.benefit.max(axis=1).mean(axis=1) - self.benefit.mean(axis=2).max(axis=1)
        return pd.DataFrame({"wtp": WTP, "evpi": value})


FRAMES = Frames()
LONG_NAMES = [
    "Response after six sessions at home",
    "Price of a session",
    "Relapse in maintenance, per month",
    "Utility of remission",
    "All prices",
    "Share who drop out before the first session because they cannot travel to the clinic",
    "Dose",
    "Screening time",
]


def evppi_frame():
    value = np.array([120.0, 80.0, 61.5, 20.0, 300.0, 9.0, 3.0, 0.5])
    return pd.DataFrame(
        {
            "parameter": [f"p.{at}" for at in range(8)],
            "label": LONG_NAMES,
            "evppi": value,
            "evppi_se": 5 + value / 20,
            "noise_floor": 8.0 + np.arange(8) / 2,
            "is_told_from_noise": value > 10,
            "is_group": [False] * 4 + [True] + [False] * 3,
        }
    )


def evsi_frame():
    n = np.array([20, 50, 100, 200, 400, 700, 1000])
    evsi = 9e6 * n / (n + 90)
    cost = 4e5 + 6000.0 * n
    return pd.DataFrame({"n_per_arm": n, "evsi": evsi, "evsi_se": 3e5, "cost": cost, "enbs": evsi - cost})


def tornado_frame():
    span = np.array([2500.0, 1400, 900, 600, 300, 200, 80, 20])
    return pd.DataFrame(
        {
            "parameter": [f"p.{at}" for at in range(8)],
            "label": LONG_NAMES,
            "unit": ["share", "USD", "per month", "utility", "%", "share", "mg", "min"],
            "low": [0.3, 450, 0.01, 0.7, 80, 0.05, 35, 30],
            "high": [0.6, 1200, 0.05, 0.9, 120, 0.2, 70, 60],
            "inmb_low": 1700 - span * [1, -1, -1, 1, -1, -1, 1, -1],
            "inmb_high": 1700 + 0.8 * span * [1, -1, -1, 1, -1, -1, 1, 1],
            "inmb_base": 1700.0,
        }
    )


def two_way_frame():
    rows = [
        (
            x,
            y,
            "ketamine_home" if x + 400 * y < 500 else "ketamine_iv" if y > 0.4 else "usual_care",
            abs(x + 400 * y - 500),
        )
        for x in np.linspace(100, 1200, 12)
        for y in np.linspace(0.2, 0.8, 11)
    ]
    return pd.DataFrame(rows, columns=["x", "y", "strategy", "lead"])


def threshold_frames():
    value = np.linspace(100, 1500, 29)
    rows = [
        (at, key, nmb, 120.0)
        for at in value
        for key, nmb in (
            ("usual_care", 60_000.0),
            ("ketamine_home", 63_000 - 4 * at),
            ("ketamine_iv", 61_500 - 1.2 * at),
        )
    ]
    switches = pd.DataFrame(
        {
            "value": [535.7, 1250.0],
            "from": ["ketamine_home", "ketamine_iv"],
            "to": ["ketamine_iv", "usual_care"],
        }
    )
    return pd.DataFrame(rows, columns=["value", "strategy", "nmb", "nmb_se"]), switches


def frontier_frame():
    cost, effect = zip(*MEANS.values(), strict=True)
    status = ["dominated", "dominated", "on frontier", "on frontier", "dominated", "on frontier"]
    nan = float("nan")
    return pd.DataFrame(
        {
            "strategy": list(MEANS),
            "cost": np.array(cost) + 40_000,
            "effect": np.array(effect) + 3.1,
            "status": status,
            "icer": [nan, nan, nan, 113_333.0, nan, 75_000.0],
        }
    )


def intervals_frame():
    return pd.DataFrame(
        {
            "strategy": list(MEANS)[1:],
            "inmb": [50.0, 2400, 500, -3750, -1000],
            "low": [-900.0, 300, -2500, -7000, -7000],
            "high": [1000.0, 4400, 3500, -500, 5000],
        }
    )


def budget_frames():
    base = {"drug": 2e6, "session": 3.5e6, "visits": 1e6, "adverse_events": 2e5, "hospital": 4e6}
    rows = [
        (year, mix, key, cost * (1 + 0.05 * year) * (1 if mix == "current" else 0.9 + 0.1 * (key == "drug")))
        for year in range(1, 6)
        for mix in ("current", "new")
        for key, cost in base.items()
    ]
    net = pd.DataFrame({"year": range(1, 6), "net": [2e5, -1e5, -4e5, -7e5, -9e5], "net_se": 1e5})
    return pd.DataFrame(rows, columns=["year", "mix", "category", "cost"]), net


def draw_all(basis=BASIS, labels=LABELS):
    """Return every figure by name."""
    f = FRAMES
    return {
        "ce_plane": ce_plane(f.cloud, f.means, labels, basis, comparator="usual_care", ellipse=f.ellipse),
        "frontier_plane": frontier_plane(frontier_frame(), labels, basis),
        "inmb_intervals": inmb_intervals(intervals_frame(), labels, basis, comparator="usual_care"),
        "acceptability_curves": acceptability_curves(f.curves, f.frontier, labels, basis),
        "expected_loss_curves": expected_loss_curves(f.losses, f.evpi, labels, basis),
        "evpi_curve": evpi_curve(f.evpi, basis),
        "evppi_bars": evppi_bars(evppi_frame(), basis, evpi=410.0),
        "evsi_curve": evsi_curve(
            evsi_frame(),
            basis,
            trial="Ketamine at home against IV, response at 6 weeks",
            population=POPULATION,
        ),
        "tornado": tornado(tornado_frame(), labels, basis, strategy="ketamine_home", comparator="usual_care"),
        "two_way": two_way(
            two_way_frame(),
            labels,
            basis,
            x_title="Price of a session [USD]",
            y_title="Response at home",
            base=(450, 0.5),
        ),
        "threshold_line": threshold_line(
            *threshold_frames(), labels, basis, parameter="Price of a session [USD]"
        ),
        "budget_bars": budget_bars(*budget_frames(), basis, population="12,000 eligible, uptake 5 % to 25 %"),
    }
