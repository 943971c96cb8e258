"""What every test may use."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import pytest


@pytest.fixture
def key():
    """A new PRNG key on each call, the same sequence in each test."""
    state = jax.random.key(0)

    def next_key():
        nonlocal state
        state, out = jax.random.split(state)
        return out

    return next_key
