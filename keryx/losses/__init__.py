"""What training minimizes: a pure function and a class for each loss."""

from ._circle import Circle as Circle, circle as circle
from ._crossentropy import (
    binary_crossentropy as binary_crossentropy,
    categorical_crossentropy as categorical_crossentropy,
    categorical_generalized_cross_entropy as categorical_generalized_cross_entropy,
    kl_divergence as kl_divergence,
    poisson as poisson,
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from ._ctc import CTC as CTC, ctc as ctc
from ._focal import (
    binary_focal_crossentropy as binary_focal_crossentropy,
    BinaryFocalCrossentropy as BinaryFocalCrossentropy,
    categorical_focal_crossentropy as categorical_focal_crossentropy,
    CategoricalFocalCrossentropy as CategoricalFocalCrossentropy,
)
from ._hinge import (
    categorical_hinge as categorical_hinge,
    CategoricalHinge as CategoricalHinge,
    Hinge as Hinge,
    hinge as hinge,
    squared_hinge as squared_hinge,
    SquaredHinge as SquaredHinge,
)
from ._loss import FunctionLoss as FunctionLoss, Loss as Loss
from ._overlap import Dice as Dice, dice as dice, Tversky as Tversky, tversky as tversky
from ._probability import (
    BinaryCrossentropy as BinaryCrossentropy,
    CategoricalCrossentropy as CategoricalCrossentropy,
    CategoricalGeneralizedCrossEntropy as CategoricalGeneralizedCrossEntropy,
    KLDivergence as KLDivergence,
    Poisson as Poisson,
    SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
)
from ._reduce import merge_mask as merge_mask
from ._registry import (
    as_loss as as_loss,
    deserialize as deserialize,
    get as get,
    serialize as serialize,
)
from ._regression import (
    cosine_similarity as cosine_similarity,
    CosineSimilarity as CosineSimilarity,
    Huber as Huber,
    huber as huber,
    log_cosh as log_cosh,
    LogCosh as LogCosh,
    mean_absolute_error as mean_absolute_error,
    mean_absolute_percentage_error as mean_absolute_percentage_error,
    mean_squared_error as mean_squared_error,
    mean_squared_logarithmic_error as mean_squared_logarithmic_error,
    MeanAbsoluteError as MeanAbsoluteError,
    MeanAbsolutePercentageError as MeanAbsolutePercentageError,
    MeanSquaredError as MeanSquaredError,
    MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
)
