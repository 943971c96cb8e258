"""Saves two versions of a model by turns to the same paths, until it is killed.

    python -m tests.files.saver FOLDER

Prints a line when all files are there and are about to be saved over and over.
"""

import sys
from pathlib import Path

import numpy as np

from keryx import layers, models

SIZE = 60_000
VERSIONS = (1.0, 2.0)
NAMES = ("m.keras", "m.h5", "m.weights.h5", "m.safetensors")


def make_model():
    """Returns a model with half a megabyte of weights."""
    rows = [layers.Input((2,)), layers.Dense(SIZE, kernel_initializer="zeros")]
    return models.Sequential(rows, name="m")


def set_version(model, version):
    model.set_weights([np.full(w.shape, version, "f4") for w in model.get_weights()])


def save(model, path):
    """Saves in the form that the path's ending means."""
    if path.name.endswith((".weights.h5", ".safetensors")):
        model.save_weights(path)
    else:
        model.save(path)


def main(folder):
    made = [make_model() for _ in VERSIONS]
    for model, version in zip(made, VERSIONS, strict=True):
        set_version(model, version)
    for name in NAMES:
        save(made[0], folder / name)
    print("begin", flush=True)
    while True:
        for model in reversed(made):
            for name in NAMES:
                save(model, folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
