"""A variational autoencoder of digits, as in Keras 2."""

import numpy as np
from keras import backend as K
from keras.layers import Dense, Input, Lambda
from keras.losses import binary_crossentropy
from keras.models import Model
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

np.random.seed(0)
digits = load_digits()
x = (digits.data / 16).astype("float32")
original_dim, intermediate_dim, latent_dim = 64, 48, 2


def sampling(args):
    z_mean, z_log_var = args
    batch = K.shape(z_mean)[0]
    dim = K.int_shape(z_mean)[1]
    epsilon = K.random_normal(shape=(batch, dim))
    return z_mean + K.exp(0.5 * z_log_var) * epsilon


inputs = Input(shape=(original_dim,), name="encoder_input")
hidden = Dense(intermediate_dim, activation="relu")(inputs)
z_mean = Dense(latent_dim, name="z_mean")(hidden)
z_log_var = Dense(latent_dim, name="z_log_var")(hidden)
z = Lambda(sampling, output_shape=(latent_dim,), name="z")([z_mean, z_log_var])
encoder = Model(inputs, [z_mean, z_log_var, z], name="encoder")

latent_inputs = Input(shape=(latent_dim,), name="z_sampling")
hidden = Dense(intermediate_dim, activation="relu")(latent_inputs)
decoder = Model(latent_inputs, Dense(original_dim, activation="sigmoid")(hidden))

outputs = decoder(encoder(inputs)[2])
vae = Model(inputs, outputs, name="vae_mlp")

reconstruction_loss = binary_crossentropy(inputs, outputs) * original_dim
kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
kl_loss = K.sum(kl_loss, axis=-1) * -0.5
vae.add_loss(K.mean(reconstruction_loss + kl_loss))
vae.compile(optimizer="adam")
history = vae.fit(x, epochs=30, batch_size=64, verbose=0)

codes = encoder.predict(x)[0]
neighbours = KNeighborsClassifier(5).fit(codes[:1400], digits.target[:1400])
print("first", history.history["loss"][0])
print("last", history.history["loss"][-1])
print("neighbours", neighbours.score(codes[1400:], digits.target[1400:]))
