"""Published incremental tables, with every status and every ICER."""

from __future__ import annotations

import pytest

from sim.analysis.frontier import frontier

CDIFF = {
    "s3": (57336.0059896538, 12.9399639202408, "on frontier", None, None),
    "s27": (57541.2526373815, 13.0140640696275, "on frontier", 2769.85470915263, "s3"),
    "s33": (57642.2587507842, 13.0389116321918, "on frontier", 4065.03105249231, "s27"),
    "s39": (57814.6470919581, 13.0462790163185, "extendedly dominated", None, None),
    "s4": (57887.481549326, 12.9970657153765, "dominated", None, None),
    "s31": (57934.0743411241, 13.0966257932217, "on frontier", 5056.2216470406, "s33"),
    "s13": (58018.6252420203, 13.0650412387992, "dominated", None, None),
    "s43": (58072.1137208494, 13.11285766912, "on frontier", 8504.2160616553, "s31"),
    "s37": (58081.7947984323, 13.1029711156978, "dominated", None, None),
    "s20": (58634.2026441398, 13.1100568867995, "dominated", None, None),
    "s44": (58665.7823044647, 13.1283328397025, "on frontier", 38362.6519947134, "s43"),
}
"""Eleven treatments of Clostridioides difficile: cost [USD], QALYs, status, ICER and against which.

Means over the probabilistic analysis of Rajasingham R, Enns EA, Khoruts A, Vaughn BP. Cost-effectiveness of
treatment regimens for Clostridioides difficile infection. Clin Infect Dis 2020;70:754-762.
doi:10.1093/cid/ciz318; table of the teaching vignette ``basic_cea`` of the R package dampack.
"""
SICK_SICKER = {
    "soc": (151_580, 20.711, "on frontier", None, None),
    "a": (284_805, 21.499, "dominated", None, None),
    "b": (259_100, 22.184, "on frontier", 72_988, "soc"),
    "ab": (378_875, 23.137, "on frontier", 125_764, "b"),
}
"""Rounded as Alarid-Escudero et al. 2023 print them (doi:10.1177/0272989X221103163); ICERs to 0.1 %."""
TABLES = pytest.mark.parametrize(
    ("table", "error"), [(CDIFF, 1e-9), (SICK_SICKER, 1e-3)], ids=["cdiff", "ss"]
)


def _standings(table, names):
    costs, effects = zip(*(table[name][:2] for name in names), strict=True)
    return dict(zip(names, frontier(costs, effects), strict=True))


@TABLES
@pytest.mark.parametrize("backwards", [False, True])
def test_a_published_table_gets_its_statuses_in_any_order(table, error, backwards):
    names = sorted(table, reverse=backwards)
    assert {name: standing.status for name, standing in _standings(table, names).items()} == {
        name: row[2] for name, row in table.items()
    }


@TABLES
def test_a_published_table_gets_every_icer(table, error):
    names = list(table)
    found = {
        name: (standing.icer, names[standing.versus])
        for name, standing in _standings(table, names).items()
        if standing.icer is not None
    }
    assert found == {
        name: (pytest.approx(icer, rel=error), versus)
        for name, (_, _, _, icer, versus) in table.items()
        if icer is not None
    }
