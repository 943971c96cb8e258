"""Seeds, choices, loops, checks, devices, and what only graphs needed."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import Input, layers, Model


def test_same_seed_same_numbers_and_numpy_is_left_alone():
    np.random.seed(1)
    expected = np.random.RandomState(1).rand()

    def drawn():
        tf.random.set_seed(5)
        return tf.random.normal((3,)), tf.random.uniform((2,), seed=1)

    for one, two in zip(drawn(), drawn(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert np.random.rand() == expected


def test_seeded_operation_goes_on_with_each_call():
    first, second = (tf.random.normal((3,), seed=1) for _ in range(2))

    assert not np.allclose(first, second)


def test_stateless_draws_depend_on_their_seed_alone():
    one, two = (tf.random.stateless_normal((3,), seed=[1, 2]) for _ in range(2))

    np.testing.assert_array_equal(one, two)
    assert not np.allclose(one, tf.random.stateless_normal((3,), seed=[1, 3]))


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [
        (lambda s: tf.random.normal(s, 2.0, 3.0), 2.0, 3.0),
        (lambda s: tf.random.uniform(s, -1.0, 1.0), 0.0, 3**-0.5),
        (lambda s: tf.random.uniform(s, 0, 2, dtype=tf.int32), 0.5, 0.5),
        (lambda s: tf.random.truncated_normal(s), 0.0, 0.8796),
        (lambda s: tf.random.poisson(s, 4.0), 4.0, 2.0),
        (lambda s: tf.random.gamma(s, 4.0, 2.0), 2.0, 1.0),
        (lambda s: tf.random.Generator.from_seed(1).normal(s), 0.0, 1.0),
        (lambda s: tf.random.categorical([[0.0, 0.0]], s[0]), 0.5, 0.5),
    ],
)
def test_draws_have_the_moments_of_their_distribution(draw, mean, spread):
    tf.random.set_seed(0)

    x = np.asarray(draw((4000,)), float)

    np.testing.assert_allclose([x.mean(), x.std()], [mean, spread], atol=0.15)


def test_sampling_layer_of_the_guide_is_trained():
    class Sampling(layers.Layer):
        def call(self, inputs):
            mean, log_var = inputs
            batch, size = tf.shape(mean)[0], tf.shape(mean)[1]
            noise = tf.random.normal(shape=(batch, size))
            return mean + tf.exp(0.5 * log_var) * noise

    x = Input((3,))
    z = Sampling()([layers.Dense(2)(x), layers.Dense(2)(x)])
    model = Model(x, layers.Dense(1)(z))
    model.compile("sgd", "mse")

    history = model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=1, verbose=0)

    assert np.isfinite(history.history["loss"]).all()


# --- choices and loops ----------------------------------------------------------------


def test_cond_calls_one_side_and_is_traced_in_jit():
    assert tf.cond(tf.constant(True), lambda: 1, lambda: 1 / 0) == 1
    choose = jax.jit(lambda x: tf.cond(x > 0, lambda: x * 2, lambda: x * 3))
    assert [float(choose(v)) for v in (1.0, -1.0)] == [2.0, -3.0]


@pytest.mark.parametrize("wrap", [lambda f: f, jax.jit], ids=["eager", "jit"])
def test_while_loop_counts(wrap):
    def power(x):
        return tf.while_loop(
            lambda i, y: i < 5, lambda i, y: [i + 1, y * x], [tf.constant(0), x * 0 + 1]
        )[1]

    assert float(wrap(power)(tf.constant(2.0))) == 32.0


def test_map_fn_scan_and_fold():
    x = tf.constant([1.0, 2.0, 3.0])

    assert tf.map_fn(lambda v: v * v, x).numpy().tolist() == [1, 4, 9]
    assert tf.scan(lambda a, v: a + v, x).numpy().tolist() == [1, 3, 6]
    late = tf.scan(lambda a, v: a + v, x, initializer=tf.constant(10.0))
    assert late.numpy().tolist() == [11, 13, 16]
    assert float(tf.foldl(lambda a, v: a - v, x)) == -4.0


def test_case_and_switch_case():
    pick = lambda i: tf.switch_case(tf.constant(i), [lambda: "a", lambda: "b"])
    assert [pick(0), pick(1), pick(7)] == ["a", "b", "b"]
    first = tf.case([(tf.constant(False), lambda: 1)], default=lambda: 2)
    assert first == 2


def test_function_decorates_with_and_without_arguments():
    class Thing:
        @tf.function(input_signature=[tf.TensorSpec((), tf.float32)])
        def double(self, x):
            """Doubles."""
            return 2 * x

    assert Thing().double(2) == 4
    assert Thing.double.__doc__ == "Doubles."
    assert tf.function(len)([1, 2]) == 2
    assert tf.function(abs).get_concrete_function()(-1) == 1


def test_loop_over_tf_range_sums():
    @tf.function
    def total(n):
        s = tf.constant(0)
        for i in tf.range(n):
            s += i
        return s

    assert int(total(tf.constant(5))) == 10


def test_numpy_function_is_refused_in_compiled_code():
    call = jax.jit(lambda x: tf.numpy_function(np.sin, [x], tf.float32))

    with pytest.raises(TypeError, match="with values"):
        call(jnp.ones(2))


def test_print_prints_values(capsys):
    tf.print("x", tf.constant([1, 2]), output_stream=sys.stdout)

    assert capsys.readouterr().out == "x [1 2]\n"


# --- checks, nests, modules -----------------------------------------------------------


def test_assertions_stop_where_they_fail():
    tf.debugging.assert_equal([1, 2], [1, 2])
    tf.debugging.assert_shapes([(np.ones((2, 3)), ("n", 3)), (np.ones(2), ("n",))])
    with pytest.raises(tf.errors.InvalidArgumentError, match="x less than y"):
        tf.debugging.assert_less([1, 2], [2, 2])
    with pytest.raises(ValueError, match="finite"):
        tf.debugging.check_numerics([np.nan], "loss")
    with pytest.raises(ValueError, match="2 axes"):
        tf.debugging.assert_rank(np.ones(3), 2)


def test_nest_maps_nested_structures():
    found = tf.nest.map_structure(lambda a, b: a + b, {"a": (1, [2])}, {"a": (3, [4])})

    assert found == {"a": (4, [6])}
    assert tf.nest.flatten({"b": 2, "a": (1,)}) in ([1, 2], [2, 1])
    assert tf.nest.pack_sequence_as((0, (0,)), [5, 6]) == (5, (6,))


def test_module_finds_the_variables_it_holds():
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(1.0)
            self.parts = [tf.Variable(2.0, trainable=False), layers.Dense(1)]
            self.parts[1].build((None, 2))

    net = Net()

    assert len(net.variables) == 4
    assert len(net.trainable_variables) == 3


# --- preambles ------------------------------------------------------------------------


def test_preamble_of_old_programs_runs():
    tf1 = tf.compat.v1
    config = tf1.ConfigProto(gpu_options=tf1.GPUOptions(allow_growth=True))
    config.gpu_options.per_process_gpu_memory_fraction = 0.4
    tf1.disable_v2_behavior()
    tf1.logging.set_verbosity(tf1.logging.ERROR)
    tf1.set_random_seed(1)
    tf.get_logger().setLevel("ERROR")
    with tf1.Session(config=config) as session:
        session.run(tf1.global_variables_initializer())
    with tf1.get_default_graph().as_default(), tf.device("/GPU:0"), tf.name_scope("a"):
        x = tf.ones(1)

    assert x.numpy().tolist() == [1.0]
    assert tf.__version__ == tf.version.VERSION == "2.15.0"


def test_session_computes_symbolic_tensors():
    x = tf.compat.v1.placeholder(tf.float32, (None, 2))
    y = tf.reduce_sum(x, axis=1)

    with tf.compat.v1.Session() as session:
        assert session.run(y, {x: [[1, 2], [3, 4]]}).tolist() == [3.0, 7.0]


def test_devices_are_those_of_jax():
    cpus = tf.config.list_physical_devices("CPU")
    gpus = tf.config.experimental.list_physical_devices("GPU")

    assert len(cpus) == len(jax.devices("cpu"))
    assert bool(gpus) == tf.test.is_gpu_available()
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)


def test_strategy_has_one_replica():
    strategy = tf.distribute.MirroredStrategy()

    with strategy.scope():
        model = keryx.Sequential([layers.Input((1,)), layers.Dense(1)])

    assert strategy.num_replicas_in_sync == 1
    assert strategy.run(lambda a: a + 1, args=(1,)) == 2
    assert model.built


def test_saved_models_are_refused_with_a_way_out():
    with pytest.raises(RuntimeError, match=r"\.keras"):
        tf.saved_model.load("folder")


def test_keras_is_below():
    assert tf.keras.layers.Dense is layers.Dense
    assert tf.initializers.get("zeros") is not None
