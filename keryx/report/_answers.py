"""What a model answered, next to what was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from keryx._core.errors import ArgumentError, ShapeError

Task = Literal["binary", "multiclass", "regression", "other"]


class Answers(NamedTuple):
    """Targets and outputs of a model in one form.

    Attributes:
        task: What kind of question it was.
        y_true: Classes `(samples,)`, or numbers `(samples, outputs)`.
        scores: Probabilities `(samples, classes)`, or numbers `(samples, outputs)`.
        names: Names of the classes, or of the outputs.
    """

    task: Task
    y_true: Any
    scores: Any
    names: list[str]

    @property
    def y_pred(self) -> Any:
        """The classes with the highest scores, `(samples,)`."""
        return np.argmax(self.scores, axis=-1)


@dataclass(frozen=True)
class Mistake:
    """A sample given a wrong class.

    Attributes:
        index: Its place in the data.
        true: Its class.
        predicted: The class that it was given.
        confidence: Probability that was given to that class, in [0, 1].
    """

    index: int
    true: int
    predicted: int
    confidence: float


def make_answers(y: Any, outputs: Any, names: Sequence[str] | None = None) -> Answers:
    """Finds out what kind of question was asked, and brings the answers into one form.

    Whole numbers, or rows with a single one, next to a row of outputs are classes;
    zeros and ones next to one output are two classes; all else are numbers.

    Args:
        y: Targets as `fit` takes them.
        outputs: What `predict` gave.
        names: Names of the classes.

    Raises:
        ShapeError: If there are not as many targets as outputs.
        ArgumentError: If there is not one name per class.
    """
    y, outputs = np.asarray(y), np.asarray(outputs)
    if not y.ndim or not outputs.ndim or len(y) != len(outputs):
        raise ShapeError(
            "report",
            expected="as many targets as outputs",
            got=(y.shape, outputs.shape),
        )
    outputs = outputs.astype(np.float64)
    flat = y.reshape(len(y), -1)
    if outputs.ndim > 2 or flat.size == 0:
        return Answers("other", y, outputs, [])
    outputs = outputs.reshape(len(outputs), -1)
    classes = outputs.shape[1]
    if classes > 1 and _are_classes(flat, classes):
        labels = flat[:, 0].astype(int) if flat.shape[1] == 1 else np.argmax(flat, -1)
        return _classified("multiclass", labels, probabilities(outputs), names)
    if classes == 1 and flat.shape[1] == 1 and set(np.unique(flat)) <= {-1, 0, 1}:
        labels = (flat[:, 0] > 0).astype(int)
        return _classified("binary", labels, probabilities(outputs), names)
    if flat.shape != outputs.shape:
        return Answers("other", y, outputs, [])
    if classes > 1 and set(np.unique(flat)) <= {0, 1}:
        return Answers("other", y, outputs, [])
    titles = output_names(names, classes)
    return Answers("regression", flat.astype(np.float64), outputs, titles)


def output_names(names: Sequence[str] | None, count: int) -> list[str]:
    """Returns what outputs that are numbers are called."""
    if names is not None:
        return class_names(names, count)
    return ["output"] if count == 1 else [f"output {i}" for i in range(count)]


def _classified(
    task: Task, labels: Any, scores: Any, names: Sequence[str] | None
) -> Answers:
    return Answers(task, labels, scores, class_names(names, scores.shape[1]))


def class_names(names: Sequence[str] | None, classes: int) -> list[str]:
    """Returns the names as text; numbers from zero if there are none.

    Raises:
        ArgumentError: If there is not one name per class.
    """
    if names is None:
        return [str(i) for i in range(classes)]
    if len(names) != classes:
        raise ArgumentError(
            "report",
            "class_names",
            expected=f"{classes} names, one per class or output",
            got=list(names),
        )
    return [str(name) for name in names]


def _are_classes(y: Any, classes: int) -> bool:
    if y.shape[1] == 1:
        whole = np.equal(np.mod(y, 1), 0).all()
        return bool(whole and y.min() >= 0 and y.max() < classes)
    if y.shape[1] != classes:
        return False
    return set(np.unique(y)) <= {0, 1} and bool((y.sum(axis=1) == 1).all())


def probabilities(scores: Any) -> Any:
    """Returns probabilities `(samples, classes)` for scores of any scale.

    Scores outside [0, 1] are taken as logits. One score per sample is that of the
    second of two classes.

    Example:
        >>> probabilities(np.array([0.2, 0.9])).round(1).tolist()
        [[0.8, 0.2], [0.1, 0.9]]
        >>> probabilities(np.array([[0.0, 2.0]])).round(2).tolist()
        [[0.12, 0.88]]
    """
    scores = np.asarray(scores, np.float64)
    scores = scores.reshape(len(scores), -1)
    logits = scores.size and (scores.min() < 0 or scores.max() > 1)
    if scores.shape[1] == 1:
        ones = 1 / (1 + np.exp(-np.clip(scores, -700, 700))) if logits else scores
        return np.concatenate([1 - ones, ones], axis=1)
    if not logits:
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def worst_mistakes(y_true: Any, scores: Any, count: int) -> list[Mistake]:
    """Returns the wrong answers, those given with the most confidence first.

    Example:
        >>> worst_mistakes([0, 1], [[0.1, 0.9], [0.2, 0.8]], 3)
        [Mistake(index=0, true=0, predicted=1, confidence=0.9)]

    Args:
        y_true: Classes, `(samples,)`.
        scores: Scores, `(samples, classes)`, or `(samples,)` for two classes.
        count: How many to return at most.
    """
    chances = probabilities(scores)
    truth = np.asarray(y_true).reshape(-1).astype(int)
    guess = np.argmax(chances, axis=1)
    wrong = np.flatnonzero(guess != truth)
    order = wrong[np.argsort(-chances[wrong, guess[wrong]], kind="stable")][:count]
    return [
        Mistake(int(i), int(truth[i]), int(guess[i]), float(chances[i, guess[i]]))
        for i in order
    ]
