"""Runs programs from tutorials, unmodified, and compares what they print.

    python tools/run_listings.py DATA_FOLDER LISTINGS_FOLDER OUT [--only NAME ...]

Each program runs by `keryx run` in a process of its own, in a working folder under
`OUT` that has the files it asks for, made from those in `DATA_FOLDER`. `OUT` gets what
it printed, and `results.json`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from seed_data import seed

LIMIT = 600.0  # seconds, unless the table or `--limit` says otherwise


class Figure(NamedTuple):
    """A number that a program prints, or that is counted in what it prints.

    Attributes:
        label: What it is.
        stated: The number in the tutorial; `None` if it gives none.
        low: The least that is taken for a success.
        high: The most.
        pattern: Where it is printed, the number in a group; the last place counts.
        count: Whether to count such places instead.
        after: What comes before the part of the text that is searched.
    """

    label: str
    stated: float | None
    low: float
    high: float
    pattern: str
    count: bool = False
    after: str = ""

    def read(self, text: str) -> float | None:
        """Returns the number in a text, `None` if it is not there."""
        found = re.findall(self.pattern, text.partition(self.after)[2] if self.after
                           else text, re.MULTILINE)  # fmt: skip
        if self.count:
            return float(len(found))
        return float(found[-1]) if found else None


class Listing(NamedTuple):
    """What one program needs, and what it should print.

    Attributes:
        figures: Numbers, with the range that counts as a success.
        needs: Names of what `PREPARE` makes for it.
        files: What it should write.
        ends: The error that its last line raises, in the tutorial too; "" for none.
    """

    figures: tuple[Figure, ...] = ()
    needs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ends: str = ""


def percent(stated: float, low: float, high: float = 100.0) -> Figure:
    """Returns the figure of "Model Accuracy: 84.00%"."""
    return Figure("accuracy %", stated, low, high, r"Model Accuracy: ([\d.]+)%")


def pairs(stated: int, low: int, after: str = "Model Accuracy") -> Figure:
    """Returns how many letters, or rows of them, the right one was predicted for."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    steps = zip(alphabet, alphabet[1:], strict=False)
    ways = "|".join(rf"(?:\[.*'{a}'\]|{a}) -> {b}" for a, b in steps)
    pattern = f"^(?:{ways})$"
    return Figure("right letters", stated, low, 100, pattern, count=True, after=after)


def fold(mean: float, deviation: float) -> tuple[Figure, ...]:
    """Returns the figures of five folds."""
    line = r"Accuracy: mean=([\d.]+)"
    return (
        Figure("folds", 5, 5, 5, r"^> [\d.]+$", count=True),
        Figure("mean %", mean, mean - 0.3, 100.0, line),
        Figure("deviation", deviation, 0.0, 0.3, r"std=([\d.]+), n=5"),
    )


PIMA, MNIST = ("pima",), ("keras",)
LISTINGS: dict[str, Listing] = {
    "000_cifar100_mlp": Listing(
        (
            Figure("parameters", 3_623_600, 3_623_600, 3_623_600, r"\b(3,?623,?600)\b"),
            Figure("validation %", 0.2154, 0.01, 0.5, r"val_acc: ([\d.]+)"),
        ),
        MNIST,
        ends="NameError",
    ),
    "001_kaggle_mnist_cnn_augmentation": Listing(
        (Figure("validation", None, 0.98, 1.0, r"val_acc(?:uracy)?: ([\d.]+)"),),
        ("kaggle",),
    ),
    "001_sobel_filter_conv": Listing(
        needs=("lena",), files=("D:\\keras\\tt123.jpg",)
    ),
    "001_weight_format_demo": Listing(),
    "002_ensemble_new_only": Listing(),
    "002_ensemble_old_and_new": Listing(),
    "002_update_new_only": Listing(),
    "002_update_old_and_new": Listing(),
    "002_pima_first_network": Listing(
        (Figure("accuracy %", 78.26, 72, 90, r"^acc(?:uracy)?: ([\d.]+)%"),), PIMA
    ),
    "002_pima_predictions": Listing(
        (
            Figure("values", 768, 768, 768, r"\b[01](?:\.0)?(?=[,\]])", count=True),
            Figure("ones", 273, 180, 350, r"\b1(?:\.0)?(?=[,\]])", count=True),
        ),
        PIMA,
    ),
    "002_lstm_naive_one_char": Listing((percent(84.00, 64), pairs(21, 15))),
    "002_lstm_three_char_window": Listing((percent(86.96, 65), pairs(20, 14))),
    "002_lstm_three_char_time_steps": Listing((percent(100.0, 95), pairs(23, 21))),
    "002_lstm_all_data_in_batch": Listing((percent(100.0, 95), pairs(45, 42))),
    "002_lstm_stateful": Listing(
        (
            percent(100.0, 95),
            pairs(29, 27),
            # The tutorial's network takes the first letter after a reset for A.
            Figure(
                "new start", 5, 4, 5, r"^(?:K -> B|B -> C|C -> D|D -> E|E -> F)$",
                count=True, after="New start:",
            ),
        )
    ),
    "002_lstm_variable_length": Listing((percent(98.90, 94), pairs(19, 15))),
    "002_sklearn_cross_validation": Listing(
        (Figure("mean", 0.646838691487, 0.60, 0.80, r"^(0\.\d+)$"),), PIMA
    ),
    "002_sklearn_grid_search": Listing(
        (
            Figure("best", 0.752604, 0.70, 0.82, r"^Best: ([\d.]+) using"),
            Figure("settings", 54, 54, 54, r"^[\d.]+ \([\d.]+\) with: ", count=True),
        ),
        PIMA,
    ),
    "002_vgg16_classify_photo": Listing(
        (Figure("percent", 75.27, 0, 100, r"^\w+ \(([\d.]+)%\)$"),), ("mug",)
    ),
    "002_vgg16_summary": Listing(
        (
            Figure("parameters", 138_357_544, 138_357_544, 138_357_544,
                   r"\b(138,?357,?544)\b"),
        )
    ),
    "002_vgg16_plot_model": Listing(files=("vgg.png",)),
    "003_mnist_mlp": Listing(
        (Figure("train", 0.989, 0.97, 1.0, r"acc(?:uracy)?: ([\d.]+)"),), MNIST
    ),
    "003_to_categorical_example": Listing(),
    "004_mnist_load_and_plot": Listing(
        (
            Figure("train shapes", 1, 1, 1,
                   r"^Train: X=\(60000, 28, 28\), y=\(60000,\)$", count=True),
            Figure("test shapes", 1, 1, 1,
                   r"^Test: X=\(10000, 28, 28\), y=\(10000,\)$", count=True),
        ),
        MNIST,
        files=("004_mnist_load_and_plot-1.png",),
    ),
    "004_mnist_cnn_baseline_kfold": Listing(fold(98.677, 0.107), MNIST),
    "004_mnist_cnn_batchnorm_kfold": Listing(fold(98.643, 0.101), MNIST),
    "004_mnist_cnn_deeper_kfold": Listing(fold(99.062, 0.104), MNIST),
    "004_mnist_cnn_final_save": Listing((), MNIST, files=("final_model.h5",)),
    "004_mnist_cnn_final_evaluate": Listing(
        (Figure("test %", 99.090, 98.8, 100, r"^> ([\d.]+)$"),), (*MNIST, "model")
    ),
    "004_mnist_cnn_predict": Listing(
        (Figure("digit", 7, 7, 7, r"^(\d)$"),), ("digit", "model")
    ),
}  # fmt: skip


def prepare_pima(data: Path, work: Path) -> None:
    """Puts the table of the Pima in the working folder."""
    shutil.copy(data / "pima-indians-diabetes.csv", work)


def prepare_lena(data: Path, work: Path) -> None:
    """Writes a grey photo of 256 x 256 under the Windows path that is asked for."""
    from PIL import Image

    with Image.open(data / "photos" / "chelsea.png") as photo:
        grey = photo.convert("L").resize((256, 256))
    grey.save(work / "D:\\keras\\lena.jpg")


def prepare_mug(data: Path, work: Path) -> None:
    """Puts a photo of a cup of coffee in the working folder."""
    shutil.copy(data / "photos" / "coffee.png", work / "mug.png")


def prepare_digit(data: Path, work: Path) -> None:
    """Writes the first test digit, a seven, as a picture."""
    from PIL import Image

    with np.load(data / "mnist.npz") as digits:
        Image.fromarray(digits["x_test"][0]).save(work / "sample_image.png")


def prepare_model(data: Path, work: Path) -> None:
    """Puts a trained model there, unless a program has just saved one."""
    if not (work / "final_model.h5").exists():
        kept = data / "models" / "mnist_cnn_keras-2.7.0.h5"
        shutil.copy(kept, work / "final_model.h5")


def prepare_kaggle(data: Path, work: Path) -> None:
    """Writes the digits as Kaggle's two tables."""
    folder = work / "data"
    folder.mkdir(exist_ok=True)
    names = ",".join(f"pixel{i}" for i in range(784))
    with np.load(data / "mnist.npz") as digits:
        train = digits["x_train"][:42_000].reshape(-1, 784)
        rows = np.column_stack([digits["y_train"][:42_000], train])
        test = digits["x_test"].reshape(-1, 784)
    for name, table, title in (
        ("train.csv", rows, f"label,{names}"),
        ("test.csv", test, names),
    ):
        np.savetxt(folder / name, table, "%d", ",", header=title, comments="")


PREPARE: dict[str, Callable[[Path, Path], None]] = {
    "pima": prepare_pima,
    "lena": prepare_lena,
    "mug": prepare_mug,
    "digit": prepare_digit,
    "model": prepare_model,
    "kaggle": prepare_kaggle,
}


def run_one(
    path: Path, work: Path, home: Path, limit: float, era: str
) -> dict[str, Any]:
    """Runs one program; returns its status, seconds, and what it printed."""
    words = [sys.executable, "-m", "keryx", "run", "--era", era, str(path)]
    env = os.environ | {"KERAS_HOME": str(home), "KERYX_TRUST_LOCAL_DATA": "1"}
    begin = time.perf_counter()
    out, err = work.parent / f"{path.stem}.out", work.parent / f"{path.stem}.err"
    with out.open("w") as to_out, err.open("w") as to_err:
        process = subprocess.Popen(
            words, cwd=work, env=env, stdout=to_out, stderr=to_err
        )
        try:
            status: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
    seconds = round(time.perf_counter() - begin, 1)
    return {"status": status, "seconds": seconds, "out": out.read_text(),
            "err": err.read_text()}  # fmt: skip


def judge(listing: Listing, ran: dict[str, Any], work: Path) -> list[dict[str, Any]]:
    """Returns the checks of one run: what was stated, what came, whether that does."""
    rows = [end_of(listing, ran)]
    for figure in listing.figures:
        got = figure.read(ran["out"].replace(",", "") if "parameters" in figure.label
                          else ran["out"])  # fmt: skip
        ok = got is not None and figure.low <= got <= figure.high
        rows.append(
            {"check": figure.label, "stated": figure.stated, "got": got, "ok": ok}
        )
    for name in listing.files:
        there = (work / name).is_file()
        rows.append(
            {"check": f"writes {name}", "stated": "", "got": there, "ok": there}
        )
    return rows


def end_of(listing: Listing, ran: dict[str, Any]) -> dict[str, Any]:
    """Returns the check of how a program ended."""
    last = (ran["err"].strip().splitlines() or [""])[-1]
    if ran["status"] is None:
        got, ok = "too slow", False
    elif ran["status"] == 0:
        got, ok = "runs", not listing.ends
    else:
        errors = re.findall(
            r"^(\w+(?:\.\w+)*(?:Error|Exception))\b.*$", ran["err"], re.M
        )
        got = errors[-1] if errors else last[:60]
        ok = bool(listing.ends) and got == listing.ends
    stated = f"ends in {listing.ends}" if listing.ends else "runs"
    return {"check": "end", "stated": stated, "got": got, "ok": ok}


def show(results: list[dict[str, Any]]) -> None:
    """Prints the table of all checks."""
    from rich.console import Console
    from rich.table import Table

    table = Table("Listing", "Seconds", "Check", "Stated", "Got", "")
    for result in results:
        for i, row in enumerate(result["checks"]):
            first = (result["listing"], str(result["seconds"])) if i == 0 else ("", "")
            stated = "" if row["stated"] is None else str(row["stated"])
            mark = "[green]yes[/green]" if row["ok"] else "[red]no[/red]"
            table.add_row(*first, row["check"], stated, str(row["got"]), mark)
    Console().print(table)


def make_parser() -> argparse.ArgumentParser:
    """Returns the parser of the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("listings", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="beginnings of names")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each")
    parser.add_argument("--era", default="auto", help="passed on to `keryx run`")
    return parser


def check(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Prepares, runs and judges one program."""
    listing = LISTINGS[name]
    work, home = (options.out / "work").resolve(), (options.out / "home").resolve()
    for file in listing.files:
        (work / file).unlink(missing_ok=True)
    for need in listing.needs:
        if need in PREPARE:
            PREPARE[need](options.data, work)
    path = (options.listings / f"{name}.py").resolve()
    ran = run_one(path, work, home, options.limit, options.era)
    print(f"{name}: {ran['seconds']} s", flush=True)
    checks = judge(listing, ran, work)
    return {"listing": name, "seconds": ran["seconds"], "checks": checks}


def main() -> int:
    """Runs the chosen programs; returns 0 if all checks hold."""
    parser = make_parser()
    options = parser.parse_args()
    only = tuple(options.only or [""])
    chosen = [name for name in LISTINGS if name.startswith(only)]
    if not chosen:
        parser.error(f"no listing begins with any of {options.only}")
    (options.out / "work").mkdir(parents=True, exist_ok=True)
    if any("keras" in LISTINGS[name].needs for name in chosen):
        seed(options.data, options.out / "home")
    results = [check(name, options) for name in chosen]
    (options.out / "results.json").write_text(json.dumps(results, indent=1))
    show(results)
    return 0 if all(row["ok"] for r in results for row in r["checks"]) else 1


if __name__ == "__main__":
    sys.exit(main())
