"""Reading and writing the learning rate of a model that trains."""

from typing import Any

from keryx._core.errors import StateError

NAME = "learning_rate"


def read(model: Any, owner: object) -> float:
    """Returns the learning rate of the model's optimizer.

    Raises:
        StateError: If the optimizer has none.
    """
    optimizer = getattr(model, "optimizer", None)
    rate = getattr(optimizer, NAME, None)
    if rate is None:
        raise StateError(
            type(owner).__name__,
            expected="a model whose optimizer has a `learning_rate`",
            got=f"{type(optimizer).__name__}",
        )
    return float(rate)


def write(model: Any, rate: float) -> None:
    """Sets the learning rate of the model's optimizer."""
    model.optimizer.learning_rate = rate
