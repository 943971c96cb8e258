"""`keras.backend` of Keras 3: the settings and a few questions about types.

The functions that `keras.backend` had before Keras 3 are found here as well, through
`keryx.dialects`.
"""

from keryx.config import (
    backend as backend,
    epsilon as epsilon,
    floatx as floatx,
    image_data_format as image_data_format,
    set_epsilon as set_epsilon,
    set_floatx as set_floatx,
    set_image_data_format as set_image_data_format,
)
from keryx.utils import (
    clear_session as clear_session,
    is_keras_tensor as is_keras_tensor,
    standardize_dtype as standardize_dtype,
)

from ._dtypes import (
    is_float_dtype as is_float_dtype,
    is_int_dtype as is_int_dtype,
    result_type as result_type,
)
from ._names import get_uid as get_uid
