"""One letter in, and the whole alphabet in every batch.

The pairs are those of `one_letter.py`. There, each update pulls the network towards one
letter at the cost of the others; here an update weighs all 25 letters at once. Half as
many units get all of them right, after 5,000 updates instead of 12,500.
"""

import numpy as np
from alphabet import answer, begin, network, next_letters, numbers, runs, show

from keryx import layers

epochs = begin("one letter -> the next, one batch", epochs=5000)
texts = runs(1)
x = numbers(texts)[:, :, None]  # 25 samples, 1 step, 1 feature
y = next_letters(texts)

model = network(layers.Input((1, 1)), layers.LSTM(16))
model.fit(x, y, epochs=epochs, batch_size=len(texts), shuffle=False, verbose=0)
show(model, texts, x)

# Nothing is carried from letter to letter, so the order of the questions is free.
order = np.random.default_rng(7).permutation(len(texts))[:20]
asked = "".join(texts[i] for i in order)
print(f"in any order:\n{asked}\n{answer(model, x[order])}")
