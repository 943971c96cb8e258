"""Digits of 8 x 8 points, channels first, as in Keras 1."""

import numpy as np
from keras import objectives
from keras.layers import Activation, Dense, Dropout, Flatten
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.models import Sequential
from keras.regularizers import WeightRegularizer
from keras.utils import np_utils
from sklearn.datasets import load_digits

np.random.seed(1337)
nb_classes, nb_epoch, batch_size, nb_filters = 10, 12, 50, 12

digits = load_digits()
X = digits.images.reshape(-1, 1, 8, 8).astype("float32") / 16
Y = np_utils.to_categorical(digits.target, nb_classes)
X_train, X_test, Y_train, Y_test = X[:1400], X[1400:], Y[:1400], Y[1400:]

model = Sequential()
model.add(Convolution2D(nb_filters, 3, 3, border_mode="same", dim_ordering="th",
                        init="he_normal", input_shape=(1, 8, 8)))  # fmt: skip
model.add(Activation("relu"))
model.add(Convolution2D(nb_filters, nb_row=3, nb_col=3, subsample=(1, 1),
                        dim_ordering="th", W_regularizer=WeightRegularizer(l2=1e-4)))  # fmt: skip
model.add(Activation("relu"))
model.add(MaxPooling2D(pool_size=(2, 2), dim_ordering="th"))
model.add(Dropout(0.1))
model.add(Flatten())
model.add(Dense(nb_classes, init="glorot_uniform", activation="softmax"))

model.compile(loss=objectives.categorical_crossentropy, optimizer="adadelta",
              metrics=["accuracy"])  # fmt: skip
history = model.fit(X_train, Y_train, batch_size=batch_size, nb_epoch=nb_epoch,
                    verbose=0, validation_data=(X_test, Y_test))  # fmt: skip
score = model.evaluate(X_test, Y_test, verbose=0)
print("shape", model.layers[0].output_shape)
print("keys", " ".join(sorted(history.history)))
print("accuracy", score[1])
