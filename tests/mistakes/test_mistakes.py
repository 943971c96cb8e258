"""The commonest mistakes, and what is said of each before anything is compiled.

The messages are kept in `messages.txt`. After a change on purpose, write them anew:

    KERYX_WRITE_MESSAGES=1 ./test tests/mistakes
"""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from keryx._core.errors import KeryxError, KeryxWarning
from keryx._engine.program import PROGRAMS
from keryx.callbacks import EarlyStopping
from keryx.layers import Conv2D, Dense, Embedding, Flatten, Input
from keryx.models import Model, Sequential
from keryx.random import set_random_seed

GOLDEN = Path(__file__).parent / "messages.txt"
RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 4)).astype("float32")
IDS = RNG.integers(0, 3, 20)
ONE_HOT = np.eye(3, dtype="float32")[IDS]
IMAGES = RNG.random((20, 8, 8)).astype("float32")


def classifier(
    loss="sparse_categorical_crossentropy", last="softmax", units=3, **options
):
    model = Sequential([Input((4,)), Dense(units, last, name="scores")], name="net")
    model.compile("adam", loss, **options)
    return model


def one_hot_labels_with_a_sparse_loss():
    classifier().fit(X, ONE_HOT)


def integer_labels_with_a_categorical_loss():
    classifier("categorical_crossentropy").fit(X, IDS)


def wrong_input_shape():
    classifier().fit(X[:, :3], IDS)


def image_without_a_channel_axis():
    model = Sequential(
        [Input((8, 8, 3)), Conv2D(2, 3), Flatten(), Dense(3)], name="images"
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(IMAGES, IDS)


def convolution_of_images_without_channels():
    Sequential([Input((8, 8)), Conv2D(2, 3, name="conv")], name="images")


def class_id_out_of_range():
    classifier().fit(X, IDS + 1)


def one_unit_with_softmax():
    classifier("binary_crossentropy", units=1).fit(X, IDS > 1)


def nan_in_the_data():
    x = X.copy()
    x[3, 2] = np.nan
    classifier().fit(x, IDS, verbose=0)


def nan_in_the_targets():
    y = X[:, :3].copy()
    y[3, 2] = np.nan
    classifier("mse", None).fit(X, y, verbose=0)


def empty_data():
    classifier().fit(X[:0], IDS[:0])


def x_and_y_of_different_lengths():
    classifier().fit(X, IDS[:15])


def fit_before_compile():
    Sequential([Input((4,)), Dense(3)], name="net").fit(X, IDS)


def unknown_loss():
    classifier("categorical_crosentropy")


def unknown_metric():
    classifier(metrics=["acuracy"])


def unknown_optimizer():
    Sequential([Dense(3)]).compile("adamm", "mse")


def unknown_activation():
    Dense(3, "rellu")


def unknown_monitor():
    classifier(metrics=["accuracy"]).fit(
        X, IDS, callbacks=[EarlyStopping("val_acuracy")], validation_split=0.2
    )


def monitor_of_validation_without_validation_data():
    classifier(metrics=["accuracy"]).fit(X, IDS, callbacks=[EarlyStopping("val_loss")])


def two_inputs():
    a, b = Input((4,), name="left"), Input((4,), name="right")
    model = Model([a, b], Dense(3, "softmax")(a + b), name="pair")
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def wrong_number_of_inputs():
    two_inputs().fit(X, IDS)


def wrong_name_of_an_input():
    two_inputs().fit({"left": X, "wrong": X}, IDS)


def shape_error_deep_in_a_nested_model():
    inner = Sequential([Input((5,)), Dense(2)], name="inner")
    middle = Sequential([Dense(4), inner], name="middle")
    Sequential([Input((4,)), middle, Dense(3)], name="outer")


def targets_of_another_width():
    classifier("mse", None).fit(X, np.zeros((20, 1)))


def targets_outside_0_to_1():
    classifier("binary_crossentropy", "sigmoid", 1).fit(X, IDS)


def softmax_with_from_logits():
    from keryx.losses import SparseCategoricalCrossentropy

    loss = SparseCategoricalCrossentropy(from_logits=True)
    classifier(loss).fit(X, IDS, verbose=0)


def text_in_the_data():
    classifier().fit(np.array([["a", "b", "c", "d"]] * 20), IDS)


def ragged_lists():
    classifier().fit([[1.0, 2.0], [3.0]], IDS[:2])


def misspelled_argument():
    Dense(unit=3)


def size_that_is_no_integer():
    Dense(3.5)


def layer_that_is_no_layer():
    Sequential([Dense(3), "relu"])


def word_id_out_of_range():
    Embedding(10, 4)(np.array([[3, 12]]))


def output_that_needs_another_input():
    a, b = Input((4,), name="left"), Input((4,), name="right")
    Model(a, a + b)


def no_targets():
    classifier().fit(X)


MISTAKES = {
    name: thing
    for name, thing in dict(globals()).items()
    if callable(thing)
    and getattr(thing, "__module__", None) == __name__
    and name not in ("classifier", "two_inputs")
}


def message_of(mistake):
    """Returns what is said of a mistake, and how: the class of the error or warning."""
    from keryx.utils import clear_session

    clear_session()
    set_random_seed(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", KeryxWarning)
        before = PROGRAMS.compiled
        try:
            mistake()
        except KeryxError as error:
            assert PROGRAMS.compiled == before, "something was compiled first"
            return f"{type(error).__name__}: {error}"
    said = [w for w in caught if issubclass(w.category, KeryxWarning)]
    assert said, "nothing was said"
    return f"{said[0].category.__name__}: {said[0].message}"


def golden():
    """Returns the kept messages by the name of their mistake."""
    if not GOLDEN.exists():
        return {}
    blocks = GOLDEN.read_text().strip().split("\n\n")
    return {
        b.splitlines()[0].strip("# "): "\n".join(b.splitlines()[1:]) for b in blocks
    }


@pytest.mark.skipif("KERYX_WRITE_MESSAGES" not in os.environ, reason="writes the file")
def test_write_messages():
    blocks = [f"# {name}\n{message_of(mistake)}" for name, mistake in MISTAKES.items()]
    GOLDEN.write_text("\n\n".join(blocks) + "\n")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_as_it_was(name):
    assert message_of(MISTAKES[name]) == golden()[name]


def test_every_message_says_what_was_expected_or_what_is_known():
    for name, message in golden().items():
        words = ("expected", "must be", "Known:", "reads")
        assert any(word in message for word in words), name


def test_at_least_twenty_mistakes_are_kept():
    assert len(golden()) >= 20
    assert set(golden()) == set(MISTAKES)
