"""Runs of one to five letters, padded to one length; the padding is masked.

An array needs rows of one length, so shorter runs get zeros in front. No letter is 0,
and `Masking` marks the steps that are: the LSTM skips them, and reads each run as if it
came alone. The learning rate falls to zero on the way: with one sample a batch and a
rate that stays, the accuracy goes up and down between 96 and 100 % for ever.
"""

import numpy as np
from alphabet import begin, LETTERS, network, next_letters, numbers, show

from keryx import layers
from keryx.optimizers import Adam, schedules

LONGEST, SAMPLES = 5, 1000

epochs = begin("one to five letters -> the next", epochs=500)
rng = np.random.default_rng(7)
starts = rng.integers(len(LETTERS) - 2, size=SAMPLES)
ends = rng.integers(starts, np.minimum(starts + LONGEST, len(LETTERS) - 1))
texts = [LETTERS[a : b + 1] for a, b in zip(starts, ends, strict=True)]
x = numbers(texts)[:, :, None]  # 1000 samples, 5 steps, 1 feature
y = next_letters(texts)

rate = schedules.CosineDecay(3e-3, decay_steps=epochs * SAMPLES)
model = network(
    layers.Input((LONGEST, 1)),
    layers.Masking(),
    layers.LSTM(32),
    optimizer=Adam(rate),
)
model.fit(x, y, epochs=epochs, batch_size=1, verbose=0)
print(f"accuracy on all {SAMPLES}: {model.evaluate(x, y, verbose=0)[1]:.2%}")
show(model, texts[:20], x[:20])
