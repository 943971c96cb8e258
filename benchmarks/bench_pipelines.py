"""What data cost on their way to training: streams against arrays, pictures, `tf.data`.

Stand-alone: each case prints a JSON line of its own.

    python benchmarks/bench_pipelines.py                  # all cases
    python benchmarks/bench_pipelines.py generator        # those that are named
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import keryx
from keryx import layers
from keryx.preprocessing import image_dataset_from_directory
from keryx.preprocessing.image import ImageDataGenerator
from keryx.utils import PyDataset

REPEATS = 5
BATCHES, ROWS, FEATURES, CLASSES = 200, 128, 784, 10
PICTURES, SIDE = 2000, 64

Run = Callable[[], Any]


def seconds(run: Run, repeats: int = REPEATS) -> dict[str, float]:
    """Times a run after a first one, by the clock and in processor time."""
    run()
    walls, busy = [], []
    for _ in range(repeats):
        wall, process = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        busy.append(time.process_time() - process)
    return {
        "wall_s": round(statistics.median(walls), 5),
        "best_s": round(min(walls), 5),
        "process_s": round(statistics.median(busy), 5),
    }


def told(case: str, found: dict[str, float], **more: Any) -> None:
    """Prints the line of a case."""
    print(json.dumps({"case": case, **found, **more}), flush=True)


def per_batch(case: str, run: Run, base: dict[str, float] | None) -> dict[str, float]:
    """Times a run over all batches; tells what a batch costs beyond the base."""
    found = seconds(run)
    more = {"batch_us": round(found["best_s"] / BATCHES * 1e6, 1)}
    if base is not None:
        beyond = found["best_s"] - base["best_s"]
        busy = found["process_s"] - base["process_s"]
        more["over_arrays_us"] = round(beyond / BATCHES * 1e6, 1)
        more["over_arrays_process_us"] = round(busy / BATCHES * 1e6, 1)
    told(case, found, **more)
    return found


def network(units: int = 512) -> Any:
    """Returns a classifier of rows, always with the same weights."""
    keryx.utils.set_random_seed(0)
    model = keryx.Sequential(
        [
            layers.Input((FEATURES,)),
            layers.Dense(units, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def rows() -> tuple[Any, Any]:
    """Returns inputs and classes of all batches."""
    rng = np.random.default_rng(0)
    x = rng.random((BATCHES * ROWS, FEATURES), np.float32)
    return x, rng.integers(0, CLASSES, len(x)).astype(np.int32)


class Sliced(PyDataset):
    """Batches of rows in memory, by index.

    Args:
        x: Inputs.
        y: Classes.
        work: Seconds that each batch takes, as reading files would.
        **options: Those of `PyDataset`.
    """

    def __init__(self, x: Any, y: Any, work: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.x, self.y, self.work = x, y, work

    def __len__(self) -> int:
        return len(self.x) // ROWS

    def __getitem__(self, index: int) -> Any:
        if self.work:
            time.sleep(self.work)
        part = slice(index * ROWS, (index + 1) * ROWS)
        return self.x[part], self.y[part]


def generator() -> None:
    """A generator of ready batches against `fit` on arrays, wide and narrow."""
    x, y = rows()

    def endless() -> Iterator[Any]:
        while True:
            for i in range(0, len(x), ROWS):
                yield x[i : i + ROWS], y[i : i + ROWS]

    for units in (512, 8):
        model = network(units)
        base = per_batch(
            f"arrays, {units} units",
            lambda m=model: m.fit(x, y, batch_size=ROWS, shuffle=False, verbose=0),
            None,
        )
        source = endless()
        per_batch(
            f"generator, {units} units",
            lambda m=model, s=source: m.fit(s, steps_per_epoch=BATCHES, verbose=0),
            base,
        )
        per_batch(
            f"evaluate a generator, {units} units",
            lambda m=model, s=source: m.evaluate(s, steps=BATCHES, verbose=0),
            None,
        )


def dataset() -> None:
    """Batches by index, with one worker, four, and processes asked for."""
    x, y = rows()
    model = network(8)
    base = per_batch(
        "arrays, 8 units",
        lambda: model.fit(x, y, batch_size=ROWS, shuffle=False, verbose=0),
        None,
    )
    cases: dict[str, dict[str, Any]] = {
        "workers=1": {"workers": 1},
        "workers=4": {"workers": 4},
        "workers=4, processes": {"workers": 4, "use_multiprocessing": True},
        "workers=1, 2 ms each": {"workers": 1, "work": 0.002},
        "workers=4, 2 ms each": {"workers": 4, "work": 0.002},
    }
    for name, options in cases.items():
        source = Sliced(x, y, **options)
        per_batch(
            f"PyDataset, {name}",
            lambda s=source: model.fit(s, shuffle=False, verbose=0),
            base,
        )


def make_pictures(folder: str, count: int, side: int) -> list[Path]:
    """Writes pictures of two classes; returns their paths."""
    from PIL import Image

    rng = np.random.default_rng(0)
    paths = []
    for i in range(count):
        place = Path(folder, f"class_{i % 2}")
        place.mkdir(exist_ok=True)
        coarse = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((side, side))
        paths.append(place / f"{i:05}.jpg")
        picture.save(paths[-1], quality=90)
    return paths


def decoded(paths: list[Path]) -> None:
    """Reads pictures one by one, with nothing but Pillow."""
    from PIL import Image

    for path in paths:
        with Image.open(path) as picture:
            np.asarray(picture.convert("RGB"), np.float32)


def rate(case: str, run: Run, count: int) -> None:
    """Times a run; tells how many pictures it reads in a second."""
    found = seconds(run, 3)
    told(case, found, pictures_per_s=round(count / found["best_s"]))


def pictures() -> None:
    """Pictures in folders: as they are, and larger ones that are resized."""
    keryx.config.disable_interactive_logging()
    for side in (SIDE, 300):
        count = PICTURES if side == SIDE else PICTURES // 10
        size = (SIDE, SIDE) if side == SIDE else (224, 224)
        with tempfile.TemporaryDirectory() as folder:
            paths = make_pictures(folder, count, side)
            rate(f"Pillow alone, {side}", lambda p=paths: decoded(p), count)
            folders = image_dataset_from_directory(
                folder, image_size=size, seed=1, verbose=False
            )
            rate(
                f"image_dataset_from_directory, {side}",
                lambda f=folders: [None for _ in f],
                count,
            )
            if side == SIDE:
                model = small_pictures_network()
                rate(
                    "the same, into `fit`",
                    lambda m=model, f=folders: m.fit(f, verbose=0),
                    count,
                )
            for workers in (1, 4):
                flow = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
                    folder, target_size=size, class_mode="sparse", seed=1
                )
                flow.workers = workers
                if side == SIDE:
                    rate(
                        f"flow_from_directory into `fit`, workers={workers}",
                        lambda m=model, f=flow: m.fit(f, verbose=0),
                        count,
                    )


def small_pictures_network() -> Any:
    """Returns a model that costs little, for pictures."""
    model = keryx.Sequential(
        [
            layers.Input((SIDE, SIDE, 3)),
            layers.AveragePooling2D(8),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def tensorflow() -> None:
    """`tf.data` in keryx's dialect: rows, and rows that a function is mapped over."""
    from keryx.dialects import tensorflow as tf

    x, y = rows()
    model = network(8)
    base = per_batch(
        "arrays, 8 units",
        lambda: model.fit(x, y, batch_size=ROWS, shuffle=False, verbose=0),
        None,
    )
    source = tf.data.Dataset.from_tensor_slices((x, y))
    cases = {
        "batch": source.batch(ROWS).prefetch(2),
        "shuffle, batch": source.shuffle(len(x), seed=1).batch(ROWS).prefetch(2),
        "small shuffle, batch": source.shuffle(1000, seed=1).batch(ROWS).prefetch(2),
        "map, batch": source.map(lambda a, b: (a * 2.0, b)).batch(ROWS).prefetch(2),
        "shuffle, map, batch": source.shuffle(len(x), seed=1)
        .map(lambda a, b: (a * 2.0, b))
        .batch(ROWS)
        .prefetch(2),
        "batch, map": source.batch(ROWS).map(lambda a, b: (a * 2.0, b)).prefetch(2),
    }
    for name, pipeline in cases.items():
        per_batch(
            f"tf.data: {name}",
            lambda p=pipeline: model.fit(p, verbose=0),
            base,
        )


CASES = {
    "generator": generator,
    "dataset": dataset,
    "pictures": pictures,
    "tensorflow": tensorflow,
}


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CASES:
        CASES[chosen]()
