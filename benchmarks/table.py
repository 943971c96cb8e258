"""Prints the newest line of each benchmark in `results/` as a Markdown table.

python benchmarks/table.py
"""

import json
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
WORKS = {
    "mlp_small": "8-12-8-1, 768 rows, batch 10, 50 epochs",
    "lstm_alphabet": "LSTM(32), 25 sequences of 1 step, batch 1, 100 epochs",
    "lstm_short": "LSTM(32), 1,000 sequences of 5 steps, batch 1, 5 epochs",
    "lstm_long": "LSTM(128), 3,200 sequences of 100 steps, batch 64, one epoch",
    "gru_long": "GRU(128), the same",
    "lstm_predict": "`predict` of one sequence, LSTM(32), 200 times",
    "fit_calls": "100 calls of `fit(epochs=1)`, 25 rows, batch 1",
    "predict_row": "`predict` of one row, 200 times",
    "mlp_mnist": "784-512-10, 60,000 rows, batch 128, one epoch",
    "mlp_wide": "3072-1000-500-100, 10,000 rows, batch 32, one epoch",
    "cnn": "Conv32-pool-Dense100-10, 12,000 images, batch 32, one epoch",
}


def main() -> None:
    """Prints the table."""
    print("| work | keryx | Keras, best of JAX and TensorFlow | faster | first fit |")
    print("|---|---|---|---|---|")
    for name, words in WORKS.items():
        path = RESULTS / f"{name}.jsonl"
        if not path.exists():
            continue
        row = json.loads(path.read_text().splitlines()[-1])
        rivals = {k: v for k, v in row.items() if k.startswith("keras-")}
        best = min(rivals, key=lambda side: rivals[side]["median_s"])
        ours, theirs = row["keryx"]["median_s"], rivals[best]["median_s"]
        ratio = row["times_faster"]
        print(
            f"| {words} | {ours:.3g} s | {theirs:.3g} s ({best.split('/')[0]}) "
            f"| {ratio['steady']:.3g} × | {ratio['first']:.3g} × |"
        )


if __name__ == "__main__":
    main()
