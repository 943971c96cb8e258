"""A file is data: what could reach outside of it, or run, is refused."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest

from keryx import layers, models, saving
from keryx._core.errors import FileError, UnknownNameError

KERNEL = "layers/dense/vars/0"


def make_model():
    return models.Sequential([layers.Input((4,)), layers.Dense(3)])


@pytest.fixture
def model():
    return make_model()


def replace_kernel(path, write):
    """Writes the weights of a model, with something else in the kernel's place."""
    make_model().save_weights(path)
    with h5py.File(path, "a") as file:
        del file[KERNEL]
        write(file)


def external_link(file):
    file[KERNEL] = h5py.ExternalLink("other.h5", "/x")


def soft_link(file):
    file[KERNEL] = h5py.SoftLink("/layers/dense/vars/1")


def external_storage(file):
    outside = [("/etc/hostname", 0, h5py.h5f.UNLIMITED)]
    file.create_dataset(KERNEL, (4, 3), "f4", external=outside)


def virtual(file):
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(4, 3))
    file.create_virtual_dataset(KERNEL, layout)


def cycle(file):
    file["layers/dense/loop"] = file["layers"]


def text(file):
    file.create_dataset(KERNEL, data=np.full((4, 3), "x", dtype=object))


def raw_bytes(file):
    file.create_dataset(KERNEL, data=np.zeros((4, 3), "V2"))


def false_name_of_a_type(file):
    raw_bytes(file)
    file[KERNEL].attrs["dtype"] = "object"


def huge_chunk(file):
    file.create_dataset(
        KERNEL, (4, 3), "f4", maxshape=(None, None), chunks=(2**13, 2**13)
    )


def huge(file):
    file.create_dataset(KERNEL, (2**40, 2**20), "f4", chunks=(64, 64))


def complex_numbers(file):
    file[KERNEL] = np.zeros((4, 3), "c8")


def a_group(file):
    file.create_group(KERNEL)


HOSTILE = [
    (external_link, "a link to another place"),
    (soft_link, "a link to another place"),
    (external_storage, "in another file"),
    (virtual, "in another file"),
    (cycle, "a group that occurs twice"),
    (text, "elements of type object"),
    (raw_bytes, "elements of type"),
    (false_name_of_a_type, "elements of type"),
    (huge_chunk, "chunks larger than itself"),
    (huge, "arrays of 4611686018427387916 bytes in a file of"),
    (complex_numbers, "the model has float32, the file complex64"),
    (a_group, "1 missing"),
]


@pytest.mark.parametrize(
    ("write", "message"), HOSTILE, ids=[write.__name__ for write, _ in HOSTILE]
)
def test_unusual_hdf5_is_refused_unread(write, message, model, tmp_path):
    replace_kernel(tmp_path / "m.weights.h5", write)
    before = model.get_weights()

    with pytest.raises(FileError, match=message):
        model.load_weights(tmp_path / "m.weights.h5")

    np.testing.assert_array_equal(before[0], model.get_weights()[0])


@pytest.mark.parametrize("options", [{"compression": "gzip"}, {"compression": "lzf"}])
def test_usual_compression_is_read(options, model, tmp_path):
    path = tmp_path / "m.weights.h5"
    value = np.ones((4, 3), "f4")
    replace_kernel(path, lambda f: f.create_dataset(KERNEL, data=value, **options))

    model.load_weights(path)

    np.testing.assert_array_equal(model.get_weights()[0], value)


def test_damaged_array_changes_nothing(model, tmp_path):
    path = tmp_path / "m.weights.h5"
    value = np.random.default_rng(0).normal(size=(4, 3)).astype("f4")
    replace_kernel(
        path, lambda f: f.create_dataset(KERNEL, data=value, fletcher32=True)
    )
    content = path.read_bytes()
    assert content.count(value.tobytes()) == 1
    path.write_bytes(content.replace(value.tobytes(), value[::-1].tobytes()))
    before = model.get_weights()

    with pytest.raises(FileError, match="damaged data"):
        model.load_weights(path)

    np.testing.assert_array_equal(before[0], model.get_weights()[0])


@pytest.mark.parametrize(
    "content", [b"", b"not HDF5", b"\x89HDF\r\n\x1a\n" + b"\0" * 64]
)
def test_file_that_is_no_hdf5_is_refused(content, model, tmp_path):
    (tmp_path / "m.weights.h5").write_bytes(content)

    with pytest.raises(FileError, match="expected an HDF5 file"):
        model.load_weights(tmp_path / "m.weights.h5")


# --- archives ---------------------------------------------------------------------


@pytest.fixture
def members(tmp_path):
    """The members of the file of a small model, by name."""
    make_model().save(tmp_path / "good.keras")
    with zipfile.ZipFile(tmp_path / "good.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_archive(path, members, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_archive_written_by_another_tool_is_read(members, tmp_path):
    path = write_archive(
        tmp_path / "m.keras", members, compression=zipfile.ZIP_DEFLATED
    )

    assert saving.load_model(path).count_params() == 15


ARCHIVES = [
    ({"../evil": b"x"}, "an archive of metadata.json, config.json"),
    ({"config.json": None}, "an archive of metadata.json, config.json"),
    ({"config.json": b"{"}, "expected JSON"),
    ({"config.json": b"[" * 100_000}, "expected JSON"),
    ({"config.json": b"[]"}, "but got a list"),
    ({"config.json": b"{}"}, "but got a dict"),
    ({"config.json": b'{"class_name": "Dense", "config": {"units": 2}}'}, "a Dense"),
    ({"config.json": b'{"class_name": "Dense", "config": 3}'}, "configuration of a"),
    ({"config.json": b'{"class_name": "__tuple__", "config": {}}'}, "KeyError"),
    ({"model.weights.h5": b"x"}, "expected an HDF5 file"),
]


@pytest.mark.parametrize(("change", "message"), ARCHIVES)
def test_unusual_archive_is_refused(change, message, members, tmp_path):
    changed = {k: v for k, v in {**members, **change}.items() if v is not None}
    path = write_archive(tmp_path / "m.keras", changed)

    with pytest.raises(FileError, match=message):
        saving.load_model(path)


def test_no_archive_at_all_is_refused(tmp_path):
    (tmp_path / "m.keras").write_bytes(b"not a zip archive")

    with pytest.raises(FileError, match="expected a zip archive"):
        saving.load_model(tmp_path / "m.keras")


def test_archive_that_inflates_without_end_is_refused(members, tmp_path):
    bomb = {**members, "model.weights.h5": bytes(200 * 2**20)}
    path = write_archive(tmp_path / "m.keras", bomb, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**20

    with pytest.raises(FileError, match="expected at most"):
        saving.load_model(path)


def test_changed_bytes_are_noticed(members, tmp_path):
    path = write_archive(tmp_path / "m.keras", members)
    content = path.read_bytes()
    weights = members["model.weights.h5"]
    path.write_bytes(content.replace(weights, weights[:-1] + b"!"))

    with pytest.raises(FileError, match="undamaged data"):
        saving.load_model(path)


NAMES = [
    ("os", "system"),
    ("builtins", "eval"),
    ("subprocess", "Popen"),
    ("keras.src.utils.file_utils", "copy"),
    ("keryx._core.files", "replacing"),
]


@pytest.mark.parametrize(("module", "name"), NAMES)
@pytest.mark.parametrize("kind", ["class", "function"])
def test_nothing_is_imported_by_a_name_in_a_file(kind, module, name, members, tmp_path):
    own = {"class_name": name, "config": {"args": ["true"]}, "registered_name": name}
    function = {"class_name": "function", "config": name, "registered_name": "function"}
    data = json.loads(members["config.json"])
    row = {"module": module, **(own if kind == "class" else function)}
    data["config"]["layers"][1]["config"]["activation"] = row
    changed = {**members, "config.json": json.dumps(data)}

    with pytest.raises(UnknownNameError, match=f"'{name}' is not known"):
        saving.load_model(write_archive(tmp_path / "m.keras", changed))


@pytest.mark.parametrize("safe_mode", [True, False])
def test_code_in_a_file_is_never_run(safe_mode, members, tmp_path):
    code = {"class_name": "__lambda__", "config": {"value": ["4wEA", None, None]}}
    data = json.loads(members["config.json"])
    data["config"]["layers"][1]["config"]["activation"] = code
    changed = {**members, "config.json": json.dumps(data)}

    with pytest.raises(FileError, match="code"):
        saving.load_model(
            write_archive(tmp_path / "m.keras", changed), safe_mode=safe_mode
        )


def test_unknown_setting_is_dropped_only_if_it_says_nothing(members, tmp_path):
    data = json.loads(members["config.json"])
    settings = data["config"]["layers"][1]["config"]
    settings["quantization_config"] = None
    good = write_archive(
        tmp_path / "good.keras", {**members, "config.json": json.dumps(data)}
    )
    settings["quantization_config"] = {"mode": "int8"}
    bad = write_archive(
        tmp_path / "bad.keras", {**members, "config.json": json.dumps(data)}
    )

    assert saving.load_model(good).count_params() == 15
    with pytest.raises(TypeError, match="quantization_config"):
        saving.load_model(bad)


def test_file_of_an_older_version_restores_states_of_generators(tmp_path):
    model = models.Sequential(
        [layers.Input((4,)), layers.Dense(2), layers.Dropout(0.5)]
    )
    model.save_weights(tmp_path / "m.weights.h5")
    with h5py.File(tmp_path / "m.weights.h5", "a") as file:
        state = np.array([7, 9], "uint32")
        file["layers/dropout/seed_generator/vars/0"] = state
        file["metrics/mean/vars/0"] = np.zeros(())

    model.load_weights(tmp_path / "m.weights.h5")

    generator = [v for v in model.variables if v.dtype == "uint32"][0]
    np.testing.assert_array_equal(generator.numpy(), state)


def test_file_objects_of_python_serve_as_files():
    from keryx.saving import _weights_h5

    model, other, file = make_model(), make_model(), io.BytesIO()
    _weights_h5.write(model, file)
    file.seek(0)

    _weights_h5.read(other, file, "memory")

    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])
