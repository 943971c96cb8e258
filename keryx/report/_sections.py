"""The parts of the report's page."""

from typing import Any

import numpy as np

from keryx.report import (
    _answers,
    _classes,
    _curves,
    _mistakes,
    _numbers,
    _scores,
    _style,
)
from keryx.report._answers import Answers, Mistake
from keryx.report._html import escape, figure, section, table, tag
from keryx.report._rows import make_rows
from keryx.report._summary import totals

PICTURES = 12
# Larger pictures are smoothed when the browser scales them.
SMALL = 64


def learning_curves(history: Any) -> str:
    """Returns the part with the learning curves, nothing without a history."""
    if history is None:
        return ""
    logs = _curves.curves(history)
    figures = []
    for name in _curves.titles(logs):
        drawing, (axes,) = _style.new_figure(5.0, 3.2)
        _curves.draw_curve(axes, logs, name)
        svg = _style.to_svg(drawing, _curves.in_words(logs, name))
        figures.append(tag("figure", svg))
    inside = tag("div", "\n".join(figures), class_="pair")
    note = "Loss and metrics after each epoch; the circle marks the best one."
    return section("Learning curves", tag("p", note, class_="note"), inside)


def about_classes(answers: Answers, x: Any) -> list[str]:
    """Returns the parts about which classes are told apart, and which are not."""
    truth, names = answers.y_true, answers.names
    counts = _scores.confusion(truth, answers.y_pred, len(names))
    mistakes = _answers.worst_mistakes(truth, answers.scores, PICTURES)
    images = _mistakes.pictures(x, [m.index for m in mistakes]) if mistakes else None
    shown = mistakes_in_pictures if images is not None else mistakes_in_words
    return [
        tag("div", _confusion(counts, names) + _roc(answers), class_="columns"),
        shown(mistakes, names, images),
        _each_class(answers),
    ]


def _confusion(counts: Any, names: list[str]) -> str:
    told = confusion_in_words(counts, names)
    svg = _style.to_svg(_classes.draw_confusion(counts, names), told)
    note = "Blue: right answers; red: mistakes, darker where the share is larger."
    return section("Confusion matrix", tag("p", escape(told)), figure(svg, note))


def confusion_in_words(counts: Any, names: list[str]) -> str:
    """Says how many answers were right, and what was confused most often."""
    total, right = int(counts.sum()), int(np.trace(counts))
    text = f"{right:,} of {total:,} answers are right."
    wrong = counts - np.diag(np.diag(counts))
    most = int(wrong.max())
    if most:
        row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        times = "once" if most == 1 else "twice" if most == 2 else f"{most:,} times"
        text += f" Most often, {names[row]} was taken for {names[column]}: {times}."
    return text


def _roc(answers: Answers) -> str:
    truth, scores = answers.y_true, answers.scores
    curves = _scores.roc(truth, scores, answers.names)
    if not curves:
        return ""
    means = _scores.averages(curves, truth, scores) if len(answers.names) > 2 else []
    hardest = min(curves, key=lambda curve: curve.area)
    told = f"The area under the curve is {_area(hardest.area)}"
    if means:
        told = f"The mean area under the curves is {_area(means[-1].area)}"
        told += f"; the smallest is that of {hardest.name}, {_area(hardest.area)}"
    told += ". 1 is perfect, 0.5 is chance."
    svg = _style.to_svg(_classes.draw_roc(curves, means), f"ROC curves. {told}")
    note = "Hits against false alarms, for every threshold of the probability."
    return section("ROC", tag("p", escape(told)), figure(svg, note))


def _area(value: float) -> str:
    """Returns an area under a curve, never rounded to perfection."""
    return "above 0.999" if 0.9995 <= value < 1 else f"{value:.3f}"


def mistakes_in_pictures(mistakes: list[Mistake], names: list[str], images: Any) -> str:
    """Returns the part with the worst mistakes, as pictures."""
    items = []
    for mistake, image in zip(mistakes, images, strict=True):
        words = _mistakes.in_words(mistake, names)
        size = "small" if max(image.shape[:2]) <= SMALL else "large"
        alternative = f"Sample {mistake.index}: {words}"
        source = _mistakes.data_address(image)
        picture = f'<img class="{size}" src="{source}" alt="{escape(alternative)}">'
        given = tag("span", escape(names[mistake.predicted]), class_="given")
        caption = tag("b", escape(names[mistake.true])) + f", taken for {given}"
        caption += f"<br>{mistake.confidence:.0%} sure<br>sample {mistake.index}"
        items.append(tag("li", tag("figure", picture + tag("figcaption", caption))))
    note = "Wrong answers that were given with the most confidence."
    pictures = tag("ul", "\n".join(items), class_="pictures")
    return section("Worst mistakes", tag("p", note, class_="note"), pictures)


def mistakes_in_words(mistakes: list[Mistake], names: list[str], _: Any = None) -> str:
    """Returns the part with the worst mistakes, as a table."""
    if not mistakes:
        return section("Worst mistakes", tag("p", "There are none: all is right."))
    rows = [
        (f"{m.index}", names[m.true], names[m.predicted], f"{m.confidence:.1%}")
        for m in mistakes
    ]
    head = ("Sample", "True class", "Given class", "Confidence")
    caption = "Wrong answers that were given with the most confidence"
    return section("Worst mistakes", table(head, rows, caption, text_columns=3))


def _each_class(answers: Answers) -> str:
    scores = _scores.class_scores(answers.y_true, answers.y_pred, answers.names)
    rows = [
        (
            s.name,
            f"{s.precision:.3f}",
            f"{s.recall:.3f}",
            f"{s.f1:.3f}",
            f"{s.samples:,}",
        )
        for s in scores
    ]
    head = ("Class", "Precision", "Recall", "F1", "Samples")
    caption = "Precision: how often this answer is right. Recall: how much is found."
    return section("Class by class", table(head, rows[:-2], caption, foot=rows[-2:]))


def about_numbers(answers: Answers) -> list[str]:
    """Returns the parts about predicted numbers."""
    truth, guess = answers.y_true, answers.scores
    drawing = _numbers.plot_predictions(truth, guess, answers.names)
    scores = _numbers.number_scores(truth, guess, answers.names)
    told = "; ".join(f"{n}: mean absolute error {a:.4g}" for n, a, _, _ in scores)
    svg = _style.to_svg(drawing, f"Predicted against true numbers. {told}.")
    inside = svg + tag("figcaption", "On the dashed line, predictions are exact.")
    rows = [(n, f"{a:.4g}", f"{r:.4g}", f"{e:.4g}") for n, a, r, e in scores]
    head = ("Output", "Mean absolute error", "Root mean square error", "R²")
    return [
        section(
            "Predictions",
            tag("figure", inside, class_="broad"),
            table(head, rows, "Errors, in the units of the targets"),
        )
    ]


def about_model(model: Any) -> str:
    """Returns the part with the model's layers."""
    rows = [
        (
            "· " * row.depth + row.name,
            row.kind,
            row.shape,
            "unbuilt" if row.params is None else f"{row.params:,}",
        )
        for row in make_rows(model, expand=True)
    ]
    head = ("Layer", "Type", "Output shape", "Parameters")
    lines = "<br>".join(escape(line.strip()) for line in totals(model))
    sums = tag("p", lines, class_="note")
    layers = table(head, rows, f"Layers of {model.name!r}", text_columns=3)
    return section("Model", layers, sums)
