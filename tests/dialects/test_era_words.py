"""Configurations, defaults and arguments in the words of an older era."""

import json
import pickle

import numpy as np
import pytest

from keryx import datasets, layers, models, optimizers, regularizers
from keryx._core.errors import SignatureError
from keryx.dialects import counted, set_era

pytestmark = pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")


@pytest.fixture(autouse=True)
def _no_era():
    yield
    set_era(None)


# --- configurations -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "old", "today"),
    [
        (lambda: optimizers.SGD(0.5), "lr", "learning_rate"),
        (lambda: layers.Dense(3), "output_dim", "units"),
        (lambda: layers.Conv2D(3, (2, 2)), "nb_filter", "filters"),
        (lambda: layers.Conv2D(3, (2, 2)), "border_mode", "padding"),
        (lambda: layers.GaussianNoise(0.5), "sigma", "stddev"),
    ],
    ids=["lr", "output_dim", "nb_filter", "border_mode", "sigma"],
)
@pytest.mark.parametrize("era", ["1", "2"])
def test_configurations_answer_to_old_words(make, old, today, era):
    set_era(era)
    config = make().get_config()

    assert config[old] == config[today] == config.get(old)
    assert old in config
    assert old not in list(config)
    assert old not in json.loads(json.dumps(config))
    assert type(pickle.loads(pickle.dumps(config))) is dict


def test_words_of_no_era_are_errors():
    set_era("2")
    config = optimizers.SGD().get_config()

    with pytest.raises(KeyError, match="speed"):
        config["speed"]
    assert config.get("speed", 3) == 3


def test_todays_configurations_are_plain():
    before = counted()

    config = optimizers.SGD(0.5).get_config()

    assert type(config) is dict
    assert "lr" not in config
    assert counted() == before


# --- regularizers, lists of layers, loaders -------------------------------------------


@pytest.mark.parametrize(
    ("era", "make", "strengths"),
    [
        (None, lambda: regularizers.l1l2(), (0.01, 0.01)),
        (None, lambda: regularizers.l1l2(l1=0.5), (0.5, 0.01)),
        (None, lambda: regularizers.activity_l1l2(l2=0.5), (0.01, 0.5)),
        (None, lambda: regularizers.WeightRegularizer(l2=0.5), (0.0, 0.5)),
        (None, lambda: regularizers.get("l1_l2"), (0.01, 0.01)),
        (None, lambda: regularizers.get("l1l2"), (0.0, 0.0)),
        (None, lambda: regularizers.l1_l2(), (0.0, 0.0)),
        ("1", lambda: regularizers.get("l1l2"), (0.01, 0.01)),
        ("2", lambda: regularizers.l1_l2(), (0.01, 0.01)),
        ("tf", lambda: regularizers.l1_l2(), (0.01, 0.01)),
        ("2", lambda: regularizers.L1L2(0.0, 0.5), (0.0, 0.5)),
    ],
)
def test_the_strengths_that_were_not_given(era, make, strengths):
    set_era(era)
    made = make()

    assert (made.l1, made.l2) == strengths


OLD_ROWS = [
    {"class_name": "Dense", "config": {"output_dim": 3, "name": "a",
                                       "batch_input_shape": [None, 2]}},
    {"class_name": "Activation", "config": {"activation": "relu", "name": "b"}},
]  # fmt: skip


def test_a_list_of_layers_of_keras_1():
    model = models.Sequential.from_config(OLD_ROWS)

    assert [layer.name for layer in model.layers] == ["a", "b"]
    assert model.count_params() == 2 * 3 + 3


def test_a_list_of_layers_of_today():
    config = models.Sequential([layers.Input((2,)), layers.Dense(3)]).get_config()

    model = models.Sequential.from_config(config["layers"])

    assert [w.shape for w in model.get_weights()] == [(2, 3), (3,)]


def test_old_arguments_of_a_loader(tmp_path):
    texts = np.empty(2, object)
    texts[:] = [[1, 2, 9], [3]]
    parts = {"x_train": texts, "y_train": [1, 1], "x_test": texts, "y_test": [0, 0]}
    np.savez(tmp_path / "few.npz", **parts)

    (x, y), _ = datasets.imdb.load_data(
        str(tmp_path / "few.npz"), nb_words=7, test_split=0.1, seed=3
    )

    assert sorted(x, key=len) == [[1, 6], [1, 4, 5, 2]]
    assert y.tolist() == [1, 1]


def test_what_no_loader_took_is_an_error():
    with pytest.raises(SignatureError, match="words"):
        datasets.imdb.load_data(words=3)


def test_the_split_is_kept_where_a_loader_has_one(tmp_path):
    texts = np.empty(4, object)
    texts[:] = [[1], [2], [3], [4]]
    np.savez(tmp_path / "news.npz", x=texts, y=[0, 1, 2, 3])

    train, test = datasets.reuters.load_data(
        str(tmp_path / "news.npz"), nb_words=9, test_split=0.25
    )

    assert [len(train[0]), len(test[0])] == [3, 1]
