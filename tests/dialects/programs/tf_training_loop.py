"""A model as a class and a loop of one's own, as in TensorFlow 2."""

import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow.keras import Model
from tensorflow.keras.layers import Conv2D, Dense, Flatten

tf.random.set_seed(1)
digits = load_digits()
x = digits.images[..., tf.newaxis].astype("float32") / 16.0
y = digits.target
train = tf.data.Dataset.from_tensor_slices((x[:1408], y[:1408]))
train = train.shuffle(1408).batch(64).prefetch(tf.data.experimental.AUTOTUNE)
test = tf.data.Dataset.from_tensor_slices((x[1408:1792], y[1408:1792])).batch(64)


class Digits(Model):
    def __init__(self):
        super().__init__()
        self.conv = Conv2D(12, 3, activation="relu")
        self.flatten = Flatten()
        self.hidden = Dense(32, activation="relu")
        self.scores = Dense(10)

    def call(self, x):
        return self.scores(self.hidden(self.flatten(self.conv(x))))


model = Digits()
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.005)
train_loss = tf.keras.metrics.Mean(name="train_loss")
test_accuracy = tf.keras.metrics.SparseCategoricalAccuracy(name="test_accuracy")


@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    train_loss(loss)


for epoch in range(3):
    train_loss.reset_states()
    for images, labels in train:
        train_step(images, labels)
for images, labels in test:
    test_accuracy(labels, model(images, training=False))

print("loss", float(train_loss.result()))
print("accuracy", float(test_accuracy.result().numpy()))
print("updates", int(optimizer.iterations.numpy()))
