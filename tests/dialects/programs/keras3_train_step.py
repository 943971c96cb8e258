"""A model with a `train_step` of its own, as in Keras 3 on JAX."""

import jax
import keras
import numpy as np

keras.utils.set_random_seed(4)


class Regression(keras.Model):
    """Trains on squared errors, and says how large they are."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
        self.loss_tracker = keras.metrics.Mean(name="loss")

    def call(self, x, training=False):
        return self.dense(x)

    @property
    def metrics(self):
        return [self.loss_tracker]

    def compute_loss_and_updates(self, trainable, non_trainable, x, y, training=False):
        y_pred, non_trainable = self.stateless_call(
            trainable, non_trainable, x, training=training
        )
        return keras.ops.mean(keras.ops.square(y - y_pred)), non_trainable

    def train_step(self, state, data):
        trainable, non_trainable, optimizer_variables, metrics_variables = state
        x, y = data
        grad_fn = jax.value_and_grad(self.compute_loss_and_updates, has_aux=True)
        (loss, non_trainable), grads = grad_fn(
            trainable, non_trainable, x, y, training=True
        )
        trainable, optimizer_variables = self.optimizer.stateless_apply(
            optimizer_variables, grads, trainable
        )
        metrics_variables = self.loss_tracker.stateless_update_state(
            metrics_variables, loss
        )
        logs = {"loss": self.loss_tracker.stateless_result(metrics_variables)}
        state = trainable, non_trainable, optimizer_variables, metrics_variables
        return logs, state


rng = np.random.default_rng(0)
x = rng.normal(size=(256, 3)).astype("float32")
kernel, bias = np.array([[1, 2], [3, 4], [5, 6]]), np.array([-1, 1])
y = (x @ kernel + bias).astype("float32")

model = Regression()
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.2))
history = model.fit(x, y, epochs=30, batch_size=64, verbose=0)
print("loss", history.history["loss"][-1])
print("kernel", float(np.abs(model.dense.kernel.numpy() - kernel).max()))
print("bias", float(np.abs(model.dense.bias.numpy() - bias).max()))
