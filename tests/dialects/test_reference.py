"""Every row of the tables of what changed from Keras to Keras holds.

The rows are in `reference_rows_*.py`, those that do not hold yet in
`reference_later.py`, and what lines call in `reference_helpers.py` and
`reference_models.py`.
"""

import importlib
import inspect

import numpy as np
import pytest

import keryx
from keryx import models
from keryx._graph.node import KerasTensor
from keryx.dialects import set_era
from keryx.dialects._absent import Absent
from tests.dialects import (
    reference_helpers,
    reference_later,
    reference_models,
    reference_rows_backend as backend,
    reference_rows_calls as calls,
    reference_rows_data as data,
    reference_rows_modules as modules,
    reference_rows_training as training,
)

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
ERAS = ("1", "2", "tf", "3")
WORDS = vars(reference_helpers) | vars(reference_models)


@pytest.fixture(scope="module", autouse=True)
def _served():
    keryx.install(tensorflow=True)
    yield
    keryx.uninstall()


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    set_era(None)


def row(name, *values):
    """A row under its name; expected to fail if keryx cannot serve it yet."""
    reason = reference_later.LATER.get(name)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(*values, id=name, marks=marks)


def lines(*tables):
    """Rows of `era: old => today`."""
    found = []
    for line in filter(None, "".join(tables).splitlines()):
        old, _, today = line.partition(" => ")
        era, colon, call = old.partition(": ")
        told = colon and era in ERAS
        given = (era, call, today) if told else (None, old, today)
        found.append(row(old, *given))
    return found


def bare(thing):
    """A configuration without the names that were made up."""
    if isinstance(thing, dict):
        return {k: bare(v) for k, v in thing.items() if k != "name"}
    return [bare(item) for item in thing] if isinstance(thing, list | tuple) else thing


def value(tensor):
    """What a symbolic tensor is for the arrays of the helpers."""
    a, b, x = WORDS["a"], WORDS["b"], WORDS["x"]
    return np.asarray(models.Model([a, b], tensor)([x, x[::-1]]))


def check(found, expected):
    """Compares two things by what they are made of."""
    if isinstance(found, KerasTensor):
        found, expected = value(found), value(expected)
    if hasattr(found, "numpy"):
        found = found.numpy()
    if hasattr(expected, "get_config") and not inspect.isclass(expected):
        assert type(found) is type(expected)
        assert bare(found.get_config()) == bare(expected.get_config())
        shapes = [getattr(t, "_declared_shape", None) for t in (found, expected)]
        assert shapes[0] == shapes[1]
    elif isinstance(expected, np.ndarray | np.floating | float):
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-6)
        if np.ndim(expected):
            assert np.shape(found) == np.shape(expected)
    elif (
        isinstance(expected, list | tuple)
        and len(expected)
        and not isinstance(expected[0], str)
    ):
        assert np.asarray(found, object).tolist() == np.asarray(
            expected, object
        ).tolist()  # fmt: skip
    else:
        assert bare(found) == bare(expected)


def evaluate(era, old, today):
    set_era(era)
    found = eval(old, dict(WORDS))
    set_era(None)
    check(found, eval(today, dict(WORDS)))


# --- modules --------------------------------------------------------------------------


def names():
    for line in modules.MODULES.strip().splitlines():
        place, _, given = line.partition(":")
        path, package = (part.strip() for part in place.split(" > "))
        for name in given.split():
            old, _, new = name.partition("=")
            today = "" if old.startswith("+") else new or old
            old = old.removeprefix("+")
            yield row(f"{path}.{old}", path, old, package, today)


@pytest.mark.parametrize(("path", "old", "package", "today"), list(names()))
def test_names_of_an_old_module(path, old, package, today):
    found = getattr(importlib.import_module(f"keras.{path}"), old)

    assert found is not None
    assert not isinstance(found, Absent)
    if today:
        module = importlib.import_module(f"keryx.{package}".rstrip("."))
        assert found is getattr(module, today)


@pytest.mark.parametrize("path", [row(p, p) for p in modules.BARE.split()])
def test_module_can_be_imported(path):
    assert importlib.import_module(f"keras.{path}")


def trees():
    for root in modules.ROOTS.split():
        for place in modules.BELOW.split():
            yield row(f"{root}.{place}", root, place)


@pytest.mark.parametrize(("root", "place"), list(trees()))
def test_tree_under_another_name(root, place):
    path, _, name = place.rpartition(".")

    found = getattr(importlib.import_module(f"{root}.{path}"), name)

    assert found is getattr(importlib.import_module(f"keras.{path}"), name)
    assert found.__module__.startswith("keryx.")


@pytest.mark.parametrize("line", [row(p, p) for p in modules.PACKAGES.split()])
def test_other_packages_lead_to_keras(line):
    old, _, today = line.partition("=")
    path, _, name = old.rpartition(".")
    module, _, new = today.rpartition(".")

    found = getattr(importlib.import_module(path), name)

    assert found is getattr(importlib.import_module(f"keryx.{module}"), new)


def tf_names(table):
    for line in table.strip().splitlines():
        place, _, given = line.partition(":")
        for name in given.split():
            yield row(f"{place}: {name}", place, name)


@pytest.mark.parametrize(("place", "name"), list(tf_names(modules.TF)))
def test_names_that_only_tf_keras_had(place, name):
    found = importlib.import_module(f"tensorflow.keras.{place}")
    for part in name.split("."):
        found = getattr(found, part)

    assert not isinstance(found, Absent)


@pytest.mark.parametrize(("owner", "name"), list(tf_names(modules.TF_MEMBERS)))
def test_members_that_only_tf_keras_had(owner, name):
    makers = {
        "Model": reference_models.trained_model,
        "Layer": reference_helpers.connected,
        "Metric": reference_helpers.E.Mean,
        "Optimizer": reference_helpers.O.SGD,
    }

    assert getattr(makers[owner](), name) is not None


# --- calls ----------------------------------------------------------------------------


@pytest.mark.parametrize(("era", "old", "today"), lines(calls.CLASSES, calls.MERGES))
def test_old_class(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(calls.ARGUMENTS))
def test_old_argument_of_a_layer(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(calls.POSITIONS))
def test_ambiguous_positions(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(calls.PARTS))
def test_parts_of_layers(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.OPTIMIZERS))
def test_old_optimizer(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.LOSSES))
def test_losses_and_what_logs_are_called(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.MODELS))
def test_old_use_of_a_model(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.CALLBACKS))
def test_old_callback(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.DEFAULTS))
def test_defaults_that_changed(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("era", "old", "today"), lines(training.HELPERS))
def test_helper_of_an_old_module(era, old, today):
    evaluate(era, old, today)


# --- functions ------------------------------------------------------------------------


def takes(function, names):
    """Whether a function's arguments are these, as far as they go."""
    found = [
        p.name for p in inspect.signature(function).parameters.values()
        if p.name != "self" and p.kind is not p.VAR_KEYWORD
    ]  # fmt: skip
    return found[: len(names)] == names


def signatures(text):
    for word in text.split():
        name, _, arguments = word.rstrip(")").partition("(")
        yield row(word.partition("(")[0] if len(word) > 99 else word, name,
                  [a for a in arguments.split(",") if a])  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), list(signatures(backend.BACKEND)))
def test_function_of_the_backend(name, arguments):
    assert takes(getattr(reference_helpers.K, name), arguments)


@pytest.mark.parametrize(("era", "old", "today"), lines(backend.VALUES))
def test_what_the_backend_gives(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize(("name", "arguments"), list(signatures(data.SIGNATURES)))
def test_function_for_data(name, arguments):
    found = reference_helpers.old.preprocessing
    for part in name.split("."):
        found = getattr(found, part)

    assert takes(found, arguments)


@pytest.mark.parametrize(("era", "old", "today"), lines(data.VALUES))
def test_what_functions_for_data_give(era, old, today):
    evaluate(era, old, today)


@pytest.mark.parametrize("line", data.DATASETS.strip().splitlines())
def test_where_a_data_set_is_kept(line):
    module, file, digest = line.split()

    text = inspect.getsource(importlib.import_module(f"keryx.datasets.{module}"))

    assert file in text
    assert digest in ("-", *text.split('"'))


@pytest.mark.parametrize(("era", "old", "today"), lines(data.LOADERS))
def test_loader_of_a_data_set(era, old, today):
    evaluate(era, old, today)
