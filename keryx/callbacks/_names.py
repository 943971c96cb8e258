"""The names of logs under all of their spellings: `acc` is `accuracy`, `mse` …"""

import re
from collections.abc import Iterable
from typing import Any

from keryx._core.registry import snake_case
from keryx.metrics._registry import REGISTRY

# Short names that mean several metrics, or none: the registry cannot know them.
SHORT = {
    "acc": "accuracy",
    "ce": "crossentropy",
    "lr": "learning_rate",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
}
VALIDATION = "val_"
WAYS = {"up": "max", "down": "min"}
# Words in the name of a metric that tell which way is better.
UP = frozenset(
    (
        "acc", "accuracy", "auc", "precision", "recall", "f1", "f", "fbeta", "fmeasure",
        "iou", "io", "r2", "cosine", "correlation", "sensitivity", "specificity",
    )
)  # fmt: skip
DOWN = frozenset(
    (
        "loss", "error", "crossentropy", "divergence", "hinge", "poisson", "huber",
        "cosh", "logcosh", "mse", "mae", "mape", "msle", "rmse", "bce", "ce", "kld",
    )
)  # fmt: skip


def canonical(name: str) -> str:
    """Returns the one spelling that stands for all of a log's.

    Example:
        >>> canonical("val_acc"), canonical("MSE"), canonical("head_mae")
        ('val_accuracy', 'mean_squared_error', 'head_mean_absolute_error')

    Args:
        name: Name of a log, with or without "val_", the name of an output in front and
            a number behind.
    """
    if name.startswith(VALIDATION):
        return VALIDATION + canonical(name.removeprefix(VALIDATION))
    base, number = re.fullmatch(r"(.*?)((?:_\d+)?)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    words = base.split("_")
    for start in range(len(words)):
        known = _known("_".join(words[start:]))
        if known is not None:
            return "_".join([*words[:start], known]) + number
    return name


def _known(name: str) -> str | None:
    """Returns the full name of a metric, or `None` if there is none of that name."""
    for spelling in (name, name.lower()):
        if spelling in SHORT:
            return SHORT[spelling]
        if spelling in REGISTRY.entries:
            return snake_case(REGISTRY.entries[spelling].__name__)
    return None


def resolve(monitor: str, logs_keys: Iterable[str]) -> str | None:
    """Returns the one of some names that `monitor` means, or `None`.

    Example:
        >>> resolve("val_acc", ["loss", "accuracy", "val_loss", "val_accuracy"])
        'val_accuracy'

    Args:
        monitor: A name in any spelling.
        logs_keys: The names there are.
    """
    keys = list(logs_keys)
    if monitor in keys:
        return monitor
    wanted = canonical(monitor)
    return next((key for key in keys if canonical(key) == wanted), None)


def direction(name: str, metrics: Iterable[Any] = ()) -> str | None:
    """Returns "min" or "max", whichever is better for a log, or `None` if unknown.

    A metric object that says so itself, as Keras's do, in `_direction` ("up" or
    "down"), is asked first, then the words of the name.

    Example:
        >>> direction("val_auc_1"), direction("auc_loss"), direction("zest")
        ('max', 'min', None)
    """
    name = canonical(name.removeprefix(VALIDATION))
    for metric in metrics:
        way = getattr(metric, "_direction", None)
        if way in WAYS and canonical(metric.name) == name:
            return WAYS[way]
    for word in reversed(name.lower().split("_")):
        if word in DOWN:
            return "min"
        if word in UP:
            return "max"
    return None


class AliasDict(dict[str, Any]):
    """A dict of logs that answers to every spelling of its keys.

    Example:
        >>> logs = AliasDict(accuracy=[0.5])
        >>> logs["acc"], "acc" in logs, logs
        ([0.5], True, {'accuracy': [0.5]})
    """

    def __missing__(self, key: str) -> Any:
        known = resolve(key, self) if isinstance(key, str) else None
        if known is None:
            raise KeyError(key)
        return self[known]

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or (
            isinstance(key, str) and resolve(key, self) is not None
        )

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value for any spelling of a key, else `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return dict, (dict(self),)
