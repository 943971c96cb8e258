"""`keras`, `tensorflow.keras` and their kin are keryx while it is installed."""

import importlib
import subprocess
import sys
import warnings

import numpy as np
import pytest

import keryx
from keryx.dialects import rewrites
from keryx.dialects._neighbours import MODULES, NAMES, resolve
from keryx.dialects._placeholders import Missing, Placeholder, PlaceholderError
from keryx.dialects._report import DialectWarning, forget

LAYERS = [
    *("core", "convolutional", "pooling", "recurrent", "convolutional_recurrent"),
    *("cudnn_recurrent", "embeddings", "normalization", "noise", "local", "merge"),
    *("advanced_activations", "wrappers", "containers", "preprocessing"),
    *("experimental", "experimental.preprocessing"),
]
ENGINE = [
    *("topology", "training", "base_layer", "input_layer", "network", "sequential"),
    *("saving", "training_utils", "training_arrays", "training_generator"),
    *("functional", "keras_tensor", "data_adapter"),
]
UTILS = [
    *("np_utils", "vis_utils", "visualize_util", "data_utils", "generic_utils"),
    *("io_utils", "layer_utils", "conv_utils", "test_utils", "multi_gpu_utils"),
    *("training_utils", "losses_utils", "metrics_utils", "tf_utils", "dataset_utils"),
]
PATHS = [
    *(f"keras.layers.{name}" for name in LAYERS),
    *(f"keras.engine.{name}" for name in ENGINE),
    *(f"keras.utils.{name}" for name in UTILS),
    *("keras.legacy.layers", "keras.legacy.models", "keras.legacy.interfaces"),
    *("keras.engine", "keras.initializations", "keras.objectives", "keras.backend"),
    *("keras.backend.tensorflow_backend", "keras.backend.theano_backend"),
    *("keras.callbacks.callbacks", "keras.callbacks.tensorboard_v1"),
    *("keras.preprocessing.sequence", "keras.preprocessing.text"),
    *("keras.datasets.mnist", "keras.datasets.cifar100", "keras.datasets.imdb"),
    *("keras.optimizers.legacy", "keras.optimizers.schedules"),
    *("keras.saving.legacy", "keras.saving.hdf5_format", "keras.saving.save"),
    *("keras.mixed_precision", "keras.mixed_precision.experimental"),
    *("keras_preprocessing", "keras_preprocessing.sequence", "tf_keras.layers"),
    *("keras.src", "keras.src.layers", "keras.src.layers.core.dense"),
    *("keras.api", "keras.api.layers", "keras.api._v2.keras.models"),
    *("keras._tf_keras.keras.layers", "tensorflow.contrib.keras.api.keras.layers"),
    *("tensorflow", "tensorflow.keras", "tensorflow.keras.layers"),
    *("tensorflow.keras.backend", "tensorflow.keras.preprocessing.sequence"),
    *("tensorflow.python.keras", "tensorflow.python.keras.layers.core"),
    *("tensorflow.python.keras.engine.training", "tensorflow.python.keras.utils"),
    *("tensorflow.contrib.keras", "tensorflow.contrib.keras.python.keras.layers"),
    *("tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras.layers"),
    "tensorflow._api.v2.keras.layers",
]
SAME = [
    ("from keras.layers import Dense as it", "layers.Dense"),
    ("from keras.layers.core import Dense as it", "layers.Dense"),
    ("from keras.layers.convolutional import MaxPooling2D as it", "MaxPooling2D"),
    ("import keras.layers; it = keras.layers.Dense", "layers.Dense"),
    ("import keras; it = keras.layers.Dense", "layers.Dense"),
    ("import keras.layers as L; it = L.Dense", "layers.Dense"),
    ("from keras import layers; it = layers.Dense", "layers.Dense"),
    ("from keras.layers import core; it = core.Dense", "layers.Dense"),
    ("from keras.engine.topology import Layer as it", "layers.Layer"),
    ("from keras.utils.np_utils import to_categorical as it", "utils.to_categorical"),
    ("from keras.utils import np_utils; it = np_utils.normalize", "utils.normalize"),
    ("from keras import Sequential as it", "models.Sequential"),
    ("import tensorflow as tf; it = tf.keras.layers.Dense", "layers.Dense"),
    ("from tensorflow import keras; it = keras.Model", "models.Model"),
    ("from tensorflow.keras.models import Model as it", "models.Model"),
    ("import tensorflow.compat.v1 as tf; it = tf.keras.Model", "models.Model"),
    ("from tensorflow.contrib import keras; it = keras.Model", "models.Model"),
    ("from tensorflow.python.keras.layers import Dense as it", "layers.Dense"),
    ("from tf_keras.optimizers import Adam as it", "optimizers.Adam"),
    ("from keras.layers import *; it = Dense", "layers.Dense"),
    ("from keras.layers import *; it = Input", "layers.Input"),
    ("from keras.layers import *; it = Layer", "layers.Layer"),
    ("from keras.models import *; it = Sequential", "models.Sequential"),
    ("from keras.models import *; it = Input", "layers.Input"),
    ("from keras.layers.core import *; it = Flatten", "layers.Flatten"),
    ("from keras import *; it = layers.Dense", "layers.Dense"),
]


@pytest.fixture
def served():
    """Keras and TensorFlow are keryx in here."""
    keryx.install(tensorflow=True)
    forget()
    yield
    keryx.uninstall()
    forget()


def result_of(code):
    """Returns what a program calls `it`."""
    names = {}
    exec(compile(code, "program.py", "exec"), names)
    return names["it"]


@pytest.mark.parametrize("path", PATHS)
def test_path_of_any_keras_can_be_imported(served, path):
    module = importlib.import_module(path)

    assert sys.modules[path] is module
    assert importlib.import_module(path) is module


@pytest.mark.parametrize(("code", "place"), SAME, ids=lambda text: text)
def test_import_gives_the_class_of_keryx(served, code, place):
    package, _, name = place.rpartition(".")
    expected = getattr(getattr(keryx, package or "layers"), name)

    assert result_of(code) is expected


def test_modules_keep_their_own_names(served):
    import keras.layers

    assert keras.layers is keryx.layers
    assert keryx.layers.__spec__.name == "keryx.layers"


def test_backend_is_the_one_of_old(served):
    k = result_of("import keras.backend as it")

    assert k is result_of("from keras import backend as it")
    assert k is result_of("import tensorflow as tf; it = tf.keras.backend")
    assert k.image_data_format() == "channels_last"


@pytest.mark.parametrize(
    ("era", "root", "version"),
    [
        ("1", "keras", "1.2.2"),
        ("2", "keras", "2.2.5"),
        ("tf", "keras", "2.15.0"),
        ("3", "keras", "3.15.1"),
        (None, "keras", "3.15.1"),
        (None, "tf_keras", "2.15.0"),
        ("2", "tensorflow.keras", "2.15.0"),
        ("3", "tensorflow.keras", "3.15.1"),
    ],
)
def test_version_is_one_of_the_era(served, era, root, version):
    keryx.dialects.set_era(era)

    assert importlib.import_module(root).__version__ == version


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from keras.layers import Densse", "no `keras.layers.Densse`.*\n.*'Dense'"),
        ("from keras.layers.core import Flaten", "core.Flaten`.*\n.*'Flatten'"),
        ("import keras.no_such_part", "no `keras.no_such_part`, at least not yet"),
        ("from keras import no_such_part", "no `keras.no_such_part`"),
        ("from tensorflow.keras import no_such_part", "no_such_part"),
    ],
)
def test_import_of_what_is_not_there_names_it(served, code, message):
    with pytest.raises(ImportError, match=message):
        exec(compile(code, "program.py", "exec"), {})


def test_attribute_that_is_not_there_is_named_with_the_nearest(served):
    import keras

    with pytest.raises(AttributeError, match="has no attribute 'datasett'.*'datasets'"):
        keras.datasett  # noqa: B018  # the access itself is what fails


def test_search_for_a_module_that_is_not_there_raises_nothing(served):
    assert importlib.util.find_spec("keras.no_such_part") is None


def test_uninstall_gives_back_what_was_there(monkeypatch):
    other = type(sys)("keras")
    monkeypatch.setitem(sys.modules, "keras", other)
    finders = list(sys.meta_path)
    keryx.install(era="1", tensorflow=True)
    importlib.import_module("keras.layers.core")

    keryx.uninstall()

    assert sys.modules["keras"] is other
    assert "keras.layers.core" not in sys.modules
    assert sys.meta_path == finders
    assert keryx.dialects.in_force() is None
    assert not hasattr(np, "float")


def test_install_twice_is_once():
    keryx.install()
    finders = list(sys.meta_path)

    keryx.install(era="2")

    assert sys.meta_path == finders
    assert keryx.dialects.in_force().value == "2"
    keryx.uninstall()


def test_dead_packages_can_be_imported_but_not_used(served):
    draws = result_of(
        "from theano.tensor.shared_randomstreams import RandomStreams as it"
    )
    module = result_of("import cntk as it")
    module.device.all = 1

    assert isinstance(draws, Missing)
    assert isinstance(module, Placeholder)
    with pytest.raises(PlaceholderError, match="RandomStreams` is used.*Theano"):
        draws(seed=1)
    with pytest.raises(PlaceholderError, match="theano.tensor.Op"):
        exec("import theano.tensor as T\nclass Mine(T.Op): pass", {})


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for module in ("numpy", "collections", "time", "inspect", "fractions")
        for name in NAMES[module]
        if name not in vars(importlib.import_module(module))
    ],
)
def test_old_name_of_a_neighbour_leads_to_todays(served, module, name):
    place = NAMES[module][name]

    with pytest.warns(DialectWarning, match=f"`{module}.{name}` is written"):
        found = getattr(importlib.import_module(module), name)

    path, _, attribute = place.partition(":")
    assert found is getattr(importlib.import_module(path), attribute)


def test_old_names_of_scipy(served):
    with pytest.warns(DialectWarning, match="scipy.interp` is written `numpy.interp"):
        interp = result_of("from scipy import interp as it")

    assert interp is np.interp


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
@pytest.mark.parametrize("path", [p for p in MODULES if p.split(".")[0] != "pandas"])
def test_module_of_a_neighbour_that_is_gone(served, path):
    assert importlib.import_module(path) is resolve(MODULES[path])
    assert rewrites()[-1].old == f"import {path}"


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_folds_of_old_are_those_of_today(served):
    from sklearn import model_selection
    from sklearn.cross_validation import KFold, StratifiedKFold

    y = np.array([0, 1] * 6)
    today = model_selection.StratifiedKFold(3, shuffle=True, random_state=7)

    folds = StratifiedKFold(y=y, n_folds=3, shuffle=True, random_state=7)

    assert len(KFold(12, n_folds=4)) == 4
    for old, new in zip(folds, today.split(y, y), strict=True):
        np.testing.assert_array_equal(old[1], new[1])


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_imputer_fills_in_the_mean(served):
    from sklearn.preprocessing import Imputer

    filled = Imputer(missing_values="NaN", strategy="mean", axis=0).fit_transform(
        [[1.0], [np.nan], [3.0]]
    )

    assert filled.ravel().tolist() == [1, 2, 3]


@pytest.mark.filterwarnings("ignore::keryx.dialects._report.DialectWarning")
def test_pictures_of_scipy_misc(served, tmp_path):
    from scipy.misc import imread, imresize, imsave, toimage

    picture = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    imsave(tmp_path / "picture.png", picture)

    back = imread(tmp_path / "picture.png")

    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, picture)
    assert imresize(picture, (4, 2)).shape == (4, 2)
    assert imresize(picture, 0.5).shape == imresize(picture, 50).shape == (4, 4)
    assert np.asarray(toimage(np.array([[0.0, 0.5, 1.0]]))).tolist() == [[0, 128, 255]]
    assert imread(tmp_path / "picture.png", flatten=True).dtype == np.float32


@pytest.fixture
def pandas(served):
    """Returns pandas, with what it had."""
    warnings.simplefilter("ignore", DialectWarning)
    return pytest.importorskip("pandas")


def test_data_frames_have_their_old_methods(pandas):
    frame = pandas.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "y"])

    assert frame.as_matrix().tolist() == [[1, 3], [2, 4]]
    assert frame["a"].as_matrix().tolist() == [1, 2]
    assert frame.ix[0, "b"] == 3
    assert frame.ix["y", 0] == 2
    assert frame.ix[:, 1:].columns.tolist() == ["b"]
    assert len(frame.append(frame, ignore_index=True)) == 4
    assert [name for name, _ in frame.iteritems()] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "arguments", "columns", "values"),
    [
        ("1,2\n", {"header": None, "prefix": "V"}, ["V0", "V1"], [[1, 2]]),
        ("a b\n1  2\n", {"delim_whitespace": True}, ["a", "b"], [[1, 2]]),
        ("a,b\n1,2\n1,2,3\n", {"error_bad_lines": False}, ["a", "b"], [[1, 2]]),
    ],
    ids=["prefix", "delim_whitespace", "error_bad_lines"],
)
def test_tables_are_read_with_old_arguments(pandas, text, arguments, columns, values):
    import io

    frame = pandas.read_csv(io.StringIO(text), **arguments)

    assert frame.columns.tolist() == columns
    assert frame.to_numpy().tolist() == values


def test_a_series_of_dates_is_read_as_of_old(pandas):
    import datetime
    import io

    series = pandas.read_csv(
        io.StringIO("month,sales\n1-01,266\n1-02,145\n"),
        header=0,
        parse_dates=[0],
        index_col=0,
        squeeze=True,
        date_parser=lambda t: datetime.datetime.strptime("190" + t, "%Y-%m"),
    )

    assert series.tolist() == [266, 145]
    assert series.index[1] == datetime.datetime(1901, 2, 1)


def test_countplot_counts_a_series_that_comes_first(served, monkeypatch):
    from keryx.dialects._neighbours_patch import restore
    from keryx.dialects._neighbours_seaborn import change

    seaborn = type(sys)("seaborn")
    seaborn.countplot = lambda data=None, x=None: ("data", data) if x is None else x
    change(seaborn)

    with pytest.warns(DialectWarning, match=r"countplot\(x=series\)"):
        found = seaborn.countplot([1, 1, 2])

    assert found == [1, 1, 2]
    assert seaborn.countplot(data=[1]) == ("data", [1])
    restore()


def test_installing_changes_nothing_before_it_is_called():
    code = (
        "import keryx, sys; assert not any(m.endswith('_neighbours') for m in "
        "sys.modules); keryx.install(); import keras, keras.layers; "
        "print(keras.layers is keryx.layers, sys.modules.get('numpy').float)"
    )
    run = [sys.executable, "-W", "ignore", "-c", code]

    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout

    assert said == "True <class 'float'>\n"
