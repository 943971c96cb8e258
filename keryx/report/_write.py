"""The report: one page about what a model learnt."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax

from keryx._core import files
from keryx._core.errors import FileError
from keryx.report import _sections
from keryx.report._answers import Answers, make_answers
from keryx.report._page import page


def write_report(
    directory: str | os.PathLike[str],
    model: Any,
    history: Any,
    x: Any,
    y: Any,
    *,
    class_names: Sequence[str] | None = None,
    title: str | None = None,
    batch_size: int | None = None,
) -> Path:
    """Tests a model and writes a page about it: `index.html`, which needs nothing else.

    The page has the loss and metrics, the learning curves, the layers; for classes the
    confusion matrix, ROC curves, scores of each class and the worst mistakes; for
    numbers predictions against targets. It opens from the disk, on phones, in light and
    dark.

    Args:
        directory: Folder to write to; made if it is not there.
        model: A compiled model.
        history: What `fit` returned; `None` leaves the learning curves out.
        x: Inputs that the model was not trained on.
        y: Their targets.
        class_names: Names of the classes, or of outputs that are numbers.
        title: Heading of the page.
        batch_size: Samples of a step; 32 if `None`.

    Returns:
        The path of the page.

    Raises:
        FileError: If the folder cannot be made or written to.
        ArgumentError: If there is not one name per class.
    """
    folder = _made(Path(directory))
    metrics = _tested(model, x, y, batch_size)
    outputs = model.predict(x, batch_size=batch_size, verbose=0)
    answers = _answers(y, outputs, class_names)
    parts = [_sections.learning_curves(history)]
    if answers.task in ("binary", "multiclass"):
        parts += _sections.about_classes(answers, x)
    elif answers.task == "regression":
        parts += _sections.about_numbers(answers)
    parts.append(_sections.about_model(model))
    count = len(jax.tree.leaves(outputs)[0])
    subtitle = f"Model {model.name!r}, {model.count_params():,} parameters, tested on "
    subtitle += f"{count:,} samples"
    text = page(title or f"Report on {model.name}", subtitle, metrics, parts)
    return _written(folder / "index.html", text)


def _tested(model: Any, x: Any, y: Any, batch_size: int | None) -> dict[str, Any]:
    if not model.compiled:
        return {}
    found: dict[str, Any] = model.evaluate(
        x, y, batch_size=batch_size, verbose=0, return_dict=True
    )
    return found


def _answers(y: Any, outputs: Any, names: Sequence[str] | None) -> Answers:
    """Brings targets and outputs into one form; several outputs are left alone."""
    if isinstance(outputs, list | tuple | dict):
        return Answers("other", y, outputs, [])
    return make_answers(y, outputs, names)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"folder {str(folder)!r}",
            expected="a folder that can be made",
            got=error.strerror or "an error",
        ) from error
    return folder


def _written(path: Path, text: str) -> Path:
    try:
        with files.replacing(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"file {str(path)!r}",
            expected="a folder that can be written to",
            got=error.strerror or "an error",
        ) from error
    return path
