"""What a layer cannot use is refused in its own words, before JAX sees it."""

import numpy as np
import pytest

from keryx import layers
from keryx._core.errors import ArgumentError, DataError, FileError, ShapeError

L = layers


def zeros(*shape):
    return np.zeros(shape, "float32")


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: L.AlphaDropout(2.0), r"AlphaDropout\(rate=...\)` must be a number in"),
        (lambda: L.BatchNormalization(epsilon=-1.0), "epsilon.*0 or more"),
        (lambda: L.BatchNormalization(renorm=True), "renorm"),
        (lambda: L.Dot(axes=(1, 2, 3)), "an integer, or two of them"),
        (lambda: L.Dot(axes=0), "the batch axis"),
        (lambda: L.Dropout(-0.1), r"Dropout\(rate=...\)` must be a number in \[0, 1\]"),
        (lambda: L.EinsumDense("ab,bc", 3), "ab,bc->ac"),
        (lambda: L.EinsumDense("a...b,bc->a...c", 3), "ab,bc->ac"),
        (lambda: L.EinsumDense("ab,bc->ad", 3), "letters that the left side has"),
        (
            lambda: L.EinsumDense("ab,bc->ac", 3, bias_axes="b"),
            "letters of the outputs",
        ),
        (lambda: L.Embedding(0, 2), "input_dim"),
        (lambda: L.GaussianNoise(-1.0), "stddev"),
        (lambda: L.GroupNormalization(0), "groups"),
        (lambda: L.Lambda("square"), "a function"),
        (lambda: L.LeakyReLU(None), "negative_slope"),
        (lambda: L.Masking(None), "mask_value"),
        (lambda: L.Permute((0, 1)), "1 to 2 in some order"),
        (lambda: L.ReLU(max_value=-1.0), "max_value"),
        (lambda: L.RepeatVector(1.5), "a positive integer"),
        (lambda: L.Reshape(5), r"target_shape=\(5,\)"),
        (lambda: L.Reshape((-1, -1)), "-1 at most once"),
        (lambda: L.SpatialDropout2D(0.5, "channel_last"), "Did you mean"),
        (lambda: L.Wrapper("dense"), "a layer"),
    ],
)
def test_bad_arguments_are_refused_by_the_constructor(make, match):
    with pytest.raises(ArgumentError, match=match):
        make()


@pytest.mark.parametrize(
    ("layer", "inputs", "match"),
    [
        (L.Add(), zeros(2, 3), r"a list of inputs.*\n.*\[a, b\]"),
        (L.Add(), [zeros(2, 3), zeros(2, 4)], r"equal, or 1.*\(2, 3\), \(2, 4\)"),
        (L.Add(), [zeros(2, 3), zeros(4, 3)], "equal, or 1"),
        (L.BatchNormalization(axis=3), zeros(2, 3), "known size at axis=3"),
        (L.Concatenate(), [zeros(2, 3, 4), zeros(2, 5, 4)], "equal sizes but for axis"),
        (L.Concatenate(), [zeros(2, 3), zeros(2, 3, 4)], "equal numbers of axes"),
        (L.Dot(1), [zeros(2, 3), zeros(2, 4)], "equal size at axes=1"),
        (L.Dot(1), [zeros(2, 3)], "a list of 2 inputs"),
        (L.Dropout(0.5, (None, 2)), zeros(4, 3), "noise_shape"),
        (L.EinsumDense("ab,bc->ac", 3), zeros(2, 3, 4), "inputs that fit 'ab,bc->ac'"),
        (L.EinsumDense("abc,cd->abd", (7, 3)), zeros(2, 3, 4), "inputs that fit"),
        (L.GroupNormalization(3), zeros(2, 4), "groups=3 divides"),
        (L.LayerNormalization([1, 2]), zeros(2, 3), "known size at axis"),
        (L.Masking(), zeros(3), r"\(batch, time, features\)"),
        (L.PReLU(shared_axes=[3]), zeros(2, 3), "shared_axes"),
        (L.Permute((2, 1)), zeros(2, 3), r"3 axes, for dims=\(2, 1\)"),
        (L.RepeatVector(2), zeros(2, 3, 4), r"\(batch, features\)"),
        (L.Reshape((5,)), zeros(2, 3, 4), "samples of 5 elements.*12 elements"),
        (L.Reshape((5, -1)), zeros(2, 3, 4), "a multiple of 5 elements"),
        (L.SpatialDropout1D(0.5), zeros(2, 3), r"\(batch, time, channels\)"),
        (L.Subtract(), [zeros(2, 3)] * 3, "a list of 2 inputs"),
        (L.UnitNormalization(2), zeros(2, 3), "known size at axis=2"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_inputs_that_do_not_fit_are_refused_with_the_layer_s_name(layer, inputs, match):
    with pytest.raises(ShapeError, match=f"(?s)layer '{layer.name}'.*{match}"):
        layer(inputs)


@pytest.mark.parametrize(
    ("layer", "first", "then"),
    [
        (L.BatchNormalization(), zeros(2, 3), zeros(2, 4)),
        (L.Dense(2), zeros(2, 3), zeros(2, 4)),
        (L.EinsumDense("ab,bc->ac", 3), zeros(2, 3), zeros(2, 4)),
        (L.LayerNormalization(), zeros(2, 3), zeros(2, 4)),
        (L.RMSNormalization(), zeros(2, 3), zeros(2, 4)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_other_sizes_than_those_built_for_are_refused(layer, first, then):
    layer(first)

    with pytest.raises(ShapeError, match=r"expected.*\(2, 4\)"):
        layer(then)


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (L.Add(), [(3,), (4,)]),
        (L.Concatenate(), [(3, 4), (5, 4)]),
        (L.Reshape((5,)), [(3, 4)]),
        (L.Dense(2), [(3, None)]),
        (L.EinsumDense("abc,bd->adc", (2, None)), [(None, 4)]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_symbolic_inputs_that_do_not_fit_are_refused(layer, shapes):
    symbols = [layers.Input(shape) for shape in shapes]

    with pytest.raises(ShapeError, match=f"layer '{layer.name}'"):
        layer(symbols if len(symbols) > 1 else symbols[0])


@pytest.mark.parametrize(
    ("ids", "match"),
    [
        ([[1, 5]], r"ids from 0 to 4 \(input_dim - 1\), but got ids from 1 to 5"),
        ([[-1, 2]], "ids from -1 to 2"),
        ([[0.5, 1.0]], "whole numbers"),
    ],
)
def test_embedding_refuses_ids_it_has_no_vector_for(ids, match):
    with pytest.raises(DataError, match=match):
        layers.Embedding(5, 2)(np.array(ids))


def test_batch_normalization_refuses_a_mask_of_another_rank():
    with pytest.raises(ShapeError, match="a mask of 2 axes"):
        layers.BatchNormalization()(
            zeros(2, 3, 4), mask=np.ones((2,), bool), training=True
        )


@pytest.mark.parametrize("part", ["function", "mask"])
def test_a_lambda_is_not_written_to_a_file(part):
    given = {"function": np.tanh, part: lambda x, mask=None: x}

    with pytest.raises(FileError, match=r"(?s)layer 'mine'.*`lambda`.*register"):
        layers.Lambda(**given, name="mine").get_config()
