"""Pictures: files and arrays, changes at random, and batches of them."""

from ._affine import (
    apply_affine_transform as apply_affine_transform,
    transform_matrix_offset_center as transform_matrix_offset_center,
)
from ._arrays import array_to_img as array_to_img, img_to_array as img_to_array
from ._changes import (
    apply_brightness_shift as apply_brightness_shift,
    apply_channel_shift as apply_channel_shift,
    flip_axis as flip_axis,
    random_brightness as random_brightness,
    random_channel_shift as random_channel_shift,
    random_rotation as random_rotation,
    random_shear as random_shear,
    random_shift as random_shift,
    random_zoom as random_zoom,
)
from ._dataframe import DataFrameIterator as DataFrameIterator
from ._directory import DirectoryIterator as DirectoryIterator
from ._files import (
    list_pictures as list_pictures,
    load_img as load_img,
    save_img as save_img,
)
from ._from_files import BatchFromFilesMixin as BatchFromFilesMixin
from ._generator import ImageDataGenerator as ImageDataGenerator
from ._iterator import Iterator as Iterator, NumpyArrayIterator as NumpyArrayIterator
