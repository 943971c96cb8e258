"""Learning rates as functions of the step."""

from ._cosine import (
    CosineDecay as CosineDecay,
    CosineDecayRestarts as CosineDecayRestarts,
)
from ._decay import (
    ExponentialDecay as ExponentialDecay,
    InverseTimeDecay as InverseTimeDecay,
    PiecewiseConstantDecay as PiecewiseConstantDecay,
    PolynomialDecay as PolynomialDecay,
)
from ._registry import deserialize as deserialize, serialize as serialize
from ._schedule import LearningRateSchedule as LearningRateSchedule
