"""What `import keryx` brings along, and what it leaves for when it is used."""

import subprocess
import sys

import pytest

HEAVY = ["sklearn", "matplotlib", "h5py", "rich", "optax", "pandas", "PIL", "keras"]


def loaded_after(code):
    """Returns the top-level modules that a new process has loaded."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    run = [sys.executable, "-W", "error", "-c", code]
    return set(
        subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    )


def test_import_loads_nothing_heavy():
    loaded = loaded_after("import keryx")

    assert "jax" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_import_computes_nothing():
    code = "import keryx, jax._src.xla_bridge as b; print('backends', len(b._backends))"
    run = [sys.executable, "-W", "error", "-c", code]

    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout

    assert said == "backends 0\n"


def test_figures_leave_pyplot_alone():
    code = """
import sys
from keryx.report import plot_confusion, plot_history, plot_roc
plot_history({"loss": [1.0, 2.0]})
plot_confusion([0, 1], [0, 1])
plot_roc([0, 1], [0.2, 0.3])
assert "matplotlib.figure" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""

    assert "matplotlib" in loaded_after(code)


@pytest.mark.parametrize(
    "name",
    [
        *("activations", "callbacks", "config", "constraints", "initializers"),
        *("layers", "losses", "metrics", "models", "ops", "optimizers", "random"),
        *("regularizers", "saving", "tree", "utils", "Input", "Model", "Sequential"),
        *("Layer", "KerasTensor", "Variable", "InputSpec", "Loss", "Metric"),
        *("Optimizer", "Initializer", "Regularizer", "DTypePolicy", "version"),
    ],
)
def test_names_of_keras_are_here(name):
    import keras

    import keryx

    assert hasattr(keras, name)
    assert hasattr(keryx, name)


def test_version_is_that_of_the_package():
    from importlib import metadata

    import keryx

    assert keryx.version() == keryx.__version__ == metadata.version("keryx")
