"""Frames as the bytes of Parquet files, with plain columns that any reader understands, and back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.stored.files import digest_of_bytes, reading

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COMPRESSION = "zstd"


@dataclass(frozen=True, slots=True)
class Table:
    """A frame as the content of a file.

    Parameters
    ----------
    content : bytes
        A Parquet file.
    rows : int
        Number of rows in it.
    """

    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """Hash of the content."""
        return digest_of_bytes(self.content)


def encoded(frame: pd.DataFrame) -> Table:
    """Return a frame as a Parquet file; the same frame gives the same bytes.

    Parameters
    ----------
    frame : pandas.DataFrame
        Numbers, truth values and names; names may be categorical.

    Returns
    -------
    Table
        Names are plain text in it, so that files with different names fit together.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = {str(name): _column(frame[name]) for name in frame.columns}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression=COMPRESSION)
    return Table(sink.getvalue(), len(frame))


def decoded(contents: Mapping[Path, bytes]) -> pd.DataFrame:
    """Put Parquet files of the same columns one below the other.

    Parameters
    ----------
    contents : mapping of Path to bytes
        At least one file, and where it was read from, for messages.

    Returns
    -------
    pandas.DataFrame
        Names are categorical.

    Raises
    ------
    AnalysisError
        If a file is damaged, or has other columns than the first.
    """
    import pyarrow as pa  # noqa: PLC0415

    tables = []
    for path, content in contents.items():
        with reading(path):
            tables.append(_table(content))
    with reading(next(iter(contents))):
        whole = tables[0] if len(tables) == 1 else pa.concat_tables(tables).unify_dictionaries()
        return whole.to_pandas()


def _column(column: pd.Series) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    if hasattr(column, "cat"):
        names = pa.array(column.cat.categories.astype(str).to_numpy(dtype=object), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(column.cat.codes.to_numpy()), names).cast(pa.string())
    if column.dtype.kind in "biuf":
        return pa.array(column.to_numpy())
    return pa.array(column.to_numpy(dtype=object), pa.string())


def _table(content: bytes) -> pa.Table:
    """Read one file, its names as codes."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    names = [field.name for field in pq.read_schema(pa.BufferReader(content)) if field.type == pa.string()]
    return pq.ParquetFile(pa.BufferReader(content), read_dictionary=names).read()
