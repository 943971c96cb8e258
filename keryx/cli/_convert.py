"""`keryx convert`: a model of any version of Keras in another kind of file, checked."""

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from keryx._core.errors import FileError
from keryx.saving import conversions, load_model, load_weights, save_model, save_weights

MODELS, WEIGHTS = (".keras", ".h5", ".hdf5"), (".weights.h5", ".safetensors")
TOLERANCE, BATCH, FREE_AXIS, DRAWS = 1e-6, 4, 32, 3


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "convert", help="write a saved model as another kind of file, and check that"
    )
    parser.add_argument("old", metavar="OLD", help="the file of a whole model")
    parser.add_argument(
        "new",
        metavar="NEW",
        help=f"the file to write: {', '.join((*MODELS, *WEIGHTS))}, or a folder",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace NEW if it is there"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    model = load_model(options.old)
    for sentence in conversions(model):
        print(f"converted: {sentence}")
    largest = convert(model, options.old, Path(options.new), options.overwrite)
    print(f"largest difference of the outputs: {largest:.3g}")
    print(f"wrote {options.new}")
    return 0


def convert(model: Any, old: Any, new: Path, overwrite: bool = False) -> float:
    """Writes a model, if what is loaded from the new file computes the same.

    Args:
        model: The model that `old` holds.
        old: Its file.
        new: The file to write.
        overwrite: Whether an older one may be replaced.

    Returns:
        The largest difference between outputs for random inputs.

    Raises:
        FileError: If `new` is there already, or the outputs differ.
    """
    if new.exists() and not overwrite:
        raise FileError(
            str(new),
            expected="no such file yet",
            got="one that exists",
            fix="Choose another name, or give `--overwrite`.",
        )
    if not new.absolute().parent.is_dir():
        raise FileError(str(new), expected="a folder that exists", got="none")
    parent = new.absolute().parent
    with tempfile.TemporaryDirectory(dir=parent, prefix=".keryx-convert-") as spare:
        trial = Path(spare, new.name)
        again = _write(model, old, trial)
        largest = difference(model, again)
        if not largest <= TOLERANCE:
            raise FileError(
                str(new),
                expected=f"outputs that differ by at most {TOLERANCE}",
                got=f"a difference of {largest:.3g}",
                fix="Nothing was written.",
            )
        if new.is_dir():
            shutil.move(new, Path(spare, "old"))
        os.replace(trial, new)
    return largest


def _write(model: Any, old: Any, path: Path) -> Any:
    """Writes a model to a file; returns what is loaded from that."""
    name = path.name.lower()
    if name.endswith(WEIGHTS):
        save_weights(model, path)
        again = load_model(old)
        for variable in again.weights:
            variable.assign(np.zeros(variable.shape))
        load_weights(again, path)
        return again
    save_model(model, path, zipped=None if path.suffix else False)
    return load_model(path)


def difference(one: Any, other: Any) -> float:
    """Returns the largest difference of two models' outputs for random inputs.

    It is relative where the outputs are larger than 1. Axes of unknown length get
    32 steps, integers are 0 or 1, which every table of embeddings has.
    """
    rng = np.random.default_rng(0)
    largest = 0.0
    for _ in range(DRAWS):
        x = [_draw(rng, tensor) for tensor in one.inputs]
        inputs = x if len(x) > 1 else x[0]
        pairs = zip(_outputs(one, inputs), _outputs(other, inputs), strict=True)
        for a, b in pairs:
            gap = np.abs(a - b) / np.maximum(1.0, np.abs(a))
            largest = max(largest, float(np.max(gap, initial=0.0)))
            if np.isnan(a).tolist() != np.isnan(b).tolist():
                return float("inf")
    return largest


def _draw(rng: Any, tensor: Any) -> Any:
    shape = [BATCH, *(FREE_AXIS if axis is None else axis for axis in tensor.shape[1:])]
    if np.dtype(tensor.dtype).kind in "iub":
        return rng.integers(0, 2, shape).astype(tensor.dtype)
    return rng.normal(size=shape).astype(tensor.dtype)


def _outputs(model: Any, inputs: Any) -> list[Any]:
    import jax

    made = model.predict(inputs, batch_size=BATCH, verbose=0)
    return [np.asarray(leaf, np.float64) for leaf in jax.tree.leaves(made)]
