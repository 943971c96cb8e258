"""Deep learning with the Keras API on one engine, JAX/XLA."""

import sys

from . import (
    activations as activations,
    backend as backend,
    callbacks as callbacks,
    config as config,
    constraints as constraints,
    datasets as datasets,
    dialects as dialects,
    dtype_policies as dtype_policies,
    initializers as initializers,
    layers as layers,
    losses as losses,
    metrics as metrics,
    mixed_precision as mixed_precision,
    models as models,
    ops as ops,
    optimizers as optimizers,
    preprocessing as preprocessing,
    random as random,
    regularizers as regularizers,
    report as report,
    saving as saving,
    tree as tree,
    utils as utils,
)
from ._core.dtypes import DTypePolicy as DTypePolicy
from ._core.hook import Hook as _Hook
from ._core.variable import Variable as Variable
from ._graph.node import KerasTensor as KerasTensor
from ._version import __version__ as __version__, version as version
from .dialects._serve import install as install, uninstall as uninstall
from .initializers import Initializer as Initializer
from .layers import Input as Input, InputSpec as InputSpec, Layer as Layer
from .losses import Loss as Loss
from .metrics import Metric as Metric
from .models import Model as Model, Sequential as Sequential
from .optimizers import Optimizer as Optimizer
from .regularizers import Regularizer as Regularizer


def _tape() -> object:
    """Returns what notes steps that run uncompiled; seldom needed, and then loaded."""
    from .dialects.tensorflow import GradientTape

    return GradientTape()


def _old_backend(name: str) -> object:
    """Returns what `keras.backend` had before Keras 3."""
    from .dialects import backend as old

    return getattr(old, name)


backend.__getattr__ = _old_backend  # type: ignore[method-assign]  # PEP 562
dialects.install()
_Hook.tape = _tape
for _module in (
    *(activations, callbacks, config, constraints, initializers, layers, losses),
    *(metrics, models, optimizers, preprocessing, regularizers, saving, utils),
    preprocessing.image,
    preprocessing.text,
    sys.modules[__name__],
):
    dialects.open_module(_module)
