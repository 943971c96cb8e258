"""Callbacks of one's own, a checkpoint and a way back, as in Keras 2."""

import numpy as np
from keras import backend as K
from keras.callbacks import (Callback, CSVLogger, EarlyStopping, LearningRateScheduler,
                             ModelCheckpoint)  # fmt: skip
from keras.layers import BatchNormalization, Dense, Dropout
from keras.models import Sequential, load_model
from keras.optimizers import RMSprop
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

np.random.seed(42)
x, y = load_breast_cancer(return_X_y=True)
x = StandardScaler().fit_transform(x)
x_train, y_train, x_val, y_val = x[:400], y[:400], x[400:], y[400:]


class F1(Callback):
    def on_train_begin(self, logs={}):
        self.scores = []

    def on_epoch_end(self, epoch, logs={}):
        guess = np.asarray(self.model.predict(self.validation_data[0])).round()
        score = f1_score(self.validation_data[1], guess)
        self.scores.append(score)
        logs["val_f1"] = score


def soft_accuracy(y_true, y_pred):
    return 1 - K.mean(K.abs(y_true - y_pred), axis=-1)


model = Sequential([Dense(16, activation="relu", input_dim=30), BatchNormalization(),
                    Dropout(0.2), Dense(1, activation="sigmoid")])  # fmt: skip
model.compile(loss="binary_crossentropy", optimizer=RMSprop(lr=0.001),
              metrics=["accuracy", soft_accuracy])  # fmt: skip
f1 = F1()
history = model.fit(
    x_train, y_train, epochs=8, batch_size=32, verbose=0, validation_data=(x_val, y_val),
    callbacks=[f1, CSVLogger("log.csv"),
               LearningRateScheduler(lambda epoch: 0.01 if epoch < 4 else 0.001),
               ModelCheckpoint("best-{epoch:02d}.h5", monitor="val_acc", mode="max"),
               EarlyStopping(monitor="val_loss", patience=8)])  # fmt: skip

back = load_model("best-08.h5", custom_objects={"soft_accuracy": soft_accuracy})
values = back.evaluate(x_val, y_val, verbose=0)
print("f1", f1.scores[-1])
print("kept", history.history["val_f1"] == f1.scores)
print("rate", float(K.get_value(model.optimizer.lr)))
print("same", float(np.abs(back.predict(x_val) - model.predict(x_val)).max()))
print("accuracy", values[back.metrics_names.index("acc")])
print("columns", open("log.csv").readline().strip())
