"""Metrics by name."""

from typing import Any

from keryx import losses
from keryx._core import serial
from keryx._core.registry import Registry
from keryx.losses import Loss
from keryx.metrics import (
    _accuracy,
    _accuracy_metrics,
    _confusion,
    _correlation,
    _curve,
    _fscore,
    _iou,
    _loss_metrics,
)
from keryx.metrics._mean import FUNCTIONS, Mean, MeanMetricWrapper, Sum
from keryx.metrics._metric import Metric

CLASSES: tuple[tuple[type[Metric], tuple[str, ...]], ...] = (
    (Mean, ()),
    (Sum, ()),
    (MeanMetricWrapper, ()),
    (_accuracy_metrics.Accuracy, ()),
    (_accuracy_metrics.BinaryAccuracy, ()),
    (_accuracy_metrics.CategoricalAccuracy, ()),
    (_accuracy_metrics.SparseCategoricalAccuracy, ()),
    (_accuracy_metrics.TopKCategoricalAccuracy, ()),
    (_accuracy_metrics.SparseTopKCategoricalAccuracy, ()),
    (_loss_metrics.MeanSquaredError, ("mse", "MSE")),
    (_loss_metrics.RootMeanSquaredError, ("rmse", "RMSE")),
    (_loss_metrics.MeanAbsoluteError, ("mae", "MAE")),
    (_loss_metrics.MeanAbsolutePercentageError, ("mape", "MAPE")),
    (_loss_metrics.MeanSquaredLogarithmicError, ("msle", "MSLE")),
    (_loss_metrics.LogCoshError, ("logcosh",)),
    (_loss_metrics.CosineSimilarity, ()),
    (_loss_metrics.Hinge, ()),
    (_loss_metrics.SquaredHinge, ()),
    (_loss_metrics.CategoricalHinge, ()),
    (_loss_metrics.KLDivergence, ("kld", "KLD")),
    (_loss_metrics.Poisson, ()),
    (_loss_metrics.BinaryCrossentropy, ("bce", "BCE")),
    (_loss_metrics.CategoricalCrossentropy, ()),
    (_loss_metrics.SparseCategoricalCrossentropy, ()),
    (_confusion.TruePositives, ()),
    (_confusion.FalsePositives, ()),
    (_confusion.TrueNegatives, ()),
    (_confusion.FalseNegatives, ()),
    (_confusion.Precision, ()),
    (_confusion.Recall, ()),
    (_curve.AUC, ()),
    (_curve.SensitivityAtSpecificity, ()),
    (_curve.SpecificityAtSensitivity, ()),
    (_curve.PrecisionAtRecall, ()),
    (_curve.RecallAtPrecision, ()),
    (_correlation.PearsonCorrelation, ()),
    (_correlation.ConcordanceCorrelation, ()),
    (_correlation.R2Score, ("r2",)),
    (_fscore.F1Score, ("f1",)),
    (_fscore.FBetaScore, ("fbeta_score",)),
    (_iou.IoU, ("iou",)),
    (_iou.BinaryIoU, ("binary_iou",)),
    (_iou.MeanIoU, ("mean_iou",)),
    (_iou.OneHotIoU, ("one_hot_iou",)),
    (_iou.OneHotMeanIoU, ("one_hot_mean_iou",)),
)
OWN_FUNCTIONS = (
    _accuracy.binary_accuracy,
    _accuracy.categorical_accuracy,
    _accuracy.sparse_categorical_accuracy,
    _accuracy.top_k_categorical_accuracy,
    _accuracy.sparse_top_k_categorical_accuracy,
    _correlation.pearson_correlation,
    _correlation.concordance_correlation,
)
LOSS_FUNCTIONS = (
    losses.binary_crossentropy,
    losses.binary_focal_crossentropy,
    losses.categorical_crossentropy,
    losses.categorical_focal_crossentropy,
    losses.categorical_hinge,
    losses.hinge,
    losses.huber,
    losses.kl_divergence,
    losses.log_cosh,
    losses.mean_absolute_error,
    losses.mean_absolute_percentage_error,
    losses.mean_squared_error,
    losses.mean_squared_logarithmic_error,
    losses.poisson,
    losses.sparse_categorical_crossentropy,
    losses.squared_hinge,
)

REGISTRY = Registry("Metric", "keras.metrics", instantiate=True)
for _class, _aliases in CLASSES:
    REGISTRY.add(_class, *_aliases)
for _function in OWN_FUNCTIONS:
    serial.publish_function(_function)
for _function in (*OWN_FUNCTIONS, *LOSS_FUNCTIONS):
    FUNCTIONS.add(_function)
    REGISTRY.add(_function)  # classes of the same name come first

# What a general name means for one output, for class ids, and for one-hot targets.
ACCURACIES = (
    _accuracy_metrics.BinaryAccuracy,
    _accuracy_metrics.SparseCategoricalAccuracy,
    _accuracy_metrics.CategoricalAccuracy,
)
CROSSENTROPIES = (
    _loss_metrics.BinaryCrossentropy,
    _loss_metrics.SparseCategoricalCrossentropy,
    _loss_metrics.CategoricalCrossentropy,
)
GENERAL: dict[str, tuple[type[Metric], ...]] = {
    "accuracy": ACCURACIES,
    "acc": ACCURACIES,
    "crossentropy": CROSSENTROPIES,
    "ce": CROSSENTROPIES,
}


def get(identifier: Any) -> Any:
    """Returns the metric that an argument means: a `Metric` or a function.

    Example:
        >>> get("mse").name, get("huber").__name__
        ('mean_squared_error', 'huber')

    Args:
        identifier: The name of a class or of a function, a configuration, or a metric.

    Raises:
        UnknownNameError: If a string names nothing known.
    """
    return REGISTRY.get(identifier)


def serialize(metric: Any) -> Any:
    """Returns a metric as plain data: the name of a function, else a configuration."""
    return serial.serialize(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Returns the metric that a configuration or a name describes.

    Args:
        config: The configuration or the name.
        custom_objects: Classes and functions by the names that it uses.

    Raises:
        UnknownNameError: If it names nothing known.
    """
    return REGISTRY.deserialize(config, custom_objects)


def as_metric(
    identifier: Any,
    *,
    y_shape: tuple[int | None, ...] | None = None,
    output_shape: tuple[int | None, ...] | None = None,
    loss_name: str | None = None,
) -> Metric:
    """Returns a metric as an object that is ready for data of the given shapes.

    "accuracy" ("acc") and "crossentropy" ("ce") become those of one output, of class
    ids or of one-hot targets. A metric given by a string is called by that string.

    Example:
        >>> metric = as_metric("acc", y_shape=(None,), output_shape=(None, 10))
        >>> type(metric).__name__, metric.name
        ('SparseCategoricalAccuracy', 'acc')

    Args:
        identifier: As for `get`; a plain function is wrapped in `MeanMetricWrapper`.
        y_shape: Shape of the targets, with the batch axis; `None` if not known.
        output_shape: Shape of the predictions, with the batch axis.
        loss_name: Name of the loss, which decides where the shapes do not.

    Raises:
        UnknownNameError: If a string names nothing known.
        ArgumentError: If it is neither a name, a configuration nor callable.
    """
    general = GENERAL.get(identifier.lower()) if isinstance(identifier, str) else None
    if general is not None:
        metric: Any = general[_kind(y_shape, output_shape, loss_name)]()
    else:
        metric = get(identifier)
    if isinstance(metric, Loss):
        metric = MeanMetricWrapper(metric.call, metric.name)
    elif not isinstance(metric, Metric):
        metric = MeanMetricWrapper(metric)
    if isinstance(identifier, str):
        metric.name = identifier
    if not metric.built and output_shape is not None:
        metric.build(y_shape or output_shape, output_shape)
    ready: Metric = metric
    return ready


def _kind(
    y_shape: tuple[int | None, ...] | None,
    output_shape: tuple[int | None, ...] | None,
    loss_name: str | None,
) -> int:
    """Returns 0 for one output, 1 for class ids, 2 for one-hot targets."""
    outputs = output_shape[-1] if output_shape and len(output_shape) > 1 else 1
    if output_shape and outputs == 1:
        return 0
    if y_shape is None or output_shape is None or outputs is None:
        name = loss_name or ""
        return 0 if "binary" in name else 1 if "sparse" in name else 2
    return 1 if len(y_shape) < len(output_shape) or y_shape[-1] == 1 else 2
