"""Three letters in, side by side: a window of three features and one time step.

The network is told more than in `one_letter.py`, and may do a little better. But it
sees the three letters all at once, as a plain network would, and its memory has nothing
to do. It stays below 100 %.
"""

from alphabet import begin, network, next_letters, numbers, runs, show

from keryx import layers

epochs = begin("three letters as features -> the next", epochs=500)
texts = runs(3)
x = numbers(texts)[:, None, :]  # 23 samples, 1 step, 3 features
y = next_letters(texts)

model = network(layers.Input((1, 3)), layers.LSTM(32))
model.fit(x, y, epochs=epochs, batch_size=1, verbose=0)
show(model, texts, x)
