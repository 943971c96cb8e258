"""`keras.initializations` of Keras 0 and 1: functions that return variables."""

from collections.abc import Callable
from typing import Any

from keryx import initializers
from keryx._core.variable import Variable

Shape = tuple[int, ...]


def get(identifier: Any) -> Any:
    """Returns the function of this module by its name; functions as they are."""
    return (
        globals().get(identifier, identifier)
        if isinstance(identifier, str)
        else (identifier)
    )


def _made_by(make: Callable[[float], Any], scale: float) -> Callable[..., Variable]:
    """Returns `f(shape, scale, name, dim_ordering)` around an initializer of today."""

    def draw(
        shape: Shape,
        scale: float = scale,
        name: str | None = None,
        dim_ordering: str = "th",
    ) -> Variable:
        return Variable(make(scale), tuple(shape), name=name)

    return draw


def _fixed(make: Callable[[], Any]) -> Callable[..., Variable]:
    """Returns `f(shape, name, dim_ordering)` around an initializer of today."""

    def draw(
        shape: Shape, name: str | None = None, dim_ordering: str = "th"
    ) -> Variable:
        return Variable(make(), tuple(shape), name=name)

    return draw


def _scaled(mode: str) -> Callable[[], Any]:
    """A normal distribution that is not truncated, as the first Kerases had it."""
    return lambda: initializers.VarianceScaling(
        2.0 if mode == "fan_in" else 1.0, mode, "untruncated_normal"
    )


uniform = _made_by(lambda scale: initializers.RandomUniform(-scale, scale), 0.05)
normal = _made_by(lambda scale: initializers.RandomNormal(0.0, scale), 0.05)
orthogonal = _made_by(initializers.Orthogonal, 1.1)
identity = _made_by(initializers.Identity, 1.0)
lecun_uniform = _fixed(initializers.LecunUniform)
glorot_uniform = _fixed(initializers.GlorotUniform)
he_uniform = _fixed(initializers.HeUniform)
glorot_normal = _fixed(_scaled("fan_avg"))
he_normal = _fixed(_scaled("fan_in"))
zero = _fixed(initializers.Zeros)
one = _fixed(initializers.Ones)
