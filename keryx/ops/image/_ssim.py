"""How alike two pictures look."""

from typing import Any

import jax
import jax.numpy as jnp

from keryx._core.op import op
from keryx.ops.image._layout import require_pictures, to_last
from keryx.ops.image._windows import filtered, gaussian_kernel


@op
def ssim(
    image1: Any,
    image2: Any,
    max_val: Any = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> jax.Array:
    """How alike two pictures look, 1 for equal ones.

        (2 m₁ m₂ + c₁) (2 s₁₂ + c₂) / ((m₁² + m₂² + c₁) (s₁² + s₂² + c₂))

    with means m, variances s² and covariance s₁₂ of Gaussian windows; c = (k max_val)²;
    the mean over all windows and channels.

    Args:
        image1: One picture or a batch.
        image2: Others of the same shape.
        max_val: Largest value that pixels may have.
        filter_size: Height and width of the windows, in pixels.
        filter_sigma: Standard deviation of the windows, in pixels.
        k1: Steadies the ratio of means.
        k2: Steadies the ratio of variances.
        data_format: Where the channels are; the global setting if `None`.

    Returns:
        One number per picture.

    Raises:
        ShapeError: If `image1` or `image2` are no pictures.

    Source:
        Wang et al., "Image Quality Assessment: From Error Visibility to Structural
        Similarity" (IEEE TIP 2004), equation 13.
    """
    pair = [to_last(require_pictures(x, "ssim"), data_format) for x in (image1, image2)]
    single = pair[0].ndim == 3
    x, y = (jnp.asarray(p, jnp.float32)[None] if single else p for p in pair)
    window = gaussian_kernel(filter_size, filter_sigma)

    def mean(values: jax.Array) -> jax.Array:
        return filtered(values, window, window, "VALID")

    mean_x, mean_y = mean(x), mean(y)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    spread = mean(x * x) + mean(y * y) - mean_x**2 - mean_y**2
    common = mean(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    found = jnp.mean(likeness * (2 * common + c2) / (spread + c2), (1, 2, 3))
    return found[0] if single else found
