"""Where machine code is kept from run to run, and whether it is still what was written.

Damaged machine code can end a program without a word, so its files are compared with what they were before
any of it is loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o700
MACHINE_CODE = "__pycache__"


def is_kept(source: Path) -> bool:
    """Return True when machine code of a source file is there and undamaged."""
    return _recorded(source) == _digests(source) != {}


def keep(source: Path) -> None:
    """Record what the files of a compiled source file are like now."""
    unfinished = _record(source).with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(_digests(source)), encoding="utf-8")
    unfinished.replace(_record(source))


def drop_damaged(source: Path) -> None:
    """Remove the files of a compiled source file unless they are as they were recorded."""
    recorded = _recorded(source)
    if recorded is None or recorded == _digests(source):
        return
    _record(source).unlink(missing_ok=True)
    for file in _files(source):
        file.unlink(missing_ok=True)


def _recorded(source: Path) -> dict[str, str] | None:
    """Return the recorded digests; none are right when the record itself is damaged."""
    try:
        recorded = json.loads(_record(source).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return recorded if isinstance(recorded, dict) else {}


def _record(source: Path) -> Path:
    return source.with_suffix(".compiled")


def _digests(source: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in _files(source)}


def _files(source: Path) -> list[Path]:
    found = (source.parent / MACHINE_CODE).glob(f"{source.stem}.*.nb?")
    return [file for file in (source, *sorted(found)) if file.is_file()]


def cache_directory() -> Path:
    """Return a directory of our own that can be written: in the user's cache, or a temporary one."""
    for place in (_in_user_cache, _in_temporary):
        try:
            directory = place()
            directory.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=directory) as file:
                if os.fstat(file.fileno()).st_uid == directory.stat().st_uid:
                    return directory
        except (OSError, RuntimeError):  # no home, or no right to write there
            continue
    return Path(tempfile.mkdtemp(prefix="treatpath-"))


def _in_user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "treatpath"


def _in_temporary() -> Path:
    user = getattr(os, "getuid", int)()  # where users have no number, their temporary files are apart
    return Path(tempfile.gettempdir()) / f"treatpath-{user}"
