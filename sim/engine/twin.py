"""The visits as source text for a compiler: one module, callees first, made from the visits themselves.

Nothing of the pathway is written twice: the functions are read from their modules, annotations and docstrings
are left out, and members of enumerations become their numbers.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from types import ModuleType
from typing import Any

import numpy as np

from sim.engine import (
    appointments,
    booking,
    calling,
    enrollment,
    hazards,
    heap_clock,
    leaving,
    responding,
    scores,
    sessions,
    visits,
    waiting_list,
)

MODULES: tuple[ModuleType, ...] = (
    appointments, waiting_list, hazards, scores, booking, enrollment, sessions, leaving, responding, visits,
    calling, heap_clock,
)  # fmt: skip
"""Modules of plain functions. The last replace what another clock does in its own way."""
ENTRY = "run"
IN_MACHINE_CODE = frozenset({"high_word"})
"""Functions for which `sim.engine.machine_code` has something better."""
DECORATOR = "@njit"


@dataclass(frozen=True, slots=True)
class PlainFunction:
    """A function without annotations, and the names its module can see."""

    tree: ast.FunctionDef
    names: dict[str, Any]


def twin_source() -> str:
    """Return the source of all functions the clock may call, callees first, below the constants they use."""
    functions = {name: found for module in MODULES for name, found in _functions(module)}
    order: dict[str, None] = {}
    _add_callees_first(ENTRY, functions, order)
    constants = {name: value for called in order for name, value in _constants(functions[called])}
    parts = [f"{name} = {value}" for name, value in sorted(constants.items())]
    parts += [f"\n\n{DECORATOR}\n{ast.unparse(functions[name].tree)}" for name in order]
    return "\n".join(parts) + "\n"


def _functions(module: ModuleType) -> Iterator[tuple[str, PlainFunction]]:
    """Yield the functions that a module defines."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            plain = _Plain(vars(module)).visit(node)
            yield node.name, PlainFunction(ast.fix_missing_locations(plain), vars(module))


def _add_callees_first(name: str, functions: dict[str, PlainFunction], order: dict[str, None]) -> None:
    """Add the functions that one calls, directly or not, to an ordered set, and then the function itself."""
    for called in _calls(functions[name].tree):
        if called in functions and called not in order:
            _add_callees_first(called, functions, order)
    if name not in IN_MACHINE_CODE:
        order[name] = None


def _constants(function: PlainFunction) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function.tree):
        if isinstance(node, ast.Name):
            value = function.names.get(node.id)
            if isinstance(value, np.uint64):
                yield node.id, f"np.uint64({int(value)})"
            elif isinstance(value, int | float):
                yield node.id, repr(value)


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


class _Plain(ast.NodeTransformer):
    """Leave out annotations and docstrings; write members of enumerations as numbers."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        owner = self.names.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, type) and issubclass(owner, IntEnum):
            return ast.Constant(int(owner[node.attr]))
        return self.generic_visit(node)
