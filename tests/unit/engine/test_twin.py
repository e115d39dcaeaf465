"""The source that is compiled is made from the visits: nothing added, nothing that a compiler cannot read."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.domain.events import NEVER, Event
from sim.engine import heap_clock, twin
from sim.engine.compiled_clock import HEAD, TAIL

ROUTE = '''
import numpy as np

from sim.domain.events import Event, Outcome

LIMIT, SHARE = 3, 0.5
WORD = np.uint64(7)
UNUSED = 8


def run(patient: int, far: float = SHARE) -> int:
    """Say what happens."""
    found = step(patient)
    return step(found) if found < LIMIT else int(far)


def never_called(patient: int) -> int:
    return patient


def step(number: int) -> int:
    """Take a step."""
    total = number
    if total == Outcome.REMISSION:
        return Event.DIED
    return total + last(WORD)


def last(word: np.uint64) -> int:
    return int(word)
'''
ROUTE_FOR_A_COMPILER = """LIMIT = 3
SHARE = 0.5
WORD = np.uint64(7)


@njit
def last(word):
    return int(word)


@njit
def step(number):
    total = number
    if total == 3:
        return 31
    return total + last(WORD)


@njit
def run(patient, far=SHARE):
    found = step(patient)
    return step(found) if found < LIMIT else int(far)
"""


@pytest.fixture
def source_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Return a function that makes the twin of a module given as text."""

    def make(text: str) -> str:
        path = tmp_path / "route.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("route", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr(twin, "MODULES", (module,))
        return twin.twin_source()

    return make


@pytest.fixture(scope="module")
def tree() -> ast.Module:
    return ast.parse(twin.twin_source())


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def names_read(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def names_bound(function: ast.FunctionDef) -> set[str]:
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {argument.arg for argument in function.args.args}


def test_a_module_becomes_plain_functions_callees_first_below_the_constants_they_use(
    source_of: Callable[[str], str],
) -> None:
    assert source_of(ROUTE) == ROUTE_FOR_A_COMPILER


def test_every_function_stands_below_those_it_calls(tree: ast.Module) -> None:
    order = [function.name for function in functions(tree)]
    for position, function in enumerate(functions(tree)):
        called = names_read(function) - names_bound(function)
        assert [name for name in called if name in order[position:]] == []
    assert order[-1] == twin.ENTRY
    assert {"visit", "session", "reserve", "book", "record", "uniform"} <= set(order)


def test_all_visits_are_there(tree: ast.Module) -> None:
    (visit,) = (function for function in functions(tree) if function.name == "visit")
    branches = names_read(visit) & {function.name for function in functions(tree)}
    assert {"referral", "screening", "preparation", "session", "integration", "assessment"} <= branches


def test_every_name_is_a_constant_a_function_or_known_to_the_compiler(tree: ast.Module) -> None:
    known = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    known |= {
        alias.asname or alias.name for n in ast.walk(ast.parse(HEAD)) for alias in getattr(n, "names", [])
    }
    known |= {*vars(builtins), *(function.name for function in functions(tree)), "njit"}
    for function in functions(tree):
        assert names_read(function) - names_bound(function) - known == set()


def test_no_annotation_docstring_or_enumeration_is_left(tree: ast.Module) -> None:
    assert [node for node in ast.walk(tree) if isinstance(node, ast.AnnAssign)] == []
    assert [node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation] == []
    assert [function.name for function in functions(tree) if function.returns] == []
    assert [function.name for function in functions(tree) if ast.get_docstring(function)] == []
    enumerations = {
        name
        for module in twin.MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, IntEnum)
    }
    assert Event.__name__ in enumerations
    assert names_read(tree) & enumerations == set()


def test_constants_have_their_values(tree: ast.Module) -> None:
    values = {
        node.targets[0].id: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert values["NEVER"] == str(NEVER) == "4611686018427387904"
    assert values["FIRST_WEYL"] == "np.uint64(11400714819323198485)"
    assert values["UNIT"] == repr(2.0**-53)


def defined(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__
    ]


def test_no_function_is_defined_twice_since_all_share_one_module() -> None:
    found = [name for module in twin.MODULES for name in defined(module)]
    assert sorted(found) == sorted(set(found))


def test_no_constant_has_two_values_since_all_share_one_module() -> None:
    values: dict[str, set[float]] = {}
    for module in twin.MODULES:
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, int | float | np.integer):
                values.setdefault(name, set()).add(value)
    assert {name: found for name, found in values.items() if len(found) > 1} == {}


def test_what_the_other_clock_does_in_its_own_way_is_replaced() -> None:
    text = twin.twin_source()
    assert "log.append" not in text
    assert ast.unparse(ast.parse(inspect.getsource(heap_clock.comes_before))).splitlines()[-1] in text


def test_the_tail_calls_the_entry_with_what_it_takes(tree: ast.Module) -> None:
    taken = [argument.arg for argument in functions(tree)[-1].args.args]
    (call,) = (
        node
        for node in ast.walk(ast.parse(TAIL))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == twin.ENTRY
    )
    assert len(call.args) == len(taken)


def test_the_same_visits_give_the_same_source() -> None:
    assert twin.twin_source() == twin.twin_source()
