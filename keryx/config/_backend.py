"""The one engine, under the name that Keras's programs ask for."""

from keryx._core.errors import ArgumentError


def backend() -> str:
    """Returns the name of the engine.

    Example:
        >>> backend()
        'jax'
    """
    return "jax"


def set_backend(backend: str) -> None:
    """Accepts "jax", the one engine there is.

    Raises:
        ArgumentError: If it is another one.
    """
    if backend != "jax":
        raise ArgumentError(
            "set_backend",
            "backend",
            expected="'jax'",
            got=backend,
            fix="keryx runs on JAX alone; the line can go.",
        )
