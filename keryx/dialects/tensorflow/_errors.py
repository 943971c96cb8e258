"""`tf.errors`: exceptions under TensorFlow's names."""

OutOfRangeError = StopIteration
NotFoundError = FileNotFoundError
ResourceExhaustedError = MemoryError
OpError = RuntimeError
