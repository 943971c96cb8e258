"""Targets that a loss cannot mean are named before anything is compiled."""

import warnings

import numpy as np
import pytest

from keryx import losses
from keryx._core.errors import DataError, KeryxWarning

IDS = np.array([0, 1, 2, 1])
ROWS = np.eye(3)[IDS]
SPARSE = losses.SparseCategoricalCrossentropy
DENSE = losses.CategoricalCrossentropy
BINARY = losses.BinaryCrossentropy
SQUARES = losses.MeanSquaredError


def check(loss, y, output_shape, activation=None):
    loss.check_targets(
        np.asarray(y), output_shape, "output 'dense'", activation=activation
    )


WRONG = {
    "one-hot for a sparse loss": (
        SPARSE(),
        ROWS,
        (None, 3),
        r"output 'dense': expected class ids.*looks one-hot\.\n.*CategoricalCrossentro",
    ),
    "ids for a dense loss": (
        DENSE(),
        IDS,
        (None, 3),
        r"one row of 3 class probabilities.*\n.*sparse_categorical_crossentropy.*"
        r"to_categorical\(y, 3\)",
    ),
    "a column of ids for a dense loss": (
        DENSE(),
        IDS[:, None],
        (None, 3),
        "sparse_categorical_crossentropy",
    ),
    "an id too many": (
        SPARSE(),
        [0, 1, 7],
        (None, 3),
        r"class ids from 0 to 2.*got ids from 0 to 7\.\nGive the last layer 8 outputs",
    ),
    "ids from one": (SPARSE(), [1, 2, 3], (None, 3), "Ids start at 0: use `y - 1`"),
    "negative ids": (SPARSE(), [-1, 0, 1], (None, 3), "ignore_class"),
    "missing ids": (SPARSE(), [0.0, np.nan], (None, 3), "unlabelled"),
    "ids for one output": (SPARSE(), [0, 1], (None, 1), "binary_crossentropy"),
    "ids of another length": (
        SPARSE(),
        np.zeros((4, 6)),
        (None, 5, 3),
        r"class ids of shape \(batch, 5\).*got shape \(4, 6\)",
    ),
    "signs for probabilities": (
        BINARY(),
        [[-1], [1]],
        (None, 1),
        r"from 0 to 1.*from -1 to 1\.\nUse `\(y \+ 1\) / 2`",
    ),
    "ids for probabilities": (
        BINARY(),
        [[0], [4]],
        (None, 1),
        '5 softmax outputs and the loss "sparse_categorical_crossentropy"',
    ),
    "pixels for probabilities": (BINARY(), [[0], [255]], (None, 1), "divide by 255"),
    "missing probabilities": (BINARY(), [[np.nan]], (None, 1), "numpy.isnan"),
    "wide targets": (
        SQUARES(),
        np.zeros((10, 768)),
        (None, 1),
        r"the output's shape \(batch, 1\).*got \(10, 768\)\.\n.*768 outputs",
    ),
    "narrow targets": (SQUARES(), np.zeros((10, 1)), (None, 3), r"\(batch, 3\)"),
    "a vector for several outputs": (SQUARES(), np.zeros(3), (None, 3), "as many"),
    "texts": (SQUARES(), np.array(["cat", "dog"]), (None, 1), "numpy.unique"),
    "objects": (DENSE(), np.array([None, 1], object), (None, 3), "type object"),
    "texts for a user's loss": (
        losses.as_loss(lambda y_true, y_pred: y_pred),
        np.array(["cat"]),
        (None, 1),
        "numpy.unique",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_targets_are_named(case):
    loss, y, output_shape, message = WRONG[case]

    with pytest.raises(DataError, match=message):
        check(loss, y, output_shape)


@pytest.mark.parametrize("loss", [BINARY(), DENSE(), SPARSE(), SQUARES()])
def test_softmax_of_one_output_is_refused(loss):
    with pytest.raises(DataError, match="sigmoid"):
        check(loss, np.zeros((4, 1)), (None, 1), activation="softmax")


@pytest.mark.parametrize("loss", [DENSE(from_logits=True), SPARSE(from_logits=True)])
def test_softmax_taken_for_logits_gives_a_warning(loss):
    y = ROWS if isinstance(loss, DENSE) else IDS

    with pytest.warns(KeryxWarning, match="softmax has already made probabilities"):
        check(loss, y, (None, 3), activation="softmax")


def test_missing_targets_of_a_regression_give_a_warning():
    with pytest.warns(KeryxWarning, match="NaN among them"):
        check(SQUARES(), [[0.0], [np.nan]], (None, 1))


def test_one_class_gives_a_warning():
    with pytest.warns(KeryxWarning, match="always zero"):
        check(DENSE(), np.ones((4, 1)), (None, 1))


RIGHT = {
    "rows": (DENSE(), ROWS, (None, 3)),
    "ids": (SPARSE(), IDS, (None, 3)),
    "a column of ids": (SPARSE(), IDS[:, None], (None, 3)),
    "ids of unknown classes": (SPARSE(), IDS, (None, None)),
    "ids per pixel": (SPARSE(), np.zeros((2, 4, 4)), (None, 4, 4, 3)),
    "ids of a channels-first output": (
        SPARSE(axis=1),
        np.zeros((2, 4, 4)),
        (None, 3, 4, 4),
    ),
    "an ignored id": (SPARSE(ignore_class=-1), [-1, 0, 2], (None, 3)),
    "ids of unsigned bytes": (SPARSE(), IDS.astype("uint8"), (None, 3)),
    "bits": (BINARY(), [[0.0], [1.0]], (None, 1)),
    "bits without an axis": (BINARY(), [True, False], (None, 1)),
    "rounded probabilities": (BINARY(), [[1.000001]], (None, 1)),
    "numbers": (SQUARES(), np.zeros((10, 3)), (None, 3)),
    "unknown sizes": (SQUARES(), np.zeros((10, 7, 3)), (None, None, 3)),
    "a column for a vector": (SQUARES(), np.zeros((10, 1)), (None,)),
    "generalized ids": (losses.CategoricalGeneralizedCrossEntropy(), IDS, (None, 3)),
    "generalized rows": (losses.CategoricalGeneralizedCrossEntropy(), ROWS, (None, 3)),
    "anything for a user's loss": (losses.as_loss(max), np.zeros((3, 9)), (None, 1)),
    "no samples": (BINARY(), np.zeros((0, 1)), (None, 1)),
}


@pytest.mark.parametrize("case", RIGHT)
def test_right_targets_pass_without_a_word(case):
    loss, y, output_shape = RIGHT[case]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(loss, y, output_shape)
