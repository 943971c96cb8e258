"""Logs answer to every spelling of their names."""

import copy
import pickle

import pytest

from keryx import losses
from keryx.callbacks import resolve
from keryx.callbacks._names import AliasDict, canonical, direction

LOGS = ["loss", "accuracy", "mse", "val_loss", "val_accuracy", "head_acc", "auc_1"]


@pytest.mark.parametrize(
    ("monitor", "name"),
    [
        ("loss", "loss"),
        ("acc", "accuracy"),
        ("val_acc", "val_accuracy"),
        ("mean_squared_error", "mse"),
        ("MSE", "mse"),
        ("head_accuracy", "head_acc"),
        ("AUC_1", "auc_1"),
        ("auc", None),
        ("auc_2", None),
        ("val_mse", None),
        ("accuracies", None),
        ("", None),
    ],
)
def test_a_monitor_finds_the_log_it_means(monitor, name):
    assert resolve(monitor, LOGS) == name


def test_the_exact_name_comes_before_its_aliases():
    assert resolve("acc", ["accuracy", "acc"]) == "acc"


@pytest.mark.parametrize("name", ["mse", "mae", "mape", "msle", "kld", "bce"])
def test_short_names_are_those_of_the_losses(name):
    assert canonical(name) == canonical(losses.get(name).__name__)
    assert canonical(name) != name


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("loss", "min"),
        ("val_loss", "min"),
        ("accuracy", "max"),
        ("val_acc", "max"),
        ("sparse_top_k_categorical_accuracy", "max"),
        ("auc_3", "max"),
        ("f1_score", "max"),
        ("mean_io_u", "max"),
        ("val_r2_score", "max"),
        ("cosine_similarity", "max"),
        ("accuracy_loss", "min"),
        ("rmse", "min"),
        ("mean_absolute_error", "min"),
        ("kl_divergence", "min"),
        ("perplexity", None),
    ],
)
def test_names_tell_which_way_is_better(name, way):
    assert direction(name) == way


def test_a_metric_that_knows_its_direction_is_asked_first():
    class Odd:
        name = "error"
        _direction = "up"

    assert direction("val_error", [Odd()]) == "max"


def test_dict_answers_to_aliases_and_is_written_as_what_it_is():
    logs = AliasDict(accuracy=[0.5])

    assert logs["acc"] == logs.get("acc") == [0.5]
    assert "acc" in logs
    assert "auc" not in logs
    assert logs.get("auc", 7) == 7
    assert 3 not in logs
    assert repr(logs) == "{'accuracy': [0.5]}"
    assert type(pickle.loads(pickle.dumps(logs))) is dict
    assert copy.deepcopy(logs) == {"accuracy": [0.5]}
    with pytest.raises(KeyError, match="auc"):
        logs["auc"]
