"""A layer, a loss and a metric of one's own, as in Keras 2."""

import numpy as np
from keras import backend as K
from keras.engine.topology import Layer
from keras.layers import Lambda
from keras.models import Sequential
from keras.optimizers import SGD


class Linear(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super(Linear, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel",
                                      shape=(input_shape[1], self.output_dim),
                                      initializer="uniform", trainable=True)  # fmt: skip
        super(Linear, self).build(input_shape)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)

    def get_config(self):
        config = {"output_dim": self.output_dim}
        return dict(
            list(super(Linear, self).get_config().items()) + list(config.items())
        )


def halved_squares(y_true, y_pred):
    return K.mean(K.square(y_pred - y_true), axis=-1) / 2


def largest_error(y_true, y_pred):
    return K.max(K.abs(y_pred - y_true))


np.random.seed(3)
x = np.random.normal(size=(200, 3))
truth = np.array([[1.0, -2.0], [0.5, 0.0], [3.0, 1.0]])
y = 10 + x.dot(truth)

model = Sequential()
model.add(Linear(2, input_shape=(3,), name="linear"))
model.add(Lambda(lambda z, shift: z + shift, arguments={"shift": 10.0}))
model.compile(loss=halved_squares, optimizer=SGD(lr=0.5), metrics=[largest_error])
history = model.fit(x, y, batch_size=50, epochs=40, verbose=0)

loss, worst = model.evaluate(x, y, batch_size=200, verbose=0)
got = model.predict(x) - y
print("error", float(np.abs(model.get_weights()[0] - truth).max()))
print("loss", float(abs(loss - (got**2).mean() / 2)))
print("metric", float(abs(worst - np.abs(got).max())))
print("keys", " ".join(sorted(history.history)))
