"""A training loop of JAX's own around a model, as in Keras 3."""

import jax
import keras
import numpy as np
from sklearn.datasets import load_digits

keras.utils.set_random_seed(0)
digits = load_digits()
x, y = (digits.data / 16).astype("float32"), digits.target.astype("int32")

model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(10),
    ]
)
optimizer = keras.optimizers.Adam(learning_rate=0.01)
optimizer.build(model.trainable_variables)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def compute_loss(trainable, non_trainable, x, y):
    y_pred, non_trainable = model.stateless_call(
        trainable, non_trainable, x, training=True
    )
    return loss_fn(y, y_pred), non_trainable


grad_fn = jax.value_and_grad(compute_loss, has_aux=True)


@jax.jit
def train_step(state, x, y):
    trainable, non_trainable, slots = state
    (loss, non_trainable), grads = grad_fn(trainable, non_trainable, x, y)
    trainable, slots = optimizer.stateless_apply(slots, grads, trainable)
    return loss, (trainable, non_trainable, slots)


state = (
    [v.value for v in model.trainable_variables],
    [v.value for v in model.non_trainable_variables],
    [v.value for v in optimizer.variables],
)
for epoch in range(5):
    for start in range(0, 1400, 100):
        rows = slice(start, start + 100)
        loss, state = train_step(state, x[rows], y[rows])

for variable, value in zip(model.trainable_variables, state[0]):
    variable.assign(value)
for variable, value in zip(model.non_trainable_variables, state[1]):
    variable.assign(value)
accuracy = (np.argmax(model.predict(x[1400:], verbose=0), 1) == y[1400:]).mean()
print("loss", float(loss))
print("accuracy", float(accuracy))
