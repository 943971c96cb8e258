"""Figures, and the numbers that they show."""

import io

import numpy as np
import pytest
import scipy.special
from sklearn import metrics

from keryx.report import (
    plot_confusion,
    plot_history,
    plot_mistakes,
    plot_predictions,
    plot_roc,
    worst_mistakes,
)
from keryx.report._answers import make_answers, probabilities
from keryx.report._numbers import number_scores

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 3, 40)
SCORES = scipy.special.softmax(RNG.normal(size=(40, 3)) + 2 * np.eye(3)[TRUTH], axis=1)


def area_in_legend(figure, name):
    labels = figure.axes[0].get_legend_handles_labels()[1]
    return next(float(s.split()[-1]) for s in labels if s.startswith(name))


def pairs_in_order(hits, scores):
    """Returns the share of pairs (hit, miss) in which the hit has the higher score."""
    above = scores[hits][:, None] > scores[~hits]
    equal = scores[hits][:, None] == scores[~hits]
    return float(np.mean(above + 0.5 * equal))


@pytest.mark.parametrize("label", [0, 1, 2])
def test_area_of_a_class_is_the_share_of_pairs_in_order(label):
    figure = plot_roc(TRUTH, SCORES)

    expected = pairs_in_order(label == TRUTH, SCORES[:, label])

    assert area_in_legend(figure, f"{label}, ") == pytest.approx(expected, abs=5e-4)


def test_micro_average_pools_the_decisions():
    expected = pairs_in_order(np.eye(3, dtype=bool)[TRUTH].ravel(), SCORES.ravel())

    area = area_in_legend(plot_roc(TRUTH, SCORES), "micro")

    assert area == pytest.approx(expected, abs=5e-4)


def test_macro_average_is_the_mean_of_the_areas():
    expected = metrics.roc_auc_score(TRUTH, SCORES, multi_class="ovr", average="macro")

    area = area_in_legend(plot_roc(TRUTH, SCORES), "macro")

    assert area == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)], ids=str)
def test_two_classes_have_one_curve(shape):
    truth, scores = TRUTH % 2, SCORES[:, 1]

    figure = plot_roc(truth, scores.reshape(shape), ["no", "yes"])

    assert len(figure.axes[0].get_lines()) == 2  # the other is the diagonal
    expected = pairs_in_order(truth == 1, scores)
    assert area_in_legend(figure, "yes") == pytest.approx(expected, abs=5e-4)


def test_class_without_samples_has_no_curve():
    figure = plot_roc(np.minimum(TRUTH, 1), SCORES, ["a", "b", "c"])

    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert [label[0] for label in labels[:2]] == ["a", "b"]
    assert len(labels) == 4


def test_confusion_counts_true_classes_in_rows():
    figure = plot_confusion([0, 0, 1, 2], [0, 2, 1, 1])

    cells = {t.get_position()[::-1]: t.get_text() for t in figure.axes[0].texts}
    assert cells == {(0, 0): "1", (0, 2): "1", (1, 1): "1", (2, 1): "1"}


def test_confusion_takes_scores_for_classes():
    texts = [t.get_text() for t in plot_confusion(TRUTH, SCORES).axes[0].texts]

    assert sum(int(text) for text in texts) == len(TRUTH)


def test_many_classes_are_drawn_without_numbers():
    classes = np.arange(100)

    assert not plot_confusion(classes, classes).axes[0].texts


def test_names_are_not_taken_for_formulas():
    figure = plot_confusion([0, 1], [0, 1], ["$x", "y$"])

    figure.savefig(io.BytesIO(), format="png")

    ticks = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert ticks == ["$x", "y$"]


def test_wrong_number_of_names_is_an_error():
    with pytest.raises(ValueError, match="2 names, one per class"):
        plot_confusion([0, 1], [0, 1], ["a"])


@pytest.mark.parametrize(
    ("name", "values", "best"),
    [
        ("val_loss", [3.0, 1.0, 2.0], 2),
        ("val_accuracy", [0.1, 0.2, 0.9], 3),
        ("val_mean_absolute_error", [5.0, float("nan"), 6.0], 1),
    ],
)
def test_best_epoch_is_marked(name, values, best):
    figure = plot_history({name: values})

    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert labels[-1].endswith(f"epoch {best}")


def test_each_metric_has_its_own_axes():
    logs = {"loss": [1.0], "acc": [0.5], "val_loss": [1.0], "learning_rate": [0.1]}

    titles = [axes.get_title(loc="left") for axes in plot_history(logs).axes]

    assert titles == ["Loss", "Acc"]


@pytest.mark.parametrize("history", [None, {}, {"loss": []}], ids=str)
def test_history_without_epochs_is_an_error(history):
    with pytest.raises(ValueError, match="what `fit` returned, after an epoch or more"):
        plot_history(history)


def test_worst_mistakes_are_wrong_and_in_order_of_confidence():
    found = worst_mistakes(TRUTH, SCORES, 100)

    wrong = np.flatnonzero(SCORES.argmax(axis=1) != TRUTH)
    assert sorted(m.index for m in found) == wrong.tolist()
    sure = [m.confidence for m in found]
    assert sure == sorted(sure, reverse=True)
    assert all(SCORES[m.index, m.predicted] == m.confidence for m in found)


@pytest.mark.parametrize(
    "shape", [(40, 8, 8), (40, 8, 8, 1), (40, 8, 8, 3), (40, 64)], ids=str
)
def test_mistakes_are_drawn_from_every_form_of_picture(shape):
    x = RNG.uniform(size=shape)
    count = min(len(worst_mistakes(TRUTH, SCORES, 5)), 5)

    figure = plot_mistakes(x, TRUTH, SCORES, 5)

    drawn = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(drawn) == count > 0
    first = worst_mistakes(TRUTH, SCORES, 5)[0].index
    pixels = np.squeeze(x[first]).reshape(drawn[0].shape)
    np.testing.assert_allclose(drawn[0], 255 * pixels, atol=0.5)


def test_mistakes_in_a_table_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"expected pictures .* got \(40, 5\)"):
        plot_mistakes(np.zeros((40, 5)), TRUTH, SCORES)


def test_logits_become_probabilities():
    logits = RNG.normal(size=(5, 3)) * 4

    expected = scipy.special.softmax(logits, axis=1)

    np.testing.assert_allclose(probabilities(logits), expected, rtol=1e-12)


def test_single_logits_are_those_of_the_second_class():
    logits = np.array([-1000.0, -2.0, 0.0, 3.0])

    expected = scipy.special.expit(logits)

    np.testing.assert_allclose(probabilities(logits)[:, 1], expected, atol=1e-12)


@pytest.mark.parametrize(
    ("y", "outputs", "task"),
    [
        ([0, 2], np.ones((2, 3)) / 3, "multiclass"),
        ([[0], [2]], np.ones((2, 3)) / 3, "multiclass"),
        ([[1, 0], [0, 1]], np.ones((2, 2)) / 2, "multiclass"),
        ([0, 1], [[0.2], [0.8]], "binary"),
        ([-1, 1], [-0.2, 0.8], "binary"),
        ([0.5, 1.5], [[0.2], [0.8]], "regression"),
        ([[0.5, 1.5]], [[0.2, 0.8]], "regression"),
        ([[1, 1]], [[0.2, 0.8]], "other"),
        (np.zeros((2, 4)), np.zeros((2, 4, 5)), "other"),
    ],
)
def test_kind_of_question_is_read_off_targets_and_outputs(y, outputs, task):
    assert make_answers(y, outputs).task == task


def test_error_measures_equal_those_of_scikit_learn():
    truth = RNG.normal(size=(30, 2))
    guess = truth + RNG.normal(size=(30, 2)) / 3

    for i, row in enumerate(number_scores(truth, guess, ["a", "b"])):
        y, p = truth[:, i], guess[:, i]
        expected = (
            metrics.mean_absolute_error(y, p),
            metrics.root_mean_squared_error(y, p),
            metrics.r2_score(y, p),
        )
        assert row[1:] == pytest.approx(expected)


def test_predictions_of_another_shape_are_an_error():
    with pytest.raises(ValueError, match="targets and predictions of one shape"):
        plot_predictions(np.zeros((3, 1)), np.zeros((3, 2)))
