"""Which keys a file may have at a path, read off the domain types."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from sim.domain.scenario import Scenario
from sim.scenario_io.problems import Keys

TAG = "what"
"""Setting that says which of several types a map is."""


def fields_at(keys: Sequence[str | int], root: type[BaseModel] = Scenario) -> tuple[str, ...]:
    """Return the names of the settings that may stand below a path.

    Parameters
    ----------
    keys : sequence of str or int
        Steps from the top of the file; below a choice of types comes the `TAG` of the one chosen.
    root : type, default Scenario
        Type of the whole file.

    Returns
    -------
    tuple of str
        Field names in file order; empty where names are free or nothing can stand.
    """
    kind = type_at(keys, root)
    return tuple(kind.model_fields) if _is_model(kind) else ()


def type_at(keys: Sequence[str | int], root: type[BaseModel] = Scenario) -> object:
    """Return the type that the schema gives to a path.

    Parameters
    ----------
    keys : sequence of str or int
        Steps from the top of the file; below a choice of types comes the `TAG` of the one chosen.
    root : type, default Scenario
        Type of the whole file.

    Returns
    -------
    type or None
        A domain type, a plain type or a generic collection; None where nothing can stand.
    """
    kind: object = root
    for key in keys:
        kind = _bare(_below(kind, str(key)))
    return kind


def written(keys: Sequence[str | int], root: type[BaseModel] = Scenario) -> Keys:
    """Return a path as it stands in the file, without the steps that choose a type.

    Parameters
    ----------
    keys : sequence of str or int
        Steps from the top of the file; below a choice of types comes the `TAG` of the one chosen.
    root : type, default Scenario
        Type of the whole file.

    Returns
    -------
    tuple of str
        Steps from the top of the file.
    """
    return tuple(str(key) for depth, key in enumerate(keys) if not _is_choice(type_at(keys[:depth], root)))


def _below(kind: object, key: str) -> object:
    if _is_model(kind):
        field = kind.model_fields.get(key)
        return field.annotation if field is not None else None
    parts = get_args(kind)
    if _is_choice(kind):
        return next((part for part in parts if key in get_args(part.model_fields[TAG].annotation)), None)
    if get_origin(kind) is dict:
        return parts[1]
    if get_origin(kind) is tuple:
        return parts[0]
    return None


def _bare(kind: object) -> object:
    """Strip constraints and the choice of leaving a value out."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType} and not _is_choice(kind):
        return _bare(next(part for part in get_args(kind) if part is not types.NoneType))
    return kind


def _is_choice(kind: object) -> bool:
    """Tell whether a type is one of several, told apart by their `TAG`."""
    return get_origin(kind) in {Union, types.UnionType} and all(
        _is_model(part) and TAG in part.model_fields for part in get_args(kind)
    )


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
