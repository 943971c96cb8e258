"""`import tensorflow as tf` for Keras programs where TensorFlow is not installed.

A thin layer of names over `keryx.ops` and JAX's arrays: what programs written for Keras
call of `tf`, no more. Tensors are JAX's arrays, which gain `numpy()` here; text is an
array of NumPy's. `GradientTape` and `data.Dataset` are described in their docstrings.

Example:
    >>> import keryx.dialects.tensorflow as tf
    >>> x = tf.constant([3.0, 4.0])
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     length = tf.norm(x)
    >>> tape.gradient(length, x).numpy().tolist()
    [0.6000000238418579, 0.800000011920929]
"""

from typing import Any

from ._find import attribute as _attribute, names as _names, register as _register
from ._tensor import equip as _equip

__version__ = "2.15.0"
newaxis = None

_equip()
_register()


def __getattr__(name: str) -> Any:
    return _attribute("", name)


def __dir__() -> list[str]:
    return _names("")
