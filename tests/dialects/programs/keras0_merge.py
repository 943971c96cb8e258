"""Two branches that are joined, as in Keras 0.3."""

import numpy as np
from keras.layers.core import Activation, Dense, Dropout, Merge
from keras.models import Sequential
from keras.optimizers import SGD

np.random.seed(1337)
left_x = np.random.uniform(-1, 1, (400, 3))
right_x = np.random.uniform(-1, 1, (400, 2))
y = (left_x.sum(axis=1) > right_x.sum(axis=1)).astype("int")

left = Sequential()
left.add(Dense(output_dim=8, input_dim=3, init="uniform"))
left.add(Activation("tanh"))

right = Sequential()
right.add(Dense(output_dim=8, input_dim=2, init="uniform"))
right.add(Activation("tanh"))

model = Sequential()
model.add(Merge([left, right], mode="concat"))
model.add(Dropout(p=0.05))
model.add(Dense(output_dim=1, init="uniform"))
model.add(Activation("sigmoid"))

sgd = SGD(lr=0.5, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss="binary_crossentropy", optimizer=sgd, class_mode="binary")
model.fit([left_x[:300], right_x[:300]], y[:300], nb_epoch=15, batch_size=32,
          show_accuracy=True, verbose=0)  # fmt: skip

score, accuracy = model.evaluate(
    [left_x[300:], right_x[300:]], y[300:], show_accuracy=True, verbose=0
)
classes = model.predict_classes([left_x[300:], right_x[300:]], verbose=0)
print("parameters", model.count_params())
print("accuracy", accuracy)
print("by hand", float((classes.ravel() == y[300:]).mean()))
