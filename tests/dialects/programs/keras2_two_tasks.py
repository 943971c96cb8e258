"""Two inputs, two outputs, and batches from a Sequence, as in Keras 2."""

import numpy as np
from keras.layers import Dense, Input, Lambda, concatenate
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import Sequence, to_categorical

np.random.seed(7)
size = np.random.uniform(0, 1, (600, 4))
kind = to_categorical(np.random.randint(0, 3, 600), num_classes=3)
total = size.sum(axis=1) + kind.argmax(axis=1)
large = (total > 3).astype("int32")


class Batches(Sequence):
    def __init__(self, begin, end, batch_size):
        self.rows = np.arange(begin, end)
        self.batch_size = batch_size

    def __len__(self):
        return int(np.ceil(len(self.rows) / float(self.batch_size)))

    def __getitem__(self, index):
        at = self.rows[index * self.batch_size : (index + 1) * self.batch_size]
        targets = {"total": total[at], "large": large[at]}
        return [size[at], kind[at]], targets

    def on_epoch_end(self):
        np.random.shuffle(self.rows)


size_in = Input(shape=(4,), name="size")
kind_in = Input(shape=(3,), name="kind")
hidden = concatenate([size_in, kind_in])
hidden = Dense(24, activation="relu", kernel_initializer="he_uniform")(hidden)
total_out = Dense(1, name="total")(hidden)
shifted = Lambda(lambda t: t - 3.0, output_shape=(1,))(total_out)
large_out = Dense(1, activation="sigmoid", name="large")(shifted)

model = Model(inputs=[size_in, kind_in], outputs=[total_out, large_out])
model.compile(optimizer=Adam(lr=0.01),
              loss={"total": "mse", "large": "binary_crossentropy"},
              loss_weights={"total": 1.0, "large": 0.5},
              metrics={"large": "accuracy"})  # fmt: skip
history = model.fit_generator(Batches(0, 500, 32), steps_per_epoch=16, epochs=15,
                              verbose=0, validation_data=Batches(500, 600, 32),
                              max_queue_size=4, workers=1)  # fmt: skip
print("keys", " ".join(sorted(history.history)))
print("mse", history.history["val_total_loss"][-1])
print("accuracy", history.history["val_large_acc"][-1])
