"""Networks and data that several benchmarks share."""

from typing import Any

import numpy as np


def labelled(*shape: int, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Returns noisy patterns in [0, 1), one pattern a class, and one-hot classes."""
    rng = np.random.default_rng(0)
    patterns = rng.random((classes, *shape[1:]), "float32")
    chosen = rng.integers(0, classes, shape[0])
    x = (rng.random(shape, "float32") + patterns[chosen]) / 2
    return x, np.eye(classes, dtype="float32")[chosen]


def wide(library: Any) -> Any:
    """Returns the 784-512-10 network."""
    layers = library.layers
    return library.Sequential(
        [
            layers.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def wide_torch(torch: Any) -> Any:
    """Returns PyTorch's, whose softmax is in the loss."""
    nn = torch.nn
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))


def deeper(library: Any) -> Any:
    """Returns the digits network of three convolutions."""
    layers = library.layers
    return library.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def deeper_torch(torch: Any) -> Any:
    """Returns PyTorch's, whose softmax is in the loss."""
    nn = torch.nn
    return nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3), nn.ReLU()),
        *(nn.Conv2d(64, 64, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(1024, 100), nn.ReLU(), nn.Linear(100, 10)),
    )


def recurrent(library: Any, kind: str, shape: tuple[int, int], units: int) -> Any:
    """Returns a recurrent layer and 26 classes."""
    layers = library.layers
    return library.Sequential(
        [
            layers.Input(shape),
            getattr(layers, kind)(units),
            layers.Dense(26, activation="softmax"),
        ]
    )
