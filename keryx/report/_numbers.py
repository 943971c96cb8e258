"""Figures about models that predict numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core.errors import ShapeError
from keryx.report import _style
from keryx.report._answers import output_names

# More points than this are thinned out: they only cover each other.
MOST_POINTS = 4000


def plot_predictions(
    y_true: Any, y_pred: Any, names: Sequence[str] | None = None
) -> Any:
    """Draws predicted against true numbers, and how the errors are distributed.

    Example:
        >>> figure = plot_predictions([1.0, 2.0, 3.0], [1.1, 1.9, 3.2])
        >>> len(figure.axes)
        2

    Args:
        y_true: Targets, `(samples,)` or `(samples, outputs)`.
        y_pred: Predictions of the same shape.
        names: Names of the outputs.

    Returns:
        A Matplotlib figure.

    Raises:
        ShapeError: If the shapes differ.
    """
    truth, guess = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float64)
    if truth.shape != guess.shape or not truth.size:
        raise ShapeError(
            "plot_predictions",
            expected="targets and predictions of one shape",
            got=(truth.shape, guess.shape),
        )
    truth, guess = truth.reshape(len(truth), -1), guess.reshape(len(guess), -1)
    figure, (left, right) = _style.new_figure(9.0, 3.8, 2)
    ends = min(truth.min(), guess.min()), max(truth.max(), guess.max())
    left.plot(ends, ends, color=_style.MUTED, linewidth=1.0, linestyle="--")
    kept = slice(None, None, -(-len(truth) // MOST_POINTS))
    titles = output_names(names, truth.shape[1])
    bins = int(np.clip(np.sqrt(len(truth)) * 1.5, 8, 40))
    for i, title in enumerate(titles):
        color = _style.SERIES[i % len(_style.SERIES)]
        dots = {"s": 12, "alpha": 0.55, "linewidths": 0, "label": title}
        left.scatter(truth[kept, i], guess[kept, i], color=color, **dots)
        bars = {"bins": bins, "color": color, "alpha": 0.6}
        right.hist(guess[:, i] - truth[:, i], **bars)
    _style.label(left, "true", "predicted", "Predicted against true")
    _style.label(right, "predicted − true", "samples", "Errors")
    if truth.shape[1] > 1:
        _style.legend(left)
    return figure


def number_scores(
    y_true: Any, y_pred: Any, names: Sequence[str]
) -> list[tuple[str, float, float, float]]:
    """Returns the mean absolute error, the root mean square error and R² by output."""
    error = y_pred - y_true
    spread = np.sum((y_true - y_true.mean(axis=0)) ** 2, axis=0)
    explained = 1 - np.sum(error**2, axis=0) / np.where(spread > 0, spread, np.nan)
    absolute = np.mean(np.abs(error), axis=0)
    root = np.sqrt(np.mean(error**2, axis=0))
    rows = zip(names, absolute, root, explained, strict=True)
    return [(str(n), float(a), float(r), float(e)) for n, a, r, e in rows]
