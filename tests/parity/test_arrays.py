"""Class rows, norms and nested structures equal Keras 3's."""

import inspect

import keras
import numpy as np
import pytest

import keryx

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
NESTED = {"b": 1, "a": [None, (2, {"c": 3})]}


@pytest.mark.parametrize(
    "args",
    [
        ([0, 1, 2],),
        (np.array([[1], [0]]),),
        (np.array([[1, 0], [2, 2]]), 4),
        (np.array([1.0, 2.0]),),
        (3,),
    ],
    ids=str,
)
def test_class_rows_equal_those_of_keras(args):
    ours, theirs = (lib.utils.to_categorical(*args) for lib in (keryx, keras))

    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("x", [X, X.astype("float64"), np.zeros((2, 2))], ids=len)
@pytest.mark.parametrize("options", [{}, {"axis": 1, "order": 1}], ids=str)
def test_normalized_vectors_equal_those_of_keras(x, options):
    ours, theirs = (lib.utils.normalize(x, **options) for lib in (keryx, keras))

    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize(
    "apply",
    [
        lambda tree: tree.flatten(NESTED),
        lambda tree: tree.flatten(7),
        lambda tree: tree.flatten_with_path(NESTED),
        lambda tree: tree.is_nested(NESTED),
        lambda tree: tree.is_nested("ab"),
        lambda tree: tree.map_structure(lambda a, b: (a, b), NESTED, NESTED),
        lambda tree: tree.map_structure(str, NESTED, none_is_leaf=False),
        lambda tree: tree.map_structure_up_to([0, 0], lambda x: x, [[1], {"a": 2}]),
        lambda tree: tree.map_shape_structure(len, {"a": (1, None), "b": [(3,)]}),
        lambda tree: tree.pack_sequence_as(NESTED, [7, 8, 9, 10]),
        lambda tree: tree.lists_to_tuples(NESTED),
        lambda tree: tree.traverse(lambda x: 0 if x is None else None, NESTED),
        lambda tree: tree.traverse(
            lambda x: tree.MAP_TO_NONE if x == 3 else None, NESTED, top_down=False
        ),
    ],
)
def test_nested_structures_are_handled_as_in_keras(apply):
    assert apply(keryx.tree) == apply(keras.tree)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1], [2]),
        ([1], (1,)),
        ({"a": 1}, {"b": 1}),
        ([1, 2], [1]),
        ([1], 1),
        ({"a": [1]}, {"a": [2]}),
    ],
    ids=str,
)
def test_structures_differ_where_they_differ_in_keras(a, b):
    def differ(tree):
        try:
            tree.assert_same_structure(a, b)
        except ValueError:
            return True
        return False

    assert differ(keryx.tree) == differ(keras.tree)


def arguments(function):
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in parameters if p.kind != p.VAR_KEYWORD]


@pytest.mark.parametrize("part", ["tree", "utils", "config"])
def test_functions_take_the_arguments_of_keras(part):
    ours, theirs = getattr(keryx, part), getattr(keras, part)
    shared = [
        name
        for name in dir(theirs)
        if inspect.isfunction(getattr(theirs, name)) and name in vars(ours)
    ]

    assert len(shared) >= 8
    for name in shared:
        mine, given = (arguments(getattr(lib, name)) for lib in (ours, theirs))
        assert mine == given, name
