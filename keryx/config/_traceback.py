"""How much of the engine an error's traceback shows."""

import jax

SETTING = "jax_traceback_filtering"


def enable_traceback_filtering() -> None:
    """Leaves the engine's own lines out of tracebacks (the default)."""
    jax.config.update(SETTING, "auto")


def disable_traceback_filtering() -> None:
    """Shows the engine's own lines in tracebacks as well."""
    jax.config.update(SETTING, "off")


def is_traceback_filtering_enabled() -> bool:
    """Tells whether tracebacks leave the engine's own lines out.

    Example:
        >>> is_traceback_filtering_enabled()
        True
    """
    return str(getattr(jax.config, SETTING)) != "off"
