"""Activations: functions of one array, by their names in Keras."""

from ._rectified import (
    celu as celu,
    elu as elu,
    hard_shrink as hard_shrink,
    leaky_relu as leaky_relu,
    linear as linear,
    relu as relu,
    relu6 as relu6,
    selu as selu,
    soft_shrink as soft_shrink,
    tanh_shrink as tanh_shrink,
    threshold as threshold,
)
from ._registry import (
    deserialize as deserialize,
    get as get,
    serialize as serialize,
)
from ._sigmoid import (
    hard_sigmoid as hard_sigmoid,
    hard_tanh as hard_tanh,
    log_sigmoid as log_sigmoid,
    sigmoid as sigmoid,
    softsign as softsign,
    sparse_sigmoid as sparse_sigmoid,
    tanh as tanh,
)
from ._smooth import (
    exponential as exponential,
    gelu as gelu,
    glu as glu,
    hard_silu as hard_silu,
    mish as mish,
    silu as silu,
    softplus as softplus,
    sparse_plus as sparse_plus,
    squareplus as squareplus,
)
from ._softmax import (
    log_softmax as log_softmax,
    softmax as softmax,
    sparsemax as sparsemax,
)

hard_swish = hard_silu
swish = silu
