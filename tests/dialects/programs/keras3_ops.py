"""A layer of `keras.ops` with noise from a seed, as in Keras 3."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(5)


@keras.saving.register_keras_serializable("program")
class Noisy(layers.Layer):
    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        if not training:
            return inputs
        noise = keras.random.normal(ops.shape(inputs), seed=self.generator)
        return inputs + self.stddev * noise

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}


x = np.linspace(-1, 1, 512, dtype="float32")[:, None]
y = np.abs(x)

inputs = keras.Input((1,))
hidden = layers.Dense(16, activation="relu")(Noisy(0.02, seed=1)(inputs))
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile(keras.optimizers.Adam(learning_rate=0.02), "mse")
model.fit(x, y, epochs=25, batch_size=64, verbose=0)
model.save("noisy.keras")
back = keras.saving.load_model("noisy.keras")

first, second = Noisy(1.0, seed=9), Noisy(1.0, seed=9)
a, b = first(x, training=True), second(x, training=True)
print("mse", model.evaluate(x, y, verbose=0))
print("same", float(ops.max(ops.abs(model(x) - back(x)))))
print("seeded", bool(ops.all(a == b)), bool(ops.all(a == first(x, training=True))))
print("softmax", float(ops.sum(ops.softmax(ops.arange(4, dtype="float32")))))
print("einsum", ops.einsum("ij,jk->ik", ops.eye(2), ops.ones((2, 3))).shape)
