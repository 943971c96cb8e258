"""Small changes to arrays before training."""

import jax.numpy as jnp
import numpy as np
import pytest

from keryx.utils import (
    normalize,
    pack_x_y_sample_weight,
    to_categorical,
    unpack_x_y_sample_weight,
)


@pytest.mark.parametrize(("labels", "classes"), [([0, -1], None), ([0, 3], 3)])
def test_classes_outside_the_rows_are_an_error(labels, classes):
    with pytest.raises(ValueError, match="expected classes from 0 to"):
        to_categorical(labels, classes)


def test_classes_of_jax_arrays_become_jax_arrays():
    rows = to_categorical(jnp.array([1, 0]), 3)

    assert isinstance(rows, jnp.ndarray)
    assert rows.tolist() == [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalized_vectors_have_length_one(axis, order):
    x = np.random.default_rng(0).normal(size=(3, 4))

    norms = np.linalg.norm(normalize(x, axis, order), order, axis=axis)

    np.testing.assert_allclose(norms, 1.0, rtol=1e-12)


def test_norm_of_order_below_one_is_an_error():
    with pytest.raises(ValueError, match="must be 1 or more"):
        normalize(np.ones(3), order=0)


@pytest.mark.parametrize("batch", [("x",), ("x", "y"), ("x", "y", "w")])
def test_packing_undoes_unpacking(batch):
    packed = pack_x_y_sample_weight(*unpack_x_y_sample_weight(batch))

    assert packed == (batch if len(batch) > 1 else batch[0])


def test_batch_of_four_parts_is_an_error():
    with pytest.raises(ValueError, match="got 4 parts"):
        unpack_x_y_sample_weight((1, 2, 3, 4))
