"""Store frames and settings in a directory, all or nothing, and say in words what is wrong on reading."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

MANIFEST, SETTINGS = "manifest.json", "settings.json"


@contextlib.contextmanager
def new_directory(directory: Path | str) -> Iterator[Path]:
    """Give a hidden directory to write to, and move what it holds in place at the end.

    Parameters
    ----------
    directory : Path or str
        Must not exist yet, or be empty.

    Yields
    ------
    Path
        Where to write; nothing is left of it when the block fails.

    Raises
    ------
    AnalysisError
        If the directory holds something already or cannot be written.
    """
    target = Path(directory).resolve()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise AnalysisError(f"{target}: must be a new or empty directory, got a full one; choose another")
        target.parent.mkdir(parents=True, exist_ok=True)
        nearby = target if target.exists() else target.parent
        with tempfile.TemporaryDirectory(dir=nearby, prefix=".treatpath-") as hidden:
            (complete := Path(hidden) / "results").mkdir()
            yield complete
            if nearby is not target:
                complete.replace(target)
                return
            # The manifest, without which nothing loads, comes last.
            for file in sorted(complete.iterdir(), key=lambda file: file.name == MANIFEST):
                file.replace(target / file.name)
    except OSError as error:
        raise AnalysisError(f"{target}: must be writable, got '{error.strerror or error}'") from error


def write_frames(directory: Path, frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Write each frame to a Parquet file of its name.

    Returns
    -------
    dict
        SHA-256 of each file by name of the frame, to be stored beside them.
    """
    digests = {}
    for name, frame in frames.items():
        path = directory / f"{name}.parquet"
        frame.to_parquet(path, compression="zstd", index=False)
        digests[name] = digest_of(path)
    return digests


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_frames(directory: Path, names: Iterable[str], digests: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Read frames and hold each file against its digest.

    Raises
    ------
    AnalysisError
        If a file is missing, damaged, or not the one that was written.
    """
    frames = {}
    for name in names:
        path = directory / f"{name}.parquet"
        frames[name] = read_frame(path)
        if digests.get(name) != digest_of(path):
            raise AnalysisError(
                f"{directory}: is damaged ({path.name} is not the file that was written); run again"
            )
    return frames


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values as JSON."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    # A path in the command as typed need not be UTF-8; its bytes are written as escapes.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def stored_directory(directory: Path | str, made_by: str) -> Path:
    """Return the path of a directory of stored results.

    Raises
    ------
    AnalysisError
        If there is none.
    """
    source = Path(directory)
    if not source.is_dir():
        raise AnalysisError(f"{source}: must be a directory of stored results, got none; {made_by}")
    return source


def read_json(path: Path) -> dict[str, Any]:
    """Read a mapping; AnalysisError when it is missing or damaged."""
    with _reading(path):
        content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise AnalysisError(f"{path}: is damaged (no mapping); run again")
    return content


def read_frame(path: Path) -> pd.DataFrame:
    """Read a Parquet file; AnalysisError when it is missing or damaged."""
    import pandas as pd  # noqa: PLC0415

    with _reading(path):
        return pd.read_parquet(path)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in words what is wrong with a stored file."""
    try:
        yield
    except FileNotFoundError as error:
        raise AnalysisError(f"{path}: is missing; these are no complete results, run again") from error
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: is damaged ({error}); run again") from error
