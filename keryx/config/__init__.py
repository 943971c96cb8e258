"""The settings that hold for the whole process."""

from keryx._core.config import (
    disable_interactive_logging as disable_interactive_logging,
    enable_interactive_logging as enable_interactive_logging,
    epsilon as epsilon,
    floatx as floatx,
    image_data_format as image_data_format,
    is_interactive_logging_enabled as is_interactive_logging_enabled,
    set_epsilon as set_epsilon,
    set_floatx as set_floatx,
    set_image_data_format as set_image_data_format,
)
from keryx._core.dtypes import dtype_policy as dtype_policy

from ._backend import backend as backend, set_backend as set_backend
from ._policy import set_dtype_policy as set_dtype_policy
from ._traceback import (
    disable_traceback_filtering as disable_traceback_filtering,
    enable_traceback_filtering as enable_traceback_filtering,
    is_traceback_filtering_enabled as is_traceback_filtering_enabled,
)
