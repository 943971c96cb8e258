"""A small problem and the pieces of the engine that work on it."""

import numpy as np
import pytest

from keryx._engine.plan import Plan
from keryx._engine.program import PROGRAMS
from keryx._engine.state import Batch
from keryx.layers import Dense, Dropout, Input
from keryx.models import Sequential
from keryx.models._trainer import sample_of, trainer_of
from keryx.random import set_random_seed


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(44, 3)).astype("float32")
    return x, (x @ np.array([[1.0], [-2.0], [0.5]]) + 0.3).astype("float32")


@pytest.fixture
def make_model():
    def make(rate=0.2, optimizer="adam", units=6):
        model = Sequential([Input((3,)), Dense(units, "tanh"), Dropout(rate), Dense(1)])
        model.compile(optimizer, "mse", metrics=["mae"])
        return model

    return make


@pytest.fixture
def make_job(data):
    models = []  # which their jobs do not keep

    def make(model, seed=5):
        models.append(model)
        batch = Batch(*data)
        trainer = trainer_of(model, sample_of(batch), "fit")
        return trainer.job(seed, Plan())

    return make


@pytest.fixture
def seeded():
    set_random_seed(11)


@pytest.fixture
def compiled():
    """Returns how many programs have been compiled since the fixture was made."""
    before = PROGRAMS.compiled
    return lambda: PROGRAMS.compiled - before
