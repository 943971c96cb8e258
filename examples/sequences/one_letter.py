"""One letter in, the next letter out, each pair on its own.

A recurrent network reads a sequence, and here every sequence is one letter long: there
is nothing to remember. What is left is a small network that has to keep 25 close
numbers apart, one update a letter, and that is hard for it. It stays below 100 %.
"""

from alphabet import begin, network, next_letters, numbers, runs, show

from keryx import layers

epochs = begin("one letter -> the next", epochs=500)
texts = runs(1)
x = numbers(texts)[:, :, None]  # 25 samples, 1 step, 1 feature
y = next_letters(texts)

model = network(layers.Input((1, 1)), layers.LSTM(32))
model.fit(x, y, epochs=epochs, batch_size=1, verbose=0)
show(model, texts, x)
