"""Figures about classes: which are confused, and how well each is told apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keryx._core.errors import ShapeError
from keryx.report import _scores, _style
from keryx.report._answers import class_names, probabilities

# Above these numbers of classes, cells have no numbers and curves no names.
MOST_NUMBERS = 20
MOST_CURVES = 10


def plot_confusion(y_true: Any, y_pred: Any, names: Sequence[str] | None = None) -> Any:
    """Draws how often samples of each class were given each class.

    Right answers are blue, mistakes red; the colour says which share of the samples of
    the class it was.

    Example:
        >>> figure = plot_confusion([0, 1, 1], [0, 1, 0], ["cat", "dog"])
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['1', '1', '1']

    Args:
        y_true: Classes, `(samples,)`, from zero.
        y_pred: Classes that were given, `(samples,)`, or scores `(samples, classes)`.
        names: Names of the classes.

    Returns:
        A Matplotlib figure.

    Raises:
        ShapeError: If there are not as many of one as of the other.
        ArgumentError: If there is not one name per class.
    """
    guess = np.asarray(y_pred)
    truth = np.asarray(y_true).reshape(-1).astype(int)
    scored = guess.ndim == 2 and guess.shape[1] > 1
    known = guess.shape[1] if scored else 0
    guess = (np.argmax(guess, -1) if scored else guess.reshape(-1)).astype(int)
    if len(guess) != len(truth) or not len(truth):
        raise ShapeError(
            "plot_confusion",
            expected="as many classes given as true ones, and at least one",
            got=(truth.shape, guess.shape),
        )
    classes = max(known, len(names or ()), int(max(truth.max(), guess.max())) + 1)
    counts = _scores.confusion(truth, guess, classes)
    return draw_confusion(counts, class_names(names, classes))


def draw_confusion(counts: Any, names: list[str]) -> Any:
    """Draws a table of counts, true classes in its rows."""
    from matplotlib.colors import to_rgb

    size = min(max(0.36 * len(names) + 1.5, 3.4), 9.0)
    figure, (axes,) = _style.new_figure(size + 0.3, size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(len(names), dtype=bool)
    pixels = np.empty((*counts.shape, 4))
    pixels[..., :3] = np.where(
        right[..., None], to_rgb(_style.BLUE), to_rgb(_style.RED)
    )
    # Single mistakes are to be seen as well.
    pixels[..., 3] = np.where(counts > 0, np.maximum(shares, 0.18), 0.0)
    axes.imshow(pixels, interpolation="nearest")
    if len(names) <= MOST_NUMBERS:
        _write_counts(axes, counts, shares)
    _name_classes(axes, names)
    axes.grid(visible=False)
    _style.label(axes, "given class", "true class")
    return figure


def _write_counts(axes: Any, counts: Any, shares: Any) -> None:
    size = 10 if len(counts) <= 12 else 7.5
    for row, column in np.argwhere(counts > 0):
        color = "#fffffe" if shares[row, column] > 0.55 else _style.INK
        text = f"{counts[row, column]}"
        style = {"color": color, "fontsize": size, "ha": "center", "va": "center"}
        axes.text(column, row, text, **style)


def _name_classes(axes: Any, names: list[str]) -> None:
    step = -(-len(names) // 25)
    places = np.arange(0, len(names), step)
    shown = [names[i] if len(names[i]) <= 16 else names[i][:15] + "…" for i in places]
    longest = max(len(name) for name in shown)
    crowded = longest * len(shown) > 4 * 10
    axes.set_xticks(places, shown, rotation=45 if crowded else 0)
    if crowded:
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("right")
            text.set_rotation_mode("anchor")
    axes.set_yticks(places, shown)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set_parse_math(False)


def plot_roc(y_true: Any, scores: Any, names: Sequence[str] | None = None) -> Any:
    """Draws the share of hits against the share of false alarms, for every threshold.

    Of two classes there is one curve; of more, one for each class against the rest, and
    two averages: micro pools all decisions, macro is the mean of the curves. The
    legend has the areas under the curves.

    Example:
        >>> figure = plot_roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
        >>> figure.axes[0].get_legend_handles_labels()[1]
        ['1, area 0.750']

    Args:
        y_true: Classes, `(samples,)`, from zero.
        scores: Probabilities or logits, `(samples, classes)`, or `(samples,)` for the
            second of two classes.
        names: Names of the classes.

    Returns:
        A Matplotlib figure.

    Raises:
        ShapeError: If there are not as many scores as classes.
        ArgumentError: If there is not one name per class.
    """
    chances = probabilities(scores)
    truth = np.asarray(y_true).reshape(-1).astype(int)
    if len(truth) != len(chances):
        raise ShapeError(
            "plot_roc",
            expected="as many rows of scores as classes",
            got=(truth.shape, np.shape(scores)),
        )
    found = _scores.roc(truth, chances, class_names(names, chances.shape[1]))
    means = _scores.averages(found, truth, chances) if chances.shape[1] > 2 else []
    return draw_roc(found, means)


def draw_roc(found: list[_scores.Curve], means: list[_scores.Curve]) -> Any:
    """Draws curves of classes and their averages."""
    figure, (axes,) = _style.new_figure(5.0, 4.4)
    axes.plot([0, 1], [0, 1], color=_style.GRID, linewidth=1.2, linestyle="--")
    named = len(found) <= MOST_CURVES
    for i, curve in enumerate(found):
        color = _style.SERIES[i % len(_style.SERIES)] if named else _style.MUTED
        style: dict[str, Any] = {"linewidth": 1.5} if named else {"linewidth": 0.6}
        style["linestyle"] = "-" if i < len(_style.SERIES) else "-."
        text = f"{curve.name}, area {curve.area:.3f}" if named else None
        axes.plot(curve.false, curve.true, color=color, label=text, **style)
    for curve, dashes in zip(means, ((6, 2), (1.5, 1.5)), strict=False):
        text = f"{curve.name}, area {curve.area:.3f}"
        line = {"color": _style.INK, "linewidth": 2.0, "dashes": dashes}
        axes.plot(curve.false, curve.true, label=text, **line)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    _style.label(axes, "share of false alarms", "share of hits")
    if found:
        _style.legend(axes, loc="lower right")
    return figure
