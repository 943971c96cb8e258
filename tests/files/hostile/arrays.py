"""Hostile HDF5: changes to the file of a small model's weights.

Each takes the open file, the path of the kernel in it, and the folder of secrets.
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

SECRET = 12345.678
SHAPE = (4, 3)


def replaced(file: Any, kernel: str) -> None:
    del file[kernel]


def external_storage(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    place = [(str(outside / "secret.bin"), 0, h5py.h5f.UNLIMITED)]
    file.create_dataset(kernel, SHAPE, "f4", external=place)


def external_storage_relative(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file.create_dataset(
        kernel, SHAPE, "f4", external=[("../../outside/secret.bin", 0, 48)]
    )


def external_link(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = h5py.ExternalLink(str(outside / "secret.h5"), "/x")


def external_link_relative(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = h5py.ExternalLink("../../outside/secret.h5", "/x")


def external_group(file: Any, kernel: str, outside: Path) -> None:
    group = kernel.rpartition("/")[0]
    del file[group]
    file[group] = h5py.ExternalLink(str(outside / "secret.h5"), "/group")


def external_top(file: Any, kernel: str, outside: Path) -> None:
    top = kernel.split("/")[0]
    del file[top]
    file[top] = h5py.ExternalLink(str(outside / "secret.h5"), f"/{top}")


def external_beside(file: Any, kernel: str, outside: Path) -> None:
    file["more"] = h5py.ExternalLink(str(outside / "secret.h5"), "/x")


def soft_link(file: Any, kernel: str, outside: Path) -> None:
    file["elsewhere"] = np.full(SHAPE, 1, "f4")
    replaced(file, kernel)
    file[kernel] = h5py.SoftLink("/elsewhere")


def soft_group(file: Any, kernel: str, outside: Path) -> None:
    group = kernel.rpartition("/")[0]
    file.move(group, "elsewhere")
    file[group] = h5py.SoftLink("/elsewhere")


def soft_dangling(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = h5py.SoftLink("/nowhere")


def soft_self(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = h5py.SoftLink(f"/{kernel}")


def user_defined_link(file: Any, kernel: str, outside: Path) -> None:
    """A link of a class that HDF5 leaves to users: an external one, renumbered."""
    external_link(file, kernel, outside)


def renumber_link(content: bytes) -> bytes:
    """Changes the class of an external link (64) to a user's (200)."""
    at = content.find(b"\x00secret.h5") if b"\x00secret.h5" in content else -1
    at = content.find(b"secret.h5") if at < 0 else at
    back = content.rfind(b"\x40", 0, at)
    return content[:back] + b"\xc8" + content[back + 1 :]


def virtual(source: str) -> Any:
    def change(file: Any, kernel: str, outside: Path) -> None:
        replaced(file, kernel)
        layout = h5py.VirtualLayout(SHAPE, "f4")
        place = source.replace("{outside}", str(outside))
        layout[:] = h5py.VirtualSource(place, "x", shape=SHAPE)
        file["x"] = np.full(SHAPE, 1, "f4")
        file.create_virtual_dataset(kernel, layout)

    return change


def bomb(shape: tuple[int, ...], **options: Any) -> Any:
    def change(file: Any, kernel: str, outside: Path) -> None:
        replaced(file, kernel)
        file.create_dataset(kernel, shape, "f4", **options)

    return change


def many_bombs(file: Any, kernel: str, outside: Path) -> None:
    """Many arrays of 3.9 GiB each, of which nothing is stored."""
    for i in range(40):
        file.create_dataset(f"more/{i}", (2**20 - 2**14, 1024), "f4", chunks=(64, 64))


def never_written(file: Any, kernel: str, outside: Path) -> None:
    """An array of 2 GiB whose chunks were never written."""
    file.create_dataset("more/0", (2**19, 1024), "f4", chunks=(64, 64))


def cycle(file: Any, kernel: str, outside: Path) -> None:
    group = kernel.rpartition("/")[0]
    file[f"{group}/loop"] = file["/"]


def cycle_below(file: Any, kernel: str, outside: Path) -> None:
    top = kernel.split("/")[0]
    file[f"{top}/loop"] = file[top]


def twice(file: Any, kernel: str, outside: Path) -> None:
    """One array under two names."""
    file["more"] = file[kernel]


def deep(file: Any, kernel: str, outside: Path) -> None:
    group = file
    for _ in range(400):
        group = group.create_group("g")


def crowded(file: Any, kernel: str, outside: Path) -> None:
    for i in range(800):
        file.create_group(f"more/{i}")


def huge_attribute(file: Any, kernel: str, outside: Path) -> None:
    top = file[kernel.split("/")[0]]
    for name in ("name", "weight_names", "layer_names"):
        top.attrs[name] = np.zeros(60_000, "S1")
    file.attrs["layer_names"] = np.zeros((1,), "S60000")


def odd_attributes(file: Any, kernel: str, outside: Path) -> None:
    group = file[kernel.rpartition("/")[0]]
    group.attrs["name"] = np.zeros((2, 2))
    group.attrs["weight_names"] = h5py.Empty("f4")
    group.attrs["dtype"] = group.ref


def references(file: Any, kernel: str, outside: Path) -> None:
    reference = file["/"].ref
    replaced(file, kernel)
    data = np.full(SHAPE, reference, h5py.ref_dtype)
    file.create_dataset(kernel, SHAPE, h5py.ref_dtype, data=data)


def region_references(file: Any, kernel: str, outside: Path) -> None:
    region = file[kernel].regionref[:]
    file.create_dataset("more", (1,), h5py.regionref_dtype)[0] = region


def text(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file.create_dataset(kernel, data=np.full(SHAPE, "x", object))


def ragged(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file.create_dataset(kernel, SHAPE, h5py.vlen_dtype("f4"))


def compound(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file.create_dataset(kernel, SHAPE, np.dtype([("a", "f4"), ("b", "i4")]))


def inner_array(file: Any, kernel: str, outside: Path) -> None:
    """Elements that are arrays themselves: 4 GiB each."""
    replaced(file, kernel)
    kind = h5py.h5t.array_create(h5py.h5t.IEEE_F32LE, (2**15, 2**15))
    space = h5py.h5s.create_simple(SHAPE)
    h5py.h5d.create(file.id, b"x", kind, space)
    file.move("x", kernel)


def raw_bytes(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file.create_dataset(kernel, data=np.zeros(SHAPE, "V2"))
    file[kernel].attrs["dtype"] = "object"


def named_type(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = np.dtype("f4")


def no_shape(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    file[kernel] = h5py.Empty("f4")


def unknown_filter(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    steps = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    steps.set_chunk(SHAPE)
    steps.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (1,))
    space = h5py.h5s.create_simple(SHAPE)
    h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, space, steps)
    file.move("x", kernel)


def huge_chunk(file: Any, kernel: str, outside: Path) -> None:
    replaced(file, kernel)
    chunks = (2**14, 2**13)
    file.create_dataset(kernel, SHAPE, "f4", maxshape=(None, None), chunks=chunks)


def names_with_slashes(file: Any, kernel: str, outside: Path) -> None:
    if "layer_names" in file.attrs:
        file.attrs["layer_names"] = [b"../../outside", b"/dense", b"dense/../dense"]
    group = file[kernel.rpartition("/")[0]]
    group.attrs["weight_names"] = [b"../../../kernel", b"/etc/passwd"]
    group.attrs["name"] = "../../../../outside/x"


def strange_group_names(file: Any, kernel: str, outside: Path) -> None:
    for name in ("..", "...", "..\\x", "a\u2215b", "x" * 5000, "\udcff"):
        group = file.id
        h5py.h5g.create(group, name.encode(errors="surrogateescape"))


CHANGES: dict[str, Any] = {
    **{f.__name__: f for f in (
        external_storage, external_storage_relative, external_link,
        external_link_relative, external_group, external_top, external_beside,
        soft_link, soft_group, soft_dangling, soft_self, user_defined_link,
        many_bombs, never_written, cycle, cycle_below, twice, deep, crowded,
        huge_attribute, odd_attributes, references, region_references, text, ragged,
        compound, inner_array, raw_bytes, named_type, no_shape, unknown_filter,
        huge_chunk, names_with_slashes, strange_group_names,
    )},
    "virtual_absolute": virtual("{outside}/secret.h5"),
    "virtual_relative": virtual("../../outside/secret.h5"),
    "virtual_missing": virtual("/nowhere/missing.h5"),
    "virtual_self": virtual("."),
    "bomb_petabytes": bomb((50_000_000, 50_000_000), compression="gzip"),
    "bomb_contiguous": bomb((2**31, 2**20)),
    "bomb_overflow": bomb((2**32, 2**32, 3), chunks=(8, 8, 1)),
    "bomb_ranks": bomb((2,) * 32, chunks=(1,) * 32),
}  # fmt: skip
