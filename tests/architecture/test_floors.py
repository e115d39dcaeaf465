"""The house keeps its shape: floors, public surface, sizes, and no number or tool out of place."""

from __future__ import annotations

import ast
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "sim").rglob("*.py"))
MOST_MODULE_LINES, MOST_FUNCTION_LINES = 350, 50
PLAIN_NUMBERS = {-1, 0, 1, 2}
NUMBERS_ALLOWED_IN = {"sim/units.py", "sim/domain/distributions.py"}
"""Conversions, and textbook formulas."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(params=MODULES, ids=name_of)
def module(request):
    return request.param


def test_each_floor_imports_only_from_the_floors_below():
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_public_names_are_sorted_all_importable_and_each_has_one_home():
    assert sim.__all__ == sorted(sim.__all__) == list(sim._HOMES)
    assert [name for name in sim.__all__ if getattr(sim, name).__name__ != name] == []


def test_no_public_name_is_that_of_a_module():
    modules = {module.name for module in pkgutil.iter_modules(sim.__path__)}
    assert modules & set(sim.__all__) == set()


def test_dir_lists_the_public_names():
    assert set(sim.__all__) <= set(dir(sim))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'simulated'"):
        sim.simulated  # noqa: B018  the access itself raises


@pytest.mark.parametrize("statement", ["import sim", "import sim.cli"])
def test_a_first_import_is_light(statement):
    code = f"{statement}; import sys; print([m for m in ('numpy', 'pandas', 'scipy', 'streamlit', 'simpy', 'pydantic') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_no_module_is_longer_than_the_house_allows(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_MODULE_LINES


def test_no_function_is_longer_than_the_house_allows(module):
    functions = [node for node in ast.walk(tree_of(module)) if isinstance(node, ast.FunctionDef)]
    assert {node.name: lines for node in functions if (lines := code_lines(node)) > MOST_FUNCTION_LINES} == {}


def code_lines(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_numbers_are_named_where_they_are_not_plain(module):
    if name_of(module) in NUMBERS_ALLOWED_IN:
        return
    assert unnamed_numbers(tree_of(module)) == []


def unnamed_numbers(tree: ast.Module) -> list[str]:
    """List literals other than plain ones, apart from module constants and bounds of domain types."""
    named = {id(leaf) for node in ast.walk(tree) if is_naming(node) for leaf in ast.walk(node)}
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and type(node.value) in {int, float}
        and node.value not in PLAIN_NUMBERS
        and id(node) not in named
    ]


def is_naming(node: ast.AST) -> bool:
    """Tell whether a node gives its numbers a name: NAME = ..., an enum member, or Field(ge=...)."""
    if isinstance(node, ast.Assign):
        return all(
            isinstance(target, ast.Name | ast.Tuple) and names_constant(target) for target in node.targets
        )
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and (
            names_constant(node.target) or is_bound(node.annotation)
        )
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Field", "_bounded"}
    )


def names_constant(target: ast.expr) -> bool:
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(name, ast.Name) and name.id.isupper() for name in names)


def is_bound(annotation: ast.expr) -> bool:
    """Tell whether an annotation bounds the field it belongs to, so that its default is a domain value."""
    return "Field(" in ast.unparse(annotation) or "Number" in ast.unparse(annotation)


def test_nothing_prints_and_nothing_draws_outside_the_streams(module):
    calls = [ast.unparse(node.func) for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)]
    drawing = (
        []
        if name_of(module) == "sim/streams.py"
        else [c for c in calls if c.startswith(("np.random.", "numpy.random."))]
    )
    assert [call for call in calls if call == "print"] + drawing == []


def test_nothing_imports_the_random_module(module):
    imported = [
        alias.name
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    sources = [node.module for node in ast.walk(tree_of(module)) if isinstance(node, ast.ImportFrom)]
    assert "random" not in imported + sources


def test_the_streamlit_page_file_is_short_and_guarded():
    text = (ROOT / "app.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert 'if __name__ == "__main__":' in text
