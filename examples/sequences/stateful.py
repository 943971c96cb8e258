"""One letter at a time, with a memory that outlasts the batch.

A stateful layer begins each batch with the states in which the one before ended. So the
network reads the alphabet from A to Y as one long sequence, in 25 batches of one
letter, and `reset_states` sends it back to the beginning. It learns to recite: what
counts is how far it is, more than which letter it is shown. Started cold at K, it goes
on with B.
"""

from alphabet import answer, begin, LETTERS, network, next_letters, numbers, runs, show

from keryx import layers

epochs = begin("one letter -> the next, with states carried on", epochs=300)
texts = runs(1)
x = numbers(texts)[:, :, None]  # 25 samples, 1 step, 1 feature
y = next_letters(texts)

model = network(layers.Input(batch_shape=(1, 1, 1)), layers.LSTM(50, stateful=True))
for _ in range(epochs):
    model.fit(x, y, epochs=1, shuffle=False, verbose=0)
    model.reset_states()
show(model, texts, x)


def recite(letter: str, count: int) -> None:
    """Prints what follows a letter when each answer is the next question."""
    model.reset_states()
    said = letter
    for _ in range(count):
        said += answer(model, numbers([said[-1]])[:, :, None])
    print(" ".join(said))


print("from A:")
recite("A", len(LETTERS) - 1)
print("from K, cold:")
recite("K", 5)
