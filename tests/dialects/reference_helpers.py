"""What the lines of the reference tables are evaluated with."""

import hashlib
import inspect
import math
from functools import cache
from pathlib import Path

import numpy as np

import keryx
from keryx._core.variable import Variable
from keryx.dialects._roots import module_at
from keryx.preprocessing import sequence, text

# What rows call modules.
A, B, C = keryx.activations, keryx.callbacks, keryx.constraints
E, I, L, M = keryx.metrics, keryx.initializers, keryx.layers, keryx.models
O, R, T, U = keryx.optimizers, keryx.regularizers, keryx.losses, keryx.utils
data = keryx.datasets
draw = np.random.default_rng(3)
K = module_at("keras.backend")
old = module_at("keras")
image = old.preprocessing.image


def random(*shape):
    return draw.normal(size=shape).astype("float32")


# Arrays, named by their shapes where it is not (2, 4) or (2, 3, 4).
x, x3, y = random(2, 4), random(2, 3, 4), random(2, 1)
w243, b23, w44, v44, b4, c4 = (
    *(random(2, 4, 3), random(2, 3), random(4, 4), random(4, 4), random(4)),
    abs(random(4)) + 1,
)
w43, b3, w93 = random(4, 3), random(3), random(9, 3)
ids = np.array([[1, 5], [0, 8]])
classes = np.array([1, 2])
p = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]], "float32")
q = np.array([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3]], "float32")
zeros_ones = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]], "float32")
yes, maybe = np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.8])
pictures, kernels = random(1, 4, 4, 2), random(3, 3, 2, 3)
a, b = L.Input((4,)), L.Input((4,))
n = np.asarray


def built(layer, value):
    layer(value)
    return layer


def run(layer, value, weights=None):
    if weights is not None:
        built(layer, value).set_weights(weights)
    return np.asarray(layer(value))


def drawn(layer):
    return np.asarray(layer(np.ones((50, 4), "float32"), training=True))


def maxout(value, w, bias):
    return (np.einsum("bi,fio->bfo", value, w) + bias).max(1)


def sigmoid(value):
    return 1 / (1 + np.exp(-value))


def highway(value, w, carry, bias, carry_bias):
    t = sigmoid(value @ carry + carry_bias)
    return t * np.tanh(value @ w + bias) + (1 - t) * value


def srelu(value):
    """With thresholds of -1/2 and 1 above it, and slopes of 0.1 and 2."""
    left = np.where(value < -0.5, -0.5 + 0.1 * (value + 0.5), value)
    return np.where(value > 0.5, 0.5 + 2 * (value - 0.5), left)


def standard(value, axis):
    return (value - value.mean(axis, keepdims=True)) / value.std(axis, keepdims=True)


def cosine(t, guess):
    norms = np.linalg.norm(t, axis=-1) * np.linalg.norm(guess, axis=-1)
    return (t * guess).sum(-1) / norms


def gram(initialize):
    made = n(getattr(made := initialize((3, 3)), "value", made))
    return made.T @ made


def separable(kind, value):
    given = {f"depthwise_{kind}": value, f"pointwise_{kind}": value}
    return L.SeparableConv2D(4, 3, **given)


def embedding(**given):
    return L.Embedding(9, 3, **given)


def pads(sides):
    return L.ZeroPadding2D(sides)


def steps_dense(shape):
    return L.TimeDistributed(L.Dense(3), input_shape=shape)


def deconvolved(layer):
    """The size of pictures made of 3 x 3 points: 7 at least, with a stride of 2."""
    return tuple(layer(np.ones((1, 3, 3, 1), "float32")).shape[1:3])


class Doubling(L.Layer):
    """A layer as Keras 1 had them."""

    def get_output_shape_for(self, input_shape):
        return input_shape

    def call(self, x, mask=None):
        return 2 * x


class WithWeight(L.Layer):
    def __init__(self, first):
        super().__init__()
        self.first = first

    def build(self, input_shape):
        self.w = self.add_weight(*self.first, initializer="one")
        super().build(input_shape)

    def call(self, x):
        return x + self.w


class OldWeights(L.Layer):
    def build(self, input_shape):
        self.w = K.variable(np.ones(input_shape[-1]))
        self.trainable_weights = [self.w]

    def call(self, x, mask=None):
        return x + self.w


def connected():
    layer = L.Dense(3)
    layer(L.Input((4,)))
    return layer


def refused(call):
    """Returns the class of the error."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return ""


# --- optimizers -----------------------------------------------------------------------


def moves(optimizer, size=1, steps=3):
    """Where one parameter goes from step to step under gradients of 1."""
    variables = [Variable(np.zeros(1, "float32")) for _ in range(size)]
    optimizer.build(variables)
    places = [0.0]
    for _ in range(steps):
        optimizer.apply([np.ones(1, "float32")] * size, variables)
        places.append(float(variables[0].numpy()[0]))
    return np.diff(places)


def nadam_first(schedule_decay, b1=0.9):
    """The first move of Nadam, by the rate, for a gradient of 1."""
    now, ahead = (b1 * (1 - 0.5 * 0.96 ** (t * schedule_decay)) for t in (1, 2))
    return 1 + ahead * (1 - b1) / (1 - now * ahead)


def changed(change):
    optimizer = O.SGD(0.5)
    change(optimizer)
    return optimizer


@cache
def trained():
    optimizer = O.SGD(0.5, momentum=0.5)
    moves(optimizer)
    return optimizer


def variable(value):
    return K.variable(value)


def updated(update):
    """The value of a variable after a function that updates it has run."""
    K.function([a], [K.sum(a)], updates=[update])([x])
    return float(update.variable.numpy())


def law(initializer):
    return initializer.scale, initializer.mode, initializer.distribution


# --- defaults -------------------------------------------------------------------------


def gate(layer):
    """What the gates of a recurrent layer make of 1."""
    return float(layer.recurrent_activation(np.float32(1)))


def variance():
    """The running variance after a batch of three rows with a variance of 4."""
    norm = L.BatchNormalization(momentum=0.99)
    rows = np.sqrt(6.0) * np.array([[-1.0], [0.0], [1.0]], "float32")
    norm(rows, training=True)
    return float(norm.moving_variance.numpy()[0])


def frozen():
    """The mean of a frozen layer's outputs in training, for inputs of 1."""
    norm = L.BatchNormalization(epsilon=0.0)
    rows = np.array([[0.0], [2.0]], "float32")
    built(norm, rows)
    norm.trainable = False
    return float(np.asarray(norm(rows, training=True)).mean())


# --- data -----------------------------------------------------------------------------


def accepts(function, names):
    """Whether a function takes arguments of these names, in this order."""
    found = list(inspect.signature(function).parameters)
    wanted = names.split()
    return [name for name in found if name in wanted] == wanted


def flowed():
    flow = image.ImageDataGenerator().flow(np.zeros((5, 4, 4, 2)), batch_size=2)
    return [next(flow).shape for _ in range(3)]


def sampling(rank):
    """The chance that a word of a rank is kept."""
    inverse = rank * (math.log(rank) + 0.577) + 0.5 - 1 / (12 * rank)
    return min(1.0, math.sqrt(1e-5 * inverse))


def series(i):
    numbers = np.arange(5)
    return sequence.TimeseriesGenerator(numbers, numbers, 2, batch_size=2)[i]


def md5(word):
    return int(hashlib.md5(word.encode()).hexdigest(), 16)


def words(**kwargs):
    tokenizer = text.Tokenizer(**kwargs)
    tokenizer.fit_on_texts(["a b", "b c"])
    return tokenizer


def tfidf():
    """(1 + ln count) ln(1 + documents / (1 + documents with it))."""
    b_, a_ = (
        (1 + math.log(c)) * math.log(1 + 2 / (1 + d)) for c, d in ((2, 2), (1, 1))
    )
    return np.array([[0, b_, a_, 0]])


def pickled(path):
    module = data.mnist if "mnist" in path else data.imdb
    return refused(lambda: module.load_data(path))


def reviews(**kwargs):
    """Two reviews, of the words 4, 3, 2 and of 4, as imdb's loader gives them."""
    train, test = np.empty(2, object), np.empty(1, object)
    train[:], test[0] = [[4, 3, 2], [4]], [90]
    np.savez("few.npz", x_train=train, y_train=[1, 0], x_test=test, y_test=[0])
    return data.imdb.load_data(str(Path("few.npz").resolve()), **kwargs)[0][0]


def longest(**kwargs):
    return max(reviews(**kwargs), key=len)
