"""The ways in which hostile files are read, by their kind."""

import contextlib
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keryx import cli, layers, models, saving
from keryx._core.errors import KeryxError
from tests.files.hostile import arrays, corpus, packs

Attempt = tuple[str, Callable[[], Any]]
SECRET_TEXT = "the-secret-of-another-file"


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
            *self._unsafe(folder / "m.keras", text),
            ("load_model.folder", lambda: load(folder / "folder")),
            ("model_from_json", lambda: saving.model_from_json(text)),
            ("deserialize", lambda: saving.deserialize_keras_object(json.loads(text))),
            ("from_config", lambda: cls.from_config(inner)),
            ("clone_model", lambda: clone(cls, inner)),
        ]
        if len(text) < 60_000:
            self._h5_model(folder / "m.h5", text)
            found.append(("load_model.h5", lambda: load(folder / "m.h5")))
        if isinstance(inner, dict) and isinstance(inner.get("layers"), list):
            rows = [row for row in inner["layers"] if row != corpus.configs.START]
            found.append(("deserialize_layers", lambda: self._each(rows)))
        return found

    def _unsafe(self, path: Path, text: str) -> list[Attempt]:
        """Turns safety off where there is code to be run."""
        unsafe = ("load_unsafe.keras", lambda: load_unsafe(path))
        return [unsafe] if "Lambda" in text or "__lambda__" in text else []

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
