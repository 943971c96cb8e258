"""Three letters in, one after the other: three time steps of one feature.

The numbers are those of `window.py`; one axis was moved. Now the network reads A, then
B, then C, and its memory sees how they follow each other. All answers are right.
"""

from alphabet import begin, network, next_letters, numbers, runs, show

from keryx import layers

epochs = begin("three letters as time steps -> the next", epochs=500)
texts = runs(3)
x = numbers(texts)[:, :, None]  # 23 samples, 3 steps, 1 feature
y = next_letters(texts)

model = network(layers.Input((3, 1)), layers.LSTM(32))
model.fit(x, y, epochs=epochs, batch_size=1, verbose=0)
show(model, texts, x)
