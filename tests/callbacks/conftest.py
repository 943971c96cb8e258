"""A model without layers, which records what callbacks do to it."""

import io
from types import SimpleNamespace

import numpy as np
import pytest

from keryx._core.variable import Variable


class StubModel:
    """One weight, an optimizer with a learning rate, and files that hold the weight."""

    def __init__(self, rate=0.1, metrics=()):
        self.weight = np.zeros(2, np.float32)
        self.optimizer = SimpleNamespace(learning_rate=Variable(rate, dtype="float32"))
        self.metrics = list(metrics)
        self.stop_training = False
        self.saved = []

    def get_weights(self):
        return [self.weight.copy()]

    def set_weights(self, weights):
        self.weight = weights[0].copy()

    def save(self, path, overwrite=True):
        self.saved.append(str(path))
        with open(path, "wb") as file:
            np.save(file, self.weight)

    save_weights = save

    def load_weights(self, path):
        with open(path, "rb") as file:
            try:
                self.weight = np.load(file)
            except (ValueError, EOFError) as error:
                raise OSError(str(error)) from error


class Terminal(io.StringIO):
    """An output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def model():
    return StubModel()


@pytest.fixture
def terminal(monkeypatch):
    """Makes standard output a terminal of 80 columns; returns it."""
    for name in ("CI", "NO_COLOR", "PYCHARM_HOSTED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    screen = Terminal()
    # Not `sys.stdout`: pytest puts its own there when the test begins.
    monkeypatch.setattr("keryx.callbacks._screen.stream", lambda: screen)
    return screen


@pytest.fixture
def clock(monkeypatch):
    """Stops the clock of progress bars; returns a list whose item is the time."""
    now = [0.0]
    monkeypatch.setattr("keryx.callbacks._clock.time.perf_counter", lambda: now[0])
    return now
