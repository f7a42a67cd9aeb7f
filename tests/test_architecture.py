"""The layers and the sizes that keep nnc readable, read from its source."""

import ast
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import partial
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
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}

MODULES = sorted((ROOT / "nnc").rglob("*.py"))
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "nnc").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports; ``from nnc import core`` gives ``nnc.core``."""
    yield from imported(ast.walk(parse(path)), path)


def imported(nodes: Iterable[ast.AST], path: Path) -> Iterator[str]:
    """The dotted names that statements of a module import."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def at_import(path: Path) -> Iterator[str]:
    """What a module imports when it is imported itself: not what its functions do, nor what types alone need."""
    tree = parse(path)
    for node in list(tree.body):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            tree.body.remove(node)
    inside = {id(each) for node in ast.walk(tree) if isinstance(node, FUNCTIONS) for each in ast.walk(node)}
    kept = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in inside]
    yield from imported(kept, path)


def home(modules: Collection[str], name: str) -> str | None:
    """The module of nnc that a dotted name is, or is of."""
    return name if name in modules else next((up for up in [name.rpartition(".")[0]] if up in modules), None)


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


def test_no_module_imports_itself_by_way_of_others() -> None:
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    needs = {name: set(map(partial(home, paths), at_import(path))) for name, path in paths.items()}
    while free := {name for name, needed in needs.items() if not needed & needs.keys() - {name}}:
        for name in free:
            del needs[name]
    assert needs.keys() == set()
