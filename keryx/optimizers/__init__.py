"""Optimizers, and learning-rate schedules in `schedules`."""

from . import schedules as schedules
from ._adadelta import Adadelta as Adadelta
from ._adafactor import Adafactor as Adafactor
from ._adagrad import Adagrad as Adagrad
from ._adam import Adam as Adam, AdamW as AdamW
from ._adamax import Adamax as Adamax
from ._ftrl import Ftrl as Ftrl
from ._lamb import Lamb as Lamb
from ._lion import Lion as Lion
from ._nadam import Nadam as Nadam
from ._optax import Optax as Optax
from ._optimizer import Optimizer as Optimizer
from ._registry import deserialize as deserialize, get as get, serialize as serialize
from ._rmsprop import RMSprop as RMSprop
from ._sgd import SGD as SGD
from ._state import OptState as OptState, ParamInfo as ParamInfo
