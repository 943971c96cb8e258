"""Connectionist temporal classification against sums over all alignments."""

import itertools

import numpy as np

from keryx.dialects import backend as K

P = np.float32([[[0.6, 0.1, 0.3], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7]]])  # blank: 2


def collapse(path):
    merged = [label for label, _ in itertools.groupby(path)]
    return tuple(label for label in merged if label != 2)


def probability(labels, steps=3):
    paths = itertools.product(range(3), repeat=steps)
    return sum(
        np.prod([P[0, t, c] for t, c in enumerate(path)])
        for path in paths
        if collapse(path) == labels
    )


def test_cost_sums_over_alignments():
    y_true, y_pred = np.array([[0, 1], [0, 0]]), np.concatenate([P, P])

    cost = K.ctc_batch_cost(y_true, y_pred, np.array([[3], [2]]), np.array([[2], [1]]))

    wanted = [-np.log(probability((0, 1))), -np.log(probability((0,), steps=2))]
    assert cost.shape == (2, 1)
    np.testing.assert_allclose(cost[:, 0], wanted, rtol=1e-4)


def test_greedy_decoding_takes_the_best_path():
    labels, score = K.ctc_decode(P, np.array([3]))

    assert labels[0].tolist() == [[0, 1]]
    np.testing.assert_allclose(score, [[-np.log(0.6 * 0.5 * 0.7)]], rtol=1e-4)


def test_beam_search_finds_the_most_probable_labels():
    labels, score = K.ctc_decode(P, np.array([3]), greedy=False, top_paths=2)

    options = {collapse(path) for path in itertools.product(range(3), repeat=3)}
    ranked = sorted(options, key=probability, reverse=True)
    assert [tuple(x[x >= 0].tolist()) for x in map(np.asarray, labels)] == ranked[:2]
    wanted = np.log([probability(option) for option in ranked[:2]])
    np.testing.assert_allclose(score[0], wanted, rtol=1e-4)


def test_symbolic_scores_are_decoded_in_a_function():
    scores, lengths = K.placeholder((None, 3, 3)), K.placeholder((None,), dtype="int32")
    labels, _ = K.ctc_decode(scores, lengths)

    (found,) = K.function([scores, lengths], [labels[0]])([P, [3]])

    assert found[0, :2].tolist() == [0, 1]
