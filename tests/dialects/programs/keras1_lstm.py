"""A recurrent layer whose numbers are known, and one that learns, as in Keras 1."""

import numpy as np
from keras.layers import Dense, Embedding
from keras.layers.recurrent import LSTM
from keras.models import Sequential
from keras.preprocessing import sequence


def hard_sigmoid(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


# One step with weights of one: every gate is hard_sigmoid(x), and f's bias is no matter.
single = Sequential()
single.add(LSTM(output_dim=1, input_dim=1, input_length=1, init="one", inner_init="one",
                forget_bias_init="one", inner_activation="hard_sigmoid"))  # fmt: skip
single.compile("sgd", "mse")
gate = hard_sigmoid(0.7)
expected = gate * np.tanh(gate * np.tanh(0.7))
print("error", float(abs(single.predict(np.array([[[0.7]]]))[0, 0] - expected)))

# Which of two words comes first?
np.random.seed(1337)
words = [list(np.random.randint(3, 9, np.random.randint(3, 8))) for _ in range(400)]
y = np.array([i % 2 for i in range(400)])
for row, first in zip(words, y):
    row[0] = 1 + first
X = sequence.pad_sequences(words, maxlen=8)

model = Sequential()
model.add(Embedding(9, 6, input_length=8, mask_zero=True, init="uniform"))
model.add(LSTM(12, dropout_W=0.1, dropout_U=0.1, consume_less="gpu",
               inner_activation="hard_sigmoid", return_sequences=False))  # fmt: skip
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
model.fit(X[:300], y[:300], batch_size=10, nb_epoch=12, verbose=0)
loss, accuracy = model.evaluate(X[300:], y[300:], verbose=0)
print("accuracy", accuracy)
