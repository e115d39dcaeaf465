"""Find, read and forge files of a directory of results."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from sim.stored.tables import encoded


def table_file(directory: Path, frame: str, scenario: int = 1, part: str = "") -> Path:
    """Return the one file of a frame and scenario, counted from 1."""
    [path] = sorted(directory.glob(f"{frame}/{scenario:04d}-*/{part}*.parquet"))
    return path


def settings_file(directory: Path, scenario: int = 1) -> Path:
    """Return the settings of a scenario, counted from 1."""
    [path] = sorted(directory.glob(f"settings/{scenario:04d}-*.json"))
    return path


def named_file(directory: Path, name: str) -> Path:
    """Return a file at the top, or the settings or the first table of a frame."""
    if name == "settings":
        return settings_file(directory)
    if (directory / name).is_file():
        return directory / name
    return sorted(directory.glob(f"{name}/0001-*/*.parquet"))[0]


def forge(directory: Path, path: Path, content: pd.DataFrame | str) -> None:
    """Put another table or text in place of one, and its hash into the manifest."""
    path.write_bytes(content.encode() if isinstance(content, str) else encoded(content).content)
    manifest = json.loads((directory / "manifest.json").read_text())
    for file in manifest["files"]:
        if directory / file["path"] == path:
            file["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (directory / "manifest.json").write_text(json.dumps(manifest))
