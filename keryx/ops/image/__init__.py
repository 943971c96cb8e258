"""Operations of pictures: the names of `keras.ops.image`."""

from ._color import (
    hsv_to_rgb as hsv_to_rgb,
    rgb_to_grayscale as rgb_to_grayscale,
    rgb_to_hsv as rgb_to_hsv,
)
from ._frame import crop_images as crop_images, pad_images as pad_images
from ._geometry import (
    affine_transform as affine_transform,
    map_coordinates as map_coordinates,
    perspective_transform as perspective_transform,
)
from ._resize import resize as resize, scale_and_translate as scale_and_translate
from ._ssim import ssim as ssim
from ._windows import (
    extract_patches as extract_patches,
    extract_patches_3d as extract_patches_3d,
    gaussian_blur as gaussian_blur,
    sobel_edges as sobel_edges,
)
