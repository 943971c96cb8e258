"""Calls of a model whose caller holds its variables."""

import jax
import numpy as np

import keryx
from keryx import layers


def test_draws_follow_the_state_that_is_handed_in_and_out():
    model = keryx.Sequential([layers.Input((50,)), layers.Dropout(0.5)])
    x = np.ones((1, 50), "float32")

    @jax.jit
    def call(state):
        return model.stateless_call([], state, x, training=True)

    first = [v.value for v in model.non_trainable_variables]
    one, after = call(first)
    two, _ = call(after)
    again, _ = call(first)

    assert 0 < np.mean(one == 0) < 1
    assert (one != two).any()
    np.testing.assert_array_equal(one, again)
