"""Good files with a few bytes or settings changed: they load, or say what is wrong."""

import functools
import json
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import example, given, HealthCheck, settings, strategies as st

from keryx import layers, models, saving
from keryx._core.errors import KeryxError

FEW = settings(
    max_examples=250,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=2000, derandomize=False)
ENDINGS = (".keras", ".h5", ".weights.h5", ".safetensors")


def make_model():
    model = models.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(3, "relu", name="first"),
            layers.BatchNormalization(name="norm"),
            layers.Dense(2, name="last"),
        ],
        name="m",
    )
    model.compile("sgd", "mse", metrics=["mae"])
    return model


@functools.cache
def spare():
    """One model for all tests of weights alone."""
    return make_model()


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Contents of good files by ending."""
    folder, found = tmp_path_factory.mktemp("good"), {}
    for ending in ENDINGS:
        path = folder / f"m{ending}"
        whole = ending in (".keras", ".h5")
        (make_model().save if whole else make_model().save_weights)(path)
        found[ending] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def config(good, tmp_path_factory):
    """The configuration in a good file."""
    path = tmp_path_factory.mktemp("config") / "m.keras"
    path.write_bytes(good[".keras"])
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


@pytest.fixture(scope="module")
def graph():
    """The configuration of a model with a branch."""
    start = layers.Input((4,), name="start")
    one = layers.Dense(4, name="one")(start)
    both = layers.Add(name="both")([start, one])
    model = models.Model(start, layers.Dense(2, name="end")(both))
    return json.loads(model.to_json())


def refusal(way):
    """Returns why something is refused, or `None` if it is not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            way()
    except KeryxError as error:
        return str(error)
    return None


def read(path):
    """Loads a file in the ways that its ending allows; `False` if it is refused."""
    ways = [lambda: saving.load_weights(spare(), path), lambda: saving.examine(path)]
    if path.suffix in (".keras", ".h5") and not path.name.endswith(".weights.h5"):
        ways.append(lambda: saving.load_model(path))
    done = 0
    for way in ways:
        before = [weight.copy() for weight in spare().get_weights()]
        error = refusal(way)
        if error is None:
            done += 1
            continue
        after = spare().get_weights()
        assert error
        assert all(map(np.array_equal, before, after)), "it is half loaded"
    return done


# --- bytes --------------------------------------------------------------------------

changes = st.lists(
    st.tuples(
        st.sampled_from(["flip", "set", "insert", "delete", "cut", "copy"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=4,
)


def changed(content, edits):
    """Returns bytes with some of them changed, inserted, left out or repeated."""
    content = bytearray(content)
    for kind, where, byte, count in edits:
        at = int(where * len(content))
        if kind == "flip" and content:
            content[at] ^= 1 << byte % 8
        elif kind == "set":
            content[at : at + count] = bytes([byte]) * len(content[at : at + count])
        elif kind == "insert":
            content[at:at] = bytes([byte]) * count
        elif kind == "delete":
            del content[at : at + count]
        elif kind == "cut":
            del content[at:]
        else:
            content[at:at] = content[at : at + count]
    return bytes(content)


def check_bytes(ending, good, tmp_path, options):
    path = tmp_path / f"m{ending}"

    # What was once found.
    @options
    @example([("set", 0.375, 0, 2)])
    @example([("copy", 0.001953125, 0, 12)])
    @given(changes)
    def run(edits):
        path.write_bytes(changed(good[ending], edits))
        read(path)

    run()
    path.write_bytes(good[ending])
    assert read(path) >= 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged_file_loads_or_says_so(ending, good, tmp_path):
    check_bytes(ending, good, tmp_path, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged_file_loads_or_says_so_often(ending, good, tmp_path):
    check_bytes(ending, good, tmp_path, MANY)


# --- settings -----------------------------------------------------------------------

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from([0, -1, 1, 2, 7, 2**31, 2**63, 10**30, 1.5, float("nan")]),
        st.sampled_from(
            ["", "relu", "Dense", "function", "../x", "\0", "float32", "é"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["class_name", "config", "module", "name", "units"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=4,
)
edits = st.lists(
    st.tuples(
        st.sampled_from(["replace", "delete", "double", "swap", "add"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        values,
    ),
    min_size=1,
    max_size=3,
)


def places(value, found=None):
    """Returns `(container, key)` of everything in a configuration."""
    found = [] if found is None else found
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            places(value[key], found)
    return found


def edited(config, steps):
    """Returns a configuration with settings replaced, left out, added or repeated."""
    config = json.loads(json.dumps(config))
    for kind, one, two, value in steps:
        spots = places(config)
        if not spots:
            break
        container, key = spots[one % len(spots)]
        other, place = spots[two % len(spots)]
        if kind == "delete":
            del container[key]
        elif kind == "double" and isinstance(container, list):
            container.append(container[key])
        elif kind == "swap":
            container[key] = json.loads(json.dumps(other[place]))
        elif kind == "add" and isinstance(container, dict):
            container["evil"] = value
        else:
            container[key] = json.loads(json.dumps(value))
    return config


def check_config(config, good, tmp_path, options):
    source, path = tmp_path / "good.keras", tmp_path / "m.keras"
    source.write_bytes(good[".keras"])
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    @options
    @given(edits)
    def run(steps):
        members["config.json"] = json.dumps(edited(config, steps)).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        read(path)

    run()


def test_changed_configuration_loads_or_says_so(config, good, tmp_path):
    check_config(config, good, tmp_path, FEW)


def test_changed_graph_loads_or_says_so(graph, good, tmp_path):
    check_config(graph, good, tmp_path, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["config", "graph"])
def test_changed_configuration_loads_or_says_so_often(which, good, tmp_path, request):
    check_config(request.getfixturevalue(which), good, tmp_path, MANY)
