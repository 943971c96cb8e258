"""The data sets, from tiny files laid out as the official ones are."""

import gzip
import hashlib
import importlib
import inspect
import io
import json
import os
import pickle
import tarfile
import zipfile

import numpy as np
import pytest

from keryx import datasets
from keryx._core import config
from keryx._core.errors import ArgumentError, FileError, KeryxWarning
from keryx.datasets import _cifar, _npz, _pickle

NAMES = [
    *("boston_housing", "california_housing", "cifar10", "cifar100"),
    *("fashion_mnist", "imdb", "mnist", "reuters"),
]
SPLIT = ("x_train", "y_train", "x_test", "y_test")

pytestmark = pytest.mark.filterwarnings("ignore:.*KERYX_TRUST_LOCAL_DATA")


@pytest.fixture
def random():
    return np.random.RandomState(0)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of kept files, whose content is trusted; there is no network."""

    def refuse(*_, **__):
        raise OSError("no network in this test")

    monkeypatch.setattr("keryx._core.download.fetch", refuse)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("KERYX_TRUST_LOCAL_DATA", "1")
    folder = tmp_path / "datasets"
    folder.mkdir()
    return folder


def texts(random, count, top=60):
    rows = np.empty(count, object)
    for i in range(count):
        rows[i] = [int(word) for word in random.randint(1, top, random.randint(2, 12))]
    return rows


def write_npz(path, **arrays):
    np.savez(path, allow_pickle=True, **arrays)


def keras_module(name, path, monkeypatch):
    """Returns Keras's module of this name, which reads the given file."""
    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", lambda *_, **__: str(path))
    return module


@pytest.mark.parametrize("name", NAMES)
def test_functions_have_the_signatures_of_keras(name):
    import keras

    ours, theirs = getattr(datasets, name), getattr(keras.datasets, name)
    for function in [f for f in dir(theirs) if not f.startswith("_")]:
        expected = inspect.signature(getattr(theirs, function)).parameters.values()
        mine = inspect.signature(getattr(ours, function)).parameters.values()

        # `imdb.load_data` swallows what it does not know.
        assert [(p.name, p.default) for p in mine] == [
            (p.name, p.default) for p in expected if p.kind is not p.VAR_KEYWORD
        ]


def test_modules_are_loaded_when_they_are_used():
    assert dir(datasets) == NAMES
    with pytest.raises(AttributeError, match="has no attribute 'minst'"):
        _ = datasets.minst


def test_mnist_is_the_arrays_of_its_file(home, random):
    shapes = [(5, 28, 28), (5,), (2, 28, 28), (2,)]
    arrays = [random.randint(0, 256, shape).astype("u1") for shape in shapes]
    write_npz(home / "mnist.npz", **dict(zip(SPLIT, arrays, strict=True)))

    (x_train, y_train), (x_test, y_test) = datasets.mnist.load_data()

    for got, expected in zip((x_train, y_train, x_test, y_test), arrays, strict=True):
        np.testing.assert_array_equal(got, expected)
        assert got.dtype == np.uint8
        assert got.flags.writeable


def test_a_file_of_ones_own_is_read_as_it_is(tmp_path, home, monkeypatch):
    monkeypatch.delenv("KERYX_TRUST_LOCAL_DATA")
    x, y = np.zeros((3, 28, 28), "u1"), np.zeros(3, "u1")
    write_npz(tmp_path / "own.npz", x_train=x, y_train=y, x_test=x, y_test=y)

    (x_train, _), _ = datasets.mnist.load_data(tmp_path / "own.npz")

    assert x_train.shape == (3, 28, 28)


@pytest.mark.parametrize("name", ["mnist.pkl.gz", "mnist.pkl"])
def test_pickles_of_old_versions_are_not_read(home, name):
    with pytest.raises(FileError, match="a pickle, as old versions of Keras used"):
        datasets.mnist.load_data(name)


def test_a_copy_that_differs_is_used_only_if_trusted(home, monkeypatch):
    x, y = np.zeros((3, 28, 28), "u1"), np.zeros(3, "u1")
    write_npz(home / "mnist.npz", x_train=x, y_train=y, x_test=x, y_test=y)

    with pytest.warns(KeryxWarning, match="whose digest is not the expected sha256"):
        datasets.mnist.load_data()
    monkeypatch.setenv("KERYX_TRUST_LOCAL_DATA", "0")
    with pytest.raises(FileError, match="set the environment variable KERYX_TRUST"):
        datasets.mnist.load_data()


def write_idx(path, array):
    head = np.array([0x800 + array.ndim, *array.shape], ">u4").tobytes()
    path.write_bytes(gzip.compress(head + array.tobytes()))


@pytest.fixture
def fashion(home, random):
    folder = home / "fashion-mnist"
    folder.mkdir()
    for part, count in (("train", 4), ("t10k", 3)):
        images = random.randint(0, 256, (count, 28, 28)).astype("u1")
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
        labels = np.arange(count, dtype="u1")
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    return folder


def test_fashion_mnist_is_the_arrays_of_its_files(fashion):
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist.load_data()

    raw = gzip.decompress((fashion / "t10k-images-idx3-ubyte.gz").read_bytes())
    np.testing.assert_array_equal(x_test.ravel(), np.frombuffer(raw, "u1")[16:])
    assert x_train.shape == (4, 28, 28)
    assert y_train.tolist() == [0, 1, 2, 3]
    assert y_test.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b""),
        gzip.compress(np.array([0x803, 4, 28, 28], ">u4").tobytes()),
        gzip.compress(np.array([0x803, 2**31, 2**31, 28], ">u4").tobytes()),
        gzip.compress(np.array([0x801, 4, 28, 28], ">u4").tobytes() + b"1234"),
    ],
    ids=["plain", "empty", "cut", "huge", "labels"],
)
def test_damaged_idx_files_are_refused(fashion, content):
    (fashion / "train-images-idx3-ubyte.gz").write_bytes(content)

    with pytest.raises(FileError, match="expected the arrays of this data set"):
        datasets.fashion_mnist.load_data()


@pytest.mark.parametrize("test_split", [0.2, 0.0, 0.55])
@pytest.mark.parametrize("seed", [113, 5])
@pytest.mark.parametrize(
    ("name", "width", "options"),
    [
        ("boston_housing", 13, {}),
        ("california_housing", 9, {}),
        ("california_housing", 9, {"version": "small"}),
    ],
)
def test_housing_is_split_as_in_keras(
    home, random, monkeypatch, name, width, options, seed, test_split
):
    path = home / f"{name}.npz"
    write_npz(path, x=random.rand(610, width), y=random.rand(610))
    options = {**options, "seed": seed, "test_split": test_split}

    got = getattr(datasets, name).load_data(**options)

    expected = keras_module(name, path, monkeypatch).load_data(**options)
    for part, keras_part in zip(got, expected, strict=True):
        for array, keras_array in zip(part, keras_part, strict=True):
            np.testing.assert_array_equal(array, keras_array)


@pytest.mark.parametrize("name", ["boston_housing", "california_housing", "reuters"])
@pytest.mark.parametrize("share", [1.0, -0.1])
def test_shares_that_leave_no_training_rows_are_errors(name, share):
    with pytest.raises(ArgumentError, match="test_split"):
        getattr(datasets, name).load_data(test_split=share)


OPTIONS = [
    {},
    {"num_words": 20},
    {"num_words": 20, "oov_char": None},
    {"skip_top": 8},
    {"skip_top": 8, "num_words": 30, "oov_char": 77},
    {"maxlen": 7},
    {"maxlen": 7, "start_char": None},
    {"start_char": None, "index_from": 0},
    {"start_char": 5, "index_from": 10, "seed": 4},
    {"num_words": 1000, "skip_top": 3, "maxlen": 9, "oov_char": None, "seed": 0},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_imdb_numbers_words_as_keras_does(home, random, monkeypatch, options):
    labels = [random.randint(0, 2, count) for count in (12, 9)]
    arrays = (texts(random, 12), labels[0], texts(random, 9), labels[1])
    path = home / "imdb.npz"
    write_npz(path, **dict(zip(SPLIT, arrays, strict=True)))

    got = datasets.imdb.load_data(**options)

    expected = keras_module("imdb", path, monkeypatch).load_data(**options)
    for (x, y), (keras_x, keras_y) in zip(got, expected, strict=True):
        assert x.tolist() == keras_x.tolist()
        np.testing.assert_array_equal(y, keras_y)
        assert y.dtype == keras_y.dtype
        assert {type(word) for row in x for word in row} <= {int}


@pytest.mark.parametrize("options", [*OPTIONS, {"test_split": 0.5}], ids=str)
def test_reuters_numbers_words_as_keras_does(home, random, monkeypatch, options):
    path = home / "reuters.npz"
    write_npz(path, x=texts(random, 15), y=random.randint(0, 46, 15))

    got = datasets.reuters.load_data(**options)

    expected = keras_module("reuters", path, monkeypatch).load_data(**options)
    for (x, y), (keras_x, keras_y) in zip(got, expected, strict=True):
        assert x.tolist() == keras_x.tolist()
        np.testing.assert_array_equal(y, keras_y)


@pytest.mark.parametrize("oov", [2, None], ids=str)
def test_words_are_left_out_by_the_rule(home, oov):
    rows = np.empty(1, object)
    rows[0] = [1, 2, 3, 4, 5, 6]
    write_npz(home / "reuters.npz", x=rows, y=np.array([3]))

    (x, _), _ = datasets.reuters.load_data(
        num_words=8, skip_top=5, oov_char=oov, test_split=0.0
    )

    # 1 begins the text and is below 5; the ranks are raised by 3: 4 5 6 7 8 9.
    assert x[0] == ([2, 2, 5, 6, 7, 2, 2] if oov else [5, 6, 7])


def test_texts_of_one_length_stay_lists(home):
    rows = np.empty(3, object)
    rows[:] = [[1, 2], [3, 4], [5, 6]]
    y = np.arange(3)
    write_npz(home / "imdb.npz", x_train=rows, y_train=y, x_test=rows, y_test=y)

    (x_train, _), _ = datasets.imdb.load_data()

    assert x_train.shape == (3,)
    assert isinstance(x_train[0], list)


def test_maxlen_that_drops_all_texts_is_an_error(home, random):
    write_npz(home / "reuters.npz", x=texts(random, 5), y=np.arange(5))

    with pytest.raises(ArgumentError, match="maxlen"):
        datasets.reuters.load_data(maxlen=2)


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_word_index_is_that_of_its_file(home, name):
    (home / f"{name}_word_index.json").write_text(json.dumps({"thé": 1, "film": 2}))

    assert getattr(datasets, name).get_word_index() == {"thé": 1, "film": 2}


@pytest.mark.parametrize(
    "content", ["[1]", '{"a": "b"}', "{", '{"a": NaN}', "[" * 9999]
)
def test_damaged_word_index_is_refused(home, content):
    (home / "imdb_word_index.json").write_text(content)

    with pytest.raises(FileError, match="imdb_word_index"):
        datasets.imdb.get_word_index()


def test_label_names_are_those_of_keras():
    import keras

    assert (
        datasets.reuters.get_label_names() == keras.datasets.reuters.get_label_names()
    )


def cifar_batch(random, count, classes=10, key=b"labels"):
    return {
        b"data": random.randint(0, 256, (count, 3072)).astype("u1"),
        key: [int(label) for label in random.randint(0, classes, count)],
        b"filenames": [b"a.png"] * count,
        b"batch_label": b"a batch",
    }


def write_batches(folder, batches, protocol=4):
    folder.mkdir(parents=True)
    for name, batch in batches.items():
        (folder / name).write_bytes(pickle.dumps(batch, protocol=protocol))


@pytest.fixture
def cifar_batches(random):
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    return {name: cifar_batch(random, 2) for name in names}


@pytest.mark.parametrize(
    "place", ["cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py"]
)
def test_cifar10_is_found_in_both_places(home, cifar_batches, place):
    write_batches(home / place, cifar_batches)

    (x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()

    assert x_train.shape == (10, 32, 32, 3)
    assert y_train.shape == (10, 1)
    assert x_train.dtype == y_train.dtype == y_test.dtype == np.uint8
    flat = cifar_batches["test_batch"][b"data"]
    assert x_test[1, 4, 7, 2] == flat[1, 2 * 1024 + 4 * 32 + 7]
    assert y_test.ravel().tolist() == cifar_batches["test_batch"][b"labels"]


@pytest.mark.parametrize(
    "name",
    [
        "cifar-10-batches-py.tar.gz",
        "cifar-10-python.tar.gz",
        "cifar-10-batches-py-target_archive",
    ],
)
def test_cifar10_is_unpacked_where_keras_has_it(
    home, tmp_path, monkeypatch, cifar_batches, name
):
    monkeypatch.delenv("KERYX_TRUST_LOCAL_DATA")
    write_batches(tmp_path / "cifar-10-batches-py", cifar_batches)
    with tarfile.open(home / name, "w:gz") as packed:
        packed.add(tmp_path / "cifar-10-batches-py", "cifar-10-batches-py")
    digest = hashlib.sha256((home / name).read_bytes()).hexdigest()
    monkeypatch.setattr(datasets.cifar10, "DIGEST", digest)

    (x_train, _), _ = datasets.cifar10.load_data()

    assert len(x_train) == 10
    assert (home / "cifar-10-batches-py-target/cifar-10-batches-py").is_dir()


def test_unchecked_folder_is_used_only_if_trusted(home, cifar_batches, monkeypatch):
    write_batches(home / "cifar-10-batches-py", cifar_batches)
    monkeypatch.delenv("KERYX_TRUST_LOCAL_DATA")

    with pytest.raises(FileError, match="KERYX_TRUST_LOCAL_DATA"):
        datasets.cifar10.load_data()


@pytest.mark.parametrize(("mode", "classes"), [("fine", 100), ("coarse", 20)])
def test_cifar100_has_two_kinds_of_labels(home, random, mode, classes):
    batches = {}
    for name in ("train", "test"):
        batches[name] = cifar_batch(random, 6, 100, b"fine_labels")
        batches[name] |= cifar_batch(random, 6, 20, b"coarse_labels")
    write_batches(home / "cifar-100-python", batches)

    (_, y_train), (_, y_test) = datasets.cifar100.load_data(mode.upper())

    key = f"{mode}_labels".encode()
    assert y_train.ravel().tolist() == batches["train"][key]
    assert y_test.ravel().tolist() == batches["test"][key]
    assert y_test.dtype == np.int64


def test_unknown_label_mode_is_an_error():
    with pytest.raises(ArgumentError, match="Did you mean 'coarse'"):
        datasets.cifar100.load_data("corse")


def test_channels_come_first_if_the_configuration_says_so(
    home, cifar_batches, monkeypatch
):
    write_batches(home / "cifar-10-batches-py", cifar_batches)
    monkeypatch.setattr(config, "image_data_format", lambda: "channels_first")

    _, (x_test, _) = datasets.cifar10.load_data()

    flat = cifar_batches["test_batch"][b"data"]
    np.testing.assert_array_equal(x_test, flat.reshape(-1, 3, 32, 32))


def python2_pickle(pixels, labels):
    """Returns a batch as Python 2 wrote the official files, by hand."""

    def text(value):
        return b"T" + len(value).to_bytes(4, "little") + value

    shape = b"(" + b"".join(b"M" + n.to_bytes(2, "little") for n in pixels.shape) + b"t"
    dtype = b"cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNNJ" + b"\xff" * 4
    dtype += b"J" + b"\xff" * 4 + b"K\x00tb"
    array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
    array += b"(K\x01" + shape + dtype + b"\x89" + text(pixels.tobytes()) + b"tb"
    numbers = b"](" + b"".join(b"K" + bytes([n]) for n in labels) + b"e"
    return b"\x80\x02}q\x01(U\x04data" + array + b"U\x06labels" + numbers + b"u."


def test_pickles_of_python_2_are_read(random):
    pixels = random.randint(0, 256, (300, 3072)).astype("u1")

    batch = _pickle.load(python2_pickle(pixels, [3] * 300), "batch")

    np.testing.assert_array_equal(batch[b"data"], pixels)
    assert batch[b"labels"] == [3] * 300


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_pickles_are_read_as_python_does(random, protocol):
    value = {b"a": [1, -2, 300, 70000, 2**40, -(2**70)], b"b": [b"x", "ü", 1.5, None]}
    value[b"c"] = {b"d": [True, False, (), (1,), (1, 2, 3)], b"e": b"y" * 70000}

    assert _pickle.load(pickle.dumps(value, protocol=protocol), "x") == value


@pytest.mark.parametrize("dtype", ["u1", ">i2", "<i8", "f4", "f8", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pickled_arrays_are_read(random, dtype, order):
    array = np.asarray(random.randint(0, 2, (2, 3)), dtype, order)

    got = _pickle.load(pickle.dumps(array, protocol=4), "x")

    np.testing.assert_array_equal(got, array)
    assert got.dtype == array.dtype


class Canary:
    """Makes a pickle that would write a file, were it run."""

    def __init__(self, call, *args):
        self.pair = call, args

    def __reduce__(self):
        return self.pair


def raw_array(state):
    """Returns a pickled array with another state."""
    head = b"\x80\x04cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n"
    return head + b"K\x00\x85C\x01btR" + state + b"b."


TYPE_U1 = b"cnumpy\ndtype\n(U\x02u1tR"
HOSTILE = {
    "system": lambda canary: pickle.dumps(Canary(os.system, f"touch {canary}")),
    "eval": lambda canary: pickle.dumps(Canary(eval, f"open({str(canary)!r}, 'w')")),
    "protocol 0": lambda canary: pickle.dumps(
        Canary(os.system, f"touch {canary}"), protocol=0
    ),
    "old instance": lambda canary: (
        b"(S'touch %s'\nios\nsystem\n." % str(canary).encode()
    ),
    "old object": lambda canary: b"(cos\nsystem\nU\x01xo.",
    "new object": lambda canary: b"\x80\x02cnumpy\nndarray\n)\x81.",
    "in a list": lambda canary: pickle.dumps(
        {b"data": [Canary(os.system, f"touch {canary}")]}
    ),
    "numpy's own": lambda canary: pickle.dumps(Canary(np.save, str(canary), [1])),
    "dotted name": lambda canary: b"\x80\x04\x8c\x05numpy\x8c\x0bsave.system\x93.",
    "another class": lambda canary: (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\nK\x00\x85U\x01btR."
    ),
    "outside": lambda canary: b"\x80\x02U\x01xQ.",
    "extension": lambda canary: b"\x80\x02\x82\x01.",
    "many notes": lambda canary: b"\x80\x02Nr\xff\xff\xff\x7f.",
    "long text": lambda canary: b"\x80\x04\x8e" + (2**60).to_bytes(8, "little") + b"x.",
    "large array": lambda canary: raw_array(
        b"(K\x01J\xff\xff\xff\x7f\x85" + TYPE_U1 + b"\x89C\x01xt"
    ),
    "negative array": lambda canary: raw_array(
        b"(K\x01J\xff\xff\xff\xff\x85" + TYPE_U1 + b"\x89C\x01xt"
    ),
    "no type": lambda canary: raw_array(b"(K\x01K\x01\x85N\x89C\x01xt"),
    "strange type": lambda canary: b"cnumpy\ndtype\n(U\x05V9999tR.",
    "parts of a type": lambda canary: TYPE_U1 + b"(K\x03U\x01|]NNtb.",
    "state of a name": lambda canary: (
        b"cnumpy.core.multiarray\n_reconstruct\n}U\x01aK\x00sb."
    ),
    "empty": lambda canary: b"",
    "no end": lambda canary: b"\x80\x02N",
    "cut": lambda canary: pickle.dumps({b"data": b"x" * 300})[:200],
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_pickles_are_refused(tmp_path, make):
    canary = tmp_path / "canary"

    with pytest.raises(FileError, match="nothing in it was run"):
        _pickle.load(make(canary), "batch")

    assert not canary.exists()


def test_hostile_batches_are_refused(home, tmp_path, cifar_batches):
    canary = tmp_path / "canary"
    cifar_batches["data_batch_3"] = Canary(os.system, f"touch {canary}")
    write_batches(home / "cifar-10-batches-py", cifar_batches)

    with pytest.raises(FileError, match="data_batch_3"):
        datasets.cifar10.load_data()

    assert not canary.exists()


@pytest.mark.parametrize(
    "batch",
    [
        [],
        {},
        {b"data": 3, b"labels": [1]},
        {b"data": np.zeros((2, 3072), "u1"), b"labels": [1]},
        {b"data": np.zeros((1, 3072), "f4"), b"labels": [1]},
        {b"data": np.zeros((1, 3072), "u1"), b"labels": [100]},
        {b"data": np.zeros((1, 3072), "u1"), b"labels": [b"a"]},
    ],
    ids=["list", "empty", "number", "rows", "floats", "class", "text"],
)
def test_batches_of_something_else_are_refused(tmp_path, batch):
    write_batches(tmp_path / "x", {"b": batch})

    with pytest.raises(FileError, match="expected the arrays of this data set"):
        _cifar.load(tmp_path / "x", ["b"], "labels", "uint8")


def npy(shape, dtype, content, fortran=False):
    """Returns a `.npy` file with a header of one's choice."""
    stream = io.BytesIO()
    header = {"shape": shape, "fortran_order": fortran, "descr": dtype}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + content


def texts_of(rows):
    array = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        array[i] = row
    return npy(array.shape, "|O", pickle.dumps(array, protocol=4))


SHARED = [1] * 50_000
REFUSED_TEXTS = {
    "canary": lambda path: npy(
        (1,), "|O", pickle.dumps(Canary(os.system, f"touch {path}"))
    ),
    "other shape": lambda path: npy((3,), "|O", texts_of([[1], [2]])[128:]),
    "no array": lambda path: npy((1,), "|O", pickle.dumps([[1]], protocol=4)),
    "floats": lambda path: texts_of([[1.5], [2]]),
    "words": lambda path: texts_of([["a"], [2]]),
    "truth values": lambda path: texts_of([[True], [2]]),
    "arrays": lambda path: texts_of([np.ones(2), np.ones(2)]),
    "one list many times": lambda path: texts_of([SHARED] * 2000),
    "numbers": lambda path: npy((2,), "<i8", bytes(16)),
}


@pytest.mark.parametrize("make", REFUSED_TEXTS.values(), ids=list(REFUSED_TEXTS))
def test_texts_that_are_not_lists_of_numbers_are_refused(home, tmp_path, make):
    canary, data = tmp_path / "canary", make(tmp_path / "canary")
    rows = 2000 if len(data) > 100_000 else 2
    with zipfile.ZipFile(home / "reuters.npz", "w") as file:
        file.writestr("x.npy", data)
        file.writestr("y.npy", npy((rows,), "<i8", bytes(8 * rows)))

    with pytest.raises(FileError, match=r"reuters\.npz"):
        datasets.reuters.load_data()

    assert not canary.exists()


@pytest.mark.parametrize(
    "data",
    [
        npy((2**40,), "<f8", bytes(16)),
        npy((2**32, 2**32), "<f8", b""),
        npy((-1,), "<f8", b""),
        npy((2,), "<f8", bytes(17)),
        npy((2,), "|V8", bytes(16)),
        npy((2,), "<U2", bytes(16)),
        npy((2,), [("a", "<f8")], bytes(16)),
        b"\x93NUMPY\x03\x00" + bytes(20),
        b"\x93NUMPY\x01\x00\xff\xff{",
        b"",
    ],
    ids=["huge", "overflow", "negative", "longer", "raw", "text", "parts", "version"]
    + ["header", "empty"],
)
def test_arrays_that_lie_are_refused(tmp_path, data):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file:
        file.writestr("x.npy", data)

    with pytest.raises(FileError, match=r"a\.npz"):
        _npz.load(tmp_path / "a.npz", ["x"])


def test_arrays_in_any_order_are_read(tmp_path):
    array = np.arange(6.0).reshape(2, 3)
    np.savez_compressed(tmp_path / "a.npz", x=np.asfortranarray(array), y=array)

    for got in _npz.load(tmp_path / "a.npz", ["x", "y"]):
        np.testing.assert_array_equal(got, array)


def test_bombs_and_missing_arrays_are_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(10**6))
    with pytest.raises(FileError, match="none called y"):
        _npz.load(tmp_path / "a.npz", ["y"])
    monkeypatch.setattr(_npz, "FLOOR", 10**6)

    with pytest.raises(FileError, match="unpacks to far more"):
        _npz.load(tmp_path / "a.npz", ["x"])
