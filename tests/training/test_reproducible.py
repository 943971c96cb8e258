"""Same seed, same bits; and what a run was given is never lost."""

import jax
import numpy as np
import pytest

from keryx._engine import loop
from keryx._engine.program import PROGRAMS
from keryx._engine.source import ArraySource
from keryx._engine.state import Batch
from keryx.random import set_random_seed


class Silent:
    """Callbacks that do nothing."""

    every, eager, stop = "epoch", False, False

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def run(make_model, data, seed):
    PROGRAMS.clear()
    set_random_seed(seed)
    model = make_model()
    history = model.fit(*data, epochs=3, batch_size=10, verbose=0)
    return model.get_weights(), history.history


def test_same_seed_gives_the_same_bits(make_model, data):
    (first, losses), (again, same) = (run(make_model, data, 3) for _ in range(2))

    jax.tree.map(np.testing.assert_array_equal, first, again)
    assert losses == same


def test_another_seed_gives_other_weights(make_model, data):
    (first, _), (other, _) = (run(make_model, data, seed) for seed in (3, 4))

    assert all((a != b).any() for a, b in zip(first[::2], other[::2], strict=True))


def test_numpys_seed_governs_where_none_was_set(make_model, data, monkeypatch):
    from keryx.random import _seed

    monkeypatch.setattr(_seed, "_root", _seed._Root())
    results = []
    for seed in (7, 7, 8):
        np.random.seed(seed)
        model = make_model()
        model.fit(*data, epochs=2, batch_size=10, verbose=0)
        results.append(model.get_weights()[0])

    np.testing.assert_array_equal(results[0], results[1])
    assert (results[0] != results[2]).any()


@pytest.mark.usefixtures("seeded")
def test_a_run_resumed_from_a_saved_state_has_the_same_bits(make_model, make_job, data):
    source = ArraySource(Batch(*data), 10, shuffle=True, seed=9)
    model = make_model()
    first = model.get_weights()
    job = make_job(model)
    loop.fit(job, source, Silent(), range(2))
    saved = jax.device_put(jax.tree.map(np.array, job.session.read()))
    loop.fit(job, source, Silent(), range(2, 4))

    other = make_model()
    other.set_weights([np.zeros_like(w) for w in first])
    resumed = make_job(other, seed=123)
    resumed.session.write(saved)
    resumed.session.seed = np.array(saved.seed)
    loop.fit(resumed, source, Silent(), range(2, 4))

    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.usefixtures("seeded")
def test_arrays_that_the_user_holds_survive_training(make_model, data):
    model = make_model()
    held = model.layers[0].kernel.value
    copy = np.array(held)

    model.fit(*data, batch_size=10, verbose=0)

    np.testing.assert_array_equal(held, copy)
    assert (model.layers[0].kernel.numpy() != copy).any()
