"""What scikit-learn counts for us: confusion, precision and recall, ROC."""

from typing import Any, NamedTuple

import numpy as np


class Curve(NamedTuple):
    """A receiver operating characteristic.

    Attributes:
        name: Whose it is.
        false: Rate of false positives, `(thresholds,)`.
        true: Rate of true positives, `(thresholds,)`.
        area: Area under it, in [0, 1].
    """

    name: str
    false: Any
    true: Any
    area: float


class ClassScore(NamedTuple):
    """How well one class, or the mean of all, is told apart.

    Attributes:
        name: The class.
        precision: Share of the samples given this class that have it.
        recall: Share of the samples of this class that are given it.
        f1: Harmonic mean of the two.
        samples: Number of samples of this class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    samples: int


def confusion(y_true: Any, y_pred: Any, classes: int) -> Any:
    """Returns how often each class (row) was taken for each (column)."""
    from sklearn import metrics  # type: ignore[import-untyped]  # it has no types

    return metrics.confusion_matrix(y_true, y_pred, labels=np.arange(classes))


def class_scores(y_true: Any, y_pred: Any, names: list[str]) -> list[ClassScore]:
    """Returns the scores of each class, their mean, and that weighted by counts."""
    from sklearn import metrics

    def scores(average: str | None) -> Any:
        return metrics.precision_recall_fscore_support(
            y_true,
            y_pred,
            labels=np.arange(len(names)),
            average=average,
            zero_division=0.0,
        )

    each = [
        ClassScore(name, float(p), float(r), float(f), int(n))
        for name, p, r, f, n in zip(names, *scores(None), strict=True)
    ]
    for title, average in (("Mean", "macro"), ("Weighted mean", "weighted")):
        p, r, f, _ = scores(average)
        each.append(ClassScore(title, float(p), float(r), float(f), len(y_true)))
    return each


def roc(y_true: Any, scores: Any, names: list[str]) -> list[Curve]:
    """Returns the curve of each class against the rest; that of two classes is one.

    Classes without samples, or without samples of others, have no curve.

    Args:
        y_true: Classes, `(samples,)`.
        scores: Scores, `(samples, classes)`.
        names: Names of the classes.
    """
    if len(names) == 2:
        found = _curve(names[1], y_true == 1, scores[:, 1])
        return [found] if found else []
    hits = y_true[:, None] == np.arange(len(names))
    made = (_curve(name, hits[:, i], scores[:, i]) for i, name in enumerate(names))
    return [curve for curve in made if curve is not None]


def averages(curves: list[Curve], y_true: Any, scores: Any) -> list[Curve]:
    """Returns the micro average, all decisions pooled, and the macro average."""
    hits = y_true[:, None] == np.arange(scores.shape[1])
    micro = _curve("micro average", hits.ravel(), scores.ravel())
    if micro is None or not curves:
        return []
    grid = np.unique(np.concatenate([curve.false for curve in curves]))
    mean = np.mean([np.interp(grid, c.false, c.true) for c in curves], axis=0)
    area = float(np.mean([curve.area for curve in curves]))
    # Each curve begins at (0, 0); interpolation at 0 gives its highest point there.
    false, true = np.concatenate([[0.0], grid]), np.concatenate([[0.0], mean])
    return [micro, Curve("macro average", false, true, area)]


def _curve(name: str, hits: Any, scores: Any) -> Curve | None:
    from sklearn import metrics

    if hits.all() or not hits.any():
        return None
    false, true, _ = metrics.roc_curve(hits, scores)
    return Curve(name, false, true, float(metrics.auc(false, true)))
