"""Deep learning with the Keras API on one engine, JAX/XLA."""
