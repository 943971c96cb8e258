"""Learning curves: how losses and metrics went from epoch to epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keryx._core.errors import ArgumentError
from keryx.report import _style

RATE = ("learning_rate", "lr")
# Names that are short for several words.
LETTERS = ("auc", "mae", "mape", "mse", "msle", "rmse", "iou")
SMALLER_IS_BETTER = ("loss", "error", "entropy", "divergence", "mse", "mae", "hinge")


def curves(history: Any) -> dict[str, Sequence[float]]:
    """Returns the logs of a run by name, from a `History` or its dict.

    Raises:
        ArgumentError: If it is neither, or holds no epoch.
    """
    logs = getattr(history, "history", history)
    if not isinstance(logs, Mapping) or not any(len(v) for v in logs.values()):
        raise ArgumentError(
            "plot_history",
            "history",
            expected="what `fit` returned, after an epoch or more",
            got=type(history).__name__,
        )
    return {str(name): list(values) for name, values in logs.items()}


def titles(logs: Mapping[str, Any]) -> list[str]:
    """Returns the names of the curves to draw, those of validation left out."""
    names = [name.removeprefix("val_") for name in logs if name not in RATE]
    return list(dict.fromkeys(names))


def plot_history(history: Any) -> Any:
    """Draws the learning curves of a run, training and validation together.

    The best epoch of each validation curve is marked.

    Example:
        >>> figure = plot_history({"loss": [0.9, 0.4], "val_loss": [0.8, 0.5]})
        >>> [axes.get_title(loc="left") for axes in figure.axes]
        ['Loss']

    Args:
        history: What `fit` returned, or its `history`.

    Returns:
        A Matplotlib figure with one set of axes per loss or metric; save it with
        `figure.savefig(path)`.

    Raises:
        ArgumentError: If `history` is something else.
    """
    logs = curves(history)
    names = titles(logs)
    figure, axes = _style.new_figure(4.6 * len(names), 3.4, len(names))
    for one, name in zip(axes, names, strict=True):
        draw_curve(one, logs, name)
    return figure


def draw_curve(axes: Any, logs: Mapping[str, Sequence[float]], name: str) -> None:
    """Draws one loss or metric, and marks its best epoch."""
    from matplotlib.ticker import MaxNLocator

    both = (name, "training", _style.BLUE), (f"val_{name}", "validation", _style.RED)
    drawn = [(logs[key], title, color) for key, title, color in both if key in logs]
    for values, title, color in drawn:
        epochs = np.arange(1, len(values) + 1)
        marker = "o" if len(values) == 1 else None
        axes.plot(
            epochs, values, color=color, linewidth=1.8, label=title, marker=marker
        )
    values, _, color = drawn[-1]
    epoch = best_epoch(name, values)
    if epoch is not None and len(values) > 1:
        axes.plot(
            [epoch + 1],
            [values[epoch]],
            "o",
            color=color,
            markersize=7,
            markerfacecolor=_style.PAPER,
            markeredgewidth=1.8,
            label=f"best: {values[epoch]:.4g}, epoch {epoch + 1}",
        )
    margin = 0.2 + 0.02 * len(values)
    axes.set_xlim(1 - margin, len(values) + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _style.label(axes, "epoch", "", spoken(name))
    _style.legend(axes)


def spoken(name: str) -> str:
    """Returns the name of a metric as a heading.

    Example:
        >>> spoken("mean_absolute_error"), spoken("val_auc")
        ('Mean absolute error', 'Val AUC')
    """
    words = [w.upper() if w.lower() in LETTERS else w for w in name.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def best_epoch(name: str, values: Sequence[float]) -> int | None:
    """Returns the place of the best value, `None` if none is finite."""
    array = np.asarray(values, np.float64)
    if not np.isfinite(array).any():
        return None
    down = any(word in name.lower() for word in SMALLER_IS_BETTER)
    return int(np.nanargmin(array) if down else np.nanargmax(array))


def in_words(logs: Mapping[str, Sequence[float]], name: str) -> str:
    """Says what a learning curve shows, for those who do not see it."""
    parts = []
    for key, title in ((name, "training"), (f"val_{name}", "validation")):
        if key in logs:
            values = logs[key]
            parts.append(f"{title} from {values[0]:.4g} to {values[-1]:.4g}")
    count = max(len(logs.get(key, ())) for key in (name, f"val_{name}"))
    plural = "epoch" if count == 1 else "epochs"
    return f"Learning curve of {name} over {count} {plural}: {'; '.join(parts)}."
