"""Reads every hostile file in every way, and writes down what happened.

    python -m tests.files.hostile.attack FOLDER [NAME…]

A line of JSON for each attempt: `[case, entry, outcome, message, seen, seconds, MiB]`.
"""

import contextlib
import faulthandler
import gc
import io
import json
import os
import resource
import sys
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.files.hostile import arrays, corpus, packs
from tests.files.hostile.watch import Late, limit, memory, most_memory, Watch

os.environ.setdefault("JAX_PLATFORMS", "cpu")

from keryx import cli, layers, models, saving
from keryx._core.errors import KeryxError

Attempt = tuple[str, Callable[[], Any]]
SECONDS, GIGABYTE = 10.0, 2**30
SECRET_TEXT = "the-secret-of-another-file"
LEGACY = "model_weights/dense/{}"


def make_model() -> Any:
    return models.Sequential(
        [layers.Input((4,), name="start"), layers.Dense(3, name="dense")], name="m"
    )


def make_secrets(outside: Path) -> None:
    """Fills the folder that no file may lead to."""
    (outside / "saved_model").mkdir(parents=True)
    (outside / "saved_model" / "saved_model.pb").write_bytes(b"\x08\x01")
    (outside / "secret.txt").write_text(SECRET_TEXT)
    (outside / "secret.json").write_text(json.dumps(corpus.GOOD))
    secret = np.full(arrays.SHAPE, arrays.SECRET, "f4")
    (outside / "secret.bin").write_bytes(secret.tobytes())
    model = make_model()
    for weight in model.weights:
        weight.assign(np.full(weight.shape, arrays.SECRET, "f4"))
    model.save(outside / "secret.keras")
    model.save(outside / "whole.h5")
    model.save_weights(outside / "secret.weights.h5")
    with h5py.File(outside / "secret.h5", "w") as file:
        file["x"] = secret
        for name in ("secret.weights.h5", "whole.h5"):
            with h5py.File(outside / name) as source:
                for key in source:
                    source.copy(key, file)
        for key in ("layers/dense/vars/0", "layers/dense/vars/1"):
            file[f"group/{key[-1]}"] = file[key][()]


def make_good(folder: Path, outside: Path) -> packs.Good:
    model = make_model()
    model.compile("sgd", "mse")
    for name in ("m.keras", "m.weights.h5", "m.safetensors", "m.h5"):
        save = model.save if name in ("m.keras", "m.h5") else model.save_weights
        save(folder / name)
    with zipfile.ZipFile(folder / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return packs.Good(
        members,
        (folder / "m.weights.h5").read_bytes(),
        (folder / "m.safetensors").read_bytes(),
        outside,
    )


# --- ways to read -------------------------------------------------------------------


def load(path: Path) -> Any:
    return saving.load_model(path)


def load_unsafe(path: Path) -> Any:
    return saving.load_model(path, safe_mode=False)


def load_weights(path: Path, **options: Any) -> Any:
    model = make_model()
    before = [weight.copy() for weight in model.get_weights()]
    try:
        model.load_weights(path, **options)
    except BaseException:
        for old, new in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
        raise
    return model


def inspect(path: Path) -> None:
    """Runs the command; what it refuses is an exception here too."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(["inspect", str(path)])
    if SECRET_TEXT in out.getvalue() + err.getvalue():
        raise AssertionError("the secret is in the output")
    if status:
        raise KeryxError(err.getvalue())


def clone(cls: Any, config: Any) -> Any:
    given = layers.Input((4,), name="start")
    model = make_model() if cls is models.Sequential else cls(given, given)
    model.__dict__["get_config"] = lambda: config
    return models.clone_model(model)


def on_path(path: Path, *, weights: bool = True) -> list[Attempt]:
    found: list[Attempt] = [
        ("load_model", lambda: load(path)),
        ("inspect", lambda: inspect(path)),
    ]
    if weights:
        found.insert(1, ("load_weights", lambda: load_weights(path)))
        found.insert(
            2, ("skip_mismatch", lambda: load_weights(path, skip_mismatch=True))
        )
    return found


def _labelled(ending: str, attempts: list[Attempt]) -> list[Attempt]:
    return [(f"{name}{ending}", do) for name, do in attempts]


# --- files of each kind -------------------------------------------------------------


class Maker:
    """Writes the files of a case, and says how they are read.

    Args:
        folder: Where the files of good models are; each case has a folder below it.
        outside: The folder of secrets.
    """

    def __init__(self, folder: Path, outside: Path) -> None:
        self.good = make_good(folder, outside)
        self.base = folder
        self.outside = outside

    def attempts(self, name: str, case: corpus.Case) -> list[Attempt]:
        folder = self.base / name
        folder.mkdir()
        kind, _, argument = case.kind.partition(":")
        make: Callable[..., list[Attempt]] = getattr(self, f"_{kind}")
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(10_000)
        try:
            return make(folder, case.make, argument)
        finally:
            sys.setrecursionlimit(usual)

    def _config(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        config = make(self.outside)
        text = json.dumps(config)
        inner = config.get("config")
        graph = config.get("class_name") == "Functional"
        cls = models.Model if graph else models.Sequential
        members = {**self.good.members, packs.CONFIG: text.encode()}
        packs.pack(folder / "m.keras", members)
        unpacked = self.good._replace(members=members)
        packs.unpack(folder / "folder", unpacked)
        found = [
            *_labelled(".keras", on_path(folder / "m.keras", weights=False)),
            ("load_unsafe.keras", lambda: load_unsafe(folder / "m.keras")),
            ("load_model.folder", lambda: load(folder / "folder")),
            ("model_from_json", lambda: saving.model_from_json(text)),
            ("model_from_config", lambda: saving.model_from_config(json.loads(text))),
            ("deserialize", lambda: saving.deserialize_keras_object(json.loads(text))),
            ("from_config", lambda: cls.from_config(inner)),
            ("clone_model", lambda: clone(cls, inner)),
        ]
        if len(text) < 60_000:
            self._h5_model(folder / "m.h5", text)
            found += _labelled(".h5", on_path(folder / "m.h5", weights=False))
        if isinstance(inner, dict) and isinstance(inner.get("layers"), list):
            rows = [row for row in inner["layers"] if row != corpus.configs.START]
            found.append(("deserialize_layers", lambda: self._each(rows)))
        return found

    def _bomb(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        """Without a file there is nothing that a model could be too large for."""
        ways = ("load_", "inspect")
        return [a for a in self._config(folder, make, "") if a[0].startswith(ways)]

    def _each(self, rows: list[Any]) -> Any:
        do = saving.deserialize_keras_object
        made = [do(json.loads(json.dumps(row))) for row in rows]
        return made[0] if len(made) == 1 else None

    def _h5_model(self, path: Path, text: str) -> None:
        path.write_bytes((self.base / "m.h5").read_bytes())
        with h5py.File(path, "a") as file:
            for name in list(file.attrs):
                if name.startswith("keryx_"):
                    del file.attrs[name]
            data = json.loads(text)
            training = data.pop("compile_config", None)
            file.attrs["model_config"] = json.dumps(data)
            if training:
                file.attrs["training_config"] = json.dumps(training)

    def _h5(self, folder: Path, make: Any, called: str) -> list[Attempt]:
        if called:
            self._h5_model(folder / called, json.dumps(make(self.outside)))
            return on_path(folder / called, weights=False)
        change = arrays.CHANGES[make]
        plain, whole = folder / "m.weights.h5", folder / "m.h5"
        plain.write_bytes(self.good.weights)
        whole.write_bytes((self.base / "m.h5").read_bytes())
        for path in (plain, whole):
            kernel = self._kernel(path)
            with h5py.File(path, "a") as file:
                change(file, kernel, self.outside)
            if make == "user_defined_link":
                path.write_bytes(arrays.renumber_link(path.read_bytes()))
        members = {**self.good.members, packs.WEIGHTS: plain.read_bytes()}
        packs.pack(folder / "m.keras", members, compression=zipfile.ZIP_DEFLATED)
        by_name = ("by_name.h5", lambda: load_weights(whole, by_name=True))
        return [
            *_labelled(".weights.h5", on_path(plain)[1:]),
            *_labelled(".keras", on_path(folder / "m.keras")),
            *_labelled(".h5", on_path(whole)),
            by_name,
        ]

    def _kernel(self, path: Path) -> str:
        found: list[str] = []
        with h5py.File(path) as file:
            file.visititems(
                lambda name, item: (
                    found.append(name)
                    if isinstance(item, h5py.Dataset) and item.shape == arrays.SHAPE
                    else None
                )
            )
        return found[0]

    def _zip(self, folder: Path, make: Any, called: str) -> list[Attempt]:
        text = json.dumps(make(self.outside))
        packs.pack(folder / called, {**self.good.members, packs.CONFIG: text})
        return on_path(folder / called, weights=False)

    def _archive(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        make(folder / "m.keras", self.good)
        return on_path(folder / "m.keras")

    def _folder(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        make(folder / "model", self.good)
        return on_path(folder / "model")

    def _tensors(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        make(folder / "m.safetensors", self.good)
        return on_path(folder / "m.safetensors")[1:]

    def _shards(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        make(folder / "m.weights.json", self.good)
        return on_path(folder / "m.weights.json")[1:]

    def _file(self, folder: Path, make: Any, _: str) -> list[Attempt]:
        name, write = make
        write(folder / name, self.good)
        return on_path(folder / name)

    def _json(self, folder: Path, text: Any, _: str) -> list[Attempt]:
        return [("model_from_json", lambda: saving.model_from_json(text))]

    def _yaml(self, folder: Path, text: Any, _: str) -> list[Attempt]:
        return [
            ("model_from_yaml", lambda: saving.model_from_yaml(text)),
            ("model_from_json", lambda: saving.model_from_json(text)),
        ]

    def _save(self, folder: Path, name: str, _: str) -> list[Attempt]:
        def model() -> Any:
            rows = [layers.Input((4,)), layers.Dense(3, name=name)]
            return models.Sequential(rows, name="m")

        def whole(path: Path) -> Any:
            model().save(path)
            return load(path)

        def weights(path: Path) -> Any:
            model().save_weights(path)
            other = model()
            other.load_weights(path)
            return other

        return [
            ("save.keras", lambda: whole(folder / "m.keras")),
            ("save.h5", lambda: whole(folder / "m.h5")),
            ("save.weights.h5", lambda: weights(folder / "m.weights.h5")),
            ("save.safetensors", lambda: weights(folder / "m.safetensors")),
            ("save.weights.json", lambda: weights(folder / "m.weights.json")),
        ]


# --- the public names of the library ------------------------------------------------


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
    """Names every public thing in configurations that have no arguments for it."""
    outside = Path(watch.outside)
    places = {"filepath": str(outside / "x"), "fname": "x", "path": str(outside / "x")}
    for module, name, _thing in {(m, n): (m, n, t) for m, n, t in public_names()}.values():
        for root in (module, module.replace("keryx", "keras", 1)):
            rows = (
                corpus.row(name, places, root),
                corpus.row(name, {}, root, registered_name=name),
                corpus.function(name, root),
                {"class_name": name, "config": places},
            )
            slots = ("layer", "activation", "lambda", "loss")
            for row in rows:
                for slot in slots:
                    config = corpus.configs.SLOTS[slot](row)

                    def do(config: Any = config) -> Any:
                        return saving.deserialize_keras_object(config)

                    outcome = attempt(watch, do)
                    if outcome[0] != "refused" or outcome[2]:
                        yield [f"public:{root}.{name}", slot, *outcome]


# --- the run ------------------------------------------------------------------------


def attempt(watch: Watch, do: Callable[[], Any]) -> list[Any]:
    """Returns `[outcome, message, seen, seconds, MiB]` of one way to read one file."""
    before, begin = memory(), time.perf_counter()
    result, outcome, message = None, "harmless", ""
    watch.start()
    try:
        with limit(SECONDS):
            result = do()
    except Late:
        outcome = "late"
    except KeryxError as error:
        outcome, message = "refused", str(error)
    except BaseException as error:
        outcome = "broken"
        message = "".join(traceback.format_exception(error, limit=-4))
    seen = watch.stop()
    seconds = time.perf_counter() - begin
    used = (most_memory() - before) / 2**20
    if SECRET_TEXT in message or _has_secret(result):
        seen.append("the secret")
    if used > 64:
        del result
        gc.collect()
    return [outcome, message[:1500], seen, round(seconds, 3), round(used)]


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
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
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
        if not names or "public" in names:
            for row in expose(watch):
                print(json.dumps(row), file=out, flush=True)
        print(json.dumps(["end"]), file=out, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
