"""Reads every hostile file in every way, and writes down what happened.

    python -m tests.files.hostile.attack FOLDER [NAME…]

A line of JSON for each attempt: `[case, entry, outcome, message, seen, seconds, MiB]`.
"""

import faulthandler
import gc
import json
import os
import pickle
import resource
import socket
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keryx import saving
from keryx._core.errors import KeryxError
from tests.files.hostile import arrays, corpus
from tests.files.hostile.watch import Late, limit, memory, most_memory, Watch
from tests.files.hostile.ways import make_secrets, Maker, on_path, SECRET_TEXT

SECONDS, GIGABYTE = 8.0, 2**30
# What wrong arguments of any function cause.
USUAL = (
    *(AttributeError, IndexError, KeyError, MemoryError, OverflowError),
    *(RecursionError, TypeError, ValueError),
)


def public_names() -> Iterator[tuple[str, str, Any]]:
    """Yields `(module, name, thing)` for everything public that can be called."""
    import importlib
    import pkgutil

    import keryx

    for found in [None, *pkgutil.walk_packages(keryx.__path__, "keryx.")]:
        module = "keryx" if found is None else found.name
        if any(part.startswith("_") for part in module.split(".")):
            continue
        members = vars(importlib.import_module(module)).items()
        for name, thing in list(members):
            if not name.startswith("_") and callable(thing):
                yield module, name, thing


def expose(watch: Watch) -> Iterator[list[Any]]:
    """Names every public thing where configurations name classes and functions."""
    from keryx import (
        activations,
        constraints,
        initializers,
        losses,
        metrics,
        optimizers,
        regularizers,
    )

    readers = {"object": saving.deserialize_keras_object}
    for package in (activations, constraints, initializers, losses, metrics,
                    optimizers, regularizers):  # fmt: skip
        readers[package.__name__.rpartition(".")[2]] = package.deserialize
    place = str(Path(watch.outside) / "x")
    places = {"filepath": place, "fname": place, "path": place}
    # Modules are hints: of a name that several have, the first does for all.
    for name, module in sorted({n: m for m, n, _ in public_names()}.items()):
        old = module.replace("keryx", "keras", 1)
        rows = {
            "class": corpus.row(name, places, module),
            "empty": corpus.row(name, {}, old, registered_name=name),
            "function": corpus.function(name, old),
        }
        made = {
            f"{kind}, {reader}": attempt(
                watch, _reading(readers[reader], row), quick=True
            )
            for kind, row in rows.items()
            for reader in readers
        }
        unusual = {k: v for k, v in made.items() if v[0] not in ("refused", "ours")}
        unusual |= {k: v for k, v in made.items() if v[2]}
        yield [f"{module}.{name}", unusual]


def _reading(read: Any, row: Any) -> Callable[[], Any]:
    """Returns what reads a configuration and says what was made of it."""

    def do() -> Any:
        thing = read(json.loads(json.dumps(row)))
        kind = thing if hasattr(thing, "__module__") else type(thing)
        return Ours if kind.__module__.startswith(PARTS) else repr(thing)

    return do


class Ours:
    """Stands for a layer, a loss or another part of a model."""


PARTS = tuple(
    f"keryx.{name}"
    for name in (
        *("activations", "constraints", "initializers", "layers", "losses", "metrics"),
        *("models", "optimizers", "random", "regularizers", "_graph", "_core.dtypes"),
        "dialects._legacy",
    )
)


# --- what must be noticed -----------------------------------------------------------


def controls(outside: Path) -> dict[str, Callable[[], Any]]:
    """Returns what a file must not do, done here to see that it is noticed."""
    code = compile("1", corpus.configs.MARK, "eval")
    return {
        "open": lambda: (outside / "secret.txt").read_text(),
        "open in C": lambda: h5py.File(outside / "secret.h5").close(),
        "write": lambda: (outside / "made").touch(),
        "write here": lambda: Path("made").touch(),
        "remove": lambda: Path("made").unlink(),
        "program": lambda: subprocess.run(["true"], check=False),
        "shell": lambda: os.system("true"),
        "socket": lambda: socket.create_connection(("127.0.0.1", 9)),
        "pickle": lambda: pickle.loads(b"\x80\x04cos\nsystem\n."),
        "code": lambda: eval(code),
        "secret": lambda: saving.load_model(outside / "secret.keras"),
        "memory": lambda: len(bytearray(b"x") * (700 * 2**20)),
        "time": lambda: time.sleep(60),
    }


# --- the run ------------------------------------------------------------------------


def attempt(
    watch: Watch,
    do: Callable[[], Any],
    *,
    quick: bool = False,
    seconds: float = SECONDS,
) -> list[Any]:
    """Returns `[outcome, message, seen, seconds, MiB]` of one way to read one file."""
    before, begin = 0 if quick else memory(), time.perf_counter()
    result, outcome, message = None, "harmless", ""
    watch.start()
    try:
        with limit(seconds):
            result = do()
    except Late:
        outcome = "late"
    except KeryxError as error:
        outcome, message = "refused", str(error)
    except BaseException as error:
        outcome = "python" if isinstance(error, USUAL) else "broken"
        message = "".join(traceback.format_exception(error, limit=-4))
    seen = watch.stop()
    took = time.perf_counter() - begin
    used = 0 if quick else (most_memory() - before) / 2**20
    outcome = "ours" if result is Ours else outcome
    if SECRET_TEXT in message or _has_secret(result):
        seen.append("the secret")
    if used > 64:
        del result
        gc.collect()
    return [outcome, message[:1500], seen, round(took, 3), round(used)]


def _has_secret(model: Any) -> bool:
    weights = model.get_weights() if hasattr(model, "get_weights") else []
    return any(
        np.any(np.isclose(np.asarray(w, "f8"), arrays.SECRET))
        for w in weights
        if w.size < 1e6
    )


def main(root: Path, names: list[str]) -> None:
    outside, base, cwd = root / "outside", root / "files", root / "cwd"
    for folder in (base, cwd, root / "tmp"):
        folder.mkdir()
    make_secrets(outside)
    trap = "open(__file__ + '.run', 'w').write('run')\nEvil = run = print\n"
    (cwd / "evil.py").write_text(trap)
    os.environ.update(TMPDIR=str(root / "tmp"), HOME=str(cwd))
    os.chdir(cwd)
    sys.path.append(str(cwd))
    sys.dont_write_bytecode = True
    maker = Maker(base, outside)
    warm = base / "m.keras"
    for _, do in on_path(warm):
        do()
    used = memory() * 0 + 4 * GIGABYTE
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf(
        "SC_PAGESIZE"
    )
    resource.setrlimit(resource.RLIMIT_AS, (size + used, -1))
    watch = Watch(outside, [root, base, cwd], [base, root / "tmp"])
    warnings.simplefilter("ignore")
    with open(root / "results", "w", encoding="utf-8") as out:
        for name, case in corpus.TABLE.items():
            if names and name not in names:
                continue
            for entry, do in maker.attempts(name, case):
                print(json.dumps([name, entry]), file=out, flush=True)
                faulthandler.dump_traceback_later(3 * SECONDS, exit=True)
                row = [name, entry, *attempt(watch, do)]
                faulthandler.cancel_dump_traceback_later()
                print(json.dumps(row), file=out, flush=True)
        for name, do in controls(outside).items() if not names else ():
            row = ["control", name, *attempt(watch, do, seconds=2.0)]
            print(json.dumps(row), file=out)
        (outside / "made").unlink(missing_ok=True)
        if not names or "public" in names:
            print(json.dumps(["public", dict(expose(watch))]), file=out, flush=True)
        print(json.dumps(["end"]), file=out, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
