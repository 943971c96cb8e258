"""Keep masks of dropout: their mean, their independence, their reproducibility."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx.ops._hash import keep_mask

SHAPE = (64, 1024)
SIZE = 64 * 1024


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_share_of_kept_elements_is_one_minus_rate(key, rate):
    mask = keep_mask(key(), SHAPE, rate)

    deviation = np.sqrt(rate * (1 - rate) / SIZE)
    assert abs(float(mask.mean()) - (1 - rate)) < 4 * deviation


@pytest.mark.parametrize(("rate", "kept"), [(0.0, SIZE), (1.0, 0)])
def test_rates_zero_and_one_keep_all_and_none(key, rate, kept):
    assert int(keep_mask(key(), SHAPE, rate).sum()) == kept


def test_rows_and_columns_are_kept_like_the_whole(key):
    mask = np.asarray(keep_mask(key(), SHAPE, 0.5))

    assert abs(mask.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(64)
    assert abs(mask.mean(axis=1) - 0.5).max() < 5 * 0.5 / np.sqrt(1024)


@pytest.mark.parametrize("lag", [1, 2, 32, 1024])
def test_neighbours_are_independent(key, lag):
    mask = np.asarray(keep_mask(key(), (SIZE,), 0.5)) - 0.5

    correlation = 4 * np.mean(mask[lag:] * mask[:-lag])

    assert abs(correlation) < 4 / np.sqrt(SIZE)


def test_masks_of_different_keys_are_independent():
    keys = jax.random.split(jax.random.key(3), 8)
    masks = jax.vmap(lambda key: keep_mask(key, (SIZE,), 0.5))(keys)

    correlation = np.corrcoef(np.asarray(masks, np.float32)) - np.eye(8)

    assert abs(correlation).max() < 4.5 / np.sqrt(SIZE)


def test_mask_of_another_key_is_not_the_same_one_in_another_order():
    one, two = jax.random.split(jax.random.key(0))
    counts = [int(keep_mask(k, (2**12,), 0.5).sum()) for k in (one, two)]

    assert counts[0] != counts[1]


def test_same_key_gives_the_same_mask_compiled_or_not(key):
    one = key()

    mask = keep_mask(one, (5, 7), 0.5)

    again = jax.jit(lambda k: keep_mask(k, (5, 7), 0.5))(one)
    np.testing.assert_array_equal(mask, again)


def test_raw_and_typed_keys_give_the_same_mask():
    raw, typed = jax.random.PRNGKey(4), jax.random.key(4)

    np.testing.assert_array_equal(
        keep_mask(raw, (40,), 0.5), keep_mask(typed, (40,), 0.5)
    )


def test_new_rate_does_not_recompile(key):
    traces = []

    @jax.jit
    def mask(key, rate):
        traces.append(rate)
        return keep_mask(key, SHAPE, rate)

    shares = [float(mask(key(), jnp.float32(rate)).mean()) for rate in (0.2, 0.7)]

    assert len(traces) == 1
    np.testing.assert_allclose(shares, [0.8, 0.3], atol=0.01)


def test_larger_rate_keeps_a_part_of_what_the_smaller_keeps(key):
    one = key()

    fewer, more = keep_mask(one, SHAPE, 0.6), keep_mask(one, SHAPE, 0.4)

    assert not bool((fewer & ~more).any())


def test_scalar_mask_is_one_decision(key):
    assert keep_mask(key(), (), 0.0).shape == ()
