"""The import rules and the size budgets of docs/design.md, as tests."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "keryx"
MAX_LINES, MAX_FUNCTION, MAX_METHODS = 400, 40, 25

# A package may import from lower rows only; packages on one row not from each other.
ROWS = [
    {"_core", "_version"},
    {"ops", "random", "distribution"},
    {"activations", "initializers", "regularizers", "constraints"}
    | {"losses", "optimizers"},
    {"metrics", "_graph"},
    {"layers", "_engine"},
    {"callbacks", "population", "saving", "report"},
    {"models"},
    {"applications", "datasets", "preprocessing", "wrappers", "update"},
    {"utils", "config", "tree"},
    {"backend", "mixed_precision", "dtype_policies"},
    {"dialects"},
    {"cli"},
    {"__main__"},
]
BARRED = {  # lower, yet not allowed: these are given as values
    ("_engine", "losses"),
    ("_engine", "optimizers"),
    ("_engine", "metrics"),
    ("_graph", "losses"),
    ("_graph", "optimizers"),
    ("dialects", "_graph"),
    ("dialects", "_engine"),
    ("cli", "_graph"),
    ("cli", "_engine"),
}
# The façade and the bases of layers and optimizers carry Keras's whole method surface.
WIDE = {"Layer": 40, "Model": 40, "WeightOwner": 40, "Variable": 40, "KerasTensor": 40}
RANK = {package: i for i, row in enumerate(ROWS) for package in row}
MODULES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


def package_of(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path):
    """Yields `(package, line)` for each import of a keryx package, at any depth."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                assert path.name == "__init__.py", (
                    f"{path.name}:{node.lineno} is a relative import; only an "
                    "`__init__.py` may have one, to re-export its own modules."
                )
                continue
            module = node.module or ""
            names = [module]
            if module == "keryx":
                names = [f"keryx.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("keryx."):
                yield name.split(".")[1], node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    here = package_of(path)
    for there, line in imports(path):
        allowed = RANK[there] < RANK[here] and (here, there) not in BARRED
        assert there == here or allowed, (
            f"{path.relative_to(ROOT)}:{line} may not import keryx.{there}. "
            "Move the shared part down, or pass it in as an argument."
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_sizes_stay_in_budget(path):
    text = path.read_text()
    assert text.count("\n") <= MAX_LINES, f"{path.name} is over {MAX_LINES} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node)
            skip = node.body[0].end_lineno - node.body[0].lineno + 1 if doc else 0
            signature = node.body[0].lineno - node.lineno
            size = node.end_lineno - node.lineno + 1 - skip - signature
            assert size <= MAX_FUNCTION, (
                f"{path.name}:{node.lineno} {node.name} is {size} lines"
            )
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(n, ast.FunctionDef) for n in node.body)
            assert methods <= WIDE.get(node.name, MAX_METHODS), (
                f"{path.name} {node.name} has {methods} methods"
            )


def load_time_imports(path):
    """Yields the modules of keryx that a module imports when it is loaded."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("keryx"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_modules_import_each_other_in_a_circle():
    names = {
        "keryx." + ".".join(p.relative_to(ROOT).with_suffix("").parts): p
        for p in MODULES
        if p.name != "__init__.py"
    }
    needs = {
        name: {module for module in load_time_imports(path) if module in names}
        for name, path in names.items()
    }
    while needs:
        free = [name for name, wanted in needs.items() if not wanted & needs.keys()]
        assert free, f"these import each other: {sorted(needs)}"
        for name in free:
            del needs[name]
