"""Steps that programs write themselves, in the manner of Keras's guides."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import keryx
import keryx.dialects.tensorflow as tf
from keryx import layers, losses, metrics, Model, optimizers
from keryx._core.errors import StateError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3)).astype("float32")
Y = (X @ np.array([[1.0], [-2.0], [0.5]])).astype("float32")
W = np.linspace(0.5, 2.0, 20).astype("float32")
FIT = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}


def graph(library, base=None, *, outputs=1, penalty=None):
    """A small model from a graph, of a class of the user's."""
    inputs = library.layers.Input((3,))
    made = [
        library.layers.Dense(
            1, kernel_initializer="ones", kernel_regularizer=penalty, name=f"out{i}"
        )(inputs)
        for i in range(outputs)
    ]
    made = made[0] if outputs == 1 else made
    return (base or library.Model)(inputs, made)


def stateless_class(library):
    """The class of the guide for JAX, of keryx or of Keras."""

    class Own(library.Model):
        def loss_and_updates(self, trainable, others, x, y, training=False):
            y_pred, others = self.stateless_call(
                trainable, others, x, training=training
            )
            return self.compute_loss(x, y, y_pred), (y_pred, others)

        def measured(self, values, loss, y, y_pred):
            logs, after = {}, []
            for metric in self.metrics:
                count = len(metric.variables)
                mine, values = values[:count], values[count:]
                if metric.name == "loss":
                    mine = metric.stateless_update_state(mine, loss)
                else:
                    mine = metric.stateless_update_state(mine, y, y_pred)
                logs[metric.name] = metric.stateless_result(mine)
                after += mine
            return logs, after

        def train_step(self, state, data):
            trainable, others, optimizer, tracked = state
            x, y = data
            gradient = jax.value_and_grad(self.loss_and_updates, has_aux=True)
            (loss, (y_pred, others)), grads = gradient(
                trainable, others, x, y, training=True
            )
            trainable, optimizer = self.optimizer.stateless_apply(
                optimizer, grads, trainable
            )
            logs, tracked = self.measured(tracked, loss, y, y_pred)
            return logs, (trainable, others, optimizer, tracked)

        def test_step(self, state, data):
            trainable, others, tracked = state
            x, y = data
            y_pred, others = self.stateless_call(trainable, others, x)
            loss = 3 * self.compute_loss(x, y, y_pred)
            logs, tracked = self.measured(tracked, loss, y, y_pred)
            return logs, (trainable, others, tracked)

        def predict_step(self, state, data):
            outputs, others = self.stateless_call(*state, data)
            return 10 * outputs, others

    return Own


def history(library, base, **options):
    model = graph(library, base)
    model.compile(library.optimizers.SGD(0.1), "mse", metrics=["mae"])
    found = model.fit(X, Y, **FIT, **options).history
    return model, found


def assert_alike(found, expected):
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, err_msg=name)


def test_steps_with_state_equal_those_of_keras():
    model, found = history(keryx, stateless_class(keryx), validation_data=(X, Y))

    other, expected = history(keras, stateless_class(keras), validation_data=(X, Y))

    assert_alike({name: found[name] for name in expected}, expected)
    given = {"batch_size": 8, "verbose": 0}
    np.testing.assert_allclose(
        model.evaluate(X, Y, **given), other.evaluate(X, Y, **given), rtol=1e-5
    )
    np.testing.assert_allclose(
        model.predict(X, **given), other.predict(X, **given), rtol=1e-4
    )


class CompiledLoss(Model):
    """The step of the guide for TensorFlow 2.2 to 2.11."""

    def train_step(self, data):
        x, y, weight = keryx.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compiled_loss(
                y, y_pred, sample_weight=weight, regularization_losses=self.losses
            )
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(
            zip(grads, self.trainable_variables, strict=True)
        )
        self.compiled_metrics.update_state(y, y_pred, sample_weight=weight)
        return {m.name: m.result() for m in self.metrics}


class ComputeLoss(CompiledLoss):
    """The step of the guide for TensorFlow 2.12 and later, and for Keras 3."""

    def train_step(self, data):
        x, y, weight = keryx.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=weight)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=len(x))
            else:
                metric.update_state(y, y_pred, sample_weight=weight)
        return {m.name: m.result() for m in self.metrics}


class WithSuper(Model):
    def train_step(self, data):
        return super().train_step(data)

    def test_step(self, data):
        return super().test_step(data)

    def predict_step(self, data):
        return super().predict_step(data)


class WithSuperAndState(Model):
    def train_step(self, state, data):
        return super().train_step(state, data)

    def test_step(self, state, data):
        return super().test_step(state, data)

    def predict_step(self, state, data):
        return super().predict_step(state, data)


@pytest.mark.parametrize("weight", [None, W], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "base",
    [CompiledLoss, ComputeLoss, WithSuper, WithSuperAndState],
    ids=lambda c: c.__name__,
)
def test_a_step_written_out_equals_the_built_in_one(base, weight):
    def run(base):
        model = graph(keryx, base, penalty="l2")
        model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])
        found = model.fit(X, Y, sample_weight=weight, **FIT).history
        rest = model.evaluate(X, Y, sample_weight=weight, verbose=0, return_dict=True)
        return found, {**rest, "y": model.predict(X, verbose=0)}

    found, rest = run(base)

    expected, wanted = run(Model)
    assert_alike(found, expected)
    assert_alike(rest, wanted)


def test_losses_of_several_outputs_are_counted_by_compiled_loss():
    def run(base):
        model = graph(keryx, base, outputs=2)
        model.compile(
            "sgd", ["mse", "mae"], loss_weights=[1.0, 0.5], metrics=[["mae"], ["mse"]]
        )
        return model.fit(X, [Y, -Y], **FIT).history

    found, expected = run(CompiledLoss), run(Model)

    assert set(found) == set(expected)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)


@pytest.mark.parametrize("outputs", [1, 2])
def test_names_of_metrics_are_those_of_keras(outputs):
    def names(library):
        model = graph(library, outputs=outputs)
        model.compile("sgd", ["mse"] * outputs, metrics=[["mae"]] * outputs)
        model.evaluate(X, [Y] * outputs, verbose=0)
        return [m.name for m in model.metrics], list(model.get_metrics_result())

    assert names(keryx) == names(keras)


def test_a_loss_counts_once_whoever_counts_it():
    model = graph(keryx)
    model.compile("sgd", "mse")
    tracker = model.metrics[0]

    tracker.note(jnp.float32(1.0), 8)
    tracker.settle()
    tracker.update_state(3.0, sample_weight=8)

    assert float(tracker.result()) == 2.0  # outside of a step both count


class Autoencoder(Model):
    """The variational autoencoder of the guides: no `call`, metrics of its own."""

    def __init__(self):
        super().__init__()
        self.encoder = keryx.Sequential([layers.Input((3,)), layers.Dense(4)])
        self.decoder = keryx.Sequential([layers.Dense(3)])
        self.total = metrics.Mean(name="loss")
        self.kl = metrics.Mean(name="kl_loss")
        self.noise = keryx.random.SeedGenerator(3)

    @property
    def metrics(self):
        return [self.total, self.kl]

    def train_step(self, data):
        if isinstance(data, tuple):
            data = data[0]
        with tf.GradientTape() as tape:
            mean, spread = tf.split(self.encoder(data), 2, axis=-1)
            draw = keryx.random.normal(tf.shape(mean), seed=self.noise)
            made = self.decoder(mean + tf.exp(0.5 * spread) * draw)
            error = tf.reduce_mean(tf.reduce_sum((data - made) ** 2, axis=1))
            kl = -0.5 * tf.reduce_mean(1 + spread - mean**2 - tf.exp(spread))
            total = error + kl
        grads = tape.gradient(total, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights, strict=True))
        self.total.update_state(total)
        self.kl.update_state(kl)
        return {"loss": self.total.result(), "kl_loss": self.kl.result()}


def test_a_model_without_call_trains_parts_that_its_step_builds():
    model = Autoencoder()
    model.compile(optimizers.Adam(0.05))

    found = model.fit(X, batch_size=10, epochs=8, verbose=0).history

    assert list(found) == ["loss", "kl_loss"]
    assert found["loss"][-1] < 0.8 * found["loss"][0]
    assert len(model.trainable_variables) == 4


class Gan(Model):
    """Two networks and two optimizers, one of which is not that of `compile`."""

    def __init__(self):
        super().__init__()
        self.critic = keryx.Sequential([layers.Input((3,)), layers.Dense(1)])
        self.generator = keryx.Sequential([layers.Input((2,)), layers.Dense(3)])

    def compile(self, d_optimizer, g_optimizer, loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.loss_fn = loss_fn

    def train_step(self, real):
        noise = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape() as tape:
            scores = self.critic(tf.concat([self.generator(noise), real], axis=0))
            d_loss = self.loss_fn(tf.concat([0 * scores[:10], 1 + 0 * scores[10:]], 0),
                                  scores)  # fmt: skip
        grads = tape.gradient(d_loss, self.critic.trainable_weights)
        self.d_optimizer.apply_gradients(
            zip(grads, self.critic.trainable_weights, strict=True)
        )
        with tf.GradientTape() as tape:
            scores = self.critic(self.generator(noise))
            g_loss = self.loss_fn(tf.ones_like(scores), scores)
        grads = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(
            zip(grads, self.generator.trainable_weights, strict=True)
        )
        return {"d_loss": d_loss, "g_loss": g_loss}


def test_further_optimizers_keep_their_state():
    model = Gan()
    model.compile(
        optimizers.Adam(0.01),
        optimizers.SGD(0.01, momentum=0.9),
        losses.BinaryCrossentropy(from_logits=True),
    )
    before = model.get_weights()

    found = model.fit(X, batch_size=10, epochs=3, verbose=0).history

    assert list(found) == ["d_loss", "g_loss"]
    assert int(model.d_optimizer.iterations.value) == 6
    assert int(model.g_optimizer.iterations.value) == 6
    for one, other in zip(before, model.get_weights(), strict=True):
        assert np.abs(one - other).max() > 1e-4


def test_results_of_compute_metrics_are_the_logs():
    class Extra(Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            found = super().compute_metrics(x, y, y_pred, sample_weight)
            return {**found, "largest": jnp.max(jnp.abs(y))}

    model = graph(keryx, Extra)
    model.compile("sgd", "mse", metrics=["mae"])

    found = model.fit(X, Y, **FIT, validation_data=(X, Y)).history

    names = ["loss", "mae", "largest"]
    assert list(found) == [*names, *(f"val_{name}" for name in names)]
    np.testing.assert_allclose(found["largest"][0], np.abs(Y[16:]).max(), rtol=1e-6)


def test_a_step_on_a_batch_goes_on_where_the_last_one_stopped():
    def run(base):
        model = graph(keryx, base)
        model.compile(optimizers.SGD(0.1, momentum=0.9), "mse", metrics=["mae"])
        for i in range(3):
            last = model.train_on_batch(X[i : i + 8], Y[i : i + 8], return_dict=True)
        return {**last, "test": model.test_on_batch(X, Y)}

    assert_alike(run(CompiledLoss), run(Model))


def test_a_step_that_returns_no_logs_is_refused():
    class Silent(Model):
        def train_step(self, data):
            return None

    model = graph(keryx, Silent)
    model.compile("sgd")

    with pytest.raises(StateError, match=r"a dict of logs.*NoneType"):
        model.fit(X, Y, verbose=0)


def test_a_loss_outside_of_fit_is_that_of_compile():
    model = graph(keryx)
    model.compile("sgd", "mse", metrics=["mae"])

    y_pred = model(X)
    loss = model.compute_loss(x=X, y=Y, y_pred=y_pred)
    logs = model.compute_metrics(X, Y, y_pred)

    np.testing.assert_allclose(loss, np.mean((Y - y_pred) ** 2), rtol=1e-5)
    np.testing.assert_allclose(logs["mae"], np.mean(np.abs(Y - y_pred)), rtol=1e-5)


# --- line by line ---------------------------------------------------------------------


def test_steps_run_line_by_line_if_asked_for():
    seen = []

    class Loud(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1, kernel_initializer="ones")

        def call(self, inputs):
            seen.append(("call", float(jnp.sum(inputs))))
            return self.dense(inputs)

    class Distance(metrics.Mean):
        def update_state(self, y_true, y_pred, sample_weight=None):
            seen.append(("metric", np.asarray(y_pred).shape[0]))
            super().update_state(jnp.abs(y_true - y_pred), sample_weight)

    def loss(y, y_pred):
        seen.append(("loss", float(jnp.max(y_pred)) + np.asarray(y_pred).max()))
        return jnp.mean((y - y_pred) ** 2, axis=-1)

    def run(**options):
        model = Loud() if options else graph(keryx)
        own = (loss, [Distance("mae")]) if options else ("mse", ["mae"])
        model.compile("adam", own[0], metrics=own[1], **options)
        seen.clear()
        found = model.fit(X, Y, **FIT, validation_data=(X, Y)).history
        return model, found, model.predict(X, verbose=0)

    model, found, outputs = run(run_eagerly=True)

    counts = [rows for what, rows in seen if what == "metric"]
    assert counts == [8, 8, 4, 8, 8, 4] * 2
    assert sum(what == "call" for what, _ in seen) > len(counts)
    assert sum(what == "loss" for what, _ in seen) == len(counts)
    assert "run_eagerly" in model.explain()
    other, expected, wanted = run()
    assert "run_eagerly" not in other.explain()
    assert_alike(found, expected)
    np.testing.assert_allclose(outputs, wanted, rtol=1e-5)


def test_own_steps_run_line_by_line_if_asked_for():
    seen = []

    class Counting(CompiledLoss):
        def train_step(self, data):
            logs = super().train_step(data)
            seen.append(float(logs["loss"]))
            return logs

    def run(base, **options):
        model = graph(keryx, base)
        model.compile("sgd", "mse", **options)
        return model.fit(X, Y, **FIT).history

    found = run(Counting, run_eagerly=True)

    assert len(seen) >= 6
    np.testing.assert_allclose(seen[-1], found["loss"][-1], rtol=1e-6)
    assert_alike(found, run(Model))


def test_run_eagerly_can_be_changed_after_compile():
    model = graph(keryx)
    model.compile("sgd", "mse")

    model.run_eagerly = True

    assert model.run_eagerly
    model.fit(X, Y, verbose=0)
    assert "run_eagerly" in model.explain()
