"""Frames become plain Parquet files and come back."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import AnalysisError
from sim.stored.tables import decoded, encoded

HERE = Path("here.parquet")


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Categorical(["b", "a", "b"], ["b", "a", "unused"]),
            "word": ["x", "y", "z"],
            "day": np.array([1, 2, 3], dtype=np.int32),
            "cost": [0.1, np.nan, -0.0],
            "is_well": [True, False, True],
        }
    )


def test_columns_are_plain_text_and_numbers(frame: pd.DataFrame) -> None:
    schema = pq.read_schema(io.BytesIO(encoded(frame).content))
    assert [str(field.type) for field in schema] == ["string", "string", "int32", "double", "bool"]
    assert schema.metadata is None


def test_values_come_back_to_the_bit(frame: pd.DataFrame) -> None:
    table = encoded(frame)
    again = decoded({HERE: table.content})
    assert (table.rows, list(again["name"]), list(again["word"])) == (3, ["b", "a", "b"], ["x", "y", "z"])
    assert again["cost"].to_numpy().tobytes() == frame["cost"].to_numpy().tobytes()
    assert (again["day"].dtype, again["is_well"].dtype) == (np.int32, np.bool_)


def test_the_same_frame_gives_the_same_bytes(frame: pd.DataFrame) -> None:
    assert encoded(frame).content == encoded(frame.copy()).content
    assert encoded(frame).sha256 == encoded(frame).sha256


def test_files_with_other_names_are_joined(frame: pd.DataFrame) -> None:
    other = frame.assign(name=pd.Categorical(["c", "c", "a"]))
    again = decoded({HERE: encoded(frame).content, Path("there"): encoded(other).content})
    assert again["name"].tolist() == ["b", "a", "b", "c", "c", "a"]


def test_a_frame_without_rows_keeps_its_columns(frame: pd.DataFrame) -> None:
    again = decoded({HERE: encoded(frame.iloc[:0]).content})
    assert (list(again.columns), len(again)) == (list(frame.columns), 0)


def test_files_with_other_columns_are_damaged(frame: pd.DataFrame) -> None:
    other = encoded(frame.drop(columns="cost")).content
    with pytest.raises(AnalysisError, match=r"(?s)here\.parquet: is damaged \(.*\); run again"):
        decoded({HERE: encoded(frame).content, Path("there"): other})


def test_what_is_no_table_is_damaged() -> None:
    with pytest.raises(AnalysisError, match=r"here\.parquet: is damaged \(.*\); run again"):
        decoded({HERE: b"no table"})
