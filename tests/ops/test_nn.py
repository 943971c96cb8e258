"""Cross-entropies, normalizations, attention and decoding."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from keryx import ops
from keryx._core.errors import ArgumentError, ShapeError

CROSSENTROPIES = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


@pytest.mark.parametrize("name", CROSSENTROPIES)
def test_crossentropies_refuse_targets_of_another_shape(name):
    with pytest.raises(ShapeError, match=f"{name}: expected targets"):
        getattr(ops, name)(np.zeros((2, 3, 5)), np.ones((2, 3)))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sparse_crossentropy_is_minus_the_log_of_the_target_s_probability(key, axis):
    p = jax.nn.softmax(jax.random.normal(key(), (3, 4, 5)), axis)
    shape = p.sum(axis).shape
    target = jax.random.randint(key(), shape, 0, 3)
    chosen = np.take_along_axis(np.array(p), np.expand_dims(target, axis), axis)

    losses = ops.sparse_categorical_crossentropy(target, p, axis=axis)

    np.testing.assert_allclose(losses, -np.log(chosen).squeeze(axis), rtol=1e-5)


def test_crossentropy_of_logits_equals_that_of_their_probabilities(key):
    x, target = jax.random.normal(key(), (3, 4)), jnp.eye(4)[:3]

    from_logits = ops.categorical_crossentropy(target, x, from_logits=True)

    expected = ops.categorical_crossentropy(target, jax.nn.softmax(x))
    np.testing.assert_allclose(from_logits, expected, rtol=1e-5)


def test_normalize_has_a_finite_slope_at_zero():
    slope = jax.grad(lambda x: ops.normalize(x).sum())(jnp.zeros(3))

    assert np.isfinite(slope).all()


def test_normalize_refuses_an_order_that_is_no_positive_integer():
    with pytest.raises(
        ArgumentError, match="`normalize.order=..... must be a positive"
    ):
        ops.normalize([1.0], order=-1)


def test_multi_hot_needs_the_number_of_classes():
    with pytest.raises(ArgumentError, match="`multi_hot.num_classes=....` must be"):
        ops.multi_hot([1, 2])


def test_divide_no_nan_has_slope_zero_where_the_divisor_is_zero():
    slopes = jax.grad(ops.divide_no_nan, (0, 1))(1.0, 0.0)

    assert slopes == (0.0, 0.0)


@pytest.mark.parametrize("axis", [0, 1])
def test_sparsemax_is_the_nearest_point_of_the_simplex(key, axis):
    x = np.array(jax.random.normal(key(), (4, 5)) * 2)

    p = np.array(ops.sparsemax(x, axis))

    np.testing.assert_allclose(p.sum(axis), 1, rtol=1e-5)
    # The condition of Karush, Kuhn and Tucker: one shift for what is not zero, and
    # nothing that is zero lies above it.
    shift = np.where(p > 0, x - p, -np.inf).max(axis, keepdims=True)
    np.testing.assert_allclose(p, np.maximum(x - shift, 0), atol=1e-5)


def reference_attention(query, key, value, cap):
    logits = np.einsum("bthf,bshf->bhts", query, key) / np.sqrt(query.shape[-1])
    weights = special.softmax(cap * np.tanh(logits / cap), axis=-1)
    return np.einsum("bhts,bshf->bthf", weights, value)


def test_soft_cap_bends_the_logits_of_attention(key):
    q, k, v = (np.array(jax.random.normal(key(), (2, 3, 2, 4))) * 3 for _ in range(3))

    outputs = ops.dot_product_attention(q, k, v, attn_logits_soft_cap=2.0)

    np.testing.assert_allclose(outputs, reference_attention(q, k, v, 2.0), rtol=2e-5)


@pytest.mark.parametrize("is_causal", [True, False])
def test_huge_soft_cap_changes_nothing(key, is_causal):
    q = jax.random.normal(key(), (2, 3, 4, 5))
    k, v = (jax.random.normal(key(), (2, 3, 2, 5)) for _ in range(2))
    mask = jnp.ones((2, 1, 3, 3), bool).at[:, :, :, 1].set(False)
    attend = jax.jit(
        ops.dot_product_attention, static_argnames=["is_causal", "attn_logits_soft_cap"]
    )

    capped = attend(q, k, v, mask=mask, is_causal=is_causal, attn_logits_soft_cap=1e4)

    expected = attend(q, k, v, mask=mask, is_causal=is_causal)
    np.testing.assert_allclose(capped, expected, rtol=1e-4, atol=1e-5)


def test_attention_refuses_arrays_without_four_axes():
    with pytest.raises(ShapeError, match="expected query of shape"):
        ops.dot_product_attention(*[jnp.ones((2, 3, 4))] * 3)


def collapse(path, blank):
    return tuple(label for label, _ in itertools.groupby(path) if label != blank)


def most_probable(logits, blank):
    """Sums up all alignments, one by one."""
    log_p = special.log_softmax(logits, axis=-1)
    found = {}
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        log_path = sum(log_p[t, label] for t, label in enumerate(path))
        labels = collapse(path, blank)
        found[labels] = np.logaddexp(found.get(labels, -np.inf), log_path)
    return sorted(found.items(), key=lambda item: -item[1])


@pytest.mark.parametrize("blank", [0, 2])
def test_beam_search_finds_the_most_probable_labels(key, blank):
    logits = np.array(jax.random.normal(key(), (1, 5, 3)))
    best = most_probable(logits[0], blank)[:4]

    labels, log_p = ops.ctc_decode(
        logits, [5], "beam_search", beam_width=70, top_paths=4, mask_index=blank
    )

    found = [tuple(x for x in row.tolist() if x >= 0) for row in labels[:, 0]]
    assert found == [sequence for sequence, _ in best]
    np.testing.assert_allclose(log_p[0], [p for _, p in best], rtol=1e-5)


def test_ctc_loss_is_the_surprise_about_the_labels(key):
    logits = np.array(jax.random.normal(key(), (1, 4, 3)))
    expected = dict(most_probable(logits[0], blank=0))[1, 2]

    loss = ops.ctc_loss([[1, 2]], logits, [2], [4])

    np.testing.assert_allclose(loss, [-expected], rtol=1e-5)


def test_greedy_decoding_collapses_repeats_and_leaves_out_blanks():
    path = [0, 1, 1, 0, 1, 2]

    (labels,), _ = ops.ctc_decode(jax.nn.one_hot(jnp.array([path]), 3), [6])

    assert labels.tolist() == [[1, 1, 2, -1, -1, -1]]


def test_ctc_decode_refuses_an_unknown_strategy():
    with pytest.raises(ArgumentError, match="Did you mean 'greedy'"):
        ops.ctc_decode(jnp.ones((1, 2, 3)), [2], strategy="greed")
