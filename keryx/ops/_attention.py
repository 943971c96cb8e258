"""Attention of queries to keys."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.errors import ShapeError
from keryx._core.op import op
from keryx.ops._make import as_float


@op
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> jax.Array:
    """Means of the values, weighted by how well keys match the query.

        softmax(query · keyᵀ · scale + bias) · value,   per sample and head

    Example:
        >>> x = jnp.ones((1, 2, 1, 4))
        >>> dot_product_attention(x, x, x).shape
        (1, 2, 1, 4)

    Args:
        query: What looks.
        key: What is looked at; its heads may be fewer, each serving several queries'.
        value: What is found there.
        bias: Added to the logits.
        mask: Booleans: where to look.
        scale: Factor of the logits; `1 / √features` if `None`.
        is_causal: Whether a query sees only keys at its own time and before.
        flash_attention: `True` demands cuDNN's fused kernel (GPU, 16-bit floats).
        attn_logits_soft_cap: Bends the logits so that they stay below this,
            `cap · tanh(logits / cap)`.
            # Departs from Keras: on every device, not on TPU alone.

    Shapes:
        query:      `(batch, time, heads, features)`
        key, value: `(batch, keys, heads, features)`
        bias, mask: broadcast to `(batch, heads, time, keys)`
        outputs:    `(batch, time, heads, features)`

    Raises:
        ShapeError: If query, key or value does not have four axes.

    Source:
        Vaswani et al., "Attention Is All You Need", arXiv:1706.03762, equation 1. The
        cap is that of Gemma 2, arXiv:2408.00118, section 2.
    """
    query, key, value = (as_float(x) for x in (query, key, value))
    for name, x in (("query", query), ("key", key), ("value", value)):
        if x.ndim != 4:
            raise ShapeError(
                "dot_product_attention",
                expected=f"{name} of shape (batch, time, heads, features)",
                got=f"{x.shape}",
            )
    bias = None if bias is None else as_float(bias)
    mask = None if mask is None else jnp.asarray(mask, bool)
    if attn_logits_soft_cap is not None:
        seen = _visible(mask, query.shape[1], key.shape[1], is_causal)
        return _capped(query, key, value, bias, seen, scale, attn_logits_soft_cap)
    return jax.nn.dot_product_attention(
        query,
        key,
        value,
        bias,
        mask,
        scale=scale,
        is_causal=is_causal,
        implementation="cudnn" if flash_attention else None,
    )


def _visible(mask: Any, time: int, keys: int, is_causal: bool) -> Any:
    """Returns the mask and the causal one in one, or `None` for neither."""
    if not is_causal:
        return mask
    causal = jnp.tril(jnp.ones((time, keys), bool))
    return causal if mask is None else mask & causal


def _capped(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    bias: Any,
    mask: Any,
    scale: float | None,
    cap: float,
) -> jax.Array:
    """Attention whose logits are bent below `cap`; softmax in float32."""
    group = query.shape[2] // key.shape[2]
    key, value = (jnp.repeat(x, group, axis=2) for x in (key, value))
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    logits = jnp.einsum(
        "bthf,bshf->bhts", query, key, preferred_element_type=jnp.float32
    )
    logits = logits * scale if bias is None else logits * scale + bias
    logits = cap * jnp.tanh(logits / cap)
    if mask is not None:
        logits = jnp.where(mask, logits, -1e30)
    weights = jax.nn.softmax(logits, axis=-1).astype(value.dtype)
    return jnp.einsum("bhts,bshf->bthf", weights, value)
