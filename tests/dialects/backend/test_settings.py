"""Settings, variables, and Keras 1's words for them."""

import jax
import numpy as np
import pytest
from scipy import sparse

from keryx import config
from keryx.dialects import _era, backend as K


@pytest.fixture(autouse=True)
def _as_before():
    yield
    config.set_image_data_format("channels_last")
    K.clear_session()


def test_old_programs_are_told_of_tensorflow():
    assert K.backend() == "tensorflow"
    assert K.floatx() == "float32"
    assert K.epsilon() == 1e-7


def test_the_order_of_axes_has_two_vocabularies():
    K.set_image_dim_ordering("th")

    assert (K.image_dim_ordering(), K.image_data_format()) == ("th", "channels_first")
    assert K.normalize_data_format(None) == "channels_first"
    with pytest.raises(ValueError, match="dim_ordering"):
        K.set_image_dim_ordering("tv")


def test_uids_count_by_prefix():
    assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]

    K.reset_uids()

    assert K.get_uid("a") == 1


def test_casting_keeps_what_holds_the_numbers():
    assert isinstance(K.cast_to_floatx(np.arange(3)), np.ndarray)
    assert K.dtype(K.cast_to_floatx(K.variable([1], dtype="int32"))) == "float32"


def test_the_learning_phase_is_one_of_two():
    with pytest.raises(ValueError, match="value"):
        K.set_learning_phase(2)
    with K.learning_phase_scope(1):
        assert K.learning_phase() == 1
    assert K.is_symbolic(K.learning_phase())


def test_stand_ins_do_nothing():
    K.set_session(K.get_session())
    K.manual_variable_initialization(True)
    K.v1_variable_initialization()
    K.set_legacy_weight_ordering(True)

    with K.name_scope("loss"), K.control_dependencies([]), K.get_graph().as_default():
        assert K.symbolic(abs) is K.eager(abs) is abs
    assert K.legacy_weight_ordering()


def test_variables_hold_floats_unless_told():
    v, w = K.variable([[1, 2]], name="v"), K.variable([1], dtype="int32")

    assert (v.dtype, w.dtype, v.name) == ("float32", "int32", "v")
    assert K.int_shape(v) == K.get_variable_shape(v) == (1, 2)
    assert (K.ndim(v), K.count_params(v), int(K.size(v))) == (2, 2, 2)


def test_batches_of_values_are_set_together():
    v, w = K.zeros((2,)), K.ones((1,))

    K.batch_set_value([(v, [1, 2]), (w, np.array([3]))])

    assert [x.tolist() for x in K.batch_get_value([v, w])] == [[1, 2], [3]]


def test_filled_variables_have_their_shapes():
    low, high = -2, -1

    assert K.eval(K.eye(2)).tolist() == [[1, 0], [0, 1]]
    uniform = K.get_value(K.random_uniform_variable((50,), low, high))
    assert ((low <= uniform) & (uniform < high)).all()
    normal = K.get_value(K.random_normal_variable((500,), 5.0, scale=0.1))
    assert abs(normal.mean() - 5) < 0.05


def test_kinds_of_tensors_are_told_apart():
    x, v, a = K.placeholder(ndim=2), K.variable(1.0), K.square(np.float32(1))

    assert K.int_shape(x) == (None, None)
    assert [K.is_placeholder(t) for t in (x, 2 * x, v)] == [True, False, False]
    assert [K.is_keras_tensor(t) for t in (x, v, a)] == [True, False, False]
    assert [K.is_tensor(t) for t in (x, v, a, 1.0)] == [True, True, True, False]
    assert [K.is_variable(t) for t in (x, v)] == [False, True]


def test_sparse_matrices_are_made_dense():
    matrix = sparse.csr_matrix(np.eye(2))

    assert K.is_sparse(matrix)
    assert K.get_value(K.variable(matrix)).tolist() == [[1, 0], [0, 1]]
    with pytest.raises(RuntimeError, match="sparse"):
        K.placeholder((1,), sparse=True)


def test_print_tensor_shows_values_and_returns_them(capsys):
    x = K.placeholder((2,))

    y = K.function([x], [K.print_tensor(x, message="{x} = ")])([[1, 2]])
    jax.effects_barrier()

    assert y[0].tolist() == [1, 2]
    assert capsys.readouterr().out == "{x} = [1. 2.]\n"


# --- Keras 1 ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (lambda x: K.expand_dims(x, dim=1), (2, 1, 3)),
        (lambda x: K.one_hot(x, nb_classes=4), (2, 3, 4)),
        (lambda x: K.random_normal((2,), mean=0.0, std=2.0), (2,)),
        (lambda x: K.random_uniform((3,), low=1.0, high=2.0), (3,)),
        (lambda x: K.asymmetric_temporal_padding(x[..., None], 1, 2), (2, 6, 1)),
        (
            lambda x: K.asymmetric_spatial_2d_padding(
                x[..., None, None], 1, 0, 2, 0, dim_ordering="th"
            ),
            (2, 3, 2, 3),
        ),
        (
            lambda x: K.spatial_2d_padding(x[..., None, None], (1, 1), "channels_last"),
            (2, 5, 3, 1),
        ),
        (
            lambda x: K.resize_images(x[..., None, None], 2, 2, dim_ordering="default"),
            (2, 6, 2, 1),
        ),
    ],
    ids=range(8),
)
def test_keywords_of_keras_1_are_understood(call, shape):
    assert call(np.zeros((2, 3))).shape == shape


def test_an_argument_under_two_names_is_refused():
    with pytest.raises(TypeError, match=r"given once, as `axis`.* 'dim'"):
        K.expand_dims(np.zeros(2), axis=0, dim=1)


@pytest.mark.parametrize(
    "name",
    [
        "categorical_crossentropy",
        "binary_crossentropy",
        "sparse_categorical_crossentropy",
    ],
)
def test_losses_of_keras_1_take_the_output_first(monkeypatch, name):
    target, output = np.float32([[0, 1]]), np.float32([[0.25, 0.75]])
    if name.startswith("sparse"):
        target = np.array([1])
    now = getattr(K, name)(target, output)

    monkeypatch.setattr(_era._Force, "era", _era.Era.K1)

    np.testing.assert_array_equal(getattr(K, name)(output, target), now)
    np.testing.assert_allclose(np.ravel(now)[0], -np.log(0.75), rtol=1e-5)
