"""Texts of variable length in damaged HDF5 files, which the library reads for ever."""

import io
import struct
import subprocess
import sys

import h5py
import numpy as np
import pytest

from keryx._core.errors import FileError
from keryx.saving import _h5, _h5_heap

HEAD, FIRST = 16, 304  # bytes of a header, and of the first text below


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "x" * 300
        file.attrs["keras_version"] = "2.4.0"
        file["a"] = np.arange(3.0)
    return path


def damaged(path, place, number, form="<Q"):
    """Writes a number at a place of the file's heap."""
    raw = bytearray(path.read_bytes())
    struct.pack_into(form, raw, raw.find(b"GCOL") + place, number)
    path.write_bytes(raw)


FREE = HEAD + HEAD + FIRST + HEAD + 8
HANGING = {
    "free space of no size": [(FREE + 8, 0)],
    "free space smaller than its header": [(FREE + 8, 8)],
    "text of negative size": [(HEAD + 8, 2**64 - 16)],
}


@pytest.mark.parametrize("changes", HANGING.values(), ids=HANGING)
def test_a_file_that_the_library_never_finishes_is_refused(path, changes):
    for change in changes:
        damaged(path, *change)
    code = (
        "import sys; from keryx.models import load_model\n"
        "from keryx._core.errors import FileError\n"
        "try: load_model(sys.argv[1])\n"
        "except FileError as error: print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        timeout=100,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "a heap at byte" in done.stdout


def test_such_a_file_of_arrays_elsewhere_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "virtual.h5"
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("other.h5", "a", (3,))
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("x", layout)
    raw = path.read_bytes()
    first = raw.find(b"GCOL") + HEAD
    size = struct.unpack_from("<Q", raw, first + 8)[0]
    damaged(path, HEAD + HEAD + -(-size // 8) * 8 + 8, 0)

    with (
        pytest.raises(FileError, match="a heap at byte"),
        _h5.opened(path, "virtual.h5"),
    ):
        pass


@pytest.mark.parametrize("source", ["path", "bytes"])
def test_an_undamaged_heap_is_read(path, source):
    given = path if source == "path" else io.BytesIO(path.read_bytes())

    with _h5.opened(given, "model.h5") as file:
        assert _h5.text(file, "keras_version", "model.h5") == "2.4.0"
        assert _h5.text(file, "model_config", "model.h5") == "x" * 300


@pytest.mark.parametrize("count", [1, 500, 5000])
def test_heaps_of_any_number_are_whole(tmp_path, count):
    path = tmp_path / "many.h5"
    with h5py.File(path, "w", libver="latest") as file:
        texts = ["t" * (7 * i % 90) for i in range(count)]
        file.create_dataset("t", data=texts, dtype=h5py.string_dtype())

    assert path.read_bytes().count(b"GCOL") >= 1
    assert _h5_heap.damage(path, 8) is None


def test_large_files_are_looked_through_before_a_text_is_read(path, monkeypatch):
    damaged(path, FREE + 8, 0)
    monkeypatch.setattr(_h5, "SMALL", 0)

    with _h5.opened(path, "model.h5") as file:
        assert _h5.contents(file, "model.h5").datasets.keys() == {"a"}
        with pytest.raises(FileError, match="a heap at byte"):
            _h5.text(file, "keras_version", "model.h5")
