"""The impact inventory: every category once, and its part for each perspective as the sums count it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.present_values import counted_cost
from sim.domain.economics import Category, DrugPrice, Perspective
from sim.report.console import print_inventory, stdout
from sim.report.inventory import ITEMS, inventory_rows, inventory_table

AMOUNT, COVERED = 100.0, 30.0


@pytest.fixture
def rows():
    return {row["category"]: row for row in inventory_rows()}


def test_every_category_stands_in_the_inventory_once(rows):
    assert set(ITEMS) == set(Category)
    assert list(rows) == [category.value for category in ITEMS]


@pytest.mark.parametrize("perspective", list(Perspective))
def test_the_inventory_says_what_the_sums_count(rows, perspective):
    names = [category.value for category in Category]
    flows = pd.DataFrame({"category": pd.Categorical(names, names), "cost": AMOUNT, "covered": COVERED})
    flows.loc[flows["category"] == "rebate", ["cost", "covered"]] = -AMOUNT
    counted = counted_cost(flows, perspective, DrugPrice.NET)
    part = {"all": AMOUNT, "covered part": COVERED, "uncovered part": AMOUNT - COVERED, None: 0.0}
    assert np.abs(counted).tolist() == [part[rows[name][perspective.value]] for name in names]


def test_only_rebates_depend_on_the_price_of_drugs(rows):
    assert [name for name, row in rows.items() if row["drug_price"]] == ["rebate"]


def test_what_the_programme_pays_counts_in_no_other_perspective(rows):
    others = [perspective.value for perspective in Perspective if perspective is not Perspective.PROGRAMME]
    paid = [row for row in rows.values() if row["programme"]]
    assert [row["category"] for row in paid] == ["staff", "idle_capacity", "programme_drug", "setup"]
    assert {row[name] for row in paid for name in others} == {None}


def test_the_table_says_where_rent_is_and_what_is_left_out(capsys):
    assert dict(zip(inventory_table().header, inventory_table().rows[14][:8], strict=True)) == {
        "Category": "staff",
        "Sector of the inventory": "what the programme pays",
        "What it holds": "hours of staff, and rent of chair, suite and bay, used or missed",
        "healthcare sector": "-",
        "payer": "-",
        "patient": "-",
        "programme": "all",
        "societal": "-",
    }
    print_inventory(stdout())
    printed = capsys.readouterr().out
    assert "Impact inventory" in printed
    assert "Perspectives overlap and must not be added up." in printed
