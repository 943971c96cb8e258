"""Hostile folders, shards, safetensors and other files, made from good parts."""

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"


class Good(NamedTuple):
    """The parts of good files, and where the secrets are.

    Attributes:
        members: Contents of the archive of a small model, by name.
        weights: Content of its `.weights.h5` file.
        tensors: Content of its `.safetensors` file.
        outside: A folder that no file may lead to.
    """

    members: dict[str, bytes]
    weights: bytes
    tensors: bytes
    outside: Path


def pack(path: Path, members: Any, **options: Any) -> None:
    rows = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in rows:
            archive.writestr(name, content)


# --- folders ------------------------------------------------------------------------


def unpack(path: Path, good: Good) -> None:
    path.mkdir()
    for name, content in good.members.items():
        (path / name).write_bytes(content)


def folder_link(name: str, secret: str) -> Any:
    def make(path: Path, good: Good) -> None:
        unpack(path, good)
        (path / name).unlink()
        (path / name).symlink_to(good.outside / secret)

    return make


def folder_pipe(name: str) -> Any:
    def make(path: Path, good: Good) -> None:
        unpack(path, good)
        (path / name).unlink()
        os.mkfifo(path / name)

    return make


def folder_asset(path: Path, good: Good) -> None:
    unpack(path, good)
    (path / "assets").mkdir()
    (path / "assets" / "vocabulary.txt").symlink_to(good.outside / "secret.txt")


def folder_inside(path: Path, good: Good) -> None:
    """The weights are a folder."""
    unpack(path, good)
    (path / WEIGHTS).unlink()
    (path / WEIGHTS).mkdir()


def folder_orbax(path: Path, good: Good) -> None:
    path.mkdir()
    (path / "_CHECKPOINT_METADATA").write_text('{"item_handlers": "../../outside"}')


def folder_saved_model(path: Path, good: Good) -> None:
    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"\x08\x01")


FOLDERS: dict[str, Any] = {
    "folder_link_weights": folder_link(WEIGHTS, "secret.h5"),
    "folder_link_config": folder_link(CONFIG, "secret.json"),
    "folder_pipe_weights": folder_pipe(WEIGHTS),
    "folder_pipe_config": folder_pipe(CONFIG),
    "folder_linked_asset": folder_asset,
    "folder_of_folders": folder_inside,
    "folder_orbax": folder_orbax,
    "folder_saved_model": folder_saved_model,
}


# --- safetensors --------------------------------------------------------------------


def tensors(change: Callable[[dict[str, Any]], Any]) -> Any:
    """A file with a header that was changed."""

    def make(path: Path, good: Good) -> None:
        length = int.from_bytes(good.tensors[:8], "little")
        header = json.loads(good.tensors[8 : 8 + length])
        text = change(header)
        text = json.dumps(header).encode() if text is None else text
        body = good.tensors[8 + length :]
        path.write_bytes(len(text).to_bytes(8, "little") + text + body)

    return make


KERNEL = "layers/dense/vars/0"
BIAS = "layers/dense/vars/1"


def _set(**changes: Any) -> Any:
    return tensors(lambda header: header[KERNEL].update(changes))


def _repeated(header: dict[str, Any]) -> bytes:
    return b'{"x": 1, "x": 2, ' + json.dumps(header).encode()[1:]


def header_length(number: int) -> Any:
    def make(path: Path, good: Good) -> None:
        path.write_bytes(number.to_bytes(8, "little") + good.tensors[8:])

    return make


TENSORS: dict[str, Any] = {
    "tensors_header_huge": header_length(2**63 - 1),
    "tensors_header_longer": header_length(100_000),
    "tensors_header_zero": header_length(0),
    "tensors_overlap": tensors(lambda h: h[BIAS].update(h[KERNEL])),
    "tensors_negative": _set(data_offsets=[-48, 0]),
    "tensors_beyond": _set(data_offsets=[2**40, 2**40 + 48]),
    "tensors_reversed": _set(data_offsets=[48, 0]),
    "tensors_shape_bomb": _set(shape=[2**40, 2**20]),
    "tensors_overflow": _set(shape=[2**32, 2**32, 12]),
    "tensors_negative_shape": _set(shape=[-4, -3]),
    "tensors_float_shape": _set(shape=[4.0, 3.0]),
    "tensors_wrong_type": _set(dtype="F64"),
    "tensors_unknown_type": _set(dtype="O"),
    "tensors_text_type": _set(dtype=["F32"]),
    "tensors_duplicate": tensors(_repeated),
    "tensors_depth": tensors(lambda h: b"[" * 100_000),
    "tensors_list": tensors(lambda h: b"[]"),
    "tensors_nan": tensors(lambda h: b"NaN"),
    "tensors_parent_name": tensors(lambda h: h.update({"../../x": h.pop(KERNEL)})),
    "tensors_huge_number": tensors(lambda h: b'{"a": ' + b"9" * 10_000 + b"}"),
    "tensors_empty": lambda path, good: path.write_bytes(b""),
    "tensors_pickle": lambda path, good: path.write_bytes(b"\x80\x04cos\nsystem\n."),
}


# --- shards -------------------------------------------------------------------------


def shards(table: Any, *, link: str = "", pipe: str = "") -> Any:
    def make(path: Path, good: Good) -> None:
        (path.parent / "m_00000.weights.h5").write_bytes(good.weights)
        text = json.dumps(table).replace("{outside}", str(good.outside))
        path.write_text(text, encoding="utf-8")
        if link:
            (path.parent / link).symlink_to(good.outside / "secret.h5")
        if pipe:
            os.mkfifo(path.parent / pipe)

    return make


def index(*names: Any) -> Any:
    return {"metadata": {"total_size": 60}, "weight_map": {"/layers/dense/vars": names}}


SHARDS: dict[str, Any] = {
    "shards_parent": shards(index("../../outside/secret.h5")),
    "shards_absolute": shards(index("{outside}/secret.h5")),
    "shards_backslash": shards(index("..\\secret.h5")),
    "shards_nul": shards(index("m_00000.weights.h5\0.h5")),
    "shards_link": shards(index("x.h5"), link="x.h5"),
    "shards_pipe": shards(index("x.h5"), pipe="x.h5"),
    "shards_folder": shards(index("..h5")),
    "shards_itself": shards(index("m.weights.json")),
    "shards_unhashable": shards(index(["m_00000.weights.h5"])),
    "shards_numbers": shards(index(7)),
    "shards_list": shards([]),
    "shards_many": shards(index(*(f"{i}.h5" for i in range(20_000)))),
    "shards_long_name": shards(index("x" * 5000 + ".h5")),
}


# --- other files --------------------------------------------------------------------


def npy(path: Path, good: Good) -> None:
    """An array of petabytes in a file of a hundred bytes."""
    head = "{'descr': '<f4', 'fortran_order': False, 'shape': (1125899906842624,)}\n"
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
    )


def npz(path: Path, good: Good) -> None:
    member = path.with_suffix(".npy")
    npy(member, good)
    pack(path, {"arr_0.npy": member.read_bytes()})


def objects(path: Path, good: Good) -> None:
    import pickle

    from tests.files.hostile.configs import Trap

    head = "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n"
    body = pickle.dumps([Trap(good.outside / "canary")])
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head))
    path.write_bytes(start + head.encode() + body)


OTHERS: dict[str, tuple[str, Any]] = {
    "npy_header": ("m.npy", npy),
    "npz_header": ("m.npz", npz),
    "npy_objects": ("m.npy", objects),
    "pickle": ("m.pkl", lambda path, good: path.write_bytes(b"\x80\x04cos\nsystem\n.")),
    "pickle_called_keras": (
        "m.keras",
        lambda path, good: path.write_bytes(b"\x80\x04cos\nsystem\n."),
    ),
    "yaml_called_h5": (
        "m.h5",
        lambda path, good: path.write_text("!!python/object/apply:os.system [ls]"),
    ),
    "empty": ("m.keras", lambda path, good: path.write_bytes(b"")),
    "truncated_h5": (
        "m.weights.h5",
        lambda path, good: path.write_bytes(good.weights[:700]),
    ),
    "pipe": ("m.keras", lambda path, good: os.mkfifo(path)),
    "device": ("m.keras", lambda path, good: path.symlink_to("/dev/zero")),
}
