"""Prints the newest line of each benchmark in `results/` as a Markdown table.

python benchmarks/table.py
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
ORDER = (
    "mlp_small",
    "lstm_alphabet",
    "lstm_short",
    "lstm_long",
    "gru_long",
    "lstm_predict",
    "fit_calls",
    "predict_row",
    "call_row",
    "mlp_mnist",
    "mlp_wide",
    "cnn",
    "cnn_deep",
    "cnn_kaggle",
    "cross_validation",
    "vgg16_1",
    "vgg16_16",
    "import_time",
    "memory",
)
OTHERS = {"torch": "PyTorch", "sklearn": "scikit-learn", "jax": "JAX by hand"}
NONE = "–"

Row = dict[str, Any]


def labels(row: Row, rival: str) -> list[str]:
    """Returns the sides of a rival, on all backends and with all options."""
    found = [name for name, value in row.items() if isinstance(value, dict)]
    return [name for name in found if name.replace("/", "-").split("-")[0] == rival]


def figure(row: Row, label: str, key: str | None = None) -> float:
    """Returns one number of a side: `key`, or the one that counts."""
    number: float = row[label].get(key or row.get("key", "median_s"), math.nan)
    return number


def best(row: Row, rival: str, key: str | None = None) -> str | None:
    """Returns the side of a rival that is best, `None` if none was measured."""
    return min(
        labels(row, rival), key=lambda label: figure(row, label, key), default=None
    )


def shown(row: Row, label: str) -> str:
    """Returns the number that counts with its unit, as in `0.25 s` or `3 KiB`."""
    return f"{figure(row, label):.3g} {row.get('key', 'median_s').split('_')[-1]}"


def ratio(row: Row, rival: str, key: str | None = None) -> str:
    """Returns how many times the best of a rival is above keryx."""
    ours, theirs = best(row, "keryx", key), best(row, rival, key)
    if ours is None or theirs is None:
        return NONE
    below, above = figure(row, ours, key), figure(row, theirs, key)
    return f"{above / below:.3g} ×" if below > 0 < above else NONE


def cells(row: Row) -> list[str]:
    """Returns the cells of a benchmark's row."""
    keras = best(row, "keras")
    others = [
        f"{words} {shown(row, label)} ({ratio(row, rival)})"
        for rival, words in OTHERS.items()
        if (label := best(row, rival))
    ]
    return [
        row.get("work", row["benchmark"]),
        shown(row, "keryx") if "keryx" in row else NONE,
        f"{shown(row, keras)} ({keras})" if keras else NONE,
        ratio(row, "keras"),
        ratio(row, "keras", "first_s"),
        ", ".join(others) or NONE,
    ]


def markdown(rows: Iterable[Row]) -> str:
    """Returns a Markdown table of benchmarks' lines, in the order of `ORDER`."""
    known = sorted(
        rows, key=lambda row: (*ORDER, row["benchmark"]).index(row["benchmark"])
    )
    heads = ["work", "keryx", "Keras at its best", "faster", "first run", "others"]
    lines = [heads, ["---"] * len(heads), *(cells(row) for row in known)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def newest() -> list[Row]:
    """Returns the newest line of each benchmark."""
    paths = sorted(RESULTS.glob("*.jsonl"))
    return [json.loads(path.read_text().splitlines()[-1]) for path in paths]


if __name__ == "__main__":
    print(markdown(newest()))
