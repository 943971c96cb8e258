"""The history keeps everything and asks the device once."""

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx.callbacks import History


def record(*epochs):
    history = History()
    history.on_train_begin()
    for number, logs in enumerate(epochs):
        history.on_epoch_end(number, logs)
    return history


def test_values_of_the_device_become_floats():
    history = record({"loss": jnp.float32(0.5)}, {"loss": jnp.float32(0.25)})

    assert history.history == {"loss": [0.5, 0.25]}
    assert all(type(value) is float for value in history.history["loss"])
    assert history.epoch == [0, 1]


def test_all_epochs_come_in_one_transfer(monkeypatch):
    calls = []
    fetch = jax.device_get
    monkeypatch.setattr(jax, "device_get", lambda x: calls.append(x) or fetch(x))
    history = record(
        *[{"loss": jnp.float32(i), "acc": jnp.float32(i)} for i in range(5)]
    )
    assert not calls

    history.on_train_end()
    assert history.history["loss"] == [0, 1, 2, 3, 4]

    assert len(calls) == 1


def test_what_is_no_device_array_is_kept_as_it_is():
    history = record({"text": "a", "nothing": None, "loss": 0.5})

    assert history.history == {"text": ["a"], "nothing": [None], "loss": [0.5]}


def test_a_metric_with_several_values_stays_an_array():
    history = record({"f1": jnp.array([0.5, 1.0])})

    np.testing.assert_array_equal(history.history["f1"][0], [0.5, 1.0])


def test_logs_changed_later_do_not_change_the_history():
    logs = {"loss": 0.5}
    history = record(logs)

    logs["loss"] = 7.0

    assert history.history == {"loss": [0.5]}


@pytest.mark.parametrize("key", ["acc", "accuracy", "ACC"])
@pytest.mark.parametrize("name", ["acc", "accuracy"])
def test_history_answers_to_aliases(key, name):
    history = record({name: 0.5, f"val_{name}": 0.25})

    assert history.history[key] == [0.5]
    assert history.history["val_" + key] == [0.25]


@pytest.mark.parametrize(
    "twin", [copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))]
)
def test_copies_keep_the_record_and_the_aliases(twin, model):
    history = record({"accuracy": jnp.float32(0.5)})
    history.set_model(model)

    other = twin(history)

    assert other.history["acc"] == [0.5]
    assert other.epoch == [0]
    assert other.model is None


def test_a_history_can_be_set():
    history = record({"loss": 1.0})

    history.history = {"loss": [3.0]}

    assert history.history == {"loss": [3.0]}


def test_a_second_run_goes_on():
    history = record({"loss": 1.0})
    history.on_train_begin()
    history.on_epoch_end(0, {"loss": 0.5})

    assert history.history == {"loss": [1.0, 0.5]}
    assert history.epoch == [0]
