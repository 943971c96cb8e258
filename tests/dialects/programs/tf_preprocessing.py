"""Layers that prepare data, and a pipeline, as in TensorFlow 2.4."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing

tf.random.set_seed(2)
rng = np.random.RandomState(0)
x = (rng.normal(size=(400, 3)) * [1, 10, 100] + [0, 5, -50]).astype("float32")
y = ((x - x.mean(axis=0)) / x.std(axis=0)).sum(axis=1, keepdims=True)

normalizer = preprocessing.Normalization()
normalizer.adapt(x)
scaled = normalizer(x).numpy()
print("mean", float(np.abs(scaled.mean(axis=0)).max()))
print("deviation", float(np.abs(scaled.std(axis=0) - 1).max()))
pictures = preprocessing.Rescaling(1.0 / 255)(np.full((1, 2, 2, 1), 51.0))
print("rescaled", float(pictures.numpy().max()))

data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(400).batch(32).repeat()
model = tf.keras.Sequential([normalizer, layers.Dense(1)])
model.compile(optimizer=tf.keras.optimizers.Adam(lr=0.05), loss="mse")
history = model.fit(data, steps_per_epoch=13, epochs=25, verbose=0)
print("mse", history.history["loss"][-1])
