"""The layers and the sizes that keep nnc readable, read from its source."""

import ast
import sys
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENTRANCES = {"__init__", "__main__"}  # they may import anything of nnc
MAY_IMPORT = {
    "api": {"io", "core", "errors"},
    "cli": {"cli", "io", "render", "core", "errors", "__version__"},
    "render": {"render", "core", "errors", "__version__"},
    "io": {"io", "core", "errors"},
    "core": {"core", "errors"},
    "errors": set(),
}
MAY_INSTALL = {"core": {"numpy", "msgspec"}, "errors": set()}  # the layers that are held to few packages, and which
OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}

MODULES = sorted((ROOT / "nnc").rglob("*.py"))
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "nnc").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports; ``from nnc import core`` gives ``nnc.core``."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@every_module
def test_a_layer_imports_only_the_layers_below_it(path: Path) -> None:
    if layer(path) not in ENTRANCES:
        ours = {name.split(".")[1] if "." in name else "nnc" for name in imports(path) if name.split(".")[0] == "nnc"}
        assert ours <= MAY_IMPORT[layer(path)]


@every_module
def test_core_needs_numpy_and_structs_alone_and_errors_needs_nothing(path: Path) -> None:
    if layer(path) in MAY_INSTALL:
        installed = {name.split(".")[0] for name in imports(path)} - sys.stdlib_module_names - {"nnc"}
        assert installed <= MAY_INSTALL[layer(path)]


@every_module
def test_only_io_opens_files(path: Path) -> None:
    if layer(path) != "io":
        called = [node.func for node in ast.walk(parse(path)) if isinstance(node, ast.Call)]
        assert [ast.unparse(func) for func in called if ast.unparse(func).split(".")[-1] in OPENERS] == []


@every_module
def test_only_cli_prints(path: Path) -> None:
    if layer(path) != "cli":
        used = {ast.unparse(node) for node in ast.walk(parse(path)) if isinstance(node, ast.Name | ast.Attribute)}
        assert (used | set(imports(path))) & {"print", "sys.stdout", "sys.stderr", "typer.echo", "typer.secho"} == set()


@every_module
def test_a_file_is_under_300_lines_beside_its_tables(path: Path) -> None:
    tables = [node for node in parse(path).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    assert len(path.read_text(encoding="utf-8").splitlines()) - sum(map(lines, tables)) < 300


@every_module
def test_a_function_has_40_lines_at_most_beside_its_docstring(path: Path) -> None:
    functions = [node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {
        f"{path.name}:{node.lineno} {node.name}": lines(node) - (lines(node.body[0]) if ast.get_docstring(node) else 0)
        for node in functions
    }
    assert {name: size for name, size in sizes.items() if size > 40} == {}
