"""`keras.backend`, `keras.mixed_precision` and `keras.dtype_policies` of Keras 3."""

import itertools

import keras
import pytest

import keryx
from keryx._core.errors import ArgumentError, UnknownNameError

TYPES = ["bool", "uint8", "int8", "int32", "uint32", "float16", "bfloat16", "float32"]


@pytest.mark.parametrize("module", ["backend", "mixed_precision"])
def test_a_module_has_the_names_of_keras(module):
    known = {name for name in dir(getattr(keras, module)) if not name.startswith("_")}

    missing = known - set(dir(getattr(keryx, module)))

    assert missing <= {"LossScaleOptimizer"}


@pytest.mark.parametrize("one", [*TYPES, int, float], ids=str)
def test_types_of_results_are_those_of_keras(one):
    given = [(one,), *itertools.product([one], [*TYPES, "int64", "float64"])]

    found = [keryx.backend.result_type(*types) for types in given]

    assert found == [keras.backend.result_type(*types) for types in given]


@pytest.mark.parametrize("name", [*TYPES, "int64", "float64"])
def test_kinds_of_types_are_those_of_keras(name):
    for question in ("is_float_dtype", "is_int_dtype"):
        assert getattr(keryx.backend, question)(name) == getattr(
            keras.backend, question
        )(name)


def test_names_start_again_after_clear_session():
    keryx.backend.clear_session()

    first = keryx.backend.get_uid("part")
    second = keryx.backend.get_uid("part")
    keryx.backend.clear_session()

    assert [first, second, keryx.backend.get_uid("part")] == [1, 2, 1]


def test_functions_of_older_backends_are_found_too():
    assert float(keryx.backend.square(3.0)) == 9.0
    with pytest.raises(AttributeError, match="nonsense"):
        keryx.backend.nonsense  # noqa: B018  # the access is the test


@pytest.fixture
def policy():
    yield keryx.mixed_precision.set_global_policy
    keryx.mixed_precision.set_global_policy("float32")


def test_layers_take_the_global_policy(policy):
    policy("mixed_bfloat16")

    layer = keryx.layers.Dense(1)

    assert keryx.mixed_precision.global_policy().name == "mixed_bfloat16"
    assert (layer.compute_dtype, layer.variable_dtype) == ("bfloat16", "float32")


@pytest.mark.parametrize("name", ["float16", "mixed_float16"])
def test_policies_are_plain_data_as_in_keras(name):
    ours, theirs = keryx.dtype_policies, keras.dtype_policies

    data = ours.serialize(ours.get(name))

    assert data == theirs.serialize(theirs.get(name))
    assert ours.deserialize(data) == ours.FloatDTypePolicy(name)


def test_what_is_no_policy_is_refused():
    with pytest.raises(ArgumentError, match="a policy's"):
        keryx.dtype_policies.deserialize(keryx.layers.serialize(keryx.layers.ReLU()))
    with pytest.raises(UnknownNameError, match="float31"):
        keryx.dtype_policies.get("float31")


def test_layers_are_plain_data():
    layer = keryx.layers.Dense(3, activation="relu")

    made = keryx.layers.deserialize(keryx.layers.serialize(layer))

    assert made.get_config() == layer.get_config()
    with pytest.raises(ArgumentError, match="a layer's"):
        keryx.layers.deserialize(keryx.dtype_policies.serialize(layer.dtype_policy))


def test_assignments_return_the_value():
    variable = keryx.Variable([1.0, 2.0])

    added = variable.assign_add([1.0, 1.0])
    first = variable.assign([5.0, 6.0])
    variable.assign_sub([1.0, 1.0])

    assert (added.tolist(), first.tolist()) == ([2.0, 3.0], [5.0, 6.0])
    assert variable.numpy().tolist() == [4.0, 5.0]
    variable.release()
    assert first.tolist() == [5.0, 6.0]


def test_traceback_filtering_can_be_turned_off():
    keryx.config.disable_traceback_filtering()
    off = keryx.config.is_traceback_filtering_enabled()
    keryx.config.enable_traceback_filtering()

    assert (off, keryx.config.is_traceback_filtering_enabled()) == (False, True)
