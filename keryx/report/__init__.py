"""Answers about a model: its summary, figures, and a page that holds them all."""

from ._answers import worst_mistakes as worst_mistakes
from ._classes import plot_confusion as plot_confusion, plot_roc as plot_roc
from ._curves import plot_history as plot_history
from ._mistakes import plot_mistakes as plot_mistakes
from ._numbers import plot_predictions as plot_predictions
from ._summary import print_summary as print_summary, summarize as summarize
from ._write import write_report as write_report
